"""Which misconception turns a right result into a wrong one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_lib.diagnosis.comparison import (
    AT_A_LIMIT,
    Numbers,
    explain_shape,
    how_it_differs,
    is_close,
    is_cut_off,
)
from course_lib.diagnosis.terms import either, missing_example, mistake_in_terms

_LIKE_BITS = "or off by the same factor: check the base of each logarithm"
_COARSEST = 1e-3
"""As near as this a result has to be to one that a mistake of no particular function explains."""
_NOTHING = 1e-12
"""What is smaller is taken for what rounding leaves of a 0."""
_SUM_OR_MEAN = "is a sum taken where a mean is expected, or a mean where a sum is?"


def explain_values(
    actual: Numbers,
    expected: Numbers,
    *,
    rtol: float,
    atol: float,
    mistakes: Mapping[str, ArrayLike] | None = None,
    slips: Sequence[str | None] = (None, None),
    among: Mapping[str, ArrayLike] | None = None,
    terms: Mapping[str, ArrayLike] | None = None,
) -> str:
    """Name the misconception that turns `expected` into `actual`, else say that it is wrong.

    Parameters
    ----------
    actual, expected : ndarray
        Of one shape, unless one of the `mistakes` has another.
    rtol, atol : float
        The tolerance that `actual` missed.
    mistakes : mapping of str to array_like, optional
        Description → what that mistake would give here; tried first, in this order.
    slips : (str or None, str or None), optional
        The likely and the other mistakes in one place that `explain_slip` has found.
    among : mapping of str to array_like, optional
        As `mistakes`, tried next.
    terms : mapping of str to array_like, optional
        What `expected` is the sum of, as for `mistake_in_terms`; tried next.

    Returns
    -------
    str
        The end of a sentence that begins with what the result is called.

    Examples
    --------
    >>> explain_values(np.array([2.0, -4.0]), np.array([1.0, -2.0]), rtol=1e-9, atol=0.0)
    'is twice as large as it should be: is a factor 1/2 missing?'
    """
    for description, wrong in (mistakes or {}).items():
        if _is(actual, np.asarray(wrong, dtype=np.float64), expected, rtol, atol):
            # A single number may come of something else as well.
            if terms and actual.size == expected.size == 1:
                other = missing_example(actual, expected, terms, rtol, atol)
                return either(description, other) if other else description
            return description
    likely, possible = slips
    if reduced := _explain_reduction(actual, expected, rtol, atol):
        return reduced
    if likely:
        return likely
    for description, wrong in (among or {}).items():
        if _is(actual, np.asarray(wrong, dtype=np.float64), expected, rtol, atol):
            return description
    with np.errstate(all="ignore"):
        mistake = mistake_in_terms(actual, expected, terms, rtol, atol) if terms else None
        mistake = mistake or known_mistake(
            actual, expected, min(rtol, _COARSEST), atol, before_fitted=possible
        )
        return mistake or how_it_differs(actual, expected, rtol, atol)


def known_mistake(
    actual: Numbers,
    expected: Numbers,
    rtol: float,
    atol: float,
    *,
    before_fitted: str | None = None,
) -> str | None:
    """Name the misconception that turns `expected` into `actual`, if it is a common one.

    Parameters
    ----------
    actual, expected : ndarray
        Of any shape.
    rtol, atol : float
        The tolerance that `actual` missed.
    before_fitted : str, optional
        What is said before anything of which a constant is fitted to `actual`.

    Returns
    -------
    str or None
        The end of a sentence that begins with what the result is called.

    Examples
    --------
    >>> known_mistake(np.array([-1.0, 2.0]), np.array([1.0, -2.0]), rtol=1e-9, atol=0.0)
    'has the wrong sign'
    """
    if actual.shape != expected.shape:
        return (
            _explain_reduction(actual, expected, rtol, atol)
            or before_fitted
            or explain_shape(actual.shape, expected.shape)
        )
    if is_close(actual, expected, 1e-5, atol).all():
        return (
            "agrees with the right result to some digits only: "
            "was it rounded, computed in float32 or by differences, with a small constant added, "
            "or by a loop that ends too early?"
        )
    if is_cut_off(actual, expected):
        return AT_A_LIMIT
    if expected.size > 1 and (expected == 0).any():
        with np.errstate(all="ignore"):
            logarithm = np.log(expected)
        if _is(actual, logarithm, expected, rtol, atol):
            return "is the logarithm of the right result: was it taken once too often?"
    if (np.isfinite(actual) == np.isfinite(expected)).all():
        for description, wrong in _generic_mistakes(expected):
            if _is(actual, wrong, expected, rtol, atol):
                return description
        for description, wrong in () if before_fitted else _fitted_mistakes(actual, expected):
            if _is(actual, wrong, expected, rtol, atol):
                return description
    return before_fitted


def _is(actual: Numbers, wrong: Numbers, expected: Numbers, rtol: float, atol: float) -> bool:
    """Whether `actual` is this wrong answer, and the wrong answer can be told from the right one.

    Wrong answers may be computed in many ways, hence a tolerance of at least 1e-7.
    """
    rtol = max(rtol, 1e-7)
    if actual.shape != wrong.shape or not is_close(actual, wrong, rtol, atol).all():
        return False
    return wrong.shape != expected.shape or not is_close(wrong, expected, rtol, atol).all()


def _explain_single(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str | None:
    """Whether one number is the sum, the mean or an end of what should be many."""
    # Where one entry is not 0, it is the sum, and may as well stand there alone.
    if np.count_nonzero(expected) < 2:
        return None
    for what, one in (("sum", expected.sum()), ("mean", expected.mean())):
        if is_close(actual, one, rtol, atol).all():
            return (
                f"is the {what} over the examples, or classes: return each value, not their {what}"
            )
    for which, one in (("last", expected.flat[-1]), ("first", expected.flat[0])):
        # Where several entries are the same, it may be any of them.
        is_only_one = np.count_nonzero(expected == one) == 1
        if is_only_one and is_close(actual, one, rtol, atol).all():
            return (
                f"is its {which} value alone: does a loop end there, or overwrite the others, or "
                "was one taken by its index?"
            )
    return None


def _explain_reduction(actual: Numbers, expected: Numbers, rtol: float, atol: float) -> str | None:
    """Whether a sum or a mean is missing, or stands for what should be many numbers."""
    rtol = max(rtol, 1e-7)
    with np.errstate(all="ignore"):
        if actual.size == 1 and (said := _explain_single(actual, expected, rtol, atol)):
            return said
        if actual.ndim == expected.ndim - 1 >= 1:
            for axis in (i for i, length in enumerate(expected.shape) if length > 1):
                for what, reduced in (("sum", expected.sum(axis)), ("mean", expected.mean(axis))):
                    if (
                        reduced.shape == actual.shape
                        and (np.abs(reduced) > _NOTHING).any()
                        and is_close(actual, reduced, rtol, atol).all()
                    ):
                        return (
                            f"is the {what} along axis {axis} of what should be returned: "
                            f"is a {what} too many taken?"
                        )
        one_more = actual.ndim == expected.ndim + 1 and actual.size > expected.size
        for axis in range(actual.ndim) if one_more else ():
            for what, reduced in (("sum", actual.sum(axis)), ("mean", actual.mean(axis))):
                if (
                    reduced.shape == expected.shape
                    and is_close(reduced, expected, rtol, atol).all()
                ):
                    if not expected.ndim:
                        return f"{explain_shape(actual.shape, ())} Its {what} is right"
                    return f"has one axis too many, and is right once you take the {what} along it"
    return None


def explain_gradient(
    gradient: Numbers,
    numerical: Numbers,
    x: Numbers,
    *,
    balanced: bool,
    rtol: float,
    atol: float,
) -> str:
    """Name the misconception in a gradient at x, else say that it is wrong.

    More is known of a gradient than of other values: that of a penalty ½λ‖x‖² is a multiple of x;
    and where a shift of x along its last axis leaves the loss alone, the slopes along it sum to 0.

    Parameters
    ----------
    gradient : ndarray
        What a function has returned.
    numerical : ndarray
        The slopes of its loss, of the same shape or another one.
    x : ndarray
        Where.
    balanced : bool
        Whether a shift of x along its last axis leaves the loss alone, as with logits.
    rtol, atol : float
        The tolerance that `gradient` missed.

    Returns
    -------
    str
        The end of a sentence that begins with what the result is called.

    Examples
    --------
    >>> x, slope = np.array([1.0, -2.0, 5.0]), np.array([0.5, 0.5, 1.0])
    >>> explain_gradient(slope + 0.1 * x, slope, x, balanced=False, rtol=1e-6, atol=0.0)
    'is off by a multiple of the point itself: is a term such as λw of a penalty missing, or ...?'
    """
    with np.errstate(all="ignore"):
        mistake = known_mistake(gradient, numerical, rtol, atol)
        if mistake is None and np.isfinite(gradient).all():
            mistake = _penalty(gradient, numerical, x, rtol, atol)
        if mistake is not None:
            return mistake
        words = how_it_differs(gradient, numerical, rtol, atol)
        if balanced and (abs(gradient.sum(axis=-1)) > 1e-6 * abs(gradient).sum(axis=-1)).any():
            return (
                f"{words}; along the last axis it should sum to zero, since adding a constant "
                f"there leaves the loss as it is"
            )
        return words


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
            "is off by a multiple of the point itself: is a term such as λw of a penalty missing, "
            "or of the wrong size or sign?"
        )
    a, b = np.linalg.lstsq(columns, gradient.ravel())[0]
    if gradient.size < 4 or not is_close(gradient, a * numerical + b * x, rtol, atol).all():
        return None
    words, colon, question = _name_factor(float(a)).partition(":")
    return f"{words}, apart from a multiple of the point, such as λw of a penalty{colon}{question}"


def _generic_mistakes(expected: Numbers) -> Iterator[tuple[str, Numbers]]:
    """Descriptions with the values they would give."""
    if expected.size > 1 and (np.abs(expected) < 1).all():
        yield (
            "is zero everywhere: was an integer array filled, // used, or nothing put into it?",
            np.zeros_like(expected),
        )
    if expected.size == 1 and np.isfinite(expected).all() and (expected % 1).any():
        yield (
            "is zero: are numbers cut to integers (dtype=int, //), or NaN replaced by zero?",
            np.zeros_like(expected),
        )
    yield "is zero everywhere" if expected.size > 1 else "is zero", np.zeros_like(expected)
    if expected.size > 1 or (8 * expected % 1).any():  # 1.5 and 1 may differ for another reason
        for rounded in (np.trunc(expected), np.round(expected)):
            yield "is rounded to integers: was an integer array filled, or // used?", rounded
    if (expected > 0).any():  # otherwise all signs are turned
        yield "has lost its sign: it is the absolute value", np.abs(expected)
    yield from _factors(expected)


def _fitted_mistakes(actual: Numbers, expected: Numbers) -> Iterator[tuple[str, Numbers]]:
    """Descriptions with the values they would give, with constants taken from `actual`."""
    usable = np.flatnonzero(np.isfinite(expected) & (expected != 0))
    if usable.size > 2:
        largest = usable[np.argmax(np.abs(expected.flat[usable]))]
        factor = float(actual.flat[largest] / expected.flat[largest])
        yield _name_factor(factor), factor * expected
    if expected.size > 2:
        yield (
            "is off by the same constant everywhere: is a constant term missing or too many?",
            expected + (actual.flat[0] - expected.flat[0]),
        )
    yield from _orders(actual, expected)
    if expected.ndim == 2:
        yield from _by_line(actual, expected)
    if actual.size > 1 or (2**16 * actual % 1).any():  # 4 is more than the square of 2
        yield from _functions(expected)


def _orders(actual: Numbers, expected: Numbers) -> Iterator[tuple[str, Numbers]]:
    """The right values at wrong places."""
    if expected.ndim == 1:
        yield "holds the right values in sorted order: keep the input's", np.sort(expected)
        yield "holds the right values in reversed order", expected[::-1]
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1]:
        yield "has its axes the wrong way round: it is transposed", expected.T
    if (
        expected.size > 2
        and is_close(np.sort(actual, None), np.sort(expected, None), 1e-7, 0).all()
    ):
        yield "holds the right values in another order", actual


def _by_line(actual: Numbers, expected: Numbers) -> Iterator[tuple[str, Numbers]]:
    """A table of which each row, or each column, is off by a constant or a factor of its own."""
    for axis, line in ((1, "row"), (0, "column")):
        empty = (actual == 0).all(axis, keepdims=True)
        yield (
            f"is right, but for a {line} of zeros: does a loop leave it out?",
            np.where(empty, 0, expected),
        )
        if expected.shape[axis] > 2:
            first, right = (each.take([0], axis) for each in (actual, expected))
            yield (
                f"is off by a constant in each {line}: is the wrong number subtracted from it?",
                expected + (first - right),
            )
            yield (
                f"is off by a factor in each {line}: is it divided by the wrong sum?",
                expected * (first / right),
            )


def _functions(expected: Numbers) -> Iterator[tuple[str, Numbers]]:
    """What comes of a step too many or too few at the end."""
    yield "is the square of the right result", expected**2
    yield "is the square root of the right result", np.sqrt(expected)
    yield "is e to the power of the right result: was the logarithm left out?", np.exp(expected)
    yield "is the logarithm of the right result: was it taken once too often?", np.log(expected)
    yield "is one over the right result", 1 / expected
    if expected.size > 1:
        yield "is 1 minus the right result", 1 - expected


def _factors(expected: Numbers) -> Iterator[tuple[str, Numbers]]:
    """The right values times a factor that has a name."""
    named: list[tuple[str, float]] = [
        ("has the wrong sign", -1.0),
        ("is twice as large as it should be: is a factor 1/2 missing?", 2.0),
        ("is half as large as it should be: is a factor 1/2 too many?", 0.5),
        ("has the wrong sign, and is twice as large as it should be", -2.0),
        ("has the wrong sign, and is half as large as it should be", -0.5),
        (f"is in bits where nats are expected, {_LIKE_BITS}", 1 / math.log(2)),
        (f"is in nats where bits are expected, {_LIKE_BITS}", math.log(2)),
        (f"has a logarithm to base 10 where nats are expected, {_LIKE_BITS}", 1 / math.log(10)),
        ("is a hundred times as large as it should be: is it in per cent?", 100.0),
        (f"has a logarithm to base 10 where bits are expected, {_LIKE_BITS}", math.log10(2)),
    ]
    for n in {*expected.shape, expected.size} - {0, 1, 2}:
        named += [
            ("is too large by the number of values: is a division by n missing?", float(n)),
            ("is too small by the number of values: is a division by n too many?", 1 / n),
        ]
    for description, factor in named:
        # A single number is twice as large for many reasons: that much is true, and no more.
        known = expected.size > 1 or "logarithm" in description or "cent" in description
        yield description if known else description.partition(":")[0], factor * expected


def _name_factor(factor: float) -> str:
    """What a result that is wrong by this factor is."""
    size = abs(factor)
    if math.isclose(size, 1, rel_tol=1e-6):
        return "has the wrong sign"
    if math.isclose(size, 2, rel_tol=1e-6):
        words = "is twice as large as it should be"
    elif math.isclose(size, 0.5, rel_tol=1e-6):
        words = "is half as large as it should be"
    elif 2 < size < 1e6 and math.isclose(size, round(size), rel_tol=1e-6):
        words = f"is a whole number of times too large: {_SUM_OR_MEAN}"
    elif 1e-6 < size < 0.5 and math.isclose(1 / size, round(1 / size), rel_tol=1e-6):
        words = f"is a whole number of times too small: {_SUM_OR_MEAN}"
    elif 1 < size < 2 and math.isclose(1 / (size - 1), round(1 / (size - 1)), rel_tol=1e-6):
        words = "is too large by n / (n - 1): is it divided by n - 1 where n belongs?"
    else:
        return "is off by the same factor everywhere: check the constants"
    return f"has the wrong sign, and {words}" if factor < 0 else words
