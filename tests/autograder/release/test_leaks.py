from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course.directory import Course
from autograder.course.source import SourceNotebook
from autograder.notebook.cells import Cell, Notebook
from autograder.release.leaks import find_copies, find_leaks

SOLUTION = "import numpy as np\ndef mean(x):\n    return np.sum(x) / np.size(x)\n"
TEST = "x = [1, 2]\n### BEGIN HIDDEN TESTS\nassert mean([4, 8]) == 6\n### END HIDDEN TESTS"


def source(*shown: str) -> SourceNotebook:
    answer = Cell("code", SOLUTION, {"nbgrader": {"grade_id": "a", "solution": True}})
    test = Cell("code", TEST, {"nbgrader": {"grade_id": "t", "grade": True, "points": 1}})
    cells = (*(Cell("code", source) for source in shown), answer, test)
    released = {"a": "# YOUR CODE HERE", "t": "x = [1, 2]"}
    return SourceNotebook(
        "a1", "one", Notebook(cells), released, frozenset("t"), "", Course(Path("/c"))
    )


def notebook(cell: dict[str, Any]) -> dict[str, bytes]:
    return {"one.ipynb": json.dumps({"cells": [cell]}).encode()}


def test_release_without_secrets_is_clean() -> None:
    assert find_leaks([source()], notebook({"source": ["# YOUR CODE HERE\n", "x = [1, 2]"]})) == []


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
    assert find_leaks([source()], notebook(wrap(line))) == [f"one.ipynb: {line!r}"]


def test_copy_of_the_solution_among_the_files_is_found() -> None:
    leaks = find_leaks([source()], {"answers.py": SOLUTION.encode()})
    assert leaks == ["answers.py: 'return np.sum(x) / np.size(x)'"]


def test_lines_that_the_instructor_shows_are_no_secrets() -> None:
    shown = source("return np.sum(x) / np.size(x)")
    assert find_leaks([shown], {"answers.py": SOLUTION.encode()}) == []


def test_binary_files_are_searched_too() -> None:
    assert find_leaks([source()], {"plot.png": b"\x89PNG\xff\n" + TEST.encode()}) != []


LONG = "total = np.sum(x, axis=0)\nreturn total / np.size(x)\nprint(total, flush=True)"


def solved(*lines: str) -> SourceNotebook:
    """A source notebook whose answer is these lines, beside the hidden test of one line."""
    made = source()
    answer = Cell("code", "\n".join(lines), {"nbgrader": {"grade_id": "a", "solution": True}})
    return replace(made, notebook=Notebook((answer, made.notebook.cells[-1])))


@pytest.mark.parametrize("name", ["library.py", "lecture.ipynb"])
def test_two_lines_of_a_solution_in_a_row_are_a_copy(name: str) -> None:
    lines = ["    " + line for line in LONG.splitlines(keepends=True)[:2]]
    text = "".join(["def mean(x):\n", lines[0], "\n", lines[1]])
    cell = {"cells": [{"source": text.splitlines(keepends=True)}]}
    data = json.dumps(cell) if name.endswith("ipynb") else text
    assert find_copies([solved(*LONG.split("\n"))], {name: data.encode()}) == [
        f"{name}: 'total = np.sum(x, axis=0)' / 'return total / np.size(x)'"
    ]


def test_a_single_line_of_a_solution_may_be_taught() -> None:
    text = "total = np.sum(x, axis=0)\nshow_the_total(total)\nreturn total / np.size(x)"
    assert find_copies([solved(*LONG.split("\n"))], {"library.py": text.encode()}) == []


def test_lists_of_names_are_no_copies() -> None:
    names = ["from mylib import (", "    gaussian_mean,", "    gaussian_variance,", ")"]
    assert find_copies([solved(*names)], {"a.py": "\n".join(names).encode()}) == []


def test_the_only_line_of_a_hidden_test_is_found_alone() -> None:
    text = b"x = 1\n    assert mean([4, 8]) == 6\n"
    assert find_copies([source()], {"lib.py": text}) == ["lib.py: 'assert mean([4, 8]) == 6'"]
    shown = source("assert mean([4, 8]) == 6")
    assert find_copies([shown], {"lib.py": text}) == []


RETURN = "return np.sum(x) / np.size(x)"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.html", f"<p>def mean(x):</p><p>{RETURN}</p><p>x</p>"),
        ("page.html", f"<div>one<br/>{RETURN}<br>two</div>"),
        ("document.xml", f"<w:p><w:t>one</w:t></w:p><w:p><w:t>{RETURN}</w:t></w:p><w:p>x</w:p>"),
        ("sheet.xml", f"<si><t>one</t></si><si><t>{RETURN}</t></si><si><t>x</t></si>"),
        ("notes.rtf", "{\\rtf1 one\\par " + RETURN + "\\par two}"),
        ("data.tsv", f"mean\t{RETURN}\tx"),
        ("readme.md", f"| mean | `{RETURN}` |"),
        ("cases.py", f"ANSWERS = ['x = 1; y = 2', '{RETURN}']"),
        ("cases.yaml", f"- answer: {RETURN}  # as in the book"),
        ("library.py", f"    {RETURN}  # the answer"),
        ("library.py", f"x = 1; {RETURN}; y = 2"),
        ("mail.txt", f"Hidden: it says {RETURN} at the end"),
        ("data.txt", RETURN.encode().hex()),
        ("examples.py", 'cases = [{"code": r">>> mean([4, 8]) == 6"}]'),
    ],
)
def test_a_secret_within_a_line_of_an_ordinary_format_is_found(name: str, text: str) -> None:
    assert find_leaks([source()], {name: text.encode()}) != []


def test_a_secret_in_data_compressed_without_a_head_is_found() -> None:
    packed = zlib.compress(SOLUTION.encode())
    assert find_leaks([source()], {"data.bin": packed}) != []


@pytest.mark.parametrize(
    "line",
    [
        f"{RETURN} - 1",
        f"{RETURN}[0]",
        f"{RETURN} if x else 0",
        "no_return np.sum(x) / np.size(x)",
        "return np.sum(x) / np.size(x0)",
        "assert mean([4, 8]) == 6.5",
        "z = 2 * mean([4, 8]) == 6",
    ],
)
def test_other_code_of_which_a_secret_is_a_part_is_none(line: str) -> None:
    assert find_leaks([source()], {"library.py": line.encode()}) == []


def test_what_is_shown_within_a_line_is_no_secret() -> None:
    shown = source(f"# Use: {RETURN} or the like")
    assert find_leaks([shown], {"notes.md": f"Hint: {RETURN}!".encode()}) == []
