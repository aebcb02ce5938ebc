"""The feedback pages of an assignment: one self-contained HTML page for each graded notebook.

`render_page` works out what the template shows, and the template escapes all of it but what is
HTML already and was made safe here. The page has no script and loads nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Template
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from autograder.course.parties import is_groups_choice
from autograder.feedback.attempts import (
    SHOWN_LATER,
    AttemptView,
    shown_later,
    without_results,
)
from autograder.feedback.markdown import markdown_html
from autograder.feedback.wording import (
    DECIDED,
    EARLIER_ANSWER,
    GRADED_BEFORE,
    GRADED_BY_HAND,
    WORDINGS,
    Wording,
    is_withheld,
    visible_source,
)
from autograder.results import (
    CellRun,
    NotebookResult,
    Outcome,
    Question,
    Review,
    cause_of,
    shown,
)
from autograder.sanitise import Room, plain_text, safe_outputs, text_within
from autograder.sanitise.templates import page_templates
from autograder.term.decisions import TOLD, Kind

SOURCE_LIMIT = 50_000  # characters of one cell
LINE_LIMIT = 300  # characters of a line; cells with longer ones are not highlighted
NAME_LIMIT = 200  # characters of a student's or a question's name
_LEXEME = re.compile(r"\w+|[^\w\s]")  # what a lexer may make an element of
_CELL_ELEMENTS = 30  # what the template makes around a cell, with its highlighting


@dataclass(frozen=True)
class QuestionView:
    """A question's row in the summary and its box in the notebook; scores in points.

    ``message`` is the test's, ``comment`` a person's, as it was typed, and ``comment_html`` as
    safe HTML. ``score`` is None while a person has to decide. ``same_as`` is the number of an
    earlier question with the same message: the summary tells one cause once, in one row.
    """

    number: int
    name: str
    score: float | None
    max_score: float
    extra_credit: float
    wording: Wording
    message: str
    comment: str
    comment_html: str
    hidden: bool
    same_as: int | None = None


@dataclass(frozen=True)
class PartView:
    """The points of questions whose names begin alike; None while a person has to decide one."""

    name: str
    score: float | None
    max_score: float


@dataclass(frozen=True)
class CellView:
    """One cell: its source as safe ``html``, and its ``outputs`` made safe.

    ``kind`` says whose cell it is and what for: ``answer``, ``test``, ``instructor`` or ``own``.
    """

    kind: str
    html: str
    is_code: bool
    outputs: list[dict[str, Any]] = field(default_factory=list)
    question: QuestionView | None = None
    note: str = ""
    withheld: bool = False
    comment: str = ""

    @property
    def is_quiet(self) -> bool:
        """Whether its author has nothing to look at here: no answer, no points lost, no error."""
        stopped = any(output["output_type"] == "error" for output in self.outputs)
        if self.kind == "answer" or self.note or self.comment or stopped:
            return False
        question = self.question
        return question is None or (question.wording.tone == "good" and not question.comment)


def render_page(
    result: NotebookResult,
    *,
    review: Review | None = None,
    lateness: str = "",
    released: Mapping[str, str] | None = None,
    hidden: Collection[str] = (),
    missing: Collection[str] = (),
    attempt: AttemptView | None = None,
    handed_in_by: str = "",
    plain: bool = False,
) -> str:
    """One self-contained HTML page for the student: no script, nothing loaded from elsewhere.

    Hidden sources, ``Question.detail`` and outputs of cells with a hidden part are never on it.

    Parameters
    ----------
    result
        The graded notebook.
    review
        What people decided about it.
    lateness
        A sentence on when it was due and came.
    released
        What students found in each of the instructor's cells, by ``grade_id``. In cells that it
        lacks, nbgrader's default marks of hidden tests and mark schemes decide what is shown.
    hidden
        The ``grade_id`` of cells of which students have not seen all.
    missing
        The assignment's notebooks that the student has not handed in.
    attempt
        Which attempt it is, where these are counted. The seed, which the next one has as well, is
        not shown then.
    handed_in_by
        Whose work it is, or the name of the group: for another student than the result's, the page
        says so.
    plain
        Whether sources and outputs are shown as plain text, without parsing any.
    """
    review = review or Review()
    unseen, dropped = shown_later(result, review, hidden, attempt)
    later = unseen | dropped
    result, review = without_results(result, review, later)
    questions = {
        question.grade_id: _question(number, question, review)
        for number, question in enumerate(result.questions, start=1)
    }
    for grade_id in later:
        assert attempt is not None
        message = f"What this test has found is shown after {attempt.hidden_until}."
        if grade_id in dropped:
            message = f"{TOLD[Kind.DROP]} It is shown after {attempt.hidden_until}."
        view = questions[grade_id]
        questions[grade_id] = replace(view, wording=SHOWN_LATER, message=message)
    questions = _told_once(questions)
    is_decided = result.error is None or not review.awaits_a_person(result)
    if not is_decided:
        questions = {}
    withheld = set(hidden) | {q.grade_id for q in result.questions if q.hidden}
    room = Room(plain=plain)
    cells = [
        _cell(run, questions, review, released or {}, withheld, room)
        for run in result.cells
        if run.cell.grade_id is not None or room.take(elements=_CELL_ELEMENTS)
    ]
    waiting = sum(
        view.score is None
        for grade_id, view in questions.items()
        if grade_id not in later and not review.excused
    )
    return _template().render(
        assignment=_name(result.assignment),
        notebook=_name(result.notebook),
        student=_name(result.student),
        handed_in_by=_name(handed_in_by) if handed_in_by != result.student else "",
        seed=result.seed,
        attempt=attempt,
        later=len(unseen),
        is_partial=bool(later),
        error=None if result.error is None else plain_text(result.error),
        is_decided=is_decided,
        is_groups_choice=is_groups_choice(result.error or ""),
        questions=list(questions.values()),
        parts=_parts(questions.values()),
        cells=cells,
        left_out=len(result.cells) - len(cells),
        score=review.total(result),
        max_score=review.max_total(result),
        waiting=waiting,
        late_penalty=review.late_penalty,
        lateness=lateness,
        missing=[] if review.excused else [*map(_name, missing)],
        is_excused=review.excused,
    )


def _question(number: int, question: Question, review: Review) -> QuestionView:
    comment = plain_text(review.comments.get(question.grade_id, "")).strip()
    # How a hidden test failed could say what it called with; whether it did, the points say.
    failed = question.hidden and question.score == 0 and question.outcome is not Outcome.PASSED
    wording = WORDINGS[Outcome.FAILED if failed else question.outcome]
    wording = GRADED_BY_HAND if question.grade_id in review.scores else wording
    before = ""
    if question.grade_id in review.outdated:
        before, wording = EARLIER_ANSWER, GRADED_BEFORE
    decision = review.decisions.get(question.grade_id, "")
    wording = DECIDED if decision else wording
    return QuestionView(
        number=number,
        name=_name(question.grade_id),
        score=review.score(question),
        max_score=review.max_score(question),
        extra_credit=review.extra_credit.get(question.grade_id, 0.0),
        wording=wording,
        # Messages quote what the student's code returned and printed.
        message=" ".join(filter(None, (TOLD.get(decision), before, _message(question, wording)))),
        comment=comment,
        comment_html=_comment(comment),
        hidden=question.hidden,
    )


def _message(question: Question, wording: Wording) -> str:
    return plain_text(question.message).strip() or wording.explanation


def _told_once(questions: Mapping[str, QuestionView]) -> dict[str, QuestionView]:
    """The questions, of which each knows where its message was told before."""
    first: dict[str, int] = {}
    told = {}
    for grade_id, view in questions.items():
        if view.message == view.wording.explanation:  # no words of a test's own
            told[grade_id] = view
            continue
        number = first.setdefault(cause_of(view.name, view.message), view.number)
        told[grade_id] = replace(view, same_as=number if number < view.number else None)
    return told


def _parts(questions: Iterable[QuestionView]) -> list[PartView]:
    """The subtotals by what stands before the first hyphen of a name, if that makes parts.

    A course may name its questions otherwise: then each has a beginning of its own, or all have
    the same, and there are none.
    """
    parts: dict[str, list[QuestionView]] = {}
    for view in questions:
        parts.setdefault(view.name.partition("-")[0], []).append(view)
    if len(parts) < 2 or max(map(len, parts.values())) < 2:
        return []
    return [
        PartView(
            name,
            _sum_of(views),
            sum(view.max_score for view in views),
        )
        for name, views in parts.items()
    ]


def _sum_of(views: Iterable[QuestionView]) -> float | None:
    points = 0.0
    for view in views:
        if view.score is None:
            return None
        points += view.score + view.extra_credit
    return points


def _cell(
    run: CellRun,
    questions: Mapping[str, QuestionView],
    review: Review,
    released: Mapping[str, str],
    unseen: Collection[str],
    room: Room,
) -> CellView:
    cell = run.cell
    grade_id = cell.grade_id or ""
    source = visible_source(cell, released)
    is_code = cell.cell_type == "code"
    if cell.is_solution:
        kind = "answer"
    elif cell.is_test:
        kind = "test"
    else:
        kind = "instructor" if cell.grade_id else "own"
    withheld = is_withheld(cell, released, unseen)
    question = questions.get(grade_id)
    return CellView(
        kind=kind,
        html=_code(source, room) if is_code else _prose(source, cell.attachments, room),
        is_code=is_code,
        # What a hidden test prints, or where its traceback leads, would tell what it tests.
        outputs=[] if withheld else safe_outputs(run.outputs, room),
        question=question,
        note=plain_text(run.note),
        withheld=withheld,
        comment="" if question else _comment(plain_text(review.comments.get(grade_id, "")).strip()),
    )


def _prose(source: str, attachments: Mapping[str, Any] | None, room: Room) -> str:
    return markdown_html(plain_text(source, len(source)), attachments, room)


def _comment(text: str) -> str:
    """A person's comment, which formgrader says may hold Markdown and formulas, as safe HTML."""
    return markdown_html(text) if text else ""


