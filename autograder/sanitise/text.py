"""Text as it can be shown: no terminal escapes, nothing invisible, of bounded length."""

from __future__ import annotations

import copy
import itertools
import logging
import re
import unicodedata
from typing import Any

TEXT_LIMIT = 20_000  # characters of one text
MESSAGE_LIMIT = 2_000  # characters of one entry in the log, its traceback apart

#: Escape sequences of terminals: colours, cursor movements, links and window titles.
_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_]|[ -/]+[0-~])"
)
#: Control characters but tab and newline, and half surrogate pairs, which UTF-8 cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
#: Characters that show text in another order than it is stored, or not at all.
_DECEPTIVE = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)

_LINE_BREAK = re.compile("[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_FILLERS = "\u115f\u1160\u3164\uffa0\ufffd"  # letters that show nothing, or may not

#: Marks that combine with the letter before them, beyond what any language puts on one. Browsers
#: take n² time over a letter with n of them.
_MOST_MARKS = 8
#: Invisible characters that are no marks and join or part the letters beside them.
_JOINERS = "\u200c\u200d\u034f\u180e"


def plain_text(text: str, limit: int = TEXT_LIMIT) -> str:
    r"""Text that shows as it is stored: no terminal escapes, no invisible or reordering characters.

    The caller still has to escape it for HTML. Of text longer than ``limit`` characters the
    beginning and the end are kept.

    >>> plain_text("\x1b[31mred\x1b[0m\r\n 10%\r100%")
    'red\n100%'
    >>> plain_text("user\u202etxt")
    'user[U+202E]txt'
    """
    text = truncated(text, limit)
    lines = _ANSI.sub("", text).split("\n")
    # As on a terminal, what follows a carriage return overwrites the line: a progress bar.
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return undeceptive(text)


def truncated(text: str, limit: int) -> str:
    r"""``text`` of at most about ``limit`` characters, with a note of how much is left out.

    >>> truncated("0123456789" * 10, 40)
    '012345678901234567890123456789\n… 60 characters are not shown …\n0123456789'
    """
    left_out = len(text) - limit
    note = f"\n… {left_out:,} characters are not shown …\n"
    if left_out <= len(note):  # which would be no shorter
        return text
    # The end is kept as well: it holds the error of a traceback and the result of a long print.
    tail = limit // 4
    return f"{text[: limit - tail]}{note}{text[len(text) - tail :]}"


def undeceptive(text: str) -> str:
    """Control characters replaced, deceptive ones written as their numbers, piled-up marks cut."""
    text = text if text.isascii() else _without_piled_marks(text)
    text = _DECEPTIVE.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def defused(text: str | None) -> str:
    """A text for a cell of a spreadsheet: one line, as it shows, and no formula.

    What a program might take for a formula gets an apostrophe in front. Some pass over blanks and
    what is invisible there, and know the wide forms of East Asian keyboards. Where numbers have
    commas, a semicolon begins another cell.

    >>> defused("=1+1"), defused("ada"), defused("\u3000\uff1dx"), defused("a;=1")
    ("'=1+1", 'ada', "'\u3000\uff1dx", "a;'=1")
    """
    line = undeceptive(_LINE_BREAK.sub(" ", text or ""))
    cells = line.split(";")
    return ";".join(f"'{each}" if _is_formula(each) else each for each in cells)


def _is_formula(cell: str) -> bool:
    first = next((each for each in cell if not _is_passed_over(each)), "")
    return unicodedata.normalize("NFKC", first)[:1] in ("=", "+", "-", "@", "\u2212")


def _is_passed_over(character: str) -> bool:
    return character in _FILLERS or unicodedata.category(character)[0] in "ZCM"


def script_runs(text: str) -> int:
    """How often a text changes between scripts: browsers lay out each piece by itself.

    >>> script_runs("one script"), script_runs("\u05d0a\u0627"), script_runs("\u6f22\u5b57")
    (0, 3, 1)
    """
    return 0 if text.isascii() else sum(1 for _ in itertools.groupby(text, _script))


def _script(character: str) -> int:
    """About the script of a character: a number for each block of an alphabet."""
    code = ord(character)
    if code < 0x250:
        return 0
    if 0x2E80 <= code < 0x3040 or 0x3400 <= code < 0xA000 or 0x20000 <= code < 0x30000:
        return 1  # Chinese characters have many blocks
    if 0xAC00 <= code < 0xD7B0:
        return 2  # so have Korean syllables
    return code >> 7


def _without_piled_marks(text: str) -> str:
    """The text with no more than so many marks or joiners, one after the other."""
    return "".join(
        "".join(itertools.islice(run, _MOST_MARKS) if are_marks else run)
        for are_marks, run in itertools.groupby(text, _is_mark)
    )


def _is_mark(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character)[0] == "M"


class PlainFormatter(logging.Formatter):
    r"""Formats log records so that no text of a student's can act, mislead or go on for ever.

    What an entry says and its traceback are each made a `plain_text` of bounded length. All lines
    of an entry but its first are indented, so that none can pass for an entry of its own.

    >>> record = logging.makeLogRecord({"levelname": "INFO", "msg": "\x1b[2Jx\nINFO all is well"})
    >>> print(PlainFormatter("%(levelname)s %(message)s").format(record))
    INFO x
        INFO all is well
    """

    def __init__(self, fmt: str, *, tracebacks: bool = True) -> None:
        super().__init__(fmt)
        self._tracebacks = tracebacks

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        record.msg, record.args = plain_text(record.getMessage(), MESSAGE_LIMIT), None
        record.exc_text = None  # another formatter may have left it as it was
        return super().format(record).replace("\n", "\n    ")

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return plain_text(super().formatException(ei)) if self._tracebacks else ""
