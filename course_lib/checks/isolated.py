"""Calls of the function under test that leave nothing behind but the result.

A function may change the arrays that it is given, keep them for later, return them, or return one
array again and again. In a notebook the caller sees all that, and so it does while grading. A test
that works out what it expects from such an array would expect what the function wants it to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def call(function: Callable[..., Any], *args: Any) -> Any:
    """Call `function` with copies of `args` and return a copy of its result.

    Whatever the function does to its arguments, or later to its result, the caller's objects stay
    as they are. A test therefore hands its arrays to the function under test in this way only.

    >>> def forger(x):
    ...     x[:] = 0
    ...     return x
    >>> x = np.ones(2)
    >>> call(forger, x).tolist(), x.tolist()
    ([0.0, 0.0], [1.0, 1.0])
    """
    return copied(function(*copied(args)))


def copied(value: Any) -> Any:
    """A copy of an array, or of a list, tuple or dict of such; anything else as it is.

    The copy of an array has its strides, and is read-only if the array is.

    >>> column = np.eye(3)[::-1, 1]
    >>> copied(column).strides == column.strides
    True
    """
    if isinstance(value, np.ndarray):
        return _copied_array(value)
    if isinstance(value, tuple):
        return tuple(map(copied, value))
    if isinstance(value, list):
        return list(map(copied, value))
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value


def _copied_array(array: np.ndarray) -> np.ndarray:
    if array.flags.forc or array.dtype.hasobject:
        copy = np.array(array, order="K")
    else:
        # NumPy's own copies are contiguous; `column` above would become another kind of input.
        low, high = np.lib.array_utils.byte_bounds(array)
        offset = array.__array_interface__["data"][0] - low
        memory = np.zeros(high - low, dtype=np.uint8)
        copy = np.ndarray(array.shape, array.dtype, memory, offset, array.strides)
        copy[...] = array
    copy.flags.writeable = array.flags.writeable
    return copy
