from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.report.analysis import Analysis, analyse
from autograder.report.page import render_report
from autograder.results import NotebookResult, Outcome, Question, Review
from tests.autograder.tiny_course import hand_in, make_course

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def report(*messages: str, error: str | None = None) -> Analysis:
    results = [
        NotebookResult(
            "a1",
            f"student{number}",
            "one",
            (Question(f"q{number % 2}", number % 2, 1.0, Outcome.FAILED, message),),
        )
        for number, message in enumerate(messages)
    ]
    if error:
        results.append(NotebookResult("a1", HOSTILE, "one", error=error))
    return analyse("a1", [(each, Review()) for each in results])


class Tags(HTMLParser):
    """The names of all elements and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(name for name, _ in attrs)}


def test_what_students_wrote_is_text() -> None:
    tags = Tags()
    tags.feed(render_report(report(HOSTILE, "fine", error=HOSTILE)))
    assert not tags.seen & {"script", "img", "onerror"}


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = render_report(report("a", "b"))
    assert not re.findall(r"""(?:src|href)=["'](?!#)""", page)
    assert "@import" not in page


def test_same_results_give_the_same_page() -> None:
    assert render_report(report("a", "b")) == render_report(report("a", "b"))


def test_assignment_that_nobody_could_be_graded_in_has_a_page() -> None:
    assert "Could not be graded" in render_report(report(error="not JSON"))


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = make_course(tmp_path / "course")
    hand_in(folder, "ada")
    return folder


def run(course: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["--course-dir", str(course), *arguments])
    return done.exit_code, done.output


def test_command_prints_each_question_and_writes_the_page(course: Path) -> None:
    assert run(course, "grade", "--isolation", "none", "--jobs", "1")[0] == 0
    status, output = run(course, "report")
    assert status == 0
    (page,) = (course / "report").iterdir()
    assert str(page) in output
    assert "share" in output


def test_command_says_when_nothing_has_been_graded(course: Path) -> None:
    status, output = run(course, "report")
    assert status == 1
    assert "has been graded yet" in output
