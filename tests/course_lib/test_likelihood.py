"""Likelihoods and their maximisers: exact values, derivatives, optimality, edge cases, errors."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.gradients import central_difference
from course_lib.likelihood import (
    bernoulli_mle,
    bernoulli_nll,
    categorical_mle,
    gaussian_log_pdf,
    gaussian_mle,
    gaussian_nll,
    laplace_mle,
)
from tests.course_lib import exact

EPS = np.finfo(np.float64).eps
INF, NAN = np.inf, np.nan

TINY = np.finfo(float).tiny
samples = st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=1, max_size=30)
spread_samples = st.lists(
    st.integers(-999, 999).map(lambda i: i / 8), min_size=2, max_size=30
).filter(lambda x: len(set(x)) > 1)
coins = st.lists(st.integers(0, 1), min_size=1, max_size=30)


# ── Gaussian: density and likelihood ──────────────────────────────────────────────────────────────


def exact_gaussian_nll(x: list[float], mu: float, sigma2: float) -> tuple[Decimal, ...]:
    with localcontext(exact.DIGITS):
        mean, variance, n = Decimal(mu), Decimal(sigma2), len(x)
        residuals = [value - mean for value in exact.decimals(x)]
        squares = sum((r * r for r in residuals), Decimal(0))
        two_pi = 2 * Decimal(
            "3.14159265358979323846264338327950288419716939937510582097494459230781640629"
        )
        return (
            n * (two_pi * variance).ln() / 2 + squares / (2 * variance),
            -sum(residuals, Decimal(0)) / variance,
            n / (2 * variance) - squares / (2 * variance**2),
        )


@given(samples, st.floats(-1e6, 1e6), st.floats(1e-3, 1e9))
def test_gaussian_nll_and_derivatives_are_exact_to_rounding(
    x: list[float], mu: float, sigma2: float
) -> None:
    n, residual = len(x), np.abs(np.array(x) - mu)
    sizes = (
        n * (2 + abs(math.log(sigma2))) + (residual**2).sum() / sigma2,
        residual.sum() / sigma2,
        (n + (residual**2).sum() / sigma2) / sigma2,
    )
    for got, wanted, size in zip(
        gaussian_nll(x, mu, sigma2), exact_gaussian_nll(x, mu, sigma2), sizes, strict=True
    ):
        # Below the normal numbers a double is exact to an absolute, not a relative, amount.
        assert abs(Fraction(got) - Fraction(wanted)) <= 8 * EPS * (size + TINY)


def test_gaussian_nll_by_hand() -> None:
    nll, dmu, dsigma2 = gaussian_nll([1.0, 3.0], 2.0, 4.0)
    assert_allclose(nll, math.log(8 * math.pi) + 0.25, rtol=1e-15)
    assert dmu == 0
    assert dsigma2 == 2 / 8 - 2 / 32


@given(spread_samples, st.floats(-100, 100), st.floats(0.5, 100))
def test_gaussian_derivatives_agree_with_central_differences(
    x: list[float], mu: float, sigma2: float
) -> None:
    _, dmu, dsigma2 = gaussian_nll(x, mu, sigma2)
    noise = 1e-9 * abs(gaussian_nll(x, mu, sigma2)[0])
    numeric_mu = central_difference(lambda m: gaussian_nll(x, float(m), sigma2)[0], mu)
    numeric_sigma2 = central_difference(lambda s: gaussian_nll(x, mu, float(s))[0], sigma2)
    assert_allclose(dmu, numeric_mu, rtol=1e-6, atol=noise)
    assert_allclose(dsigma2, numeric_sigma2, rtol=1e-6, atol=noise)


@given(samples, st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_the_likelihood_is_the_product_of_the_densities(
    x: list[float], mu: float, sigma2: float
) -> None:
    logs = gaussian_log_pdf(x, mu, sigma2)
    assert_allclose(-logs.sum(), gaussian_nll(x, mu, sigma2)[0], rtol=1e-13, atol=1e-12)


def test_the_density_integrates_to_one() -> None:
    grid = np.linspace(-40, 60, 20_001)
    density = np.exp(gaussian_log_pdf(grid, 3.0, 7.0))
    assert_allclose(np.trapezoid(density, grid), 1, rtol=1e-12)


@pytest.mark.parametrize(
    ("x", "mu", "sigma2", "wanted"),
    [
        (0.0, 0.0, 1.0, -0.9189385332046727),
        (INF, 0.0, 1.0, -INF),
        (0.0, INF, 1.0, -INF),
        (INF, INF, 1.0, NAN),
        (NAN, 0.0, 1.0, NAN),
        (1e200, 0.0, 1.0, -INF),
        (0.0, 0.0, 2.0**-1074, (1074 * math.log(2) - math.log(2 * math.pi)) / 2),
        (0.0, 0.0, 2.0**1023, -(1023 * math.log(2) + math.log(2 * math.pi)) / 2),
        (True, 1, 1, -0.9189385332046727),
    ],
)
def test_log_density_edge_cases_without_a_warning(
    x: Any, mu: float, sigma2: float, wanted: float
) -> None:
    assert_allclose(gaussian_log_pdf(x, mu, sigma2), wanted, rtol=1e-9)
    assert_allclose(gaussian_nll([x], mu, sigma2)[0], -wanted, rtol=1e-9)


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 1, 3)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8])
def test_log_density_shape_and_dtype(shape: tuple[int, ...], dtype: Any) -> None:
    result = gaussian_log_pdf(np.ones(shape, dtype), 2, 0.5)
    assert np.shape(result) == shape
    assert result.dtype == (np.float32 if dtype is np.float32 else np.float64)
    assert_allclose(result, -0.5 * math.log(math.pi) - 1, rtol=1e-6)


def test_no_data_have_likelihood_one() -> None:
    assert gaussian_nll([], 1.0, 2.0) == (0, 0, 0)
    assert bernoulli_nll([], 1.0) == (0, 0)


def test_one_variance_for_zero_spread_has_no_bound() -> None:
    """E2: with all numbers equal to μ the NLL falls without end as σ² → 0."""
    nlls = [gaussian_nll([5.0, 5.0], 5.0, sigma2)[0] for sigma2 in (1.0, 1e-10, 1e-100, 1e-300)]
    assert nlls == sorted(nlls, reverse=True)
    assert nlls[-1] < -600


# ── Gaussian: estimators ──────────────────────────────────────────────────────────────────────────


@given(samples)
def test_mean_and_variance_against_exact_arithmetic(x: list[float]) -> None:
    mean, variance = exact.mean_and_variance(x)
    mu, sigma2 = gaussian_mle(x)
    assert abs(Fraction(mu) - mean) <= 2 * EPS * max(map(abs, map(Fraction, x)))
    assert sigma2 >= 0
    assert abs(Fraction(sigma2) - variance) <= 8 * EPS * variance + Fraction(1, 10**300)


@given(spread_samples, st.sampled_from([1e9, -1e9, 1e12, 1e15]))
def test_a_large_offset_costs_the_variance_nothing(x: list[float], offset: float) -> None:
    moved = np.array(x) + offset
    mean, variance = exact.mean_and_variance(moved)
    mu, sigma2 = gaussian_mle(moved)
    assert abs(Fraction(mu) - mean) <= EPS * abs(mean)
    assert exact.relative_error(sigma2, variance) <= 1e-14 if variance else sigma2 == 0


def test_at_offset_1e15_the_variance_is_exact_and_numpys_is_not() -> None:
    x = 1e15 + np.random.default_rng(0).integers(0, 8, 1000) / 8
    _, variance = exact.mean_and_variance(x)
    assert exact.relative_error(gaussian_mle(x)[1], variance) < 1e-14
    assert exact.relative_error(np.var(x), variance) > 1e-3


def test_the_mean_of_many_is_rounded_once() -> None:
    x = 1e15 + np.random.default_rng(1).integers(0, 8, 9999) / 8
    mean, _ = exact.mean_and_variance(x)
    assert exact.relative_error(gaussian_mle(x)[0], mean) <= EPS / 2


def test_the_textbook_formula_is_negative_where_this_one_is_right() -> None:
    x = 1e9 + np.array([7.0, 5.0, 4.0])
    assert_allclose(gaussian_mle(x)[1], 14 / 9, rtol=1e-14)
    assert (x**2).mean() - x.mean() ** 2 == -128


@given(spread_samples, st.floats(-1, 1), st.floats(0.5, 2.0))
def test_gaussian_mle_beats_perturbed_parameters(
    x: list[float], shift: float, factor: float
) -> None:
    mu, sigma2 = gaussian_mle(x)
    best, dmu, dsigma2 = gaussian_nll(x, mu, sigma2)
    assert gaussian_nll(x, mu + shift, factor * sigma2)[0] >= best - 1e-12 * abs(best)
    assert abs(dmu) <= 1e-10 * len(x) * max(map(abs, x)) / sigma2
    assert abs(dsigma2) <= 1e-10 * len(x) / sigma2


@given(spread_samples, st.integers(-99, 99), st.sampled_from([-4.0, 0.5, 8.0]))
def test_gaussian_mle_follows_shift_and_unit(x: list[float], shift: int, unit: float) -> None:
    mu, sigma2 = gaussian_mle(x)
    moved_mu, moved_sigma2 = gaussian_mle(unit * np.array(x) + shift)
    assert_allclose(moved_mu, unit * mu + shift, rtol=1e-14, atol=1e-12)
    assert_allclose(moved_sigma2, unit**2 * sigma2, rtol=1e-13)


@given(spread_samples, st.randoms(use_true_random=False))
def test_estimators_ignore_the_order(x: list[float], random: Any) -> None:
    shuffled = random.sample(x, len(x))
    for estimator in (gaussian_mle, laplace_mle):
        assert_allclose(estimator(shuffled), estimator(x), rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize(
    ("x", "wanted"),
    [
        ([7.0], (7, 0)),
        ([2.0] * 9, (2, 0)),
        ([0.1] * 10, (0.1, 0)),
        ([1, 2, 3], (2, 2 / 3)),
        ([True, False], (0.5, 0.25)),
        ([1.0, INF], (INF, NAN)),
        ([INF, -INF], (NAN, NAN)),
        ([1.0, NAN], (NAN, NAN)),
        ([1.5e308, 1.5e308], (1.5e308, 0)),
        ([1e200, -1e200], (0, INF)),
    ],
    ids=repr,
)
def test_gaussian_mle_edge_cases(x: Any, wanted: tuple[float, float]) -> None:
    result = gaussian_mle(x)
    assert [type(value) for value in result] == [float, float]
    assert_allclose(result, wanted, rtol=1e-15, atol=1e-300)


def test_float32_is_accumulated_in_float64() -> None:
    x = (1e4 + np.random.default_rng(0).normal(size=10_001)).astype(np.float32)
    mean, variance = exact.mean_and_variance(x)
    for got, wanted in zip(gaussian_mle(x), (mean, variance), strict=True):
        assert exact.relative_error(got, wanted) < 1e-14
    nll, dmu, dsigma2 = gaussian_nll(x, 1e4, 1.0)
    assert_allclose((nll, dmu, dsigma2), gaussian_nll(x.astype(float), 1e4, 1.0), rtol=1e-15)


# ── Bernoulli and categorical ─────────────────────────────────────────────────────────────────────


@given(coins, st.floats(-50, 50))
def test_bernoulli_nll_and_derivative_are_exact_to_rounding(x: list[int], logit: float) -> None:
    nll, dlogit = bernoulli_nll(x, logit)
    ones, zeros = sum(x), len(x) - sum(x)
    with localcontext(exact.DIGITS):
        p = 1 / (1 + (-Decimal(logit)).exp())
        wanted = -(ones * p.ln() + zeros * (1 - p).ln())
        slope = zeros * p - ones * (1 - p)
        size = zeros * p + ones * (1 - p)
        assert exact.relative_error(nll, wanted) < 1e-15
        assert abs(Decimal(dlogit) - slope) <= Decimal(4 * EPS) * size


@pytest.mark.parametrize(
    ("x", "logit", "nll", "dlogit"),
    [
        ([1, 0], 0.0, 2 * math.log(2), 0),
        ([1], 1e4, 0, 0),
        ([0], 1e4, 1e4, 1),
        ([1], -1e4, 1e4, -1),
        ([1, 1], INF, 0, 0),
        ([1, 0], INF, INF, 1),
        ([0], -INF, 0, 0),
        ([1], NAN, NAN, NAN),
        ([1], 40.0, 4.248354255291589e-18, -4.248354255291589e-18),
    ],
)
@pytest.mark.parametrize("dtype", [float, bool, np.float32, np.uint8])
def test_bernoulli_edge_cases(x: Any, logit: float, nll: float, dlogit: float, dtype: Any) -> None:
    assert_allclose(bernoulli_nll(np.array(x, dtype), logit), (nll, dlogit), rtol=1e-15)


@given(coins.filter(lambda x: 0 < sum(x) < len(x)), st.floats(-3, 3))
def test_bernoulli_mle_beats_perturbed_parameters(x: list[int], shift: float) -> None:
    p = bernoulli_mle(x)
    assert p == sum(x) / len(x)
    logit = math.log(p / (1 - p))
    best, dlogit = bernoulli_nll(x, logit)
    assert bernoulli_nll(x, logit + shift)[0] >= best * (1 - 1e-14)
    assert abs(dlogit) < 1e-13


@given(coins, st.floats(-9, 9))
def test_bernoulli_derivative_agrees_with_central_differences(x: list[int], logit: float) -> None:
    numeric = central_difference(lambda t: bernoulli_nll(x, float(t))[0], logit)
    assert_allclose(bernoulli_nll(x, logit)[1], numeric, rtol=1e-6, atol=1e-8)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30), st.integers(0, 99))
def test_categorical_mle_beats_perturbed_parameters(labels: list[int], seed: int) -> None:
    p = categorical_mle(labels, 5)
    assert_allclose(p, [labels.count(j) / len(labels) for j in range(5)], rtol=1e-15)
    seen = np.array(labels)
    other = p + np.random.default_rng(seed).random(5) / 10
    other /= other.sum()
    assert -np.log(other[seen]).sum() >= -np.log(p[seen]).sum() - 1e-12


@pytest.mark.parametrize(
    ("labels", "k", "wanted"),
    [([0], 1, [1]), ([2, 2], 3, [0, 0, 1]), (np.array([1, 0], np.uint8), 2, [0.5, 0.5])],
)
def test_categorical_edge_cases(labels: Any, k: int, wanted: Any) -> None:
    assert_array_equal(categorical_mle(labels, k), wanted)


# ── Laplace ───────────────────────────────────────────────────────────────────────────────────────


def laplace_nll(x: list[float], mu: float, b: float) -> float:
    return len(x) * math.log(2 * b) + float(np.abs(np.array(x) - mu).sum()) / b


@given(spread_samples, st.floats(-5, 5), st.floats(0.5, 2))
def test_laplace_mle_beats_perturbed_parameters(
    x: list[float], shift: float, factor: float
) -> None:
    mu, b = laplace_mle(x)
    best = laplace_nll(x, mu, b)
    assert mu == np.median(x)
    assert laplace_nll(x, mu + shift, factor * b) >= best - 1e-12 * abs(best)


@pytest.mark.parametrize(
    ("x", "wanted"),
    [
        ([7.0], (7, 0)),
        ([3.0] * 4, (3, 0)),
        ([1, 2, 4, 100], (3, 25.25)),
        ([True, False], (0.5, 0.5)),
        ([1.0, 2.0, INF], (2, INF)),
        ([INF], (INF, NAN)),
        ([1.0, NAN, 2.0], (NAN, NAN)),
        ([1.7e308, 1.7e308], (1.7e308, 0)),
        ([1e15, 1e15 + 0.25, 1e15 + 2], (1e15 + 0.25, 2 / 3)),
        (np.float32([0.1, 0.1, 0.1]), (float(np.float32(0.1)), 0)),
    ],
    ids=repr,
)
def test_laplace_edge_cases(x: Any, wanted: tuple[float, float]) -> None:
    result = laplace_mle(x)
    assert [type(value) for value in result] == [float, float]
    assert_allclose(result, wanted, rtol=1e-15)


# ── All ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "call",
    [
        lambda x: gaussian_log_pdf(x, 0.5, 2.0),
        lambda x: gaussian_nll(x, 0.5, 2.0),
        lambda x: bernoulli_nll(x, 0.3),
        gaussian_mle,
        laplace_mle,
        bernoulli_mle,
    ],
)
def test_inputs_of_any_layout_are_left_alone(call: Any) -> None:
    table = np.random.default_rng(0).integers(0, 2, (6, 4)).astype(float)
    strided = table[::-2, 1]
    before = strided.copy()
    table.flags.writeable = False
    assert_array_equal(call(strided), call(before))
    assert_array_equal(strided, before)
    assert_array_equal(call(before.tolist()), call(before))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: gaussian_log_pdf([0.0], 0, 0), ValueError, "sigma2 must be positive .* got 0"),
        (lambda: gaussian_log_pdf([0.0], [0, 1], 1), TypeError, "mu must be a single real number"),
        (lambda: gaussian_log_pdf(["a"], 0, 1), TypeError, "x must hold real numbers"),
        (lambda: gaussian_nll([0.0], 0, -1), ValueError, "sigma2 must be positive .* got -1"),
        (lambda: gaussian_nll([0.0], 0, NAN), ValueError, "sigma2 must be positive .* got nan"),
        (lambda: gaussian_nll([0.0], 0, INF), ValueError, "sigma2 must be positive .* got inf"),
        (lambda: gaussian_nll([[0.0]], 0, 1), ValueError, r"x must have shape \(n,\), got .*1, 1"),
        (lambda: gaussian_nll(0.0, 0, 1), ValueError, r"x must have shape \(n,\), got shape \(\)"),
        (lambda: gaussian_nll([1j], 0, 1), TypeError, "x must hold real numbers"),
        (lambda: gaussian_mle([]), ValueError, r"n >= 1, got shape \(0,\)"),
        (lambda: gaussian_mle([[1.0]]), ValueError, "x must be one sample"),
        (lambda: gaussian_mle(None), TypeError, "x must hold real numbers"),
        (lambda: bernoulli_nll([0, 2], 0.0), ValueError, "0 and 1 only, got 2 at index 1"),
        (lambda: bernoulli_nll([NAN], 0.0), ValueError, "0 and 1 only, got nan at index 0"),
        (lambda: bernoulli_nll([[1]], 0.0), ValueError, r"x must have shape \(n,\)"),
        (lambda: bernoulli_nll([1], [0.0]), TypeError, "logit must be a single real number"),
        (lambda: bernoulli_mle([]), ValueError, "n >= 1"),
        (lambda: bernoulli_mle([0.5]), ValueError, "0 and 1 only, got 0.5 at index 0"),
        (lambda: categorical_mle([], 3), ValueError, "n >= 1, got shape"),
        (lambda: categorical_mle([[0]], 3), ValueError, r"got shape \(1, 1\)"),
        (lambda: categorical_mle([3], 3), IndexError, "got 3 at index 0"),
        (lambda: categorical_mle([-1], 3), IndexError, "got -1 at index 0"),
        (lambda: categorical_mle([0.0], 3), TypeError, "labels must be integers"),
        (lambda: categorical_mle([0], 0), ValueError, "k must be at least 1"),
        (lambda: laplace_mle([]), ValueError, "n >= 1"),
        (lambda: laplace_mle([["a"]]), TypeError, "x must hold real numbers"),
    ],
)
def test_bad_input_is_named(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()
