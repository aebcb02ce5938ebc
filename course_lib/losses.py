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

__all__ = [
    "absolute_loss",
    "huber_location",
    "huber_loss",
    "influence",
    "squared_loss",
    "trimmed_mean",
]


def squared_loss(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[RealArray, RealArray]:
    """Squared (L2) loss l = ½(y_pred − y_true)², with gradient r = y_pred − y_true.

    Parameters
    ----------
    y_true, y_pred : array_like
        Real, any shape, the same for both (or one of them a single number).

    Returns
    -------
    loss, gradient : ndarray
        Per example, in that shape; the gradient is ∂l/∂y_pred.

    Raises
    ------
    ValueError
        If the shapes differ.
    TypeError
        If an argument holds something else than real numbers.

    References
    ----------
    Lecture items F19, F20. Many texts leave out the ½; with it the gradient is r itself.

    Examples
    --------
    >>> loss, gradient = squared_loss([1.0, 1.0], [3.0, 0.0])
    >>> loss.tolist(), gradient.tolist()
    ([2.0, 0.5], [2.0, -1.0])
    """
    with np.errstate(all="ignore"):
        # loss ½r², gradient r
        residual = _residual(y_true, y_pred)
        return residual * (residual / 2), residual


def absolute_loss(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[RealArray, RealArray]:
    """Absolute (L1) loss l = |y_pred − y_true|, with gradient sign(y_pred − y_true).

    Parameters
    ----------
    y_true, y_pred : array_like
        Real, any shape, the same for both (or one of them a single number).

    Returns
    -------
    loss, gradient : ndarray
        Per example, in that shape; the gradient is ∂l/∂y_pred. At r = 0 the loss has a kink, where
        every number in [−1, 1] is a subgradient; this function returns 0.

    Raises
    ------
    ValueError, TypeError
        As for `squared_loss`.

    References
    ----------
    Lecture items F21, F22.

    Examples
    --------
    >>> loss, gradient = absolute_loss([1.0, 1.0, 1.0], [3.0, 0.0, 1.0])
    >>> loss.tolist(), gradient.tolist()
    ([2.0, 1.0, 0.0], [1.0, -1.0, 0.0])
    """
    with np.errstate(all="ignore"):
        # loss |r|, gradient sign r
        residual = _residual(y_true, y_pred)
        return np.abs(residual), np.sign(residual)


def huber_loss(y_true: ArrayLike, y_pred: ArrayLike, delta: float) -> tuple[RealArray, RealArray]:
    """Huber's loss: quadratic up to |r| = δ, a straight line beyond, with a gradient without jump.

    Parameters
    ----------
    y_true, y_pred : array_like
        Real, any shape, the same for both (or one of them a single number).
    delta : float
        δ > 0, in the unit of y.

    Returns
    -------
    loss, gradient : ndarray
        Per example, in that shape, with r = y_pred − y_true: l = ½r² where |r| ≤ δ, else
        δ|r| − ½δ²; the gradient is clip(r, −δ, δ).

    Raises
    ------
    ValueError
        If the shapes differ, or δ is not positive and finite.
    TypeError
        If an argument holds something else than real numbers.

    References
    ----------
    Lecture items F23, F24; P. J. Huber, Robust estimation of a location parameter, Annals of
    Mathematical Statistics 35 (1964) 73–101. Some texts divide by δ, so that the slope far out is
    1. The smooth δ²(√(1 + (r/δ)²) − 1) is the *pseudo*-Huber loss, another function.

    Examples
    --------
    >>> loss, gradient = huber_loss([0.0, 0.0, 0.0], [1.0, 2.0, -5.0], delta=2.0)
    >>> loss.tolist(), gradient.tolist()
    ([0.5, 2.0, 8.0], [1.0, 2.0, -2.0])
    """
    delta = positive_number(delta, "delta")
    with np.errstate(all="ignore"):
        residual = _residual(y_true, y_pred)
        # c = r where |r| ≤ δ, else ±δ: the gradient
        gradient = np.clip(residual, -delta, delta)
        # c(r − c/2) is ½r² where |r| ≤ δ, else δ|r| − ½δ²: the loss
        return gradient * (residual - gradient / 2), gradient


def trimmed_mean(x: ArrayLike, alpha: float) -> float:
    """Mean of what is left when the k smallest and the k largest numbers are cut off.

    Parameters
    ----------
    x : array_like
        Real, shape (n,), n ≥ 1.
    alpha : float
        Fraction cut on *each* side, 0 ≤ α < ½: k = ⌊αn + 10⁻⁹⌋. α = 0 gives the mean, α → ½ the
        median.

    Returns
    -------
    float
        Accumulated in float64 also for float32 input; NaN if any number is NaN.

    Raises
    ------
    ValueError
        If `x` is empty or not one-dimensional, or `alpha` lies outside [0, ½).
    TypeError
        If `x` or `alpha` is not made of real numbers.

    Notes
    -----
    The 10⁻⁹ undoes the rounding of α: 0.29·100 is 28.999999999999996 in float64.

    References
    ----------
    Lecture item F24; J. W. Tukey, The future of data analysis, Annals of Mathematical Statistics 33
    (1962) 1–67.

    Examples
    --------
    >>> trimmed_mean([1.0, 2.0, 3.0, 4.0, 100.0], alpha=0.2)
    3.0
    """
    sample = sample_array(x, "x")
    alpha = real_number(alpha, "alpha")
    if not 0 <= alpha < 0.5:
        raise ValueError(
            f"alpha is cut on each side, so it must satisfy 0 <= alpha < 0.5; got {alpha:g}"
        )
    n = sample.size
    k = min(math.floor(alpha * n + 1e-9), (n - 1) // 2)
    if k:
        # The k smallest numbers come first, the k largest and any NaN last; the rest is unsorted.
        sample = np.partition(sample, (k, n - k - 1))
        if np.isnan(sample[n - k - 1 :]).any():
            return math.nan
    with np.errstate(invalid="ignore", over="ignore"):
        return float(sample[k : n - k].mean(dtype=np.float64))


def huber_location(x: ArrayLike, delta: float) -> float:
    """The constant m that minimises Σᵢ huber_loss(xᵢ, m, δ), exactly.

    Parameters
    ----------
    x : array_like
        Real, shape (n,), n ≥ 1. Infinite numbers pull with ±δ as any other outlier.
    delta : float
        δ > 0, in the unit of x. δ → ∞ gives the mean, δ → 0 the median.

    Returns
    -------
    float
        NaN if any number is NaN. If a whole interval minimises, its middle, which is the median.

    Raises
    ------
    ValueError
        If `x` is empty or not one-dimensional, or `delta` is not positive and finite.
    TypeError
        If `x` or `delta` is not made of real numbers.

    Notes
    -----
    At the minimum the forces balance: F(m) = Σᵢ clip(m − xᵢ, −δ, δ) = 0. F increases and is made of
    straight pieces that meet at the kinks xᵢ ± δ. So bisection finds the piece on which it changes
    sign, and a linear equation the place. The scale is the caller's choice; none is estimated here.

    References
    ----------
    As for `huber_loss`.

    Examples
    --------
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
    kinks = np.sort(np.concatenate([sample - delta, sample + delta]))
    kinks = kinks[(lower - delta <= kinks) & (kinks <= upper + delta)]
    # F ≤ 0 at the first kink and F > 0 at the last one: halve what lies between.
    left, right = 0, kinks.size - 1
    while right - left > 1:
        middle = (left + right) // 2
        if _force(kinks[middle], sample, delta) <= 0:
            left = middle
        else:
            right = middle
    before, after = _force(kinks[left], sample, delta), _force(kinks[right], sample, delta)
    slope = (after - before) / (kinks[right] - kinks[left])
    return float(median + kinks[left] - before / slope)


def influence(
    estimator: Callable[[NDArray[np.float64]], float], x: ArrayLike, outlier: ArrayLike
) -> NDArray[np.float64]:
    """How far one more observation moves an estimate: Tukey's sensitivity curve.

    SC(z) = (n + 1)·(T(x₁, …, xₙ, z) − T(x₁, …, xₙ)). For the mean it is z − x̄, without bound; for a
    robust estimator it stays bounded as z → ±∞.

    Parameters
    ----------
    estimator : callable
        T, a function of an array of shape (n,) that returns a number.
    x : array_like
        The sample, shape (n,), n ≥ 1.
    outlier : array_like
        The added values z, any shape.

    Returns
    -------
    ndarray
        SC(z) in the shape of `outlier`, in the unit of x.

    Raises
    ------
    ValueError
        If `x` is empty or not one-dimensional.
    TypeError
        If `x`, `outlier` or an estimate is not made of real numbers, or `estimator` is no function.

    References
    ----------
    Lecture items F20, F22, F24 (forces in balance); F. R. Hampel et al., Robust Statistics (Wiley
    1986), §2.1e.

    Examples
    --------
    >>> influence(np.mean, [1.0, 2.0, 3.0], [2.0, 102.0]).tolist()
    [0.0, 100.0]
    >>> influence(np.median, [1.0, 2.0, 3.0], [2.0, 102.0]).tolist()
    [0.0, 2.0]
    """
    check_callable(estimator, "estimator")
    sample = sample_array(x, "x").astype(np.float64)
    added = real_array(outlier, "outlier").astype(np.float64)
    samples = [sample, *(np.append(sample, z) for z in added.flat)]
    before, *after = (real_number(estimator(s), "the result of estimator") for s in samples)
    # SC(z) = (n + 1)·(T(x, z) − T(x))
    moved = np.array(after, dtype=np.float64).reshape(added.shape) - before
    return np.asarray((sample.size + 1) * moved)


def _residual(y_true: ArrayLike, y_pred: ArrayLike) -> RealArray:
    """Check that the shapes agree, and return y_pred − y_true."""
    true, pred = real_array(y_true, "y_true"), real_array(y_pred, "y_pred")
    if true.shape != pred.shape:
        if true.ndim and pred.ndim:
            raise ValueError(
                f"y_true and y_pred must have the same shape, or one of them be a single number; "
                f"got {true.shape} and {pred.shape}. Broadcasting (n,) against (n, 1) would give "
                f"n x n losses: use reshape or ravel first"
            )
        # A single number takes the other's dtype.
        dtype = true.dtype if true.ndim else pred.dtype
        true, pred = true.astype(dtype), pred.astype(dtype)
    return pred - true


def _force(m: float, sample: RealArray, delta: float) -> float:
    """F(m) = Σᵢ clip(m − xᵢ, −δ, δ), with which the sample pulls at m."""
    return float(np.clip(m - sample, -delta, delta).sum())
