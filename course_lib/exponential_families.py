"""Exponential families on finitely many states: p(x; θ) = exp(θ·t(x) − A(θ)).

The statistics t(x) are a table, one row for each state. With t(x) = x on {0, 1} this is the
Bernoulli distribution and θ its logit; with t(x) the one-hot vector of x it is softmax(θ).

The log-partition function A makes the probabilities sum to 1, and its gradient is the mean of t:
`central_difference` of `log_partition` gives `mean_parameters`. Among all distributions with
E[t] = μ the member of the family has the largest entropy, and when μ is the mean of a sample it is
the one of maximum likelihood: both are `maximum_entropy`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import finite, real_array
from course_lib.softmax import log_softmax, logsumexp

__all__ = ["log_partition", "maximum_entropy", "mean_parameters"]

Array = NDArray[np.float64]


def log_partition(theta: ArrayLike, statistics: ArrayLike) -> float:
    """Log-partition function A(θ) = log Σₓ exp(θ·t(x)); convex, with gradient E[t].

    Parameters
    ----------
    theta : array_like
        θ, natural parameters, shape (d,); a number if there is one statistic of shape (n,).
    statistics : array_like
        t, a row for each of the n states, shape (n, d) or (n,).

    Returns
    -------
    float
        In nats.

    Raises
    ------
    ValueError
        If shapes do not fit each other, there is no state, or a number is not finite.
    TypeError
        If an argument is not made of real numbers.

    References
    ----------
    Lecture item F45; M. J. Wainwright and M. I. Jordan, Graphical models, exponential families, and
    variational inference, Foundations and Trends in Machine Learning 1 (2008) 1–305, §3.1–3.4.

    Examples
    --------
    >>> bool(log_partition(0.0, [1, 2, 3, 4, 5, 6]) == np.log(6))
    True
    """
    scores, _ = _scores(theta, statistics)
    # A(θ) = log Σₓ exp(θ·t(x))
    return float(logsumexp(scores))


def mean_parameters(theta: ArrayLike, statistics: ArrayLike) -> Array:
    """Mean parameters μ(θ) = E[t] = Σₓ p(x; θ) t(x) = ∇A(θ).

    Parameters
    ----------
    theta : array_like
        θ, natural parameters, shape (d,); a number if there is one statistic of shape (n,).
    statistics : array_like
        t, a row for each of the n states, shape (n, d) or (n,).

    Returns
    -------
    ndarray
        Of the shape of `theta`, in the units of `statistics`.

    Raises
    ------
    ValueError, TypeError
        As for `log_partition`.

    References
    ----------
    Wainwright and Jordan (2008), proposition 3.1.

    Examples
    --------
    >>> float(mean_parameters(0.0, [1, 2, 3, 4, 5, 6]))
    3.5
    """
    scores, table = _scores(theta, statistics)
    # μ(θ) = Σₓ p(x; θ) t(x)
    return np.asarray(np.exp(log_softmax(scores)) @ table)


def maximum_entropy(statistics: ArrayLike, mean: ArrayLike) -> tuple[Array, Array]:
    """The distribution of largest entropy with E[t] = μ: p(x) = exp(θ·t(x) − A(θ)), and its θ.

    Parameters
    ----------
    statistics : array_like
        t, a row for each of the n states, shape (n, d) or (n,); finite.
    mean : array_like
        μ, shape (d,) or a number, inside what the statistics span: for one statistic min t < μ <
        max t; in general the interior of the convex hull of the rows. On its boundary the best
        distribution leaves states out, and no finite θ does that.

    Returns
    -------
    p : ndarray
        Probabilities of the states, shape (n,).
    theta : ndarray
        θ, of the shape of `mean`, in units of 1/t; one of them if several give the same p.

    Raises
    ------
    ValueError
        If no distribution with all p > 0 has this mean, or shapes do not fit.
    TypeError
        If an argument is not made of real numbers.

    Notes
    -----
    θ minimises the convex A(θ) − θ·μ. Newton's method finds it: the gradient is E[t] − μ, the
    Hessian Cov[t].

    References
    ----------
    Lecture item F45; E. T. Jaynes, Information theory and statistical mechanics, Physical Review
    106 (1957) 620–630; his die with mean 4.5: Where do we stand on maximum entropy?, in The Maximum
    Entropy Formalism (MIT Press 1979).

    Examples
    --------
    >>> p, theta = maximum_entropy([1, 2, 3, 4, 5, 6], 4.5)
    >>> p.round(4).tolist(), round(float(theta), 4)
    ([0.0544, 0.0788, 0.1142, 0.1654, 0.2398, 0.3475], 0.371)
    """
    table = _table(statistics)
    mu = _like_statistics(mean, "mean", table)
    deviations = (table - mu).reshape(len(table), -1)
    # In units of their spread: the rank of the Hessian must not depend on the user's units.
    spread = np.abs(deviations).max(axis=0)
    spread[spread == 0] = 1
    size = np.maximum(np.abs(mu), np.abs(table).max(axis=0)).reshape(-1)
    tolerance = 1e-14 + 4 * np.finfo(np.float64).eps * size / spread
    solution = _balance(deviations / spread, tolerance)
    if solution is None:
        raise ValueError(
            f"mean must lie inside the convex hull of the statistics' rows, got {mu.tolist()}: "
            f"no distribution that gives every state a positive probability has it"
        )
    p, theta = solution
    return p, (theta / spread).reshape(mu.shape)


def _balance(t: Array, tolerance: Array) -> tuple[Array, Array] | None:
    """p and θ with E[t] = 0, by Newton's method with a backtracking line search."""
    theta = np.zeros(t.shape[1])
    for _ in range(200):
        scores = t @ theta
        if scores.max() <= 0 and scores.min() < 0:
            return None  # θ separates 0 from every state
        p = np.exp(log_softmax(scores))
        gradient = p @ t  # E[t]
        if (np.abs(gradient) <= tolerance).all():
            return p, theta
        hessian = (t * p[:, None]).T @ t - np.outer(gradient, gradient)  # Cov[t]
        step = np.linalg.lstsq(hessian, -gradient)[0]
        reach = t @ step
        if np.abs(gradient).max() <= 1e-12 and reach.max() <= 1e-12 * -reach.min():
            return None  # states are still being driven out and none gains: 0 is on the boundary
        slope, here = float(gradient @ step), float(logsumexp(scores))
        size = 1.0
        # Near the minimum A is flat to rounding; there full steps are right.
        while slope < -1e-9 and logsumexp(t @ (theta + size * step)) > here + 0.1 * size * slope:
            size /= 2
        theta = theta + size * step
    return None


def _scores(theta: ArrayLike, statistics: ArrayLike) -> tuple[Array, Array]:
    """θ·t(x) for each state, and the table t."""
    table = _table(statistics)
    parameters = _like_statistics(theta, "theta", table)
    return table.reshape(len(table), -1) @ parameters.reshape(-1), table


def _table(statistics: ArrayLike) -> Array:
    """The statistics of every state, checked."""
    table = real_array(statistics, "statistics")
    if table.ndim not in (1, 2) or table.size == 0:
        raise ValueError(
            f"statistics must have a row for each state, shape (n,) or (n, d) with n, d >= 1; "
            f"got shape {table.shape}"
        )
    return finite(table, "statistics").astype(np.float64)


def _like_statistics(value: ArrayLike, name: str, table: Array) -> Array:
    """Check that there is one number for each statistic."""
    array = finite(real_array(value, name), name)
    if array.shape != table.shape[1:]:
        raise ValueError(
            f"{name} must have one entry per statistic, shape {table.shape[1:]} for statistics of "
            f"shape {table.shape}; got shape {array.shape}"
        )
    return array.astype(np.float64)
