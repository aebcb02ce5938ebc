"""Numbers as wide as they look, since NumPy computes with a test's own in the other's type."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from autograder.examiner.kinds import NO_DIFFERENCE_WRAPS, WIDE, largest_in

#: Sums of a few products of integers below this do not wrap around.
_NO_PRODUCT_WRAPS = 1 << 24
#: Relative imaginary parts above this are no rounding errors.
_IMAGINARY = 1e-6


def widened(value: Any, kept: frozenset[str]) -> Any:
    """A number or an array of NumPy's in a dtype that is wide enough, or among those ``kept``."""
    name, kind, is_array = value.dtype.name, value.dtype.kind, isinstance(value, np.ndarray)
    if kind in "fc":
        wide = np.dtype(np.float64 if kind == "f" else np.complex128)
        narrow = name not in kept and value.dtype.itemsize < wide.itemsize
        return value.astype(wide) if narrow else value
    if name in kept and (name != "int64" or WIDE in kept):
        return value
    counts = _counts(kept)
    limit = NO_DIFFERENCE_WRAPS if counts else _NO_PRODUCT_WRAPS
    # A number of NumPy's has methods, which a test of such numbers may use.
    has_methods = is_array or not kept.isdisjoint(("float64", "int64"))
    if value.size and largest_in(value) >= limit:
        if counts:  # where a float would round, Python's integers compute exactly
            return value.astype(object) if is_array else int(value)
        return value.astype(np.float64) if has_methods else int(value)
    return value.astype(np.int64, copy=False) if has_methods or kind != "b" else bool(value)


def put_numpy_bools(array: Any) -> None:
    """Make truth values of Python, whose ``~`` is always true, NumPy's in an array of objects.

    Examples
    --------
    >>> mask = np.array([True, 3], object)
    >>> put_numpy_bools(mask)
    >>> mask.tolist(), ~mask[0]
    ([np.True_, 3], np.False_)
    """
    flat = array.reshape(-1)
    for place, each in enumerate(flat):
        if type(each) is bool:
            flat[place] = np.bool_(each)


def _counts(words: frozenset[str]) -> bool:
    """Whether the solution gave integers."""
    return any(word.startswith(("int", "uint")) for word in words)


def _is_of_floats(words: frozenset[str]) -> bool:
    """Whether the solution gave numbers, none of which was an integer."""
    return not _counts(words) and any(word.startswith(("float", "complex")) for word in words)


def is_real(value: Any) -> bool:
    """Whether the imaginary parts are rounding errors: not large ones, nor NaN.

    NumPy orders complex numbers by their real parts, so that 0.5 + 9j is between 0 and 1.
    """
    return bool(np.all(np.abs(value.imag) <= _IMAGINARY * (1 + np.abs(value.real))))


def plain_number(value: int, words: frozenset[str]) -> int | float:
    """A number of Python's, which misleads where a test makes an array of large ones.

    ``words`` are those of what the solution gave.
    """
    if isinstance(value, bool):
        return value if "bool" in words or not words else int(value)
    if abs(value) >= _NO_PRODUCT_WRAPS and _is_of_floats(words):
        with contextlib.suppress(OverflowError):
            return float(value)
    return value
