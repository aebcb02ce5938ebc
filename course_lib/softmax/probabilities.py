"""Sigmoid and softmax, their logarithms, and log-sum-exp."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from course_lib.arguments import RealArray, existing_axis, real_array
from course_lib.softmax.rows import exponentials
from course_lib.tiling import over_row_tiles, row_sums


def sigmoid(x: ArrayLike) -> RealArray:
    """Logistic sigmoid σ(x) = 1/(1 + e⁻ˣ), the probability of class 1 at logit x.

    It is softmax with two classes: σ(x) = softmax((x, 0))₁. Computed from e^−|x|, which cannot
    overflow: σ(x) = 1/(1 + e⁻ˣ) for x ≥ 0, eˣ/(1 + eˣ) below.

    Parameters
    ----------
    x : real, any shape.

    Returns
    -------
    array of that shape, in [0, 1]. NaN propagates.

    Raises
    ------
    TypeError : `x` is not made of real numbers.

    Source: lecture item F25 (the title's logistic regression, which the slides never show: E7).

    >>> sigmoid([0.0, np.log(3), -1000.0]).round(12).tolist()
    [0.5, 0.75, 0.0]
    """
    x = real_array(x, "x")
    with np.errstate(under="ignore"):
        small = np.exp(-np.abs(x))
        return np.asarray(np.where(x >= 0, 1, small) / (1 + small))


def log_sigmoid(x: ArrayLike) -> RealArray:
    """log σ(x) = −log(1 + e⁻ˣ) = min(x, 0) − log(1 + e^−|x|), in nats.

    Parameters, errors: as for `sigmoid`. Returns an array of that shape, ≤ 0.

    Source: lecture item F25.

    >>> log_sigmoid([0.0, -1000.0]).round(6).tolist()
    [-0.693147, -1000.0]
    >>> bool(log_sigmoid(40.0) < 0)  # log(sigmoid(40)) gives 0
    True
    """
    x = real_array(x, "x")
    with np.errstate(under="ignore"):
        return np.asarray(np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))))


def softmax(logits: ArrayLike, axis: int = -1) -> RealArray:
    """Probabilities from logits: pᵢ = exp(oᵢ) / Σⱼ exp(oⱼ).

    Adding the same number to all logits changes nothing; so the maximum is subtracted first, which
    keeps exp from overflowing.

    Parameters
    ----------
    logits : o, real, any shape with at least one axis.
    axis : along which the classes lie.

    Returns
    -------
    array of that shape; sums to 1 along `axis`. A row with +∞, or of −∞ only, gives NaN; a single
    −∞ gives probability 0; an empty row stays empty.

    Raises
    ------
    TypeError : `logits` is not made of real numbers.
    ValueError : `logits` is a single number, or has no such axis.

    Source: lecture item F33; J. S. Bridle, Probabilistic interpretation of feedforward
    classification network outputs, in Neurocomputing (Springer 1990) 227–236. Relative error at
    most (|oᵢ − max|/2 + 4) eps: rounding oᵢ − max is what costs.

    >>> softmax([0.0, np.log(3)]).round(12).tolist()
    [0.25, 0.75]
    """

    def formula(o: RealArray) -> tuple[RealArray, ...]:
        powers = o - o.max(axis=-1, keepdims=True, initial=-np.inf)
        np.exp(powers, out=powers)
        powers *= 1 / row_sums(powers)  # one division per row
        return (powers,)

    return _along(axis, formula, logits)


def log_softmax(logits: ArrayLike, axis: int = -1) -> RealArray:
    """Log-probabilities from logits: log pᵢ = oᵢ − logsumexp(o), in nats.

    Computed as (oᵢ − m) − log(1 + r), m the maximum and r = Σ exp(oⱼ − m) without its own term.
    The logarithm of `softmax` would be −∞ where p underflows, and 0 where p rounds to 1.

    Parameters, errors: as for `softmax`. Returns an array of that shape, ≤ 0; a row with +∞, or of
    −∞ only, gives NaN.

    Source: lecture item F34; P. Blanchard, D. J. Higham and N. J. Higham, Accurately computing the
    log-sum-exp and softmax functions, IMA Journal of Numerical Analysis 41 (2021) 2311–2330.

    >>> log_softmax([0.0, 1000.0]).tolist()
    [-1000.0, 0.0]
    >>> log_softmax([40.0, 0.0])
    array([-4.24835426e-18, -4.00000000e+01])
    """

    def formula(o: RealArray) -> tuple[RealArray, ...]:
        largest, powers, rest = exponentials(o)
        log_p = np.subtract(o, largest, out=powers)  # in the memory of what is done with
        log_p -= np.log1p(rest)
        return (log_p,)

    return _along(axis, formula, logits)


def logsumexp(x: ArrayLike, axis: int = -1, keepdims: bool = False) -> RealArray:
    """Log-sum-exp log Σᵢ exp(xᵢ) = m + log(1 + r), a smooth maximum.

    It lies between the maximum m and m + log k. r = Σ exp(xᵢ − m) without the maximum's own term.

    Parameters
    ----------
    x : real, any shape with at least one axis.
    axis : is summed over.
    keepdims : keep that axis, with length 1.

    Returns
    -------
    array without that axis. All −∞ gives −∞, as does the empty sum; +∞ gives +∞; NaN propagates.

    Raises
    ------
    TypeError, ValueError : as `softmax`.

    Source: lecture item F34. Error at most 2 units in the last place for m ≥ 0 (3 in float32). For
    m < 0, m and log(1 + r) may cancel; then it is some units in m's last place (11 were seen).

    >>> logsumexp([1000.0, 1000.0]).round(6)
    np.float64(1000.693147)
    """

    def formula(x: RealArray) -> tuple[RealArray, ...]:
        largest, _, rest = exponentials(x)
        return (np.where(np.isinf(largest), largest, largest + np.log1p(rest)),)

    total = _along(axis, formula, x, name="x")
    return total if keepdims else np.squeeze(total, axis=axis)[()]


def _along(
    axis: int,
    formula: Callable[[RealArray], tuple[RealArray, ...]],
    value: ArrayLike,
    name: str = "logits",
) -> RealArray:
    """Apply a row formula, (n, k) → (n, any), along an axis of an array of any shape."""
    array = real_array(value, name)
    axis = existing_axis(axis, array, name)
    rows = np.moveaxis(array, axis, -1)
    *others, k = rows.shape
    with np.errstate(all="ignore"):  # NaN and ∞ are the values wanted there, not accidents
        (result,) = over_row_tiles(formula, rows.reshape(int(np.prod(others)), k))
    return np.moveaxis(result.reshape(*others, result.shape[1]), -1, axis)
