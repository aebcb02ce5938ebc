"""What came from the candidate at which place of a test, and what may have come there.

A *place* says how a test got at a value: ``softmax()``, ``Model().weights``, ``fit()[0]`` or
``argument of spy``. The solution's run notes at each place what came, in a few words: its kind, the
dtypes of its numbers, and whether there were objects in it. In a submission's run an object that
came where the solution gave plain data is not asked for anything, and numbers are as wide as they
look: NumPy computes with a test's own numbers in the type of the other operand.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile
from pathlib import PurePath
from typing import Any

import numpy as np

from autograder.examiner.proxy import Proxy
from autograder.wire import dataframes, library

#: Words for kinds of plain data, as a message says them.
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (Proxy, "an object"),
    ((bool, int, float, complex, np.number, np.bool_, Fraction, Decimal), "a number"),
    ((str, bytes, bytearray), "text"),
    (np.ndarray, "an array"),
    (list, "a list"),
    (tuple, "a tuple"),
    (dict, "a dict"),
    ((set, frozenset), "a set"),
    (range, "a range"),
    (deque, "a deque"),
    (tuple(library.VIEWS), "a view of a dict"),
    ((dt.date, dt.time, dt.timedelta, dt.tzinfo), "a date"),
    (PurePath, "a path"),
)
#: Of these, what is in them is looked at.
_COLLECTIONS: tuple[type[Collection[Any]], ...] = (
    list, tuple, set, frozenset, deque, *library.VIEWS,
)  # fmt: skip
OBJECT, NOTHING, PLAIN_INSIDE, WIDE = "an object", "None", "plain inside", "wide"
#: Integers in an array or a list, beside many 0 and 1, which are labels as well.
INDICES = "indices"
#: An array whose items may be hidden.
MASKED = "masked"
#: A value of pandas is the value, or somewhere in it.
PANDAS = "pandas"
_EXPECTABLE = (
    *dict.fromkeys(word for _, word in _KINDS if word != OBJECT),
    *dataframes.KINDS,
    "plain data",
)
#: Parts of one value that are looked at, and places that are noted in one test.
_MAX_PARTS, _MAX_PLACES = 20_000, 2_000
#: Items of what a test passes that are looked at, of each list.
_MAX_SENT = 20
#: Characters of a place, the last ones.
_MAX_PLACE = 160
#: Keys of at most so many characters, and indices below the other, have places of their own.
_MAX_KEY, _MAX_INDEX = 40, 8
#: Differences of integers below this do not wrap around, nor do sums of a few products of those
#: below the other.
NO_DIFFERENCE_WRAPS, _NO_PRODUCT_WRAPS = 1 << 62, 1 << 24
#: Requests whose results no test computes with: none is too large, and a bool is one.
_NOT_COMPUTED_WITH = ("hash", "isinstance", "issubclass", "exit")
#: Relative imaginary parts above this are no rounding errors.
_IMAGINARY = 1e-6


class Refused(BaseException):
    """A test asked something of an object where the solution gave plain data.

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
    own
        The first exception that the grader raised in place of what the student's code would have
        done. A person decides about a test that goes on after that and passes.
    hindered
        The first of these by which the grader did not do what one process would have done: it
        refused nothing that the student's code gave. A person decides, whatever becomes of the
        test.
    unjudged
        Whether a person has to decide, should the test pass: an object was used at a place that the
        solution's run knows nothing of, or numbers came of a kind that it did not give.
    cut
        Whether something that the test looks at is left out, since it is too long: a person has to
        decide, whether the test passes or not.
    lost
        Whether something that has crossed may not be what it is in the other process, so that a
        person has to decide about a test that passes.
    """

    def __init__(self, expected: Mapping[str, Sequence[str]] | None) -> None:
        self._expected = expected
        self._known: dict[str, frozenset[str]] = {}
        self._sent: set[str] = set()
        self._noted: dict[str, set[str]] = {}
        self.refused: Refused | None = None
        self.own: BaseException | None = None
        self.hindered: BaseException | None = None
        self.unjudged = False
        self.cut = False
        self.lost = False

    @property
    def noted(self) -> dict[str, list[str]]:
        """What came at each place."""
        return {place: sorted(words) for place, words in self._noted.items()}

    @property
    def compares(self) -> bool:
        """Whether there is a run of the solution's to compare with."""
        return self._expected is not None

    def send(self, value: object) -> None:
        """Note the precision of what the test passes to the candidate: it may come back."""
        if isinstance(value, (np.ndarray, np.generic)):
            if value.dtype.kind in "fc":
                self._sent.add(value.dtype.name)
        elif isinstance(value, complex):
            self._sent.add("complex")
        elif isinstance(value, (tuple, list)):
            for each in value[:_MAX_SENT]:
                self.send(each)
        elif isinstance(value, dict):
            self.send(list(value.values()))
        elif dataframes.is_container(value):
            self.send(list(dataframes.arrays_in(value)))

    def note(self, place: str, value: object) -> None:
        """Note, in the solution's run, what came."""
        if (
            self._expected is None
            and place
            and (place in self._noted or len(self._noted) < _MAX_PLACES)
        ):
            self._noted.setdefault(place, set()).update(_words(value))

    def wanted(self, place: str) -> tuple[str, ...] | None:
        """What the solution gave at ``place`` in place of objects; None where it gave some.

        Empty if its run knows nothing of such a place.
        """
        words = self._words_at(place)
        if self._expected is None or OBJECT in words:
            return None
        return tuple(word for word in _EXPECTABLE if word in words)

    def is_rebound(self, name: str) -> bool:
        """Whether the solution's code has changed what the test had bound to a student name."""
        place = f"rebinding of {name}"
        self.note(place, None)
        return self._expected is None or place in self._expected

    def judge_objects_in(self, place: str, value: object) -> None:
        """Judge objects among the items of a set, or the keys of a dict: they cannot be replaced.

        A test that goes on after this refusal has failed all the same.
        """
        words = self._words_at(place)
        if self.compares and PLAIN_INSIDE in words:
            self.refuse(
                f"{place} gave {kind_of(value)} with objects in it; plain data was expected."
            )
        self.unjudged |= self.compares and not words

    def note_changing(self, name: str) -> None:
        """Note that a name has changed by itself: the solution may have a thread that does that."""
        place = f"changing {name}"
        self.note(place, None)
        self.unjudged |= self.compares and place not in (self._expected or {})

    def refuse(self, message: str) -> Refused:
        """The refusal to raise, which is remembered."""
        refusal = Refused(message)
        self.refused = self.refused or refusal
        return refusal

    def note_own(self, error: BaseException, *, is_refusal: bool = False) -> None:
        """Remember an exception of the grader's: a test that expects one may take it for it.

        ``is_refusal`` says that the test fails for what the student's code gave.
        """
        self.own = self.own or error
        if not is_refusal:
            self.hindered = self.hindered or error

    def as_wide_as_it_looks(self, place: str, value: Any, or_place: str = "") -> Any:
        """Numbers that came, of a type that tells the truth when a test computes with them.

        A dtype that the solution gave there, or at ``or_place``, stays, and so does a precision
        that the test passed in.
        """
        if self._expected is None:
            return value
        words = self._words_at(place) | (self._words_at(or_place) if or_place else frozenset())
        if isinstance(value, (bool, int)):
            return self._plain_number(value, words)
        if dataframes.is_container(value):
            # pandas leaves out what is not a number where NumPy computes with it.
            is_alike = not words or PANDAS in words or "a dict" in words
            return value if is_alike else dataframes.to_array(value)
        is_complex = isinstance(value, complex) or value.dtype.kind == "c"
        if is_complex and not any("complex" in word for word in words | self._sent):
            self.unjudged |= not _is_real(value)
        if isinstance(value, complex) and not isinstance(value, np.generic):
            return value
        if value.dtype.kind in "mM":  # differences of which wrap around as those of integers do
            self.unjudged |= bool(words) and _is_wide(value) and WIDE not in words
        if value.dtype.kind not in "bifuc":
            return value
        # A mask chooses other items than indices do, as which it would pass otherwise.
        if isinstance(value, np.ndarray) and value.dtype.kind == "b" and INDICES in words:
            self.unjudged |= "bool" not in words
            return value
        wide = _widened(value, words | self._sent)
        if isinstance(wide, np.ndarray):
            wide.flags.writeable = value.flags.writeable
        return wide

    def as_masked(self, place: str, value: Any) -> Any:
        """A masked array, which hides its items from comparisons, where the solution gave one."""
        is_alike = not self.compares or MASKED in self._words_at(place)
        return value if is_alike else value.data

    def judge_changed(self, place: str, value: object) -> None:
        """Judge what the candidate may have put into arrays of the test's, whose type stays."""
        if isinstance(value, (tuple, list)):
            for each in value[:_MAX_SENT]:
                self.judge_changed(place, each)
        elif isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size:
            is_large = self.compares and _largest(value) >= NO_DIFFERENCE_WRAPS
            self.unjudged |= is_large and WIDE not in self._words_at(place)

    def _plain_number(self, value: int, words: frozenset[str]) -> int | float:
        # Of Python's own numbers only these mislead, where a test makes an array of them.
        if isinstance(value, bool):
            return value if "bool" in words or not words else int(value)
        if abs(value) >= _NO_PRODUCT_WRAPS and _is_of_floats(words):
            with contextlib.suppress(OverflowError):
                return float(value)
        if abs(value) >= NO_DIFFERENCE_WRAPS:
            self.unjudged |= bool(words) and WIDE not in words
        return value

    def _words_at(self, place: str) -> frozenset[str]:
        """The words of the solution's run for ``place``; else for the like of it."""
        if place not in self._known:
            self._known[place] = frozenset(self._looked_up(place, self._expected or {}))
        return self._known[place]

    def _looked_up(self, place: str, expected: Mapping[str, Sequence[str]]) -> Iterable[str]:
        if place in expected:
            return expected[place]
        around = _without_index(place)
        if around == place:
            # Other objects may lead to an attribute: a third node, a copy in place of the object.
            alike = _most_alike(place, expected)
            return (word for each in alike for word in expected[each])
        words = self._words_at(around)
        if PLAIN_INSIDE in words or "an array" in words:
            return {"plain data"} | words - _NAMES
        # Another item of the same container.
        return (word for each in expected if _without_index(each) == around != each
                for word in expected[each])  # fmt: skip


