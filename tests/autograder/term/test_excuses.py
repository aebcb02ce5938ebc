"""Who is excused from an assignment has no mark for it, which is not 0."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from autograder.cli.tables import as_json, score_text
from autograder.course.directory import Course, load_course
from autograder.errors import CourseError
from autograder.feedback.page import render_page
from autograder.gradebook import Gradebook
from autograder.gradebook.giving import Given
from autograder.report.export import Marks, read_marks, wide_table
from autograder.report.page import analyse_course
from autograder.results import NotebookResult, Outcome, Question, Review
from autograder.term.deadlines import read_deadlines
from tests.autograder.on_record import course, put_on_record, run
from tests.autograder.tiny_course import ASSIGNMENT, make_course

__all__ = ["course"]  # a fixture

EXCUSED = Review(excused=True)
RESULT = NotebookResult("ps1", "ada", "p", (Question("q", 1.0, 4.0, Outcome.PARTIAL),))
BROKEN = NotebookResult("ps1", "ada", "p", error="no JSON")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada and Ben have handed in, and Cy, who is of the class, has not."""
    root = make_course(tmp_path_factory.mktemp("excuses") / "course")
    put_on_record(load_course(root), "ada", test_double=0.0)
    put_on_record(load_course(root), "ben")
    with Gradebook.of(load_course(root)) as gradebook:
        gradebook.name_students({"cy": {}})
    return root


def excuse(course: Course, *arguments: str) -> Result:
    return run(course, "excuse", *arguments)


def marks(course: Course) -> dict[str, float | None]:
    return {each.student: each.total for each in read_marks(course, [ASSIGNMENT])}


def test_the_mark_is_empty_whether_something_was_handed_in_or_not(course: Course) -> None:
    assert marks(course) == {"ada": 2.0, "ben": 3.0, "cy": 0.0}
    excuse(course, "ada", ASSIGNMENT)
    excuse(course, "cy", ASSIGNMENT)
    assert marks(course) == {"ada": None, "ben": 3.0, "cy": None}


def test_an_excuse_can_be_taken_back(course: Course) -> None:
    excuse(course, "ada", ASSIGNMENT, "--why", "was ill")
    excuse(course, "ada", ASSIGNMENT, "--undo")
    assert marks(course)["ada"] == 2.0
    assert 'why = "was ill"' in (course.root / "deadlines.toml").read_text()


def test_a_group_can_be_excused(course: Course) -> None:
    (course.root / "groups.csv").write_text("student,group\nada,red\ncy,red\n")
    excuse(course, "red", ASSIGNMENT)
    assert marks(course) == {"ada": None, "ben": 3.0, "cy": None}


def test_a_misspelt_name_is_refused(course: Course) -> None:
    done = excuse(course, "adda", ASSIGNMENT)
    assert (done.exit_code, "Did you mean ada?" in done.output) == (2, True)
    assert not (course.root / "deadlines.toml").exists()


def test_a_name_that_nobody_has_is_named_later(course: Course) -> None:
    excuse(course, "adda", ASSIGNMENT, "--new")
    assert "deadlines.toml names adda" in run(course, "export").stderr


@pytest.mark.parametrize("kind", ["csv", "long"])
def test_no_cell_of_an_export_has_points(course: Course, kind: str) -> None:
    with Gradebook.of(course) as gradebook:
        gradebook.give({ASSIGNMENT: {("ada", ASSIGNMENT, "test_halve"): Given(credit=0.5)}})
    excuse(course, "ada", ASSIGNMENT)
    table = run(course, "export", "--format", kind, "-o", "-").stdout
    rows = [row for row in csv.DictReader(io.StringIO(table)) if row["student"] == "ada"]
    points = [value for row in rows for key, value in row.items() if key.startswith("tiny")]
    cells = ("score", "extra_credit", "late_penalty")
    points += [row[cell] for row in rows for cell in cells if kind == "long"]
    assert rows
    assert not any(points)


def test_the_export_names_who_is_excused_and_not_as_absent(course: Course) -> None:
    excuse(course, "cy", ASSIGNMENT)
    said = run(course, "export").stderr
    assert "tiny: excused, so without a mark: cy." in said
    assert "handed in nothing" not in said


