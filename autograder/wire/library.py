"""Values of the standard library that cross as plain data, by their very type.

Each crosses as a name and parts that say all about it: a fraction as two ints, a date as three.
What can be changed in place is an empty container, made of a *setting* such as a deque's bound, and
its contents. Only what is in these tables can be named. Classes that inherit from one of these are
someone's own, and do not cross by it.
"""

from __future__ import annotations

import datetime as dt
import keyword
import re
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache, partial
from itertools import chain
from operator import itemgetter
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from autograder.wire.values import NotPlain

#: Bits of a fraction's numerator and denominator, whose common divisor is looked for.
_MAX_BITS = 1 << 16
#: Characters of a decimal number. As an int or a fraction it would have as many digits as its
#: exponent says, which is bounded by the pattern.
_MAX_DIGITS = 10_000
_ZONE = re.compile(r"[A-Za-z0-9_+-]{1,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}")
_DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?(?:E[+-][0-9]{1,4})?|Infinity|NaN)")
#: What a defaultdict may have as its factory.
_FACTORIES = (int, float, complex, bool, str, list, tuple, dict, set, frozenset)
#: Namedtuples of different fields for which a class is kept, and fields and letters of a name.
_MAX_CLASSES, _MAX_FIELDS, _MAX_NAME = 256, 200, 100


def reduced(value: Any) -> tuple[Any, ...]:
    """The name of what makes a value, and its parts.

    Raises
    ------
    NotPlain
        There is something in it that does not cross.

    Examples
    --------
    >>> reduced(dt.date(2024, 2, 29))
    ('date', 2024, 2, 29)
    """
    return REDUCERS[type(value)](value)


def build(name: object, parts: list[Any]) -> Any:
    """What is made of its parts.

    Raises
    ------
    ArithmeticError, LookupError, TypeError, ValueError
        Nothing is made of such parts.
    """
    return _BUILDERS[name](*parts)  # type: ignore[index]


def _fraction(numerator: Any, denominator: Any) -> Fraction:
    if not all(type(each) is int and _is_short(each) for each in (numerator, denominator)):
        raise TypeError("a fraction of too large numbers, or of none")
    return Fraction(numerator, denominator)


def _is_short(number: int) -> bool:
    return number.bit_length() <= _MAX_BITS


def _of_fraction(value: Fraction) -> tuple[Any, ...]:
    if not (_is_short(value.numerator) and _is_short(value.denominator)):
        raise NotPlain("a fraction of too large numbers")
    return "Fraction", value.numerator, value.denominator


def _decimal(text: Any) -> Decimal:
    if len(text) > _MAX_DIGITS or not _DECIMAL.fullmatch(text):
        raise ValueError("a decimal number of too many digits, or none")
    return Decimal(text)


def _of_decimal(value: Decimal) -> tuple[Any, ...]:
    text = str(value)
    if len(text) > _MAX_DIGITS or not _DECIMAL.fullmatch(text):
        raise NotPlain("a decimal number of too many digits")
    return "Decimal", text


def _of_datetime(value: dt.datetime) -> tuple[Any, ...]:
    return "datetime", value.year, value.month, value.day, *_of_time(value)[1:]


def _of_time(value: dt.datetime | dt.time) -> tuple[Any, ...]:
    zone = None if value.tzinfo is None else plain_zone(value.tzinfo)
    return "time", value.hour, value.minute, value.second, value.microsecond, value.fold, zone


def _datetime(year: Any, month: Any, day: Any, *time: Any) -> dt.datetime:
    return dt.datetime.combine(_date(year, month, day), _time(*time))


def _date(*parts: Any) -> dt.date:
    _require_ints(parts)
    return dt.date(*parts)


def _time(hour: Any, minute: Any, second: Any, microsecond: Any, fold: Any, zone: Any) -> dt.time:
    _require_ints((hour, minute, second, microsecond, fold))
    return dt.time(hour, minute, second, microsecond, zone, fold=fold)


def _timedelta(*parts: Any) -> dt.timedelta:
    _require_ints(parts)
    return dt.timedelta(*parts)


