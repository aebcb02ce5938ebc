"""Sigmoid and softmax, their logarithms, and log-sum-exp.

All but the sigmoid need Σⱼ exp(oⱼ) over the classes. Written plainly it overflows at o = 710. So
the maximum m is taken out first: exp(oⱼ) = exp(m)·exp(oⱼ − m), and no exponent is above 0. The
maximum's own term is then exp(0) = 1, and the sum is 1 + r:

    logsumexp(o) = m + log(1 + r)        log pᵢ = (oᵢ − m) − log(1 + r)

For a confident classifier r is 1e-17 or less. There 1 + r rounds to 1, and the loss to 0. So r is
summed without the 1, and `log1p` adds it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_lib.arguments import RealArray, existing_axis, real_array

PEAKED = 0.021
"""A sum r below this feels the rounding of oⱼ − m. Above it, the gaps are below 4 with two classes
and below 8 with 64, which rounding changes by one or two eps at most."""


def sigmoid(x: ArrayLike) -> RealArray:
    """Logistic sigmoid σ(x) = 1/(1 + e⁻ˣ): the probability of class 1 at logit x.

    Parameters
    ----------
    x : array_like
        Logits, real, any shape.

    Returns
    -------
    ndarray
        Probabilities in [0, 1], in the shape of `x`. NaN propagates.

    Raises
    ------
    TypeError
        If `x` is not made of real numbers.

    Notes
    -----
    It is softmax with two classes: σ(x) = softmax((x, 0))₁.

    References
    ----------
    Lecture item F25 (the title's logistic regression, which the slides never show: E7).

    Examples
    --------
    >>> sigmoid([0.0, np.log(3), -1000.0]).round(12).tolist()
    [0.5, 0.75, 0.0]
    """
    x = real_array(x, "x")
    with np.errstate(over="ignore"):  # far below 0, e⁻ˣ is ∞ and σ(x) is 0
        # σ(x) = 1/(1 + e⁻ˣ)
        return np.asarray(1 / (1 + np.exp(-x)))


def log_sigmoid(x: ArrayLike) -> RealArray:
    """Logarithm of the sigmoid: log σ(x) = −log(1 + e⁻ˣ), in nats.

    Parameters
    ----------
    x : array_like
        Logits, real, any shape.

    Returns
    -------
    ndarray
        Log-probabilities, at most 0, in the shape of `x`. NaN propagates.

    Raises
    ------
    TypeError
        If `x` is not made of real numbers.

    References
    ----------
    Lecture item F25.

    Examples
    --------
    >>> log_sigmoid([0.0, -1000.0]).round(6).tolist()
    [-0.693147, -1000.0]
    >>> bool(log_sigmoid(40.0) < 0)  # log(sigmoid(40)) gives 0
    True
    """
    x = real_array(x, "x")
    # log σ(x) = −log(1 + e⁻ˣ) = min(x, 0) − log(1 + e^−|x|), where e^−|x| cannot overflow
    return np.asarray(np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))))


def softmax(logits: ArrayLike, axis: int = -1) -> RealArray:
    """Probabilities from logits: pᵢ = exp(oᵢ) / Σⱼ exp(oⱼ).

    Parameters
    ----------
    logits : array_like
        o, real, any shape with at least one axis.
    axis : int, default -1
        The axis along which the classes lie.

    Returns
    -------
    ndarray
        p, in the shape of `logits`; sums to 1 along `axis`. Classes with +∞ among their logits, or
        with −∞ only, have no softmax: NaN. A single −∞ gives probability 0.

    Raises
    ------
    TypeError
        If `logits` is not made of real numbers.
    ValueError
        If `logits` is a single number, or has no such axis.

    Notes
    -----
    The relative error is at most (|oᵢ − max|/2 + 4) eps. Rounding oᵢ − max is what costs.

    References
    ----------
    Lecture item F33; J. S. Bridle, Probabilistic interpretation of feedforward classification
    network outputs, in Neurocomputing (Springer 1990) 227–236.

    Examples
    --------
    >>> softmax([0.0, np.log(3)]).round(12).tolist()
    [0.25, 0.75]
    """
    o = real_array(logits, "logits")
    axis = existing_axis(axis, o, "logits")
    if not o.size:
        return o.copy()
    rows = np.ascontiguousarray(o.swapaxes(axis, -1))
    with np.errstate(all="ignore"):
        # pᵢ = exp(oᵢ − m) / Σⱼ exp(oⱼ − m): taking the maximum m away changes no probability, and
        # exp cannot overflow.
        p: RealArray = np.exp(rows - rows.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
        return p.swapaxes(axis, -1)


def log_softmax(logits: ArrayLike, axis: int = -1) -> RealArray:
    """Log-probabilities from logits: log pᵢ = oᵢ − logsumexp(o), in nats.

    Parameters
    ----------
    logits : array_like
        o, real, any shape with at least one axis.
    axis : int, default -1
        The axis along which the classes lie.

    Returns
    -------
    ndarray
        log p, at most 0, in the shape of `logits`. NaN where `softmax` is NaN.

    Raises
    ------
    TypeError, ValueError
        As for `softmax`.

    Notes
    -----
    The logarithm of `softmax` would be −∞ where p underflows, and 0 where p rounds to 1.

    References
    ----------
    Lecture item F34; P. Blanchard, D. J. Higham and N. J. Higham, Accurately computing the
    log-sum-exp and softmax functions, IMA Journal of Numerical Analysis 41 (2021) 2311–2330.

    Examples
    --------
    >>> log_softmax([0.0, 1000.0]).tolist()
    [-1000.0, 0.0]
    >>> log_softmax([40.0, 0.0])
    array([-4.24835426e-18, -4.00000000e+01])
    """
    o = real_array(logits, "logits")
    axis = existing_axis(axis, o, "logits")
    with np.errstate(all="ignore"):
        # log pᵢ = (oᵢ − m) − log(1 + r)
        _, log_p, rest = _largest_shifted_rest(o.swapaxes(axis, -1))
        log_p -= np.log1p(rest)
        return log_p.swapaxes(axis, -1)


def logsumexp(x: ArrayLike, axis: int = -1, keepdims: bool = False) -> RealArray:
    """Log-sum-exp log Σᵢ exp(xᵢ) = m + log(1 + r), a smooth maximum.

    It lies between the maximum m and m + log k.

    Parameters
    ----------
    x : array_like
        Real, any shape with at least one axis.
    axis : int, default -1
        The axis that is summed over.
    keepdims : bool, default False
        Keep that axis, with length 1.

    Returns
    -------
    ndarray
        Without that axis. −∞ for numbers that are all −∞, and for the empty sum; +∞ if one is +∞.
        NaN propagates.

    Raises
    ------
    TypeError, ValueError
        As for `softmax`.

    Notes
    -----
    The error is at most 2 units in the last place for m ≥ 0 (3 in float32). For m < 0, m and
    log(1 + r) may cancel. The error is then some units in m's last place (11 were seen).

    References
    ----------
    Lecture item F34.

    Examples
    --------
    >>> logsumexp([1000.0, 1000.0]).round(6)
    np.float64(1000.693147)
    """
    x = real_array(x, "x")
    axis = existing_axis(axis, x, "x")
    with np.errstate(all="ignore"):
        # m + log(1 + r), but ±∞ where m is
        largest, _, rest = _largest_shifted_rest(x.swapaxes(axis, -1))
        total = np.where(np.isinf(largest), largest, largest + np.log1p(rest)).swapaxes(axis, -1)
    return total if keepdims else total.squeeze(axis)[()]


def _largest_shifted_rest(o: RealArray) -> tuple[RealArray, RealArray, RealArray]:
    """Along the last axis: m = max o, every oᵢ − m, and r = Σ exp(oᵢ − m) − 1, summed carefully."""
    *others, k = o.shape
    if k == 0:
        return np.full((*others, 1), -np.inf, o.dtype), o.copy(), np.zeros((*others, 1), o.dtype)
    rows = np.ascontiguousarray(o).reshape(-1, k)  # so that memory's layout changes no sum
    best = np.arange(len(rows)), rows.argmax(axis=-1)
    # m, and oᵢ − m ≤ 0
    largest = rows[best][:, np.newaxis]
    shifted = rows - largest
    # r = Σ exp(oᵢ − m) − 1. The 1 is the maximum's own term. Taken away before the sum, it cannot
    # swallow the others.
    powers = np.exp(shifted)
    powers[best] -= 1
    rest = powers.sum(axis=-1, keepdims=True)
    peaked, _ = (rest < PEAKED).nonzero()
    if peaked.size:
        rest[peaked] += _lost_by_rounding(rows[peaked], largest[peaked])
    return largest.reshape(*others, 1), shifted.reshape(o.shape), rest.reshape(*others, 1)


def _lost_by_rounding(o: RealArray, largest: RealArray) -> RealArray:
    """What Σ exp(oᵢ − m) lacks because oᵢ − m is rounded.

    At a gap of 700 the rounded difference is off by up to 6e-14, and exp of it by 256 units in the
    last place.
    """
    # Knuth's two-sum: oᵢ − m is shifted + lost exactly, so that exp(oᵢ − m) is 1 + lost times the
    # exp of what is rounded.
    shifted = o - largest
    subtracted = o - shifted
    lost = (o - (shifted + subtracted)) + (subtracted - largest)
    terms = np.where(np.isfinite(shifted), np.exp(shifted) * lost, 0)
    return np.asarray(terms.sum(axis=-1, keepdims=True))
