"""Arrays of objects that are plain data cross by value, and nothing else passes for one."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given

from autograder.errors import ProtocolError
from autograder.wire.encode import Encoder
from autograder.wire.frames import FrameLimits
from autograder.wire.memo import Memo
from autograder.wire.object_arrays import empty, lanes_of
from autograder.wire.update import UpdatingDecoder
from tests.autograder.wire.peer import talking
from tests.autograder.wire.strategies import bits, leaves, of_objects, untimed


def of(*items: Any) -> np.ndarray:
    array = np.empty(len(items), object)
    for place, item in enumerate(items):
        array[place] = item
    return array


ROWS = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [0.5, np.nan]})


@untimed
@given(of_objects(leaves()))
@example(np.array(None, object))
@example(np.empty((0, 1 << 15), object))
@example(np.array([[1.5, "a", True]] * 80, object))
@example(of([1], {"a": 2}, np.arange(3), (), b"x"))
def test_it_arrives_as_it_was(value: np.ndarray) -> None:
    with talking(copy.deepcopy) as talk:
        returned = talk.request(value)
        assert bits(talk.peer.received[0]) == bits(value)
        assert bits(returned) == bits(copy.deepcopy(value))


@pytest.mark.parametrize(
    "value",
    [
        ROWS.values,
        ROWS.to_numpy().T,
        ROWS["b"].astype(object).to_numpy(),
        of(Fraction(1, 3), Decimal("0.1"), dt.date(2024, 2, 29), None, pd.NaT, pd.Timestamp(0)),
        of([1, 2], [3]),
        of(np.array([1, 2]), np.array([3.5])),
        np.frompyfunc(lambda x: 2 * x, 1, 1)(np.arange(3.0)),
    ],
    ids=["rows", "columns", "texts", "values", "ragged", "arrays", "results"],
)
def test_what_students_have_arrives_as_an_array_of_objects(value: np.ndarray) -> None:
    with talking(lambda *_: None) as talk:
        talk.request(value)
        came = talk.peer.received[0]
        assert (type(came), came.dtype, came.shape) == (np.ndarray, object, value.shape)
        assert repr(came) == repr(value)


def test_a_large_one_takes_few_nodes() -> None:
    value = np.array([[number, number / 2, number % 2 == 0] for number in range(20_000)], object)
    encoder = Encoder(Memo(), lambda _: None, FrameLimits(nodes=2_000))
    assert len(msgspec.msgpack.encode(encoder.encode(value))) < 1_000


def test_what_the_other_side_changes_in_place_is_changed_here() -> None:
    def change(value: Any) -> None:
        value[0, 0] = "new"
        value[1, 1].append(3)

    value = np.array([[1, 2], [3, None]], object)
    kept = value[1, 1] = [4]
    with talking(change) as talk:
        talk.request(value)
    assert value.tolist() == [["new", 2], [3, [4, 3]]]
    assert kept == [4, 3]


def test_what_is_changed_here_the_other_side_sees() -> None:
    kept: list[Any] = []
    with talking(lambda value=None: kept.append(value) if value is not None else kept[0]) as talk:
        value = of(1, "a")
        talk.request(value)
        value[0] = 7  # and now all of it could be an array of integers
        value[1] = 8
        assert talk.request() is value
        assert kept[0].tolist() == [7, 8]
        value[1] = "b"
        talk.request()
        assert kept[0].tolist() == [7, "b"]


def test_the_very_same_one_comes_back() -> None:
    with talking(lambda value: [value, value]) as talk:
        value = of("a", 1)
        first, second = talk.request(value)
        assert first is second is value


def test_what_cannot_be_told_is_lost() -> None:
    def change(value: Any) -> None:
        value[0] = object()

    value = of(1, "a")
    with talking(change) as talk:
        talk.request(value)
        assert talk.end.lost
        assert value.tolist() == [1, "a"]


@pytest.mark.parametrize(
    "value",
    [
        of(1, object()),
        of([object()]),
        of(of(1)),
        np.ma.MaskedArray(of(1, "a")),
    ],
    ids=["object", "in a list", "another one", "masked"],
)
def test_one_with_anything_else_in_it_stays_as_a_whole(value: Any) -> None:
    with talking(lambda *_: "still here") as talk:
        with pytest.raises(TypeError, match="may not cross"):
            talk.request([1], value)
        known = [2]
        assert talk.request(known, value.size) == "still here"


def test_one_that_holds_itself_stays() -> None:
    value = of(1)
    value[0] = value
    with talking(lambda *_: None) as talk, pytest.raises(TypeError, match="may not cross"):
        talk.request(value)


# What a hostile process may claim.


def decoder(**bounds: int) -> UpdatingDecoder:
    def resolve(*_: object) -> object:
        return object()

    limits = FrameLimits(**{"nodes": 1000, **bounds})
    return UpdatingDecoder(bytearray(64), Memo(), resolve, limits)


@pytest.mark.parametrize(
    "node",
    [
        ["O"],
        ["O", 2, True, ["l", 1, 2]],
        ["O", [2], True],
        ["O", [2], True, ["l", 1]],
        ["O", [2], True, ["l", 1, 2, 3]],
        ["O", [2], True, ["l", 1, 2], ["l"]],
        ["O", [1, 2], True, ["l", 1, 2]],
        ["O", [-1], True, ["l"]],
        ["O", [True], True, ["l", 1]],
        ["O", [2.0], True, ["l", 1, 2]],
        ["O", ["2"], True, ["l", 1, 2]],
        ["O", [1] * 33, True, ["l", 1]],
        ["O", [1 << 40], True, ["l"]],
        ["O", [1 << 40, 1], True, ["l"]],
        ["O", [0, 1 << 40], True],
        ["O", [1 << 40, 0], True],
        ["O", [2], True, [1, 2]],
        ["O", [2], True, ["t", 1, 2]],
        ["O", [2], True, ["d", 1, 2]],
        ["O", [2], True, ["r", 0]],
        ["O", [9], True, ["p", "d", 9, [0]]],
        ["O", [1], True, ["l", ["h", 0, []]]],
        ["O", [1], True, ["l", ["b", 0]]],
        ["O", [1], True, ["l", ["l", ["h", 0, []]]]],
        ["O", [1], True, ["l", ["k", ["h", 0, []], 1]]],
        ["O", [1], True, ["l", ["j", ["h", 0, []], 1]]],
        ["O", [1], True, ["l", ["r", 0]]],
        ["O", [1], True, ["l", ["O", [], True, ["l", 1]]]],
        ["t", ["O", [1], True, ["l", 1]], ["w", 0, "<i8", [[1], [8], 0]]],
    ],
    ids=str,
)
def test_a_malformed_one_ends_the_conversation(node: Any) -> None:
    with pytest.raises(ProtocolError):
        decoder().decode(node)


@pytest.mark.parametrize(
    "node",
    [
        ["j"],
        ["j", 1, 2],
        ["j", ["b", 0], 1],
        ["j", ["h", 0, []], ["h", 0, []]],
        ["j", ["h", 0, []], ["b", 0]],
        ["j", ["h", 0, []], ["j", ["h", 0, []], 1]],
        ["j", ["h", 0, []], ["k", ["h", 0, []], 1]],
        ["k", ["h", 0, []], ["j", ["h", 0, []], 1]],
        ["P", [0], 0, ["Q", "objects", ["j", ["h", 0, []], 1]]],
    ],
    ids=str,
)
def test_only_plain_data_stands_for_an_object(node: Any) -> None:
    with pytest.raises(ProtocolError):
        decoder().decode(node)


def test_no_memory_is_taken_for_items_that_were_not_sent() -> None:
    with pytest.raises(ProtocolError, match="claims more"):
        empty([1000, 1001], 1001, limit=1_000_000)


@pytest.mark.parametrize(
    "contents",
    [
        ["O", [1], True, ["l", 1]],
        ["O", [2], True, ["l", ["h", 0, []], 1]],
        ["O", [2], True, ["l", ["r", 0], 1]],
        ["l", 1, 2],
    ],
    ids=str,
)
def test_an_update_that_does_not_fit_ends_the_conversation(contents: Any) -> None:
    hostile = decoder()
    hostile.decode(["O", [2], True, ["l", 1, 2]])
    with pytest.raises(ProtocolError):
        hostile.update(0, contents)


def test_integers_that_were_made_exact_are_updated_by_integers_only() -> None:
    hostile = decoder()
    hostile._adopt = lambda value, *_, **__: value.astype(object)
    hostile._received._data = bytearray(np.array([1, 2]).tobytes())
    came = hostile.decode(["a", "<i8", [[2], [8], 0], True])
    assert came.dtype == object
    with pytest.raises(ProtocolError):
        hostile.update(0, ["O", [2], True, ["l", "a", 2]])


def test_lanes_are_the_columns_of_rows() -> None:
    assert lanes_of(np.array([[1, "a"], [2, "b"]], object)) == [[1, 2], ["a", "b"]]
    assert lanes_of(np.array(5, object)) == [[5]]
    assert lanes_of(np.empty((3, 0), object)) == []
