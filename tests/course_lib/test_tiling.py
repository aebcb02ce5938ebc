"""Tiles change the speed of a formula and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.arguments import RealArray
from course_lib.losses import huber_loss
from course_lib.tiling import (
    TILE_BYTES,
    over_row_tiles,
    over_tiles,
    row_sums,
    sum_over_tiles,
    tiles,
)

TILE = TILE_BYTES // 8


def plain(first: RealArray, second: RealArray) -> tuple[RealArray, RealArray]:
    return first - second, first * second


def formula(first: RealArray, second: RealArray, difference: RealArray, product: RealArray) -> None:
    difference[...], product[...] = plain(first, second)


@given(
    size=st.sampled_from([0, 1, TILE - 1, TILE, TILE + 1, 2 * TILE, 2 * TILE + 7]),
    dtype=st.sampled_from([np.float64, np.float32]),
)
def test_same_to_the_last_bit_as_the_formula(size: int, dtype: type) -> None:
    first, second = np.random.default_rng(size).normal(size=(2, size)).astype(dtype)
    for tiled, whole in zip(over_tiles(formula, first, second), plain(first, second), strict=True):
        assert tiled.dtype == dtype
        assert_array_equal(tiled, whole)


@pytest.mark.parametrize("shape", [(3, TILE), (TILE, 3), (2, 3, TILE // 2)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_shape_and_order_are_kept(shape: tuple[int, ...], order: str) -> None:
    first, second = (
        np.asarray(table, order=order)  # type: ignore[call-overload]
        for table in np.random.default_rng(0).normal(size=(2, *shape))
    )
    for tiled, whole in zip(over_tiles(formula, first, second), plain(first, second), strict=True):
        assert_array_equal(tiled, whole)


@pytest.mark.parametrize("scalar_first", [True, False])
def test_a_single_number_meets_every_tile(scalar_first: bool) -> None:
    long, number = np.arange(2.0 * TILE), np.array(3.0)
    arguments = (number, long) if scalar_first else (long, number)
    for tiled, whole in zip(over_tiles(formula, *arguments), plain(*arguments), strict=True):
        assert_array_equal(tiled, whole)


def test_the_formula_never_sees_more_than_a_tile() -> None:
    seen = []

    def recording(*arrays: RealArray) -> None:
        seen.append(max(array.nbytes for array in arrays))
        formula(*arrays)

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


@pytest.mark.parametrize("size", [0, 1, TILE, TILE + 1, 3 * TILE])
def test_tiles_make_up_the_array(size: int) -> None:
    sequence = np.arange(float(size))
    parts = list(tiles(sequence))
    assert all(part.nbytes <= TILE_BYTES and part.base is sequence for part in parts)
    assert_array_equal(np.concatenate([np.empty(0), *parts]), sequence)


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


# ── Rows ──────────────────────────────────────────────────────────────────────────────────────────


def centred(rows: RealArray, offsets: RealArray) -> tuple[RealArray, RealArray]:
    return rows - rows.max(axis=-1, keepdims=True, initial=-np.inf), offsets * rows[:, 0]


@pytest.mark.parametrize("k", [1, 10, 64, 65, 1000, TILE + 1])
@pytest.mark.parametrize("tiles", [0.01, 1, 2.5])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_row_tiles_are_the_same_to_the_last_bit(k: int, tiles: float, dtype: type) -> None:
    n = max(1, int(tiles * TILE_BYTES / (k * np.dtype(dtype).itemsize)))
    rows = np.random.default_rng(k).normal(size=(n, k)).astype(dtype)
    offsets = np.arange(n).astype(dtype)
    for tiled, plain in zip(
        over_row_tiles(centred, rows, offsets), centred(rows, offsets), strict=True
    ):
        assert tiled.dtype == plain.dtype
        assert tiled.flags.c_contiguous
        assert_array_equal(tiled, plain)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0), (0, 100)])
def test_row_tiles_of_nothing(shape: tuple[int, int]) -> None:
    first, second = over_row_tiles(lambda rows: (rows, rows.sum(axis=-1)), np.empty(shape))
    assert first.shape == shape
    assert second.shape == shape[:1]


@pytest.mark.parametrize(("k", "order"), [(10, "F"), (64, "F"), (65, "C"), (1000, "C")])
def test_short_rows_come_in_column_order(k: int, order: str) -> None:
    seen = []

    def recording(rows: RealArray) -> tuple[RealArray]:
        seen.append((rows.flags.f_contiguous, rows.flags.c_contiguous, rows.nbytes))
        return (rows,)

    over_row_tiles(recording, np.ones((3 * TILE // k, k)))
    assert len(seen) >= 3
    for in_columns, in_rows, size in seen[:3]:
        assert (in_columns, in_rows) == (order == "F", order == "C")
        assert size <= TILE_BYTES


@pytest.mark.parametrize("k", [0, 1, 7, 8, 9, 17, 64, 65, 1000])
@pytest.mark.parametrize("order", ["C", "F"])
def test_row_sums(k: int, order: str) -> None:
    rows = np.random.default_rng(k).integers(-99, 99, (5, k)).astype(float, order=order)
    before = rows.copy()
    assert_array_equal(row_sums(rows), rows.sum(axis=-1, keepdims=True))
    assert_array_equal(rows, before)


def test_row_sums_of_a_few_columns_are_rounded_as_few_times_as_pairs() -> None:
    rows = np.asfortranarray(np.random.default_rng(0).random((5000, 64)).astype(np.float32))
    exact = rows.astype(np.float64).sum(axis=-1, keepdims=True)
    error = np.abs(row_sums(rows) / exact - 1).max() / np.finfo(np.float32).eps
    assert error < 2
