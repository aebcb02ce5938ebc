"""Kullback–Leibler divergence, what it says of two variables, and Jensen’s inequality behind it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from course_lib.arguments import RealArray, check_callable, distributions, real_array
from course_lib.information.entropies import (
    in_dtype_of,
    joint_table,
    log_of_base,
    two_distributions,
)
from course_lib.softmax import log_softmax


def kl_divergence(
    p: ArrayLike, q: ArrayLike, base: float = math.e, axis: int = -1
) -> float | RealArray:
    """Kullback–Leibler divergence D(p‖q) = Σⱼ pⱼ log(pⱼ/qⱼ) ≥ 0, with 0 only for p = q.

    What coding p with q's code wastes. It is no distance: D(p‖q) ≠ D(q‖p) in general (E15).

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

    Notes
    -----
    To each term qⱼ − pⱼ is added. Over all j that makes 0, and every term becomes a non-negative
    p·(d − log(1 + d)) with d = (q − p)/p, so that nothing cancels between them. For p = (½, ½) and
    q = ½ ± 10⁻¹² the result is 2.000e-24, where the plain sum leaves rounding noise of 1e-17.

    References
    ----------
    Lecture items F42, F43, and F44, where p and q have swapped roles (E17); S. Kullback and
    R. A. Leibler, On information and sufficiency, Annals of Mathematical Statistics 22 (1951)
    79–86.

    Examples
    --------
    >>> round(kl_divergence([0.5, 0.5], [0.25, 0.75], base=2), 4)
    0.2075
    >>> kl_divergence([0.5, 0.5], [1.0, 0.0])
    inf
    """
    unit = log_of_base(base)
    p, q = two_distributions(p, q, axis)
    with np.errstate(divide="ignore"):
        terms = _divergence_terms(p, q, np.log(q))
    return in_dtype_of(p, np.asarray(terms.sum(axis, np.float64) / unit))


def kl_with_logits(q: ArrayLike, logits: ArrayLike) -> tuple[float | RealArray, RealArray]:
    """Divergence D(q‖softmax(o)) = −H[q] + logsumexp(o) − Σⱼ qⱼoⱼ, with gradient softmax(o) − q.

    As a function of o it differs from the cross-entropy by the constant H[q] alone, so that both
    have this gradient.

    Parameters
    ----------
    q : array_like
        Target distributions along the last axis, shape (..., k).
    logits : array_like
        o, real, the same shape.

    Returns
    -------
    divergence : float or ndarray
        In nats, one for each distribution, shape (...); a float if there is one only.
    gradient : ndarray
        With respect to `logits`, of their shape.

    Raises
    ------
    ValueError
        If the shapes differ, or `q` is no distribution.
    TypeError
        If an argument is not made of real numbers.

    References
    ----------
    Lecture items F36, F44.

    Examples
    --------
    >>> divergence, gradient = kl_with_logits([0.5, 0.5], [0.0, np.log(3.0)])
    >>> round(divergence, 4), gradient.round(4).tolist()
    (0.1438, [-0.25, 0.25])
    """
    q, o = distributions(q, "q"), real_array(logits, "logits")
    if o.shape != q.shape:
        raise ValueError(f"q and logits must have the same shape, got {q.shape} and {o.shape}")
    dtype = np.result_type(o, q)
    q = q.astype(dtype, copy=False)
    log_s = log_softmax(o.astype(dtype, copy=False))
    s = np.exp(log_s)
    divergence = np.asarray(_divergence_terms(q, s, log_s).sum(axis=-1, dtype=np.float64))
    # s − q, written (s − 1) + (1 − q) where q is large: near s = q = 1 it has lost its digits.
    gradient = np.where(q > 0.5, np.expm1(log_s) + (1 - q), s - q)
    return in_dtype_of(s, divergence), gradient


def mutual_information(p_xy: ArrayLike, base: float = math.e) -> float:
    """Mutual information I(X; Y) = Σ p(x, y) log(p(x, y) / (p(x) p(y))) = H(Y) − H(Y|X) ≥ 0.

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

    Notes
    -----
    It is the divergence of the joint distribution from the product of its margins, and computed as
    `kl_divergence` is. Near independence its size is that of the squared deviation, far below the
    rounding of any of the entropies.

    References
    ----------
    Lecture item F45; Cover and Thomas (2006), §2.3.

    Examples
    --------
    >>> mutual_information([[0.5, 0.0], [0.0, 0.5]], base=2)
    1.0
    >>> table = np.array([[1e8 + 1, 1e8], [1e8, 1e8]])
    >>> f"{mutual_information(table / table.sum()):.3e}"
    '3.125e-18'
    """
    unit = log_of_base(base)
    p = joint_table(p_xy)
    p_x, p_y = p.sum(axis=1, keepdims=True), p.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore"):
        log_product = np.log(p_x) + np.log(p_y)  # not log(p_x · p_y), which may underflow
    rows = _divergence_terms(p, p_x * p_y, log_product).sum(axis=1)
    return float(rows.sum() / unit)


def jensen_gap(psi: Callable[[RealArray], ArrayLike], x: ArrayLike, p: ArrayLike) -> float:
    """How far the mean of ψ lies above ψ of the mean: E[ψ(X)] − ψ(E[X]), ≥ 0 for convex ψ.

    With ψ = −log and X = q/p under p it is D(p‖q), if q has no mass where p has none; that is how
    Jensen's inequality shows D ≥ 0 (E16: it needs a convex ψ).

    Parameters
    ----------
    psi : callable
        ψ, an elementwise function of an array. Values that have probability 0 do not count.
    x : array_like
        The values of X, shape (n,).
    p : array_like
        Their probabilities, shape (n,).

    Returns
    -------
    float
        In the unit of ψ.

    Raises
    ------
    ValueError
        If shapes differ, have not one axis, or `p` is no distribution.
    TypeError
        If `x`, `p` or what `psi` returns is not made of real numbers.

    References
    ----------
    Lecture item F43; J. L. W. V. Jensen, Sur les fonctions convexes et les inégalités entre les
    valeurs moyennes, Acta Mathematica 30 (1906) 175–193.

    Examples
    --------
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
        # E[ψ(X)] − ψ(E[X])
        return float(weights @ images - real_array(psi(weights @ values), "psi(mean)"))


def _divergence_terms(p: RealArray, q: RealArray, log_q: RealArray) -> RealArray:
    """p log(p/q) − p + q, each term to nearly full relative accuracy; q where p = 0."""
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        terms = np.where(p == 0, q, p * (np.log(p) - log_q) + (q - p))
    near = np.abs(q - p) < p / 4
    if near.any():
        p_near = p[near]
        terms[near] = p_near * _minus_log1p((q[near] - p_near) / p_near)
    return terms


def _minus_log1p(d: RealArray) -> RealArray:
    """d − log(1 + d) for abs d ≤ ¼, where that subtraction would cancel."""
    # With s = d/(2 + d), log(1 + d) = 2 artanh s = 2(s + s³/3 + s⁵/5 + …), and d − 2s = s·d.
    s = d / (2 + d)
    square = s * s
    series = np.zeros_like(d)
    for n in range(19, 1, -2):  # s² ≤ 1/49: what is left out is below rounding
        series *= square
        series += 1 / n
    return s * (d - 2 * square * series)
