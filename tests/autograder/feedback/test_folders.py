"""No page tells a student where the instructor's course and Python lie."""

from __future__ import annotations

import sys
import time
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.feedback.folders import without_folders
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course

ANSWERS = {
    "within a library": "import numpy as np\nnp.linalg.inv(np.zeros((2, 2)))",
    "within Python": "import json\njson.loads('{')",
    "a name that a library lacks": "from numpy import nosuch",
    "a warning": "import numpy as np\nnp.array([1.0]) / 0",
    "the end of the process": "import sys\nsys.exit(4)",
}


def test_pages_name_no_folder_of_the_instructors(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course of Jane's")
    for number, answer in enumerate(ANSWERS.values()):
        hand_in(root, f"student{number}", double=answer)
    (root / "submitted" / "linked").mkdir()
    (root / "submitted" / "linked" / ASSIGNMENT).symlink_to(root / "source" / ASSIGNMENT)
    for arguments in (["grade", "--isolation", "none"], ["feedback"]):
        CliRunner().invoke(main, ["--course-dir", str(root), *arguments])
    pages = {
        path.parts[-3]: unescape(path.read_text()) for path in root.glob("feedback/*/*/*.html")
    }
    assert len(pages) == len(ANSWERS) + 1
    folders = [str(root), sys.prefix, sys.base_prefix, str(Path.home()) + "/"]
    assert [(who, each) for who, page in pages.items() for each in folders if each in page] == []
    assert "submitted/linked/tiny is reached by a link" in pages["linked"]
    assert "…/numpy/linalg/" in pages["student0"]


@pytest.mark.parametrize(
    "text",
    ["/course/a", "my/courses/notes", "https://example.org/c/x", "3/c", "/c.d", "/cd", "/usr/bin"],
)
def test_other_paths_stay(text: str) -> None:
    assert without_folders(text, Path("/c")) == text


def test_a_course_at_the_root_leaves_paths_as_they_are() -> None:
    assert without_folders("/a/b", Path("/")) == "/a/b"


@pytest.mark.parametrize("piece", ["/a", "/lib/python3.11/", "/c", "a", "/lib", "/c/lib/python3/"])
def test_no_page_takes_long(piece: str) -> None:
    start = time.process_time()
    without_folders(piece * (3_000_000 // len(piece)), Path("/c"))
    assert time.process_time() - start < 5
