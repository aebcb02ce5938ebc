"""Say in words how a wrong result differs from the right one, without giving either away.

Every sentence made here may be shown to a student even when the test is hidden. So none contains a
value, an input or a size, and none repeats what the student's code could have chosen freely (a
type's name, a shape, an exact error): that would be a way to smuggle hidden inputs out. An index
and a power of ten are told, which is a few bits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
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


def explain_shape(actual: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """How a result's shape differs from the expected one.

    >>> explain_shape((), (3,))
    'is a single number where an array is expected: was it summed or averaged over the examples?'
    """
    if not actual:
        return (
            "is a single number where an array is expected: "
            "was it summed or averaged over the examples?"
        )
    if not expected:
        return (
            "is an array where a single number is expected: "
            "is a sum or a mean over the examples missing?"
        )
    if actual == expected[::-1]:
        return "has its axes the wrong way round: it is transposed"
    if math.prod(actual) == math.prod(expected):
        return "holds the right number of values in the wrong shape: reshape it, or drop an axis"
    if len(expected) == 1 and actual == expected * 2:
        return (
            "is a square table where one value per example is expected: "
            "was a column combined with a row by broadcasting, or an outer product taken?"
        )
    if len(actual) != len(expected):
        return f"has too {'few' if len(actual) < len(expected) else 'many'} axes"
    return "has the right number of axes, and the wrong length along at least one of them"


def explain_values(
    actual: Numbers,
    expected: Numbers,
    *,
    rtol: float,
    atol: float,
    mistakes: Mapping[str, ArrayLike] | None = None,
) -> str:
    """Name the misconception that turns `expected` into `actual`, else say where it is off.

    Parameters
    ----------
    actual, expected : arrays; of one shape, unless one of the `mistakes` has another.
    rtol, atol : the tolerance that `actual` missed.
    mistakes : description → what that mistake would give here; tried first, in this order.

    >>> explain_values(np.array([2.0, -4.0]), np.array([1.0, -2.0]), rtol=1e-9, atol=0.0)
    'is twice as large as it should be: is a factor 1/2 missing?'
    """
    for description, wrong in (mistakes or {}).items():
        if _is(actual, np.asarray(wrong, dtype=np.float64), expected, rtol, atol):
            return description
    if actual.shape != expected.shape:
        return _explain_reduction(actual, expected, rtol, atol) or explain_shape(
            actual.shape, expected.shape
        )
    with np.errstate(all="ignore"):
        if is_close(actual, expected, 1e-5, atol).all():
            return (
                "agrees with the right result to some digits only: "
                "was it computed in float32, by differences, or with a small constant added?"
            )
        if (np.isfinite(actual) == np.isfinite(expected)).all():
            for description, wrong in _generic_mistakes(actual, expected):
                if _is(actual, wrong, expected, rtol, atol):
                    return description
        return _where(actual, expected, rtol, atol)


def first_wrong_index(
    actual: Numbers, expected: Numbers, rtol: float, atol: float
) -> tuple[int, ...]:
    """Index of the first element, in row-major order, that misses the tolerance."""
    wrong = ~is_close(actual, expected, rtol, atol)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))


def _is(actual: Numbers, wrong: Numbers, expected: Numbers, rtol: float, atol: float) -> bool:
    """Whether `actual` is this wrong answer, and the wrong answer can be told from the right one.

    Wrong answers may be computed in many ways, hence a tolerance of at least 1e-7.
    """
    rtol = max(rtol, 1e-7)
    if actual.shape != wrong.shape or not is_close(actual, wrong, rtol, atol).all():
        return False
    return wrong.shape != expected.shape or not is_close(wrong, expected, rtol, atol).all()


def _generic_mistakes(actual: Numbers, expected: Numbers) -> Iterator[tuple[str, Numbers]]:
    """Descriptions with the values they would give; some are fitted to `actual`."""
    yield "is zero everywhere", np.zeros_like(expected)
    yield "is rounded to integers: was an integer array filled?", np.trunc(expected)
    yield "has lost its sign: it is the absolute value", np.abs(expected)
    yield from _factors(actual, expected)
    if expected.size > 2:
        yield (
            "is off by the same constant everywhere: is a constant term missing or too many?",
            expected + (actual.flat[0] - expected.flat[0]),
        )
    if expected.ndim == 1:
        yield "holds the right values in sorted order: keep the input's", np.sort(expected)
        yield "holds the right values in reversed order", expected[::-1]
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1]:
        yield "has its axes the wrong way round: it is transposed", expected.T


def _factors(actual: Numbers, expected: Numbers) -> Iterator[tuple[str, Numbers]]:
    named: list[tuple[str, float]] = [
        (
            "has the wrong sign: is it the derivative with respect to the other argument?",
            -1.0,
        ),
        ("is twice as large as it should be: is a factor 1/2 missing?", 2.0),
        ("is half as large as it should be: is a factor 1/2 too many?", 0.5),
        ("has the wrong sign, and is twice as large as it should be", -2.0),
        ("has the wrong sign, and is half as large as it should be", -0.5),
        ("is in bits where nats are expected: use the natural logarithm", 1 / math.log(2)),
        ("is in nats where bits are expected: use the logarithm to base 2", math.log(2)),
    ]
    for n in {*expected.shape, expected.size} - {0, 1, 2}:
        named += [
            ("is too large by the number of values: is a division by n missing?", float(n)),
            ("is too small by the number of values: is a division by n too many?", 1 / n),
        ]
    for description, factor in named:
        yield description, factor * expected
    usable = np.flatnonzero(np.isfinite(expected) & (expected != 0))
    if usable.size > 2:
        largest = usable[np.argmax(np.abs(expected.flat[usable]))]
        yield (
            "is off by the same factor everywhere: check the constants",
            (actual.flat[largest] / expected.flat[largest]) * expected,
        )


def _explain_reduction(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str | None:
    if actual.size == 1 and expected.size > 1:
        with np.errstate(all="ignore"):
            if is_close(actual, expected.sum(), max(rtol, 1e-7), atol).all():
                return "is the sum over the examples: return one value for each example"
            if is_close(actual, expected.mean(), max(rtol, 1e-7), atol).all():
                return "is the mean over the examples: return one value for each example"
    return None


def _where(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str:
    index = first_wrong_index(actual, expected, rtol, atol)
    got, want = actual[index], expected[index]
    place = f" at index {', '.join(map(str, index))}" if index else ""
    if expected.size > 1:
        wrong = ~is_close(actual, expected, rtol, atol)
        place = f" everywhere, first{place}" if wrong.all() else f", first{place}"
    if _kind(got) != _kind(want):
        return f"is wrong{place}: it should be {_kind(want)} there and is {_kind(got)}"
    error = abs(got / want - 1) if math.isfinite(want) and want else 0.0
    size = f"about 1e{round(math.log10(error)):+03d}" if 0 < error < math.inf else "beyond measure"
    return f"is wrong{place}: the sign is right, the relative error is {size}"


def _kind(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if value == 0:
        return "zero"
    size = "infinite" if math.isinf(value) else "finite"
    return f"{size} and {'positive' if value > 0 else 'negative'}"
