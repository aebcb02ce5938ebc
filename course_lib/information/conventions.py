"""What the functions share: units, axes, the shape of results, 0·log 0."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import RealArray, distributions, real_number
from course_lib.tiling import sum_over_tiles


def log_base(base: float) -> float:
    """Natural logarithm of the base: dividing nats by it changes the unit.

    >>> log_base(1)
    Traceback (most recent call last):
    ValueError: base must be finite and greater than 1 (e for nats, 2 for bits), got 1
    """
    number = real_number(base, "base")
    if not 1 < number < math.inf:
        raise ValueError(
            f"base must be finite and greater than 1 (e for nats, 2 for bits), got {number:g}"
        )
    return math.log(number)


def last_axis(array: RealArray, axis: int) -> RealArray:
    """View with `axis` moved to the end, where sums are taken."""
    return np.moveaxis(array, axis, -1)


def two_distributions(p: ArrayLike, q: ArrayLike, axis: int) -> tuple[RealArray, RealArray]:
    """Convert p and q to distributions of one shape and dtype along the last axis.

    >>> two_distributions([1.0], [0.5, 0.5], -1)
    Traceback (most recent call last):
    ValueError: p and q must have the same shape, got (1,) and (2,); np.broadcast_to repeats ...
    """
    first, second = distributions(p, "p", axis), distributions(q, "q", axis)
    if first.shape != second.shape:
        raise ValueError(
            f"p and q must have the same shape, got {first.shape} and {second.shape}; "
            f"np.broadcast_to repeats one distribution for many"
        )
    dtype = np.result_type(first, second)
    return (
        last_axis(first, axis).astype(dtype, copy=False),
        last_axis(second, axis).astype(dtype, copy=False),
    )


def in_shape(totals: NDArray[np.float64], like: RealArray) -> float | RealArray:
    """Return one total as a float, several as an array of the dtype of `like`."""
    return totals.astype(like.dtype) if totals.ndim else float(totals)


def entropy_in_nats(p: RealArray) -> NDArray[np.float64]:
    """−Σ p log p along the last axis, with 0·log 0 = 0."""
    # The least number above 0 in place of 0 makes 0·log 0 = 0 without a branch.
    least = np.finfo(p.dtype).smallest_subnormal

    def terms(p: RealArray) -> RealArray:
        logs = np.maximum(p, least)
        np.log(logs, out=logs)
        return np.multiply(p, logs, out=logs)

    return 0.0 - sum_over_tiles(terms, p)