def test_the_report_counts_without_who_is_excused(course: Course) -> None:
    excuse(course, "ada", ASSIGNMENT)
    analysis = analyse_course(course, ASSIGNMENT)
    assert analysis.totals == {"ben": 3.0}
    assert all(len(item.scores) == 1 for item in analysis.items)
    assert "tiny: excused, so without a mark: ada." in analysis.without_work


def test_a_course_total_is_of_what_counts() -> None:
    result = {name: {"p": (RESULT, Review())} for name in ("ps1", "ps2")}
    marks = [
        Marks("ada", "ps1", result["ps1"], handed_in=True),
        Marks("ada", "ps2", result["ps2"], handed_in=True, excused=True),
        Marks("ben", "ps1"),
        Marks("ben", "ps2", result["ps2"], handed_in=True),
        Marks("cy", "ps1", excused=True),
        Marks("cy", "ps2", excused=True),
    ]
    rows = csv.DictReader(io.StringIO(wide_table(marks)))
    totals = {row["student"]: (row["total"], row["out of"]) for row in rows}
    assert totals == {"ada": ("1", "4"), "ben": ("1", "8"), "cy": ("", "")}


def test_a_course_total_is_empty_while_a_mark_is_not_known() -> None:
    graded = Marks("ada", "ps1", {"p": (RESULT, Review())}, handed_in=True)
    marks = [graded, Marks("ada", "ps2", {"p": (BROKEN, Review())}, handed_in=True)]
    (row,) = csv.DictReader(io.StringIO(wide_table(marks)))
    assert row["total"] == ""


@pytest.mark.parametrize("result", [RESULT, BROKEN], ids=["graded", "not graded"])
def test_table_and_json_have_a_word_and_no_points(result: NotebookResult) -> None:
    assert score_text(result, EXCUSED).plain == "excused"
    told = as_json(result, EXCUSED)
    assert (told["score"], told["excused"], told["needs_manual_grade"]) == (None, True, False)


@pytest.mark.parametrize("result", [RESULT, BROKEN], ids=["graded", "not graded"])
def test_the_page_says_that_it_does_not_count(result: NotebookResult) -> None:
    page = render_page(result, review=EXCUSED, missing=["other"])
    assert "You are excused from this assignment" in page
    assert "so 0 points" not in page
    assert "needs attention" not in page


def test_the_page_of_who_is_excused_shows_what_was_given(course: Course) -> None:
    put_on_record(course, "dee", test_halve=None)
    with Gradebook.of(course) as gradebook:
        gradebook.give({ASSIGNMENT: {("dee", ASSIGNMENT, "test_halve"): Given(points=1.5)}})
    excuse(course, "dee", ASSIGNMENT)
    with Gradebook.of(course) as gradebook:
        review = gradebook.reviews(ASSIGNMENT)["dee", ASSIGNMENT]
    assert (review.excused, review.scores) == (True, {"test_halve": 1.5})


def test_an_excused_assignment_takes_no_late_days(course: Course) -> None:
    due = datetime(2026, 1, 10, tzinfo=UTC)
    path = course.root / "deadlines.toml"
    path.write_text(f'[due]\ntiny = {due.isoformat()}\n[late]\npolicy = "zero"\n')
    late = due + timedelta(days=2)
    run(course, "submitted", "ada", ASSIGNMENT, late.isoformat())
    assert marks(course)["ada"] == 0.0
    excuse(course, "ada", ASSIGNMENT)
    with Gradebook.of(course) as gradebook:
        assert gradebook.reviews(ASSIGNMENT)["ada", ASSIGNMENT] == EXCUSED
    excuse(course, "ada", ASSIGNMENT, "--undo")
    assert marks(course)["ada"] == 0.0


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('student = "ada"', "excuse 1 names no assignment"),
        ('student = "ada"\nassignment = "tiny"\nexcused = 1', "expected true or false"),
        ('student = "ada"\nassignment = "tiny"\nuntil = "+1d"', "expected student, assignment"),
    ],
)
def test_what_makes_no_sense_is_named(course: Course, entry: str, said: str) -> None:
    (course.root / "deadlines.toml").write_text(f"[[excuse]]\n{entry}\n")
    with pytest.raises(CourseError, match=said):
        read_deadlines(course)
