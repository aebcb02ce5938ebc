"""What is made of the parts that came of an object of pandas: the suspicious half.

Only what stands in `_BUILDERS` can be named, and each takes parts of certain types. What pandas
itself checks, lengths, codes and names, it is left to check.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from autograder.wire.dataframes import FREQUENCY, MAX_ROWS, NUMBERS, Codes, texts_in

#: Columns from which on a frame is put together into blocks, which needs its memory once more.
_MANY_COLUMNS = 50
_UNITS = ("s", "ms", "us", "ns")
_STEPS = tuple((unit, 1) for unit in _UNITS)


def build(kind: object, parts: list[Any]) -> Any:
    """What the constructor of this name makes of its parts.

    Raises
    ------
    Exception
        There is no such constructor, or it takes no such parts.
    """
    if not isinstance(kind, str):
        raise TypeError("a constructor that is no name")
    return _BUILDERS[kind](import_module("pandas"), *parts)


def _zone(zone: object) -> dt.tzinfo:
    if not isinstance(zone, dt.tzinfo):
        raise TypeError("no time zone where one was expected")
    return zone


def _frame(pd: Any, index: Any, columns: Any, *values: Any) -> Any:
    if len(_index_of(pd, columns)) != len(values):
        raise ValueError("another number of columns than of names")
    if not values:
        return pd.DataFrame(index=_index_of(pd, index), columns=columns)
    series = {number: _one_column(pd, each) for number, each in enumerate(values)}
    if {len(each) for each in series.values()} != {len(index)}:
        raise ValueError("columns of another length than the index")
    frame = pd.DataFrame(series, copy=len(values) > _MANY_COLUMNS)
    frame.index, frame.columns = _index_of(pd, index), _index_of(pd, columns)
    return frame


def _series(pd: Any, values: Any, index: Any, name: Any) -> Any:
    series = _one_column(pd, values)
    series.index, series.name = _index_of(pd, index), name
    return series


def _one_column(pd: Any, values: Any) -> Any:
    """A series that is exactly these values: pandas would make texts of objects that are some."""
    return pd.Series(_checked(pd, values), dtype=values.dtype, copy=False)


def _index(pd: Any, values: Any, name: Any, frequency: Any) -> Any:
    index = pd.Index(_checked(pd, values), dtype=values.dtype, name=name)
    if frequency is None:
        return index
    kinds = {pd.DatetimeIndex, pd.TimedeltaIndex}
    if type(index) not in kinds or not FREQUENCY.fullmatch(frequency):
        raise ValueError("a frequency that no index has")
    return type(index)(index, freq=frequency)


def _range(pd: Any, start: Any, stop: Any, step: Any, name: Any) -> Any:
    if {type(start), type(stop), type(step)} != {int} or len(range(start, stop, step)) > MAX_ROWS:
        raise ValueError(f"a range of more than {MAX_ROWS:,} rows")
    return pd.RangeIndex(start, stop, step, name=name)


def _multi(pd: Any, names: Any, *parts: Any) -> Any:
    levels, codes = parts[: len(names)], parts[len(names) :]
    return pd.MultiIndex(
        [_index_of(pd, level) for level in levels],
        [_array_of(each, "i") for each in codes],
        names=list(names),
    )


def _categorical(pd: Any, codes: Any, categories: Any, is_ordered: bool) -> Any:
    categories = _index_of(pd, categories)
    return pd.Categorical.from_codes(_array_of(codes, "i"), categories, ordered=bool(is_ordered))


def _of_masked(pd: Any, values: Any, mask: Any) -> Any:
    kinds = {"b": "BooleanArray", "i": "IntegerArray", "u": "IntegerArray", "f": "FloatingArray"}
    return getattr(pd.arrays, kinds[values.dtype.kind])(values, _array_of(mask, "b"))


def _zoned(pd: Any, values: Any, zone: Any) -> Any:
    return pd.DatetimeIndex(_checked(pd, values)).tz_localize("UTC").tz_convert(_zone(zone)).array


def _durations(pd: Any, values: Any) -> Any:
    return pd.TimedeltaIndex(_steps(pd, values, "m")).array


def _dates(pd: Any, values: Any) -> Any:
    return pd.DatetimeIndex(_steps(pd, values, "M")).array


def _steps(pd: Any, values: Any, kind: str) -> Any:
    checked = _checked(pd, values)
    if checked.dtype.kind != kind:
        raise TypeError("no dates where some were expected")
    return checked


def _array(pd: Any, values: Any) -> Any:
    return pd.arrays.NumpyExtensionArray(_checked(pd, values))


def _periods(pd: Any, ordinals: Any, frequency: Any) -> Any:
    made = pd.PeriodIndex.from_ordinals(_array_of(ordinals, "i"), freq=_frequency(frequency))
    return made.array


def _intervals(pd: Any, left: Any, right: Any, closed: Any) -> Any:
    ends = _index_of(pd, left), _index_of(pd, right)
    return pd.arrays.IntervalArray.from_arrays(*ends, closed=closed)


def _of_strings(pd: Any, values: Any, storage: Any, is_nan: bool) -> Any:
    dtype = pd.StringDtype(storage, na_value=np.nan if is_nan else pd.NA)
    return pd.array(_array_of_objects(values), dtype=dtype)


def _texts(pd: Any, joined: Any, codes: Any) -> Any:
    texts = texts_in(joined)
    known = np.empty(len(texts) + 3, object)
    known[:] = [*texts, pd.NA, np.nan, None]
    return known.take(_array_of(codes, "i"))


def _objects(_: Any, *items: Any) -> Any:
    return np.fromiter(items, object)  # one by one: `np.array` would make rows of lists


def _of_timestamp(pd: Any, value: Any, unit: Any, zone: Any) -> Any:
    made = pd.Timestamp(np.int64(value).view(f"M8[{_unit(unit)}]"))
    return made if zone is None else made.tz_localize("UTC").tz_convert(_zone(zone))


def _of_timedelta(pd: Any, value: Any, unit: Any) -> Any:
    return pd.Timedelta(np.int64(value).view(f"m8[{_unit(unit)}]"))


def _of_interval(pd: Any, left: Any, right: Any, closed: Any) -> Any:
    return pd.Interval(left, right, closed)


def _unit(unit: Any) -> str:
    return _UNITS[_UNITS.index(unit)]


def _frequency(text: Any) -> str:
    if not FREQUENCY.fullmatch(text):
        raise ValueError("not a frequency")
    return str(text)


def _index_of(pd: Any, value: Any) -> Any:
    if not isinstance(value, pd.Index):
        raise TypeError("no index where one was expected")
    return value


def _checked(pd: Any, values: Any) -> Any:
    """The values of a column, which must be an array that was made here."""
    if isinstance(values, np.ndarray):
        if values.dtype.kind in "mM" and np.datetime_data(values.dtype) not in _STEPS:
            raise TypeError("dates in a unit that pandas does not have")
        if values.ndim == 1 and values.dtype.kind in f"{NUMBERS}O":
            return values
    elif isinstance(values, pd.api.extensions.ExtensionArray):
        return values
    raise TypeError("no column where one was expected")


def _array_of(codes: Any, kind: str) -> Any:
    """The array of codes of this kind, with memory of its own."""
    if not isinstance(codes, Codes) or codes.array.dtype.kind != kind:
        raise TypeError("no codes where some were expected")
    return codes.array.copy()


def _array_of_objects(values: Any) -> Any:
    if not isinstance(values, np.ndarray) or values.dtype != object:
        raise TypeError("no texts where some were expected")
    return values


_BUILDERS: dict[str, Callable[..., Any]] = {
    "frame": _frame,
    "series": _series,
    "index": _index,
    "range": _range,
    "multi": _multi,
    "categorical": _categorical,
    "masked": _of_masked,
    "zoned": _zoned,
    "dates": _dates,
    "durations": _durations,
    "array": _array,
    "periods": _periods,
    "intervals": _intervals,
    "strings": _of_strings,
    "texts": _texts,
    "objects": _objects,
    "timestamp": _of_timestamp,
    "timedelta": _of_timedelta,
    "period": lambda pd, ordinal, freq: pd.Period(ordinal=ordinal, freq=_frequency(freq)),
    "interval": _of_interval,
    "NaT": lambda pd: pd.NaT,
    "NA": lambda pd: pd.NA,
}
