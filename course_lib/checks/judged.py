"""Checks of answers that are right in many ways: an interval, and what earns partial credit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from course_lib.checks.bounds import assert_between
from course_lib.checks.values import CheckFailed, assert_shape
from course_lib.diagnosis import is_close


def assert_interval(
    actual: object,
    low: Sequence[float],
    high: Sequence[float],
    *,
    what: str = "interval",
    mistakes: Mapping[str, Sequence[float]] | None = None,
) -> None:
    """Check the two ends of an interval, each against all the values that a right method gives.

    Parameters
    ----------
    actual : object
        What the student's function returned: its lower and its upper end.
    low, high : sequence of float
        Least and greatest right value of either end.
    what : str, default "interval"
        How to call it in the message.
    mistakes : mapping, optional
        Description → the two ends that this mistake gives, to three digits.

    Raises
    ------
    CheckFailed
        If it is not two numbers, in this order, each of which a right method could give.

    Examples
    --------
    >>> assert_interval((0.27, 0.55), (0.2, 0.3), (0.5, 0.6))
    >>> known = {"is too short": (0.33, 0.47)}
    >>> assert_interval((0.33, 0.47), (0.2, 0.3), (0.5, 0.6), mistakes=known)
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: interval is too short
    """
    ends = assert_shape(actual, (2,), what=what)
    for text, wrong in (mistakes or {}).items():
        if is_close(ends, np.asarray(wrong, dtype=np.float64), 0.0, 2e-3).all():
            raise CheckFailed(f"{what} {text}")
    if ends[0] > ends[1]:
        raise CheckFailed(f"{what} has its upper end first: return lower, upper")
    assert_between(ends[0], *low, what=f"lower end of the {what}")
    assert_between(ends[1], *high, what=f"upper end of the {what}")


def credit(value: float, *, full: float, none: float, points: float) -> float:
    """Points on a straight line: all of them at `full` and better, none at `none` and worse.

    As the last line of a test it is the partial credit that nbgrader and the autograder record.

    Parameters
    ----------
    value : float
        What was measured.
    full, none : float
        Where the line ends; the better end may be the greater or the lesser one.
    points : float
        All of the test's points.

    Returns
    -------
    float
        In [0, points], rounded to a hundredth; 0 if `value` is NaN.

    Examples
    --------
    >>> [credit(loss, full=0.12, none=0.30, points=4) for loss in (0.09, 0.21, 0.7)]
    [4.0, 2.0, 0.0]
    """
    share = (none - value) / (none - full)
    return round(points * min(1.0, max(0.0, share)), 2) if share == share else 0.0
