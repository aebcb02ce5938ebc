"""A small class that takes the grader through all that it does, and what is known of its grades."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.autograder.tiny_course import ANSWERS, ASSIGNMENT, hand_in, notebook
from tests.autograder.tiny_course import make_course as make_tiny_course

#: A hidden test with a cell after it: every notebook is run twice.
TESTS = {
    "test_double": (
        "assert double(2) == 4, 'double(2) should be 4'\n"
        "### BEGIN HIDDEN TESTS\nassert double(-3) == -6\n### END HIDDEN TESTS"
    ),
    "test_halve": "assert halve(4) == 2\nassert halve(5) == 2.5",
}
CLASS: Mapping[str, Mapping[str, str]] = {
    "ada": {},
    "ben": {"double": "def double(x):\n    return abs(2 * x)"},
    "cleo": {"double": "def double(x):\n    import os\n    os._exit(3)"},
    "dan": {"halve": "print('half done')"},
}
GRADES = """
    SELECT student_id, base_cell.name, auto_score, manual_score, needs_manual_grade
    FROM grade JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
"""
Grades = dict[tuple[str, str], tuple[Any, ...]]


def make_course(root: Path) -> Path:
    """The course with its class, and with one submission that nobody can read."""
    make_tiny_course(root, TESTS)
    for student, answers in CLASS.items():
        hand_in(root, student, notebook({**ANSWERS, **answers}, TESTS))
    hand_in(root, "eve", '{"cells": [')
    return root


def grades_in(root: Path) -> Grades:
    """Every grade in the gradebook, by student and question, after checking that it is sound."""
    if not (root / "gradebook.db").exists():
        return {}
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not connection.execute("SELECT * FROM sqlite_master").fetchall():
            return {}
        return {(who, what): tuple(rest) for who, what, *rest in connection.execute(GRADES)}


def results_in(root: Path) -> dict[str, Any]:
    """What the grader's own records say of each student, apart from times."""
    found = {}
    for file in root.glob(f"autograded/*/{ASSIGNMENT}/*.grading.json"):
        result = json.loads(file.read_bytes())["result"]
        found[file.parts[-3]] = {
            key: value for key, value in result.items() if "seconds" not in key and key != "seed"
        }
    return found


def expect_nothing_half_done(root: Path, expected: Grades) -> None:
    """After a kill: what is there is whole, and as it should be."""
    grades = grades_in(root)
    for key, grade in grades.items():
        assert grade == expected[key], (key, grade)
    assert all((who, other) in grades for who, _ in grades for other in TESTS)
    for file in root.glob("autograded/**/*"):
        if file.suffix in (".json", ".ipynb") and not file.name.startswith("."):
            json.loads(file.read_bytes())
    results_in(root)
