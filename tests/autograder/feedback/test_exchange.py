"""What `nbgrader release_feedback` finds beside the pages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course

COLLECTED = {"timestamp.txt": "2024-01-30 14:30:00.000000 UTC", "submission_secret.txt": "abc"}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with an exchange; Ada handed in through it, and Ben by another way."""
    root = make_course(tmp_path / "course")
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    config = root / "nbgrader_config.py"
    lines = f"c.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = 'tiny101'\n"
    config.write_text(config.read_text() + lines)
    folder = hand_in(root, "ada").parent
    hand_in(root, "ben")
    for name, text in COLLECTED.items():
        (folder / name).write_text(text)
    for arguments in (["grade", "--isolation", "none"], ["feedback"]):
        done = CliRunner().invoke(main, ["--course-dir", str(root), *arguments])
        assert done.exit_code == 0, done.output
    return root


def test_what_collect_left_goes_with_the_pages(course: Path) -> None:
    folder = course / "feedback" / "ada" / ASSIGNMENT
    assert {name: (folder / name).read_text() for name in COLLECTED} == COLLECTED


def test_who_handed_in_otherwise_gets_a_secret_of_its_own(course: Path) -> None:
    secret = (course / "feedback" / "ben" / ASSIGNMENT / "submission_secret.txt").read_text()
    assert len(secret) > 20


def test_nbgrader_releases_the_pages_of_all(course: Path) -> None:
    command = [sys.executable, "-m", "nbgrader", "release_feedback", ASSIGNMENT]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Feedback released to") == 2
