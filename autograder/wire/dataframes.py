"""What objects of pandas are taken apart into to cross: constructors and their parts.

A frame, a series or an index crosses as the name of a constructor with *parts*: arrays of plain
dtypes, plain data, and further constructors with parts. Nothing is pickled, and the names mean
nothing outside of :mod:`autograder.wire.constructors`, which puts the parts together again.
``attrs`` and ``flags`` stay behind. What is of a class of its own, or holds objects that are no
plain data, does not cross at all.

pandas is imported where something of it comes, never before: whoever has none is no slower.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autograder.wire.library import plain_zone
from autograder.wire.values import NotPlain

#: The constructor's name, then its parts.
Reduced = tuple[Any, ...]
#: The first version whose texts say how they write what is missing.
_OLDEST = (2, 3)
#: Rows that an index may claim without naming them, as a range does: as many numbers may cross.
MAX_ROWS = 1 << 25
#: Kinds of NumPy dtypes that columns have.
NUMBERS = "biufcmM"
FREQUENCY = re.compile(r"-?\d{0,9}[A-Za-z]{1,8}(?:-[A-Z]{3})?")
#: Separates the texts of a column.
_BETWEEN = "\0"


#: Numbers, of which some are none, and dates.
_COMPARED = (float, complex, Decimal, np.generic)


class Codes(NamedTuple):
    """An array of a constructor's own, such as codes or a mask, whose width no test can see."""

    array: np.ndarray[Any, np.dtype[Any]]


class Types(NamedTuple):
    """What crosses of pandas, by its very type; both are empty where pandas is not imported.

    ``scalars`` are made of a few numbers, ``containers`` are a message in the message.
    """

    containers: dict[type, Callable[[Any], Reduced]]
    scalars: dict[type, Callable[[Any], Reduced]]


def types() -> Types:
    """The types of this process's pandas, if it has imported one."""
    pandas = sys.modules.get("pandas")
    # While it is being imported, it has no names yet.
    return _NO_TYPES if pandas is None or not hasattr(pandas, "DataFrame") else _types_of(pandas)


_NO_TYPES = Types({}, {})


@cache
def _types_of(pd: Any) -> Types:
    version = re.match(r"(\d+)\.(\d+)", pd.__version__)
    if version is None or tuple(map(int, version.groups())) < _OLDEST:
        return _NO_TYPES
    arrays, plain_index = pd.arrays, lambda index: ("index", _values(index), index.name, None)
    scalars: dict[type, Callable[[Any], Reduced]] = {
        pd.Timestamp: _timestamp,
        pd.Timedelta: lambda value: ("timedelta", int(value.asm8.view("i8")), value.unit),
        pd.Period: lambda value: ("period", int(value.ordinal), value.freqstr),
        pd.Interval: lambda value: ("interval", value.left, value.right, value.closed),
        type(pd.NaT): lambda _: ("NaT",),
        type(pd.NA): lambda _: ("NA",),
    }
    containers: dict[type, Callable[[Any], Reduced]] = {
        pd.DataFrame: lambda frame: (
            "frame", frame.index, frame.columns,
            *(_values(frame.iloc[:, number]) for number in range(frame.shape[1])),
        ),
        pd.Series: lambda series: ("series", _values(series), series.index, series.name),
        pd.Index: plain_index,
        pd.CategoricalIndex: plain_index,
        pd.IntervalIndex: plain_index,
        pd.PeriodIndex: plain_index,
        pd.DatetimeIndex: _dated_index,
        pd.TimedeltaIndex: _dated_index,
        pd.RangeIndex: _ranged,
        pd.MultiIndex: lambda index: (
            "multi", tuple(index.names), *index.levels, *map(_codes, index.codes),
        ),
        pd.Categorical: lambda array: (
            "categorical", _codes(array.codes), array.categories, bool(array.ordered),
        ),
        arrays.IntegerArray: _masked,
        arrays.FloatingArray: _masked,
        arrays.BooleanArray: _masked,
        arrays.DatetimeArray: _dates,
        arrays.TimedeltaArray: lambda array: ("durations", array.to_numpy()),
        arrays.NumpyExtensionArray: lambda array: ("array", array.to_numpy()),
        arrays.PeriodArray: lambda array: ("periods", _codes(array.asi8), array.freqstr),
        arrays.IntervalArray: lambda array: ("intervals", array.left, array.right, array.closed),
        arrays.StringArray: _strings,
        arrays.ArrowStringArray: _strings,
    }  # fmt: skip
    return Types(containers, scalars)


def is_container(value: object) -> bool:
    """Whether it is a frame, a series, an index or an array of pandas."""
    return type(value) in types().containers


def is_changeable(value: object) -> bool:
    """Whether it can be changed in place: a frame, or a series.

    Examples
    --------
    >>> is_changeable([1, 2])
    False
    """
    return kind_of(value) in KINDS[:2]


def replace_contents(target: Any, new: Any) -> None:
    """Give a frame or a series the contents of another.

    Raises
    ------
    TypeError
        They are not of one type.
    """
    if type(target) is not type(new):
        raise TypeError("the contents of another kind of object")
    target._update_inplace(new)
    if hasattr(target, "name"):
        target.name = new.name


