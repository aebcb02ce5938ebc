"""The explanation of a wrong gradient, of which more is known than of other values."""

from __future__ import annotations

import numpy as np

from course_lib.diagnosis.mistakes import name_factor
from course_lib.diagnosis.numbers import Numbers, is_close
from course_lib.diagnosis.places import where
from course_lib.diagnosis.values import known_mistake


def explain_gradient(
    gradient: Numbers,
    numerical: Numbers,
    x: Numbers,
    *,
    balanced: bool,
    rtol: float,
    atol: float,
) -> str:
    """Name the misconception in a gradient at x, else say where it is off.

    Beside what any wrong value may be: the gradient of a penalty ½λ‖x‖² is a multiple of x; and
    where a shift of x along its last axis leaves the loss alone (`balanced`), as with logits, the
    slopes along it sum to 0.

    >>> x, slope = np.array([1.0, -2.0, 5.0]), np.array([0.5, 0.5, 1.0])
    >>> explain_gradient(slope + 0.1 * x, slope, x, balanced=False, rtol=1e-6, atol=0.0)
    'is off by a multiple of the point itself: is the term λw of a penalty missing, or ...?'
    """
    with np.errstate(all="ignore"):
        mistake = known_mistake(gradient, numerical, rtol, atol)
        if mistake is None and np.isfinite(gradient).all():
            mistake = _penalty(gradient, numerical, x, rtol, atol)
        if mistake is not None:
            return mistake
        place = where(gradient, numerical, rtol, atol)
        if balanced and (abs(gradient.sum(axis=-1)) > 1e-6 * abs(gradient).sum(axis=-1)).any():
            return (
                f"{place}; along the last axis it should sum to zero, since adding a constant "
                f"there leaves the loss as it is"
            )
        return place


def _penalty(
    gradient: Numbers, numerical: Numbers, x: Numbers, rtol: float, atol: float
) -> str | None:
    """Try gradient = a·numerical + b·x: with a = 1 only the penalty's part is wrong."""
    off = (gradient - numerical).ravel()
    columns = np.column_stack([numerical.ravel(), x.ravel()])
    if np.count_nonzero(off) < 3 or np.linalg.matrix_rank(columns) < 2:
        return None
    # The differences are good to 1e-9 or so of the largest slope.
    atol += 1e-7 * float(np.abs(gradient).max())
    if is_close(off, (x.ravel() @ off / (x.ravel() @ x.ravel())) * x.ravel(), rtol, atol).all():
        return (
            "is off by a multiple of the point itself: is the term λw of a penalty missing, "
            "or of the wrong size or sign?"
        )
    a, b = np.linalg.lstsq(columns, gradient.ravel())[0]
    if gradient.size < 4 or not is_close(gradient, a * numerical + b * x, rtol, atol).all():
        return None
    words, colon, question = name_factor(float(a)).partition(":")
    return f"{words}, apart from the term λw of a penalty{colon}{question}"
