"""Sigmoid, softmax, their logarithms, log-sum-exp: exact digits, invariances, edge cases."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.softmax import log_sigmoid, log_softmax, logsumexp, sigmoid, softmax
from tests.course_lib import exact
from tests.course_lib.softmax.strategies import dyadic, logits

INF, NAN = np.inf, np.nan
ROWWISE: list[Callable[..., Any]] = [softmax, log_softmax, logsumexp]
ELEMENTWISE: list[Callable[..., Any]] = [sigmoid, log_sigmoid]

each_rowwise = pytest.mark.parametrize("function", ROWWISE, ids=lambda f: f.__name__)
each_elementwise = pytest.mark.parametrize("function", ELEMENTWISE, ids=lambda f: f.__name__)
each_function = pytest.mark.parametrize("function", ROWWISE + ELEMENTWISE, ids=lambda f: f.__name__)
each_dtype = pytest.mark.parametrize("dtype", [np.float64, np.float32])


# ── Accuracy, against decimal arithmetic ──────────────────────────────────────────────────────────

FEW_DIGITS = Context(prec=60, Emax=10**9, Emin=-(10**9))


def normal_logits(k: int, dtype: Any) -> np.ndarray:
    return (3 * np.random.default_rng(k).normal(size=(max(3, 600 // k), k))).astype(dtype)


@each_dtype
@pytest.mark.parametrize("k", [2, 3, 10, 64, 65, 500])
def test_log_softmax_of_normal_logits_to_4_ulp(k: int, dtype: Any) -> None:
    for row in normal_logits(k, dtype):
        assert exact.ulps(log_softmax(row), exact.log_softmax(row, FEW_DIGITS)) <= 4


@each_dtype
@pytest.mark.parametrize("sign", [1, -1])
def test_log_softmax_near_ten_thousand_to_4_ulp(sign: int, dtype: Any) -> None:
    row = (sign * 1e4 + np.random.default_rng(3).normal(size=12)).astype(dtype)
    mixed = np.append(row, [-sign * 1e4, 0]).astype(dtype)
    for o in (row, mixed):
        assert exact.ulps(log_softmax(o), exact.log_softmax(o)) <= 4


@pytest.mark.parametrize("offset", [0.0, 1 / 3, -97.3])
@pytest.mark.parametrize("gap", [0.0, 1.0, 5.5, 17.3, 36.7, 40.0, 100.1, 300.7, 700.0])
def test_log_softmax_of_two_classes_to_4_ulp(gap: float, offset: float) -> None:
    row = np.array([gap, 0]) + offset
    assert exact.ulps(log_softmax(row), exact.log_softmax(row)) <= 4


@pytest.mark.parametrize("gap", [0.0, 1.0, 5.5, 17.3, 36.7, 80.0])
def test_log_softmax_of_two_classes_in_float32_to_4_ulp(gap: float) -> None:
    row = np.array([gap, 0], np.float32) + np.float32(1 / 3)
    assert exact.ulps(log_softmax(row), exact.log_softmax(row)) <= 4


@each_dtype
@pytest.mark.parametrize("k", [10, 65, 500])
def test_logsumexp_of_normal_numbers_to_1_ulp(k: int, dtype: Any) -> None:
    rows = normal_logits(k, dtype)[:100]
    for row, result in zip(rows, logsumexp(rows), strict=True):
        assert exact.ulps(np.array([result]), [exact.logsumexp(row, FEW_DIGITS)]) <= 1


@each_dtype
@pytest.mark.parametrize("spread", [0.01, 0.1, 1.0, 10.0, 100.0])
@pytest.mark.parametrize("k", [2, 3, 10, 65])
def test_logsumexp_where_nothing_cancels_to_2_ulp(k: int, spread: float, dtype: Any) -> None:
    """Of numbers ≥ 0 the maximum and log(1 + r) add up; NumPy's float32 exp costs one more."""
    rows = (spread * np.random.default_rng(k).normal(size=(1000 // k, k))).astype(dtype)
    rows -= rows.min(axis=1, keepdims=True)
    reference = [exact.logsumexp(row, FEW_DIGITS) for row in rows]
    assert exact.ulps(logsumexp(rows), reference) <= (2 if dtype is np.float64 else 3)


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=8))
def test_logsumexp_near_zero_to_an_absolute_tolerance(row: list[float]) -> None:
    centred = np.array(row) - logsumexp(row)
    reference = exact.logsumexp(centred, FEW_DIGITS)
    with localcontext(FEW_DIGITS):
        error = abs(Decimal(float(logsumexp(centred))) - reference)
    assert error <= 4 * np.finfo(np.float64).eps * max(1, np.abs(centred).max())


@each_dtype
@pytest.mark.parametrize("k", [2, 10, 64, 500])
def test_relative_error_of_softmax(k: int, dtype: Any) -> None:
    for row in normal_logits(k, dtype)[:60]:
        bound = (np.abs(row - row.max()) / 2 + 4) * np.finfo(dtype).eps
        for p, reference, most in zip(
            softmax(row), exact.softmax(row, FEW_DIGITS), bound, strict=True
        ):
            assert exact.relative_error(p, reference) <= most


@each_dtype
@pytest.mark.parametrize("spread", [0.01, 20.0, 200.0])
def test_relative_error_of_softmax_at_any_spread(spread: float, dtype: Any) -> None:
    """Where p is a normal number: below those there are fewer digits to be had."""
    least = np.finfo(dtype).smallest_normal
    for row in (spread * np.random.default_rng(5).normal(size=(20, 8))).astype(dtype):
        bound = (np.abs(row - row.max()) / 2 + 4) * np.finfo(dtype).eps
        references = exact.softmax(row, FEW_DIGITS)
        for p, reference, most in zip(softmax(row), references, bound, strict=True):
            assert p < least or exact.relative_error(p, reference) <= most


@each_dtype
@pytest.mark.parametrize("x", [0.0, 1e-9, 0.3, -0.3, 5.0, -5.0, 36.0, 40.0, -40.0, 80.0, -80.0])
def test_sigmoid_and_its_logarithm_to_4_ulp(x: float, dtype: Any) -> None:
    stored = dtype(x)
    with localcontext(exact.DIGITS):
        reference = 1 / (1 + (-Decimal(float(stored))).exp())
        assert exact.ulps(sigmoid([stored]).astype(dtype), [reference]) <= 4
        assert exact.ulps(log_sigmoid(np.array([stored])), [reference.ln()]) <= 4


# ── What holds for any input ──────────────────────────────────────────────────────────────────────


@given(logits(), dyadic)
def test_a_shift_changes_no_probability(o: np.ndarray, shift: float) -> None:
    assert_array_equal(softmax(o + shift), softmax(o))
    assert_array_equal(log_softmax(o + shift), log_softmax(o))
    assert_allclose(logsumexp(o + shift), logsumexp(o) + shift, rtol=1e-14, atol=1e-13)


@given(logits())
def test_probabilities_sum_to_one_and_agree_with_their_logarithms(o: np.ndarray) -> None:
    p = softmax(o)
    assert ((p >= 0) & (p <= 1)).all()
    assert (log_softmax(o) <= 0).all()
    assert_allclose(p.sum(axis=-1), 1, rtol=1e-14)
    assert_allclose(np.exp(log_softmax(o)), p, rtol=1e-13)


@given(logits())
def test_logsumexp_is_a_smooth_maximum(o: np.ndarray) -> None:
    total, largest = logsumexp(o), o.max(axis=-1)
    slack = 1e-14 * (1 + np.abs(largest))
    assert (total >= largest).all()
    assert (total <= largest + np.log(o.shape[1]) + slack).all()


@each_rowwise
@given(o=logits(), data=st.data())
def test_permuting_the_classes_permutes_the_result(
    function: Any, o: np.ndarray, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(o.shape[1])))
    permuted, straight = function(o[:, order]), function(o)
    assert_allclose(
        permuted, straight if function is logsumexp else straight[:, order], rtol=1e-14, atol=1e-300
    )


