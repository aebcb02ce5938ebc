"""Values of the standard library that cross by value, and what must not pass for one."""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from autograder.errors import ProtocolError
from autograder.wire.frames import FrameLimits
from autograder.wire.library import FieldTuple
from autograder.wire.memo import Memo
from autograder.wire.update import UpdatingDecoder
from tests.autograder.wire.peer import talking

VALUES = [
    Fraction(-1, 3),
    Decimal("-1.50"),
    Decimal("1E+999"),
    Decimal("-Infinity"),
    dt.date(2024, 2, 29),
    dt.datetime(2024, 2, 29, 1, 2, 3, 4, fold=1),  # noqa: DTZ001 - as students make it
    dt.datetime(2024, 2, 29, tzinfo=dt.UTC),
    dt.datetime(2024, 2, 29, tzinfo=ZoneInfo("Europe/Berlin")),
    dt.time(1, 2, 3, tzinfo=dt.timezone(dt.timedelta(seconds=-90), "x")),
    dt.timedelta(-1, 5),
    PurePosixPath("a/b"),
    PureWindowsPath("a/b"),
    bytearray(b"ab"),
    deque([1, 2], maxlen=2),
    OrderedDict(b=1, a=2),
    Counter("aab"),
    defaultdict(list, a=[1]),
    defaultdict(None),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_it_comes_back_as_it_was(value: Any) -> None:
    with talking(lambda each: each) as talk:
        came = talk.request([value])[0]
        assert (type(came), came, repr(came)) == (type(value), value, repr(value))
        received = talk.peer.received[0][0]
        assert (type(received), repr(received)) == (type(value), repr(value))


@pytest.mark.parametrize("view", [{1: 2}.keys(), {1: 2}.values(), {1: 2}.items()], ids=repr)
def test_a_view_of_a_dict_shows_what_it_showed(view: Any) -> None:
    with talking(lambda each: None) as talk:
        talk.request(view)
        assert repr(talk.peer.received[0]) == repr(view)


class Point(NamedTuple):
    x: float
    count: int  # type: ignore[assignment]


@pytest.mark.parametrize("kind", [Point, namedtuple("Point", "x count")])  # noqa: PYI024
def test_the_fields_of_a_namedtuple_have_names(kind: Any) -> None:
    with talking(lambda each: None) as talk:
        talk.request(kind(1.5, 2))
        came: Any = talk.peer.received[0]
        assert type(came).__base__ is FieldTuple
        assert came == (1.5, 2)
        assert (came.x, came.count, came._fields) == (1.5, 2, ("x", "count"))
        assert repr(came) == repr(kind(1.5, 2))
        assert came._replace(x=3) == (3, 2)


def test_who_inherits_from_a_namedtuple_gives_a_tuple() -> None:
    with talking(lambda each: None) as talk:
        talk.request(type("Point", (Point,), {"norm": lambda self: 1})(1.5, 2))
        assert type(talk.peer.received[0]) is tuple


@pytest.mark.parametrize(
    "value",
    [
        type("Own", (Fraction,), {})(1, 2),
        type("Own", (dt.date,), {})(2024, 1, 1),
        type("Own", (deque,), {})(),
        Fraction(1, 1 << 70_000),
        Decimal("1E+999999"),
        Decimal("sNaN"),
        dt.datetime(2024, 1, 1, tzinfo=type("Zone", (dt.tzinfo,), {})()),
    ],
)
def test_what_is_someones_own_or_too_large_stays(value: Any) -> None:
    with talking(lambda *_: "still here") as talk:
        with pytest.raises(TypeError, match="may not cross"):
            talk.request(value)
        assert talk.request(1) == "still here"


def extend(value: Any) -> None:
    if isinstance(value, deque):
        value.append(3)
    elif isinstance(value, bytearray):
        value += b"c"
    elif isinstance(value, OrderedDict):
        value.move_to_end("b")
    else:
        value["a"] = 7


@pytest.mark.parametrize("value", VALUES[12:17], ids=repr)
def test_what_is_changed_in_place_is_changed_here(value: Any) -> None:
    value = copy.deepcopy(value)
    expected = copy.deepcopy(value)
    extend(expected)
    with talking(extend) as talk:
        talk.request(value)
    assert repr(value) == repr(expected)


def test_a_deque_may_hold_itself() -> None:
    with talking(lambda each: each[0] is each) as talk:
        loop: deque[Any] = deque()
        loop.append(loop)
        assert talk.request(loop) is True


@pytest.mark.parametrize("mask", [[True, False, False], False])
def test_a_masked_array_has_its_mask(mask: Any) -> None:
    value = np.ma.MaskedArray([1.0, 2.0, 3.0], mask, fill_value=-1)
    with talking(lambda each: each) as talk:
        came = talk.request(value)
        assert isinstance(came, np.ma.MaskedArray)
        assert (came.sum(), came.filled().tolist()) == (value.sum(), value.filled().tolist())


def test_a_masked_array_changed_in_place_is_changed_here() -> None:
    def change(value: Any) -> None:
        value[0] = np.ma.masked
        value[1] = 7

    value = np.ma.MaskedArray([1.0, 2.0, 3.0], [False, False, True])
    with talking(change) as talk:
        talk.request(value)
    assert value.sum() == 7


ARRAY = ["a", "<f8", [[3], [8], 0], True]
MALFORMED = [
    ["v", "Fraction", 1, 0],
    ["v", "Fraction", 1, ["i", b"\1" * 9000]],
    ["v", "Fraction", 1.5, 2],
    ["v", "Fraction", "1e999999999"],
    ["v", "Decimal", "1E+999999999"],
    ["v", "Decimal", "9" * 20_000],
    ["v", "Decimal", "sNaN"],
    ["v", "Decimal", ["t", 0, ["t", 1], 999_999_999]],
    ["v", "date", 2024, 2, 30],
    ["v", "date", True, 1, 1],
    ["v", "date", b"\x07\xe8\x02\x1d"],
    ["v", "datetime", 2024, 2, 29],
    ["v", "datetime", 2024, 2, 29, 1, 2, 3, 4, 5, None],
    ["v", "datetime", 2024, 2, 29, 1, 2, 3, 4, 0, "UTC"],
    ["v", "timedelta", 10**12, 0, 0],
    ["v", "timezone", ["v", "timedelta", 3, 0, 0]],
    ["v", "timezone", ["v", "timedelta", 0, 0, 0], 3],
    ["v", "zone", "../../etc/passwd"],
    ["v", "zone", "No/Such"],
    ["v", "PurePosixPath", 3],
    ["v", "PosixPath", "/etc/passwd"],
    ["v", "dict_items", 1],
    ["v", "dict_keys", ["l"]],
    ["v", ["l"], 1],
    ["v"],
    ["V", "deque", -1],
    ["V", "deque", 1.5],
    ["V", "defaultdict", ["T", "numpy.ndarray"]],
    ["V", "defaultdict", 3],
    ["V", "Counter", None, "k"],
    ["V", "Counter", 3],
    ["V", "bytearray", None, 10**9],
    ["V", "bytearray", None],
    ["V", "list", None],
    ["V"],
    ["N", "Point", ["x"], 1, 2],
    ["N", "Point", ["x", "x"], 1, 2],
    ["N", "Point", ["__class__"], 1],
    ["N", "Point", ["_replace"], 1],
    ["N", "Point", ["class"], 1],
    ["N", "x y", ["x"], 1],
    ["N", "Point", [3], 1],
    ["N", "Point", ["x" * 200], 1],
    ["N", "Point", 3, 1],
    ["M", 3, None, None],
    ["M", ARRAY, ARRAY, None],
    ["M", ARRAY, ["a", "|b1", [[2], [1], 0], True], None],
    ["M", ARRAY, None, "x"],
]


def decoder(buffers: bytes = bytes(64)) -> UpdatingDecoder:
    def resolve(*_: object) -> Any:
        raise ProtocolError("none")

    return UpdatingDecoder(bytearray(buffers), Memo(), resolve, FrameLimits())


@pytest.mark.parametrize("node", MALFORMED, ids=lambda node: repr(node)[:60])
def test_what_is_not_made_of_such_parts_is_refused(node: Any) -> None:
    sent = msgspec.msgpack.decode(msgspec.msgpack.encode(node))
    with pytest.raises(ProtocolError):
        decoder().decode(sent)


@pytest.mark.parametrize(
    "node",
    [
        ["V", "Counter", None, "k", 1],
        ["V", "deque", None, 1],
        ["l", 1],
        ["V", "bytearray", None, b"x"],
    ],
)
def test_contents_of_another_kind_are_refused(node: Any) -> None:
    made = decoder()
    made.decode(["V", "OrderedDict", None, "k", 1])
    with pytest.raises(ProtocolError):
        made.update(0, node)


def test_a_class_is_taken_from_nobody_who_may_not_name_one() -> None:
    with pytest.raises(ProtocolError, match="where none is taken"):
        decoder().decode(["K", "collections", "OrderedDict", ["d"]])
