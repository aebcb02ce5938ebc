"""The three losses: values, conventions, edge cases, and what must hold for any input."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.gradients import check_gradient
from course_lib.losses import absolute_loss, huber_loss, squared_loss

EPS = np.finfo(np.float64).eps


def huber(y_true: Any, y_pred: Any) -> Any:
    """Huber's loss at a δ that is no power of two, nor 1, where several mistakes cancel."""
    return huber_loss(y_true, y_pred, 1.7)


LOSSES = [squared_loss, absolute_loss, huber]
each_loss = pytest.mark.parametrize("loss_function", LOSSES, ids=lambda f: f.__name__)

deltas = st.floats(1e-3, 1e3)
# Multiples of 1/8 below 2**20: their sums and products of two are exact, so equalities are too.
dyadic = st.integers(-(2**23), 2**23).map(lambda i: i / 8)
lists_of_pairs = st.lists(st.tuples(dyadic, dyadic), min_size=1, max_size=20)
reals = st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-6)


def columns(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    y_true, y_pred = np.array(pairs).T
    return y_true, y_pred


# ── Values ────────────────────────────────────────────────────────────────────────────────────────

RESIDUALS = [0.0, 0.5, -0.5, 2.0, -2.0, 5.0, -5.0]


@pytest.mark.parametrize(
    ("call", "loss", "gradient"),
    [
        (squared_loss, [0, 0.125, 0.125, 2, 2, 12.5, 12.5], RESIDUALS),
        (absolute_loss, [0, 0.5, 0.5, 2, 2, 5, 5], [0, 1, -1, 1, -1, 1, -1]),
        (
            lambda t, p: huber_loss(t, p, 2),
            [0, 0.125, 0.125, 2, 2, 8, 8],
            [0, 0.5, -0.5, 2, -2, 2, -2],
        ),
    ],
    ids=["squared", "absolute", "huber"],
)
def test_hand_worked_values(call: Callable[..., Any], loss: Any, gradient: Any) -> None:
    y_true = np.full(7, 3.0)
    got_loss, got_gradient = call(y_true, y_true + RESIDUALS)
    assert_array_equal(got_loss, loss)
    assert_array_equal(got_gradient, gradient)


def exact_huber(y_true: float, y_pred: float, delta: float) -> tuple[Fraction, Fraction]:
    residual, bound = Fraction(y_pred) - Fraction(y_true), Fraction(delta)
    if abs(residual) <= bound:
        return residual**2 / 2, residual
    return bound * abs(residual) - bound**2 / 2, bound if residual > 0 else -bound


@given(reals, reals, deltas)
def test_huber_is_exact_to_rounding(y_true: float, y_pred: float, delta: float) -> None:
    loss, gradient = huber_loss(y_true, y_pred, delta)
    exact_loss, exact_gradient = exact_huber(y_true, y_pred, delta)
    assert abs(Fraction(float(loss)) - exact_loss) <= 3 * Fraction(EPS) * exact_loss
    assert abs(Fraction(float(gradient)) - exact_gradient) <= Fraction(EPS) * abs(exact_gradient)


@given(reals, reals)
def test_squared_loss_is_exact_to_rounding(y_true: float, y_pred: float) -> None:
    exact = (Fraction(y_pred) - Fraction(y_true)) ** 2 / 2
    loss, _ = squared_loss(y_true, y_pred)
    assert abs(Fraction(float(loss)) - exact) <= 2 * Fraction(EPS) * exact


@pytest.mark.parametrize("delta", [0.25, 1.0, 3.5])
def test_huber_gradient_at_the_joint_is_delta(delta: float) -> None:
    _, gradient = huber_loss(0.0, np.array([delta, -delta]), delta)
    assert_array_equal(gradient, [delta, -delta])


# ── What holds for any input ──────────────────────────────────────────────────────────────────────


@given(lists_of_pairs, deltas)
def test_huber_lies_between_a_line_and_the_parabola(
    pairs: list[tuple[float, float]], delta: float
) -> None:
    y_true, y_pred = columns(pairs)
    loss, _ = huber_loss(y_true, y_pred, delta)
    distance, _ = absolute_loss(y_true, y_pred)
    half_square, _ = squared_loss(y_true, y_pred)
    slack = 4 * EPS * delta * (distance + delta)
    assert (loss >= delta * distance - delta**2 / 2 - slack).all()
    assert (loss <= half_square + slack).all()
    assert (loss <= delta * distance + slack).all()


@given(lists_of_pairs)
def test_huber_with_a_large_delta_is_the_squared_loss(pairs: list[tuple[float, float]]) -> None:
    y_true, y_pred = columns(pairs)
    for huber_part, squared_part in zip(
        huber_loss(y_true, y_pred, 1e8), squared_loss(y_true, y_pred), strict=True
    ):
        assert_array_equal(huber_part, squared_part)


@given(lists_of_pairs, st.floats(1e-6, 1e-3))
def test_huber_over_a_small_delta_is_the_absolute_loss(
    pairs: list[tuple[float, float]], delta: float
) -> None:
    y_true, y_pred = columns(pairs)
    loss, _ = huber_loss(y_true, y_pred, delta)
    distance, _ = absolute_loss(y_true, y_pred)
    assert_allclose(loss / delta, distance, atol=delta, rtol=1e-14)


@given(lists_of_pairs, st.sampled_from([0.125, 0.5, 8.0, 1024.0]), deltas)
def test_huber_scales_with_the_unit(
    pairs: list[tuple[float, float]], unit: float, delta: float
) -> None:
    y_true, y_pred = columns(pairs)
    loss, gradient = huber_loss(y_true, y_pred, delta)
    scaled_loss, scaled_gradient = huber_loss(unit * y_true, unit * y_pred, unit * delta)
    assert_array_equal(scaled_loss, unit**2 * loss)
    assert_array_equal(scaled_gradient, unit * gradient)


@each_loss
@given(pairs=lists_of_pairs, data=st.data())
def test_permuting_the_examples_permutes_the_result(
    loss_function: Any, pairs: list[tuple[float, float]], data: st.DataObject
) -> None:
    y_true, y_pred = columns(pairs)
    order = data.draw(st.permutations(range(len(pairs))))
    for part, permuted in zip(
        loss_function(y_true, y_pred), loss_function(y_true[order], y_pred[order]), strict=True
    ):
        assert_array_equal(permuted, part[order])


@each_loss
@given(pairs=lists_of_pairs, shift=dyadic)
def test_only_the_difference_matters(
    loss_function: Any, pairs: list[tuple[float, float]], shift: float
) -> None:
    y_true, y_pred = columns(pairs)
    for part, shifted in zip(
        loss_function(y_true, y_pred), loss_function(y_true + shift, y_pred + shift), strict=True
    ):
        assert_array_equal(shifted, part)


@each_loss
@given(pairs=lists_of_pairs)
def test_swapping_the_arguments_flips_only_the_gradient(
    loss_function: Any, pairs: list[tuple[float, float]]
) -> None:
    y_true, y_pred = columns(pairs)
    loss, gradient = loss_function(y_true, y_pred)
    swapped_loss, swapped_gradient = loss_function(y_pred, y_true)
    assert_array_equal(swapped_loss, loss)
    assert_array_equal(swapped_gradient, -gradient)


@each_loss
@given(y_true=dyadic, one=dyadic, other=dyadic)
def test_the_gradient_is_a_slope_below_the_loss(
    loss_function: Any, y_true: float, one: float, other: float
) -> None:
    """A function is convex if and only if every tangent lies below it."""
    here, slope = loss_function(y_true, one)
    there, _ = loss_function(y_true, other)
    slack = 8 * EPS * (abs(here) + abs(there) + abs(slope * (other - one)))
    assert there >= here + slope * (other - one) - slack


@each_loss
@given(pairs=lists_of_pairs)
def test_gradient_agrees_with_central_differences(
    loss_function: Any, pairs: list[tuple[float, float]]
) -> None:
    y_true, y_pred = columns(pairs)
    y_true, y_pred = y_true / 2**16, y_pred / 2**16
    distance = np.abs(y_pred - y_true)
    assume((distance > 0.01).all())
    assume((np.abs(distance - 1.7) > 0.01).all())
    assert check_gradient(lambda p: loss_function(y_true, p), y_pred, rtol=1e-5).ok


# ── Edge cases ────────────────────────────────────────────────────────────────────────────────────


@each_loss
@given(
    shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    dtype=st.sampled_from([np.float64, np.float32, np.int64, np.uint8, np.bool_]),
    seed=st.integers(0, 99),
)
def test_every_shape_and_dtype_gives_what_its_elements_give(
    loss_function: Any, shape: tuple[int, ...], dtype: Any, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    y_true, y_pred = (generator.integers(0, 9, shape).astype(dtype) for _ in range(2))
    loss, gradient = loss_function(y_true, y_pred)
    assert np.shape(loss) == np.shape(gradient) == shape
    for index in np.ndindex(shape):
        one_loss, one_gradient = loss_function(float(y_true[index]), float(y_pred[index]))
        assert_allclose(loss[index], one_loss, rtol=1e-6)
        assert_allclose(gradient[index], one_gradient, rtol=1e-6)


@each_loss
@pytest.mark.parametrize(
    ("true_dtype", "pred_dtype", "result"),
    [
        (np.float32, np.float32, np.float32),
        (np.float32, np.float64, np.float64),
        (np.int64, np.int64, np.float64),
        (np.int64, np.float32, np.float64),
        (np.bool_, np.float64, np.float64),
    ],
)
def test_result_dtype(loss_function: Any, true_dtype: Any, pred_dtype: Any, result: Any) -> None:
    loss, gradient = loss_function(np.ones(3, true_dtype), np.ones(3, pred_dtype))
    assert loss.dtype == gradient.dtype == result


@each_loss
@pytest.mark.parametrize("scalar", [2, 2.0, np.float64(2), np.array(2)], ids=repr)
def test_a_single_number_takes_the_dtype_of_the_array(loss_function: Any, scalar: Any) -> None:
    y_pred = np.array([1.0, 4.0], dtype=np.float32)
    for part, reference in zip(
        loss_function(scalar, y_pred), loss_function(np.full(2, 2, np.float32), y_pred), strict=True
    ):
        assert part.dtype == np.float32
        assert_array_equal(part, reference)


@each_loss
def test_unsigned_integers_do_not_wrap_around(loss_function: Any) -> None:
    _, gradient = loss_function(np.array([200], np.uint8), np.array([100], np.uint8))
    assert gradient[0] < 0


@each_loss
def test_lists_are_accepted(loss_function: Any) -> None:
    loss, gradient = loss_function([1, 2], [1, 2])
    assert_array_equal(loss, [0.0, 0.0])
    assert_array_equal(gradient, [0.0, 0.0])


@each_loss
@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0)])
def test_no_examples_give_no_losses(loss_function: Any, shape: tuple[int, ...]) -> None:
    loss, gradient = loss_function(np.empty(shape), np.empty(shape))
    assert loss.shape == gradient.shape == shape


