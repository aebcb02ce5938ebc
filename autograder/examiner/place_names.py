"""The names of places: how a test got at a value, such as ``Model().weights`` or ``fit()[0]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any

from autograder.examiner.proxy import Proxy

#: Characters of a place, the last ones.
_MAX_PLACE = 160
#: Keys of at most so many characters, and indices below the other, have places of their own.
_MAX_KEY, _MAX_INDEX = 40, 8
#: Requests whose results no test computes with: none is too large, and a bool is one.
_NOT_COMPUTED_WITH = ("hash", "isinstance", "issubclass", "exit")


def place_after(op: str, operands: Sequence[Any]) -> str:
    """The place of what the candidate gives for a request."""
    if op in _NOT_COMPUTED_WITH:
        return ""
    if not operands or not isinstance(operands[0], Proxy):
        return str(operands[0]) if op == "read" and operands else op
    base = operands[0].__proxy_place__
    match op:
        case "call":
            place = f"{base}()"
        case "getattr":
            place = f"{base}.{operands[1]}"
        case "getitem":
            place = item_place(base, operands[1])
        case "next":
            place = f"{base.removeprefix('iter of ')}[…]"
        case "take":  # a part of what the iterator stands for
            place = base.removeprefix("iter of ")
        case "iter" | "reversed":
            place = f"iter of {base}"
        case _:
            place = f"{op} of {base}"
    return place if len(place) <= _MAX_PLACE else f"…{place[-_MAX_PLACE:]}"


def item_place(place: str, key: object) -> str:
    """The place of an item of a container that came at ``place``."""
    if isinstance(key, str):
        is_short = key.isidentifier() and len(key) < _MAX_KEY
    else:
        is_short = type(key) is int and 0 <= key < _MAX_INDEX
    return f"{place}[{key}]" if is_short else f"{place}[…]"


def without_index(place: str) -> str:
    """The place of the container of an item; the place itself, if it is none of an item.

    >>> without_index("fit()[0]"), without_index("fit()")
    ('fit()', 'fit()')
    """
    return re.sub(r"\[[^\[\]]*\]$", "", place)


def most_alike(place: str, known: Iterable[str]) -> list[str]:
    """The known places that end with most of the attributes by which a test got at ``place``.

    At least with the last two of them, if there are two: ``x.out.out`` is not like ``y.out``. Of
    those, the ones with as many attributes, if there are any.
    """
    steps = _steps(place)
    if not steps or not place.endswith(steps[-1]):
        return []
    alike: list[tuple[int, bool, str]] = []
    for each in known:
        others = _steps(each) if each.endswith(steps[-1]) else []
        pairs = zip(reversed(steps), reversed(others), strict=False)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if shared >= min(2, len(steps)):
            alike.append((shared, len(others) == len(steps), each))
    most = max((key[:2] for key in alike), default=None)
    return [each for *key, each in alike if tuple(key) == most]


def _steps(place: str) -> list[str]:
    return re.findall(r"\.\w+(?:\(\))?", place)
