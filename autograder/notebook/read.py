"""Reads a submitted notebook file: from bytes that nobody has checked, to cells or a refusal.

nbformat is not used, because it sets no bound on the time and memory that a file may take. The
messages of refusals are written for the student.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any, TypeVar, cast

from autograder.errors import UnreadableSubmission
from autograder.notebook.cells import Cell, CellType, Notebook

T = TypeVar("T")

_CLEAR = (
    "Open it in JupyterLab, choose 'Clear Outputs of All Cells' in the Edit menu, save it and "
    "submit it again."
)
_SAVE = "Open it in JupyterLab, check that it is the right file, save it and submit it again."


# Honest notebooks stay far below each of these.
MAX_VALUES = 3_000_000
MAX_DEPTH = 100
MAX_CELLS = 5_000


def read_notebook(
    data: bytes,
    *,
    max_bytes: int | None = None,
    max_values: int = MAX_VALUES,
    max_depth: int = MAX_DEPTH,
    max_cells: int = MAX_CELLS,
) -> Notebook:
    """The cells and metadata of a notebook file, without its outputs.

    Format 4 is read; format 3 is converted to it. A cell type that JupyterLab does not know
    becomes ``raw``, which nothing executes. Half of a surrogate pair becomes U+FFFD, and a number
    that is not finite becomes None: neither can be stored again.

    Parameters
    ----------
    data
        The file.
    max_bytes
        Its longest length; None, for files that no student has written, is any.
    max_values
        Brackets and commas, a bound on the memory that parsing takes.
    max_depth
        Lists and objects within each other.
    max_cells
        Cells.

    Raises
    ------
    UnreadableSubmission
        The bytes are not such a file, or it is beyond a limit: the message says what came, what
        was expected and what the student can do. Nothing else is raised.

    Examples
    --------
    >>> read_notebook(b'{"nbformat": 4, "metadata": {}, "cells": []}')
    Notebook(cells=(), metadata={})
    >>> read_notebook(b"print('hello')")
    Traceback (most recent call last):
    autograder.errors.UnreadableSubmission: The file starts with "print('hello')", which is ...
    """
    _check_size(data, max_bytes, max_values)
    root = _parse(data, max_depth)
    _check_depth(root, max_depth)
    if not isinstance(root, dict):
        raise _unexpected("The file", root, "an object with 'nbformat' and 'cells'")
    version = root.get("nbformat")
    if version == 3 and type(version) is int:
        root = _upgrade(root, max_cells)
    elif version != 4 or type(version) is not int:
        raise UnreadableSubmission(
            f"The file says that its notebook format is {_show(version)}, but only the formats 4 "
            f"and 3 can be read. {_SAVE}"
        )
    cells = _expect(root.get("cells"), list, "'cells'")
    _check_count(len(cells), max_cells)
    metadata = _expect(root.get("metadata") or {}, dict, "The notebook's metadata")
    return Notebook(
        tuple(_cell(node, number) for number, node in enumerate(cells, start=1)),
        _storable(metadata),
    )


def _check_size(data: bytes, max_bytes: int | None, max_values: int) -> None:
    if max_bytes is not None and len(data) > max_bytes:
        raise UnreadableSubmission(
            f"The file has {len(data) / 2**20:.1f} MiB, more than the {max_bytes / 2**20:.1f} "
            f"MiB that are read; large outputs are the usual cause. {_CLEAR}"
        )
    if not data.strip():
        raise UnreadableSubmission(f"The file is empty, expected a notebook. {_SAVE}")
    # The parser makes an object of some 50 to 200 bytes for each value, so that a file of commas
    # within the limit of bytes could take gigabytes. This counts before it parses.
    if sum(data.count(mark) for mark in (b"[", b"{", b",")) > max_values:
        raise UnreadableSubmission(
            f"The file holds more than {max_values:,} values, more than are read; large outputs "
            f"are the usual cause. {_CLEAR}"
        )


def _parse(data: bytes, max_depth: int) -> Any:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSubmission(
            f"Byte {error.start:,} of the file is not UTF-8 text, expected a notebook in UTF-8 "
            f"(is it an archive or another kind of file?). {_SAVE}"
        ) from None
    try:
        # NaN and Infinity are no JSON, but Python writes them; nbgrader could not store them.
        return json.loads(text, parse_constant=lambda _: None)
    except RecursionError:
        raise _too_deep(max_depth) from None
    except json.JSONDecodeError as error:
        raise UnreadableSubmission(_not_json(text, error)) from None
    except ValueError:  # Python refuses to parse integers beyond sys.get_int_max_str_digits()
        raise UnreadableSubmission(
            f"The file contains an integer of thousands of digits, which is not read. {_CLEAR}"
        ) from None


def _not_json(text: str, error: json.JSONDecodeError) -> str:
    if not text.lstrip().startswith("{"):
        return (
            f"The file starts with {_show(text.lstrip()[:40])}, which is not how a notebook "
            f"starts: expected JSON, as JupyterLab saves it. {_SAVE}"
        )
    return (
        f"The file is not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}. It "
        "may be cut off or edited by hand, or hold conflict marks of git. Download or restore an "
        "intact copy, check that JupyterLab opens it, and submit that."
    )


def _check_depth(root: Any, limit: int) -> None:
    """Refuse what is nested so deeply that recursion over it, here or later, would fail."""
    level = [root]
    for _ in range(limit):
        level = [child for node in level for child in _children(node)]
        if not level:
            return
    raise _too_deep(limit)


def _children(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return node.values()
    return node if isinstance(node, list) else ()


def _upgrade(root: dict[str, Any], max_cells: int) -> dict[str, Any]:
    """Format 3 as format 4, by nbformat, which only such old files make us import."""
    count = 0
    for sheet in _expect(root.get("worksheets"), list, "'worksheets'"):
        for node in _expect(_expect(sheet, dict, "A worksheet").get("cells"), list, "'cells'"):
            count += 1
            _expect(node, dict, "A cell")["outputs"] = []  # unread, so not worth converting
            # nbformat writes so many "#".
            if node.get("cell_type") == "heading" and node.get("level") not in range(1, 7):
                node["level"] = 1
    _check_count(count, max_cells)
    from nbformat import NotebookNode, from_dict, v4

    root = {"metadata": root.get("metadata") or {}, "worksheets": root["worksheets"]}
    try:
        upgraded: NotebookNode = v4.upgrade(from_dict(root), from_version=3, from_minor=0)
    except Exception as error:  # nbformat has no exception of its own for a damaged file
        raise UnreadableSubmission(
            f"The file is in the old notebook format 3 and cannot be converted to format 4 "
            f"({type(error).__name__}). {_SAVE}"
        ) from None
    return cast(dict[str, Any], json.loads(json.dumps(upgraded)))


def _cell(node: Any, number: int) -> Cell:
    where = f"Cell {number}"
    node = _expect(node, dict, where)
    cell_type = node.get("cell_type")
    if not isinstance(cell_type, str):
        raise _unexpected(f"The type of cell {number}", cell_type, "'code', 'markdown' or 'raw'")
    if cell_type not in ("code", "markdown", "raw"):
        cell_type = "raw"
    metadata = _expect(node.get("metadata") or {}, dict, f"The metadata of cell {number}")
    cell_id = node.get("id")
    attachments = node.get("attachments")
    return Cell(
        cast(CellType, cell_type),
        _source(node.get("source"), number),
        _storable(metadata),
        id=_whole(cell_id) if isinstance(cell_id, str) else None,
        attachments=_storable(attachments)
        if cell_type != "code" and isinstance(attachments, dict) and attachments
        else None,
    )


def _source(source: Any, number: int) -> str:
    if source is None:
        return ""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise _unexpected(f"The source of cell {number}", source, "text or a list of lines")
    return _whole(source)


def _whole(text: str) -> str:
    """Text that UTF-8 can hold: JSON may escape half of a surrogate pair, which UTF-8 may not."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _storable(value: Any) -> Any:
    """Any JSON value without what could not be written to a notebook again."""
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {_whole(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value


def _expect(value: Any, kind: type[T], what: str) -> T:
    if not isinstance(value, kind):
        raise _unexpected(what, value, "an object" if issubclass(kind, dict) else "a list")
    return value


def _check_count(count: int, max_cells: int) -> None:
    if count > max_cells:
        raise UnreadableSubmission(
            f"The notebook has {count:,} cells, more than the {max_cells:,} that are read. "
            "Remove the cells that the assignment does not need and submit it again."
        )


def _too_deep(limit: int) -> UnreadableSubmission:
    return UnreadableSubmission(
        f"The file is nested more than {limit} levels deep, which no notebook is. {_SAVE}"
    )


def _unexpected(what: str, value: Any, expected: str) -> UnreadableSubmission:
    return UnreadableSubmission(f"{what} is {_show(value)}, expected {expected}. {_SAVE}")


def _show(value: Any) -> str:
    """A short piece of JSON, to quote what came."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if value is None:
        return "missing"
    try:
        text = json.dumps(value)
    except ValueError:  # an integer of too many digits to show
        return "a huge number"
    return text if len(text) <= 60 else text[:57] + "…"
