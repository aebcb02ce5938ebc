"""Where a result is wrong: in its shape, or at which index, and how badly."""

from __future__ import annotations

import math

import numpy as np

from course_lib.diagnosis.numbers import Numbers, is_close


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


def first_wrong_index(
    actual: Numbers, expected: Numbers, rtol: float, atol: float
) -> tuple[int, ...]:
    """Index of the first element, in row-major order, that misses the tolerance."""
    wrong = ~is_close(actual, expected, rtol, atol)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), wrong.shape))


def where(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str:
    """Where a result is wrong, and by how much.

    >>> where(np.array([1.0, 2.0, -3.0]), np.array([1.0, 2.0, 3.0]), 1e-9, 0.0)
    'is wrong at index 2 only: there it has the wrong sign'
    """
    index = first_wrong_index(actual, expected, rtol, atol)
    got, want = actual[index], expected[index]
    place = f" at index {', '.join(map(str, index))}" if index else ""
    if expected.size > 1:
        wrong = ~is_close(actual, expected, rtol, atol)
        alone = np.count_nonzero(wrong) == 1
        if not wrong.all() and (same := _in_common(actual[wrong], expected[wrong], rtol, atol)):
            if alone:
                return f"is wrong{place} only: there it {same}"
            return f"is right in some places; where it is wrong, first{place}, it {same}"
        if alone:
            place = f"{place} only"
        else:
            place = f" everywhere, first{place}" if wrong.all() else f", first{place}"
    if _kind(got) != _kind(want):
        return f"is wrong{place}: it should be {_kind(want)} there and is {_kind(got)}"
    error = abs(got / want - 1) if math.isfinite(want) and want else 0.0
    size = f"about 1e{round(math.log10(error)):+03d}" if 0 < error < math.inf else "beyond measure"
    return f"is wrong{place}: the sign is right, the relative error is {size}"


def _in_common(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str | None:
    """What all the wrong values have in common."""
    rtol = max(rtol, 1e-7)
    for description, factor in (
        ("has the wrong sign", -1.0),
        ("is twice as large as it should be", 2.0),
        ("is half as large as it should be", 0.5),
        ("is zero", 0.0),
    ):
        if is_close(actual, factor * expected, rtol, atol).all():
            return description
    return None


def _kind(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if value == 0:
        return "zero"
    size = "infinite" if math.isinf(value) else "finite"
    return f"{size} and {'positive' if value > 0 else 'negative'}"
