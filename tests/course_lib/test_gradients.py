"""Numerical derivatives are as accurate as they claim; the gradient check names mistakes."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.gradients import central_difference, check_gradient, complex_step

points = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3),
    elements=st.floats(-5, 5),
)


def smooth(x: Any) -> Any:
    """Per element, so that its derivative is known in closed form."""
    return np.exp(x) * np.sin(x)


def smooth_derivative(x: Any) -> Any:
    return np.exp(x) * (np.sin(x) + np.cos(x))


# ── Accuracy ──────────────────────────────────────────────────────────────────────────────────────


@given(points)
def test_central_difference_of_a_smooth_function(x: np.ndarray) -> None:
    assert_allclose(central_difference(smooth, x), smooth_derivative(x), rtol=1e-8, atol=1e-7)


@given(points)
def test_complex_step_is_exact_to_rounding(x: np.ndarray) -> None:
    assert_allclose(complex_step(smooth, x), smooth_derivative(x), rtol=1e-13, atol=1e-13)


@given(points)
def test_a_sum_and_its_terms_have_the_same_gradient(x: np.ndarray) -> None:
    assert_allclose(
        central_difference(lambda v: smooth(v).sum(), x),
        central_difference(smooth, x),
        rtol=1e-6,
        atol=1e-6,
    )


def test_the_best_step_lies_near_the_cube_root_of_eps() -> None:
    x = np.linspace(0.5, 2, 9)
    steps = 10.0 ** np.arange(-12, 0)
    errors = [np.abs(central_difference(np.exp, x, step) / np.exp(x) - 1).max() for step in steps]
    assert steps[np.argmin(errors)] in (1e-6, 1e-5)
    assert np.abs(central_difference(np.exp, x) / np.exp(x) - 1).max() < 1e-9


def test_the_step_grows_with_x() -> None:
    assert_allclose(central_difference(np.square, 1e9), 2e9, rtol=1e-9)


def test_a_huge_loss_elsewhere_costs_no_digits() -> None:
    x = np.array([1.0, 1e9])
    assert_allclose(central_difference(np.square, x)[0], 2.0, rtol=1e-9)


@pytest.mark.parametrize("differentiate", [central_difference, complex_step])
def test_the_function_may_write_into_its_argument(differentiate: Any) -> None:
    def careless(x: np.ndarray) -> Any:
        x *= x
        return x.sum()

    x = np.array([1.0, 2.0])
    assert_allclose(differentiate(careless, x), [2.0, 4.0], rtol=1e-9)
    assert_array_equal(x, [1.0, 2.0])


def test_integers_are_differentiated_as_real_numbers() -> None:
    assert_allclose(central_difference(np.square, [1, 2]), [2.0, 4.0], rtol=1e-9)


def test_complex_step_needs_a_function_that_stays_complex() -> None:
    with pytest.raises(TypeError, match="float64: it drops the imaginary part"):
        complex_step(np.abs, [1.0])


def test_central_difference_needs_numbers() -> None:
    with pytest.raises(TypeError, match="loss is None: is a `return` missing"):
        central_difference(lambda x: None, [1.0])


# ── check_gradient ────────────────────────────────────────────────────────────────────────────────


@given(points)
def test_the_right_gradient_passes(x: np.ndarray) -> None:
    report = check_gradient(lambda v: (smooth(v), smooth_derivative(v)), x)
    assert report.ok
    assert report.message == ""


@pytest.mark.parametrize("size", [1e-12, 1e-6, 1e6, 1e12])
def test_losses_of_any_size_can_be_checked(size: float) -> None:
    x = np.linspace(-2, 2, 5)
    assert check_gradient(lambda v: (size * smooth(v), size * smooth_derivative(v)), x).ok
    wrong = check_gradient(lambda v: (size * smooth(v), 1.001 * size * smooth_derivative(v)), x)
    assert not wrong.ok
    assert wrong.relative_error == pytest.approx(1e-3, rel=0.05)


@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (lambda g: -g, "wrong sign"),
        (lambda g: 2 * g, "twice as large"),
        (lambda g: g / 2, "half as large"),
        (lambda g: g / 6, "too small by the number of values"),
        (lambda g: g.T, "single number|axes the wrong way round|shape"),
        (lambda g: g.sum(), "sum over the examples"),
        (lambda g: 0 * g, "zero everywhere"),
        (lambda g: np.where(np.arange(6).reshape(2, 3) == 4, np.nan, g), "it is NaN where"),
    ],
)
def test_the_message_names_the_mistake(mistake: Any, words: str) -> None:
    x = np.array([[0.3, -1.0, 2.0], [1.5, 0.7, -0.4]])
    report = check_gradient(lambda v: (smooth(v), mistake(smooth_derivative(v))), x)
    assert not report.ok
    assert report.relative_error > 1e-3
    assert re.search(words, report.message)


def test_the_report_says_where_it_is_worst() -> None:
    def wrong_at_one_place(v: np.ndarray) -> tuple[Any, Any]:
        gradient = smooth_derivative(v)
        gradient[1, 2] *= 1.25
        return smooth(v), gradient

    report = check_gradient(wrong_at_one_place, np.ones((2, 3)))
    assert report.index == (1, 2)
    assert report.relative_error == pytest.approx(0.2, rel=1e-6)
    assert_allclose(report.gradient[1, 2], 1.25 * report.numerical[1, 2], rtol=1e-8)


@pytest.mark.parametrize("result", [None, 1.0, (1.0,), (1.0, 2.0, 3.0), np.ones(2)], ids=repr)
def test_anything_but_a_pair_is_refused(result: Any) -> None:
    with pytest.raises(TypeError, match="two results: loss, gradient"):
        check_gradient(lambda x: result, [1.0, 2.0])


# ── Known misconceptions in the gradients of whole models ─────────────────────────────────────────

rng = np.random.default_rng(1)
N, K, D, LAM = 5, 3, 4, 0.3
X, Y = rng.normal(size=(N, D)), 3 * rng.normal(size=N)
WEIGHTS, LOGITS = rng.normal(size=D), 2 * rng.normal(size=(N, K))
ONE_HOT = np.eye(K)[rng.integers(0, K, N)]


def data_slope(w: np.ndarray) -> np.ndarray:
    return X.T @ (X @ w - Y) / N


def ridge(w: np.ndarray) -> float:
    return float(((X @ w - Y) ** 2).sum() / (2 * N) + LAM / 2 * (w @ w))


@pytest.mark.parametrize(
    ("gradient", "words"),
    [
        (data_slope, "multiple of the point itself: is a term such as λw .* missing"),
        (lambda w: data_slope(w) + 2 * LAM * w, "multiple of the point itself"),
        (lambda w: data_slope(w) - LAM * w, "multiple of the point itself"),
        (lambda w: -data_slope(w) + LAM * w, "wrong sign, apart from a multiple of the point"),
        (lambda w: 2 * data_slope(w) + LAM * w, "twice as large .*, apart from a multiple"),
        (lambda w: N * data_slope(w) + LAM * w, "times too large, apart .*: is a sum taken"),
        (lambda w: N * (data_slope(w) + LAM * w), "a whole number of times too large"),
        (
            lambda w: data_slope(w) + LAM * np.append(0, w[1:]),
            "^is right in some places, and wrong in others: look at",
        ),
        (lambda w: data_slope(w) + LAM * w + np.sin(w), "^is wrong$"),
    ],
)
def test_mistakes_in_a_penalised_loss(gradient: Any, words: str) -> None:
    report = check_gradient(lambda w: (ridge(w), gradient(w)), WEIGHTS)
    assert re.search(words, report.message)


def softmax(o: np.ndarray) -> np.ndarray:
    powers = np.exp(o)
    return powers / powers.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize(
    ("gradient", "words"),
    [
        (lambda p: (ONE_HOT - p) / N, "wrong sign"),
        (lambda p: p - ONE_HOT, "division by n missing"),
        (lambda p: (p - ONE_HOT) / N / np.log(2), "in bits where nats"),
        (lambda p: p / N, "along the last axis it should sum to zero"),
        (lambda p: np.where(ONE_HOT, p - 1, 0) / N, "it is zero; along the last axis"),
        (lambda p: (p - ONE_HOT).T / N, "transposed"),
    ],
)
def test_mistakes_in_a_cross_entropy(gradient: Any, words: str) -> None:
    def loss(o: np.ndarray) -> float:
        return float(-(ONE_HOT * np.log(softmax(o))).sum() / N)

    report = check_gradient(lambda o: (loss(o), gradient(softmax(o))), LOGITS)
    assert re.search(words, report.message)


def test_a_sum_of_zero_is_asked_for_only_where_a_shift_changes_nothing() -> None:
    """At this point the slopes of ½‖x‖² sum to 0 by accident."""
    report = check_gradient(lambda x: ((x**2).sum() / 2, x**3), [1.0, 2.0, -3.0])
    assert not report.ok
    assert "sum to zero" not in report.message


def test_a_function_that_refuses_the_shifted_point_is_still_diagnosed() -> None:
    def entropy(p: np.ndarray) -> tuple[Any, Any]:
        if (p > 1).any():
            raise ValueError("p must hold probabilities")
        return -(p * np.log(p)).sum(), -np.log(p)  # the −1 is missing

    report = check_gradient(entropy, [0.125, 0.125, 0.75])
    assert report.message.startswith("is off by the same constant everywhere")
    assert "is wrong" in check_gradient(lambda p: (entropy(p)[0], p), [0.1, 0.1, 0.8]).message


def test_gradient_and_loss_the_wrong_way_round() -> None:
    report = check_gradient(lambda x: (2 * x, (x**2).sum()), [0.5, 1.0, 2.0])
    assert report.message == "is swapped with the loss: return loss, gradient"


def test_the_report_reads_as_a_sentence() -> None:
    right = check_gradient(lambda x: ((x**2).sum(), 2 * x), [1.0, 2.0])
    assert str(right) == "gradient agrees with central differences of the loss"
    wrong = str(check_gradient(lambda x: ((x**2).sum(), 2 * x + [0, 1]), [1.0, 2.0]))
    assert wrong.startswith("gradient is right in some places, and wrong in others: look at")
    assert "worst at index 1: got 5, by differences 4, relative error 0.2" in wrong
    shape = check_gradient(lambda x: ((x**2).sum(), 2 * x[:1]), [1.0, 2.0])
    assert str(shape) == f"gradient {shape.message}"
