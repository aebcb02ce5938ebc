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
        The first corner that does not hold is reported, so what is more particular comes first;
        where most of them do not hold, the message sends to the example first.
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
    failures: dict[str, CheckFailed] = {}
    tried = 0
    for label, (args, expected, *mistakes) in corners.items():
        tried += 1
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
        raise _what_fails(failures, tried)


def _what_fails(failures: Mapping[str, CheckFailed], tried: int) -> CheckFailed:
    """What to say of the corners that do not hold: where most do not, it may be no corner's."""
    label, first = next(iter(failures.items()))
    if len(failures) <= max(1, tried // 2):
        return CheckFailed(f"{label}: {first.student_feedback}", first.detail)
    said = {each.student_feedback for each in failures.values()}
    if len(said) == 1 and len(failures) > 2 and not first.student_feedback.endswith(" is wrong"):
        return first  # the same misconception everywhere
    return CheckFailed(
        "if the example is wrong, too, see that first: most corners are wrong. "
        f"{label}: {first.student_feedback}",
        first.detail,
    )
