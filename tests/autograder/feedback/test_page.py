"""Feedback pages: they tell what students need and nothing that they may not know."""

from __future__ import annotations

import subprocess
import sys
from html import unescape
from html.parser import HTMLParser

import pytest

from autograder.feedback.page import render_page
from autograder.feedback.wording import WORDINGS
from autograder.notebook.cells import Cell
from autograder.results import CellRun, NotebookResult, Outcome, Question, Review
from tests.autograder.pictures import ONE_PIXEL

PRINTED = {"output_type": "stream", "name": "stdout", "text": "printed 4711"}
SECRET = "assert answer(4711) == 42"
HALF_HIDDEN = f"assert answer(1) == 1\n### BEGIN HIDDEN TESTS\n{SECRET}\n### END HIDDEN TESTS"


class Text(HTMLParser):
    """The text of a page outside its style sheet, and the order of its headings."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.headings: list[int] = []
        self.stack: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "img", "br", "hr"):
            self.stack.append(tag)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag, "every element is closed where it should be"

    def handle_data(self, data: str) -> None:
        if self.stack[-1:] != ["style"]:
            self.text += data


def cell(source: str, grade_id: str, cell_type: str = "code", **nbgrader: object) -> Cell:
    kind = {"grade": False, "solution": False, "locked": False, "points": 2.0, **nbgrader}
    return Cell(cell_type, source, {"nbgrader": {"grade_id": grade_id, **kind}})  # type: ignore[arg-type]


ANSWER = CellRun(cell("def answer(n): return n", "answer", solution=True), (PRINTED,))
TEST = CellRun(cell(HALF_HIDDEN, "test", grade=True, locked=True), (PRINTED,))
OPEN_TEST = CellRun(cell("assert answer(1) == 1", "test", grade=True, locked=True), (PRINTED,))
FAILED = Question("test", 0.0, 2.0, Outcome.FAILED, "It is zero for n = 0.", detail=SECRET)


def result(
    *questions: Question, cells: tuple[CellRun, ...] = (ANSWER, TEST), error: str | None = None
) -> NotebookResult:
    return NotebookResult("ps1", "ada", "losses", questions, cells, seed=1815, error=error)


def text_of(html: str) -> str:
    return " ".join(Text(html).text.split())


def test_the_hidden_part_of_a_test_is_not_on_the_page() -> None:
    html = unescape(render_page(result(FAILED)))
    assert "assert" in html
    assert "answer(4711)" not in html
    assert "HIDDEN" not in html


def test_the_outputs_of_a_hidden_test_are_not_on_the_page() -> None:
    html = render_page(result(FAILED, cells=(TEST,)))
    assert "printed" not in html


def test_the_outputs_of_an_open_test_are_on_the_page() -> None:
    assert "printed 4711" in render_page(result(FAILED, cells=(OPEN_TEST,)))


def test_what_was_released_says_what_is_hidden() -> None:
    html = text_of(
        render_page(result(FAILED, cells=(OPEN_TEST,)), released={"test": "# only this"})
    )
    assert "# only this" in html
    assert "printed" not in html
    assert "answer(1)" not in html


@pytest.mark.parametrize("by", ["question", "source notebook"])
def test_outputs_are_withheld_of_what_is_named_hidden(by: str) -> None:
    question = Question("test", 0.0, 2.0, Outcome.FAILED, hidden=by == "question")
    hidden = ["test"] if by == "source notebook" else []
    html = render_page(result(question, cells=(OPEN_TEST,)), hidden=hidden)
    assert "printed" not in html


def test_a_region_without_an_end_hides_the_rest() -> None:
    source = f"assert True\n# BEGIN HIDDEN TESTS\n{SECRET}"
    run = CellRun(cell(source, "test", grade=True, locked=True))
    assert "4711" not in render_page(result(FAILED, cells=(run,)))


def test_a_mark_scheme_is_not_on_the_page() -> None:
    source = "Draw it.\n### BEGIN MARK SCHEME\nTwo points for axes.\n### END MARK SCHEME"
    run = CellRun(cell(source, "task", "markdown", task=True, locked=True))
    html = render_page(result(cells=(run,)))
    assert "Draw it." in html
    assert "axes" not in html


def test_marks_in_the_students_own_code_hide_nothing() -> None:
    run = CellRun(cell(HALF_HIDDEN, "answer", solution=True), (PRINTED,))
    html = text_of(render_page(result(cells=(run,))))
    assert SECRET in html
    assert "printed" in html


def test_the_detail_for_the_instructor_is_not_on_the_page() -> None:
    question = Question("test", 0.0, 2.0, Outcome.FAILED, detail="Traceback 4711")
    assert "4711" not in render_page(result(question, cells=()))


def test_a_message_is_in_the_summary_and_at_the_test() -> None:
    assert text_of(render_page(result(FAILED))).count("It is zero for n = 0.") == 2


def test_one_cause_is_told_once_in_the_summary() -> None:
    cause = "The cell stopped with SyntaxError: invalid syntax (line 7)."
    names = ("f-example", "f-random", "f-speed")
    lost = [Question(name, 0.0, 2.0, Outcome.MISSING, cause) for name in names]
    text = Text(render_page(result(*lost, cells=()))).text
    assert text.count(cause) == 1
    assert "The same in questions 2, 3, worth 4 points." in text


def test_an_exception_is_the_same_cause_with_other_shapes() -> None:
    raised = "ValueError: cannot broadcast shapes ({},) (2,) (line 3: return x + y). Axes match."
    said = [
        f"Your code raised {raised}",
        f"lam = 0.0: stopped with an error ({raised})",
        "f(2) is 3",
    ]
    lost = [
        Question(f"f-{n}", 0.0, 2.0, Outcome.ERROR, each.format(n)) for n, each in enumerate(said)
    ]
    text = Text(render_page(result(*lost, cells=()))).text
    assert "The same in question 2, worth 2 points." in text
    assert text.count("f(2) is 3") == 1


def test_what_two_parts_say_alike_is_told_of_each() -> None:
    lost = [Question(f"{f}-sizes", 0.0, 1.0, Outcome.FAILED, "loss is wrong") for f in "fgh"]
    assert Text(render_page(result(*lost, cells=()))).text.count("loss is wrong") == 3


def test_what_passed_refers_to_no_other_question() -> None:
    passed = [Question(name, 1.0, 1.0, Outcome.PASSED) for name in ("f-first", "f-second")]
    assert "The same in" not in render_page(result(*passed, cells=()))


def test_each_part_has_a_subtotal() -> None:
    questions = [
        Question("f-example", 0.5, 0.5, Outcome.PASSED),
        Question("f-random", 0.25, 1.5, Outcome.PARTIAL),
        Question("g-example", 0.0, 1.0, Outcome.FAILED),
    ]
    page = render_page(result(*questions, cells=()))
    assert '<th scope="row">f</th><td class="number">0.75 / 2</td>' in page
    assert '<th scope="row">g</th><td class="number">0 / 1</td>' in page


def test_a_part_that_waits_for_a_person_has_no_points_yet() -> None:
    questions = [
        Question("f-example", 0.5, 0.5, Outcome.PASSED),
        Question("f-words", None, 1.0, Outcome.MANUAL),
    ]
    page = render_page(result(*questions, Question("g", 1.0, 1.0, Outcome.PASSED), cells=()))
    row = '<th scope="row">f</th><td class="number"><span class="pending">?</span> / 1.5</td>'
    assert row in page


def test_a_test_of_which_nothing_was_given_shows_no_empty_part() -> None:
    empty = CellRun(cell("### BEGIN HIDDEN TESTS\nassert 1\n### END HIDDEN TESTS", "q", grade=True))
    page = render_page(result(Question("q", 0.0, 1.0, Outcome.FAILED, hidden=True), cells=(empty,)))
    assert "that you were given" not in page
    assert "checks cases that are not shown" in page


def test_a_group_that_waits_for_a_decision_is_not_told_what_its_instructor_has_to_do() -> None:
    error = (
        "ada, bob of group blue have handed in different work, and no timestamp.txt says what is "
        "the newest: say when with autograder submitted, or leave one of their folders."
    )
    page = text_of(render_page(result(cells=(), error=error)))
    assert "your instructor decides which work counts" in page
    assert "not a score of zero" in page
    for theirs in ("timestamp.txt", "autograder submitted", "Restart Kernel", "Submit it again"):
        assert theirs not in page


def test_questions_that_make_no_parts_have_no_subtotals() -> None:
    questions = [Question(name, 1.0, 1.0, Outcome.PASSED) for name in ("first", "second")]
    assert "Points of each part" not in render_page(result(*questions, cells=()))


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_told_in_words_and_a_symbol(outcome: Outcome) -> None:
    text = text_of(render_page(result(Question("test", None, 2.0, outcome))))
    assert f"{WORDINGS[outcome].symbol} {WORDINGS[outcome].title}" in text
    assert WORDINGS[outcome].explanation in text


@pytest.mark.parametrize(
    "outcome", [Outcome.TIMEOUT, Outcome.CRASHED, Outcome.MISSING, Outcome.ERROR]
)
def test_how_a_hidden_test_failed_is_not_told(outcome: Outcome) -> None:
    text = text_of(render_page(result(Question("test", 0.0, 2.0, outcome, "m", hidden=True))))
    assert WORDINGS[outcome].title not in text
    assert WORDINGS[Outcome.FAILED].title in text


def test_symbols_tell_outcomes_apart() -> None:
    assert len({wording.symbol for wording in WORDINGS.values()}) == len(Outcome)


def test_the_score_is_the_sum_so_far() -> None:
    waiting = Question("essay", None, 3.0, Outcome.MANUAL)
    text = text_of(render_page(result(FAILED, waiting)))
    assert "0 / 5 points so far" in text
    assert "1 question waits for grading" in text


def test_a_persons_score_replaces_the_automatic_one() -> None:
    review = Review(scores={"test": 1.5}, extra_credit={"test": 0.25}, late_penalty=0.5)
    text = text_of(render_page(result(FAILED), review=review))
    assert "1.25 / 2 points" in text  # 1.5 + 0.25 − 0.5
    assert "1.75 / 2" in text
    assert "Graded by a person" in text
    assert "0.5 points were taken off" in text


def test_comments_are_at_their_cells() -> None:
    review = Review(comments={"answer": "Nice and short.", "test": "Look again."})
    text = text_of(render_page(result(FAILED), review=review))
    assert "Nice and short." in text
    assert "Look again." in text


def test_comments_are_markdown_with_formulas() -> None:
    review = Review(comments={"test": "**Almost**: $\\nabla L$, see `np.dot`"})
    html = render_page(result(FAILED), review=review)
    assert "<strong>Almost</strong>" in html
    assert "∇" in html
    assert "<code>np.dot</code>" in html


def test_an_ungradable_notebook_is_told_why_and_what_to_do() -> None:
    text = text_of(render_page(result(cells=(), error="The file is empty.")))
    assert "The file is empty." in text
    assert "What to do" in text
    assert "not a score of zero" in text


def test_a_note_of_the_grader_is_shown() -> None:
    run = CellRun(ANSWER.cell, note="This cell was deleted and put back.")
    assert "deleted and put back" in render_page(result(cells=(run,)))


def test_the_seed_is_named_for_appeals() -> None:
    assert "1815" in text_of(render_page(result(FAILED)))


def test_headings_skip_no_level() -> None:
    intro = CellRun(cell("# One\n## Two\n###### Six", "intro", "markdown", locked=True))
    headings = Text(render_page(result(FAILED, cells=(intro, ANSWER, TEST)))).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert headings == [1, 2, 2, 3, 4, 6, 3]


def test_long_outputs_are_cut_with_a_note() -> None:
    run = CellRun(ANSWER.cell, ({**PRINTED, "text": "x" * 10_000_000},))
    html = render_page(result(cells=(run,)))
    assert "9,980,000 characters are not shown" in html
    assert len(html) < 100_000


def test_many_outputs_are_cut_with_a_note() -> None:
    run = CellRun(ANSWER.cell, (PRINTED,) * 1000)
    html = render_page(result(cells=(run,)))
    assert html.count("printed 4711") == 50
    assert "950 more outputs are not shown" in html


def test_a_page_of_very_many_cells_ends_with_a_note() -> None:
    own = CellRun(Cell("code", "x = 1"))
    html = render_page(result(FAILED, cells=(own,) * 5_000 + (ANSWER,)))
    assert "cells are not shown" in html
    assert "Your answer" in html
    assert len(html) < 1_000_000


def test_a_page_of_plain_text_parses_nothing_of_the_students() -> None:
    html_output = {"output_type": "display_data", "data": {"text/html": "<b>x</b>"}}
    runs = (CellRun(Cell("markdown", "*a*")), CellRun(Cell("code", "b = 1"), (html_output,)))
    page = render_page(result(cells=runs), plain=True)
    assert "<pre>*a*</pre>" in page
    assert "<code>b = 1</code>" in page
    assert "This output is too long to be shown" in page


def test_an_error_output_is_told_with_its_traceback() -> None:
    error = {
        "output_type": "error",
        "ename": "ZeroDivisionError",
        "evalue": "division by zero",
        "traceback": ["\x1b[31mCell In[1], line 1\x1b[0m", "----> 1/0"],
    }
    text = text_of(render_page(result(cells=(CellRun(ANSWER.cell, (error,)),))))
    assert "ZeroDivisionError: division by zero" in text
    assert "Cell In[1], line 1 ----> 1/0" in text


def test_an_image_is_embedded() -> None:
    output = {"output_type": "display_data", "data": {"image/png": ONE_PIXEL}, "metadata": {}}
    html = render_page(result(cells=(CellRun(ANSWER.cell, (output,)),)))
    assert f'src="data:image/png;base64,{ONE_PIXEL}"' in html


def test_the_same_result_makes_the_same_page() -> None:
    assert render_page(result(FAILED)) == render_page(result(FAILED))


def test_rendering_needs_no_database() -> None:
    program = "import sys, autograder.feedback.page; print('sqlalchemy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert run.stdout == b"False\n"


def test_points_for_an_earlier_answer_are_said_to_be() -> None:
    review = Review({"test": 2.0}, outdated=frozenset({"test"}))
    text = text_of(render_page(result(FAILED), review=review))
    assert "Graded before" in text
    assert "for the answer that you handed in before this one" in text
    assert "1 question waits for grading by a person" in text


def test_what_a_person_gave_for_an_ungradable_notebook_is_shown() -> None:
    broken = result(Question("test", None, 2.0, Outcome.MANUAL), cells=(), error="not JSON")
    text = text_of(render_page(broken, review=Review({"test": 1.5})))
    assert "1.5 / 2 points" in text
    assert "so a person has graded it: not JSON" in text


def test_an_ungradable_notebook_that_nobody_has_graded_shows_no_points() -> None:
    broken = result(Question("test", None, 2.0, Outcome.MANUAL), cells=(), error="not JSON")
    text = text_of(render_page(broken))
    assert "This is not a score of zero" in text
    assert "/ 2" not in text


def test_a_notebook_that_was_not_handed_in_is_said_beside_the_others() -> None:
    page = text_of(render_page(result(FAILED), missing=["extra"]))
    assert "Not handed in, and so 0 points: extra." in page
    assert "Not handed in" not in text_of(render_page(result(FAILED)))
