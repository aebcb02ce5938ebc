"""What counts as a number, when two of them are close, and where a result is wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]

WHY_NAN = """: was the logarithm or the root of a negative number taken, 0 divided by 0, or an
infinite value computed with?""".replace("\n", " ")
"""What NaN comes of."""

AT_A_LIMIT = "stops at a limit: is a number clipped on its way (np.clip, or a maximum of two)?"
_HUGE = 1e20
_LARGE = 30.0
"""Beyond this a limit that someone has chosen is told from a value."""

_SOMEWHERE = "is right in some places, and wrong in others: look at what those have in common"

_WHY_INFINITE = "is there a logarithm of zero, a division by zero, or exp of a large number?"
_LARGEST = "is as large as a float can be: did np.nan_to_num replace an infinite value?"

_WHAT_IT_IS: dict[type[Any], str] = {
    type(None): "None: is a `return` missing? (print, x.sort() and append return None, too)",
    bool: "True or False",
    str: "text",
    bytes: "bytes",
    dict: "a dictionary",
    set: "a set, which has no order",
    FunctionType: "a function: are the parentheses of a call missing?",
    BuiltinFunctionType: "a function: are the parentheses of a call missing?",
}


class NotNumbersError(TypeError):
    """A result is no real number or array of real numbers; the message says what it is."""

    __module__ = "course_lib.diagnosis"  # the name to import it by, as a traceback shows it


def as_numbers(value: object, what: str) -> Numbers:
    """Convert a result to float64.

    Parameters
    ----------
    value : object
        The result.
    what : str
        How to call it in the message.

    Returns
    -------
    ndarray
        float64, of any shape.

    Raises
    ------
    NotNumbersError
        Worded for the author of the result, if it is not made of real numbers.

    Examples
    --------
    >>> as_numbers([1, 2.5], "loss").tolist()
    [1.0, 2.5]
    >>> as_numbers("1", "loss")
    Traceback (most recent call last):
    course_lib.diagnosis.NotNumbersError: loss is text
    """
    if type(value) in _WHAT_IT_IS:
        raise NotNumbersError(f"{what} is {_WHAT_IT_IS[type(value)]}")
    if isinstance(value, Iterator):
        raise NotNumbersError(
            f"{what} is a generator: is a `yield` in the function, or a comprehension in ()?"
        )
    try:
        array: NDArray[Any] = np.asarray(value)
    except Exception:  # whatever __array__ of a student's object, or NumPy on a ragged list, raises
        several = ": of a tuple, take the part that is asked for" if type(value) is tuple else ""
        raise NotNumbersError(
            f"{what} is neither a number nor an array of numbers{several}"
        ) from None
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

    Parameters
    ----------
    actual, expected : array_like
        Of one shape, or one of them a number.
    rtol, atol : float
        Tolerances, relative to `expected` and absolute.

    Returns
    -------
    ndarray of bool
        One for each element.

    Examples
    --------
    >>> is_close([1.0, np.nan, np.inf], [1.1, np.nan, 1.0], rtol=0.2, atol=0.0).tolist()
    [True, True, False]
    """
    with np.errstate(all="ignore"):
        return np.isclose(actual, expected, rtol=rtol, atol=atol, equal_nan=True)


def explain_shape(actual: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """How a result's shape differs from the expected one.

    Parameters
    ----------
    actual, expected : tuple of int
        Shapes; not the same.

    Returns
    -------
    str
        The end of a sentence that begins with what the result is called.

    Examples
    --------
    >>> explain_shape((), (3,))
    'is a single number where an array is expected: was it summed or averaged?'
    """
    if not actual:
        if math.prod(expected) == 1:
            return (
                "is a single number where an array is expected, of one number: "
                "leave out float(), an index and np.squeeze"
            )
        return "is a single number where an array is expected: was it summed or averaged?"
    if not expected and math.prod(actual) == 1:
        return (
            "is an array of one number where the number itself is expected: "
            "leave keepdims=True out, or take its only element"
        )
    if not expected:
        return (
            "is an array where a single number is expected: "
            "is a sum or a mean over the examples missing?"
        )
    if actual == expected[::-1]:
        return "has its axes the wrong way round: it is transposed"
    if 0 in actual and 0 in expected:
        return "is empty, as it should be, but of another shape: an empty list has no columns"
    if math.prod(actual) == math.prod(expected):
        return "holds the right number of values in the wrong shape: reshape it, or drop an axis"
    if len(expected) == 1 and actual == expected * 2:
        return (
            "is a square table where one value per example is expected: "
            "was a column combined with a row by broadcasting, or an outer product taken?"
        )
    if len(actual) == len(expected) == 1:
        return f"holds too {'few' if actual < expected else 'many'} values: it has the wrong length"
    if len(actual) != len(expected):
        return f"has too {'few' if len(actual) < len(expected) else 'many'} axes"
    return "has the right number of axes, and the wrong length along at least one of them"


def first_wrong_index(
    actual: Numbers, expected: Numbers, rtol: float, atol: float
) -> tuple[int, ...]:
    """Index of the first element, in row-major order, that misses the tolerance.

    Parameters
    ----------
    actual, expected : ndarray
        Of one shape, and not all close.
    rtol, atol : float
        The tolerance that `actual` missed.

    Returns
    -------
    tuple of int
        The index.
    """
    wrong = ~is_close(actual, expected, rtol, atol)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))


