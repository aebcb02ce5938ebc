"""Arrays that share memory still do on the other side, and what lies beside them does not cross."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.wire.buffers import Spans
from tests.autograder.wire.peer import talking
from tests.autograder.wire.strategies import untimed

SECRET = 123456.789


def cross(*operands: Any) -> list[Any]:
    with talking(lambda *_: None) as talk:
        talk.request(*operands)
        return talk.peer.received


slices = st.builds(
    slice, st.integers(0, 5), st.integers(6, 12), st.sampled_from([1, 2, 3])
) | st.just(slice(None, None, -1))


@untimed
@given(slices, slices, st.booleans())
def test_views_of_one_array_stay_views_of_each_other(one: slice, two: slice, last: bool) -> None:
    base = np.arange(12.0)
    operands = [base[one], base[two], base] if last else [base, base[one], base[two]]
    received = cross(*operands)
    for i in range(3):
        for j in range(3):
            expected = np.shares_memory(operands[i], operands[j])
            assert np.shares_memory(received[i], received[j]) == expected
    received[0][...] = -1.0
    operands[0][...] = -1.0
    for ours, theirs in zip(operands, received, strict=True):
        np.testing.assert_array_equal(theirs, ours)


def test_separate_arrays_stay_separate() -> None:
    one, two = cross(np.zeros(3), np.zeros(3))
    assert not np.shares_memory(one, two)


def test_a_read_only_view_of_a_writeable_array_stays_read_only() -> None:
    base = np.arange(4.0)
    view = base[1:]
    view.flags.writeable = False
    for operands in ([base, view], [view, base]):
        received = cross(*operands)
        assert [a.flags.writeable for a in received] == [a.flags.writeable for a in operands]
        assert np.shares_memory(*received)


def columns(dtype: str = "f8") -> list[np.ndarray]:
    """Arrays beside which a secret lies in memory."""
    table = np.full((40, 3), SECRET, dtype)
    wide = np.full((40, 300), SECRET, dtype)
    table[:, 0] = table[::2, 2] = wide[:, 0] = 0.0
    return [table[:, 0], table[:, 0][::-1], table[::2, 2], wide[:, 0], table.T[0], wide[:, :1]]


@pytest.mark.parametrize("number", range(len(columns())))
def test_what_lies_beside_an_array_does_not_cross(number: int) -> None:
    spans = Spans(1 << 20)
    spans.add(columns()[number])
    assert not np.frombuffer(b"".join(spans.pack())).any()


@pytest.mark.parametrize("number", range(len(columns())))
def test_an_array_with_gaps_still_has_gaps(number: int) -> None:
    array = columns()[number]
    (received,) = cross(array)
    assert received.flags.c_contiguous == array.flags.c_contiguous
    np.testing.assert_array_equal(received, array)


def test_a_returned_view_of_an_argument_is_a_view_here() -> None:
    with talking(lambda a: a[1::2]) as talk:
        array = np.arange(6.0)
        view = talk.request(array)
        view[0] = -1.0
        assert array[1] == -1.0


def test_a_returned_transpose_is_a_view_here() -> None:
    with talking(lambda a: a.T) as talk:
        array = np.arange(6.0).reshape(2, 3)
        result = talk.request(array)
        assert result.shape == (3, 2)
        assert np.shares_memory(result, array)


def test_a_returned_copy_is_no_view_here() -> None:
    with talking(lambda a: a.copy()) as talk:
        array = np.arange(6.0)
        assert not np.shares_memory(talk.request(array), array)


def test_returned_arrays_that_share_memory_do_so_here() -> None:
    def halves(_: object) -> tuple[Any, Any]:
        fresh = np.arange(6.0)
        return fresh[:4], fresh[2:]

    with talking(halves) as talk:
        one, two = talk.request(None)
        one[2] = -1.0
        assert two[0] == -1.0


def test_what_arrives_can_be_written_to_without_touching_the_original() -> None:
    array = np.arange(3.0)
    (received,) = cross(array)
    received[0] = -1.0
    assert array[0] == 0.0


def test_a_broadcast_array_crosses_without_being_blown_up() -> None:
    array = np.broadcast_to(np.float64(2.0), (1000, 1000))
    spans = Spans(array.nbytes)
    spans.add(array)
    assert sum(map(len, spans.pack())) < 100
    (received,) = cross(array)
    np.testing.assert_array_equal(received, array)
