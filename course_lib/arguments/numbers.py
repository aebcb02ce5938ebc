"""Single numbers, axes, and functions."""

from __future__ import annotations

import math
import operator
import reprlib

import numpy as np

from course_lib.arguments.arrays import RealArray


def real_number(value: float, name: str) -> float:
    """Convert a real scalar (Python's, NumPy's or a 0-d array) to float.

    >>> real_number(np.float32(0.5), "alpha")
    0.5
    """
    try:
        array = np.asarray(value)
    except ValueError:  # a list of lists of different lengths
        array = np.array(None)
    if array.ndim or array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be a single real number, got {reprlib.repr(value)}")
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
    converted = integer(value, name)
    if converted < 1:
        raise ValueError(f"{name} must be at least 1, got {converted}")
    return converted


def integer(value: int, name: str) -> int:
    """Convert an integer (Python's or NumPy's); True and False are none.

    >>> integer(2.0, "k")
    Traceback (most recent call last):
    TypeError: k must be an integer, got float
    """
    try:
        if not isinstance(value, bool | np.bool):
            return operator.index(value)
    except TypeError:
        pass
    raise TypeError(f"{name} must be an integer, got {type(value).__name__}")


def existing_axis(value: int, array: RealArray, name: str) -> int:
    """Check that an array has such an axis; negative ones count from the end.

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


def check_callable(value: object, name: str) -> None:
    """Refuse what cannot be called.

    >>> check_callable(3.0, "estimator")
    Traceback (most recent call last):
    TypeError: estimator must be a function, got float
    """
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {type(value).__name__}")
