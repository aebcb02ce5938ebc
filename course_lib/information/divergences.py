"""Kullback–Leibler divergence and Jensen’s inequality behind it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from course_lib.arguments import RealArray, check_callable, distributions, real_array
from course_lib.information.conventions import in_shape, log_base, two_distributions
from course_lib.softmax import log_softmax
from course_lib.tiling import sum_over_tiles


def kl_divergence(
    p: ArrayLike, q: ArrayLike, base: float = math.e, axis: int = -1
) -> float | RealArray:
    """Kullback–Leibler divergence D(p‖q) = Σⱼ pⱼ log(pⱼ/qⱼ) ≥ 0, with 0 only for p = q.

    What coding p with q's code wastes. It is no distance: D(p‖q) ≠ D(q‖p) in general (E15).

    To each term qⱼ − pⱼ is added. Over all j that makes 0, and every term becomes a non-negative
    p·(d − log(1 + d)) with d = (q − p)/p, so that nothing cancels between them: for p = (½, ½) and
    q = ½ ± 10⁻¹² the result is 2.000e-24, where the plain sum leaves rounding noise of 1e-17.

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

    Source: lecture items F42, F43, and F44, where p and q have swapped roles (E17); S. Kullback
    and R. A. Leibler, On information and sufficiency, Annals of Mathematical Statistics 22 (1951)
    79–86.

    >>> round(kl_divergence([0.5, 0.5], [0.25, 0.75], base=2), 4)
    0.2075
    >>> kl_divergence([0.5, 0.5], [1.0, 0.0])
    inf
    """
    unit = log_base(base)
    p, q = two_distributions(p, q, axis)

    def terms(p: RealArray, q: RealArray) -> RealArray:
        with np.errstate(divide="ignore"):
            return divergence_terms(p, q, np.log(q))

    return in_shape(sum_over_tiles(terms, p, q) / unit, p)


def jensen_gap(psi: Callable[[RealArray], ArrayLike], x: ArrayLike, p: ArrayLike) -> float:
    """How far the mean of ψ lies above ψ of the mean: E[ψ(X)] − ψ(E[X]), ≥ 0 for convex ψ.

    With ψ = −log and X = q/p under p it is D(p‖q), if q has no mass where p has none; that is how
    Jensen's inequality shows D ≥ 0 (E16: it needs a convex ψ).

    Parameters
    ----------
    psi : ψ, elementwise function of an array. Values that have probability 0 do not count.
    x : the values of X, shape (n,).
    p : their probabilities, shape (n,).

    Raises
    ------
    ValueError : shapes differ, have not one axis, or `p` is no distribution.
    TypeError : `x`, `p` or what `psi` returns is not made of real numbers.

    Source: lecture item F43; J. L. W. V. Jensen, Sur les fonctions convexes et les inégalités entre
    les valeurs moyennes, Acta Mathematica 30 (1906) 175–193.

    >>> jensen_gap(np.square, [1.0, 3.0], [0.5, 0.5])  # the variance
    1.0
    """
    check_callable(psi, "psi")
    values, weights = real_array(x, "x"), distributions(p, "p")
    if values.ndim != 1 or values.shape != weights.shape:
        raise ValueError(
            f"x and p must both have shape (n,), a probability for each value; "
            f"got {values.shape} and {weights.shape}"
        )
    values, weights = values[weights > 0], weights[weights > 0]
    images = real_array(psi(values), "psi(x)")
    if images.shape != values.shape:
        raise ValueError(
            f"psi must work elementwise: given shape {values.shape} it returned {images.shape}"
        )
    with np.errstate(invalid="ignore"):  # ∞ − ∞ is NaN, the value wanted
        return float(weights @ images - real_array(psi(weights @ values), "psi(mean)"))


def kl_with_logits(q: ArrayLike, logits: ArrayLike) -> tuple[float | RealArray, RealArray]:
    """D(q‖softmax(o)) = −H[q] + logsumexp(o) − Σⱼ qⱼoⱼ in nats, and its gradient softmax(o) − q.

    As a function of o it differs from the cross-entropy by the constant H[q] alone, so that both
    have this gradient.

    Parameters
    ----------
    q : target distributions along the last axis, shape (..., k).
    logits : o, real, the same shape.

    Returns
    -------
    divergence : one for each distribution, shape (...); a float if there is one only.
    gradient : with respect to `logits`, of their shape.

    Raises
    ------
    ValueError : the shapes differ, or `q` is no distribution.
    TypeError : an argument is not made of real numbers.

    Source: lecture items F36, F44.

    >>> divergence, gradient = kl_with_logits([0.5, 0.5], [0.0, np.log(3.0)])
    >>> round(divergence, 4), gradient.round(4).tolist()
    (0.1438, [-0.25, 0.25])
    """
    target = distributions(q, "q")
    log_s = log_softmax(_logits_like(target, logits))
    target = target.astype(log_s.dtype, copy=False)
    s = np.exp(log_s)
    # (s − 1) + (1 − q) where q is large: near s = q = 1 the difference s − q has lost its digits.
    gradient = np.where(target > 0.5, np.expm1(log_s) + (1 - target), s - target)
    return in_shape(sum_over_tiles(divergence_terms, target, s, log_s), log_s), gradient


def _logits_like(target: RealArray, logits: ArrayLike) -> RealArray:
    o = real_array(logits, "logits")
    if o.shape != target.shape:
        raise ValueError(f"q and logits must have the same shape, got {target.shape} and {o.shape}")
    return o.astype(np.result_type(o, target), copy=False)


def divergence_terms(p: RealArray, q: RealArray, log_q: RealArray) -> RealArray:
    """p log(p/q) − p + q, each term to nearly full relative accuracy; q where p = 0.

    >>> divergence_terms(np.array([0.5, 0.0]), np.array([0.5, 0.5]), np.log([0.5, 0.5])).tolist()
    [0.0, 0.5]
    """
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        terms = np.where(p == 0, q, p * (np.log(p) - log_q) + (q - p))
    near = np.abs(q - p) < p / 4
    p_near = p[near]
    terms[near] = p_near * _minus_log1p((q[near] - p_near) / p_near)
    return terms


def _minus_log1p(d: RealArray) -> RealArray:
    """d − log(1 + d) for abs d ≤ ¼, where that subtraction would cancel.

    With s = d/(2 + d), log(1 + d) = 2 artanh s = 2(s + s³/3 + s⁵/5 + …), and d − 2s = s·d.
    """
    s = d / (2 + d)
    square = s * s
    series = np.zeros_like(d)
    for n in range(19, 1, -2):  # s² ≤ 1/49: what is left out is below rounding
        series = series * square + 1 / n
    return s * (d - 2 * square * series)
