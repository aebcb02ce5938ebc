"""What may be said of a hidden test that did not pass, since it depends on nothing hidden.

Student code sees the arguments of hidden tests, and can choose by them how it fails: by which
exception, at which line, after how many seconds. So nothing of that is told, but what stands in the
notebook's own text, and a failure before the first hidden line of all.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from autograder.notebook.cells import Cell

NOT_WRITTEN = "This is not written yet: the cell for your answer is as it was handed out."

_WORD = re.compile(r"[^\W\d]\w*")
#: A line that goes on with the statement before it.
_GOES_ON = re.compile(r"\s|(?:elif|else|except|finally|case)\b")


@dataclass(frozen=True)
class TextHints:
    """The words of a notebook's code that is no instructor's, and those of untouched answers."""

    words: frozenset[str]
    untouched: frozenset[str]

    @classmethod
    def of(cls, cells: Iterable[Cell], released: Mapping[str, str]) -> Self:
        """Those of a notebook of which students found the texts ``released``, by ``grade_id``."""
        words: set[str] = set()
        untouched: set[str] = set()
        for cell in cells:
            if cell.cell_type == "code" and not (cell.is_test or cell.is_locked):
                found = _WORD.findall(cell.source)
                words.update(found)
                if cell.is_solution and cell.source == released.get(cell.grade_id or ""):
                    untouched.update(found)
        return cls(frozenset(words), frozenset(untouched))

    def about(self, names: Collection[str]) -> str:
        """What they say about a test that uses these student names; empty if nothing.

        >>> TextHints(frozenset(["g"]), frozenset()).about(["f"])
        "Your notebook does not define 'f'."
        """
        if missing := sorted(set(names) - self.words):
            return f"Your notebook does not define {missing[0]!r}."
        return "" if self.untouched.isdisjoint(names) else NOT_WRITTEN


def lines_in_sight(source: str, released: str) -> int:
    r"""How many lines of a test, from its first one, run before anything of it that is hidden.

    >>> lines_in_sight("assert f(1) == 1\nassert f(7) == 7", "assert f(1) == 1")
    1
    """
    lines, known = source.split("\n"), released.split("\n")
    count = next(
        (i for i, (line, seen) in enumerate(zip(lines, known, strict=False)) if line != seen),
        min(len(lines), len(known)),
    )
    following = (
        line for line in lines[count:] if line.strip() and not line.lstrip().startswith("#")
    )
    # What is hidden in a loop, or goes on with a statement in sight, runs before that is over.
    return 0 if _GOES_ON.match(next(following, "")) else count
