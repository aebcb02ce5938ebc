"""The kind of a value, in the words by which a solution's results are noted.

A value has the word for its kind, as messages say it, and words for what is in it: the dtypes of
its numbers, and what tells numbers that mislead a test from others.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Collection, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import Any

import numpy as np

from autograder.examiner.proxy import Proxy
from autograder.wire import dataframes, library

#: Words for kinds of plain data, as a message says them.
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (Proxy, "an object"),
    ((np.datetime64, np.timedelta64), "a date"),  # before numbers, of which one is a kind
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
#: A frame, a series or dates in which something is missing.
MISSING = "missing"
#: Something that is not a number, in an array or a list.
NAN = "not a number"
#: An array of objects.
OBJECTS = "objects"
#: A value of pandas is the value, or somewhere in it.
PANDAS = "pandas"
#: Nothing is in it, so that a comparison item by item compares nothing.
EMPTY = "empty"
#: An exception's class, or several, that would catch what a test raises where it fails.
CATCHES = "catches assertions"
#: What may be expected at a place.
EXPECTABLE = (
    *dict.fromkeys(word for _, word in _KINDS if word != OBJECT),
    *dataframes.KINDS,
    "plain data",
)
#: Words for the kind of a value, not for what is in it.
KINDS = frozenset((*EXPECTABLE, OBJECT, NOTHING))
#: Parts of one value that are looked at.
_MAX_PARTS = 20_000
#: Differences of integers below this do not wrap around.
NO_DIFFERENCE_WRAPS = 1 << 62


def kind_of(value: object) -> str:
    """The kind of a value, as a message says it."""
    if value is None:
        return NOTHING
    word = next((word for types, word in _KINDS if isinstance(value, types)), "")
    return word or dataframes.kind_of(value) or "something else"


def words_of(value: object) -> Iterator[str]:
    """The words for a value, its kind first."""
    yield kind_of(value)
    if catches_assertions(value):
        yield CATCHES
    parts, has_object = [value], False
    for part in parts:  # which grows
        if dataframes.is_container(part):
            yield PANDAS
            if dataframes.has_missing(part):
                yield MISSING
            parts.extend(dataframes.arrays_in(part))
        elif isinstance(part, np.ndarray) and part.dtype == object:
            yield OBJECTS
            if dataframes.has_missing_items(part):
                yield NAN
            parts.extend(part.ravel()[: max(0, _MAX_PARTS - len(parts))].tolist())
        elif isinstance(part, (np.ndarray, np.generic)):
            yield part.dtype.name
            if not part.size:
                yield EMPTY
            if library.is_masked(part):
                yield MASKED
            if part.dtype.kind in "fc" and np.isnan(part).any():
                yield NAN
            if part.dtype.kind in "mM":
                if is_wide(part):
                    yield WIDE
                if np.isnat(part).any():
                    yield MISSING
            if part.dtype.kind in "iu" and part.size:
                largest = largest_in(part)
                if largest >= NO_DIFFERENCE_WRAPS:
                    yield WIDE
                if largest > 1 or _may_be_indices(part.ravel()[:3].tolist()):
                    yield INDICES
        elif isinstance(part, (bool, int, float, complex)):
            yield type(part).__name__
            if part != part:
                yield NAN
            if isinstance(part, int) and abs(part) >= NO_DIFFERENCE_WRAPS:
                yield WIDE
        elif isinstance(part, _COLLECTIONS):
            if not part:
                yield EMPTY
            if isinstance(part, list) and _may_be_indices(part):
                yield INDICES
            parts.extend(list(part)[: max(0, _MAX_PARTS - len(parts))])
        elif isinstance(part, dict):
            has_object |= any(isinstance(key, Proxy) for key in part)
            parts.extend(list(part.values())[: max(0, _MAX_PARTS - len(parts))])
        has_object |= isinstance(part, Proxy)
    if len(parts) > 1 and not has_object:
        yield PLAIN_INSIDE


def catches_assertions(value: object) -> bool:
    """Whether ``except value`` catches what ``assert`` raises.

    >>> catches_assertions(Exception), catches_assertions(ValueError), catches_assertions(object)
    (True, False, False)
    """
    if type(value) is tuple:
        return any(map(catches_assertions, value))
    if isinstance(value, type) and issubclass(value, BaseException):
        return issubclass(AssertionError, value)
    return False


def has_empty(value: object, depth: int = 3) -> bool:
    """Whether a list or tuple, or one of the first in it, is empty.

    >>> has_empty([]), has_empty([1.0, [2.0]]), has_empty((1.0, []))
    (True, False, True)
    """
    if not isinstance(value, (list, tuple)):
        return False
    return not value or (depth > 0 and any(has_empty(each, depth - 1) for each in value[:20]))


def _may_be_indices(items: list[Any]) -> bool:
    """Whether a mask could have come in place of these items of an array or a list.

    >>> _may_be_indices([2, 5]), _may_be_indices([1, 0]), _may_be_indices([1, 0, 1])
    (True, True, False)
    """
    whole = bool(items) and all(type(each) is int for each in items)
    return whole and (max(items) > 1 or sorted(items) == [0, 1])


def is_wide(dates: Any) -> bool:
    """Whether differences of dates or durations may wrap around."""
    dates = np.asarray(dates)
    counts = dates.astype(np.int64)[~np.isnat(dates)]
    return bool(counts.size) and largest_in(counts) >= NO_DIFFERENCE_WRAPS


def largest_in(value: Any) -> int:
    """The largest magnitude, in integers of Python, which do not wrap around."""
    return max(int(np.max(value)), -int(np.min(value)))
