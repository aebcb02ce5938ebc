"""Notebooks as text, laid out byte for byte as nbformat lays them out, without importing it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.notebook.cells import Cell

Output = Mapping[str, Any]

_CELL_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")  # what the schema of nbformat 4.5 allows
_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXT_MIMES = ("application/javascript", "image/svg+xml")
_NOT_STORED = ("orig_nbformat", "orig_nbformat_minor", "signature")


def notebook_json(
    cells: Sequence[tuple[Cell, Sequence[Output]]], metadata: Mapping[str, Any]
) -> str:
    r"""The text of a notebook file: one-space indent, sorted keys, a newline at the end.

    Each code cell comes with its nbformat-4 outputs; its ``execution_count`` is that of its
    ``execute_result``. Text is split into lines as nbformat splits it, so that what it and this
    function write for the same notebook is identical. Cell ids are written (format 4.5) if every
    cell has a valid one of its own, otherwise none is (format 4.4).

    >>> cell = Cell("code", "1 + 1\n2 + 2", id="sum")
    >>> print(notebook_json([(cell, [])], {})[:72])
    {
     "cells": [
      {
       "cell_type": "code",
       "execution_count": null,
    """
    ids = [cell.id for cell, _ in cells]
    with_ids = len(set(ids)) == len(ids) and all(_CELL_ID.fullmatch(i or "") for i in ids)
    return layout(
        {
            "cells": [_cell_node(cell, outputs, with_ids) for cell, outputs in cells],
            "metadata": {k: v for k, v in metadata.items() if k not in _NOT_STORED},
            "nbformat": 4,
            "nbformat_minor": 5 if with_ids else 4,
        }
    )


def layout(node: Mapping[str, Any]) -> str:
    """Any JSON value in nbformat's layout; lone surrogates are escaped, so UTF-8 can hold it."""
    text = json.dumps(node, indent=1, sort_keys=True, separators=(",", ": "), ensure_ascii=False)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def _cell_node(cell: Cell, outputs: Sequence[Output], with_id: bool) -> dict[str, Any]:
    node: dict[str, Any] = {
        "cell_type": cell.cell_type,
        "metadata": {k: v for k, v in cell.metadata.items() if k != "trusted"},
        "source": cell.source.splitlines(keepends=True),
    }
    if with_id:
        node["id"] = cell.id
    if cell.cell_type == "code":
        counts = [o["execution_count"] for o in outputs if o.get("execution_count") is not None]
        node["execution_count"] = counts[-1] if counts else None
        node["outputs"] = [_output_node(output) for output in outputs]
    elif cell.attachments:
        node["attachments"] = {k: _split_bundle(v) for k, v in cell.attachments.items()}
    return node


def _output_node(output: Output) -> dict[str, Any]:
    node = dict(output)
    if node.get("output_type") == "stream" and isinstance(node.get("text"), str):
        node["text"] = node["text"].splitlines(keepends=True)
    elif isinstance(node.get("data"), Mapping):
        node["data"] = _split_bundle(node["data"])
    return node


def _split_bundle(bundle: Any) -> Any:
    """A MIME bundle with its text split into lines; images stay one base64 string."""
    if not isinstance(bundle, Mapping):
        return bundle
    return {
        mime: value.splitlines(keepends=True)
        if isinstance(value, str) and (mime.startswith("text/") or mime in _TEXT_MIMES)
        else value
        for mime, value in bundle.items()
    }
