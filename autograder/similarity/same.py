"""Notebooks of different students that are word for word the same in all that is their own.

That says something even where the code is a usual solution: two people who write the same code do
not write the same comments and texts, nor call everything the same.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice
from typing import Protocol

from autograder.course.source import SourceNotebook
from autograder.notebook.cells import Cell
from autograder.similarity.fingerprints import code_tokens, comments_in

#: Tokens of code that two people do not write alike down to the names.
LONG = 40
_WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True)
class Own:
    """What of one notebook is not the instructor's, as digests.

    ``says_something`` tells whether a comment or a text of it has words that were not given;
    ``is_long``, whether its code is.
    """

    notebook: str
    text: str
    file: str
    says_something: bool
    is_long: bool


class _Work(Protocol):
    @property
    def party(self) -> int: ...
    @property
    def own(self) -> tuple[Own, ...]: ...


def own_of(source: SourceNotebook, cells: Sequence[Cell], data: bytes) -> Own:
    """What ``cells``, a student's own of the file ``data``, have that was not given."""
    given = {cell.source for cell in source.notebook.cells} | {*source.released.values()}
    known = set(_WORDS.findall("\n".join(given)))
    code = [cell for cell in cells if cell.cell_type == "code"]
    said = [cell.source for cell in cells if cell.cell_type == "markdown"]
    said += [comment for cell in code for comment in comments_in(cell.source)]
    tokens = chain.from_iterable(code_tokens(cell.source) for cell in code)
    texts = "\0".join(f"{cell.cell_type}\0{cell.source.strip()}" for cell in cells)
    return Own(
        source.name,
        _digest(texts.encode("utf-8", "surrogatepass")),
        _digest(data),
        any(set(_WORDS.findall(each)) - known for each in said),
        next(islice(tokens, LONG - 1, None), None) is not None,
    )


def same_notebooks(works: Sequence[_Work], usual: int) -> dict[tuple[int, int], tuple[str, ...]]:
    """The numbers of works of different parties with the same notebooks, and which these are.

    Where nothing is said in words, and more than ``usual`` have the same, it is a usual solution;
    so is what is short, unless the files are the same byte for byte.
    """
    holders: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    found: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    owns: dict[tuple[str, str], Own] = {}
    for number, work in enumerate(works):
        for own in work.own:
            holders[own.notebook, own.text].append(number)
            owns[own.notebook, own.text] = own
    files = [{own.notebook: own.file for own in work.own} for work in works]
    for (notebook, text), numbers in holders.items():
        own = owns[notebook, text]
        if not own.says_something and len(numbers) > usual:
            continue
        for one, two in combinations(numbers, 2):
            is_same_file = files[one][notebook] == files[two][notebook]
            counts = own.says_something or own.is_long or is_same_file
            if counts and works[one].party != works[two].party:
                found[one, two].append(notebook)
    return {numbers: tuple(names) for numbers, names in found.items()}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
