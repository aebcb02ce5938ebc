"""Entropies of two variables: joint, conditional, and what they share."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import RealArray, joint_distribution, real_array
from course_lib.information.conventions import entropy_in_nats, log_base
from course_lib.information.divergences import divergence_terms
from course_lib.tiling import sum_over_tiles


def joint_entropy(p_xy: ArrayLike, base: float = math.e) -> float:
    """Joint entropy H(X, Y) = −Σ p(x, y) log p(x, y).

    Parameters
    ----------
    p_xy : table of the joint distribution, x by rows and y by columns; all of it sums to 1.
    base : as for `entropy`.

    Raises
    ------
    ValueError, TypeError : as `entropy`; ValueError if `p_xy` is not two-dimensional.

    Source: lecture item F45; Cover and Thomas (2006), §2.2.

    >>> joint_entropy([[0.25, 0.25], [0.25, 0.25]], base=2)
    2.0
    """
    unit = log_base(base)
    return float(entropy_in_nats(_joint_table(p_xy).ravel()) / unit)


def conditional_entropy(p_xy: ArrayLike, base: float = math.e) -> float:
    """Conditional entropy H(Y|X) = −Σ p(x, y) log p(y|x) = H(X, Y) − H(X).

    What is left to say about the column y once the row x is known; `p_xy.T` gives H(X|Y).

    Parameters, errors: as for `joint_entropy`. Source: Cover and Thomas (2006), theorem 2.2.1.

    >>> conditional_entropy([[0.5, 0.0], [0.25, 0.25]], base=2)
    0.5
    """
    unit = log_base(base)
    table = _joint_table(p_xy)
    p_x = np.broadcast_to(table.sum(axis=1, keepdims=True), table.shape)

    def terms(p: RealArray, p_x: RealArray) -> RealArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            # log1p: near p(y|x) = 1 the quotient p/p_x would round away what the logarithm sees.
            log_ratio = np.where(p > p_x / 2, np.log1p((p - p_x) / p_x), np.log(p / p_x))
            return np.where(p == 0, 0, p * log_ratio)

    return float((0.0 - sum_over_tiles(terms, table, p_x).sum()) / unit)


def mutual_information(p_xy: ArrayLike, base: float = math.e) -> float:
    """Mutual information I(X; Y) = Σ p(x, y) log(p(x, y) / (p(x) p(y))) = H(Y) − H(Y|X) ≥ 0.

    It is the divergence of the joint distribution from the product of its margins, computed as in
    `kl_divergence`: near independence its size is that of the squared deviation, far below the
    rounding of any of the entropies.

    Parameters, errors: as for `joint_entropy`. Source: lecture item F45; Cover and Thomas (2006),
    §2.3.

    >>> mutual_information([[0.5, 0.0], [0.0, 0.5]], base=2)
    1.0
    >>> table = np.array([[1e8 + 1, 1e8], [1e8, 1e8]])
    >>> f"{mutual_information(table / table.sum()):.3e}"
    '3.125e-18'
    """
    unit = log_base(base)
    table = _joint_table(p_xy)
    p_x, p_y = table.sum(axis=1, keepdims=True), table.sum(axis=0, keepdims=True)
    with np.errstate(divide="ignore"):
        log_product = np.log(p_x) + np.log(p_y)  # not log(p_x · p_y), which may underflow
    return float(sum_over_tiles(divergence_terms, table, p_x * p_y, log_product).sum() / unit)


def _joint_table(p_xy: ArrayLike) -> NDArray[np.float64]:
    table = real_array(p_xy, "p_xy").astype(np.float64)
    if table.ndim != 2:
        raise ValueError(
            f"p_xy must be a table with a row for each x and a column for each y, "
            f"got shape {table.shape}"
        )
    joint_distribution(table, "p_xy")
    return table
