"""Bytes as small programs: each byte string stands for a JSON value, or for a changed notebook.

Random changes to JSON text are nearly all syntax errors. Changes to these programs are all valid,
so that fuzzing gets past the parser.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from autograder.notebook.cells import Cell, CellType
from tests.autograder.notebook.test_restore import BLANK, INSTRUCTOR

WORDS = [
    *("nbformat", "nbformat_minor", "metadata", "cells", "cell_type", "code", "markdown", "raw"),
    *("source", "id", "attachments", "outputs", "worksheets", "input", "heading", "level", "tags"),
    *("nbgrader", "grade_id", "grade", "solution", "locked", "task", "points", "checksum"),
    *("f", "test_f", "test_gh", "h", "essay", "imports", "id-f", "id-test_f", "text/plain"),
    *("", "a\n", "\ud800", "\udc00", "\x00", "def f(): return 1", "### BEGIN SOLUTION"),
]
NUMBERS = [0, 1, 3, 4, 4.5, -1, 10**30, 1e308, float("inf"), float("nan")]
TYPES = ("code", "markdown", "raw")


def word(program: Iterator[int]) -> str:
    return WORDS[next(program, 0) % len(WORDS)]


def grown(program: Iterator[int], depth: int = 0) -> Any:
    """The JSON value that the next bytes of ``program`` stand for."""
    kind, count = divmod(next(program, 0), 8)
    if kind < 4 and depth < 25:
        return {word(program): grown(program, depth + 1) for _ in range(count)}
    if kind < 8 and depth < 25:
        return [grown(program, depth + 1) for _ in range(count)]
    if kind < 14:
        return NUMBERS[(kind * 8 + count) % len(NUMBERS)]
    if kind < 16:
        return [None, True, False, "x" * 100][count % 4]
    return word(program)


def changed(data: bytes) -> list[Cell]:
    """The student's notebook after the changes that ``data`` stands for, three bytes each."""
    cells = list(BLANK)
    program = iter(data)
    for change in program:
        place = next(program, 0) % (len(cells) + 1)
        other = next(program, 0)
        if change % 8 == 0 and len(cells) < 40:
            cells.insert(place, [*BLANK, *INSTRUCTOR][other % (2 * len(BLANK))])
        elif place < len(cells):
            _change(cells, place, change % 8, other, program)
    return cells


def _change(cells: list[Cell], place: int, kind: int, other: int, program: Iterator[int]) -> None:
    cell = cells[place]
    if kind == 1:
        del cells[place]
    elif kind == 2:
        cells.insert(other % len(cells), cells.pop(place))
    elif kind == 3:
        cells[place] = replace(cell, source=WORDS[other % len(WORDS)])
    elif kind == 4:
        cells[place] = replace(cell, cell_type=cast(CellType, TYPES[other % 3]))
    elif kind == 5:
        cells[place] = replace(cell, id=WORDS[other % len(WORDS)])
    else:
        marks = grown(program)
        old = cell.metadata if kind == 6 else {}
        cells[place] = replace(cell, metadata={**old, WORDS[other % len(WORDS)]: marks})
