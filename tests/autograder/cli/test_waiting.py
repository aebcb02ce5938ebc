"""What stands below the table of a grading: what waits for a person, and what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.cli.waiting import waiting
from autograder.course.submissions import Submission
from autograder.grading.graded import Graded
from autograder.grading.score import AT_FAULT, HIDDEN_ERROR, HIDDEN_FAILED, LOW_LIMIT, TOO_BUSY
from autograder.results import NotebookResult, Outcome, Question, Review
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course


def run(root: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--course-dir", str(root), *arguments])


def graded(
    outcome: Outcome,
    message: str = "",
    students: tuple[str, ...] = ("ada",),
    review: Review | None = None,
) -> list[Graded]:
    question = Question("q-test", None, 1.0, outcome, message)
    return [
        Graded(
            Submission("ps1", student),
            (NotebookResult("ps1", student, "nb", (question,)),),
            reviews={"nb": review or Review()},
        )
        for student in students
    ]


@pytest.mark.parametrize(
    ("outcome", "message", "words"),
    [
        (Outcome.GRADER_ERROR, TOO_BUSY, "autograder grade ps1 --force --student ada"),
        (Outcome.GRADER_ERROR, AT_FAULT, "autograder drop ps1 q-test (or void, or full)"),
        (Outcome.GRADER_ERROR, HIDDEN_ERROR, "autograder grade ps1 --student ada --show-only"),
        (Outcome.MANUAL, "", "1 answer waits for points, in formgrader or by autograder enter"),
    ],
)
def test_what_waits_for_a_person_comes_with_what_to_do(
    outcome: Outcome, message: str, words: str
) -> None:
    (line,) = waiting(graded(outcome, message))
    assert line.plain.startswith("ps1, q-test: ")
    assert words in line.plain


def test_all_who_wait_for_one_question_are_one_line() -> None:
    (line,) = waiting(graded(Outcome.GRADER_ERROR, TOO_BUSY, tuple(f"s{n:02}" for n in range(12))))
    assert "s00, s01" in line.plain
    assert "s09 and 2 more. When it has less to do: autograder grade ps1 --force" in line.plain


@pytest.mark.parametrize(
    "review", [Review({"q-test": 1.0}), Review(excused=True)], ids=["decided", "excused"]
)
def test_what_a_person_has_decided_waits_no_more(review: Review) -> None:
    assert [*waiting(graded(Outcome.GRADER_ERROR, TOO_BUSY, review=review))] == []


def test_a_limit_that_is_too_low_has_a_line_of_its_own() -> None:
    assert [*waiting(graded(Outcome.GRADER_ERROR, LOW_LIMIT))] == []


def test_the_instructors_table_tells_what_a_hidden_test_found(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    hand_in(root, "ada", halve="def halve(x):\n    return 2")
    shown = run(root, "grade", "--isolation", "none", ASSIGNMENT)
    assert "test_halve: AssertionError at: assert halve(5) == 2.5" in " ".join(shown.output.split())
    assert HIDDEN_FAILED not in shown.output


def test_who_is_refused_by_collect_keeps_a_grading_from_status_0(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    hand_in(root, "ada")
    assert run(root, "grade", "--isolation", "none").exit_code == 0
    (root / "submitted/.collected").mkdir()
    (root / f"submitted/.collected/{ASSIGNMENT}.csv").write_text(
        "student,platform_id,name,refused\ndan,4,dan,no notebook\n"
    )
    assert run(root, "grade", "--isolation", "none").exit_code == 1
    assert run(root, "grade", "--isolation", "none", "--student", "ada").exit_code == 0
