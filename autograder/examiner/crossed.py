"""The texts in a candidate's messages, which are looked into only if one is about to be run."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from autograder.wire.dataframes import texts_in
from autograder.wire.messages import CallRequest, ErrorReply, Message

#: Characters of a text beyond which nobody looks at what it is made of.
MAX_COMPOSED = 20_000
WORD = re.compile(r"[^\W\d]\w*")
KEYWORDS = frozenset(keyword.kwlist)
#: Parts of a text that say nothing about who wrote it: numbers, quotes and what lists are made of.
_NEUTRAL = re.compile(r"""\d[\d_]*\.?\d*(?:[eE][+-]?\d+)?[jJ]?|True|False|None|[-+.,:'"\[\]{}()]""")


class Crossed:
    """The texts in a candidate's messages.

    ``whole`` are all of them without white space, ``telling`` those that say who wrote a text in
    which they are found, ``vocabularies`` the words of each.
    """

    def __init__(self) -> None:
        self.texts: set[str] = set()
        self.whole: set[str] = set()
        self.telling: set[str] = set()
        self.vocabularies: set[frozenset[str]] = set()
        self._order: list[str] = []
        self._decode = msgspec.msgpack.Decoder(Message).decode

    def add(self, message: bytes | bytearray) -> None:
        try:
            decoded = self._decode(message)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return  # which ended the conversation
        for text in _texts_of(decoded):
            bare = squash(text)
            self._order.append(bare)
            if text in self.texts or not bare:
                continue
            self.texts.add(text)
            self.whole.add(bare)
            if vocabulary := frozenset(WORD.findall(text[:MAX_COMPOSED])) - KEYWORDS:
                self.vocabularies.add(vocabulary)
            if (
                not text.strip().isidentifier()
                and len(bare) > 1
                and not is_made_of(bare[:MAX_COMPOSED], ())
            ):
                self.telling.add(bare)

    def everything(self) -> str:
        """All texts, one after the other."""
        self._order = ["".join(self._order)]
        return self._order[0]


def squash(text: str) -> str:
    """The text without what may be changed and does not change what it does.

    Examples
    --------
    >>> squash('f( 1,  "A" )')
    "f(1,'a')"
    """
    return "".join(text.split()).replace('"', "'").casefold()


def is_made_of(bare: str, pieces: Iterable[str]) -> bool:
    """Whether a text can be put together of ``pieces``, numbers, quotes and brackets."""
    by_first: dict[str, list[str]] = {}
    for piece in pieces:
        by_first.setdefault(piece[0], []).append(piece)
    reached = bytearray(len(bare) + 1)
    reached[0] = True
    for start, character in enumerate(bare):
        if not reached[start]:
            continue
        if neutral := _NEUTRAL_SQUASHED.match(bare, start):
            for end in range(start + 1, neutral.end() + 1):
                reached[end] = True
        for piece in by_first.get(character, ()):
            if bare.startswith(piece, start):
                reached[start + len(piece)] = True
    return bool(reached[-1])


_NEUTRAL_SQUASHED = re.compile(_NEUTRAL.pattern.casefold())


def _texts_of(message: Any) -> Iterator[str]:
    """Every text in a message, its tags excepted."""
    if isinstance(message, CallRequest):
        yield from (message.printed, message.stderr)
        for _, node in message.updates:
            yield from _texts_in([node])
        yield from _texts_in(message.operands)
        return
    yield from (message.printed, message.stderr)
    for _, node in message.updates:
        yield from _texts_in([node])
    if isinstance(message, ErrorReply):
        # Its ``bases`` are names that no test gets to see but as a type.
        yield message.message
        yield message.traceback
        yield from (text for _, text in message.causes)
    else:
        yield from _texts_in([message.result])


def _texts_in(nodes: list[Any]) -> Iterator[str]:
    waiting = list(reversed(nodes))
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case bytes(data):
                yield data.decode("utf-8", "replace")
            case ["n", str(dtype), bytes(data)] if "U" in dtype:
                yield data.decode("utf-32-le", "replace").rstrip("\0")
            case ["s" | "n", *_, bytes(data)]:
                yield data.decode("utf-8", "replace")
            case ["a" | "w" | "T" | "D" | "p" | "i" | "n" | "A" | "B", *_]:
                pass  # numbers, and names of types that both sides know
            case ["Q", "texts", str(joined), _]:
                yield from texts_in(joined)
            case ["Q" | "m" | "v" | "V", str(), *parts]:
                waiting.extend(reversed(parts))
            case ["N", str(name), [*fields], *parts]:
                yield name
                yield from (field for field in fields if isinstance(field, str))
                waiting.extend(reversed(parts))
            case ["h", _, [str(kind), *_]]:
                if not kind.isidentifier():  # which no test gets to see but in a message
                    yield kind
            case [str(), *parts]:
                waiting.extend(reversed(parts))
