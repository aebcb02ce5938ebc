"""What common mistakes turn a right result into."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from course_lib.diagnosis.numbers import Numbers


def generic_mistakes(actual: Numbers, expected: Numbers) -> Iterator[tuple[str, Numbers]]:
    """Descriptions with the values they would give; some are fitted to `actual`.

    >>> next(generic_mistakes(np.zeros(2), np.array([1.5, 2.5])))[0]
    'is zero everywhere'
    """
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
        factor = float(actual.flat[largest] / expected.flat[largest])
        yield name_factor(factor), factor * expected


def name_factor(factor: float) -> str:
    """What a result that is wrong by this factor is.

    >>> name_factor(-1.0)
    'has the wrong sign'
    >>> name_factor(5.0)
    'is too large by a whole-number factor: is a sum taken where a mean is expected?'
    """
    size = abs(factor)

    def is_near(value: float) -> bool:
        return abs(size - value) <= 1e-6 * size

    if is_near(1):
        return "has the wrong sign"
    if is_near(2):
        words = "is twice as large as it should be"
    elif is_near(0.5):
        words = "is half as large as it should be"
    elif 2 < size < 1e6 and is_near(round(size)):
        words = "is too large by a whole-number factor: is a sum taken where a mean is expected?"
    elif 1e-6 < size < 0.5 and is_near(1 / round(1 / size)):
        words = "is too small by a whole-number factor: is a mean taken where a sum is expected?"
    else:
        return "is off by the same factor everywhere: check the constants"
    return f"has the wrong sign, and {words}" if factor < 0 else words
