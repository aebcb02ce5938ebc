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
    w : array_like
        Weights, shape (d,).
    X : array_like
        Features, shape (n, d).
    y : array_like
        Targets, shape (n,).
    lam : float
        λ ≥ 0.

    Returns
    -------
    loss : float
        NaN for n = 0.
    gradient : ndarray
        With respect to `w`, shape (d,).

    Raises
    ------
    ValueError
        If the shapes do not fit, or λ is negative or not finite.
    TypeError
        If an argument is not made of real numbers.

    References
    ----------
    Lecture items F16–F18. scikit-learn's alpha is nλ.

    Examples
    --------
    >>> loss, gradient = ridge_loss([1.0, 0.0], [[1.0, 0.0], [1.0, 1.0]], [1.0, 3.0], lam=0.5)
    >>> loss, gradient.tolist()
    (1.25, [-0.5, -1.0])
    """
    w, (X, y) = real_vector(w, "w"), _examples(X, y)
    lam = nonnegative_number(lam, "lam")
    n, d = X.shape
    if w.shape != (d,):
        raise ValueError(f"w must have shape ({d},) for X of shape {(n, d)}, got {w.shape}")
    with np.errstate(all="ignore"):
        # loss ‖Xw − y‖²/(2n), gradient Xᵀ(Xw − y)/n
        residual = X @ w - y
        loss = np.square(residual, dtype=np.float64).sum() / np.float64(2 * n)
        gradient = X.T @ (residual / n)
        # the penalty ½λ‖w‖², with gradient λw; for λ = 0 and infinite weights 0·∞ would be NaN
        if lam:
            loss += lam / 2 * np.square(w, dtype=np.float64).sum()
            gradient += lam * w
        return float(loss), gradient


def ridge_fit(X: ArrayLike, y: ArrayLike, lam: float) -> RealArray:
    """Weights that minimise `ridge_loss`: the solution of (XᵀX + nλI)w = Xᵀy.

    Parameters
    ----------
    X : array_like
        Features, shape (n, d), finite.
    y : array_like
        Targets, shape (n,), finite.
    lam : float
        λ ≥ 0; 0 gives ordinary least squares.

    Returns
    -------
    ndarray
        w, shape (d,); computed in float64, float32 only if X and y are.

    Raises
    ------
    ValueError
        If the shapes do not fit, n = 0, a number is not finite, λ is negative, or the columns of X
        are linearly dependent and λ is too small to tell them apart.
    TypeError
        If an argument is not made of real numbers.

    Notes
    -----
    Solved as written, the equations square the condition number of X. Where λ keeps it small, that
    does not matter; elsewhere it loses half the digits. There the same w comes from the QR
    factorisation of X with √(nλ)·I below it, which never forms XᵀX. Nothing is ever inverted.

    References
    ----------
    Lecture item F18; Å. Björck, Numerical Methods for Least Squares Problems (SIAM 1996), §2.4,
    §2.9.

    Examples
    --------
    >>> ridge_fit([[1.0], [2.0]], [2.0, 4.0], lam=0.0).round(12).tolist()
    [2.0]
    >>> ridge_fit([[1.0], [2.0]], [2.0, 4.0], lam=2.5).round(12).tolist()
    [1.0]
    """
    X, y, dtype = _in_float64(X, y)
    penalty = len(X) * nonnegative_number(lam, "lam")
    with np.errstate(all="ignore"):
        gram = X.T @ X
    gram.flat[:: len(gram) + 1] += penalty  # on the diagonal: XᵀX + nλI
    if not np.isfinite(gram.trace()):
        finite(X, "X")  # NaN and ∞ in X show on the diagonal of XᵀX, at less cost
    elif _condition(gram) < WELL_CONDITIONED:
        return np.linalg.solve(gram, X.T @ y).astype(dtype)
    return _by_qr(_triangle(X, y), penalty, len(X)).astype(dtype)


def ridge_path(X: ArrayLike, y: ArrayLike, lams: ArrayLike) -> RealArray:
    """Ridge weights for many λ: one row of `ridge_fit` for each.

    X is factorised once, X = QR; each λ then costs as much as d examples.

    Parameters
    ----------
    X, y : array_like
        As for `ridge_fit`.
    lams : array_like
        The values of λ, shape (m,).

    Returns
    -------
    ndarray
        Shape (m, d).

    Raises
    ------
    ValueError, TypeError
        As for `ridge_fit`.

    References
    ----------
    Lecture item F18.

    Examples
    --------
    >>> ridge_path([[1.0], [2.0]], [2.0, 4.0], [0.0, 2.5]).round(12).tolist()
    [[2.0], [1.0]]
    """
    X, y, dtype = _in_float64(X, y)
    n, d = X.shape
    strengths = [nonnegative_number(lam, "lams") for lam in real_vector(lams, "lams")]
    triangle = _triangle(finite(X, "X"), y)
    path = [_by_qr(triangle, n * lam, n) for lam in strengths]
    return np.array(path, dtype).reshape(len(strengths), d)


def ridge_strength(sigma2: float, prior_sigma2: float, n: int) -> float:
    """The λ for which ridge regression is MAP estimation: λ = σ²/(nσ̄²).

    The slides never state it (E4). The more data, the weaker the prior.

    Parameters
    ----------
    sigma2 : float
        σ² > 0, variance of the noise in y.
    prior_sigma2 : float
        σ̄² > 0, prior variance of each weight.
    n : int
        Number of examples.

    Returns
    -------
    float
        λ.

    Raises
    ------
    ValueError
        If an argument is not positive.
    TypeError
        If a variance is no single real number, or `n` no integer.

    References
    ----------
    Lecture items F17, F18.

    Examples
    --------
    >>> ridge_strength(sigma2=4.0, prior_sigma2=0.5, n=100)
    0.08
    """
    noise, prior = positive_number(sigma2, "sigma2"), positive_number(prior_sigma2, "prior_sigma2")
    # λ = σ²/(nσ̄²)
    return noise / prior / positive_integer(n, "n")


def _condition(gram: RealArray) -> float:
    """Condition number of a symmetric positive semi-definite matrix."""
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
    """Check that there is a target for each row of features."""
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
