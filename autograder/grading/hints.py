"""What may be said of a hidden test that did not pass, since it depends on nothing hidden.

Student code sees the arguments of hidden tests, and can choose by them how it fails: by which
exception, at which line, after how many seconds. So nothing of that is told, but what stands in the
notebook's own text, and a failure before the first hidden line of all.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Self

from autograder.grading.stopped import bound_in
from autograder.notebook.cells import Cell
from autograder.notebook.syntax import NOT_PYTHON, parse

NOT_WRITTEN = "This is not written yet: the cell for your answer is as it was handed out."

LEFT_BELOW = (
    "Remove the line `raise NotImplementedError()`, which was handed out: the function has code of "
    "yours, and stops at that line."
)

_LONGEST = 50_000
"""Characters of a cell that is looked at for a stub: a tree may take a thousand bytes for each."""

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class TextHints:
    """The words of a notebook's code that is no instructor's.

    ``untouched`` are those of answers as they were handed out that no other answer defines. In the
    functions ``left`` the line that was to be replaced stands beside what replaces it.
    """

    words: frozenset[str]
    untouched: frozenset[str]
    left: frozenset[str] = frozenset()

    @classmethod
    def of(cls, cells: Iterable[Cell], released: Mapping[str, str]) -> Self:
        """Those of a notebook of which students found the texts ``released``, by ``grade_id``."""
        words: set[str] = set()
        written: set[str] = set()
        untouched: set[str] = set()
        left: set[str] = set()
        for cell in cells:
            if cell.cell_type == "code" and not (cell.is_test or cell.is_locked):
                # One by one, so that a long text neither fills the memory nor stops other threads.
                found = {match[0] for match in _WORD.finditer(cell.source)}
                words.update(found)
                if cell.is_solution and cell.source == released.get(cell.grade_id or ""):
                    untouched.update(found)
                else:
                    written.update(name for name, _ in bound_in(cell.source))
                left.update(_functions_with_a_stub_left(cell.source))
        return cls(frozenset(words), frozenset(untouched - written), frozenset(left))

    def about(self, names: Collection[str]) -> str:
        """What they say about a test that uses these student names; empty if nothing.

        >>> TextHints(frozenset(["g"]), frozenset()).about(["f"])
        "Your notebook does not define 'f'."
        >>> TextHints(frozenset(["F"]), frozenset()).about(["f"])
        "Your notebook does not define 'f'. It has 'F': was that meant?"
        """
        if missing := sorted(set(names) - self.words):
            meant = sorted(word for word in self.words if word.casefold() == missing[0].casefold())
            hint = f" It has {meant[0]!r}: was that meant?" if meant else ""
            return f"Your notebook does not define {missing[0]!r}.{hint}"
        if not self.left.isdisjoint(names):
            return LEFT_BELOW
        return "" if self.untouched.isdisjoint(names) else NOT_WRITTEN


def _functions_with_a_stub_left(source: str) -> Iterator[str]:
    """The functions that raise NotImplementedError as one statement of several."""
    if "NotImplementedError" not in source or len(source) > _LONGEST:
        return
    try:
        statements = parse(source).body
    except NOT_PYTHON:  # magics
        return
    for each in statements:
        if isinstance(each, ast.FunctionDef):
            body = each.body[1:] if ast.get_docstring(each) is not None else each.body
            stubs = [
                one
                for one in body
                if isinstance(one, ast.Raise) and one.exc and "NotImplementedError" in ast.dump(one)
            ]
            if stubs and len(body) > len(stubs):
                yield each.name


def lines_in_sight(source: str, released: str) -> int:
    r"""How many lines of a test, from its first one, run before anything of it that is hidden.

    Examples
    --------
    >>> lines_in_sight("assert f(1) == 1\nassert f(7) == 7", "assert f(1) == 1")
    1
    >>> lines_in_sight("check({\n1: f(1),\n7: f(7)})", "check({\n1: f(1),\n})")
    0
    """
    pairs = zip(source.split("\n"), released.split("\n"), strict=False)
    seen = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    try:
        statements = parse(source).body
    except NOT_PYTHON:  # magics
        return 0
    # A statement that goes on where students cannot read runs hidden lines with those in sight.
    ends = [each.end_lineno or 0 for each in statements]
    return max((end for end in ends if end <= seen), default=0)
