"""Formgrader's buttons, pressed in a browser."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.autograder.tiny_course import ASSIGNMENT, CONFIG, hand_in, make_course, notebook
from tests.browser.formgrader import formgrader, with_nbgrader

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(400),
]

PLUGIN = """\
c.Autograde.exporter_class = "autograder.nbgrader_plugin.SandboxedExporter"
c.GenerateFeedback.exporter_class = "autograder.nbgrader_plugin.FeedbackExporter"
"""
FORGES = "class Equal:\n    __eq__ = lambda self, other: True\ndef double(x): return Equal()"
SCORES = """
    SELECT student_id, sum(auto_score), max(needs_manual_grade) FROM grade
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    GROUP BY student_id
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("formgrader") / "course")
    (root / "nbgrader_config.py").write_text(CONFIG + PLUGIN)
    hand_in(root, "ada")
    hand_in(root, "forges", double=FORGES)
    hand_in(root, "half", notebook()[:200])
    return root


@pytest.fixture(scope="module")
def address(course: Path) -> Iterator[str]:
    """Formgrader's page, from a JupyterLab that has nobody's settings."""
    # Formgrader shows what the gradebook knows.
    generate = [sys.executable, "-m", "nbgrader", "generate_assignment", ASSIGNMENT]
    subprocess.run(generate, cwd=course, env=with_nbgrader(), check=True, capture_output=True)
    with formgrader(course, course.parent) as address:
        yield f"{address}/manage_submissions/{ASSIGNMENT}"


def press(page: Page, button: str, student: str) -> str:
    """What formgrader says when a button in the student's row has been pressed."""
    name = page.locator("td.student-id", has_text=re.compile(f"^{student}$"))
    page.locator("tr", has=name).locator(f"td.{button} a").click()
    box = page.locator(".modal.in")
    box.wait_for(timeout=120_000)
    text = box.inner_text()
    box.get_by_role("button", name="OK").click()
    box.wait_for(state="detached")
    return text


def test_the_buttons_grade_in_the_sandbox_and_write_our_pages(
    course: Path, address: str, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(address)
    said = {who: press(page, "autograde", who) for who in ("ada", "forges", "half")}
    about_feedback = press(page, "generate-feedback", "forges")
    table = page.locator("#main_table, table").first.inner_text()
    assert "Successfully autograded" in said["ada"]
    assert "forges/tiny/tiny: 2 / 3" in said["forges"]
    assert "half/tiny/tiny could not be graded: The file is not valid JSON" in said["half"]
    assert "needs manual grading" in table
    assert "Successfully generated feedback" in about_feedback
    feedback = course / "feedback" / "forges" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert ">4<" in feedback.read_text()
    assert ">2.5<" not in feedback.read_text()
    connection = sqlite3.connect(course / "gradebook.db")
    scores = connection.execute(SCORES).fetchall()
    connection.close()
    assert scores == [("ada", 3.0, 0), ("forges", 2.0, 0), ("half", None, 1)]
