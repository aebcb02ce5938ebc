"""A search of released files for lines of solutions, hidden tests and mark schemes.

The last check before files go out. It does not trust the tools that took the secrets out, but
compares lines, wherever in a file they stand.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from autograder.course.source import SourceNotebook
from autograder.notebook.cells import Cell
from autograder.notebook.regions import regions_from

#: Characters. Shorter lines, such as ``return x``, tell nothing and occur anywhere.
TELLING_LENGTH = 12
MOST_IN_ARCHIVE = 64 << 20  # bytes read of what a zip file holds
_NAME = re.compile(r"[\w.]+,?")  # as in lists of imports


def find_leaks(sources: Iterable[SourceNotebook], files: Mapping[str, bytes]) -> list[str]:
    """Where ``files`` (names to contents) hold a line of a solution or a hidden test.

    For the student edition, in which a single such line is too much.

    Lines that the instructor shows elsewhere in these notebooks, imports, signatures, comments
    and lines of fewer than ``TELLING_LENGTH`` characters are no secrets. In notebooks everything
    is searched: text, outputs and metadata.
    """
    sources = list(sources)
    shown = {line for source in sources for text in _shown(source) for line in _lines(text)}
    secret = {line for source in sources for text in _secret(source) for line in _lines(text)}
    secret = {line for line in secret - shown if _is_telling(line)}
    pairs = {pair for source in sources for pair in _short_pairs(source, shown)}
    pairs -= {pair for source in sources for text in _shown(source) for pair in _pairs(text)}
    found: dict[str, None] = {}  # a set that keeps its order
    for file, content in sorted(files.items()):
        for name, data in archived(file, content):
            texts = list(_texts_of_file(name, data))
            lines = {line for text in texts for line in _lines(text)}
            found |= dict.fromkeys(f"{name}: {line!r}" for line in sorted(secret & lines))
            for pair in sorted(pairs.intersection(p for text in texts for p in _pairs(text))):
                if not secret.intersection(pair):  # or it has been named
                    found[f"{name}: {' / '.join(map(repr, pair))}"] = None
    return list(found)


def _short_pairs(source: SourceNotebook, shown: set[str]) -> Iterator[tuple[str, str]]:
    """The pairs of lines of answers of which one is a secret, be it as short as ``return x*x``."""
    region = regions_from(source.course.config).solution
    for cell in source.notebook.cells:
        if not cell.is_solution or cell.cell_type != "code":
            continue
        whole = not region.found_in(cell.source)
        lines = [(inside, line.strip()) for inside, line in region.lines(cell.source)]
        secret = {line for inside, line in lines if inside or whole} - shown
        secret = set(filter(_says_something, secret))
        for pair in pairwise(line for inside, line in lines if inside is not None and line):
            if secret.intersection(pair) and len("".join(pair)) >= 2 * TELLING_LENGTH:
                yield pair


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    return pairwise(lines)


def find_copies(sources: Iterable[SourceNotebook], files: Mapping[str, bytes]) -> list[str]:
    """Where ``files`` hold a passage of a solution or a hidden test.

    For a library and for lectures, which teach what solutions do and may share a line with one by
    chance. Two lines in a row are a copy, and so is a hidden test's only line; lines that are no
    secrets for `find_leaks`, and bare names, do not count.
    """
    secret = {passage for source in sources for passage in _passages(source)}
    found: dict[str, None] = {}  # a set that keeps its order: a text can be found twice in a file
    for file, content in sorted(files.items()):
        for name, data in archived(file, content):
            for text in _texts_of_file(name, data):
                lines = _passage_lines(text)
                for passage in [*((line,) for line in lines), *pairwise(lines)]:
                    if passage in secret:
                        found[f"{name}: {' / '.join(map(repr, passage))}"] = None
    return list(found)


def archived(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, and if it is a zip file, the files in it."""
    yield name, data
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    room = MOST_IN_ARCHIVE
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if not info.is_dir() and info.file_size <= room:
                    room -= info.file_size
                    yield f"{name}/{info.filename}", archive.read(info)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        return  # whoever gets it cannot read it either


def _passages(source: SourceNotebook) -> Iterator[tuple[str, ...]]:
    """The secret pairs of lines of a notebook, and the only lines of its hidden regions."""
    shown = {line for text in _shown(source) for line in _lines(text)}
    regions = regions_from(source.course.config)
    for cell in source.notebook.cells:
        solution = "\n".join(_solution(cell, regions.solution.inner(cell.source)))
        hidden = "\n".join(regions.hidden.inner(cell.source))
        scheme = "\n".join(regions.mark_scheme.inner(cell.source))
        for text in (solution, hidden, scheme):
            lines = _passage_lines(text)
            yield from (pair for pair in pairwise(lines) if not shown.issuperset(pair))
        # Not of solutions: a library may well have the one line that a solution consists of.
        for text in (hidden, scheme):
            lines = _passage_lines(text)
            if len(lines) == 1 and lines[0] not in shown:
                yield (lines[0],)


def _passage_lines(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if _is_telling(line) and not _NAME.fullmatch(line)]


def _shown(source: SourceNotebook) -> Iterator[str]:
    """The texts that students get."""
    for cell in source.notebook.cells:
        yield source.released[cell.grade_id] if cell.grade_id else cell.source


def _secret(source: SourceNotebook) -> Iterator[str]:
    """The texts that students must not get."""
    regions = regions_from(source.course.config)
    for cell in source.notebook.cells:
        yield from regions.hidden.inner(cell.source)
        yield from regions.mark_scheme.inner(cell.source)
        yield from _solution(cell, regions.solution.inner(cell.source))


def _solution(cell: Cell, marked: list[str]) -> Iterable[str]:
    """The lines between the marks of an answer, or all of an answer without marks."""
    if not cell.is_solution:
        return ()
    return marked or [cell.source]


def _is_telling(line: str) -> bool:
    return len(line) >= TELLING_LENGTH and _says_something(line)


def _says_something(line: str) -> bool:
    return not line.startswith(("import ", "from ", "def ", "#"))


def _lines(text: str) -> set[str]:
    return {line.strip() for line in text.splitlines()}


def _texts_of_file(name: str, data: bytes) -> Iterable[str]:
    text = data.decode("utf-8", "ignore")
    if name.endswith(".ipynb"):
        try:
            return list(_texts(json.loads(text)))
        except ValueError:  # in an archive there may be anything
            pass
    return [text]


def _texts(node: Any) -> Iterator[str]:
    """Every string in a JSON value, names of keys included."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from _texts(value)
    elif isinstance(node, list):
        if all(isinstance(value, str) for value in node):
            yield "".join(node)  # a text as notebooks store it, line by line
        for value in node:
            yield from _texts(value)
