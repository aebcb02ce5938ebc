"""Through nbgrader's exchange and back, with an instructor and a student who are two unix users."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.autograder.feedback.unix_users import people, user
from tests.autograder.tiny_course import ASSIGNMENT, DOUBLE, HALVE, make_course

pytestmark = [
    pytest.mark.slow,
    pytest.mark.grader,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="only root may be other users"
    ),
]
PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def exchange(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    folder = tmp_path / "exchange"
    folder.mkdir()
    folder.chmod(0o777)
    return folder


@pytest.mark.parametrize("teachers_number", [0, 1], ids=["root", "ordinary"])
def test_an_assignment_goes_out_comes_in_and_its_page_goes_back(
    teachers_number: int, exchange: Path, tmp_path: Path
) -> None:
    root, *others = people()
    if len(others) < 2:
        pytest.skip("there are no two users")
    teacher = user((root, others[0])[teachers_number], tmp_path)
    ada = user(others[1], tmp_path)
    exchange_lines = f"c.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = 'tiny'\n"
    course = make_course(teacher.home / "course")
    config = course / "nbgrader_config.py"
    config.write_text(config.read_text() + exchange_lines)
    teacher.own(course)
    desk = ada.home / "desk"
    desk.mkdir()
    (desk / "nbgrader_config.py").write_text(f"c = get_config()\n{exchange_lines}")
    ada.own(desk)

    teacher.run("autograder", "release", cwd=course)
    teacher.run("nbgrader", "release_assignment", ASSIGNMENT, cwd=course)

    ada.run("nbgrader", "fetch_assignment", ASSIGNMENT, cwd=desk)
    notebook = desk / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    text = notebook.read_text()
    assert "2 * x" not in text
    _answer(notebook, {"double": DOUBLE, "halve": HALVE})
    (notebook.parent / "sketch.png").write_bytes(PICTURE)
    ada.own(notebook.parent)
    ada.run("nbgrader", "submit", ASSIGNMENT, cwd=desk)

    teacher.run("nbgrader", "collect", ASSIGNMENT, cwd=course)
    teacher.run("autograder", "grade", ASSIGNMENT, cwd=course)
    assert (course / "autograded" / ada.name / ASSIGNMENT / "sketch.png").read_bytes() == PICTURE
    teacher.run("autograder", "feedback", ASSIGNMENT, cwd=course)
    teacher.run("nbgrader", "release_feedback", ASSIGNMENT, cwd=course)

    ada.run("nbgrader", "fetch_feedback", ASSIGNMENT, cwd=desk)
    (page,) = desk.glob(f"{ASSIGNMENT}/feedback/*/{ASSIGNMENT}.html")
    assert page.stat().st_uid == ada.number
    assert "<strong>3</strong> / 3" in page.read_text()


def _answer(notebook: Path, answers: dict[str, str]) -> None:
    content = json.loads(notebook.read_text())
    for cell in content["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = answers.get(name, cell["source"])
    notebook.write_text(json.dumps(content))
