"""What counts as a number, and when two of them are close."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]

_WHAT_IT_IS: dict[type[Any], str] = {
    type(None): "None: is a `return` missing?",
    bool: "True or False",
    str: "text",
    bytes: "bytes",
    dict: "a dictionary",
    set: "a set",
    FunctionType: "a function: are the parentheses of a call missing?",
    BuiltinFunctionType: "a function: are the parentheses of a call missing?",
}


class NotNumbersError(TypeError):
    """A result is no real number or array of real numbers; the message says what it is."""

    __module__ = "course_lib.diagnosis"  # the name to import it by, as a traceback shows it


def as_numbers(value: object, what: str) -> Numbers:
    """Convert a result to float64; raise `NotNumbersError`, worded for its author, if it is none.

    >>> as_numbers([1, 2.5], "loss").tolist()
    [1.0, 2.5]
    >>> as_numbers(None, "loss")
    Traceback (most recent call last):
    course_lib.diagnosis.NotNumbersError: loss is None: is a `return` missing?
    """
    if type(value) in _WHAT_IT_IS:
        raise NotNumbersError(f"{what} is {_WHAT_IT_IS[type(value)]}")
    try:
        array: NDArray[Any] = np.asarray(value)
    except Exception:  # whatever __array__ of a student's object, or NumPy on a ragged list, raises
        raise NotNumbersError(f"{what} is neither a number nor an array of numbers") from None
    if array.dtype.kind in "iuf":
        with np.errstate(over="ignore"):
            return np.array(array, dtype=np.float64, copy=None, subok=False)
    kind = {"c": "complex", "b": "True or False", "U": "text", "S": "bytes"}.get(array.dtype.kind)
    raise NotNumbersError(
        f"{what} holds {kind} values where real numbers are expected"
        if kind
        else f"{what} is neither a number nor an array of numbers"
    )


def is_close(actual: ArrayLike, expected: ArrayLike, rtol: float, atol: float) -> NDArray[np.bool_]:
    """Elementwise abs(actual − expected) ≤ atol + rtol·abs(expected); NaN = NaN, ∞ = ∞.

    >>> is_close([1.0, np.nan, np.inf], [1.1, np.nan, 1.0], rtol=0.2, atol=0.0).tolist()
    [True, True, False]
    """
    with np.errstate(all="ignore"):
        return np.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)
