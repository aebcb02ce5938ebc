"""The location estimators: trimmed mean, Huber's minimiser, and their influence curves."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.datasets import newcomb
from course_lib.losses import huber_location, huber_loss, influence, trimmed_mean

EPS = np.finfo(np.float64).eps

reals = st.floats(-1e6, 1e6)
samples = st.lists(reals, min_size=1, max_size=40)
dyadic_samples = st.lists(st.integers(-999, 999).map(lambda i: i / 8), min_size=1, max_size=30)
# Multiples of 1/64: alpha·n is then exact, and the cut is not a matter of rounding.
alphas = st.integers(0, 31).map(lambda i: i / 64)
deltas = st.floats(0.01, 100.0)


# ── Trimmed mean ──────────────────────────────────────────────────────────────────────────────────


def exact_trimmed_mean(x: list[float], alpha: float) -> Fraction:
    cut = int(Fraction(alpha) * len(x))
    kept = sorted(map(Fraction, x))[cut : len(x) - cut]
    return sum(kept, Fraction(0)) / len(kept)


@given(samples, alphas)
def test_trimmed_mean_against_exact_arithmetic(x: list[float], alpha: float) -> None:
    error = abs(Fraction(trimmed_mean(x, alpha)) - exact_trimmed_mean(x, alpha))
    assert error <= 8 * Fraction(EPS) * max(map(abs, map(Fraction, x)))


@pytest.mark.parametrize(
    ("n", "alpha", "cut"),
    [(100, 0.29, 29), (10, 0.3, 3), (1000, 0.001, 1), (7, 0.2, 1), (10, 0.09, 0), (1, 0.49, 0)],
)
def test_number_cut_on_each_side(n: int, alpha: float, cut: int) -> None:
    x = np.arange(float(n)) ** 3  # of no two cuts is the mean the same
    assert_allclose(trimmed_mean(x, alpha), x[cut : n - cut].mean(), rtol=1e-14)


@given(samples)
def test_alpha_zero_is_the_mean(x: list[float]) -> None:
    assert trimmed_mean(x, 0) == np.mean(x)


@given(samples)
def test_alpha_near_one_half_is_the_median(x: list[float]) -> None:
    assert_allclose(trimmed_mean(x, 0.5 - 1e-15), np.median(x), rtol=1e-15)


@given(samples, alphas, st.randoms(use_true_random=False))
def test_trimmed_mean_ignores_the_order(x: list[float], alpha: float, random: Any) -> None:
    shuffled = random.sample(x, len(x))
    assert_allclose(
        trimmed_mean(shuffled, alpha), trimmed_mean(x, alpha), atol=8 * EPS * max(map(abs, x))
    )


@given(dyadic_samples, alphas, st.integers(-99, 99), st.sampled_from([-4.0, -1.0, 0.5, 8.0]))
def test_trimmed_mean_follows_shift_and_unit(
    x: list[float], alpha: float, shift: int, unit: float
) -> None:
    moved = trimmed_mean(unit * np.array(x) + shift, alpha)
    assert_allclose(moved, unit * trimmed_mean(x, alpha) + shift, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("outlier", [1e3, 1e300, np.inf])
def test_a_trimmed_point_has_no_say(outlier: float) -> None:
    x = np.array([3.0, 1.0, 2.0, 5.0, 4.0])
    y = np.where(x == 5, outlier, x)
    assert trimmed_mean(y, 0.2) == trimmed_mean(x, 0.2) == 3


@pytest.mark.parametrize(
    ("x", "alpha", "wanted"),
    [
        ([7.0], 0.4, 7.0),
        ([2.0] * 9, 0.25, 2.0),
        ([1, 2, 3, 5], 0.25, 2.5),
        ([True, False], 0.0, 0.5),
        ([1.0, np.inf], 0.0, np.inf),
        ([1.0, -np.inf], 0.0, -np.inf),
        ([np.inf, -np.inf], 0.0, np.nan),
        ([np.inf, -np.inf, 1.0], 0.4, 1.0),
        ([np.inf, np.inf, 1.0], 0.4, np.inf),
        ([np.nan, 1.0, 2.0, 3.0, 4.0], 0.4, np.nan),
        ([np.nan], 0.0, np.nan),
    ],
    ids=repr,
)
def test_trimmed_mean_edge_cases(x: Any, alpha: float, wanted: float) -> None:
    result = trimmed_mean(x, alpha)
    assert type(result) is float
    assert_array_equal(result, wanted)


def test_trimmed_mean_of_float32_is_accumulated_in_float64() -> None:
    x = np.full(10_001, 0.1, dtype=np.float32)
    assert_allclose(trimmed_mean(x, 0.1), float(np.float32(0.1)), rtol=1e-15)


@pytest.mark.parametrize("estimator", [trimmed_mean, huber_location])
def test_input_is_not_changed(estimator: Any) -> None:
    x = np.array([3.0, 1.0, 2.0, 9.0, -4.0, 5.0])
    before = x.copy()
    x.flags.writeable = False
    estimator(x, 0.3)
    assert_array_equal(x, before)


@pytest.mark.parametrize("estimator", [trimmed_mean, huber_location])
def test_non_contiguous_sample(estimator: Any) -> None:
    x = np.arange(40.0) ** 2
    assert estimator(x[::-3], 0.2) == estimator(x[::-3].copy(), 0.2)


@pytest.mark.parametrize("estimator", [trimmed_mean, huber_location])
@pytest.mark.parametrize(
    ("x", "error", "words"),
    [
        ([], ValueError, r"n >= 1, got shape \(0,\)"),
        (3.0, ValueError, r"got shape \(\)"),
        (np.ones((2, 3)), ValueError, r"got shape \(2, 3\).*ravel"),
        (["a"], TypeError, "x must hold real numbers"),
        ([1j], TypeError, "x must hold real numbers"),
    ],
)
def test_bad_sample_is_named(estimator: Any, x: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        estimator(x, 0.3)


@pytest.mark.parametrize("alpha", [-0.1, 0.5, 1.0, 10, np.nan, np.inf])
def test_alpha_outside_its_range(alpha: float) -> None:
    with pytest.raises(ValueError, match=r"alpha .* 0 <= alpha < 0.5"):
        trimmed_mean([1.0, 2.0], alpha)


@pytest.mark.parametrize("alpha", ["0.1", None, [0.1], 1j])
def test_alpha_of_another_type(alpha: Any) -> None:
    with pytest.raises(TypeError, match="alpha must be a single real number"):
        trimmed_mean([1.0, 2.0], alpha)


@pytest.mark.parametrize("delta", [0, -1, np.nan, np.inf])
def test_delta_outside_its_range(delta: float) -> None:
    with pytest.raises(ValueError, match="delta must be positive and finite"):
        huber_location([1.0, 2.0], delta)


# ── Huber's minimiser ─────────────────────────────────────────────────────────────────────────────


def exact_huber_location(x: list[float], delta: float) -> Fraction:
    """Middle of the set of minimisers, from the total force at all kinks, in exact arithmetic."""
    points, bound = list(map(Fraction, x)), Fraction(delta)

    def force(m: Fraction) -> Fraction:
        return sum((max(-bound, min(bound, m - p)) for p in points), Fraction(0))

    kinks = sorted({p + side * bound for p in points for side in (-1, 1)})
    zeros = [kink for kink in kinks if force(kink) == 0]
    for left, right in pairwise(kinks):
        if force(left) < 0 < force(right):
            zeros.append(left - force(left) * (right - left) / (force(right) - force(left)))
    return (min(zeros) + max(zeros)) / 2


@given(dyadic_samples, st.integers(1, 400).map(lambda i: i / 8))
def test_huber_location_against_exact_arithmetic(x: list[float], delta: float) -> None:
    error = abs(Fraction(huber_location(x, delta)) - exact_huber_location(x, delta))
    assert error <= 64 * Fraction(EPS) * (max(map(abs, map(Fraction, x))) + Fraction(delta))


@given(samples, deltas)
def test_forces_balance_at_the_minimiser(x: list[float], delta: float) -> None:
    m = huber_location(x, delta)
    _, pulls = huber_loss(x, m, delta)
    tolerance = len(x) * 8 * EPS * (abs(m) + delta)
    assert abs(pulls.sum()) <= tolerance


@given(samples, deltas, reals)
def test_no_other_constant_has_a_smaller_loss(x: list[float], delta: float, other: float) -> None:
    best = huber_loss(x, huber_location(x, delta), delta)[0].sum()
    assert best <= huber_loss(x, other, delta)[0].sum() * (1 + 1e-12) + 1e-12


@given(samples)
def test_large_delta_gives_the_mean(x: list[float]) -> None:
    assert_allclose(huber_location(x, 1e7), np.mean(x), rtol=1e-12, atol=1e-9)


@given(dyadic_samples)
def test_small_delta_gives_the_median(x: list[float]) -> None:
    assert abs(huber_location(x, 1e-9) - np.median(x)) <= 2e-9 * len(x)


@given(dyadic_samples, st.integers(1, 99), st.integers(-99, 99), st.sampled_from([-4.0, 0.5, 8.0]))
def test_huber_location_follows_shift_and_unit(
    x: list[float], delta: int, shift: int, unit: float
) -> None:
    moved = huber_location(unit * np.array(x) + shift, abs(unit) * delta)
    assert_allclose(moved, unit * huber_location(x, delta) + shift, rtol=1e-11, atol=1e-11)


def test_huber_location_keeps_its_digits_at_a_large_offset() -> None:
    x = np.array([0.0, 1.0, 2.0, 4.0, 100.0])
    assert huber_location(x + 2.0**40, 3) - 2.0**40 == pytest.approx(huber_location(x, 3), abs=1e-3)


@pytest.mark.parametrize(
    ("x", "delta", "wanted"),
    [
        ([5.0], 2.0, 5.0),
        ([3, 3, 3], 0.5, 3.0),
        ([0.0, 10.0], 1.0, 5.0),  # all of [1, 9] minimises
        ([0.0, 2.0], 1.0, 1.0),  # a gap of exactly 2δ
        ([0.0, 1.0, np.inf], 2.0, 1.5),
        ([0.0, 1.0, 2.0, -np.inf], 2.0, 1 / 3),
        ([1.0, np.inf, np.inf], 2.0, np.inf),
        ([-np.inf, np.inf], 2.0, np.nan),
        ([1.0, np.inf], 2.0, np.inf),
        ([1.0, np.nan, 2.0], 2.0, np.nan),
        ([1e300, 1e300, -1e300], 1.0, 1e300),
        ([1e20, 1e20, 3e20], 1e-3, 1e20),
        ([1.0, 2.0, 6.0], 1e308, 3.0),
        ([1e-320, 0.0, 3e-320], 1e-310, 4e-320 / 3),
    ],
    ids=repr,
)
def test_huber_location_edge_cases(x: Any, delta: float, wanted: float) -> None:
    result = huber_location(x, delta)
    assert type(result) is float
    assert_allclose(result, wanted, rtol=1e-15)


def test_the_trimmed_mean_is_not_hubers_minimiser() -> None:
    """The lecture's slide puts one under the title of the other (erratum E6)."""
    x = newcomb()
    assert round(trimmed_mean(x, 0.1), 2) == 27.43
    assert round(huber_location(x, 6.0), 2) == 27.38


# ── Influence ─────────────────────────────────────────────────────────────────────────────────────


@given(dyadic_samples, st.floats(-1e6, 1e6))
def test_influence_on_the_mean_is_the_distance_from_it(x: list[float], z: float) -> None:
    assert_allclose(influence(np.mean, x, z), z - np.mean(x), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("sign", [-1, 1])
def test_robust_estimators_have_bounded_influence(sign: int) -> None:
    x = newcomb()
    for estimator in (
        np.median,
        lambda sample: trimmed_mean(sample, 0.1),
        lambda sample: huber_location(sample, 5.0),
    ):
        near, far = influence(estimator, x, [sign * 1e3, sign * 1e9])
        assert_allclose(far, near, rtol=1e-6)
        assert abs(far) < 30


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3)])
def test_influence_has_the_shape_of_the_outliers(shape: tuple[int, ...]) -> None:
    assert influence(np.median, [1.0, 2.0, 4.0], np.ones(shape)).shape == shape


def test_influence_leaves_the_sample_alone() -> None:
    x = np.array([2.0, 1.0])
    x.flags.writeable = False
    assert_array_equal(influence(np.mean, x, [1.5, 4.5]), [0.0, 3.0])
