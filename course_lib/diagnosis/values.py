"""The explanation of a wrong value: a known misconception, or where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_lib.diagnosis.mistakes import generic_mistakes
from course_lib.diagnosis.numbers import Numbers, is_close
from course_lib.diagnosis.places import explain_shape, where


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
    with np.errstate(all="ignore"):
        mistake = known_mistake(actual, expected, rtol, atol)
        return mistake or where(actual, expected, rtol, atol)


def known_mistake(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str | None:
    """Name the misconception that turns `expected` into `actual`, if it is a common one.

    >>> known_mistake(np.array([-1.0, 2.0]), np.array([1.0, -2.0]), rtol=1e-9, atol=0.0)
    'has the wrong sign: is it the derivative with respect to the other argument?'
    """
    if actual.shape != expected.shape:
        return _explain_reduction(actual, expected, rtol, atol) or explain_shape(
            actual.shape, expected.shape
        )
    if is_close(actual, expected, 1e-5, atol).all():
        return (
            "agrees with the right result to some digits only: "
            "was it computed in float32, by differences, or with a small constant added?"
        )
    if (np.isfinite(actual) == np.isfinite(expected)).all():
        for description, wrong in generic_mistakes(actual, expected):
            if _is(actual, wrong, expected, rtol, atol):
                return description
    return None


def _is(actual: Numbers, wrong: Numbers, expected: Numbers, rtol: float, atol: float) -> bool:
    """Whether `actual` is this wrong answer, and the wrong answer can be told from the right one.

    Wrong answers may be computed in many ways, hence a tolerance of at least 1e-7.
    """
    rtol = max(rtol, 1e-7)
    if actual.shape != wrong.shape or not is_close(actual, wrong, rtol, atol).all():
        return False
    return wrong.shape != expected.shape or not is_close(wrong, expected, rtol, atol).all()


def _explain_reduction(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str | None:
    if actual.size == 1 and expected.size > 1:
        with np.errstate(all="ignore"):
            if is_close(actual, expected.sum(), max(rtol, 1e-7), atol).all():
                return "is the sum over the examples: return one value for each example"
            if is_close(actual, expected.mean(), max(rtol, 1e-7), atol).all():
                return "is the mean over the examples: return one value for each example"
    return None
