"""What is fuzzed: each target takes any bytes and fails only if the grader broke a promise."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from autograder.errors import UnreadableSubmission
from autograder.notebook.cells import Cell, Notebook, notebook_json
from autograder.notebook.read import read_notebook
from autograder.notebook.restore import restore
from tests.autograder.notebook.test_restore import ANSWERS, FIXED, SOURCE
from tests.autograder.wire.test_hostile import frame, listens_safely
from tests.fuzz.growing import changed, grown

LIMITS = {"max_bytes": 1 << 16, "max_values": 2_000, "max_depth": 20, "max_cells": 50}


def wire(data: bytes) -> None:
    """Bytes to the examiner, which has made a request: a reply, or the end of the talk.

    The first byte decides: 255 sends the rest as it is; else it is the length of the buffers.
    """
    if data[:1] == b"\xff":
        listens_safely(data[1:])
    else:
        cut = len(data) - (data[0] if data else 0)
        listens_safely(frame(data[1:cut], data[max(cut, 1) :]))


def read(data: bytes) -> None:
    """A submitted file: a reason why it is none, or a notebook that can be stored and read.

    If the first byte is 255, the rest is the file; else the bytes are grown into JSON.
    """
    data = data[1:] if data[:1] == b"\xff" else json.dumps(grown(iter(data))).encode()
    try:
        notebook = read_notebook(data, **LIMITS)
    except UnreadableSubmission:
        return
    stored = _stored(notebook)
    json.dumps(notebook.metadata, allow_nan=False)
    # An id that nbformat's schema refuses is not stored, and a file may hold a text in any split.
    again = read_notebook(stored)
    assert _contents(again) == _contents(notebook)


def restored(data: bytes) -> None:
    """A notebook, however it was changed: every instructor's cell once, as the instructor's."""
    cells = [
        each.cell
        for each in restore(Notebook(tuple(changed(data))), SOURCE.notebook, SOURCE.released).cells
    ]
    marked = {str(cell.grade_id): cell for cell in cells if cell.grade_id}
    assert sum(bool(cell.grade_id) for cell in cells) == len(marked)
    assert marked.keys() == {*FIXED, *ANSWERS}
    assert all(marked[str(name)] == cell for name, cell in FIXED.items())
    assert all(marked[name].metadata == cell.metadata for name, cell in ANSWERS.items())
    read_notebook(_stored(Notebook(tuple(cells))))


def _stored(notebook: Notebook) -> bytes:
    text = notebook_json([(cell, []) for cell in notebook.cells], notebook.metadata)
    return text.encode("utf-8")


def _contents(notebook: Notebook) -> list[Any]:
    def content(cell: Cell) -> tuple[str, str]:
        return cell.cell_type, cell.source

    return [content(cell) for cell in notebook.cells]


TARGETS: dict[str, Callable[[bytes], None]] = {"wire": wire, "read": read, "restore": restored}
