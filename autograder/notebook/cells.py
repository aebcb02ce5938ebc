"""Notebooks as immutable values, and the text of a notebook file.

A `Notebook` holds what every later step needs of a file, and nothing else. The text is laid out
byte for byte as nbformat lays it out, so that git and nbgrader see no difference. nbformat itself
is not imported, because that takes seconds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

CellType = Literal["code", "markdown", "raw"]
Output = Mapping[str, Any]  # as nbformat 4 has it

_CELL_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")  # what the schema of nbformat 4.5 allows
_SURROGATE = re.compile("[\ud800-\udfff]")
# nbformat, too, splits these types of text into lines, although they do not begin with "text/".
_TEXT_MIMES = ("application/javascript", "image/svg+xml")
# nbformat writes none of these metadata: they tell where a notebook in memory came from.
_NOT_STORED = ("orig_nbformat", "orig_nbformat_minor", "signature")


@dataclass(frozen=True)
class Cell:
    """One cell, with its whole metadata: nbgrader's are under the key ``nbgrader``.

    The properties answer as the functions of the same names in ``nbgrader.utils`` do. Outputs
    are not kept: what a submission says its outputs were proves nothing.
    """

    cell_type: CellType
    source: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    attachments: Mapping[str, Any] | None = None

    @cached_property
    def nbgrader(self) -> Mapping[str, Any]:
        value = self.metadata.get("nbgrader")
        return value if isinstance(value, Mapping) else {}

    @property
    def grade_id(self) -> str | None:
        value = self.nbgrader.get("grade_id")
        return value if isinstance(value, str) and value else None

    @property
    def is_grade(self) -> bool:
        return bool(self.nbgrader.get("grade", False))

    @property
    def is_solution(self) -> bool:
        return bool(self.nbgrader.get("solution", False))

    @property
    def is_task(self) -> bool:
        return bool(self.nbgrader.get("task", False))

    @property
    def is_locked(self) -> bool:
        # As in nbgrader: an answer is never locked, and another graded cell always, whatever the
        # mark says.
        if self.is_solution:
            return False
        return self.is_grade or bool(self.nbgrader.get("locked", False))

    @property
    def is_test(self) -> bool:
        """An autograded test: code that earns points and is not itself an answer."""
        return self.cell_type == "code" and self.is_grade and not self.is_solution

    @property
    def is_manual(self) -> bool:
        """Earns points, but only a person can say how many."""
        return (self.is_grade and not self.is_test) or self.is_task

    @property
    def points(self) -> float:
        return float(self.nbgrader.get("points", 0.0))

    @property
    def tags(self) -> tuple[str, ...]:
        value = self.metadata.get("tags")
        tags = value if isinstance(value, list) else []
        return tuple(tag for tag in tags if isinstance(tag, str))

    def checksum(self) -> str:
        """nbgrader's checksum of a cell, an MD5 in hex.

        It is ``nbgrader.utils.compute_checksum``, to the byte: nbgrader compares the one in a
        submission with its own to find answers that were left untouched and tests that were
        changed. It protects nothing, since students can compute it as well.
        """
        parts = [self.source, self.cell_type]
        parts += [str(flag) for flag in (self.is_grade, self.is_solution, self.is_locked)]
        parts.append(str(self.grade_id))
        if self.is_grade:
            parts.append(str(self.points))
        return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Notebook:
    """The cells of a notebook in order, with the notebook's own metadata."""

    cells: tuple[Cell, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def find(self, grade_id: str) -> Cell | None:
        """The first cell of that ``grade_id``, or None."""
        return next((cell for cell in self.cells if cell.grade_id == grade_id), None)

    @property
    def language(self) -> str:
        """The kernel's language, ``"python"`` where the notebook does not say."""
        for key, name in (("kernelspec", "language"), ("language_info", "name")):
            value = self.metadata.get(key)
            if isinstance(value, Mapping) and isinstance(value.get(name), str):
                return str(value[name]).lower()
        return "python"

    @property
    def kernel_name(self) -> str:
        value = self.metadata.get("kernelspec")
        name = value.get("name") if isinstance(value, Mapping) else None
        return name if isinstance(name, str) else "python3"


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
    """Any JSON object in nbformat's layout, lone surrogates escaped: UTF-8 cannot hold them."""
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
    return {mime: _split_part(mime, part) for mime, part in bundle.items()}


def _split_part(mime: str, part: Any) -> Any:
    is_text = mime.startswith("text/") or mime in _TEXT_MIMES
    return part.splitlines(keepends=True) if is_text and isinstance(part, str) else part