def how_it_differs(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str:
    """What is wrong with a result that no misconception explains, in one of a few sentences.

    Neither where nor by how much: a function that knows the hidden arguments could choose both.

    Parameters
    ----------
    actual, expected : ndarray
        Of one shape, and not all close.
    rtol, atol : float
        The tolerance that `actual` missed.

    Returns
    -------
    str
        The end of a sentence that begins with what the result is called.

    Examples
    --------
    >>> how_it_differs(np.array([1.0, 2.0, -3.0]), np.array([1.0, 2.0, 3.0]), 1e-9, 0.0)
    'is right in some places; where it is wrong, it has the wrong sign'
    """
    wrong = ~is_close(actual, expected, rtol, atol)
    got, want = actual[wrong], expected[wrong]
    if _only_single_precision(got, want):
        return "has float32's few digits only, which do not suffice here: compute in float64"
    words = _in_common(got, want, rtol, atol)
    # A single number has the wrong sign as often as not, whatever is wrong with it.
    if words is None and actual.size > 2 and (got * want < 0).all():
        words = "has the wrong sign, and the wrong size"
    if words is None and (np.abs(got - want) <= 1e-3 * np.abs(want)).all():
        return (
            "is close to the right result, but not equal: look for a rounded number (pi as 3.14), "
            "a difference that stands for a derivative, or a loop that stops too early"
        )
    if words is None:
        return "is wrong" if wrong.all() else _SOMEWHERE
    return words if wrong.all() else f"is right in some places; where it is wrong, it {words}"


def _in_common(got: Numbers, want: Numbers, rtol: float, atol: float) -> str | None:
    """What all the wrong values have in common."""
    rtol = max(rtol, 1e-7)
    if is_cut_off(got, want):
        return AT_A_LIMIT
    if (np.abs(got) == np.finfo(np.float64).max).all():
        return _LARGEST
    if (np.isfinite(got) & (np.abs(got) > _HUGE * (1 + np.abs(want)))).all():
        return "has grown out of all bounds: does a loop take steps that are too long?"
    for description, factor in (
        ("has the wrong sign", -1.0),
        ("is twice as large as it should be", 2.0),
        ("is half as large as it should be", 0.5),
    ):
        if is_close(got, factor * want, rtol, atol).all():
            return description
    if is_close(got, 0.0, rtol, atol).all():
        return "is zero"
    if (np.isfinite(want) & ~np.isfinite(got)).all():
        if np.isnan(got).any():
            return f"is NaN where a finite number is expected{WHY_NAN}"
        return f"is infinite where a finite number is expected: {_WHY_INFINITE}"
    if (np.isfinite(got) & ~np.isfinite(want)).all():
        return "is finite where an infinite value, or NaN, is expected"
    if (np.isnan(got) & np.isinf(want)).all():
        return "is NaN where an infinite value is expected"
    return None


def is_cut_off(got: Numbers, want: Numbers) -> bool:
    """Whether all values beyond a round limit are that limit."""
    limit = abs(got.flat[0])
    return bool(
        limit >= _LARGE
        and limit % 10 == 0
        and (got == np.sign(want) * limit).all()
        and (np.abs(want) > 1.1 * limit).all()
    )


def _only_single_precision(got: Numbers, want: Numbers) -> bool:
    """Whether results have the digits of float32 and no more, where the right ones have more.

    A float64 has them by chance once in half a billion times; a simple number such as 0.75, always.
    """
    if not np.isfinite(got).all():
        return False
    digits, _ = np.frexp(got)
    return _fit_single(got) and bool((digits * 2**20 % 1 != 0).any()) and not _fit_single(want)


def _fit_single(values: Numbers) -> bool:
    with np.errstate(over="ignore"):
        return bool((values.astype(np.float32) == values).all())
