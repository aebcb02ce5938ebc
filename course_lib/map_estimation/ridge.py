"""Ridge regression: least squares with a Gaussian prior on the weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib.arguments import (
    RealArray,
    finite,
    nonnegative_number,
    positive_integer,
    positive_number,
    real_matrix,
    real_vector,
)

WELL_CONDITIONED = 1e4
"""Condition number of XᵀX + nλI up to which the normal equations are solved as they stand: that
costs four of the sixteen digits at most."""


def ridge_loss(w: ArrayLike, X: ArrayLike, y: ArrayLike, lam: float) -> tuple[float, RealArray]:
    """Ridge loss ‖Xw − y‖²/(2n) + ½λ‖w‖², and its gradient Xᵀ(Xw − y)/n + λw.

    There is no bias: append a column of ones to X, which is then penalised too, or subtract the
    means from X and y, which leaves it free (E4).

    Parameters
    ----------
    w : weights, shape (d,).
    X : features, shape (n, d).
    y : targets, shape (n,).
    lam : λ ≥ 0.

    Returns
    -------
    loss : float; NaN for n = 0.
    gradient : with respect to `w`, shape (d,).

    Raises
    ------
    ValueError : the shapes do not fit, or λ is negative or not finite.
    TypeError : an argument is not made of real numbers.

    Source: lecture items F16–F18. scikit-learn's alpha is nλ.

    >>> loss, gradient = ridge_loss([1.0, 0.0], [[1.0, 0.0], [1.0, 1.0]], [1.0, 3.0], lam=0.5)
    >>> loss, gradient.tolist()
    (1.25, [-0.5, -1.0])
    """
    weights, (features, target) = real_vector(w, "w"), _examples(X, y)
    lam = nonnegative_number(lam, "lam")
    n, d = features.shape
    if weights.shape != (d,):
        raise ValueError(f"w must have shape ({d},) for X of shape {(n, d)}, got {weights.shape}")
    with np.errstate(all="ignore"):
        residual = features @ weights - target
        loss = np.square(residual, dtype=np.float64).sum() / np.float64(2 * n)
        gradient = features.T @ (residual / n)
        if lam:  # else infinite weights would turn 0·∞ into NaN
            loss += lam / 2 * np.square(weights, dtype=np.float64).sum()
            gradient += lam * weights
        return float(loss), gradient


def ridge_fit(X: ArrayLike, y: ArrayLike, lam: float) -> RealArray:
    """Weights that minimise `ridge_loss`: the solution of (XᵀX + nλI)w = Xᵀy.

    Solved as written, the equations square the condition number of X: fine where λ keeps it small,
    and half the digits lost elsewhere. There the same w comes from the QR factorisation of X with
    √(nλ)·I below it, which never forms XᵀX. Nothing is ever inverted.

    Parameters
    ----------
    X : features, shape (n, d), finite.
    y : targets, shape (n,), finite.
    lam : λ ≥ 0; 0 gives ordinary least squares.

    Returns
    -------
    w, shape (d,); computed in float64, float32 only if X and y are.

    Raises
    ------
    ValueError : the shapes do not fit, n = 0, a number is not finite, λ is negative, or the columns
        of X are linearly dependent and λ is too small to tell them apart.
    TypeError : an argument is not made of real numbers.

    Source: lecture item F18; Å. Björck, Numerical Methods for Least Squares Problems (SIAM 1996),
    §2.4, §2.9.

    >>> ridge_fit([[1.0], [2.0]], [2.0, 4.0], lam=0.0).round(12).tolist()
    [2.0]
    >>> ridge_fit([[1.0], [2.0]], [2.0, 4.0], lam=2.5).round(12).tolist()
    [1.0]
    """
    features, target, dtype = _in_float64(X, y)
    penalty = len(features) * nonnegative_number(lam, "lam")
    with np.errstate(all="ignore"):
        gram = features.T @ features
    gram.flat[:: len(gram) + 1] += penalty
    if not np.isfinite(gram.trace()):
        finite(features, "X")  # NaN and ∞ in X show on the diagonal of XᵀX, at less cost
    elif _condition(gram) < WELL_CONDITIONED:
        return np.linalg.solve(gram, features.T @ target).astype(dtype)
    return _by_qr(_triangle(features, target), penalty, len(features)).astype(dtype)


def ridge_path(X: ArrayLike, y: ArrayLike, lams: ArrayLike) -> RealArray:
    """Ridge weights for many λ: one row of `ridge_fit` for each.

    X is factorised once, X = QR; each λ then costs as much as d examples.

    Parameters
    ----------
    X, y : as for `ridge_fit`.
    lams : the values of λ, shape (m,).

    Returns
    -------
    array of shape (m, d).

    Raises
    ------
    ValueError, TypeError : as `ridge_fit`.

    Source: lecture item F18.

    >>> ridge_path([[1.0], [2.0]], [2.0, 4.0], [0.0, 2.5]).round(12).tolist()
    [[2.0], [1.0]]
    """
    features, target, dtype = _in_float64(X, y)
    strengths = [nonnegative_number(lam, "lams") for lam in real_vector(lams, "lams")]
    triangle = _triangle(finite(features, "X"), target)
    path = np.empty((len(strengths), features.shape[1]), dtype)
    for row, lam in zip(path, strengths, strict=True):
        row[:] = _by_qr(triangle, len(features) * lam, len(features))
    return path


def ridge_strength(sigma2: float, prior_sigma2: float, n: int) -> float:
    """The λ for which ridge regression is MAP estimation: λ = σ²/(nσ̄²).

    The slides never state it (E4). The more data, the weaker the prior.

    Parameters
    ----------
    sigma2 : σ² > 0, variance of the noise in y.
    prior_sigma2 : σ̄² > 0, prior variance of each weight.
    n : number of examples.

    Raises
    ------
    ValueError : an argument is not positive. TypeError : not a single number, or `n` no integer.

    Source: lecture items F17, F18.

    >>> ridge_strength(sigma2=4.0, prior_sigma2=0.5, n=100)
    0.08
    """
    noise, prior = positive_number(sigma2, "sigma2"), positive_number(prior_sigma2, "prior_sigma2")
    return noise / prior / positive_integer(n, "n")


def _condition(gram: RealArray) -> float:
    eigenvalues = np.linalg.eigvalsh(gram)
    if not eigenvalues.size or eigenvalues[0] <= 0:
        return np.inf
    return float(eigenvalues[-1] / eigenvalues[0])


def _triangle(X: RealArray, y: RealArray) -> RealArray:
    """The triangle (R | z) of at most d + 1 rows with ‖Xw − y‖² = ‖Rw − z‖² for every w."""
    return np.asarray(np.linalg.qr(np.column_stack([X, y]), mode="r"))


def _by_qr(triangle: RealArray, penalty: float, n: int) -> RealArray:
    """Minimise ‖Rw − z‖² + penalty·‖w‖², given (R | z) of n examples."""
    d = triangle.shape[1] - 1
    if penalty:
        ridge = np.sqrt(penalty) * np.eye(d, d + 1)
        triangle = np.asarray(np.linalg.qr(np.vstack([triangle, ridge]), mode="r"))
    R, z = triangle[:d, :d], triangle[:d, d]
    # Columns in units of their own size: x, x², … x¹⁰ differ in it without being dependent.
    largest = np.abs(R).max(axis=0, initial=0)
    scale = np.where(largest > 0, largest, 1)
    rounding = max(n, d) * np.finfo(np.float64).eps
    rank = int(np.linalg.matrix_rank(R / scale, rtol=rounding)) if R.size else 0
    if rank < d:
        raise ValueError(
            f"X must have linearly independent columns unless lam is large enough to make the "
            f"minimum unique; got {d} columns of rank {rank} (to rounding): raise lam, or drop "
            f"columns of X"
        )
    return np.asarray(np.linalg.solve(R / scale, z) / scale)


def _examples(X: ArrayLike, y: ArrayLike) -> tuple[RealArray, RealArray]:
    features, target = real_matrix(X, "X"), real_vector(y, "y")
    if len(features) != len(target):
        raise ValueError(
            f"X and y must hold the same number of examples, got shapes {features.shape} and "
            f"{target.shape}"
        )
    return features, target


def _in_float64(X: ArrayLike, y: ArrayLike) -> tuple[RealArray, RealArray, np.dtype[Any]]:
    """Examples to fit, and the dtype of the result."""
    features, target = _examples(X, y)
    if not len(target):
        raise ValueError("X and y must hold at least one example, got none")
    dtype = np.result_type(features, target)
    features = features.astype(np.float64, copy=False)
    return features, finite(target.astype(np.float64, copy=False), "y"), dtype
