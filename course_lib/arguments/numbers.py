"""Single numbers, and functions."""

from __future__ import annotations

import math
import operator
import reprlib

import numpy as np


def real_number(value: float, name: str) -> float:
    """Convert a real scalar (Python's, NumPy's or a 0-d array) to float.

    Raises
    ------
    TypeError
        If it is anything else.

    Examples
    --------
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

    Raises
    ------
    TypeError
        If it is no single real number.
    ValueError
        If it is 0, negative, infinite or NaN.

    Examples
    --------
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

    Raises
    ------
    TypeError
        If it is no single real number.
    ValueError
        If it is negative, infinite or NaN.

    Examples
    --------
    >>> nonnegative_number(-1, "lam")
    Traceback (most recent call last):
    ValueError: lam must be finite and at least 0, got -1
    """
    converted = real_number(value, name)
    if not 0 <= converted < math.inf:
        raise ValueError(f"{name} must be finite and at least 0, got {converted:g}")
    return converted


def integer(value: int, name: str) -> int:
    """Convert an integer (Python's or NumPy's); True and False are none.

    Raises
    ------
    TypeError
        If it is anything else.

    Examples
    --------
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


def positive_integer(value: int, name: str) -> int:
    """Convert an integer (Python's or NumPy's) and check that it is at least 1.

    Raises
    ------
    TypeError
        If it is no integer.
    ValueError
        If it is 0 or negative.

    Examples
    --------
    >>> positive_integer(0, "k")
    Traceback (most recent call last):
    ValueError: k must be at least 1, got 0
    """
    converted = integer(value, name)
    if converted < 1:
        raise ValueError(f"{name} must be at least 1, got {converted}")
    return converted


def check_callable(value: object, name: str) -> None:
    """Refuse what cannot be called.

    Raises
    ------
    TypeError
        If it cannot.

    Examples
    --------
    >>> check_callable(3.0, "estimator")
    Traceback (most recent call last):
    TypeError: estimator must be a function, got float
    """
    if not callable(value):
        raise TypeError(f"{name} must be a function, got {type(value).__name__}")
