"""Losses for regression, and the location estimators that minimise them.

Each loss is taken per example and comes with its gradient with respect to the prediction:
``loss, gradient = huber_loss(y_true, y_pred, delta)``. Below, r = y_pred − y_true.

================  ============================  ============  ==============================
loss              l(r)                          gradient      minimiser over a constant
================  ============================  ============  ==============================
`squared_loss`    r²/2                          r             mean
`absolute_loss`   abs(r)                        sign r        median
`huber_loss`      c(r − c/2)                    c             `huber_location`
================  ============================  ============  ==============================

with c = clip(r, −δ, δ). `trimmed_mean` is what the lecture puts beside Huber's loss. It is close
to Huber's minimiser and **not** equal to it: a trimmed point has no say, a clipped point still
pulls with a force of ±δ.

Conventions: integers and booleans become float64, float32 stays float32; `y_true` and `y_pred`
have the same shape, or one of them is a single number, which takes the other's dtype; NaN
propagates; nothing is changed in place.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import (
    RealArray,
    check_callable,
    positive_number,
    real_array,
    real_number,
    sample_array,
)
from course_lib.tiling import over_tiles
from course_lib.trimming import sum_of_middle

__all__ = [
    "absolute_loss",
    "huber_location",
    "huber_loss",
    "influence",
    "squared_loss",
    "trimmed_mean",
]


def squared_loss(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[RealArray, RealArray]:
    """Squared (L2) loss l = ½(y_pred − y_true)² and its gradient r = y_pred − y_true.

    Parameters
    ----------
    y_true, y_pred : real, any shape, the same for both (or one of them a single number).

    Returns
    -------
    loss, gradient : per example, in that shape; the gradient is ∂l/∂y_pred.

    Raises
    ------
    ValueError : the shapes differ.
    TypeError : an argument holds something else than real numbers.

    Source: lecture items F19, F20. Many texts leave out the ½; with it the gradient is r itself.

    >>> loss, gradient = squared_loss([1.0, 1.0], [3.0, 0.0])
    >>> loss.tolist(), gradient.tolist()
    ([2.0, 0.5], [2.0, -1.0])
    """

    def formula(y_true: RealArray, y_pred: RealArray, loss: RealArray, residual: RealArray) -> None:
        np.subtract(y_pred, y_true, out=residual)
        np.multiply(residual, 0.5 * residual, out=loss)

    return _per_example(formula, y_true, y_pred)


def absolute_loss(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[RealArray, RealArray]:
    """Absolute (L1) loss l = |y_pred − y_true| and its gradient sign(y_pred − y_true).

    At r = 0 the loss has a kink, where every number in [−1, 1] is a subgradient; this function
    returns 0.

    Parameters, returns, errors: as for `squared_loss`. Source: lecture items F21, F22.

    >>> loss, gradient = absolute_loss([1.0, 1.0, 1.0], [3.0, 0.0, 1.0])
    >>> loss.tolist(), gradient.tolist()
    ([2.0, 1.0, 0.0], [1.0, -1.0, 0.0])
    """

    def formula(y_true: RealArray, y_pred: RealArray, loss: RealArray, sign: RealArray) -> None:
        residual = y_pred - y_true
        np.abs(residual, out=loss)
        np.sign(residual, out=sign)

    return _per_example(formula, y_true, y_pred)


def huber_loss(y_true: ArrayLike, y_pred: ArrayLike, delta: float) -> tuple[RealArray, RealArray]:
    """Huber's loss: quadratic up to |r| = δ, a straight line beyond, with a gradient without jump.

    l = ½r² where |r| ≤ δ, else δ|r| − ½δ²; gradient c = clip(r, −δ, δ), with r = y_pred − y_true.
    Both cases in one formula: l = c(r − c/2).

    Parameters
    ----------
    y_true, y_pred : as for `squared_loss`.
    delta : δ > 0, in the unit of y.

    Returns, errors: as for `squared_loss`, and ValueError unless δ is positive and finite.

    Source: lecture items F23, F24; P. J. Huber, Robust estimation of a location parameter,
    Annals of Mathematical Statistics 35 (1964) 73–101. Some texts divide by δ, so that the slope
    far out is 1; the smooth δ²(√(1 + (r/δ)²) − 1) is the *pseudo*-Huber loss, another function.

    >>> loss, gradient = huber_loss([0.0, 0.0, 0.0], [1.0, 2.0, -5.0], delta=2.0)
    >>> loss.tolist(), gradient.tolist()
    ([0.5, 2.0, 8.0], [1.0, 2.0, -2.0])
    """
    delta = positive_number(delta, "delta")

    def formula(y_true: RealArray, y_pred: RealArray, loss: RealArray, clipped: RealArray) -> None:
        residual = y_pred - y_true
        np.clip(residual, -delta, delta, out=clipped)
        np.multiply(0.5, clipped, out=loss)  # c(r − c/2), step by step where it is to stand
        np.subtract(residual, loss, out=loss)
        loss *= clipped

    return _per_example(formula, y_true, y_pred)


def trimmed_mean(x: ArrayLike, alpha: float) -> float:
    """Mean of what is left when the k smallest and the k largest numbers are cut off.

    k = ⌊αn + 10⁻⁹⌋ on *each* side. The 10⁻⁹ undoes the rounding of α: 0.29·100 is
    28.999999999999996 in float64. α = 0 gives the mean, α → ½ the median.

    Parameters
    ----------
    x : real, shape (n,), n ≥ 1.
    alpha : fraction cut on each side, 0 ≤ α < ½.

    Returns
    -------
    float, accumulated in float64 also for float32 input; NaN if any number is NaN.

    Raises
    ------
    ValueError : `x` is empty or not one-dimensional; `alpha` lies outside [0, ½).
    TypeError : `x` or `alpha` is not made of real numbers.

    Source: lecture item F24; J. W. Tukey, The future of data analysis, Annals of Mathematical
    Statistics 33 (1962) 1–67.

    >>> trimmed_mean([1.0, 2.0, 3.0, 4.0, 100.0], alpha=0.2)
    3.0
    """
    sample = sample_array(x, "x")
    alpha = real_number(alpha, "alpha")
    if not 0 <= alpha < 0.5:
        raise ValueError(
            f"alpha is cut on each side, so it must satisfy 0 <= alpha < 0.5; got {alpha:g}"
        )
    if np.isnan(sample).any():
        return math.nan
    n = sample.size
    cut = min(math.floor(alpha * n + 1e-9), (n - 1) // 2)
    with np.errstate(invalid="ignore", over="ignore"):
        return sum_of_middle(sample, cut) / (n - 2 * cut)


def huber_location(x: ArrayLike, delta: float) -> float:
    """The constant m that minimises Σᵢ huber_loss(xᵢ, m, δ), exactly.

    There the forces balance: F(m) = Σᵢ clip(m − xᵢ, −δ, δ) = 0. F increases and is made of straight
    pieces that meet at the kinks xᵢ ± δ: find the piece on which it changes sign, then solve a
    linear equation. If a whole interval minimises, its middle, which is the median, is returned.

    Parameters
    ----------
    x : real, shape (n,), n ≥ 1. Infinite numbers pull with ±δ as any other outlier.
    delta : δ > 0, in the unit of x. δ → ∞ gives the mean, δ → 0 the median.

    Returns
    -------
    float; NaN if any number is NaN.

    Raises
    ------
    ValueError : `x` is empty or not one-dimensional; `delta` is not positive and finite.
    TypeError : `x` or `delta` is not made of real numbers.

    Source: as for `huber_loss`. The scale is the caller's choice; there is none estimated here.

    >>> huber_location([0.0, 1.0, 2.0, 1000.0], delta=3.0)
    2.0
    """
    sample = np.sort(sample_array(x, "x").astype(np.float64))
    delta = positive_number(delta, "delta")
    if np.isnan(sample[-1]):
        return math.nan
    lower, upper = sample[(sample.size - 1) // 2], sample[sample.size // 2]
    with np.errstate(invalid="ignore", over="ignore"):
        if sample[-1] - sample[0] <= delta:
            return float(sample.mean())  # nothing is clipped
        median = lower / 2 + upper / 2
        if not upper - lower < 2 * delta:
            return float(median)
    # Measured from the median, so that a large offset of the data costs no digits.
    sample, lower, upper = sample - median, lower - median, upper - median

    def force(m: float) -> float:
        return float(np.clip(m - sample, -delta, delta).sum())

    kinks = np.sort(np.concatenate([sample - delta, sample + delta]))
    kinks = kinks[(lower - delta <= kinks) & (kinks <= upper + delta)]
    right = bisect_right(kinks, 0.0, key=force)
    before, after = kinks[right - 1 : right + 1]
    slope = (force(after) - force(before)) / (after - before)
    return float(median + before - force(before) / slope)


def influence(
    estimator: Callable[[NDArray[np.float64]], float], x: ArrayLike, outlier: ArrayLike
) -> NDArray[np.float64]:
    """How far one more observation moves an estimate: Tukey's sensitivity curve.

    SC(z) = (n + 1)·(T(x₁, …, xₙ, z) − T(x₁, …, xₙ)). For the mean it is z − x̄, without bound; for a
    robust estimator it stays bounded as z → ±∞.

    Parameters
    ----------
    estimator : T, a function of an array of shape (n,) that returns a number.
    x : the sample, shape (n,), n ≥ 1.
    outlier : the added values z, any shape.

    Returns
    -------
    array of the shape of `outlier`, in the unit of x.

    Raises
    ------
    ValueError, TypeError : as `trimmed_mean` for `x`.

    Source: lecture items F20, F22, F24 (forces in balance); F. R. Hampel et al., Robust Statistics
    (Wiley 1986), §2.1e.

    >>> influence(np.mean, [1.0, 2.0, 3.0], [2.0, 102.0]).tolist()
    [0.0, 100.0]
    >>> influence(np.median, [1.0, 2.0, 3.0], [2.0, 102.0]).tolist()
    [0.0, 2.0]
    """
    check_callable(estimator, "estimator")
    sample = sample_array(x, "x").astype(np.float64)
    added = real_array(outlier, "outlier").astype(np.float64)

    def estimate(x: NDArray[np.float64]) -> float:
        return real_number(estimator(x), "the result of estimator")

    before = estimate(sample)
    moved = [estimate(np.append(sample, z)) - before for z in added.flat]
    return (sample.size + 1) * np.array(moved, dtype=np.float64).reshape(added.shape)


def _per_example(
    formula: Callable[[RealArray, RealArray, RealArray, RealArray], None],
    y_true: ArrayLike,
    y_pred: ArrayLike,
) -> tuple[RealArray, RealArray]:
    true, pred = real_array(y_true, "y_true"), real_array(y_pred, "y_pred")
    if true.shape != pred.shape and true.ndim and pred.ndim:
        raise ValueError(
            f"y_true and y_pred must have the same shape, or one of them be a single number; "
            f"got {true.shape} and {pred.shape}. Broadcasting (n,) against (n, 1) would give "
            f"n x n losses: use reshape or ravel first"
        )
    dtype = np.result_type(*([array for array in (true, pred) if array.ndim] or [true, pred]))
    # ∞ − ∞ is NaN and a square may overflow to ∞: both are the value wanted, not an accident.
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        loss, gradient = over_tiles(
            formula, true.astype(dtype, copy=False), pred.astype(dtype, copy=False)
        )
    return loss[()], gradient[()]  # scalars for scalars
