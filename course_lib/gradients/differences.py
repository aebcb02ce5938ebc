"""Slopes of a function, from its values alone."""

from __future__ import annotations

import reprlib
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from course_lib.diagnosis import NotNumbersError, Numbers, as_numbers

CENTRAL_STEP = float(np.finfo(np.float64).eps ** (1 / 3))
"""6.06e-6: where the truncation error h² and the rounding error eps/h of a central difference
meet, for a function whose value and third derivative are near 1."""


def central_difference(
    function: Callable[[Numbers], object], x: ArrayLike, step: float = CENTRAL_STEP
) -> Numbers:
    """Gradient by central differences: gᵢ = (f(x + hᵢeᵢ) − f(x − hᵢeᵢ)) / 2hᵢ.

    Parameters
    ----------
    function : callable
        f, takes an array of the shape of `x`, returns a number or an array (summed).
    x : array_like
        Point, any shape, finite; it is not changed, and each call gets an array of its own.
    step : float, default 6.06e-6
        h > 0; hᵢ = h·max(1, abs xᵢ).

    Returns
    -------
    ndarray
        float64, in the shape of `x`. The error is near 1e-10 relative for smooth functions.

    Raises
    ------
    ValueError
        If `x` is not finite, `step` not positive and finite.
    TypeError
        If `x` or what `function` returns is not made of real numbers, or `function` is no function.

    References
    ----------
    Nocedal and Wright, Numerical Optimization (2nd ed., Springer 2006), §8.1.

    Examples
    --------
    >>> central_difference(lambda x: (x**2).sum(), [1.0, -3.0]).round(8).tolist()
    [2.0, -6.0]
    """
    point, h = point_and_steps(function, x, step)
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        above, below = point.copy(), point.copy()
        above[index] += h[index]
        below[index] -= h[index]
        width = above[index] - below[index]  # not 2h: x ± h is rounded
        # Subtracting before summing lets the examples that xᵢ leaves alone cancel exactly.
        rise = as_numbers(function(above), "loss") - as_numbers(function(below), "loss")
        gradient[index] = rise.sum() / width
    return gradient


def complex_step(
    function: Callable[[np.ndarray], object], x: ArrayLike, step: float = 1e-20
) -> Numbers:
    """Gradient by the complex step: gᵢ = Im f(x + ihᵢeᵢ) / hᵢ.

    There is no difference and therefore no cancellation: the result is exact to rounding, however
    small the step. It needs a function that is analytic and written for complex numbers: `abs`,
    comparisons, `max`, `clip` and conjugates break it.

    Parameters
    ----------
    function : callable
        f, takes a complex array of the shape of `x`, returns a complex number or array (summed).
    x : array_like
        Point, any shape, finite; it is not changed, and each call gets an array of its own.
    step : float, default 1e-20
        h > 0; hᵢ = h·max(1, abs xᵢ).

    Returns
    -------
    ndarray
        float64, in the shape of `x`.

    Raises
    ------
    ValueError, TypeError
        As for `central_difference`. TypeError, too, if the result is not complex: the imaginary
        part got lost on the way.

    References
    ----------
    W. Squire and G. Trapp, Using complex variables to estimate derivatives of real functions, SIAM
    Review 40 (1998) 110–112.

    Examples
    --------
    >>> float(complex_step(np.exp, 1.0) - np.e)
    0.0
    """
    point, h = point_and_steps(function, x, step)
    gradient = np.empty_like(point)
    for index in np.ndindex(point.shape):
        shifted = point.astype(np.complex128)
        shifted[index] += 1j * h[index]
        value = np.asarray(function(shifted))
        if value.dtype.kind != "c":
            raise TypeError(
                f"function must return complex numbers when given complex ones, got dtype "
                f"{value.dtype}: it drops the imaginary part (abs, float, a real output array?)"
            )
        gradient[index] = value.imag.sum() / h[index]
    return gradient


def point_and_steps(function: object, x: ArrayLike, step: float) -> tuple[Numbers, Numbers]:
    """Check the arguments; return x and the step in each coordinate.

    Examples
    --------
    >>> point, h = point_and_steps(np.sum, [0.5, -8.0], 0.25)
    >>> h.tolist()
    [0.25, 2.0]
    """
    if not callable(function):
        raise TypeError(f"function must be a function, got {type(function).__name__}")
    point, h = _real(x, "x"), positive(step, "step")
    wrong = np.argwhere(~np.isfinite(point))
    if len(wrong):
        place = f" at index {', '.join(map(str, wrong[0]))}" if point.ndim else ""
        raise ValueError(
            f"x must be finite, got {point[tuple(wrong[0])]}{place}: there is no slope out there"
        )
    return point, h * np.maximum(1, np.abs(point))


def positive(value: float, name: str) -> float:
    """Check that a number is positive and finite.

    Examples
    --------
    >>> positive(0, "step")
    Traceback (most recent call last):
    ValueError: step must be positive and finite, got 0
    """
    number = _real(value, name)
    if number.ndim:
        raise TypeError(f"{name} must be a single real number, got {reprlib.repr(value)}")
    if not 0 < number < np.inf:
        raise ValueError(f"{name} must be positive and finite, got {number:g}")
    return float(number)


def _real(value: ArrayLike, name: str) -> Numbers:
    """As `as_numbers`, with an error that names an argument."""
    try:
        return as_numbers(value, name)
    except NotNumbersError:
        raise TypeError(f"{name} must hold real numbers, got {reprlib.repr(value)}") from None
