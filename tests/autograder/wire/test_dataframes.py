"""Objects of pandas arrive as they were, or not at all."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest

from autograder.errors import ProtocolError, TooLarge
from autograder.wire import FrameLimits
from autograder.wire.encode import Encoder
from autograder.wire.memo import Memo
from autograder.wire.update import UpdatingDecoder
from tests.autograder.wire.peer import talking

LIMITS = FrameLimits()
OBJECT = ["h", 1, ["thing", False, False, False]]
TIMES = ["A", "<M8[ns]", 1, [0]]
DAYS = pd.date_range("2024-01-30", periods=3)
COLUMNS = {
    "ints": np.array([1, 2, 3], np.int8),
    "floats": [1.5, np.nan, -0.0],
    "truths": [True, False, True],
    "complex": [1j, 2, 3],
    "texts": ["a", None, "b"],
    "texts of objects": pd.Series(["a", None, np.nan], dtype=object),
    "texts with zeros": pd.Series(["a\0b", "", "c"], dtype=object),
    "surrogates": pd.Series(["\ud800", "x", "y"], dtype=object),
    "strings": pd.array(["a", None, "b"], dtype="string"),
    "mixed": pd.Series([1, "x", [1, 2]], dtype=object),
    "nothing": pd.Series([None, pd.NA, np.nan], dtype=object),
    "days": DAYS,
    "days in UTC": DAYS.tz_localize("UTC"),
    "days somewhere": DAYS.tz_localize(zoneinfo.ZoneInfo("Europe/Berlin")),
    "days at an offset": DAYS.tz_localize(dt.timezone(dt.timedelta(hours=5))),
    "spans": pd.to_timedelta([1, 2, None], unit="s"),
    "periods": pd.period_range("2024-01", periods=3, freq="M"),
    "intervals": pd.interval_range(0, 3),
    "categories": pd.Categorical(["x", "y", None], ["y", "x", "z"], ordered=True),
    "bins": pd.cut([1, 5, 9], 3),
    "whole": pd.array([1, None, 3], dtype="Int8"),
    "halves": pd.array([1.5, None, 3], dtype="Float32"),
    "perhaps": pd.array([True, None, False], dtype="boolean"),
}
INDICES = [
    pd.RangeIndex(3, 30, 7, name="r"),
    pd.Index(["a", "b"], name=("two", 2)),
    pd.Index([1, "a", (1, 2)]),
    pd.Index([], dtype=object),
    pd.Index([True, False]),
    pd.CategoricalIndex(["a", "b", "a"]),
    pd.date_range("2024", periods=4, freq="ME"),
    pd.date_range("2024", periods=3, freq="h", tz="US/Eastern"),
    pd.timedelta_range("1D", periods=3),
    pd.period_range("2024", periods=3, freq="W-MON"),
    pd.interval_range(pd.Timestamp("2024"), periods=3),
    pd.MultiIndex.from_product([[1, 2], ["a", "b"]], names=["x", None]),
]
SCALARS = [
    pd.Timestamp("2024-01-01 12:00:00.5"),
    pd.Timestamp("2024-01-01", tz="Asia/Tokyo"),
    pd.Timedelta("90min"),
    pd.Period("2024-03", "M"),
    pd.Interval(1, 2, closed="left"),
    pd.NaT,
    pd.NA,
]


class Thing:
    """No plain data."""


class Subclass(pd.DataFrame):  # type: ignore[misc] # pandas ships no types
    """A frame with methods of a student's."""


def crossed(value: object) -> Any:
    encoder = Encoder(Memo(), lambda _: OBJECT, LIMITS)
    node = msgspec.msgpack.decode(msgspec.msgpack.encode(encoder.encode(value)))
    return decoded(node, b"".join(encoder.buffers()))


def decoded(node: Any, data: bytes = b"", limits: FrameLimits = LIMITS) -> Any:
    return UpdatingDecoder(bytearray(data), Memo(), lambda *_: Thing, limits).decode(node)


@pytest.mark.parametrize("name", COLUMNS)
def test_a_column_arrives_as_it_was(name: str) -> None:
    series = pd.Series(COLUMNS[name], name=name)
    pd.testing.assert_series_equal(crossed(series), series)


@pytest.mark.parametrize("index", INDICES, ids=lambda index: str(type(index).__name__))
def test_an_index_arrives_as_it_was(index: Any) -> None:
    got = crossed(index)
    pd.testing.assert_index_equal(got, index, exact=True)
    assert getattr(got, "freq", None) == getattr(index, "freq", None)


@pytest.mark.parametrize(
    "array",
    [
        DAYS.array,
        DAYS.tz_localize("UTC").array,
        pd.timedelta_range("1D", periods=3).array,
        pd.Series([1.5, 2]).array,
        pd.array([1, None], dtype="Int64"),
    ],
    ids=lambda array: type(array).__name__,
)
def test_an_array_of_pandas_arrives_as_it_was(array: Any) -> None:
    got = crossed(array)
    assert type(got) is type(array)
    pd.testing.assert_extension_array_equal(got, array)