def plain_zone(zone: dt.tzinfo) -> dt.tzinfo:
    """A time zone that crosses: by its name, or by what it is ahead.

    Raises
    ------
    NotPlain
        It is of another library.
    """
    if type(zone) not in (dt.timezone, ZoneInfo):
        raise NotPlain("a time zone of another library")
    return zone


def _zone(name: Any) -> ZoneInfo:
    if not _ZONE.fullmatch(name):
        raise ValueError("not the name of a time zone")
    return ZoneInfo(name)


def _of_zone(value: ZoneInfo) -> tuple[Any, ...]:
    if not (value.key and _ZONE.fullmatch(value.key)):
        raise NotPlain("a time zone without a name")
    return "zone", value.key


def _require_ints(parts: Iterable[Any]) -> None:
    if not all(type(each) is int for each in parts):
        raise TypeError("a date of something else than ints")


def _of_view(name: str, view: Iterable[Any]) -> tuple[Any, ...]:
    return name, *view


#: Views of dicts. They cross as views of a dict of their own, with what they show and no more.
VIEWS: dict[type[Collection[Any]], str] = {
    type({}.keys()): "dict_keys",
    type({}.values()): "dict_values",
    type({}.items()): "dict_items",
}
#: What is taken apart, by its type.
REDUCERS: dict[type, Callable[[Any], tuple[Any, ...]]] = {
    Fraction: _of_fraction,
    Decimal: _of_decimal,
    dt.date: lambda value: ("date", value.year, value.month, value.day),
    dt.datetime: _of_datetime,
    dt.time: _of_time,
    dt.timedelta: lambda value: ("timedelta", value.days, value.seconds, value.microseconds),
    dt.timezone: lambda value: ("timezone", *value.__getinitargs__()),
    ZoneInfo: _of_zone,
    PurePosixPath: lambda value: ("PurePosixPath", str(value)),
    PureWindowsPath: lambda value: ("PureWindowsPath", str(value)),
    **{kind: partial(_of_view, name) for kind, name in VIEWS.items()},
}
_BUILDERS: dict[str, Callable[..., Any]] = {
    "Fraction": _fraction,
    "Decimal": _decimal,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
    "timedelta": _timedelta,
    "timezone": dt.timezone,
    "zone": _zone,
    "PurePosixPath": PurePosixPath,
    "PureWindowsPath": PureWindowsPath,
    "dict_keys": lambda *items: dict.fromkeys(items).keys(),
    "dict_values": lambda *items: dict(enumerate(items)).values(),
    "dict_items": lambda *items: dict(items).items(),
}

#: What can be changed in place.
CONTAINERS: dict[type, str] = {
    bytearray: "bytearray",
    deque: "deque",
    OrderedDict: "OrderedDict",
    Counter: "Counter",
    defaultdict: "defaultdict",
}


def container_name(value: Any) -> str | None:
    """The name of a container of these; None for all else, also for one that has other settings.

    Examples
    --------
    >>> container_name(defaultdict(list)), container_name(defaultdict(lambda: 3))
    ('defaultdict', None)
    """
    name = CONTAINERS.get(type(value))
    is_usual = name != "defaultdict" or value.default_factory in (None, *_FACTORIES)
    return name if is_usual else None


def setting_of(value: Any) -> Any:
    """What an empty container like ``value`` is made of, besides its type."""
    if isinstance(value, deque):
        return value.maxlen
    return value.default_factory if isinstance(value, defaultdict) else None


def empty_container(name: Any, setting: Any) -> Any:
    """A new container.

    Raises
    ------
    LookupError, TypeError, ValueError
        There is none of this name or setting.
    """
    if name == "deque":
        return deque[Any](maxlen=setting)
    if name == "defaultdict":
        return defaultdict(None if setting is None else _FACTORIES[_FACTORIES.index(setting)])
    if setting is not None:
        raise TypeError("a container with a setting that it does not have")
    return {name: kind for kind, name in CONTAINERS.items()}[name]()


