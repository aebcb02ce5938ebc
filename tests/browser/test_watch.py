"""The instructor's page of `autograder watch`, on a phone and on a wide screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from autograder.autograded.attempts import Attempts, Policy
from autograder.course.directory import load_course
from autograder.results import NotebookResult, Outcome, Question, Review
from autograder.watch.board import ClassPage
from autograder.watch.rows import row_of
from tests.autograder.tiny_course import make_course

pytestmark = [pytest.mark.slow, pytest.mark.browser]

#: What of a row or the page lies outside the window.
OUTSIDE = """() => [...document.querySelectorAll("tbody tr > *:not(:empty), main p, h1, h2")]
    .filter(each => each.getBoundingClientRect().right > innerWidth
        || each.scrollWidth > each.clientWidth + 1)
    .map(each => each.textContent)"""


@pytest.mark.parametrize("width", [390, 1400])
def test_all_that_it_tells_of_a_student_is_in_sight(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    root = make_course(tmp_path / "course")
    shown = ClassPage(load_course(root), ["tiny"], root / "watch" / "index.html")
    message = "gaussian([1, 2, 3], 2) gave [1.0, 1.5, 2.5], expected [1.5, 2.5]: " * 3
    questions = (
        Question("gaussian_negative_log_likelihood-example", 1.0, 1.0, Outcome.PASSED),
        Question("gaussian_negative_log_likelihood-corners", 0.0, 2.0, Outcome.FAILED, message),
    )
    for student in ("ada", "Bartholomäus von Hohenzollern-Sigmaringen"):
        found = [(NotebookResult("tiny", student, "tiny", questions), Review())]
        shown.note("tiny", row_of(student, found, (), Attempts(policy=Policy(3))))
    shown.note_class(["ben"])
    shown.write(at_once=True)
    page = browser.new_page(viewport={"width": width, "height": 900})
    try:
        page.goto(shown.path.as_uri())
        assert page.evaluate(OUTSIDE) == []
    finally:
        page.close()
