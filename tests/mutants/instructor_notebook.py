"""Run an instructor notebook's tests in this process, with a student's answers in place of its own.

No kernel, no sandbox: only for answers that are known to be harmless.
"""

from __future__ import annotations

import ast
import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

COURSE = Path(__file__).resolve().parents[2]


def read_cells(assignment: str) -> list[dict[str, Any]]:
    """The instructor notebook's code cells that nbgrader knows, each source as one string."""
    path = COURSE / "solutions" / assignment / f"{assignment}.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [
        cell | {"source": "".join(cell["source"])}
        for cell in cells
        if cell["cell_type"] == "code" and "nbgrader" in cell["metadata"]
    ]


def points(cells: list[dict[str, Any]]) -> dict[str, float]:
    """Points of each test, by grade_id."""
    marks = [cell["metadata"]["nbgrader"] for cell in cells]
    return {mark["grade_id"]: mark["points"] for mark in marks if mark["grade"]}


def run_tests(
    cells: list[dict[str, Any]], answers: Mapping[str, str], only: str = ""
) -> dict[str, Exception | None]:
    """What each test raised, by grade_id; None where it passed.

    `answers` maps the grade_id of a solution cell to the student's code; the other solutions stay
    the instructor's. With `only`, the tests of one function.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    outcome: dict[str, Exception | None] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning costs no points
        for cell in cells:
            mark = cell["metadata"]["nbgrader"]
            grade_id = mark["grade_id"]
            if not mark["grade"]:
                exec(answers.get(grade_id, cell["source"]), namespace)
            elif grade_id.startswith(only):
                outcome[grade_id] = _raised_by(cell["source"], mark["points"], namespace)
    return outcome


class PartOfThePoints(Exception):
    """What a test that ends in a number leaves of its points, where that is not all of them."""


def _raised_by(source: str, points: float, namespace: dict[str, Any]) -> Exception | None:
    *body, last = ast.parse(source).body
    value = None
    try:
        if not isinstance(last, ast.Expr):
            body.append(last)
        exec(compile(ast.Module(body, []), "<test>", "exec"), namespace)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<test>", "eval"), namespace)
    except Exception as error:
        return error
    if isinstance(value, int | float) and value != points:
        return PartOfThePoints(f"{value:g} of {points:g} points")
    return None
