"""What came from the candidate at which place of a test, and what may have come there.

A *place* says how a test got at a value: ``softmax()``, ``Model().weights``, ``fit()[0]`` or
``argument of spy``. The solution's run notes at each place what came, in a few words: its kind, the
dtypes of its numbers, and whether there were objects in it. In a submission's run an object that
came where the solution gave plain data is not asked for anything, and numbers are as wide as they
look: NumPy computes with a test's own numbers in the type of the other operand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.examiner.proxy import Proxy

#: Words for kinds of plain data, as a message says them.
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    ((bool, int, float, complex, np.number, np.bool_), "a number"),
    ((str, bytes), "text"),
    (np.ndarray, "an array"),
    (list, "a list"),
    (tuple, "a tuple"),
    (dict, "a dict"),
    ((set, frozenset), "a set"),
    (range, "a range"),
    (Proxy, "an object"),
)
OBJECT, NOTHING, PLAIN_INSIDE, WIDE = "an object", "None", "plain inside", "wide"
_EXPECTABLE = (*dict.fromkeys(word for _, word in _KINDS if word != OBJECT), "plain data")
#: Parts of one value that are looked at, and places that are noted in one test.
_MAX_PARTS, _MAX_PLACES = 20_000, 2_000
#: Characters of a place, the last ones.
_MAX_PLACE = 160
#: Differences of integers below this do not wrap around, nor do sums of a few products of those
#: below the other.
_NO_DIFFERENCE_WRAPS, _NO_PRODUCT_WRAPS = 1 << 62, 1 << 24
#: Relative imaginary parts above this are no rounding errors.
_IMAGINARY = 1e-6


class Refused(BaseException):
    """An object, or a complex number, came where the solution gave other plain data.

    Not an Exception: a test that expects an exception must not take this for it.
    """


class Places:
    """What came in one test, compared with what came in the solution's run of it.

    Parameters
    ----------
    expected
        The words for each place of the solution's run; None in that run itself, in which all is
        noted and nothing refused.

    Attributes
    ----------
    refused
        The first refusal: the test fails, even if it has caught it.
    unjudged
        Whether an object was used at a place that the solution's run knows nothing of.
    """

    def __init__(self, expected: Mapping[str, Sequence[str]] | None) -> None:
        self._expected = expected
        self._sent: set[str] = set()
        self._noted: dict[str, set[str]] = {}
        self.refused: Refused | None = None
        self.unjudged = False

    @property
    def noted(self) -> dict[str, list[str]]:
        """What came at each place."""
        return {place: sorted(words) for place, words in self._noted.items()}

    @property
    def compares(self) -> bool:
        """Whether there is a run of the solution's to compare with."""
        return self._expected is not None

    def send(self, value: object) -> None:
        """Take note that the test passes ``value`` to the candidate: its dtypes may come back."""
        if isinstance(value, (np.ndarray, np.generic)):
            self._sent.add(value.dtype.name)
        elif isinstance(value, (tuple, list)):
            for each in value[:_MAX_PARTS]:
                if isinstance(each, (np.ndarray, np.generic, tuple, list, dict)):
                    self.send(each)
        elif isinstance(value, dict):
            self.send(list(value.values()))

    def note(self, place: str, value: object) -> None:
        """Note, in the solution's run, what came."""
        if self._expected is None and (place in self._noted or len(self._noted) < _MAX_PLACES):
            self._noted.setdefault(place, set()).update(_words(value))

    def wanted(self, place: str) -> tuple[str, ...] | None:
        """What the solution gave at ``place`` in place of objects; None where it gave some.

        Empty if its run knows nothing of such a place.
        """
        words = self._words_at(place)
        if self._expected is None or OBJECT in words:
            return None
        return tuple(word for word in _EXPECTABLE if word in words)

    def refuse(self, message: str) -> Refused:
        """The refusal to raise, which is remembered."""
        refusal = Refused(message)
        self.refused = self.refused or refusal
        return refusal

    def as_wide_as_it_looks(self, place: str, value: Any) -> Any:
        """A NumPy array or scalar in a type in which comparing it with a number tells the truth.

        A dtype that the solution gave there, or that the test passed in, stays.
        """
        if self._expected is None or value.dtype.kind not in "bifuc":
            return value
        kept = self._words_at(place) | self._sent
        if value.dtype.kind == "c" and "complex" not in " ".join(kept):
            self._expect_real(place, value)
        wide = _widened(value, kept)
        if isinstance(wide, np.ndarray) and isinstance(value, np.ndarray):
            wide.flags.writeable = value.flags.writeable
        return wide

    def _expect_real(self, place: str, value: Any) -> None:
        # NumPy orders complex numbers by their real parts, so that 0.5 + 9j is between 0 and 1.
        if np.any(np.abs(value.imag) > _IMAGINARY * (1 + np.abs(value.real))):
            raise self.refuse(f"{place} gave complex numbers; real ones were expected.")

    def _words_at(self, place: str) -> Collection[str] | Any:
        """The words of the solution's run for ``place``; else for the like of it."""
        expected = self._expected or {}
        if place in expected:
            return frozenset(expected[place])
        around = _without_index(place)
        if around != place:
            words = self._words_at(around)
            return (words - {PLAIN_INSIDE} - _NAMES) | (
                {"plain data"} if PLAIN_INSIDE in words else set()
            )
        # Other objects may lead to the same attribute: a list's third node, a copy instead of self.
        last = _last_step(place)
        return frozenset(
            word for each, words in expected.items() if last and each.endswith(last)
            for word in words
        )  # fmt: skip


