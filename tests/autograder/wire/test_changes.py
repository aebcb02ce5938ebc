"""What the other side changes in place is changed here as well, after the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.autograder.wire.peer import talking
from tests.autograder.wire.strategies import bits, texts, untimed, values


def changed(function: Callable[..., object], *operands: Any) -> Any:
    """The result of calling ``function`` over there; ``operands`` are as it leaves them."""
    with talking(function) as talk:
        return talk.request(*operands)


@untimed
@given(st.lists(values, max_size=4), st.lists(values, max_size=3))
def test_a_list_gets_its_new_items(items: list[Any], new: list[Any]) -> None:
    here = list(items)

    def change(there: list[Any]) -> None:
        there[:1] = new

    changed(change, here)
    items[:1] = new
    assert bits(here) == bits(items)


@untimed
@given(st.dictionaries(texts, values, max_size=4), st.dictionaries(texts, values, max_size=2))
def test_a_dict_gets_its_new_items_in_order(items: dict[Any, Any], new: dict[Any, Any]) -> None:
    here = dict(items)

    def change(there: dict[Any, Any]) -> None:
        if there:
            del there[next(iter(there))]
        there.update(new)

    changed(change, here)
    change(items)
    assert bits(here) == bits(items)


def test_a_set_gets_its_new_items() -> None:
    here = {1, 2}
    changed(lambda there: (there.add("x"), there.remove(1)), here)
    assert here == {2, "x"}


def _sort(there: list[int]) -> None:
    there.sort()


def test_a_long_list_is_sorted_in_place() -> None:
    here = list(range(100, 0, -1))
    assert changed(_sort, here) is None
    assert here == list(range(1, 101))


def _fill(there: np.ndarray) -> None:
    there[...] = 7


@pytest.mark.parametrize(
    "view",
    [
        np.s_[:],
        np.s_[::2],
        np.s_[::-1],
        np.s_[2:5],
        np.s_[0:0],
    ],
    ids=str,
)
def test_an_array_gets_its_new_numbers_and_its_neighbours_keep_theirs(view: slice) -> None:
    here, expected = np.arange(9.0), np.arange(9.0)
    expected[view] = 7
    changed(_fill, here[view])
    np.testing.assert_array_equal(here, expected)


def test_a_column_of_a_large_table_gets_its_new_numbers() -> None:
    table = np.zeros((1000, 300))
    changed(_fill, table[:, 5])
    assert table.sum() == 7 * 1000
    assert (table[:, 5] == 7).all()


def test_both_of_two_overlapping_views_show_the_change() -> None:
    base = np.zeros(5)
    changed(lambda one, two: _fill(one), base[:3], base[2:])
    np.testing.assert_array_equal(base, [7, 7, 7, 0, 0])


def test_nan_and_the_sign_of_zero_are_changes() -> None:
    here = np.zeros(2)

    def change(there: np.ndarray) -> None:
        there[:] = [np.nan, -0.0]

    changed(change, here)
    assert np.isnan(here[0])
    assert np.signbit(here[1])


def test_a_read_only_array_keeps_its_numbers() -> None:
    here = np.zeros(3)
    here.flags.writeable = False

    def force(there: np.ndarray) -> None:
        there.flags.writeable = True
        there[:] = 7

    changed(force, here)
    np.testing.assert_array_equal(here, np.zeros(3))


def test_writing_to_a_read_only_array_fails_there_as_it_would_here() -> None:
    here = np.zeros(3)
    here.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        changed(_fill, here)


def test_containers_made_there_come_back_whole() -> None:
    here: list[Any] = [0]

    def change(there: list[Any]) -> None:
        inner = {"new": [1, 2]}
        there[:] = [inner, inner, np.arange(3.0)]

    changed(change, here)
    assert here[0] == {"new": [1, 2]}
    assert here[0] is here[1]
    np.testing.assert_array_equal(here[2], np.arange(3.0))


def test_an_array_inside_a_list_inside_a_dict_is_changed_in_place() -> None:
    array = np.zeros(2)
    here = {"a": [array]}
    changed(lambda there: _fill(there["a"][0]), here)
    assert here["a"][0] is array
    np.testing.assert_array_equal(array, [7, 7])


def test_a_container_inside_an_immutable_one_is_changed_in_place() -> None:
    inner = [1]
    changed(lambda there: there[0].append(2), (inner,))
    assert inner == [1, 2]


def test_one_operand_put_into_another_is_that_operand_here() -> None:
    inner: list[int] = [1]
    outer: list[object] = []
    changed(lambda a, b: b.append(a), inner, outer)
    assert outer[0] is inner


def test_the_result_knows_objects_that_a_change_brought() -> None:
    here: list[Any] = []

    def change(there: list[Any]) -> Any:
        there.append([5])
        return there[0]

    assert changed(change, here) is here[0]


def test_changes_made_before_an_exception_count() -> None:
    here = [1]

    def change(there: list[int]) -> None:
        there.append(2)
        raise ValueError("too late")

    with pytest.raises(ValueError, match="too late"):
        changed(change, here)
    assert here == [1, 2]


def test_untouched_operands_do_not_cross_back() -> None:
    with talking(lambda a, b: b.append(1)) as talk:
        here = np.zeros(3)
        other: list[int] = []
        here_before = here.copy()
        talk.request(here, other)
        np.testing.assert_array_equal(here, here_before)
        assert other == [1]
