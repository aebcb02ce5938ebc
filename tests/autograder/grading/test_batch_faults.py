"""A fault of the grader's own over one submission: a person decides, and the class is graded."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from autograder.autograded import record
from autograder.cli import main
from autograder.course import parties
from autograder.course.directory import Course, load_course
from autograder.errors import CourseError
from autograder.grading import batch
from autograder.grading import executor as executor_module
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import LocalExecutor
from autograder.grading.graded import Graded
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course

GRADES = """
    SELECT student_id, sum(auto_score), max(needs_manual_grade)
    FROM grade JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    GROUP BY student_id ORDER BY student_id
"""
CLASS = ("ada", "ben", "cleo", "dan")
#: Where something of the grader's may break.
PLACES = {
    "reading": (parties, "read_submission"),
    "earlier": (record.Recorder, "earlier"),
    "grading": (executor_module.LocalExecutor, "_grade"),
    "running": (executor_module, "grade_notebook"),
    "marking": (batch, "mark_grader_errors"),
    "writing": (record, "write_autograded"),
}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    course = load_course(make_course(tmp_path / "course"))
    for student in CLASS:
        hand_in(course.root, student)
    return course


def break_for(monkeypatch: pytest.MonkeyPatch, student: str, place: str) -> None:
    """Have the grader raise what it never should, over one submission."""
    owner, name = PLACES[place]
    whole = getattr(owner, name)

    def broken(*arguments: Any, **named: Any) -> Any:
        if student in map(whose, arguments):
            raise KeyError(f"a fault of ours, \udc80 {'x' * 100_000}")
        return whole(*arguments, **named)

    monkeypatch.setattr(owner, name, broken)


def whose(value: Any) -> str:
    """The student whose work an argument of a function of the grader's is, or names.

    A result with an error holds nobody's work: the questions stand in its place.
    """
    if getattr(value, "error", None) is not None:
        return ""
    return value if isinstance(value, str) else getattr(value, "student", "")


def grade(course: Course, executor: LocalExecutor, **options: Any) -> dict[str, Graded]:
    grading = Batch(course, executor, Options(**options))
    graded = grading.grade(ASSIGNMENT, course.students(ASSIGNMENT), lambda _: None)
    return {each.submission.student: each for each in graded}


def grades_in(course: Course) -> dict[str, tuple[float | None, int]]:
    connection = sqlite3.connect(course.root / "gradebook.db")
    try:
        return {row[0]: row[1:] for row in connection.execute(GRADES)}
    finally:
        connection.close()


@pytest.mark.parametrize("place", PLACES)
def test_it_is_a_grader_error_and_everybody_else_is_graded(
    course: Course, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    break_for(monkeypatch, "ben", place)
    graded = grade(course, executor)
    assert {who: [each.score for each in one.results] for who, one in graded.items()} == {
        "ada": [3.0],
        "ben": [None],
        "cleo": [3.0],
        "dan": [3.0],
    }
    (result,) = graded["ben"].results
    assert "The grader failed, not the submission: KeyError" in (result.error or "")
    assert result.needs_manual_grade


@pytest.mark.parametrize("place", PLACES)
def test_the_gradebook_has_no_zero(
    course: Course, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    break_for(monkeypatch, "ben", place)
    grade(course, executor)
    grades = grades_in(course)
    assert grades.pop("ben")[1] == 1
    assert grades == {"ada": (3.0, 0), "cleo": (3.0, 0), "dan": (3.0, 0)}


@pytest.mark.parametrize("place", PLACES)
def test_an_earlier_grade_stays(
    course: Course, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    grade(course, executor)
    hand_in(course.root, "ben", double="def double(x):\n    return 2.0 * x")
    break_for(monkeypatch, "ben", place)
    grade(course, executor)
    assert grades_in(course)["ben"] == (3.0, 1)


@pytest.mark.parametrize("place", PLACES)
def test_once_the_grader_is_mended_it_is_graded(
    course: Course, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    with monkeypatch.context() as patched:
        break_for(patched, "ben", place)
        grade(course, executor)
    graded = grade(course, executor)
    assert [each.score for each in graded["ben"].results] == [3.0]
    assert graded["ada"].was_up_to_date
    assert grades_in(course)["ben"] == (3.0, 0)


@pytest.mark.parametrize("place", PLACES)
def test_the_traceback_is_where_the_message_says(
    course: Course, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    break_for(monkeypatch, "ben", place)
    (result,) = grade(course, executor)["ben"].results
    path = Path("autograded", "ben", ASSIGNMENT, f"tiny{record.SUFFIX}")
    message = f"The traceback for ben is in {path}, under 'detail'."
    assert (result.error or "").endswith(message)
    trace = json.loads((course.root / path).read_text())["result"]["detail"]
    assert "in broken" in trace
    assert "a fault of ours" in trace


def test_what_is_wrong_around_the_class_still_ends_the_run(
    course: Course, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> Any:
        raise CourseError("there is no course here")

    monkeypatch.setattr(parties, "read_submission", fail)
    with pytest.raises(CourseError, match="there is no course here"):
        grade(course, executor)


def test_the_command_names_it_and_ends_with_status_1(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_for(monkeypatch, "ben", "reading")
    arguments = ["--course-dir", str(course.root), "grade", "--isolation", "none", "--json", "-"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    reasons = {each["student"]: each["reason"] for each in json.loads(result.stdout)["results"]}
    assert "The traceback for ben is in" in reasons.pop("ben")
    assert reasons == {"ada": None, "cleo": None, "dan": None}
