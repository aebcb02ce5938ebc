"""A check of the corners that a function has to get right: what is tiny, huge, empty or whole."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from course_lib.checks.calls import assert_not_mutated
from course_lib.checks.values import assert_loss_and_gradient, context


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
    for label, (args, expected, *mistakes) in corners.items():
        # NumPy may warn where the result is right all the same.
        with context(label), warnings.catch_warnings(action="ignore"):
            known = {"mistakes": mistakes[0]} if mistakes else {}
            check(assert_not_mutated(function, *args), expected, **options, **known)