def contents_of(value: Any) -> list[Any]:
    """The items of a container, values after their keys; a bytearray's bytes as one of them.

    What a subclass of a list, a dict or a set says about itself is not asked for.

    Examples
    --------
    >>> contents_of({"a": 1, "b": 2}), contents_of(bytearray(b"text"))
    (['a', 1, 'b', 2], [b'text'])
    """
    if isinstance(value, list):
        return list.__getitem__(value, slice(None))
    if isinstance(value, dict):
        # Only itself, an OrderedDict knows its order.
        items = value.items() if type(value) is OrderedDict else dict.items(value)
        return list(chain.from_iterable(items))
    if isinstance(value, set):
        return list(set.__iter__(value))
    return [bytes(value)] if isinstance(value, bytearray) else list(value)


def replace_contents(value: Any, contents: list[Any]) -> None:
    """Give a container these contents.

    Raises
    ------
    TypeError, ValueError
        It cannot have such contents.
    """
    if isinstance(value, bytearray):
        [data] = contents
        if not isinstance(data, bytes):
            raise TypeError("a bytearray of something else than bytes")
        value[:] = data
        return
    value.clear()
    if isinstance(value, deque):
        value.extend(contents)
        return
    for key, item in zip(contents[::2], contents[1::2], strict=True):
        value[key] = item


class FieldTuple(tuple[Any, ...]):
    """A namedtuple of the other side's: its fields have names, its class is nobody's."""

    __slots__ = ()
    _fields: tuple[str, ...] = ()

    def _asdict(self) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def _replace(self, **changed: Any) -> FieldTuple:
        if not changed.keys() <= {*self._fields}:
            raise ValueError(f"Got unexpected field names: {[*changed]!r}")
        return type(self)((self._asdict() | changed).values())

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({shown})"


def fields_of(kind: type) -> tuple[str, ...] | None:
    """The names of a namedtuple's fields; None if the class is none.

    Examples
    --------
    >>> from collections import namedtuple
    >>> fields_of(namedtuple("Point", "x y")), fields_of(tuple)
    (('x', 'y'), None)
    """
    fields = kind.__dict__.get("_fields")
    if not isinstance(fields, tuple) or not issubclass(kind, tuple):
        return None
    return fields if _are_fields(kind.__name__, fields) else None


def field_tuple(name: object, fields: list[Any], items: list[Any]) -> FieldTuple:
    """A namedtuple of the other side's.

    Raises
    ------
    ValueError
        Its fields have no proper names, or it has another number of items.
    """
    if not _are_fields(name, fields) or len(fields) != len(items):
        raise ValueError("no names of fields")
    made: FieldTuple = _class_with(name, tuple(fields))(items)
    return made


@lru_cache(_MAX_CLASSES)
def _class_with(name: Any, fields: tuple[str, ...]) -> Any:
    properties = {each: property(itemgetter(number)) for number, each in enumerate(fields)}
    marks = {"__slots__": (), "_fields": fields, "__match_args__": fields}
    return type(name, (FieldTuple,), {**marks, **properties})


def _are_fields(name: object, fields: Iterable[Any]) -> bool:
    names = [name, *fields]
    if len(names) > _MAX_FIELDS or not all(_is_name(each) for each in names):
        return False
    return len({*fields}) == len(names) - 1 and not any(each[0] == "_" for each in fields)


def _is_name(text: object) -> bool:
    if not isinstance(text, str) or len(text) > _MAX_NAME:
        return False
    return text.isidentifier() and not keyword.iskeyword(text)


def is_masked(value: object) -> bool:
    """Whether it is a masked array, whose module need not be there."""
    module = sys.modules.get("numpy.ma")
    return module is not None and isinstance(value, module.MaskedArray)


def masked_array(data: Any, mask: Any, fill: Any) -> Any:
    """A masked array over ``data``.

    Raises
    ------
    TypeError, ValueError
        These are not the parts of one.
    """
    if not isinstance(data, np.ndarray) or not isinstance(fill, (np.generic, type(None))):
        raise TypeError("a masked array without data, or with something else to fill it")
    if mask is None:
        mask = False
    elif not isinstance(mask, np.ndarray) or (mask.shape, mask.dtype) != (data.shape, bool):
        raise TypeError("a masked array whose mask is not its own")
    return np.ma.MaskedArray(data, mask, fill_value=fill)