def kind_of(value: object) -> str:
    """What messages call it; empty if it is none of pandas.

    Examples
    --------
    >>> kind_of(3)
    ''
    """
    known = types()
    if type(value) in known.scalars:
        return KINDS[-1]
    if type(value) not in known.containers:
        return ""
    name = type(value).__name__
    return f"a {name}" if f"a {name}" in KINDS else "an Index"


KINDS = ("a DataFrame", "a Series", "an Index", "a value of pandas")


def arrays_in(value: object) -> Iterator[np.ndarray[Any, np.dtype[Any]]]:
    """The arrays of numbers, and of objects, that a frame, a series or an index is made of."""
    reduce = types().containers.get(type(value))
    for part in () if reduce is None else reduce(value):
        if isinstance(part, np.ndarray):
            yield part
        else:
            yield from arrays_in(part)


def has_missing(value: Any) -> bool:
    """Whether something is missing in a frame, a series, an index or an array of pandas."""
    if hasattr(value, "levels"):  # of an index of several levels
        return any(bool((codes < 0).any()) for codes in value.codes)
    return bool(np.asarray(value.isna()).any())


def has_missing_items(array: np.ndarray[Any, np.dtype[Any]]) -> bool:
    """Whether an item of an array of objects is missing, or not a number.

    Examples
    --------
    >>> has_missing_items(np.array([1, "a"], object)), has_missing_items(np.array([np.nan], object))
    (False, True)
    """
    return any(map(_is_missing, array.flat))


def _is_missing(item: Any) -> bool:
    if isinstance(item, np.ndarray):
        return bool((item != item).any()) if item.dtype.kind in "fcmM" else False
    if is_container(item):
        return has_missing(item)
    pandas = sys.modules.get("pandas")
    is_of_pandas = pandas is not None and (item is pandas.NA or item is pandas.NaT)
    return is_of_pandas or (isinstance(item, _COMPARED) and bool(item != item))


def to_array(value: Any) -> np.ndarray[Any, np.dtype[Any]]:
    """A frame, a series or an index as an array, which skips nothing that is not a number."""
    return np.array(value.to_numpy() if hasattr(value, "to_numpy") else value)


def reduced_objects(array: np.ndarray[Any, np.dtype[Any]]) -> Reduced:
    """What an array of objects is made of: its texts, each of them once, or its items."""
    items = array.tolist()
    numbers: dict[str, int] = {}
    try:
        codes = [
            numbers.setdefault(item, len(numbers)) if type(item) is str else _missing(item)
            for item in items
        ]
        joined = _BETWEEN.join(numbers)
        joined.encode()
    except (KeyError, UnicodeEncodeError):
        return "objects", *items
    if len(numbers) != joined.count(_BETWEEN) + 1 and numbers:
        return "objects", *items
    return "texts", joined, Codes(np.array(codes, np.int32))


def texts_in(joined: str) -> list[str]:
    """The texts of a column, each of them once."""
    return joined.split(_BETWEEN)


def _values(labelled: Any) -> Any:
    """The values of a series or an index: NumPy's array of them, or one of pandas' own."""
    is_of_numpy = isinstance(labelled.dtype, np.dtype)
    return labelled.to_numpy() if is_of_numpy else labelled.array


def _codes(array: Any) -> Codes:
    return Codes(np.asarray(array))


def _masked(array: Any) -> Reduced:
    mask = array.isna()
    return "masked", array.to_numpy(array.dtype.numpy_dtype, na_value=0), Codes(mask)


def _dates(array: Any) -> Reduced:
    if array.tz is None:
        return "dates", array.to_numpy()
    return "zoned", array.tz_convert(None).to_numpy(), plain_zone(array.tz)


def _strings(array: Any) -> Reduced:
    values = array.to_numpy(object)
    is_nan = array.dtype.na_value is not sys.modules["pandas"].NA
    return "strings", values, array.dtype.storage, is_nan


def _dated_index(index: Any) -> Reduced:
    frequency = index.freqstr
    is_plain = frequency is not None and FREQUENCY.fullmatch(frequency)
    return "index", _values(index), index.name, frequency if is_plain else None


def _ranged(index: Any) -> Reduced:
    if len(index) > MAX_ROWS:
        raise NotPlain(f"a range of more than {MAX_ROWS:,} rows")
    return "range", index.start, index.stop, index.step, index.name


def _timestamp(value: Any) -> Reduced:
    zone = None if value.tz is None else plain_zone(value.tz)
    return "timestamp", int(value.asm8.view("i8")), value.unit, zone


def _missing(item: object) -> int:
    """What stands for something missing, counted from the end; KeyError for what is not."""
    if item is None:
        return -1
    if type(item) is float and item != item:
        return -2
    pandas = sys.modules.get("pandas")
    if pandas is not None and item is pandas.NA:
        return -3
    raise KeyError(item)


def is_of_numbers(array: np.ndarray[Any, np.dtype[Any]]) -> bool:
    """Whether an array may be a column as it is."""
    return array.ndim == 1 and array.dtype.kind in NUMBERS