@given(st.lists(dyadic, min_size=1, max_size=9))
def test_two_classes_are_the_sigmoid(x: list[float]) -> None:
    pairs = np.column_stack([x, np.zeros(len(x))])
    assert_allclose(sigmoid(x), softmax(pairs)[:, 0], rtol=1e-15)
    assert_allclose(log_sigmoid(x), log_softmax(pairs)[:, 0], rtol=1e-15)


@given(st.lists(dyadic, min_size=1, max_size=9))
def test_sigmoid_of_the_opposite_is_the_complement(x: list[float]) -> None:
    assert_allclose(sigmoid(x) + sigmoid(np.negative(x)), 1, rtol=1e-15)


# ── Edge cases ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("row", "p", "log_p", "total"),
    [
        ([], [], [], -INF),
        ([3.0], [1], [0], 3),
        ([-INF], [NAN], [NAN], -INF),
        ([INF], [NAN], [NAN], INF),
        ([2.0, 2.0], [0.5, 0.5], [-np.log(2)] * 2, 2 + np.log(2)),
        ([1000.0, 0.0], [1, 0], [0, -1000], 1000),
        ([-1000.0, -1000.0], [0.5, 0.5], [-np.log(2)] * 2, -1000 + np.log(2)),
        ([0.0, -INF], [1, 0], [0, -INF], 0),
        ([-INF, -INF], [NAN, NAN], [NAN, NAN], -INF),
        ([0.0, INF], [NAN, NAN], [NAN, NAN], INF),
        ([INF, INF], [NAN, NAN], [NAN, NAN], INF),
        ([INF, -INF], [NAN, NAN], [NAN, NAN], INF),
        ([0.0, NAN], [NAN, NAN], [NAN, NAN], NAN),
        ([INF, NAN], [NAN, NAN], [NAN, NAN], NAN),
        ([1e308, -1e308], [1, 0], [0, -INF], 1e308),
        ([True, False], [1 / (1 + np.exp(-1)), 1 / (1 + np.e)], [-0.31326169, -1.31326169], None),
    ],
    ids=str,
)
@pytest.mark.parametrize("width", [0, 100], ids=["narrow", "wide"])
def test_edge_rows_without_a_warning(row: Any, p: Any, log_p: Any, total: Any, width: int) -> None:
    """Alone, and padded by classes of probability 0."""
    logits = np.append(np.asarray(row, dtype=float), np.full(width, -INF))
    kept = slice(0, len(row))
    assert_allclose(softmax(logits)[kept], p, rtol=1e-8)
    assert_allclose(log_softmax(logits)[kept], log_p, rtol=1e-8)
    if total is not None:
        assert_allclose(logsumexp(logits), total, rtol=1e-15)