_NAMES = frozenset((*_EXPECTABLE, OBJECT, NOTHING))


def place_after(op: str, operands: Sequence[Any]) -> str:
    """The place of what the candidate gives for a request."""
    if not operands or not isinstance(operands[0], Proxy):
        return str(operands[0]) if op == "read" and operands else op
    base = operands[0].__proxy_place__
    match op:
        case "call":
            place = f"{base}()"
        case "getattr":
            place = f"{base}.{operands[1]}"
        case "getitem":
            place = f"{base}[…]"
        case _:
            place = f"{op}({base})"
    return place if len(place) <= _MAX_PLACE else f"…{place[-_MAX_PLACE:]}"


def item_place(place: str, key: object) -> str:
    """The place of an item of a container that came at ``place``."""
    short = isinstance(key, (int, str)) and len(str(key)) < 40 and not isinstance(key, bool)
    return (
        f"{place}[{key!r}]"
        if short and (isinstance(key, str) or key in range(8))
        else f"{place}[…]"
    )


def _without_index(place: str) -> str:
    return re.sub(r"\[[^\[\]]*\]$", "", place)


def _last_step(place: str) -> str:
    found = re.search(r"\.\w+(?:\(\))?$", place)
    return found[0] if found else ""


def kind_of(value: object) -> str:
    """The kind of a value, as a message says it."""
    if value is None:
        return NOTHING
    return next((word for types, word in _KINDS if isinstance(value, types)), "something else")


def _words(value: object) -> Iterator[str]:
    yield kind_of(value)
    parts, has_object = [value], False
    for part in parts:  # which grows
        if isinstance(part, (np.ndarray, np.generic)):
            yield part.dtype.name
            if part.dtype.kind in "iu" and part.size and _largest(part) >= _NO_DIFFERENCE_WRAPS:
                yield WIDE
        elif isinstance(part, (bool, int, float, complex)):
            yield type(part).__name__
        elif isinstance(part, (list, tuple, set, frozenset)):
            parts.extend(list(part)[: _MAX_PARTS - len(parts)])
        elif isinstance(part, dict):
            parts.extend(list(part.values())[: _MAX_PARTS - len(parts)])
        has_object |= isinstance(part, Proxy)
    if len(parts) > 1 and not has_object:
        yield PLAIN_INSIDE


def _widened(value: Any, kept: Collection[str]) -> Any:
    name, kind, is_array = value.dtype.name, value.dtype.kind, isinstance(value, np.ndarray)
    if kind in "fc":
        wide = np.dtype(np.float64 if kind == "f" else np.complex128)
        narrow = name not in kept and value.dtype.itemsize < wide.itemsize
        return value.astype(wide) if narrow else value
    if kind == "b":
        if name in kept:
            return value
        return value.astype(np.int64) if is_array else bool(value)
    if name in kept and (name != "int64" or WIDE in kept):
        return value
    counts = any(word.startswith(("int", "uint")) for word in kept)
    limit = _NO_DIFFERENCE_WRAPS if counts else _NO_PRODUCT_WRAPS
    if value.size and _largest(value) >= limit:
        return value.astype(np.float64) if is_array else int(value)
    return value.astype(np.int64, copy=False) if is_array else np.int64(value)


def _largest(value: Any) -> int:
    """The largest magnitude, in integers of Python, which do not wrap around."""
    return max(int(np.max(value)), -int(np.min(value)))
