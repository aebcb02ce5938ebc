"""Tiles change the speed of a formula and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.arguments import RealArray
from course_lib.losses import huber_loss
from course_lib.tiling import TILE_BYTES, over_tiles, sum_over_tiles

TILE = TILE_BYTES // 8


def formula(first: RealArray, second: RealArray) -> tuple[RealArray, RealArray]:
    return first - second, first * second


@given(
    size=st.sampled_from([0, 1, TILE - 1, TILE, TILE + 1, 2 * TILE, 2 * TILE + 7]),
    dtype=st.sampled_from([np.float64, np.float32]),
)
def test_same_to_the_last_bit_as_the_formula(size: int, dtype: type) -> None:
    first, second = np.random.default_rng(size).normal(size=(2, size)).astype(dtype)
    for tiled, plain in zip(
        over_tiles(formula, first, second), formula(first, second), strict=True
    ):
        assert tiled.dtype == dtype
        assert_array_equal(tiled, plain)


@pytest.mark.parametrize("shape", [(3, TILE), (TILE, 3), (2, 3, TILE // 2)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_shape_and_order_are_kept(shape: tuple[int, ...], order: str) -> None:
    first, second = (
        np.asarray(table, order=order)  # type: ignore[call-overload]
        for table in np.random.default_rng(0).normal(size=(2, *shape))
    )
    for tiled, plain in zip(
        over_tiles(formula, first, second), formula(first, second), strict=True
    ):
        assert_array_equal(tiled, plain)


@pytest.mark.parametrize("scalar_first", [True, False])
def test_a_single_number_meets_every_tile(scalar_first: bool) -> None:
    long, number = np.arange(2.0 * TILE), np.array(3.0)
    arguments = (number, long) if scalar_first else (long, number)
    for tiled, plain in zip(over_tiles(formula, *arguments), formula(*arguments), strict=True):
        assert_array_equal(tiled, plain)


def test_the_formula_never_sees_more_than_a_tile() -> None:
    seen = []

    def recording(first: RealArray, second: RealArray) -> tuple[RealArray, RealArray]:
        seen.append(max(first.nbytes, second.nbytes))
        return formula(first, second)

    over_tiles(recording, np.ones(5 * TILE), np.ones(5 * TILE))
    assert len(seen) == 5
    assert max(seen) <= TILE_BYTES


def test_long_losses_equal_short_ones() -> None:
    y_true, y_pred = np.random.default_rng(0).normal(size=(2, 2 * TILE + 5))
    loss, gradient = huber_loss(y_true, y_pred, 0.7)
    for part in (slice(0, 10), slice(TILE - 5, TILE + 5), slice(-10, None)):
        short_loss, short_gradient = huber_loss(y_true[part], y_pred[part], 0.7)
        assert_array_equal(loss[part], short_loss)
        assert_array_equal(gradient[part], short_gradient)


@pytest.mark.parametrize(
    "shape", [(), (0,), (3, 0), (0, 3), (1,), (7,), (TILE + 3,), (3, TILE + 1), (2 * TILE, 2)]
)
def test_sums_along_the_last_axis(shape: tuple[int, ...]) -> None:
    first, second = np.random.default_rng(0).normal(size=(2, *shape, 5))
    for dtype in (np.float64, np.float32):
        a, b = first.astype(dtype), second.astype(dtype)
        total = sum_over_tiles(lambda a, b: a * b, a, b)
        assert total.dtype == np.float64
        assert_allclose(total, (a * b).sum(axis=-1, dtype=np.float64), rtol=1e-12, atol=1e-12)


def test_summed_terms_never_exceed_a_tile() -> None:
    seen = []

    def recording(table: RealArray) -> RealArray:
        seen.append(table.nbytes)
        return table

    for shape in [(5 * TILE,), (3, TILE + 1), (7 * TILE, 2)]:
        assert_array_equal(sum_over_tiles(recording, np.ones(shape)), np.ones(shape).sum(-1))
    assert max(seen) <= TILE_BYTES


def test_sums_take_arrays_that_are_views() -> None:
    table = np.arange(24.0).reshape(2, 3, 4)
    for view in (table.T, table[:, ::2], table[..., ::-1], np.broadcast_to(table[0], (5, 3, 4))):
        assert_array_equal(sum_over_tiles(np.square, view), np.square(view).sum(axis=-1))