@each_rowwise
def test_edge_rows_do_not_touch_their_neighbours(function: Any) -> None:
    rows = np.array([[1.0, 2.0], [INF, 0.0], [-INF, -INF], [NAN, 0.0], [1e4, -1e4], [3.0, 3.0]])
    for row, result in zip(rows, function(rows), strict=True):
        assert_array_equal(result, function(row))


@pytest.mark.parametrize(
    ("x", "p", "log_p"),
    [
        (0.0, 0.5, -np.log(2)),
        (INF, 1, 0),
        (-INF, 0, -INF),
        (NAN, NAN, NAN),
        (1e4, 1, 0),
        (-1e4, 0, -1e4),
        (True, 0.7310585786300049, -0.3132616875182228),
    ],
)
def test_sigmoid_edge_cases_without_a_warning(x: Any, p: float, log_p: float) -> None:
    assert_allclose(sigmoid(x), p, rtol=1e-15)
    assert_allclose(log_sigmoid(x), log_p, rtol=1e-15)


@each_rowwise
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_axis(function: Any, axis: int) -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    last = np.moveaxis(x, axis, -1)
    expected = function(last)
    if function is not logsumexp:
        expected = np.moveaxis(expected, -1, axis)
    assert_array_equal(function(x, axis=axis), expected)


def test_logsumexp_keeps_the_axis_if_asked() -> None:
    x = np.random.default_rng(0).normal(size=(2, 3, 4))
    assert logsumexp(x, axis=1, keepdims=True).shape == (2, 1, 4)
    assert_allclose(x - logsumexp(x, axis=1, keepdims=True), log_softmax(x, axis=1), rtol=1e-13)


@each_rowwise
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 3), (0, 0)])
def test_nothing_gives_nothing(function: Any, shape: tuple[int, ...]) -> None:
    result = function(np.empty(shape))
    assert np.shape(result) == (shape[:-1] if function is logsumexp else shape)
    assert (np.asarray(result) == -INF).all()


@each_function
@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (np.float32, np.float32),
        (np.float16, np.float16),
        (np.int64, np.float64),
        (np.uint8, np.float64),
        (np.bool_, np.float64),
    ],
)
def test_dtype(function: Any, dtype: Any, expected: Any) -> None:
    assert function(np.ones((2, 3), dtype)).dtype == expected


@each_function
def test_unsigned_integers_do_not_wrap_around(function: Any) -> None:
    x = np.array([[3, 200], [7, 7]], np.uint8)
    assert_array_equal(function(x), function(x.astype(float)))


@each_function
def test_input_is_left_alone_and_not_shared(function: Any) -> None:
    for shape in [(1, 4), (4, 1), (3, 4), (2, 100)]:
        x = np.random.default_rng(0).normal(size=shape)
        before = x.copy()
        x.flags.writeable = False
        result = function(x)
        assert_array_equal(x, before)
        assert not np.shares_memory(result, x)
        assert result.flags.writeable


@each_function
def test_non_contiguous_input(function: Any) -> None:
    table = np.random.default_rng(0).normal(size=(8, 12))
    strided = table[::2, ::-3]
    assert_array_equal(function(strided), function(strided.copy()))
    assert_array_equal(function(table.T), function(table.T.copy()))


@each_rowwise
@pytest.mark.parametrize("k", [1, 7, 64, 65, 40_000])
def test_rows_of_a_large_array_are_what_they_are_alone(function: Any, k: int) -> None:
    """Rows of a large array are what they are alone."""
    x = np.random.default_rng(k).normal(size=(100_000 // k + 3, k))
    whole = function(x)
    for i in (0, len(x) // 2, len(x) - 1):
        assert_allclose(whole[i], function(x[i]), rtol=1e-14)


# ── Errors ────────────────────────────────────────────────────────────────────────────────────────


@each_function
@pytest.mark.parametrize("bad", [["a"], [1j], None, [[1.0], [1.0, 2.0]]], ids=repr)
def test_other_things_than_numbers_are_refused(function: Any, bad: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^(x|logits) must"):
        function(bad)


@each_rowwise
@pytest.mark.parametrize(("shape", "axis"), [((), -1), ((3,), 1), ((2, 3), -3), ((2, 3), 2)])
def test_an_axis_that_is_not_there(function: Any, shape: tuple[int, ...], axis: int) -> None:
    wanted = f"axis must lie in .* got {axis}" if shape else "must be an array with at least one"
    with pytest.raises(ValueError, match=wanted):
        function(np.ones(shape), axis=axis)