_NAMES = frozenset((*_EXPECTABLE, OBJECT, NOTHING))


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


def _without_index(place: str) -> str:
    return re.sub(r"\[[^\[\]]*\]$", "", place)


def _most_alike(place: str, known: Iterable[str]) -> list[str]:
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


def kind_of(value: object) -> str:
    """The kind of a value, as a message says it."""
    if value is None:
        return NOTHING
    word = next((word for types, word in _KINDS if isinstance(value, types)), "")
    return word or dataframes.kind_of(value) or "something else"


def _words(value: object) -> Iterator[str]:
    yield kind_of(value)
    parts, has_object = [value], False
    for part in parts:  # which grows
        if dataframes.is_container(part):
            yield PANDAS
            parts.extend(dataframes.arrays_in(part))
        elif isinstance(part, np.ndarray) and part.dtype == object:
            parts.extend(part[: max(0, _MAX_PARTS - len(parts))].tolist())
        elif isinstance(part, (np.ndarray, np.generic)):
            yield part.dtype.name
            if library.is_masked(part):
                yield MASKED
            if part.dtype.kind in "mM" and _is_wide(part):
                yield WIDE
            if part.dtype.kind in "iu" and part.size:
                largest = _largest(part)
                if largest >= NO_DIFFERENCE_WRAPS:
                    yield WIDE
                if largest > 1 or _may_be_indices(part.ravel()[:3].tolist()):
                    yield INDICES
        elif isinstance(part, (bool, int, float, complex)):
            yield type(part).__name__
            if isinstance(part, int) and abs(part) >= NO_DIFFERENCE_WRAPS:
                yield WIDE
        elif isinstance(part, _COLLECTIONS):
            if isinstance(part, list) and _may_be_indices(part):
                yield INDICES
            parts.extend(list(part)[: max(0, _MAX_PARTS - len(parts))])
        elif isinstance(part, dict):
            has_object |= any(isinstance(key, Proxy) for key in part)
            parts.extend(list(part.values())[: max(0, _MAX_PARTS - len(parts))])
        has_object |= isinstance(part, Proxy)
    if len(parts) > 1 and not has_object:
        yield PLAIN_INSIDE


