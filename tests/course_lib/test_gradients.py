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
        (lambda g: np.where(np.arange(6).reshape(2, 3) == 4, np.nan, g), "index 1, 1.*is NaN"),
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
