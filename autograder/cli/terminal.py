"""The one way to the terminal: what a command says, be it a student's text, acts on nothing.

Names of students, files and questions are others' text. A terminal obeys escape sequences in it,
and shows characters in another order than they are stored, or not at all. `say` prints lines,
`Terminal` tables and progress; both write such characters as numbers. `name` makes a name fit a
column.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator

import click
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from autograder.sanitise import plain_text

#: Columns of a name in a table.
NAME_WIDTH = 32
#: Controls but tab and newline, what is invisible or reorders, line and paragraph separators.
_ACTIVE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
_BREAKS = re.compile("[\t\n]")


def say(text: object, *, err: bool = False) -> None:
    """Print a text that may hold anything; a line break in it begins no line that looks ours."""
    click.echo(harmless(str(text)).expandtabs(1).replace("\n", "\n    "), err=err)


def harmless(text: str) -> str:
    r"""``text`` with all characters that a terminal acts on written as numbers.

    >>> harmless("\x1b[2Jann\u202e")
    '[U+001B][2Jann[U+202E]'
    """
    return _ACTIVE.sub(_number, text)


def _number(match: re.Match[str]) -> str:
    return f"[U+{ord(match[0]):04X}]"


def plain(text: str, style: str = "") -> Text:
    r"""Text as it stands, be it a student's: no markup, and nothing that a terminal obeys.

    >>> str(plain("[red]\x1b[2Jx"))
    '[red]x'
    """
    return Text(harmless(plain_text(text)), style=style)


def name(text: str, width: int = NAME_WIDTH, style: str = "") -> Text:
    r"""A name on one line of at most ``width`` columns, so that no name hides what is beside it.

    Of a longer one the beginning and the end are kept, and between them four digits that differ
    where the rest does.

    >>> str(name("ann\nbob"))
    'ann[U+000A]bob'
    >>> str(name("a" * 200, 20))
    'aaaaaaa…c2a9…aaaaaaa'
    """
    line = _BREAKS.sub(_number, harmless(text))
    if cell_len(line) <= width and len(line) <= 2 * width:
        return Text(line, style=style)
    middle = f"…{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:4]}…"
    half = (width - len(middle)) // 2
    tail = _fitting(reversed(line), half)[::-1]
    return Text(f"{_fitting(line, half)}{middle}{tail}", style=style)


def _fitting(characters: Iterable[str], width: int) -> str:
    """As many of the ``characters`` as fit into ``width`` columns, without a pile of accents."""
    kept, columns = "", 0
    for character in characters:
        is_mark = unicodedata.category(character) in ("Mn", "Me", "Mc")
        if not is_mark:
            columns += cell_len(character)
            if columns > width:
                break
            kept += character
    return kept


class Terminal(Console):
    """Rich's console; whatever reaches it is harmless, even what nobody has made `plain`."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        for segment in super().render(renderable, options):
            if segment.control is None and _ACTIVE.search(segment.text):
                yield Segment(harmless(segment.text), segment.style)
            else:
                yield segment
