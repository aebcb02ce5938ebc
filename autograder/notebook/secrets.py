"""A search of released files for what only instructors may see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from autograder.notebook.cells import Cell
from autograder.notebook.edition import Edition
from autograder.notebook.regions import regions_from

#: Shorter lines, such as ``return x``, tell nothing and occur anywhere.
TELLING_LENGTH = 12


def find_leaks(editions: Iterable[Edition], files: Mapping[str, bytes]) -> list[str]:
    """Where ``files`` (names to contents) hold a line of a solution or a hidden test.

    Lines that the instructor shows elsewhere in these notebooks, imports, signatures, comments
    and lines of fewer than ``TELLING_LENGTH`` characters are no secrets. In notebooks everything
    is searched: text, outputs and metadata.
    """
    editions = list(editions)
    shown = {line for edition in editions for text in _shown(edition) for line in _lines(text)}
    secret = {line for edition in editions for text in _secret(edition) for line in _lines(text)}
    secret = {line for line in secret - shown if _is_telling(line)}
    return [
        f"{name}: {line!r}"
        for name, data in sorted(files.items())
        for line in sorted(secret.intersection(_lines_of_file(name, data)))
    ]


def _shown(edition: Edition) -> Iterator[str]:
    for cell in edition.instructor.cells:
        yield edition.released[cell.grade_id] if cell.grade_id else cell.source


def _secret(edition: Edition) -> Iterator[str]:
    regions = regions_from(edition.course.config)
    for cell in edition.instructor.cells:
        yield from regions.hidden.inner(cell.source)
        yield from regions.mark_scheme.inner(cell.source)
        yield from _solution(cell, regions.solution.inner(cell.source))


def _solution(cell: Cell, marked: list[str]) -> Iterable[str]:
    if not cell.is_solution:
        return ()
    return marked or [cell.source]


def _is_telling(line: str) -> bool:
    return len(line) >= TELLING_LENGTH and not line.startswith(("import ", "from ", "def ", "#"))


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()}


def _lines_of_file(name: str, data: bytes) -> set[str]:
    text = data.decode("utf-8", "ignore")
    if not name.endswith(".ipynb"):
        return _lines(text)
    return {line for text in _texts(json.loads(text)) for line in _lines(text)}


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)