@each_loss
def test_non_contiguous_input(loss_function: Any) -> None:
    table = np.arange(24.0).reshape(4, 6)
    y_true, y_pred = table[::2, ::-2], table.T[1:4, :2].T
    assert not y_true.flags.c_contiguous
    for strided, packed in zip(
        loss_function(y_true, y_pred), loss_function(y_true.copy(), y_pred.copy()), strict=True
    ):
        assert_array_equal(strided, packed)


@each_loss
def test_read_only_input_is_left_alone(loss_function: Any) -> None:
    y_true, y_pred = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    for array in (y_true, y_pred):
        array.flags.writeable = False
    loss, gradient = loss_function(y_true, y_pred)
    assert loss.flags.writeable
    assert gradient.flags.writeable


@each_loss
def test_results_share_no_memory(loss_function: Any) -> None:
    y_true, y_pred = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    loss, gradient = loss_function(y_true, y_pred)
    for other in (y_true, y_pred, gradient):
        assert not np.shares_memory(loss, other)
    for other in (y_true, y_pred):
        assert not np.shares_memory(gradient, other)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "squared", "absolute", "clipped"),
    [
        (0.0, np.inf, (np.inf, np.inf), (np.inf, 1), (np.inf, 1.7)),
        (0.0, -np.inf, (np.inf, -np.inf), (np.inf, -1), (np.inf, -1.7)),
        (np.inf, 0.0, (np.inf, -np.inf), (np.inf, -1), (np.inf, -1.7)),
        (np.inf, np.inf, (np.nan, np.nan), (np.nan, np.nan), (np.nan, np.nan)),
        (0.0, np.nan, (np.nan, np.nan), (np.nan, np.nan), (np.nan, np.nan)),
        (np.nan, 0.0, (np.nan, np.nan), (np.nan, np.nan), (np.nan, np.nan)),
        (0.0, 1e200, (np.inf, 1e200), (1e200, 1), (1.7e200, 1.7)),
    ],
)
@pytest.mark.parametrize("wrap", [float, lambda value: np.array([value])], ids=["number", "array"])
def test_infinite_and_nan_without_a_warning(
    y_true: float, y_pred: float, squared: Any, absolute: Any, clipped: Any, wrap: Any
) -> None:
    for function, wanted in zip(LOSSES, (squared, absolute, clipped), strict=True):
        got = [float(np.squeeze(part)) for part in function(wrap(y_true), wrap(y_pred))]
        assert_allclose(got, wanted, rtol=1e-15)


