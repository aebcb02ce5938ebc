"""A check of an index, of which "twice as large as it should be" would explain nothing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from course_lib.checks.failure import CheckFailed
from course_lib.diagnosis import NotNumbersError, as_numbers


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
    actual : what the student's function returned; a whole number, as a float or a 0-d array too.
    right : the right index, counted from 0, or all of them where several tie.
    what : how to call it in the message.
    mistakes : description → index that this mistake gives for the same input.

    >>> assert_index(2, [0, 2])
    >>> assert_index(1, 0, mistakes={"is the favourite of the prior alone": 1})
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: index is the favourite of the prior alone
        got 1, expected 0
    """
    try:
        number = as_numbers(actual, what)
    except NotNumbersError as error:
        raise CheckFailed(str(error)) from None
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
