"""Check and convert arguments before any work is done; errors name the argument."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

RealArray = NDArray[np.floating[Any]]
LabelArray = NDArray[np.intp]


def real_array(value: ArrayLike, name: str) -> RealArray:
    """Convert to an array of real numbers: integers and booleans to float64, floats as they are.

    >>> real_array([1, 2], "x").dtype
    dtype('float64')
    >>> real_array(["a"], "x")
    Traceback (most recent call last):
    TypeError: x must hold real numbers, got dtype <U1
    """
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be an array or a list whose rows are equally long") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def sample_array(value: ArrayLike, name: str) -> RealArray:
    """Convert to one sample: shape (n,), n ≥ 1.

    >>> sample_array([], "x")
    Traceback (most recent call last):
    ValueError: x must be one sample of shape (n,) with n >= 1, got shape (0,); use ...
    """
    array = real_array(value, name)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(
            f"{name} must be one sample of shape (n,) with n >= 1, got shape {array.shape}; "
            f"use {name}.ravel(), or call once per row"
        )
    return array


def real_vector(value: ArrayLike, name: str) -> RealArray:
    """Convert to an array of shape (n,); n may be 0.

    >>> real_vector([[1.0]], "x")
    Traceback (most recent call last):
    ValueError: x must have shape (n,), got shape (1, 1); use x.ravel()
    """
    array = real_array(value, name)
    if array.ndim != 1:
        raise ValueError(
            f"{name} must have shape (n,), got shape {array.shape}; use {name}.ravel()"
        )
    return array


def real_matrix(value: ArrayLike, name: str) -> RealArray:
    """Convert to an array of shape (n, d): one example per row.

    >>> real_matrix([1.0], "X")
    Traceback (most recent call last):
    ValueError: X must have shape (n, d), one example per row; got shape (1,)
    """
    array = real_array(value, name)
    if array.ndim != 2:
        raise ValueError(
            f"{name} must have shape (n, d), one example per row; got shape {array.shape}"
        )
    return array


def finite(array: RealArray, name: str) -> RealArray:
    """Refuse NaN and ±∞, for results that an infinite number would make meaningless.

    >>> finite(np.array([1.0, np.nan]), "X")
    Traceback (most recent call last):
    ValueError: X must be finite, got nan at index 1
    """
    usable = np.isfinite(array)
    if not usable.all():
        index = _first(~usable)
        raise ValueError(f"{name} must be finite, got {array[index]} at index {_show(index)}")
    return array


def class_labels(value: ArrayLike, k: int, name: str = "labels") -> LabelArray:
    """Convert class labels to integers and check that they lie in 0 … k − 1.

    >>> class_labels([0, 1, 3], 3)
    Traceback (most recent call last):
    IndexError: labels must lie in 0 ... 2 for k = 3 classes; got 3 at index 2
    """
    array = np.asarray(value)
    if not array.size:
        array = array.astype(np.intp)  # an empty list is float64 to NumPy
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integers, got dtype {array.dtype}")
    outside = (array < 0) | (array >= k)
    if outside.any():
        index = _first(outside)
        raise IndexError(
            f"{name} must lie in 0 ... {k - 1} for k = {k} classes; "
            f"got {array[index]} at index {_show(index)}"
        )
    return array.astype(np.intp)


def real_number(value: float, name: str) -> float:
    """Convert a real scalar (Python's, NumPy's or a 0-d array) to float.

    >>> real_number(np.float32(0.5), "alpha")
    0.5
    """
    array = np.asarray(value)
    if array.ndim or array.dtype.kind not in "iuf":
        raise TypeError(
            f"{name} must be a single real number, "
            f"got {type(value).__name__} of shape {array.shape} and dtype {array.dtype}"
        )
    return float(array)


def positive_number(value: float, name: str) -> float:
    """Convert a real scalar to float and check that it is positive and finite.

    >>> positive_number(0, "delta")
    Traceback (most recent call last):
    ValueError: delta must be positive and finite, got 0
    """
    converted = real_number(value, name)
    if not 0 < converted < math.inf:
        raise ValueError(f"{name} must be positive and finite, got {converted:g}")
    return converted


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
    if array.ndim == 0:
        raise ValueError(f"{name} must be an array of probabilities, got the number {array:g}")
    if array.size and not array.min() >= 0:
        index = _first(~(array >= 0))
        raise ValueError(
            f"{name} must hold probabilities, which are not negative; "
            f"got {array[index]:g} at index {_show(index)}"
        )
    totals = array.sum(axis=axis, dtype=np.float64)
    off = np.abs(totals - 1)
    if not (off <= math.sqrt(np.finfo(array.dtype).eps)).all():
        raise ValueError(
            f"{name} must sum to 1 along axis {axis}, got the sum {totals.flat[off.argmax()]:.9g}; "
            f"counts become probabilities by dividing them by their sum"
        )
    return array


def nonnegative_number(value: float, name: str) -> float:
    """Convert a real scalar to float and check that it is finite and at least 0.

    >>> nonnegative_number(-1, "lam")
    Traceback (most recent call last):
    ValueError: lam must be finite and at least 0, got -1
    """
    converted = real_number(value, name)
    if not 0 <= converted < math.inf:
        raise ValueError(f"{name} must be finite and at least 0, got {converted:g}")
    return converted


def positive_integer(value: int, name: str) -> int:
    """Convert an integer (Python's or NumPy's) and check that it is at least 1.

    >>> positive_integer(0, "k")
    Traceback (most recent call last):
    ValueError: k must be at least 1, got 0
    """
    try:
        converted = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {type(value).__name__}") from None
    if converted < 1:
        raise ValueError(f"{name} must be at least 1, got {converted}")
    return converted


def _first(wrong: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))


def _show(index: tuple[int, ...]) -> str:
    return ", ".join(map(str, index))