# ── Errors ────────────────────────────────────────────────────────────────────────────────────────


@each_loss
@pytest.mark.parametrize(
    ("y_true", "y_pred", "error", "words"),
    [
        ([1.0, 2.0], [1.0, 2.0, 3.0], ValueError, r"same shape.*\(2,\) and \(3,\)"),
        (np.ones(3), np.ones((3, 1)), ValueError, r"\(3,\) and \(3, 1\).*n x n"),
        (np.ones((1, 3)), np.ones((2, 3)), ValueError, "same shape"),
        (np.ones(1), np.ones(3), ValueError, "same shape"),
        ([1.0], ["a"], TypeError, "y_pred must hold real numbers"),
        ([1j], [1.0], TypeError, "y_true must hold real numbers, got complex numbers"),
        (None, [1.0], TypeError, "y_true .* None"),
        ([[1.0], [1.0, 2.0]], [1.0], ValueError, "y_true .* equally long"),
    ],
)
def test_bad_input_is_named(
    loss_function: Any, y_true: Any, y_pred: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        loss_function(y_true, y_pred)


@pytest.mark.parametrize(
    ("delta", "error"),
    [
        (0, ValueError),
        (-1.0, ValueError),
        (np.nan, ValueError),
        (np.inf, ValueError),
        ("1", TypeError),
        (None, TypeError),
        (1j, TypeError),
        (True, TypeError),
        ([1.0], TypeError),
        (np.ones(2), TypeError),
    ],
    ids=repr,
)
def test_bad_delta_is_named(delta: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match="delta must be"):
        huber_loss([1.0], [2.0], delta)


def test_delta_is_checked_also_when_there_are_no_examples() -> None:
    with pytest.raises(ValueError, match="delta must be positive and finite, got -1"):
        huber_loss([], [], -1)
