"""Entropies: of one distribution, of two, of a table of two variables."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import (
    RealArray,
    distributions,
    joint_distribution,
    real_array,
    real_number,
)
from course_lib.softmax import log_softmax


def entropy(p: ArrayLike, base: float = math.e, axis: int = -1) -> float | RealArray:
    """Entropy H[p] = −Σⱼ pⱼ log pⱼ, where 0·log 0 = 0.

    Parameters
    ----------
    p : array_like
        Distributions along `axis`, any shape.
    base : float, default e
        Base of the logarithm, > 1. e gives nats, 2 bits, 10 hartleys.
    axis : int, default -1
        The axis that is summed over.

    Returns
    -------
    float or ndarray
        A float for one distribution, otherwise an array of the other axes' shape; from 0 for
        certainty to log k for k equal probabilities.

    Raises
    ------
    ValueError
        If a probability is negative or NaN, a sum differs from 1, or `base` ≤ 1.
    TypeError
        If `p` or `base` is not made of real numbers.

    References
    ----------
    Lecture items F38–F41 (the "binary form" slide mixes log₂ with ln, and a twenty-sided die is not
    binary: E14); C. E. Shannon, A mathematical theory of communication, Bell System Technical
    Journal 27 (1948) 379–423, §6.

    Examples
    --------
    >>> entropy([0.5, 0.5], base=2)
    1.0
    >>> round(entropy([0.9, 0.1], base=2), 3), round(entropy([1 / 20] * 20, base=2), 3)
    (0.469, 4.322)
    """
    unit = log_of_base(base)
    p = distributions(p, "p", axis)
    return in_dtype_of(p, expected_cost(p, p, axis) / unit)


def cross_entropy(
    p: ArrayLike, q: ArrayLike, base: float = math.e, axis: int = -1
) -> float | RealArray:
    """Cross-entropy H(p, q) = −Σⱼ pⱼ log qⱼ = H[p] + D(p‖q).

    The mean length of a code that is optimal for q, when the symbols come from p.

    Parameters
    ----------
    p, q : array_like
        Distributions along `axis`, of one shape: the truth first, then the estimate.
    base : float, default e
        Base of the logarithm, > 1.
    axis : int, default -1
        The axis that is summed over.

    Returns
    -------
    float or ndarray
        A float for one pair of distributions, otherwise an array of the other axes' shape; ∞ where
        some q = 0 < p.

    Raises
    ------
    ValueError
        If `p` or `q` is no distribution, their shapes differ, or `base` ≤ 1.
    TypeError
        If an argument is not made of real numbers.

    References
    ----------
    Lecture items F35, F44; T. M. Cover and J. A. Thomas, Elements of Information Theory (2nd ed.,
    Wiley 2006), theorem 5.4.3.

    Examples
    --------
    >>> round(cross_entropy([0.5, 0.5], [0.25, 0.75], base=2), 4)
    1.2075
    """
    unit = log_of_base(base)
    p, q = two_distributions(p, q, axis)
    return in_dtype_of(p, expected_cost(p, q, axis) / unit)


def perplexity(p: ArrayLike, axis: int = -1) -> float | RealArray:
    """Perplexity exp H[p]: the number of equally likely outcomes that are as uncertain as p.

    It is the same in every base.

    Parameters
    ----------
    p : array_like
        Distributions along `axis`, any shape.
    axis : int, default -1
        The axis that is summed over.

    Returns
    -------
    float or ndarray
        A float for one distribution, otherwise an array of the other axes' shape; from 1 to k.

    Raises
    ------
    ValueError, TypeError
        As for `entropy`.

    References
    ----------
    F. Jelinek, R. L. Mercer, L. R. Bahl and J. K. Baker, Perplexity: a measure of the difficulty of
    speech recognition tasks, Journal of the Acoustical Society of America 62 (1977) S63.

    Examples
    --------
    >>> round(perplexity([0.25, 0.25, 0.25, 0.25]), 12)
    4.0
    """
    p = distributions(p, "p", axis)
    return in_dtype_of(p, np.exp(expected_cost(p, p, axis)))


def entropy_with_logits(logits: ArrayLike) -> tuple[float | RealArray, RealArray]:
    """Entropy H[p] of p = softmax(o) in nats, with gradient −p(log p + H).

    Parameters
    ----------
    logits : array_like
        o, real, shape (..., k).

    Returns
    -------
    entropy : float or ndarray
        One for each row of logits, shape (...); a float if there is one only.
    gradient : ndarray
        With respect to o, of the shape of `logits`. Its sum over a row is 0: a shift of o changes
        nothing.

    Raises
    ------
    ValueError
        If `logits` is a single number.
    TypeError
        If `logits` is not made of real numbers.

    References
    ----------
    Lecture items F33, F38.

    Examples
    --------
    >>> value, gradient = entropy_with_logits([0.0, np.log(3.0)])
    >>> round(value, 4), gradient.round(4).tolist()
    (0.5623, [0.206, -0.206])
    """
    o = real_array(logits, "logits")
    if o.ndim == 0:
        raise ValueError(f"logits must be an array of shape (..., k), got the number {o:g}")
    log_p = log_softmax(o)
    p = np.exp(log_p)
    with np.errstate(invalid="ignore"):
        # H = −Σ p log p, gradient −p(log p + H); both count 0·log 0 as 0
        h = 0.0 - np.where(p == 0, 0, p * log_p).sum(axis=-1, dtype=np.float64)
        gradient = np.where(p == 0, 0, -p * (log_p + h[..., np.newaxis].astype(p.dtype)))
    return in_dtype_of(p, h), gradient


def joint_entropy(p_xy: ArrayLike, base: float = math.e) -> float:
    """Joint entropy H(X, Y) = −Σ p(x, y) log p(x, y).

    Parameters
    ----------
    p_xy : array_like
        Table of the joint distribution, x by rows and y by columns; all of it sums to 1.
    base : float, default e
        Base of the logarithm, > 1.

    Returns
    -------
    float
        In nats, or in the unit of `base`.

    Raises
    ------
    ValueError
        If `p_xy` is no distribution or not two-dimensional, or `base` ≤ 1.
    TypeError
        If an argument is not made of real numbers.

    References
    ----------
    Lecture item F45; Cover and Thomas (2006), §2.2.

    Examples
    --------
    >>> joint_entropy([[0.25, 0.25], [0.25, 0.25]], base=2)
    2.0
    """
    unit = log_of_base(base)
    p = joint_table(p_xy)
    return float(expected_cost(p, p, None) / unit)


def conditional_entropy(p_xy: ArrayLike, base: float = math.e) -> float:
    """Conditional entropy H(Y|X) = −Σ p(x, y) log p(y|x) = H(X, Y) − H(X).

    What is left to say about the column y once the row x is known; `p_xy.T` gives H(X|Y).

    Parameters
    ----------
    p_xy : array_like
        Table of the joint distribution, x by rows and y by columns; all of it sums to 1.
    base : float, default e
        Base of the logarithm, > 1.

    Returns
    -------
    float
        In nats, or in the unit of `base`.

    Raises
    ------
    ValueError, TypeError
        As for `joint_entropy`.

    References
    ----------
    Cover and Thomas (2006), theorem 2.2.1.

    Examples
    --------
    >>> conditional_entropy([[0.5, 0.0], [0.25, 0.25]], base=2)
    0.5
    """
    unit = log_of_base(base)
    p = joint_table(p_xy)
    p_x = p.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        # log p(y|x) = log(p/p_x); near p = p_x the quotient rounds away what log1p sees
        log_ratio = np.where(p > p_x / 2, np.log1p((p - p_x) / p_x), np.log(p / p_x))
        # H(Y|X) = −Σ p(x, y) log p(y|x), where 0·log 0 = 0
        return float((0.0 - np.where(p == 0, 0, p * log_ratio).sum()) / unit)


# ── What entropies and divergences share ──────────────────────────────────────────────────────────


def expected_cost(p: RealArray, q: RealArray, axis: int | None) -> NDArray[np.float64]:
    """−Σ p log q in nats, where 0·log 0 = 0; the mean of −log q under p."""
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p == 0, 0, p * np.log(q))
    return np.asarray(0.0 - terms.sum(axis, np.float64))  # 0 − x, so that nothing costs 0, not −0


def log_of_base(base: float) -> float:
    """Natural logarithm of the base: dividing nats by it changes the unit.

    Raises
    ------
    ValueError
        If the base is not finite and greater than 1.

    Examples
    --------
    >>> log_of_base(1)
    Traceback (most recent call last):
    ValueError: base must be finite and greater than 1 (e for nats, 2 for bits), got 1
    """
    number = real_number(base, "base")
    if not 1 < number < math.inf:
        raise ValueError(
            f"base must be finite and greater than 1 (e for nats, 2 for bits), got {number:g}"
        )
    return math.log(number)


def two_distributions(p: ArrayLike, q: ArrayLike, axis: int) -> tuple[RealArray, RealArray]:
    """Convert p and q to distributions of one shape and dtype.

    Raises
    ------
    ValueError
        If one of them is no distribution, or the shapes differ.

    Examples
    --------
    >>> two_distributions([1.0], [0.5, 0.5], -1)
    Traceback (most recent call last):
    ValueError: p and q must have the same shape, got (1,) and (2,); np.broadcast_to repeats ...
    """
    p, q = distributions(p, "p", axis), distributions(q, "q", axis)
    if p.shape != q.shape:
        raise ValueError(
            f"p and q must have the same shape, got {p.shape} and {q.shape}; "
            f"np.broadcast_to repeats one distribution for many"
        )
    dtype = np.result_type(p, q)
    return p.astype(dtype, copy=False), q.astype(dtype, copy=False)


def joint_table(p_xy: ArrayLike) -> NDArray[np.float64]:
    """Convert to a table of probabilities in float64, with a row for each x, a column for each y.

    Raises
    ------
    ValueError
        If it is no distribution, or has not two axes.
    """
    table = real_array(p_xy, "p_xy").astype(np.float64)
    if table.ndim != 2:
        raise ValueError(
            f"p_xy must be a table with a row for each x and a column for each y, "
            f"got shape {table.shape}"
        )
    joint_distribution(table, "p_xy")
    return table


def in_dtype_of(p: RealArray, totals: NDArray[np.float64]) -> float | RealArray:
    """One total as a float, several as an array of the dtype of `p`."""
    return totals.astype(p.dtype) if totals.ndim else float(totals)
