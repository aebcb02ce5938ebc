"""Whatever may cross arrives as what it was."""

from __future__ import annotations

import copy
from collections import Counter, OrderedDict
from collections.abc import Iterator
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import example, given

from tests.autograder.wire.peer import Callback, Talk, talking
from tests.autograder.wire.strategies import arrays, bits, layout, untimed, values


@pytest.fixture(scope="module")
def copying() -> Iterator[Talk]:
    """The peer replies with a copy, so that the result crosses as data and not as a reference."""
    with talking(copy.deepcopy) as talk:
        yield talk


@untimed
@given(values)
@example(np.str_(""))
@example(np.bytes_(b""))
@example(np.zeros((0, 3)))
@example([[], (), {}, set(), frozenset(), "", b"", np.zeros(0, "<U2")])
@example([[True, False] * 40, [np.float64(0.5)] * 80, [np.int64(-3)] * 80, [1] * 80])
def test_data_arrives_as_it_was(copying: Talk, value: Any) -> None:
    copying.request(value)
    assert bits(copying.peer.received[0]) == bits(value)


@untimed
@given(values)
def test_data_comes_back_as_it_was(copying: Talk, value: Any) -> None:
    assert bits(copying.request(value)) == bits(copy.deepcopy(value))


@untimed
@given(values)
def test_the_very_same_object_comes_back(value: Any) -> None:
    with talking(lambda operand: [operand, operand]) as talk:
        first, second = talk.request([value])
        assert first is second
        assert bits(first) == bits([value])


@untimed
@given(arrays())
def test_arrays_keep_their_layout_in_memory(copying: Talk, array: np.ndarray) -> None:
    copying.request(array)
    assert layout(copying.peer.received[0]) == layout(array)


class Point(NamedTuple):
    x: Any
    y: Any


class Colour(IntEnum):
    RED = 3


class Truth(str):
    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = str.__hash__


class Half(float):
    def __float__(self) -> float:
        return 0.5


class Long(list[int]):
    def __len__(self) -> int:
        return 99

    def __iter__(self) -> Iterator[int]:
        return iter([99])


class Labelled(np.ndarray):
    pass


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Colour.RED, 3),
        (Truth("x"), "x"),
        (Half(2.0), 2.0),
        (Long([1, 2]), [1, 2]),
        (type("Some", (OrderedDict,), {})(a=1), {"a": 1}),
        (type("Some", (Counter,), {})("aab"), {"a": 2, "b": 1}),
        (type("Some", (set,), {})([1]), {1}),
        (type("Some", (frozenset,), {})([1]), frozenset([1])),
        (type("Some", (bytes,), {})(b"x"), b"x"),
        (type("Some", (complex,), {})(1j), 1j),
        (np.arange(3).view(Labelled), np.arange(3)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_subclasses_cross_as_the_plain_type(value: Any, plain: Any) -> None:
    with talking(lambda _: None) as talk:
        talk.request(value)
        assert bits(talk.peer.received[0]) == bits(plain)


@pytest.mark.parametrize(
    "value",
    [
        object(),
        np.array([None, object()]),
        np.zeros(2, [("a", "i4")]),
        np.zeros(1, [("a", "i4")])[0],
        np.zeros(2, "V4"),
        np.dtype(object),
        np.dtype([("a", "i4")]),
        memoryview(b"x"),
        Exception("x"),
        NotImplemented,
        Point(1, object()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_everything_else_is_refused_before_it_is_sent(value: Any) -> None:
    with talking(lambda *_: "still here") as talk:
        with pytest.raises(TypeError, match="may not cross"):
            talk.request(value)
        assert talk.request(1) == "still here"


def test_one_object_twice_arrives_as_one_object() -> None:
    with talking(lambda a, b: (a is b, a[0] is a[1], a[0] is b[0])) as talk:
        inner = [1]
        outer = [inner, inner]
        assert talk.request(outer, outer) == (True, True, True)


def test_a_list_may_hold_itself() -> None:
    with talking(lambda a: a[0] is a) as talk:
        loop: list[Any] = []
        loop.append(loop)
        assert talk.request(loop) is True


def test_a_fresh_object_is_not_mistaken_for_an_earlier_one() -> None:
    with talking(lambda a: [0]) as talk:
        for number in range(50):
            assert talk.request([number]) == [0]


class ClaimsToBeAList:
    """Which ``isinstance`` takes for a list, as it does a mock with a specification."""

    __class__ = list  # type: ignore[assignment]

    def __call__(self) -> None: ...


def test_what_claims_to_be_data_crosses_as_the_object_that_it_is() -> None:
    claims = ClaimsToBeAList()
    assert isinstance(claims, list)
    with talking(lambda value: type(value) is Callback) as talk:
        assert talk.request(claims) is True
