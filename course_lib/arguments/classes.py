"""Class labels and probabilities of classes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments.arrays import (
    RealArray,
    any_array,
    content,
    first_index,
    place,
    real_array,
)
from course_lib.arguments.numbers import existing_axis

LabelArray = NDArray[np.intp]


def class_labels(value: ArrayLike, k: int | None = None, name: str = "labels") -> LabelArray:
    """Convert class labels to integers and check that they lie in 0 … k − 1.

    Without `k` the largest label is k − 1.

    >>> class_labels([0, 1, 3], 3)
    Traceback (most recent call last):
    IndexError: labels must lie in 0 ... 2 for k = 3 classes; got 3 at index 2
    """
    array = any_array(value, name)
    if not array.size:
        array = array.astype(np.intp)  # an empty list is float64 to NumPy
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integers, got {content(value, array)}")
    if k is None:
        k = int(array.max(initial=0)) + 1
    outside = (array < 0) | (array >= k)
    if outside.any():
        index = first_index(outside)
        raise IndexError(
            f"{name} must lie in 0 ... {k - 1} for k = {k} classes; "
            f"got {array[index]}{place(index)}"
        )
    return array.astype(np.intp)


def distributions(value: ArrayLike, name: str, axis: int = -1) -> RealArray:
    """Convert to probability distributions: non-negative, each summing to 1 along an axis.

    What rounding leaves of 1 is accepted, up to √eps (1.5e-8 in float64, 3.5e-4 in float32);
    nothing is rescaled. An empty stack of distributions, of shape (0, k), is one.

    >>> distributions([[0.5, 0.5], [1, 0]], "p").shape
    (2, 2)
    >>> distributions([3, 1], "p")
    Traceback (most recent call last):
    ValueError: p must sum to 1 along axis -1, got the sum 4; counts become probabilities by ...
    """
    array = real_array(value, name)
    axis = existing_axis(axis, array, name)
    _check_probabilities(array, array.sum(axis=axis, dtype=np.float64), name, f" along axis {axis}")
    return array


def joint_distribution(value: ArrayLike, name: str) -> RealArray:
    """Convert to one distribution over all entries of an array.

    >>> joint_distribution([[0.5, 0.5], [0.5, 0.5]], "p_xy")
    Traceback (most recent call last):
    ValueError: p_xy must sum to 1 over all its entries, got the sum 2; counts become ...
    """
    array = real_array(value, name)
    _check_probabilities(array, array.sum(dtype=np.float64), name, " over all its entries")
    return array


def _check_probabilities(array: RealArray, totals: RealArray, name: str, where: str) -> None:
    if array.size and not array.min() >= 0:
        index = first_index(~(array >= 0))
        raise ValueError(
            f"{name} must hold probabilities, which are not negative; "
            f"got {array[index]:g}{place(index)}"
        )
    off = np.abs(totals - 1)
    if not (off <= math.sqrt(np.finfo(array.dtype).eps)).all():
        raise ValueError(
            f"{name} must sum to 1{where}, got the sum {totals.flat[off.argmax()]:.9g}; "
            f"counts become probabilities by dividing them by their sum"
        )


def probabilities(array: RealArray, name: str) -> RealArray:
    """Check that every number lies in [0, 1].

    >>> probabilities(np.array([0.5, 1.5]), "targets")
    Traceback (most recent call last):
    ValueError: targets must be probabilities in [0, 1], got 1.5 at index 1
    """
    inside = (array >= 0) & (array <= 1)
    if not inside.all():
        index = first_index(~inside)
        raise ValueError(
            f"{name} must be probabilities in [0, 1], got {array[index]:g}{place(index)}"
        )
    return array
