from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.edition import Edition
from autograder.notebook.secrets import find_leaks

SOLUTION = "import numpy as np\ndef mean(x):\n    return np.sum(x) / np.size(x)\n"
TEST = "x = [1, 2]\n### BEGIN HIDDEN TESTS\nassert mean([4, 8]) == 6\n### END HIDDEN TESTS"


def edition(*shown: str) -> Edition:
    answer = Cell("code", SOLUTION, {"nbgrader": {"grade_id": "a", "solution": True}})
    test = Cell("code", TEST, {"nbgrader": {"grade_id": "t", "grade": True, "points": 1}})
    cells = (*(Cell("code", source) for source in shown), answer, test)
    released = {"a": "# YOUR CODE HERE", "t": "x = [1, 2]"}
    return Edition("a1", "one", Notebook(cells), released, frozenset("t"), "", Course(Path("/c")))


def notebook(cell: dict[str, Any]) -> dict[str, bytes]:
    return {"one.ipynb": json.dumps({"cells": [cell]}).encode()}


def test_release_without_secrets_is_clean() -> None:
    assert find_leaks([edition()], notebook({"source": ["# YOUR CODE HERE\n", "x = [1, 2]"]})) == []


@pytest.mark.parametrize(
    "wrap",
    [
        lambda line: {"source": ["x = 1\n", line + "\n"]},
        lambda line: {"source": "if x:\n        " + line},
        lambda line: {"outputs": [{"text": [line]}]},
        lambda line: {"metadata": {"note": line}},
    ],
)
@pytest.mark.parametrize("line", ["return np.sum(x) / np.size(x)", "assert mean([4, 8]) == 6"])
def test_secret_line_anywhere_in_a_notebook_is_found(
    wrap: Callable[[str], dict[str, Any]], line: str
) -> None:
    assert find_leaks([edition()], notebook(wrap(line))) == [f"one.ipynb: {line!r}"]


def test_copy_of_the_solution_among_the_files_is_found() -> None:
    leaks = find_leaks([edition()], {"answers.py": SOLUTION.encode()})
    assert leaks == ["answers.py: 'return np.sum(x) / np.size(x)'"]


def test_lines_that_the_instructor_shows_are_no_secrets() -> None:
    shown = edition("return np.sum(x) / np.size(x)")
    assert find_leaks([shown], {"answers.py": SOLUTION.encode()}) == []


def test_binary_files_are_searched_too() -> None:
    assert find_leaks([edition()], {"plot.png": b"\x89PNG\xff\n" + TEST.encode()}) != []
