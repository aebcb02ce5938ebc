"""A check of the corners that a function has to get right: what is tiny, huge, empty or whole."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from course_lib.checks.calls import assert_not_mutated
from course_lib.checks.values import CheckFailed, assert_loss_and_gradient, context


def assert_corners(
    function: Callable[..., Any],
    corners: Mapping[str, tuple[Any, ...]],
    *,
    check: Callable[..., None] = assert_loss_and_gradient,
    **options: Any,
) -> None:
    """Check what a function returns at each of its corners, and that it leaves its arguments alone.

    Parameters
    ----------
    function : callable
        The function under test.
    corners : mapping
        Label → (arguments, expected result), which may be followed by the `mistakes` of `check`.
        The label says under which circumstances the function is wrong, and why that is a corner.
        The first corner that does not hold is reported, so what is more particular comes first.
        What follows a colon, or stands in parentheses, is advice on a number that is wrong; it is
        left out where an argument has changed, or a result is of another kind or shape.
    check : callable, default `assert_loss_and_gradient`
        What compares the two results.
    **options : object
        Further arguments of `check`.

    Raises
    ------
    CheckFailed
        If a result is wrong, or an argument has changed.

    Examples
    --------
    >>> from course_lib.checks import assert_close
    >>> corners = {"an empty sum": (([],), 0.0), "integers": (([1, 2],), 3.0)}
    >>> assert_corners(sum, corners, check=assert_close)
    >>> assert_corners(max, {"a negative number": (([-2.0, -1.0],), -3.0)}, check=assert_close)
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: a negative number: result is wrong
        got -1.0, expected -3.0
    """
    __tracebackhide__ = True
    failures: dict[str, CheckFailed] = {}
    for label, (args, expected, *mistakes) in corners.items():
        known = {"mistakes": mistakes[0]} if mistakes else {}
        # NumPy may warn where the result is right all the same.
        with warnings.catch_warnings(action="ignore"):
            try:
                check(assert_not_mutated(function, *args), expected, **options, **known)
            except CheckFailed as failure:
                failures[label] = failure
            except Exception:
                if failures:
                    break
                with context(label):
                    raise
    if failures:
        raise _what_fails(failures)


#: Parts of sentences that name no misconception: there, the corner's label says more.
_VAGUE = (
    " is wrong", " is expected", " is not the right one", " is NaN", " is zero",
    " too few values", " too many values", " computed with?",
)  # fmt: skip


def _what_fails(failures: Mapping[str, CheckFailed]) -> CheckFailed:
    """What to say of the corners that do not hold: the first, or what they have in common."""
    label, first = next(iter(failures.items()))
    said = {each.student_feedback for each in failures.values()}
    vague = any(each in first.student_feedback for each in _VAGUE)
    everywhere = len(said) == 1 and len(failures) > 2 and not vague
    # What is the same mistake everywhere is none of this corner's.
    if everywhere or not _tells_numbers(first):
        label = _circumstance(label)
    return CheckFailed(f"{label}: {first.student_feedback}", first.detail)


def _tells_numbers(failure: CheckFailed) -> bool:
    """Whether a number was wrong, which is what the advice of a label is about."""
    return bool(failure.detail) and not failure.detail.startswith("got shape")


def _circumstance(label: str) -> str:
    """A label without its advice.

    Examples
    --------
    >>> _circumstance("readings near 1e9: subtract mu before you square")
    'readings near 1e9'
    >>> _circumstance("a class that trails by 40 (is p clipped?)")
    'a class that trails by 40'
    """
    return label.partition(": ")[0].partition(" (")[0]
