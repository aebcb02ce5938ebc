"""Arrays of real numbers, class labels, and probabilities."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments.numbers import integer

RealArray = NDArray[np.floating[Any]]
LabelArray = NDArray[np.intp]


def real_array(value: ArrayLike, name: str) -> RealArray:
    """Convert to an array of real numbers: integers and booleans to float64, floats as they are.

    Raises
    ------
    TypeError
        If it holds something else than real numbers.
    ValueError
        If it is a list whose rows differ in length.

    Examples
    --------
    >>> real_array([1, 2], "x").dtype
    dtype('float64')
    >>> real_array(["a"], "x")
    Traceback (most recent call last):
    TypeError: x must hold real numbers, got text (dtype <U1)
    """
    array = _any_array(value, name)
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "biu":
        return array.astype(np.float64)
    raise TypeError(f"{name} must hold real numbers, got {_content(value, array)}")


def sample_array(value: ArrayLike, name: str) -> RealArray:
    """Convert to one sample: real numbers of shape (n,), n ≥ 1.

    Raises
    ------
    TypeError
        If it holds something else than real numbers.
    ValueError
        If it is empty, or has not one axis.

    Examples
    --------
    >>> sample_array([], "x")
    Traceback (most recent call last):
    ValueError: x must be one sample of shape (n,) with n >= 1, got shape (0,)
    """
    array = real_array(value, name)
    if array.ndim != 1 or array.size == 0:
        raise ValueError(
            f"{name} must be one sample of shape (n,) with n >= 1, got shape {array.shape}"
            + (f"; use {name}.ravel(), or call once per row" if array.ndim > 1 else "")
        )
    return array


def real_vector(value: ArrayLike, name: str) -> RealArray:
    """Convert to real numbers of shape (n,); n may be 0.

    Raises
    ------
    TypeError
        If it holds something else than real numbers.
    ValueError
        If it has not one axis.

    Examples
    --------
    >>> real_vector([[1.0]], "x")
    Traceback (most recent call last):
    ValueError: x must have shape (n,), got shape (1, 1); use x.ravel()
    """
    array = real_array(value, name)
    if array.ndim != 1:
        raise ValueError(
            f"{name} must have shape (n,), got shape {array.shape}"
            + (f"; use {name}.ravel()" if array.ndim > 1 else "")
        )
    return array


def real_matrix(value: ArrayLike, name: str) -> RealArray:
    """Convert to real numbers of shape (n, d): one example per row.

    Raises
    ------
    TypeError
        If it holds something else than real numbers.
    ValueError
        If it has not two axes.

    Examples
    --------
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

    Raises
    ------
    ValueError
        If a number is NaN or infinite; names the first one.

    Examples
    --------
    >>> finite(np.array([1.0, np.nan]), "X")
    Traceback (most recent call last):
    ValueError: X must be finite, got nan at index 1
    """
    usable = np.isfinite(array)
    if not usable.all():
        number, place = _first(~usable, array)
        raise ValueError(f"{name} must be finite, got {number}{place}")
    return array


def existing_axis(value: int, array: RealArray, name: str) -> int:
    """Check that an array has such an axis; negative ones count from the end.

    Raises
    ------
    TypeError
        If the axis is no integer.
    ValueError
        If the array has no such axis, or is a single number.

    Examples
    --------
    >>> existing_axis(1, np.zeros(3), "p")
    Traceback (most recent call last):
    ValueError: axis must lie in -1 ... 0 for p of shape (3,), got 1
    """
    axis = integer(value, "axis")
    if not array.ndim:
        raise ValueError(f"{name} must be an array with at least one axis, got the number {array}")
    if not -array.ndim <= axis < array.ndim:
        raise ValueError(
            f"axis must lie in {-array.ndim} ... {array.ndim - 1} for {name} of shape "
            f"{array.shape}, got {axis}"
        )
    return axis


def class_labels(value: ArrayLike, k: int | None = None, name: str = "labels") -> LabelArray:
    """Convert class labels to integers and check that they lie in 0 … k − 1.

    Without `k` the largest label is k − 1.

    Raises
    ------
    TypeError
        If a label is no integer.
    IndexError
        If a label lies outside 0 … k − 1; names the first one.

    Examples
    --------
    >>> class_labels([0, 1, 3], 3)
    Traceback (most recent call last):
    IndexError: labels must lie in 0 ... 2 for k = 3 classes; got 3 at index 2
    """
    array = _any_array(value, name)
    if not array.size:
        return array.astype(np.intp)  # an empty list is float64 to NumPy
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integers, got {_content(value, array)}")
    if k is None:
        k = int(array.max()) + 1
    outside = (array < 0) | (array >= k)
    if outside.any():
        label, place = _first(outside, array)
        raise IndexError(
            f"{name} must lie in 0 ... {k - 1} for k = {k} classes; got {label}{place}"
        )
    return array.astype(np.intp)


def probabilities(array: RealArray, name: str) -> RealArray:
    """Check that every number lies in [0, 1].

    Raises
    ------
    ValueError
        If a number does not; names the first one.

    Examples
    --------
    >>> probabilities(np.array([0.5, 1.5]), "targets")
    Traceback (most recent call last):
    ValueError: targets must be probabilities in [0, 1], got 1.5 at index 1
    """
    inside = (array >= 0) & (array <= 1)
    if not inside.all():
        number, place = _first(~inside, array)
        raise ValueError(f"{name} must be probabilities in [0, 1], got {number:g}{place}")
    return array


def distributions(value: ArrayLike, name: str, axis: int = -1) -> RealArray:
    """Convert to probability distributions: non-negative, each summing to 1 along an axis.

    The sum may miss 1 by √eps (1.5e-8 in float64, 3.5e-4 in float32), as rounding makes it do;
    nothing is rescaled. An empty stack of distributions, of shape (0, k), is one.

    Raises
    ------
    TypeError
        If it holds something else than real numbers.
    ValueError
        If a number is negative or NaN, or a sum is not 1.

    Examples
    --------
    >>> distributions([[0.5, 0.5], [1, 0]], "p").shape
    (2, 2)
    >>> distributions([3, 1], "p")
    Traceback (most recent call last):
    ValueError: p must sum to 1 along axis -1, got the sum 4; counts become probabilities by ...
    """
    array = real_array(value, name)
    axis = existing_axis(axis, array, name)
    _check_sums(array, array.sum(axis, np.float64), name, f"along axis {axis}")
    return array


def joint_distribution(value: ArrayLike, name: str) -> RealArray:
    """Convert to one distribution over all entries of an array.

    Raises
    ------
    TypeError, ValueError
        As for `distributions`.

    Examples
    --------
    >>> joint_distribution([[0.5, 0.5], [0.5, 0.5]], "p_xy")
    Traceback (most recent call last):
    ValueError: p_xy must sum to 1 over all its entries, got the sum 2; counts become ...
    """
    array = real_array(value, name)
    _check_sums(array, array.sum(dtype=np.float64), name, "over all its entries")
    return array


def _check_sums(array: RealArray, sums: RealArray, name: str, where: str) -> None:
    """Check that the numbers are not negative, and that their sums are 1."""
    if array.size and not array.min() >= 0:
        number, place = _first(~(array >= 0), array)
        raise ValueError(
            f"{name} must hold probabilities, which are not negative; got {number:g}{place}"
        )
    off = np.abs(sums - 1)
    if off.size and not off.max() <= math.sqrt(np.finfo(array.dtype).eps):
        raise ValueError(
            f"{name} must sum to 1 {where}, got the sum {np.ravel(sums)[off.argmax()]:.9g}; "
            f"counts become probabilities by dividing them by their sum"
        )


def _any_array(value: ArrayLike, name: str) -> NDArray[Any]:
    """Convert to an array of whatever dtype."""
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be an array, or a list whose rows are equally long; "
            f"got rows of different lengths"
        ) from None


def _content(value: object, array: NDArray[Any]) -> str:
    """What a value is made of, in words."""
    if value is None:
        return "None"
    words = {"U": "text", "S": "bytes", "c": "complex numbers", "b": "True and False"}
    kind = words.get(array.dtype.kind)
    return f"{kind} (dtype {array.dtype})" if kind else f"dtype {array.dtype}"


def _first(wrong: NDArray[np.bool_], array: NDArray[Any]) -> tuple[Any, str]:
    """The first number (in row-major order) that is wrong, and its index in words."""
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))
    return array[index], f" at index {', '.join(map(str, index))}" if index else ""
