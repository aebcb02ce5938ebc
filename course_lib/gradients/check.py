"""Whether a gradient is that of its loss, and if not, why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from course_lib.diagnosis import (
    Numbers,
    as_numbers,
    explain_gradient,
    explain_values,
    is_close,
)
from course_lib.gradients.differences import (
    CENTRAL_STEP,
    central_difference,
    point_and_steps,
    positive,
)


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

    def __str__(self) -> str:
        if self.ok:
            return "gradient agrees with central differences of the loss"
        if self.gradient.shape != self.numerical.shape:
            return f"gradient {self.message}"
        place = f" at index {', '.join(map(str, self.index))}" if self.index else ""
        got, want = self.gradient[self.index], self.numerical[self.index]
        return (
            f"gradient {self.message}\n"
            f"    worst{place}: got {got:.6g}, by differences {want:.6g}, "
            f"relative error {self.relative_error:.2g}"
        )


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
    function : callable
        Takes an array like `x`, returns (loss, gradient), the gradient in x's shape.
    x : array_like
        Point, any shape.
    rtol : float, default 1e-6
        Tolerance relative to the numerical gradient, beside its own rounding noise.
    step : float, default 6.06e-6
        As for `central_difference`.

    Returns
    -------
    GradientCheck
        Whether, where, how far off, and which misconception it looks like.

    Raises
    ------
    ValueError
        As for `central_difference`.
    TypeError
        If `function` does not return a pair of real numbers or arrays.

    Examples
    --------
    >>> check_gradient(lambda w: ((w**2).sum(), 2 * w), [1.0, 2.0, 3.0]).ok
    True
    >>> check_gradient(lambda w: ((w**2).sum(), -2 * w), [1.0, 2.0, 3.0]).message
    'has the wrong sign'
    >>> print(check_gradient(lambda w: ((w**2).sum(), w), [1.0, 2.0, 3.0]))
    gradient is half as large as it should be: is a factor 1/2 too many?
        worst at index 0: got 1, by differences 2, relative error 0.5
    """
    __tracebackhide__ = True
    point, _ = point_and_steps(function, x, step)
    rtol = positive(rtol, "rtol")
    loss, returned = _loss_and_gradient(function(point.copy()))
    size = np.max(np.abs(as_numbers(loss, "loss")), initial=0.0)
    gradient = as_numbers(returned, "gradient")
    numerical = central_difference(lambda p: _loss_and_gradient(function(p))[0], point, step)
    noise = 4 * np.finfo(np.float64).eps * float(size) / step
    if gradient.shape != numerical.shape:
        message = explain_values(gradient, numerical, rtol=rtol, atol=noise)
        if _swapped(function, point, step):
            message = "is swapped with the loss: return loss, gradient"
        return GradientCheck(False, message, (), np.inf, gradient, numerical)
    message = ""
    if not is_close(gradient, numerical, rtol, noise).all():
        balanced = _ignores_a_shift(function, point)
        message = explain_gradient(
            gradient, numerical, point, balanced=balanced, rtol=rtol, atol=noise
        )
    index, error = _worst(gradient, numerical, noise)
    return GradientCheck(not message, message, index, error, gradient, numerical)


def _worst(gradient: Numbers, numerical: Numbers, noise: float) -> tuple[tuple[int, ...], float]:
    """Where the relative error is largest, and how large."""
    if not gradient.size:
        return (), 0.0
    with np.errstate(all="ignore"):
        scale = np.maximum(np.abs(gradient), np.abs(numerical))
        error = np.maximum(np.abs(gradient - numerical) - noise, 0) / np.where(scale, scale, 1)
    error = np.where(np.isnan(error), np.inf, error)
    # The first of those that differ by rounding only.
    first = int(np.argmax(error >= (1 - 1e-6) * error.max()))
    index = tuple(int(i) for i in np.unravel_index(first, error.shape))
    return index, float(error[index])


def _swapped(function: Callable[[Numbers], object], x: Numbers, step: float) -> bool:
    """Whether the first result is the gradient of the second."""
    gradient, loss = (as_numbers(part, "result") for part in _loss_and_gradient(function(x.copy())))
    if gradient.shape != x.shape or loss.ndim:
        return False
    numerical = central_difference(lambda p: _loss_and_gradient(function(p))[1], x, step)
    return bool(is_close(gradient, numerical, 1e-5, 1e-9).all())


def _ignores_a_shift(function: Callable[[Numbers], object], x: Numbers) -> bool:
    """Whether adding constants along the last axis leaves the loss as it is."""
    if x.ndim == 0 or x.shape[-1] < 2:
        return False
    shifts = 0.25 + np.arange(x[..., 0].size).reshape(*x.shape[:-1], 1) % 3
    try:
        loss, shifted = (
            as_numbers(_loss_and_gradient(function(at))[0], "loss") for at in (x.copy(), x + shifts)
        )
    except Exception:  # the shifted point may be none of the function's: p that sums to 2, log(−1)
        return False
    return bool(is_close(shifted, loss, 1e-9, 0.0).all())


def _loss_and_gradient(result: object) -> tuple[object, object]:
    """Both results of the function, if there are two."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise TypeError(
            f"function must return two results: loss, gradient; got {type(result).__name__}"
        )
    return result[0], result[1]
