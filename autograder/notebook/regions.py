"""Marked regions of a cell: solutions, hidden tests and mark schemes, as nbgrader marks them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.errors import CourseError
from autograder.notebook.cells import Cell

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"


@dataclass(frozen=True)
class Region:
    """A kind of region: its marks, and the kind of cell (a property of ``Cell``) it belongs in."""

    begin: str
    end: str
    belongs_in: str
    enforced: bool = True

    def lines(self, source: str) -> Iterator[tuple[bool | None, str]]:
        """The lines of ``source``, each with whether it is inside; None for a mark.

        Raises ``CourseError`` if the marks do not come in pairs.
        """
        inside = False
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
        """Raise ``CourseError`` if the marks do not pair up or are in the wrong kind of cell."""
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
    """The regions of a course, and what students find in place of a solution."""

    solution: Region
    hidden: Region
    mark_scheme: Region
    code_stub: str = CODE_STUB
    text_stub: str = TEXT_STUB

    def check(self, cell: Cell) -> None:
        """Raise ``CourseError`` if a region of ``cell`` is not as nbgrader needs it."""
        for region in (self.solution, self.hidden, self.mark_scheme):
            region.check(cell)

    def without_solution(self, cell: Cell) -> str:
        """What the gradebook keeps of ``cell``: hidden tests and mark schemes are still there."""
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
    stubs = solutions.get("code_stub", {})
    return Regions(
        _region(solutions, "solution", "SOLUTION", "is_solution"),
        _region(tests, "test", "HIDDEN TESTS", "is_grade"),
        _region(schemes, "mark_scheme", "MARK SCHEME", "is_task"),
        stubs if isinstance(stubs, str) else stubs.get("python", CODE_STUB),
        solutions.get("text_stub", TEXT_STUB),
    )


def _region(section: Mapping[str, Any], trait: str, default: str, belongs_in: str) -> Region:
    return Region(
        section.get(f"begin_{trait}_delimeter", f"BEGIN {default}"),  # nbgrader's spelling
        section.get(f"end_{trait}_delimeter", f"END {default}"),
        belongs_in,
        section.get("enforce_metadata", True),
    )
