"""The form of the input changes no result: its type, its layout, its writeability."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from tests.course_lib.edges.expected import assert_same
from tests.course_lib.ordinary import ARGUMENTS, ARRAYS, call, kind, parts
from tests.course_lib.public import FUNCTIONS

each_function = pytest.mark.parametrize("name", FUNCTIONS)


def arrays_of(name: str) -> list[str]:
    return [argument for argument in ARGUMENTS[name] if kind(name, argument) in ARRAYS]


def changed(name: str, change: Callable[[Any], Any]) -> dict[str, Any]:
    return {argument: change(ARGUMENTS[name][argument]) for argument in arrays_of(name)}


# ── Type ──────────────────────────────────────────────────────────────────────────────────────────


def certain(p: np.ndarray) -> np.ndarray:
    """A distribution of whole numbers: all probability on one outcome."""
    whole = np.zeros(p.shape)
    whole[..., -1] = 1
    if p.ndim == 2 and p.sum() == 1:
        whole[:-1] = 0  # a table of a joint distribution
    return whole


def whole_numbers(name: str, dtype: Any) -> dict[str, Any]:
    arrays = changed(name, lambda array: array)
    for argument, array in arrays.items():
        values = certain(array) if kind(name, argument) == "distribution" else array
        assert (values == np.rint(values)).all()
        arrays[argument] = values if array.dtype.kind == "i" else values.astype(dtype)
    return arrays


@each_function
def test_integers_are_the_numbers_that_they_are(name: str) -> None:
    assert_same(call(name, whole_numbers(name, np.int64)), call(name, whole_numbers(name, float)))


@each_function
def test_lists_are_accepted(name: str) -> None:
    assert_same(call(name, changed(name, np.ndarray.tolist)), call(name))


IN_FLOAT64 = {
    # A count, a probability, an estimate: no array in the precision of the data.
    "likelihood.categorical_mle",
    "losses.influence",
    "map_estimation.gradient_descent",
    "map_estimation.stochastic_gradient_descent",
    "softmax.one_hot",
    "softmax.reliability",
    "softmax.softmax_regression_fit",
} | {name for name in FUNCTIONS if name.startswith(("exponential_families", "gradients"))}


@each_function
def test_float32_stays_and_numbers_are_floats(name: str) -> None:
    """Arrays keep the precision of the data; totals are Python's float, summed in float64."""

    def single(array: Any) -> Any:
        return array if array.dtype.kind == "i" else array.astype(np.float32)

    result = call(name, changed(name, single))
    wanted = np.dtype(np.float64 if name in IN_FLOAT64 else np.float32)
    for part, double in zip(parts(result), parts(call(name)), strict=True):
        if isinstance(part, np.ndarray):
            assert part.dtype in {wanted, np.dtype(np.intp)}
        else:
            assert isinstance(part, float | int | bool | str | list)
        if not isinstance(part, str | list):
            assert_allclose(part, double, rtol=1e-5, atol=1e-6)


# ── Layout and writeability ───────────────────────────────────────────────────────────────────────


def strided(array: np.ndarray) -> np.ndarray:
    """The same numbers, each followed by others in memory, in the order of columns."""
    wide = np.full([2 * length for length in array.shape], 77, array.dtype, order="F")
    view = wide[tuple(slice(None, None, -2) for _ in array.shape)]
    view[...] = array
    return view


@each_function
def test_non_contiguous_arrays_give_the_same(name: str) -> None:
    assert_same(call(name, changed(name, strided)), call(name), rtol=1e-14)


@each_function
def test_read_only_arrays_are_left_alone(name: str) -> None:
    arrays = changed(name, np.array)
    for array in arrays.values():
        array.flags.writeable = False
    assert_same(call(name, arrays), call(name), rtol=0)
    for argument, array in arrays.items():
        assert_array_equal(array, ARGUMENTS[name][argument])


@each_function
def test_results_share_no_memory_with_the_input(name: str) -> None:
    """Writing into a result must not change the data."""
    arrays = changed(name, np.array)
    for part in parts(call(name, arrays)):
        if isinstance(part, np.ndarray):
            assert part.flags.writeable
            assert not any(np.shares_memory(part, array) for array in arrays.values())
