"""Checks of what may have several values: an interval, an index among those that tie."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_lib.checks.values import CheckFailed, assert_shape, numbers_of
from course_lib.diagnosis.comparison import WHY_NAN


def assert_between(
    actual: object, low: ArrayLike, high: ArrayLike, *, what: str = "result", atol: float = 1e-12
) -> None:
    """Check low ≤ actual ≤ high elementwise: for subgradients and convex combinations.

    Parameters
    ----------
    actual : object
        What the student's function returned; any type.
    low, high : array_like
        The least and the greatest values that are right.
    what : str, default "result"
        How to call it in the message.
    atol : float, default 1e-12
        How far outside a value may be.

    Raises
    ------
    CheckFailed
        If a value lies outside, or the shape is wrong.

    Examples
    --------
    >>> assert_between([0.5, -1.0], [-1.0, -1.0], [1.0, -1.0])
    """
    below, above = np.broadcast_arrays(
        np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    )
    numbers = assert_shape(actual, below.shape, what=what)
    inside = (numbers >= below - atol) & (numbers <= above + atol)
    if not inside.all():
        index = tuple(int(i) for i in np.unravel_index(int(np.argmin(inside)), inside.shape))
        side = "smaller" if numbers[index] < below[index] else "larger"
        raise CheckFailed(
            f"{what} is NaN where a finite number is expected{WHY_NAN}"
            if np.isnan(numbers).any()
            else f"{what} is {side} than any right value here",
            (f"at index {index}: " if index else "") + f"got {float(numbers[index])!r}, "
            f"expected {float(below[index])!r} to {float(above[index])!r}",
        )


def assert_index(
    actual: object,
    right: ArrayLike,
    *,
    what: str = "index",
    mistakes: Mapping[str, float] | None = None,
) -> None:
    """Check that `actual` is the right index, or one of the right ones.

    Parameters
    ----------
    actual : object
        What the student's function returned; a whole number, as a float or a 0-d array too.
    right : array_like
        The right index, counted from 0, or all of them where several tie.
    what : str, default "index"
        How to call it in the message.
    mistakes : mapping, optional
        Description → index that this mistake gives for the same input.

    Raises
    ------
    CheckFailed
        If it is none of the right ones.

    Examples
    --------
    >>> assert_index(2, [0, 2])
    >>> assert_index(1, 0, mistakes={"is the favourite of the prior alone": 1})
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: index is the favourite of the prior alone
        got 1, expected 0
    """
    number = numbers_of(actual, what)
    if number.shape != ():
        raise CheckFailed(f"{what} is an array where a single whole number is expected")
    index, choices = float(number), np.ravel(right).tolist()
    if index in choices:
        return
    known = [text for text, wrong in (mistakes or {}).items() if wrong == index]
    if not index.is_integer():
        known.append("is not a whole number: return the place, not the value there")
    elif index < 0:
        known.append("is negative: count from the front, starting with 0")
    expected = " or ".join(map(str, sorted(choices)))
    raise CheckFailed(
        f"{what} {[*known, 'is not the right one'][0]}", f"got {index:g}, expected {expected}"
    )
