"""Marked regions of a cell, and whether an instructor's cells are marked up as they have to be.

nbgrader marks solutions, hidden tests and mark schemes by two lines each. What is between them is
taken out of what students get. The errors here say what is wrong in a cell; `check_metadata` adds
which cell it is, and its caller which notebook.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.errors import CourseError
from autograder.notebook.cells import Cell, Notebook

SCHEMA_VERSION = 3  # of nbgrader's metadata, since nbgrader 0.6
_CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"  # nbgrader's defaults
TEXT_STUB = "YOUR ANSWER HERE"
_GRADE_ID = re.compile(r"[a-zA-Z0-9_\-]+")


@dataclass(frozen=True)
class Region:
    """A kind of region: the marks around it, and the kind of cell that it belongs in.

    ``belongs_in`` is a property of `Cell`. ``enforced`` is nbgrader's trait ``enforce_metadata``:
    whether the marks in another kind of cell are an error.
    """

    begin: str
    end: str
    belongs_in: str
    enforced: bool = True

    def lines(self, source: str) -> Iterator[tuple[bool | None, str]]:
        """The lines of ``source``, each with whether it is inside; None for a mark.

        Raises
        ------
        CourseError
            The marks do not come in pairs.
        """
        inside = False
        # As in nbgrader, a mark counts wherever in a line it stands: behind "###" or "<!--".
        for number, line in enumerate(source.split("\n"), start=1):
            if self.begin in line:
                if inside:
                    raise CourseError(
                        f"line {number} opens a region with {self.begin!r} inside another one; "
                        f"close that one with {self.end!r} first"
                    )
                inside = True
                yield None, line
            elif self.end in line:
                if not inside:
                    raise CourseError(
                        f"line {number} closes a region with {self.end!r} that was never opened; "
                        f"add {self.begin!r} where it begins"
                    )
                inside = False
                yield None, line
            else:
                yield inside, line
        if inside:
            raise CourseError(f"the region that {self.begin!r} opens is not closed by {self.end!r}")

    def check(self, cell: Cell) -> None:
        """Refuse marks that do not pair up or are in the wrong kind of cell.

        Raises
        ------
        CourseError
            There are such marks.
        """
        found = None in [inside for inside, _ in self.lines(cell.source)]
        if found and self.enforced and not getattr(cell, self.belongs_in):
            kind = {
                "is_solution": "an answer ('Autograded answer' or 'Manually graded answer')",
                "is_grade": "a graded cell ('Autograder tests' or 'Manually graded answer')",
                "is_task": "a 'Manually graded task'",
            }[self.belongs_in]
            raise CourseError(f"{self.begin!r} is in a cell that is not {kind}")

    def found_in(self, source: str) -> bool:
        """Whether ``source`` has such a region."""
        return any(self.begin in line for line in source.split("\n"))

    def inner(self, source: str) -> list[str]:
        """The lines inside."""
        return [line for inside, line in self.lines(source) if inside]

    def replaced(self, source: str, stub: str | None = None) -> str:
        """``source`` without its regions, or with ``stub``, indented as the mark is, for each."""
        kept: list[str] = []
        for inside, line in self.lines(source):
            if inside is False:
                kept.append(line)
            elif inside is None and self.begin in line and stub is not None:
                indent = line[: len(line) - len(line.lstrip())]
                kept += [indent + stub_line for stub_line in stub.split("\n")]
        return "\n".join(kept)


@dataclass(frozen=True)
class Regions:
    """The regions of a course, and the stubs that students find in place of a solution."""

    solution: Region
    hidden: Region
    mark_scheme: Region
    code_stub: str
    text_stub: str

    def check(self, cell: Cell) -> None:
        """Refuse a cell with a region that nbgrader cannot use.

        Raises
        ------
        CourseError
            There is one.
        """
        for region in (self.solution, self.hidden, self.mark_scheme):
            region.check(cell)

    def without_solution(self, cell: Cell) -> str:
        """What the gradebook keeps of ``cell``: hidden tests and mark schemes are still there.

        As in nbgrader, an answer without marks is a solution as a whole.
        """
        if not cell.is_solution:
            return cell.source
        stub = self.code_stub if cell.cell_type == "code" else self.text_stub
        if self.solution.found_in(cell.source):
            return self.solution.replaced(cell.source, stub)
        return stub

    def released(self, cell: Cell) -> str:
        """What students find in the place of ``cell``."""
        return self.mark_scheme.replaced(self.hidden.replaced(self.without_solution(cell)))


def regions_from(config: Mapping[str, Any]) -> Regions:
    r"""The regions as ``nbgrader_config.py`` sets the traits of nbgrader's preprocessors.

    >>> source = "x = 1\n### BEGIN SOLUTION\nx = 2\n### END SOLUTION"
    >>> regions_from({}).released(Cell("code", source, {"nbgrader": {"solution": True}}))
    'x = 1\n# YOUR CODE HERE\nraise NotImplementedError()'
    """
    solutions, tests, schemes = (
        config.get(section, {})
        for section in ("ClearSolutions", "ClearHiddenTests", "ClearMarkScheme")
    )
    # nbgrader has a stub for each language; here, notebooks are in Python.
    stubs = solutions.get("code_stub", {})
    return Regions(
        _region(solutions, "solution", "SOLUTION", "is_solution"),
        _region(tests, "test", "HIDDEN TESTS", "is_grade"),
        _region(schemes, "mark_scheme", "MARK SCHEME", "is_task"),
        stubs if isinstance(stubs, str) else stubs.get("python", _CODE_STUB),
        solutions.get("text_stub", TEXT_STUB),
    )


def _region(section: Mapping[str, Any], trait: str, default: str, belongs_in: str) -> Region:
    return Region(
        section.get(f"begin_{trait}_delimeter", f"BEGIN {default}"),  # nbgrader's spelling
        section.get(f"end_{trait}_delimeter", f"END {default}"),
        belongs_in,
        section.get("enforce_metadata", True),
    )


def check_metadata(notebook: Notebook, regions: Regions) -> None:
    """Refuse a notebook with a cell that nbgrader or this grader could not use.

    Raises
    ------
    CourseError
        There is such a cell; the message names it.
    """
    seen: dict[str, int] = {}
    for number, cell in enumerate(notebook.cells, start=1):
        try:
            _check_cell(cell)
            regions.check(cell)
            # Cells without a role may share an id, as copies do: nothing refers to them.
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
    # Other versions say otherwise what a cell is for, and how it is locked.
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
    is_number = isinstance(points, int | float) and not isinstance(points, bool)
    if not is_number or not math.isfinite(cell.points) or cell.points < 0:
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