def _code(source: str, room: Room) -> str:
    """Highlighted HTML; only escaped if a line is long, or there are many tokens.

    Over a long line, and over the blanks at the end of one, the lexer takes n² time.
    """
    source = text_within(room, source, SOURCE_LIMIT)
    lines = [line.rstrip() for line in source.split("\n")]
    tokens = len(_LEXEME.findall(source))
    if room.plain or max(map(len, lines)) > LINE_LIMIT or not room.take(elements=tokens):
        return escape(source)
    source = "\n".join(lines)
    return str(highlight(source, *_highlighter()))


def _name(text: str) -> str:
    return plain_text(text, NAME_LIMIT).replace("\n", " ")


def _in_groups(cells: Iterable[CellView]) -> list[tuple[bool, list[CellView]]]:
    """Neighbours, those with nothing to look at apart from the others."""
    return [(quiet, list(group)) for quiet, group in groupby(cells, lambda cell: cell.is_quiet)]


@cache
def _highlighter() -> tuple[PythonLexer, HtmlFormatter[str]]:
    return PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)


@cache
def _template() -> Template:
    environment = page_templates(Path(__file__).parent)
    environment.filters["points"] = shown
    environment.filters["groupby_quiet"] = _in_groups
    return environment.get_template("page.html.j2")
