"""The fingerprints of a cell: its pieces of so many tokens, whatever their variables are called.

What is easily changed in a copy is not in a token: names of variables, functions and attributes of
one's own, comments, docstrings, the text of strings, layout. The order of cells does not matter,
since no piece reaches from one into another.

The text is a student's and need not be Python, so it is cut into tokens by one expression that
takes any text in linear time.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autograder.notebook.cells import Cell

#: Tokens of a piece: about a line of code. Shorter ones are alike by chance.
LENGTH = 12
#: Of one notebook. An honest one has a tenth of it, and what is beyond it is not compared.
MOST_CHARACTERS = 100_000
_TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]*+ )
  | (?P<string> [rRbBuUfFtT]{0,2} (?:
        \"{3} (?: [^"\\] | \\(?:.|\Z) | "(?!"") )*+ (?: \"{3} | \Z )
      | '{3}  (?: [^'\\] | \\(?:.|\Z) | '(?!'') )*+ (?: '{3}  | \Z )
      | " (?: [^"\\\n] | \\(?:.|\Z) )*+ "?
      | ' (?: [^'\\\n] | \\(?:.|\Z) )*+ '? ) )
  | (?P<number> \d[\w.]*+ )
  | (?P<name> [^\W\d]\w*+ )
  | (?P<mark> [^\w\s] )
    """,
    re.VERBOSE | re.DOTALL,
)
_WORD = re.compile(r"\w++")
#: What a class calls its attributes and methods is its author's choice as well.
_OWN_ATTRIBUTE = re.compile(r"\.(\w++)\s*+=(?!=)|\bdef\s++(\w++)")
_KEPT = frozenset({*keyword.kwlist, *dir(builtins)})
_OMITTED = frozenset({";", "\\"})  # layout
_CONTINUES = frozenset("([{,=")  # after which a line does not begin a statement


@dataclass(frozen=True)
class Passage:
    """A cell's text, and a fingerprint of each of its pieces of `LENGTH` tokens, in order.

    ``lines`` has for each token the line that it begins in, from 0.
    """

    notebook: str
    text: str
    lines: tuple[int, ...]
    fingerprints: tuple[int, ...]

    def lines_with(self, shared: frozenset[int]) -> frozenset[int]:
        """The lines with a token of a piece whose fingerprint is among ``shared``."""
        return frozenset(
            line
            for start, each in enumerate(self.fingerprints)
            if each in shared
            for line in self.lines[start : start + LENGTH]
        )


def passages_of(notebook: str, cells: Iterable[Cell]) -> list[Passage]:
    """The passages of a notebook's code and Markdown; cells shorter than one piece have none.

    Fingerprints differ from one process to the next, so that nobody can prepare a text for them.
    """
    cells = list(_within_limit(cell for cell in cells if cell.cell_type != "raw"))
    found = (match for cell in cells for match in _OWN_ATTRIBUTE.finditer(cell.source))
    own = frozenset(match[1] or match[2] for match in found)
    result = []
    for cell in cells:
        is_code = cell.cell_type == "code"
        tokens = list(code_tokens(cell.source, own) if is_code else _words(cell.source))
        texts = [text for text, _ in tokens]
        pieces = zip(*(texts[start:] for start in range(LENGTH)), strict=False)
        if fingerprints := tuple(hash((is_code, piece)) for piece in pieces):
            lines = tuple(line for _, line in tokens)
            result.append(Passage(notebook, cell.source, lines, fingerprints))
    return result


def _within_limit(cells: Iterable[Cell]) -> Iterator[Cell]:
    room = MOST_CHARACTERS
    for cell in cells:
        room -= len(cell.source)
        if room >= 0:
            yield cell


def code_tokens(
    text: str, own_attributes: frozenset[str] = frozenset()
) -> Iterator[tuple[str, int]]:
    r"""The tokens of a cell of code, each as it is whoever wrote it, and with its line from 0.

    >>> " ".join(token for token, _ in code_tokens("total = np.sum(x[1:])  # add up"))
    'v = v . sum ( v [ 1 : ] )'
    """
    line, end, before = 0, 0, ""
    for match in _TOKEN.finditer(text):
        gap = text[end : match.start()]
        begins_line = "\n" in gap or not before
        line += text.count("\n", end, match.start())
        beginning, symbol = line, match[0]
        line += symbol.count("\n")
        end = match.end()
        if match.lastgroup == "comment" or symbol in _OMITTED:
            continue
        if match.lastgroup == "string":
            if begins_line and before not in _CONTINUES:
                continue  # a docstring
            symbol = "s"
        elif match.lastgroup == "name" and symbol not in _KEPT:
            symbol = symbol if before == "." and symbol not in own_attributes else "v"
        yield symbol, beginning
        before = symbol


def comments_in(text: str) -> list[str]:
    """The comments in a cell of code.

    >>> comments_in("plot(x, color='#ff0000')  # in red")
    ['# in red']
    """
    return [match[0] for match in _TOKEN.finditer(text) if match.lastgroup == "comment"]


def _words(text: str) -> Iterator[tuple[str, int]]:
    for line, content in enumerate(text.split("\n")):
        for match in _WORD.finditer(content):
            yield match[0].casefold(), line