@pytest.mark.parametrize("name", ["dates", "durations"])
def test_dates_are_made_of_nothing_that_would_have_to_be_read(name: str) -> None:
    texts = ["Q", "texts", "2024-01-01", ["B", "<i4", 1, [0]]]
    with pytest.raises(ProtocolError, match="no dates"):
        decoded(["P", [0], 64, ["Q", name, texts]], bytes(64))


@pytest.mark.parametrize("value", SCALARS, ids=repr)
def test_a_scalar_arrives_as_it_was(value: Any) -> None:
    got = crossed(value)
    assert type(got) is type(value)
    assert got is value or got == value


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(COLUMNS, index=list("abc")),
        pd.DataFrame(),
        pd.DataFrame(index=[1, 2]),
        pd.DataFrame(columns=["a"]),
        pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"], index=[0, 0]),
        pd.DataFrame(np.ones((2, 80))),
    ],
    ids=["many kinds", "empty", "no columns", "no rows", "names twice", "wide"],
)
def test_a_frame_arrives_as_it_was(frame: Any) -> None:
    pd.testing.assert_frame_equal(crossed(frame), frame)


def test_columns_that_share_memory_arrive_with_memory_of_their_own() -> None:
    frame = pd.DataFrame({"a": [1, 2]})
    frame["b"] = frame["a"]
    got = crossed(frame)
    got.loc[0, "a"] = 9
    assert got["b"].tolist() == [1, 2]


def test_one_frame_stays_one_object() -> None:
    frame = pd.DataFrame({"a": [1]})
    first, second = crossed([frame, frame])
    assert first is second


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame({"a": [1, Thing()]}),
        pd.Series([[Thing()]]),
        pd.Series([pd.Series([Thing()])]),
        Subclass({"a": [1]}),
        pd.Series(pd.arrays.SparseArray([0, 1])),
        pd.RangeIndex(1 << 40),
    ],
    ids=["object", "in a list", "in a series", "subclass", "sparse", "endless"],
)
def test_what_is_no_plain_data_stays_as_one_object(value: Any) -> None:
    assert crossed(value) is Thing


def test_attrs_stay_behind() -> None:
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["note"] = Thing()
    assert crossed(frame).attrs == {}


def test_too_many_texts_are_told() -> None:
    small = FrameLimits(buffer_bytes=1000)
    with pytest.raises(TooLarge):
        Encoder(Memo(), lambda _: OBJECT, small).encode(pd.Series(np.arange(1000.0)))


def test_a_frame_in_itself_ends() -> None:
    frame = pd.DataFrame({"a": [0, 1]}, dtype=object)
    frame.at[0, "a"] = [frame]
    with pytest.raises(TooLarge):
        crossed(frame)


def test_a_frame_that_is_changed_comes_back_changed() -> None:
    def change(frame: Any, series: Any) -> None:
        frame["b"] = frame["a"] * 2
        frame.loc[7] = [3, 6]
        frame.columns = ["x", "y"]
        series.iloc[0] = 7
        series.name = "s"

    frame, series = pd.DataFrame({"a": [1, 2]}), pd.Series([1, 2])
    with talking(change) as talk:
        talk.request(frame, series)
    pd.testing.assert_frame_equal(
        frame, pd.DataFrame({"x": [1, 2, 3], "y": [2, 4, 6]}, index=[0, 1, 7])
    )
    pd.testing.assert_series_equal(series, pd.Series([7, 2], name="s"))


def test_a_list_in_a_frame_that_is_changed_comes_back_changed() -> None:
    frame = pd.DataFrame({"a": [[1], [2]]})
    with talking(lambda frame: frame.loc[0, "a"].append(3)) as talk:
        talk.request(frame)
    assert frame["a"].tolist() == [[1, 3], [2]]


def test_a_frame_that_is_not_changed_is_not_touched() -> None:
    frame = pd.DataFrame(COLUMNS)
    before = frame._mgr
    with talking(lambda frame: (frame.values, frame.isna().sum().tolist())[1]) as talk:
        talk.request(frame)
    assert frame._mgr is before


def test_an_object_put_into_a_frame_does_not_come_back() -> None:
    frame = pd.DataFrame({"a": [1]})
    with talking(lambda frame: frame.insert(0, "b", [Thing()])) as talk:
        talk.request(frame)
    assert list(frame.columns) == ["a"]


