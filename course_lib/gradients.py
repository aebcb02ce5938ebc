"""Numerical derivatives, and a check of a gradient against them.

In all three functions the step in a coordinate is proportional to max(1, abs xᵢ), and all
arithmetic is done in float64. A function that returns one loss per example is differentiated as
their sum, so that for losses taken per example the result is the derivative per example.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_lib.diagnosis import Numbers, as_numbers, explain_values, is_close

__all__ = ["GradientCheck", "central_difference", "check_gradient", "complex_step"]

CENTRAL_STEP = float(np.finfo(np.float64).eps ** (1 / 3))
"""6.06e-6: where the truncation error h² and the rounding error eps/h of a central difference
meet, for a function whose value and third derivative are near 1."""


def central_difference(
    function: Callable[[Numbers], object], x: ArrayLike, step: float = CENTRAL_STEP
) -> Numbers:
    """Gradient by central differences: gᵢ = (f(x + hᵢeᵢ) − f(x − hᵢeᵢ)) / 2hᵢ.

    Parameters
    ----------
    function : f, takes an array of the shape of `x`, returns a number or an array (summed).
    x : point, any shape; it is not changed, and each call gets an array of its own.
    step : h; hᵢ = h·max(1, abs xᵢ).

    Returns
    -------
    float64 array of the shape of `x`. The error is near 1e-10 relative for smooth functions.

    Raises
    ------
    TypeError : `function` returns something else than real numbers.

    Source: Nocedal and Wright, Numerical Optimization (2nd ed., Springer 2006), §8.1.

    >>> central_difference(lambda x: (x**2).sum(), [1.0, -3.0]).round(8).tolist()
    [2.0, -6.0]
    """
    point = as_numbers(x, "x")
    gradient, h = np.empty_like(point), step * np.maximum(1, np.abs(point))
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

    Parameters, returns: as for `central_difference`; `function` takes a complex array.

    Raises
    ------
    TypeError : the result is not complex, so the imaginary part got lost on the way.

    Source: W. Squire and G. Trapp, Using complex variables to estimate derivatives of real
    functions, SIAM Review 40 (1998) 110–112.

    >>> float(complex_step(np.exp, 1.0) - np.e)
    0.0
    """
    point = as_numbers(x, "x")
    gradient, h = np.empty_like(point), step * np.maximum(1, np.abs(point))
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


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradient` found; `message` is empty if the gradient is right."""

    ok: bool
    message: str
    index: tuple[int, ...]
    """Where the relative error is largest."""
    relative_error: float
    """There: abs(gradient − numerical), less the noise of rounding, over the larger of the two."""
    gradient: Numbers
    numerical: Numbers


def check_gradient(
    function: Callable[[Numbers], object],
    x: ArrayLike,
    *,
    rtol: float = 1e-6,
    step: float = CENTRAL_STEP,
) -> GradientCheck:
    """Compare the gradient that a function returns with central differences of its loss.

    Choose points away from kinks: within a step of one, no difference quotient is right. A wrong
    loss with a gradient that fits it passes; compare the loss itself as well.

    Parameters
    ----------
    function : takes an array like `x`, returns (loss, gradient), the gradient in x's shape.
    x : point, any shape.
    rtol : tolerance relative to the numerical gradient, beside its own rounding noise.
    step : as for `central_difference`.

    Returns
    -------
    `GradientCheck` : whether, where, how far off, and which misconception it looks like.

    Raises
    ------
    TypeError : `function` does not return a pair of real numbers or arrays.

    >>> check_gradient(lambda w: ((w**2).sum(), 2 * w), [1.0, 2.0, 3.0]).ok
    True
    >>> check_gradient(lambda w: ((w**2).sum(), -2 * w), [1.0, 2.0, 3.0]).message
    'has the wrong sign: is it the derivative with respect to the other argument?'
    """
    point = as_numbers(x, "x")
    loss, returned = _loss_and_gradient(function(point.copy()))
    size = np.max(np.abs(as_numbers(loss, "loss")), initial=0.0)
    gradient = as_numbers(returned, "gradient")
    numerical = central_difference(lambda p: _loss_and_gradient(function(p))[0], point, step)
    noise = 4 * np.finfo(np.float64).eps * float(size) / step
    if gradient.shape != numerical.shape:
        message = explain_values(gradient, numerical, rtol=rtol, atol=noise)
        return GradientCheck(False, message, (), np.inf, gradient, numerical)
    if is_close(gradient, numerical, rtol, noise).all():
        message = ""
    else:
        message = explain_values(gradient, numerical, rtol=rtol, atol=noise)
    with np.errstate(all="ignore"):
        scale = np.maximum(np.abs(gradient), np.abs(numerical))
        error = np.maximum(np.abs(gradient - numerical) - noise, 0) / np.where(scale, scale, 1)
    error = np.where(np.isnan(error), np.inf, error)
    worst = np.unravel_index(int(np.argmax(error)), error.shape) if error.size else ()
    return GradientCheck(
        ok=not message,
        message=message,
        index=tuple(int(i) for i in worst),
        relative_error=float(error[worst]) if error.size else 0.0,
        gradient=gradient,
        numerical=numerical,
    )


def _loss_and_gradient(result: object) -> tuple[object, object]:
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise TypeError("function must return two results: loss, gradient")
    return result[0], result[1]
