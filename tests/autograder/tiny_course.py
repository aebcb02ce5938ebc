"""A course so small that grading it takes no time: one assignment, two functions, two tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ASSIGNMENT = "tiny"
#: The limits are for tests that hang: everything else is done long before.
CONFIG = """\
c = get_config()
c.Autograder.cell_seconds = 3
c.Autograder.repeated_seconds = 1
"""
DOUBLE = "def double(x):\n    return 2 * x"
HALVE = "def halve(x):\n    return x / 2"
ANSWERS = {"double": DOUBLE, "halve": HALVE}
TESTS = {
    "test_double": "assert double(2) == 4, 'double(2) should be 4'",
    "test_halve": (
        "assert halve(4) == 2\n### BEGIN HIDDEN TESTS\nassert halve(5) == 2.5\n### END HIDDEN TESTS"
    ),
}
POINTS = {"test_double": 1, "test_halve": 2}


def make_course(root: Path, tests: dict[str, str] = TESTS) -> Path:
    """A course folder with the instructor edition; nobody has handed in anything."""
    (root / "source" / ASSIGNMENT).mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    solved = {
        name: f"### BEGIN SOLUTION\n{text}\n### END SOLUTION" for name, text in ANSWERS.items()
    }
    (root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text(notebook(solved, tests))
    return root


def notebook(answers: dict[str, str] = ANSWERS, tests: dict[str, str] = TESTS) -> str:
    """The assignment's notebook with these answers."""
    cells = [
        code_cell("double", answers["double"], solution=True),
        code_cell("test_double", tests["test_double"], grade=True),
        code_cell("halve", answers["halve"], solution=True),
        code_cell("test_halve", tests["test_halve"], grade=True),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def code_cell(
    name: str, source: str, *, grade: bool = False, solution: bool = False
) -> dict[str, Any]:
    """A cell as nbgrader's formbuilder leaves it."""
    nbgrader: dict[str, Any] = {
        "grade_id": name,
        "grade": grade,
        "solution": solution,
        "locked": grade,
        "task": False,
        "schema_version": 3,
    }
    if grade:
        nbgrader["points"] = POINTS[name]
    return {
        "cell_type": "code",
        "id": name.replace("_", "-"),
        "metadata": {"nbgrader": nbgrader},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def hand_in(root: Path, student: str, text: str | None = None, /, **answers: str) -> Path:
    """A student's submission: this text, else the right notebook but for these answers."""
    folder = root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{ASSIGNMENT}.ipynb"
    file.write_text(notebook(ANSWERS | answers) if text is None else text)
    return file