ONE = ["A", "<i8", 1, [0]]
ROW = ["Q", "range", 0, 1, 1, None]
HOSTILE = {
    "no constructor": ["Q", "eval", "1"],
    "a scalar for a container": ["Q", "NA"],
    "an object": ["Q", "series", ["Q", "objects", OBJECT], ROW, None],
    "an object of the test's": ["Q", "series", ["Q", "objects", ["b", 0]], ROW, None],
    "an object in a list": ["Q", "series", ["Q", "objects", ["l", OBJECT]], ROW, None],
    "something outside": ["Q", "series", ["Q", "objects", ["r", 0]], ROW, None],
    "an unhashable name": ["Q", "series", ONE, ROW, ["l"]],
    "an object as a name": ["Q", "series", ONE, ROW, OBJECT],
    "codes for a column": ["Q", "series", ["B", "<i8", 1, [0]], ROW, None],
    "a list for a column": ["Q", "series", ["l", 1], ROW, None],
    "no column": ["Q", "series", None, ROW, None],
    "a column of texts": ["Q", "series", ["A", "<U2", 1, [0]], ROW, None],
    "a column beyond the bytes": ["Q", "series", ["A", "<i8", 9, [0]], ROW, None],
    "a column before the bytes": ["Q", "series", ["A", "<i8", 1, [-8]], ROW, None],
    "a negative column": ["Q", "series", ["A", "<i8", -1, [0]], ROW, None],
    "an odd unit": ["Q", "series", ["A", "<M8[as]", 1, [0]], ROW, None],
    "an index too long": ["Q", "series", ONE, ["Q", "range", 0, 9, 1, None], None],
    "an endless index": ["Q", "frame", ["Q", "range", 0, 1 << 62, 1, None], ROW],
    "a huge range": ["Q", "range", 0, 1 << 50, 1, None],
    "too few names": ["Q", "frame", ROW, ["Q", "range", 0, 0, 1, None], ONE],
    "a list for an index": ["Q", "frame", ["l", 1], ROW, ONE],
    "codes beyond": ["Q", "categorical", ["B", "<i8", 1, [8]], ROW, 0],
    "categories twice": [
        "Q", "categorical", ["B", "|i1", 1, [0]],
        ["Q", "index", ["A", "|b1", 2, [2]], None, None], 0,
    ],
    "texts beyond": ["Q", "series", ["Q", "texts", "a", ["B", "<i8", 1, [8]]], ROW, None],
    "texts that are none": ["Q", "series", ["Q", "texts", 3, ["B", "<i8", 1, [0]]], ROW, None],
    "levels beyond": ["Q", "multi", ["t", "a"], ROW, ["B", "<i8", 1, [8]]],
    "levels that nest": [
        "Q", "multi", ["t", "a"],
        ["Q", "multi", ["t", "a"], ROW, ["B", "<i8", 1, [0]]], ["B", "<i8", 1, [0]],
    ],
    "a zone by a file's name": ["Q", "zoned", TIMES, "../../etc/passwd"],
    "a zone that is a file": ["Q", "zoned", TIMES, ["v", "zone", "../../etc/passwd"]],
    "a zone of dateutil's": ["Q", "zoned", TIMES, ["v", "zone", "dateutil//etc/passwd"]],
    "a zone too far": ["Q", "zoned", TIMES, ["v", "timezone", ["v", "timedelta", 9, 0, 0]]],
    "an odd frequency": ["Q", "periods", ["B", "<i8", 1, [0]], "M; import os"],
    "a storage": ["Q", "strings", ["Q", "objects", "a"], "os", 0],
    "a mask too short": ["Q", "masked", ONE, ["B", "|b1", 0, [0]]],
    "a constructor as a number": ["Q", 3],
    "no parts": ["Q", "frame"],
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_frame_ends_the_conversation(name: str) -> None:
    data = np.array([0, 99], np.int64).tobytes()
    with pytest.raises(ProtocolError):
        decoded(["P", [0], len(data), HOSTILE[name]], data)


@pytest.mark.parametrize("node", [["A", "<i8", 1, [0]], ["B", "<i8", 1, [0]], ROW])
def test_a_part_is_nothing_by_itself(node: Any) -> None:
    with pytest.raises(ProtocolError):
        decoded(node, bytes(8))


@pytest.mark.parametrize("place", [[-8], [8], [None], 0])
def test_a_message_in_a_message_lies_within_it(place: Any) -> None:
    with pytest.raises(ProtocolError):
        decoded(["P", place, 8, ["Q", "index", ONE, None, None]], bytes(8))


def test_the_limits_count_for_all_frames_together() -> None:
    part = ["Q", "index", ["A", "|i1", 900, [0]], None, None]
    with pytest.raises(ProtocolError):
        decoded(["t", *[["P", [0], 900, part]] * 9], bytes(900), FrameLimits(buffer_bytes=1000))


def test_frames_that_nest_end() -> None:
    node: Any = ["Q", "index", ["Q", "objects", 1], None, None]
    for _ in range(200):
        node = ["Q", "index", ["Q", "objects", ["P", [0], 0, node]], None, None]
    with pytest.raises(ProtocolError):
        decoded(["P", [0], 0, node])


def test_a_series_is_not_replaced_by_a_frame() -> None:
    def be_replaced(frame: Any) -> None:
        frame["b"] = 1

    encoder = Encoder(Memo(), lambda _: OBJECT, LIMITS)
    node = encoder.encode(pd.DataFrame({"a": [1]}))
    memo = Memo()
    memo.add(pd.Series([1]))
    decoder = UpdatingDecoder(
        bytearray(b"".join(encoder.buffers())), memo, lambda *_: Thing, LIMITS
    )
    with pytest.raises(ProtocolError):
        decoder.update(0, node)
