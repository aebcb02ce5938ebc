"""Check and convert arguments before any work is done; errors name the argument."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

RealArray = NDArray[np.floating[Any]]


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
