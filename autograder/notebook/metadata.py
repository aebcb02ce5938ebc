"""Whether nbgrader's metadata in an instructor edition are such that it can be graded."""

from __future__ import annotations

import math
import re

from autograder.errors import CourseError
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.regions import Regions

SCHEMA_VERSION = 3
_GRADE_ID = re.compile(r"[a-zA-Z0-9_\-]+")


def check_metadata(notebook: Notebook, regions: Regions) -> None:
    """Raise ``CourseError``, naming the cell, if nbgrader or this grader could not use it."""
    seen: dict[str, int] = {}
    for number, cell in enumerate(notebook.cells, start=1):
        try:
            _check_cell(cell)
            regions.check(cell)
            if _has_role(cell) and cell.grade_id:
                first = seen.setdefault(cell.grade_id, number)
                if first != number:
                    raise CourseError(
                        f"cell {first} has the same id; give one of them another in the sidebar "
                        "'Create Assignment'"
                    )
        except CourseError as error:
            named = f" ({cell.grade_id!r})" if cell.grade_id else ""
            raise CourseError(f"cell {number}{named}: {error}") from error


def _has_role(cell: Cell) -> bool:
    return cell.is_grade or cell.is_solution or cell.is_locked or cell.is_task


def _check_cell(cell: Cell) -> None:
    if "nbgrader" not in cell.metadata:
        return
    version = cell.nbgrader.get("schema_version", 0)
    if version != SCHEMA_VERSION:
        advice = (
            "this is too new: update nbgrader and the autograder"
            if isinstance(version, int) and version > SCHEMA_VERSION
            else "run 'nbgrader update .' in the course folder"
        )
        raise CourseError(
            f"its nbgrader metadata have schema version {version!r}, expected {SCHEMA_VERSION}; "
            f"{advice}"
        )
    if not _has_role(cell):
        return
    if not _GRADE_ID.fullmatch(cell.grade_id or ""):
        raise CourseError(
            f"its id is {cell.nbgrader.get('grade_id')!r}, expected letters, digits, '-' and '_'"
        )
    if cell.is_grade or cell.is_task:
        _check_points(cell)
    _check_type(cell)


def _check_points(cell: Cell) -> None:
    points = cell.nbgrader.get("points")
    number = isinstance(points, int | float) and not isinstance(points, bool)
    if not number or not math.isfinite(cell.points) or cell.points < 0:
        what = "has no points" if points is None else f"has {points!r} points"
        raise CourseError(f"it is graded but {what}, expected a number from 0 on")


def _check_type(cell: Cell) -> None:
    if cell.is_task:
        if cell.cell_type != "markdown":
            raise CourseError(f"a manually graded task has to be Markdown, not {cell.cell_type}")
    elif cell.cell_type == "markdown" and cell.is_grade != cell.is_solution:
        raise CourseError(
            "a Markdown cell cannot be tested automatically; make it a 'Manually graded answer' "
            "or a code cell"
        )
