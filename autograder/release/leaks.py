"""A search of released files for lines of solutions, hidden tests and mark schemes.

The last check before files go out. It does not trust the tools that took the secrets out, but
compares lines, wherever in a file they stand and however it is packed (`contents`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise

from autograder.course.source import SourceNotebook
from autograder.notebook.cells import Cell
from autograder.notebook.regions import regions_from
from autograder.release.contents import Piece, pieces_of

#: Characters. Shorter lines, such as ``return x``, tell nothing and occur anywhere.
TELLING_LENGTH = 12
#: Characters without blanks, from which on a secret is found within a line, too.
_TELLING_WITHIN = 14
_COMMENT_AFTER = re.compile(r"(?<=\S)\s+#\s.*$")
#: What may not stand around a secret within a line, because it would be a part of other code.
_GOES_ON = r"(?![\w.(\[])(?!\s*(?:[-+*/%@.=<>&^]|(?:if|else|for|and|or|in|is|not)\b))"
_STATEMENT = re.compile(r"(?:assert|return|raise|yield|for|if|while|with|del)\b|[\w.\[\], ]+=(?!=)")
_NAME = re.compile(r"[\w.]+,?")  # as in lists of imports
#: What documentation, e-mails, comments, sessions and listings put before a line of code.
_BEFORE = re.compile(r"(?:\s|>>>|\.\.\.|[>|#+$%*`]|-(?=\s)|\w+ ?\[\d*\]:|\d+[:.)|]?\s)+")


def find_leaks(sources: Iterable[SourceNotebook], files: Mapping[str, bytes]) -> list[str]:
    """Where ``files`` (names to contents) hold a line of a solution or a hidden test.

    For the student edition, in which a single such line is too much.

    Lines that the instructor shows elsewhere in these notebooks, imports, signatures, comments
    and lines of fewer than ``TELLING_LENGTH`` characters are no secrets. In notebooks everything
    is searched: text, outputs and metadata. Blanks and the kind of quotes make no difference.
    """
    secrets = _Secrets(list(sources))
    return _unique(line for piece in pieces_of(files) for line in secrets.leaks_in(piece))


def find_copies(sources: Iterable[SourceNotebook], files: Mapping[str, bytes]) -> list[str]:
    """Where ``files`` hold a passage of a solution or a hidden test.

    For a library and for lectures, which teach what solutions do and may share a line with one by
    chance. Two lines in a row are a copy, and so is a hidden test's only line; lines that are no
    secrets for `find_leaks`, and bare names, do not count. But in what repeats most of a notebook
    that students get, as the solved notebook does, a line is too much.
    """
    sources = list(sources)
    secrets = [(_Secrets([source]), _shown_keys(source)) for source in sources]
    passages = {passage for source in sources for passage in _passages(source)}
    return _unique(
        line
        for piece in pieces_of(files)
        for line in [
            *(
                leak
                for of_one, shown in secrets
                if _repeats(piece, shown)
                for leak in of_one.leaks_in(piece)
            ),
            *_passages_in(piece, passages),
        ]
    )


class _Secrets:
    """The lines of some notebooks that students must not get, and pairs with a short one."""

    def __init__(self, sources: Collection[SourceNotebook]) -> None:
        shown = {line for source in sources for text in _shown(source) for line in _lines(text)}
        secret = {line for source in sources for text in _secret(source) for line in _lines(text)}
        known = set(map(_key, shown))
        self._lines = {_key(each): each for each in secret if _is_telling(each)}
        self._lines = {key: line for key, line in self._lines.items() if key not in known}
        everything = "\n".join(map(_squeezed, (text for each in sources for text in _shown(each))))
        self._within = {
            squeezed: (line, _STATEMENT.match(form) is None)
            for line in self._lines.values()
            for form in _forms(line)
            for squeezed in [_squeezed(form)]
            if len(squeezed) >= _TELLING_WITHIN and squeezed not in everything
        }
        pairs = {pair for source in sources for pair in _short_pairs(source, shown)}
        pairs -= {pair for source in sources for text in _shown(source) for pair in _pairs(text)}
        self._pairs = {(_key(first), _key(second)): (first, second) for first, second in pairs}

    def leaks_in(self, piece: Piece) -> Iterator[str]:
        """What of them a file holds."""
        texts = [[key for key in map(_key, text.splitlines()) if key] for text in piece.texts]
        keys = {key for text in texts for key in text}
        lines = sorted(
            {self._lines[key] for key in self._lines.keys() & keys}.union(
                line for text in piece.texts for line in self._found_within(text)
            )
        )
        yield from (f"{piece.name}: {line!r}" for line in lines)
        found = self._pairs.keys() & {pair for text in texts for pair in pairwise(text)}
        for pair in sorted(self._pairs[keys] for keys in found):
            if not set(lines).intersection(pair):  # or it has been named
                yield f"{piece.name}: {' / '.join(map(repr, pair))}"

    def _found_within(self, text: str) -> Iterator[str]:
        """The secret lines that stand in a line with something else."""
        plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
        squeezed = _squeezed(plain)
        for secret, (line, is_part) in self._within.items():
            if secret in squeezed and _stands_in(plain, secret, is_part=is_part):
                yield line


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace('"', "'")


def _forms(line: str) -> Iterator[str]:
    """A line without a comment after it, and what it asserts, as examples have it."""
    plain = _COMMENT_AFTER.sub("", line)
    yield plain
    if plain.startswith("assert "):
        yield plain.removeprefix("assert ")


def _stands_in(text: str, secret: str, *, is_part: bool) -> bool:
    """Whether a text has a secret, given without blanks, and not as a part of other code."""
    quotes = {"'": "['\"]"}
    code = r"[ \t]*".join(quotes.get(each, re.escape(each)) for each in secret)
    before = r"(?<![\w.])" + (r"(?<![-=+*/%(,\[{] )(?<![-=+*/%(,\[{])" if is_part else "")
    return re.search(before + code + _GOES_ON, text) is not None


def _unique(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))  # a text can be found twice in a file


def _key(line: str) -> str:
    """What a line of code is known by, however it is laid out and whatever stands before it."""
    plain = line if line.isascii() else unicodedata.normalize("NFKC", line)
    plain = _COMMENT_AFTER.sub("", plain)
    before = _BEFORE.match(plain)
    return "".join(plain[before.end() if before else 0 :].split()).replace('"', "'")


def _shown_keys(source: SourceNotebook) -> set[str]:
    return {
        _key(line)
        for text in _shown(source)
        for line in _lines(text)
        if len(line) >= TELLING_LENGTH and not line.startswith(("import ", "from "))
    }


def _repeats(piece: Piece, shown: set[str]) -> bool:
    """Whether a file holds most lines that students get of a notebook."""
    keys = {_key(line) for text in piece.texts for line in text.splitlines()}
    return len(shown) > 1 and 2 * len(shown & keys) > len(shown)


def _passages_in(piece: Piece, passages: Collection[tuple[str, ...]]) -> Iterator[str]:
    for text in piece.texts:
        lines = _passage_lines(text)
        for passage in [*((line,) for line in lines), *pairwise(lines)]:
            if tuple(map(_key, passage)) in passages:
                yield f"{piece.name}: {' / '.join(map(repr, passage))}"


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


def _passages(source: SourceNotebook) -> Iterator[tuple[str, ...]]:
    """The keys of the secret pairs of lines of a notebook, and of the only lines of its regions."""
    shown = {line for text in _shown(source) for line in _lines(text)}
    regions = regions_from(source.course.config)
    for cell in source.notebook.cells:
        solution = "\n".join(_solution(cell, regions.solution.inner(cell.source)))
        hidden = "\n".join(regions.hidden.inner(cell.source))
        scheme = "\n".join(regions.mark_scheme.inner(cell.source))
        for text in (solution, hidden, scheme):
            for pair in pairwise(_passage_lines(text)):
                if not shown.issuperset(pair):
                    yield tuple(map(_key, pair))
        # Not of solutions: a library may well have the one line that a solution consists of.
        for text in (hidden, scheme):
            lines = _passage_lines(text)
            if len(lines) == 1 and lines[0] not in shown:
                yield (_key(lines[0]),)


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
