"""Where fuzzing starts: small valid inputs of every kind, so that it need not find the formats."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from autograder.notebook.cells import Cell, notebook_json
from tests.autograder.notebook.test_restore import BLANK, INSTRUCTOR
from tests.autograder.wire.test_hostile import frame

_VALUES = [
    None,
    ["i", b"\x01" * 20],
    ["s", b"\xed\xa0\x80"],
    ["c", 1.5, 2],
    ["l", 1, ["r", 0]],
    ["p", "d", 1, [0]],
    ["d", "k", ["t", True, ["F", 1.5]]],
    ["S", 1, "x"],
    ["a", "<f8", [[3], [8], 0], True],
    ["w", 3, "<f8", [[2], [8], 8]],
    ["n", "<f4", b"\x00\x00\x80\x3f"],
    ["T", "builtins.int"],
    ["D", "<f8"],
    ["R", 1, 9, 2],
    ["L", None, 3, 1],
    ["E"],
    ["P", [0], 8, ["Q", "series", ["A", "<i8", 1, [0]], ["Q", "range", 0, 1, 1, None], "x"]],
    ["P", [0], 8, ["Q", "index", ["Q", "texts", "a", ["B", "|i1", 1, [0]]], None, None]],
    ["m", "timestamp", 1, "ns", None],
    ["v", "Fraction", 1, 3],
    ["v", "Decimal", "-1.5E+3"],
    ["v", "datetime", 2024, 2, 29, 1, 2, 3, 4, 1, ["v", "timezone", ["v", "timedelta", 0, 9, 0]]],
    ["v", "time", 1, 2, 3, 4, 0, ["v", "zone", "Europe/Berlin"]],
    ["v", "date", 2024, 2, 29],
    ["v", "PurePosixPath", "a/b"],
    ["v", "dict_items", ["t", "k", 1]],
    ["V", "deque", 3, 1, ["r", 0]],
    ["V", "defaultdict", ["T", "builtins.int"], "k", 1],
    ["V", "Counter", None, "k", 1],
    ["V", "bytearray", None, b"xy"],
    ["N", "Point", ["x", "y"], 1, 2],
    ["M", ["a", "<f8", [[3], [8], 0], True], ["a", "|b1", [[3], [1], 0], True], None],
    ["k", ["h", 4, ["Stack", False, True, False]], ["l", 1, 2]],
    ["j", ["h", 7, ["ChainMap", False, True, False]], ["d", "k", 1]],
    ["O", [1, 2], True, ["l", "x"], ["l", ["l", 1]]],
    ["h", 4, ["function", "f"]],
    ["h", 5, ["Mine", True, False, False, 128, 3, None, True, ["", "queue:Queue"]]],
    ["h", 6, ["Queue", False, False, False, 128, 5, 7, False, ["queue:Queue"]]],
    ["b", 0],
]


def seeds(target: str) -> Iterator[bytes]:
    """Inputs for the target of this name.

    Raises:
        KeyError: there is no such target.
    """
    return {"wire": _messages, "read": _files, "restore": _programs}[target]()


def _messages() -> Iterator[bytes]:
    encode = msgspec.msgpack.Encoder().encode
    for value in _VALUES:
        yield b"\x18" + encode(["answer", 1, value, [[0, ["l", value]]], "out"]) + bytes(24)
    yield b"\x00" + encode(["failure", 1, ["x.Y", "builtins.KeyError"], "k", "Traceback", []])
    yield b"\x00" + encode(["ask", 7, "call", [["b", 0], 1], "", None, True])
    yield b"\xff" + frame(encode(["ask", 1, "call", []])) + frame(encode(["answer", 1, 2, []]))


def _files() -> Iterator[bytes]:
    for cells in (BLANK, INSTRUCTOR, [Cell("code", "x = 1"), *reversed(BLANK)], []):
        yield b"\xff" + notebook_json([(cell, []) for cell in cells], {}).encode()
    old = {"cell_type": "code", "input": ["x"], "language": "python", "outputs": []}
    sheet = {"cells": [old, {"cell_type": "heading", "level": 1, "source": "H"}]}
    yield b"\xff" + json.dumps({"nbformat": 3, "nbformat_minor": 0, "worksheets": [sheet]}).encode()
    yield bytes([2, 0, 73, 3, 33, 3, 4, 128, 5, 8, 128, 36, 2, 0])  # one code cell, grown
    odd = {"cell_type": "code", "source": ["a\n", "\ud800"], "metadata": {"x": 1e999}}
    yield b"\xff" + json.dumps({"nbformat": 4, "cells": [odd, {**odd, "cell_type": "x"}]}).encode()


def _programs() -> Iterator[bytes]:
    yield from (bytes([change, cell, 3, 1, 5]) for change in range(8) for cell in range(3))
