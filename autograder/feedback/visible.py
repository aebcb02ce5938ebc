"""Which part of a cell a student may see: never hidden tests, mark schemes or their outputs."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from autograder.notebook.cells import BEGIN_HIDDEN_TESTS, END_HIDDEN_TESTS, Cell

_REGIONS = {
    BEGIN_HIDDEN_TESTS: END_HIDDEN_TESTS,
    "BEGIN MARK SCHEME": "END MARK SCHEME",
}


def visible_source(cell: Cell, released: Mapping[str, str]) -> str:
    r"""A cell's source as its student knows it; ``released`` has priority over the marks.

    >>> test = Cell("code", "a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc",
    ...             {"nbgrader": {"grade_id": "t", "grade": True}})
    >>> visible_source(test, {})
    'a\nc'
    """
    if cell.is_solution or cell.grade_id is None:
        return cell.source  # the student wrote it
    if cell.grade_id in released:
        return released[cell.grade_id]
    return _without_regions(cell.source)


def is_withheld(cell: Cell, released: Mapping[str, str], hidden: Collection[str]) -> bool:
    """Whether a cell has a part, and so perhaps outputs, that its student may not see."""
    return cell.grade_id in hidden or visible_source(cell, released) != cell.source


def _without_regions(source: str) -> str:
    """Nothing after a mark that is not closed is shown."""
    kept: list[str] = []
    end: str | None = None
    for line in source.split("\n"):
        if end is not None:
            end = None if end in line else end
            continue
        end = next((_REGIONS[begin] for begin in _REGIONS if begin in line), None)
        if end is None:
            kept.append(line)
    return "\n".join(kept)