def _may_be_indices(items: list[Any]) -> bool:
    """Whether a mask could have come in place of these items of an array or a list.

    >>> _may_be_indices([2, 5]), _may_be_indices([1, 0]), _may_be_indices([1, 0, 1])
    (True, True, False)
    """
    whole = bool(items) and all(type(each) is int for each in items)
    return whole and (max(items) > 1 or sorted(items) == [0, 1])


def _widened(value: Any, kept: frozenset[str]) -> Any:
    name, kind, is_array = value.dtype.name, value.dtype.kind, isinstance(value, np.ndarray)
    if kind in "fc":
        wide = np.dtype(np.float64 if kind == "f" else np.complex128)
        narrow = name not in kept and value.dtype.itemsize < wide.itemsize
        return value.astype(wide) if narrow else value
    if name in kept and (name != "int64" or WIDE in kept):
        return value
    counts = _counts(kept)
    limit = NO_DIFFERENCE_WRAPS if counts else _NO_PRODUCT_WRAPS
    # A number of NumPy's has methods, which a test of such numbers may use.
    has_methods = is_array or not kept.isdisjoint(("float64", "int64"))
    if value.size and _largest(value) >= limit:
        if counts:  # where a float would round, Python's integers compute exactly
            return value.astype(object) if is_array else int(value)
        return value.astype(np.float64) if has_methods else int(value)
    return value.astype(np.int64, copy=False) if has_methods or kind != "b" else bool(value)


def _counts(words: frozenset[str]) -> bool:
    """Whether the solution gave integers."""
    return any(word.startswith(("int", "uint")) for word in words)


def _is_of_floats(words: frozenset[str]) -> bool:
    """Whether the solution gave numbers, none of which was an integer."""
    return not _counts(words) and any(word.startswith(("float", "complex")) for word in words)


def _is_real(value: Any) -> bool:
    """Whether the imaginary parts are rounding errors: not large ones, nor NaN.

    NumPy orders complex numbers by their real parts, so that 0.5 + 9j is between 0 and 1.
    """
    return bool(np.all(np.abs(value.imag) <= _IMAGINARY * (1 + np.abs(value.real))))


def _is_wide(dates: Any) -> bool:
    """Whether differences of dates or durations may wrap around."""
    dates = np.asarray(dates)
    counts = dates.astype(np.int64)[~np.isnat(dates)]
    return bool(counts.size) and _largest(counts) >= NO_DIFFERENCE_WRAPS


def _largest(value: Any) -> int:
    """The largest magnitude, in integers of Python, which do not wrap around."""
    return max(int(np.max(value)), -int(np.min(value)))
