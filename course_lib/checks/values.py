"""Checks of values: shape, closeness, intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_lib.checks.failure import CheckFailed
from course_lib.diagnosis import (
    NotNumbersError,
    Numbers,
    as_numbers,
    explain_shape,
    explain_values,
    first_wrong_index,
    is_close,
)


def assert_shape(actual: object, shape: tuple[int, ...], *, what: str = "result") -> Numbers:
    """Check that `actual` is made of real numbers and has this shape; return it as float64.

    >>> assert_shape([1, 2], (2,)).tolist()
    [1.0, 2.0]
    >>> assert_shape([[1], [2]], (2,))
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: result holds the right number of values in the wrong shape: ...
        got shape (2, 1), expected (2,)
    """
    numbers = _numbers(actual, what)
    if numbers.shape != shape:
        raise CheckFailed(
            f"{what} {explain_shape(numbers.shape, shape)}",
            f"got shape {numbers.shape}, expected {shape}",
        )
    return numbers


def assert_close(
    actual: object,
    expected: ArrayLike,
    *,
    what: str = "result",
    rtol: float = 1e-9,
    atol: float = 0.0,
    mistakes: Mapping[str, ArrayLike] | None = None,
) -> None:
    """Check shape and values: abs(actual − expected) ≤ atol + rtol·abs(expected), NaN equal to NaN.

    A description in `mistakes` continues the sentence that starts with `what`. These are tried
    first, in order; then mistakes found without help (sign, factor 2, 1/n, bits for nats, sum
    for one value per example, truncation, order, transposition).

    Parameters
    ----------
    actual : what the student's function returned; any type.
    expected : the right answer.
    what : how to call it in the message, for instance "gradient".
    rtol, atol : tolerances.
    mistakes : description → value that this mistake gives for the same input, in any shape.

    >>> r = np.array([0.5, -3.0])
    >>> assert_close(np.sign(r), np.clip(r, -2, 2), what="gradient",
    ...              mistakes={"is that of the absolute loss": np.sign(r)})
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: gradient is that of the absolute loss
        at index (0,): got 1.0, expected 0.5
    """
    numbers, right = _numbers(actual, what), np.asarray(expected, dtype=np.float64)
    if numbers.shape == right.shape and is_close(numbers, right, rtol, atol).all():
        return
    feedback = explain_values(numbers, right, rtol=rtol, atol=atol, mistakes=mistakes)
    if numbers.shape != right.shape:
        detail = f"got shape {numbers.shape}, expected {right.shape}"
    else:
        index = first_wrong_index(numbers, right, rtol, atol)
        place = f"at index {index}: " if index else ""
        detail = f"{place}got {float(numbers[index])!r}, expected {float(right[index])!r}"
    raise CheckFailed(f"{what} {feedback}", detail)


def assert_loss_and_gradient(
    actual: object,
    expected: Sequence[ArrayLike],
    *,
    what: str = "loss",
    gradients: Sequence[str] = ("gradient",),
    rtol: float = 1e-9,
    atol: float = 0.0,
    mistakes: Mapping[str, Sequence[ArrayLike | None]] | None = None,
) -> None:
    """Check a function's (loss, gradient, …) part by part, each under its own name.

    Parameters
    ----------
    actual : what the student's function returned; a tuple or list as long as `expected`.
    expected : what the reference returned for the same input.
    what, gradients : names of the first and of the other parts.
    rtol, atol : as for `assert_close`.
    mistakes : description → what a function with this mistake returns for the same input, part by
        part as in `expected`; None for a part that the mistake leaves right. So a known wrong
        implementation can be called: ``{"looks like the pseudo-Huber loss": pseudo_huber(y, p)}``.

    >>> assert_loss_and_gradient((2.0, -2.0), (2.0, 2.0))
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: gradient has the wrong sign: is it the derivative ...
        got -2.0, expected 2.0
    """
    names = (what, *gradients)
    if len(names) != len(expected):
        raise ValueError(f"{len(expected)} results are expected and {len(names)} are named")
    parts = loss_and_gradient(actual, names)
    if len(parts) == 2 and _same(parts, expected[::-1]) and not _same(parts, expected):
        raise CheckFailed(f"the results are swapped: return {', '.join(names)}")
    for i, (part, right, name) in enumerate(zip(parts, expected, names, strict=True)):
        wrong = {text: values[i] for text, values in (mistakes or {}).items()}
        known = {text: value for text, value in wrong.items() if value is not None}
        assert_close(part, right, what=name, rtol=rtol, atol=atol, mistakes=known)


def loss_and_gradient(actual: object, names: Sequence[str] = ("loss", "gradient")) -> list[Numbers]:
    """The parts of a function's result (loss, gradient, …) as float64 arrays of any shape.

    >>> [part.tolist() for part in loss_and_gradient(([1, 2], 0.5))]
    [[1.0, 2.0], 0.5]
    """
    if not isinstance(actual, tuple | list) or len(actual) != len(names):
        raise CheckFailed(f"return {len(names)} results in this order: {', '.join(names)}")
    return [_numbers(part, name) for part, name in zip(actual, names, strict=True)]


def assert_between(
    actual: object, low: ArrayLike, high: ArrayLike, *, what: str = "result", atol: float = 1e-12
) -> None:
    """Check low ≤ actual ≤ high elementwise: for subgradients and convex combinations.

    >>> assert_between([0.5, -1.0], [-1.0, -1.0], [1.0, -1.0])
    """
    below, above = np.broadcast_arrays(
        np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    )
    numbers = assert_shape(actual, below.shape, what=what)
    inside = (numbers >= below - atol) & (numbers <= above + atol)
    if not inside.all():
        index = tuple(int(i) for i in np.unravel_index(int(np.argmin(inside)), inside.shape))
        raise CheckFailed(
            f"{what} lies outside the interval of values that are right",
            f"at index {index}: got {float(numbers[index])!r}, "
            f"expected {float(below[index])!r} to {float(above[index])!r}",
        )


def _numbers(value: object, what: str) -> Numbers:
    try:
        return as_numbers(value, what)
    except NotNumbersError as error:
        raise CheckFailed(str(error)) from None


def _same(parts: Sequence[Numbers], expected: Sequence[ArrayLike]) -> bool:
    return all(
        part.shape == np.shape(right) and bool(is_close(part, right, 1e-7, 0.0).all())
        for part, right in zip(parts, expected, strict=True)
    )
