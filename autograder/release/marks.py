"""A search of released files for marks of regions, as they are and as they are misspelt.

Text with such a mark in it has a part that nobody took out, since nbgrader knows one spelling.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from itertools import pairwise

from autograder.course.source import SourceNotebook
from autograder.notebook.regions import regions_from
from autograder.release.contents import Piece, pieces_of

#: A line that begins or ends a region, as nbgrader has it and as it is often misspelt.
_MARK = re.compile(
    r"^\W*(?:BEGIN|END)[\s_-]*(?:SOLUTIONS?|HIDDEN[\s_-]*TESTS?|MARK(?:ING)?[\s_-]*SCHEMES?"
    r"|(?:HIDDEN|PRIVATE|SECRET|INSTRUCTORS?|GRADERS?)[\s_-]*(?:TESTS?|CASES?|CHECKS?|CELLS?|ONLY))\b",
    re.IGNORECASE,
)
#: A line of capital letters after several marks of a comment, which may be meant for one.
_LIKE_A_MARK = re.compile(r"^\s*(?:#{2,}|//+|%%+|<!--)\W*([A-Z][A-Z _-]{4,40})\W*$")
_HALF_A_MARK = re.compile(
    r"(?:BEGIN |END )?HIDDEN(?: TESTS?)?(?: BEGIN| END)?|(?:BEGIN |END )?MARK(?:ING)? SCHEMES?"
    r"|(?:START|STOP|BEGIN|END) .*(?:SOLUTION|HIDDEN).*"
)
_LONGEST = 200  # characters of a mark
_LIKE = 0.8  # from here on two words are taken for one of them misspelt
_MARKS = tuple(f"{edge}{what}" for edge in ("BEGIN", "END")
               for what in ("SOLUTION", "HIDDENTESTS", "MARKSCHEME"))  # fmt: skip

#: Letters of other alphabets that look like the capital letters of marks.
_ALIKE = str.maketrans("АВСЕНІМОРЅТХΑΒΕΗΙΜΝΟΡΤ", "ABCEHIMOPSTXABEHIMNOPT")
_COMMENT = re.compile(r"^\s*#+(.*)$")
#: Words by which comments say whom what follows is kept from, and words that may stand beside them.
_KEPT_FROM = re.compile(
    r"(?:hidden|private|secret|instructors?|graders?|versteckte?r?|geheime?|cach[ée]e?s?"
    r"|ocult[oa]s?|nascost[aei])"
)
_BESIDE = re.compile(
    r"(?:tests?|cases?|checks?|asserts?|assertions?|only|below|here|from|on|begins?|starts?|end"
    r"|the|more|for|do|not|show|part|section|cells?|ab|hier|nur|für|les|los|pruebas)"
)


def find_marks(files: Mapping[str, bytes]) -> list[str]:
    """Where ``files`` still hold a mark of a solution, a hidden test or a mark scheme."""
    found: dict[str, None] = {}  # a set that keeps its order
    for piece in pieces_of(files):
        for where, text in _placed_texts(piece):
            for line in filter(_is_mark, map(_plain, text.splitlines())):
                mark = _MARK.match(line)
                told = (mark[0] if mark else line).strip()
                found[f"{piece.name}{where}: the mark {told!r}; check how it is spelt"] = None
    return list(found)


def meant_for_marks(sources: Iterable[SourceNotebook]) -> list[str]:
    """Notes on comments of tests that say that what follows is hidden, where nothing is.

    In a cell with a region of hidden tests such a comment tells students that there is one.
    """
    notes = []
    for source in sources:
        hidden = regions_from(source.course.config).hidden
        for number, cell in enumerate(source.notebook.cells, start=1):
            if not cell.is_test or cell.is_solution or hidden.found_in(cell.source):
                continue
            lines = [line for line in cell.source.splitlines() if line.strip()]
            for line, following in pairwise([*lines, ""]):
                if _says_hidden(_plain(line)) and following and not _COMMENT.match(following):
                    notes.append(
                        f"{source.name}.ipynb, cell {number}: students get what follows "
                        f"{line.strip()!r}; to keep it from them, put it between "
                        f"{hidden.begin!r} and {hidden.end!r}"
                    )
    return notes


def _says_hidden(line: str) -> bool:
    """Whether a line is a comment that consists of words such as ``hidden tests below``."""
    comment = _COMMENT.match(line)
    words = re.findall(r"[^\W_]+", comment[1].lower()) if comment else []
    kept_from = [word for word in words if _KEPT_FROM.fullmatch(word)]
    others = (word for word in words if word not in kept_from)
    return bool(kept_from) and all(map(_BESIDE.fullmatch, others))


def _plain(line: str) -> str:
    """A line as it looks: without what is not seen, with plain blanks and Latin letters."""
    if line.isascii() or len(line) > _LONGEST:
        return line
    seen = (each for each in line if unicodedata.category(each) != "Cf")
    return unicodedata.normalize("NFKC", "".join(seen)).translate(_ALIKE)


def _is_mark(line: str) -> bool:
    """Whether a line is a mark of a region, or was meant to be one."""
    if len(line) > _LONGEST:
        return False
    if _MARK.match(line):
        return True
    like = _LIKE_A_MARK.match(line)
    if like is None:
        return False
    words = " ".join(re.split(r"[ _-]+", like[1].strip()))
    if _HALF_A_MARK.fullmatch(words):
        return True
    letters = words.replace(" ", "")
    return any(SequenceMatcher(None, letters, mark).ratio() > _LIKE for mark in _MARKS)


def _placed_texts(piece: Piece) -> Iterator[tuple[str, str]]:
    """The texts of a file, each with the cell that it is in."""
    cells = piece.node.get("cells") if isinstance(piece.node, dict) else None
    if not isinstance(cells, list):
        yield from (("", text) for text in piece.texts)
        return
    for number, cell in enumerate(cells, start=1):
        source = cell.get("source", "") if isinstance(cell, dict) else ""
        yield f", cell {number}", source if isinstance(source, str) else "".join(map(str, source))
