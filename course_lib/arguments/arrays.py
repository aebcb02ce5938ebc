"""Arrays of real numbers, by shape."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

RealArray = NDArray[np.floating[Any]]


def any_array(value: ArrayLike, name: str) -> NDArray[Any]:
    """Convert to an array of whatever dtype.

    >>> any_array([[1.0], [1.0, 2.0]], "X")
    Traceback (most recent call last):
    ValueError: X must be an array, or a list whose rows are equally long; got rows of different ...
    """
    try:
        return np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be an array, or a list whose rows are equally long; "
            f"got rows of different lengths"
        ) from None


def content(value: object, array: NDArray[Any]) -> str:
    """What a value is made of, in words.

    >>> content([1j], np.array([1j]))
    'complex numbers (dtype complex128)'
    """
    if value is None:
        return "None"
    words = {"U": "text", "S": "bytes", "c": "complex numbers", "b": "True and False"}
    kind = words.get(array.dtype.kind)
    return f"{kind} (dtype {array.dtype})" if kind else f"dtype {array.dtype}"


def real_array(value: ArrayLike, name: str) -> RealArray:
    """Convert to an array of real numbers: integers and booleans to float64, floats as they are.

    >>> real_array([1, 2], "x").dtype
    dtype('float64')
    >>> real_array(["a"], "x")
    Traceback (most recent call last):
    TypeError: x must hold real numbers, got text (dtype <U1)
    """
    array = any_array(value, name)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got {content(value, array)}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def sample_array(value: ArrayLike, name: str) -> RealArray:
    """Convert to one sample: shape (n,), n ≥ 1.

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
    """Convert to an array of shape (n,); n may be 0.

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
        index = first_index(~usable)
        raise ValueError(f"{name} must be finite, got {array[index]}{place(index)}")
    return array


def first_index(wrong: NDArray[np.bool_]) -> tuple[int, ...]:
    """Index of the first True, in row-major order.

    >>> first_index(np.array([[False, False], [False, True]]))
    (1, 1)
    """
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))


def place(index: tuple[int, ...]) -> str:
    """An index in words; nothing for a single number.

    >>> place((1, 2)), place(())
    (' at index 1, 2', '')
    """
    return f" at index {', '.join(map(str, index))}" if index else ""
