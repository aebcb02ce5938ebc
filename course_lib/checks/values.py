"""Checks of values: shape, closeness, intervals, indices; and how a check fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import fill, indent

import numpy as np
from numpy.typing import ArrayLike

from course_lib.diagnosis import (
    NotNumbersError,
    Numbers,
    as_numbers,
    explain_shape,
    explain_slip,
    explain_values,
    first_wrong_index,
    is_close,
    mistakes_among,
)

LINE = 90
"""Characters to a line of a message."""


class CheckFailed(AssertionError):
    """A result is wrong.

    `student_feedback` names the misconception and holds no value, no index and no size, so a grader
    may show it when the test is hidden: code that knows the hidden arguments cannot put digits of
    them there. `str()` adds `detail`, which holds all of these: it is for visible tests, whose
    inputs the student sees anyway, and for the instructor. Its lines fit the window in which
    JupyterLab shows what Validate has found.
    """

    __module__ = "course_lib.checks"  # the name to import it by, as a traceback shows it

    def __init__(self, student_feedback: str, detail: str = "") -> None:
        feedback = fill(student_feedback, LINE, subsequent_indent="    ", break_on_hyphens=False)
        super().__init__("\n".join([feedback, indent(detail, "    ")] if detail else [feedback]))
        self.student_feedback = student_feedback
        self.detail = detail

    def _render_traceback_(self) -> list[str]:
        """The lines that IPython shows in place of a traceback, wherever the notebook is open.

        The frames are those of the test and of this package, where a student has nothing to mend.
        The name of the error is red, as in other tracebacks.
        """
        return f"\x1b[0;31mCheckFailed\x1b[0m: {self}".splitlines()


@contextmanager
def context(label: str) -> Iterator[None]:
    """Say under which circumstances whatever is inside has failed.

    An exception of the code under test keeps its type, and gets a `student_feedback` that names
    neither that nor its text: code can choose both by hidden inputs. A note names the label.

    Parameters
    ----------
    label : str
        What comes before the message, for instance "integer input".

    Examples
    --------
    >>> from course_lib.checks import assert_close
    >>> with context("integer input"):
    ...     assert_close(1, 2)
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: integer input: result is half as large as it should be
        got 1.0, expected 2.0
    """
    __tracebackhide__ = True
    try:
        yield
    except CheckFailed as failure:
        raise CheckFailed(f"{label}: {failure.student_feedback}", failure.detail) from None
    except Exception as error:
        reason = getattr(error, "student_feedback", None) or "stopped with an error"
        error.student_feedback = f"{label}: {reason}"  # type: ignore[attr-defined]
        error.add_note(f"This happened with: {label}")
        raise


def assert_shape(actual: object, shape: tuple[int, ...], *, what: str = "result") -> Numbers:
    """Check that `actual` is made of real numbers and has this shape; return it as float64.

    Parameters
    ----------
    actual : object
        What the student's function returned; any type.
    shape : tuple of int
        The right shape.
    what : str, default "result"
        How to call it in the message.

    Returns
    -------
    ndarray
        `actual`, as float64.

    Raises
    ------
    CheckFailed
        If it is something else, or has another shape.

    Examples
    --------
    >>> assert_shape([1, 2], (2,)).tolist()
    [1.0, 2.0]
    >>> assert_shape([[1], [2]], (2,))
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: result holds the right number of values in the wrong shape: ...
        got shape (2, 1), expected (2,)
    """
    numbers = numbers_of(actual, what)
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
    terms: Mapping[str, ArrayLike] | None = None,
    slips: str | None = None,
) -> None:
    """Check shape and values: abs(actual − expected) ≤ atol + rtol·abs(expected), NaN equal to NaN.

    A description in `mistakes` continues the sentence that starts with `what`. These are tried
    first, in order; then the `slips`; then a wrong size or sign of one of the `terms`, or an
    example that is missing from them; then mistakes found without help (sign, factor 2, 1/n, bits
    for nats, sum for one value per example, truncation, order, transposition).

    Parameters
    ----------
    actual : object
        What the student's function returned; any type.
    expected : array_like
        The right answer.
    what : str, default "result"
        How to call it in the message, for instance "gradient".
    rtol, atol : float, default 1e-9 and 0
        Tolerances, relative and absolute.
    mistakes : mapping, optional
        Description → value that this mistake gives for the same input, in any shape.
    terms : mapping, optional
        What a term is called, such as "the penalty" → what it adds to `expected`, along the first
        axis for each example if there is one axis more. All of it together is `expected`.
    slips : str, optional
        The function that was called as in its visible example, if `diagnosis.slips` has a table of
        what it returns there with a mistake in one place.

    Raises
    ------
    CheckFailed
        If a value misses the tolerance, or the shape is wrong.

    Examples
    --------
    >>> r = np.array([0.5, -3.0])
    >>> assert_close(np.sign(r), np.clip(r, -2, 2), what="gradient",
    ...              mistakes={"is that of the absolute loss": np.sign(r)})
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: gradient is that of the absolute loss
        at index (0,): got 1.0, expected 0.5
    """
    if isinstance(actual, tuple) and not np.ndim(expected):
        raise CheckFailed(f"the function returns several results: return {what} alone")
    numbers, right = numbers_of(actual, what), np.asarray(expected, dtype=np.float64)
    if _right(numbers, right, rtol, atol):
        return
    feedback = explain_values(
        numbers,
        right,
        rtol=rtol,
        atol=atol,
        mistakes=mistakes,
        slips=explain_slip(slips, [numbers], 0, rtol) if slips else (None, None),
        terms=terms,
    )
    raise CheckFailed(f"{what} {feedback}", _detail(numbers, right, rtol, atol))


def _right(numbers: Numbers, right: Numbers, rtol: float, atol: float) -> bool:
    return numbers.shape == right.shape and bool(is_close(numbers, right, rtol, atol).all())


def _detail(numbers: Numbers, right: Numbers, rtol: float, atol: float) -> str:
    """What came, and what was expected: the first value that is wrong, or the shapes."""
    if numbers.shape != right.shape:
        return f"got shape {numbers.shape}, expected {right.shape}"
    index = first_wrong_index(numbers, right, rtol, atol)
    place = f"at index {index}: " if index else ""
    return f"{place}got {float(numbers[index])!r}, expected {float(right[index])!r}"


def assert_loss_and_gradient(
    actual: object,
    expected: Sequence[ArrayLike],
    *,
    what: str = "loss",
    gradients: Sequence[str] = ("gradient",),
    rtol: float = 1e-9,
    atol: float = 0.0,
    mistakes: Mapping[str, Sequence[ArrayLike | None]] | None = None,
    terms: Mapping[str, Mapping[str, ArrayLike]] | None = None,
    slips: str | None = None,
) -> None:
    """Check a function's (loss, gradient, …) part by part, each under its own name.

    Parameters
    ----------
    actual : object
        What the student's function returned; a tuple, list or array as long as `expected`.
    expected : sequence
        What the reference returned for the same input.
    what : str, default "loss"
        Name of the first part.
    gradients : sequence of str, default ("gradient",)
        Names of the other parts.
    rtol, atol : float, default 1e-9 and 0
        As for `assert_close`.
    mistakes : mapping, optional
        Description → what a function with this mistake returns for the same input, part by part as
        in `expected`; None for a part that the mistake leaves right. So a known wrong
        implementation can be called: ``{"looks like the pseudo-Huber loss": pseudo_huber(y, p)}``.
    terms : mapping, optional
        Name of a part → its terms, as for `assert_close`.
    slips : str, optional
        As for `assert_close`.

    Raises
    ------
    CheckFailed
        If a part is wrong, or there are more or fewer of them.
    ValueError
        If there are more or fewer names than expected results.

    Examples
    --------
    >>> assert_loss_and_gradient((2.0, -2.0), (2.0, 2.0))
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: gradient has the wrong sign
        got -2.0, expected 2.0
    """
    names = (what, *gradients)
    if len(names) != len(expected):
        raise ValueError(f"{len(expected)} results are expected and {len(names)} are named")
    parts = loss_and_gradient(actual, names)
    if len(parts) == 2 and _same(parts, expected[::-1]) and not _same(parts, expected):
        raise CheckFailed(f"the results are swapped: return {', '.join(names)}")
    for i, (part, each, name) in enumerate(zip(parts, expected, names, strict=True)):
        right = np.asarray(each, dtype=np.float64)
        if _right(part, right, rtol, atol):
            continue
        wrong = {text: values[i] for text, values in (mistakes or {}).items()}
        feedback = explain_values(
            part,
            right,
            rtol=rtol,
            atol=atol,
            mistakes={text: value for text, value in wrong.items() if value is not None},
            slips=explain_slip(slips, parts, i, rtol) if slips else (None, None),
            among=mistakes_among(expected, names, i),
            terms=(terms or {}).get(name),
        )
        raise CheckFailed(f"{name} {feedback}", _detail(part, right, rtol, atol))


def assert_results(actual: object, *names: str) -> list[Numbers]:
    """Check that a function has returned several results, and return them as float64 arrays.

    Parameters
    ----------
    actual : object
        What the student's function returned; a tuple, list or array with an item for each name.
    *names : str
        What the results are called, in order.

    Returns
    -------
    list of ndarray
        The results, of any shape.

    Raises
    ------
    CheckFailed
        If there are more or fewer of them, or one is not made of real numbers; worded by what came
        in their place.

    Examples
    --------
    >>> assert_results(3.0, "column", "threshold")
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: the function returns one result: return 2 results in this order:
        column, threshold
    """
    return loss_and_gradient(actual, names)


def loss_and_gradient(actual: object, names: Sequence[str] = ("loss", "gradient")) -> list[Numbers]:
    """The parts of a function's result (loss, gradient, …) as float64 arrays of any shape.

    Parameters
    ----------
    actual : object
        What the student's function returned; any type.
    names : sequence of str, default ("loss", "gradient")
        How to call its parts in the message.

    Returns
    -------
    list of ndarray
        The parts, in order.

    Raises
    ------
    CheckFailed
        If there are more or fewer of them, or one is not made of real numbers; worded by what came
        in their place.

    Examples
    --------
    >>> [part.tolist() for part in loss_and_gradient(([1, 2], 0.5))]
    [[1.0, 2.0], 0.5]
    """
    if isinstance(actual, np.ndarray) and actual.ndim and len(actual) == len(names):
        actual = list(actual)  # results of one shape may have been put into one array
    if not isinstance(actual, tuple | list) or len(actual) != len(names):
        came = _what_came(actual, len(names))
        raise CheckFailed(f"{came}: return {len(names)} results in this order: {', '.join(names)}")
    return [numbers_of(part, name) for part, name in zip(actual, names, strict=True)]


def _what_came(actual: object, expected: int) -> str:
    """What a function returned that was to return several results: neither a value nor a size."""
    if actual is None:
        return (
            "the function returns None (is a `return` missing, does it print its result, or is "
            "what began as None never set?)"
        )
    if isinstance(actual, dict):
        return "the function returns a dictionary"
    if isinstance(actual, set | frozenset):
        return "the function returns a set, which has no order"
    if isinstance(actual, str):
        return "the function returns text"
    if isinstance(actual, Iterator):
        return "the function returns a generator (is a `yield` in it, or a comprehension in ()?)"
    if isinstance(actual, tuple | list):
        return f"the function returns too {'few' if len(actual) < expected else 'many'} results"
    if isinstance(actual, np.ndarray) and actual.ndim:
        return "the function returns one array (are the other results left out?)"
    if callable(actual):
        return "the function returns a function (are the parentheses of a call missing?)"
    return "the function returns one result"


def numbers_of(value: object, what: str) -> Numbers:
    """As `as_numbers`, as a failed check."""
    try:
        return as_numbers(value, what)
    except NotNumbersError as error:
        raise CheckFailed(str(error)) from None


def _same(parts: Sequence[Numbers], expected: Sequence[ArrayLike]) -> bool:
    """Whether all parts have the expected shape and nearly the expected values."""
    return all(
        part.shape == np.shape(right) and bool(is_close(part, right, 1e-7, 0.0).all())
        for part, right in zip(parts, expected, strict=True)
    )
