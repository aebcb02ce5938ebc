"""The instructor's page shows the class, and nothing on it is live."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest

from autograder.autograded.attempts import Attempts, Policy
from autograder.course.directory import load_course
from autograder.results import NotebookResult, Outcome, Question, Review
from autograder.watch.board import ClassPage, Row
from autograder.watch.rows import row_of
from tests.autograder.tiny_course import make_course

PASSED = Question("easy", 1.0, 1.0, Outcome.PASSED)
FAILED = Question("hard", 0.0, 2.0, Outcome.FAILED, "off by <b>one</b>")


@pytest.fixture
def page(tmp_path: Path) -> ClassPage:
    course = load_course(make_course(tmp_path / "course"))
    return ClassPage(course, ["tiny"], course.root / "watch" / "index.html")


def row(student: str, *questions: Question, review: Review | None = None) -> Row:
    result = NotebookResult("tiny", student, "tiny", questions)
    return row_of(student, [(result, review or Review())], (), Attempts(policy=Policy(3)))


def test_it_shows_which_question_stops_whom(page: ClassPage) -> None:
    page.note("tiny", row("ada", PASSED, FAILED))
    page.note("tiny", row("ben", PASSED))
    page.note_class(["cleo"])
    text = page.render()
    assert text.index("hard") < text.index("easy")
    assert "2 graded, 1 nothing yet" in text
    assert "1 / 3" in text
    assert 'http-equiv="refresh"' in text


def test_what_students_wrote_is_escaped(page: ClassPage) -> None:
    page.note("tiny", row("<script>alert(1)</script>", FAILED))
    page.note_trouble("x", "<img src=x onerror=alert(1)>")
    text = page.render()
    assert "<script" not in text
    assert "<img" not in text
    assert "<b>one" not in text


def test_a_question_that_a_person_has_graded_stops_nobody() -> None:
    graded = row("ada", FAILED, review=Review(scores={"hard": 2.0}))
    assert (graded.stopped_by, graded.points) == ("", "2 / 2")


@pytest.mark.parametrize(
    "review",
    [Review(), Review(scores={"why": 1.0}, outdated=frozenset({"why"}))],
    ids=["no points yet", "look again"],
)
def test_who_waits_for_a_person_does_not_pass(page: ClassPage, review: Review) -> None:
    page.note("tiny", row("ada", Question("why", None, 3.0, Outcome.MANUAL), review=review))
    heads = re.findall(r'<th scope="col" class="number">([^<]+)</th>', page.render())
    cells = re.findall(r"<td class=\"number\"[^>]*>(\d+)</td>", page.render())
    assert dict(zip(heads[:3], cells[:3], strict=True)) == {
        "Pass": "0",
        "Wait for a person": "1",
        "Stopped": "0",
    }


def test_a_notebook_that_could_not_be_graded_is_for_a_person() -> None:
    result = NotebookResult("tiny", "ada", "tiny", error="it is empty")
    shown = row_of("ada", [(result, Review())], (), Attempts())
    assert (shown.state, shown.said, shown.points) == ("for a person", "it is empty", "")


def test_what_a_missing_notebook_is_worth_counts() -> None:
    result = NotebookResult("tiny", "ada", "tiny", (PASSED,))
    shown = row_of("ada", [(result, Review())], ["other"], Attempts(), worth=3.0)
    assert (shown.points, shown.share, shown.said) == ("1 / 4", 0.25, "other: not submitted")


def test_times_are_in_the_courses_zone(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    (root / "deadlines.toml").write_text('timezone = "Asia/Kathmandu"\n')
    page = ClassPage(load_course(root), ["tiny"], root / "index.html")
    page.note("tiny", Row("ada", "graded", at=datetime(2026, 11, 30, 12, 0, tzinfo=UTC)))
    assert "17:45:00" in page.render()
    assert "+0545;" in page.render()


def test_it_is_written_when_something_has_changed_and_not_too_often(page: ClassPage) -> None:
    page.write()
    first = page.path.stat().st_mtime_ns
    page.note_class(["ada"])
    page.write()
    assert page.path.stat().st_mtime_ns == first
    assert page.seconds_to_wait()
    page.write(at_once=True)
    assert "ada" in page.path.read_text()
    assert page.seconds_to_wait() is None


def test_what_could_not_be_written_is_written_later(page: ClassPage) -> None:
    with (
        mock.patch("autograder.watch.board.write_atomically", side_effect=OSError("full")),
        pytest.raises(OSError, match="full"),
    ):
        page.write()
    page.write(at_once=True)
    assert page.path.exists()
