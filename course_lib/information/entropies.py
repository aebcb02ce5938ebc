"""Entropy, cross-entropy and perplexity of distributions."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from course_lib.arguments import RealArray, distributions, real_array
from course_lib.information.conventions import (
    entropy_in_nats,
    in_shape,
    last_axis,
    log_base,
    two_distributions,
)
from course_lib.softmax import log_softmax
from course_lib.tiling import sum_over_tiles


def entropy(p: ArrayLike, base: float = math.e, axis: int = -1) -> float | RealArray:
    """Entropy H[p] = −Σⱼ pⱼ log pⱼ, where 0·log 0 = 0.

    Parameters
    ----------
    p : distributions along `axis`, any shape.
    base : of the logarithm, > 1. e gives nats, 2 bits, 10 hartleys.
    axis : is summed over.

    Returns
    -------
    float for one distribution, otherwise an array of the other axes' shape; from 0 for certainty
    to log k for k equal probabilities.

    Raises
    ------
    ValueError : a probability is negative or NaN, a sum differs from 1, or `base` ≤ 1.
    TypeError : `p` or `base` is not made of real numbers.

    Source: lecture items F38–F41 (the "binary form" slide mixes log₂ with ln, and a twenty-sided
    die is not binary: E14); C. E. Shannon, A mathematical theory of communication, Bell System
    Technical Journal 27 (1948) 379–423, §6.

    >>> entropy([0.5, 0.5], base=2)
    1.0
    >>> round(entropy([0.9, 0.1], base=2), 3), round(entropy([1 / 20] * 20, base=2), 3)
    (0.469, 4.322)
    """
    unit = log_base(base)
    p = last_axis(distributions(p, "p", axis), axis)
    return in_shape(entropy_in_nats(p) / unit, p)


def cross_entropy(
    p: ArrayLike, q: ArrayLike, base: float = math.e, axis: int = -1
) -> float | RealArray:
    """Cross-entropy H(p, q) = −Σⱼ pⱼ log qⱼ = H[p] + D(p‖q).

    The mean length of a code that is optimal for q, when the symbols come from p.

    Parameters
    ----------
    p, q : distributions along `axis`, of one shape: the truth first, then the estimate.
    base, axis : as for `entropy`.

    Returns
    -------
    As `entropy`; ∞ where some q = 0 < p.

    Raises
    ------
    ValueError, TypeError : as `entropy`, for both; ValueError if the shapes differ.

    Source: lecture items F35, F44; T. M. Cover and J. A. Thomas, Elements of Information Theory
    (2nd ed., Wiley 2006), theorem 5.4.3.

    >>> round(cross_entropy([0.5, 0.5], [0.25, 0.75], base=2), 4)
    1.2075
    """
    unit = log_base(base)
    p, q = two_distributions(p, q, axis)

    def terms(p: RealArray, q: RealArray) -> RealArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(p == 0, 0, p * np.log(q))

    return in_shape((0.0 - sum_over_tiles(terms, p, q)) / unit, p)


def perplexity(p: ArrayLike, axis: int = -1) -> float | RealArray:
    """Perplexity exp H[p]: the number of equally likely outcomes that are as uncertain as p.

    The same in every base. Parameters, returns, errors: as for `entropy`.

    Source: F. Jelinek, R. L. Mercer, L. R. Bahl and J. K. Baker, Perplexity: a measure of the
    difficulty of speech recognition tasks, Journal of the Acoustical Society of America 62 (1977)
    S63.

    >>> round(perplexity([0.25, 0.25, 0.25, 0.25]), 12)
    4.0
    """
    p = last_axis(distributions(p, "p", axis), axis)
    return in_shape(np.exp(entropy_in_nats(p)), p)


def entropy_with_logits(logits: ArrayLike) -> tuple[float | RealArray, RealArray]:
    """H[softmax(o)] in nats, and its gradient −p(log p + H) with respect to o, p = softmax(o).

    Parameters
    ----------
    logits : o, real, shape (..., k).

    Returns
    -------
    entropy : one for each row of logits, shape (...); a float if there is one only.
    gradient : of the shape of `logits`. Its sum over a row is 0: a shift of o changes nothing.

    Raises
    ------
    ValueError : `logits` is a single number.
    TypeError : `logits` is not made of real numbers.

    Source: lecture items F33, F38.

    >>> value, gradient = entropy_with_logits([0.0, np.log(3.0)])
    >>> round(value, 4), gradient.round(4).tolist()
    (0.5623, [0.206, -0.206])
    """
    o = real_array(logits, "logits")
    if o.ndim == 0:
        raise ValueError(f"logits must be an array of shape (..., k), got the number {o:g}")
    log_p = log_softmax(o)
    p = np.exp(log_p)

    def terms(p: RealArray, log_p: RealArray) -> RealArray:
        with np.errstate(invalid="ignore"):
            return np.where(p == 0, 0, p * log_p)

    h = 0.0 - sum_over_tiles(terms, p, log_p)
    with np.errstate(invalid="ignore"):
        gradient = np.where(p == 0, 0, -p * (log_p + h[..., None].astype(p.dtype)))
    return in_shape(h, p), gradient
