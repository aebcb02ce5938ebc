"""A check that the form of the input does not matter: its type, its layout, its writeability."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.checks.bounds import assert_between
from course_lib.checks.calls import call
from course_lib.checks.values import assert_loss_and_gradient, loss_and_gradient

WITHIN = 5.0
"""Factor by which a result may miss the right one and still count as an answer at all."""


def assert_form_ignored(
    function: Callable[..., Any],
    reference: Callable[..., Any],
    *args: Any,
    rtol: float = 1e-9,
) -> None:
    """Check that a loss takes its examples in this form as it takes plain float64 arrays.

    The results are compared with what `function` *itself* returns for the plain arrays, so that a
    wrong sign or constant, which other tests look at, costs nothing here. Two things keep out who
    has no answer: the plain examples come in reversed order, which defeats repeating the last
    answer, and for them the losses must be within a factor of 5 of the right ones.

    Parameters
    ----------
    function : callable
        Returns (loss, gradient), per example.
    reference : callable
        The right function. Its losses for `args` must differ by more than a factor of 25 among
        themselves, since only then can no constant be taken for an answer.
    *args : object
        Its arguments; the arrays among them have shape (n,).
    rtol : float, default 1e-9
        As for `assert_close`; 1e-5 for float32.

    Raises
    ------
    CheckFailed
        If the results differ, or miss the right ones by more than that factor.
    ValueError
        If the right results do not differ enough among themselves.

    Examples
    --------
    >>> half_square = lambda y, p: ((p - y) ** 2 / 2, p - y)
    >>> assert_form_ignored(half_square, half_square, np.array([0, 0]), np.array([1, -9]))
    """
    plain = [np.array(a[::-1], np.float64) if isinstance(a, np.ndarray) else a for a in args]
    right = np.asarray(reference(*plain)[0], dtype=np.float64)
    if right.max() <= WITHIN**2 * right.min():
        raise ValueError(f"the right losses must differ by a factor of more than {WITHIN**2:g}")
    loss, gradient = loss_and_gradient(call(function, *plain))
    assert_between(loss, right / WITHIN, right * WITHIN, what="loss")
    assert_between(gradient, *_finite(gradient.shape), what="gradient")
    assert_loss_and_gradient(call(function, *args), (np.flip(loss), np.flip(gradient)), rtol=rtol)


def assert_batch_form_ignored(
    function: Callable[..., Any],
    reference: Callable[..., Any],
    batches: Sequence[tuple[Any, ...]],
    form: Callable[..., tuple[Any, ...]],
    *,
    results: Sequence[str] = ("loss", "gradient"),
    rtol: float = 1e-9,
    atol: float = 1e-12,
) -> None:
    """Check that a function of a whole batch takes it in this form as it takes plain arrays.

    As in `assert_form_ignored` the comparison is with the function's own results, of which the
    first must be within a factor of 5 of the right one, or wrong in sign only. All plain batches
    come before all those in the other form, which defeats repeating the last answer.

    Parameters
    ----------
    function : callable
        Returns the `results`, or that one result alone; the mean loss of a batch, say.
    reference : callable
        The right function. The first results for all `batches` must differ by more than a factor of
        25 among themselves, in size.
    batches : sequence of tuple
        Tuples of arguments, their arrays plain.
    form : callable
        Takes the arguments of a batch, returns them in the form under test.
    results : sequence of str, default ("loss", "gradient")
        Names of what `function` returns.
    rtol, atol : float, default 1e-9 and 1e-12
        As for `assert_close`; 1e-5 and 1e-6 for float32.

    Raises
    ------
    CheckFailed
        If the results differ, or miss the right ones by more than that factor.
    ValueError
        If the right results do not differ enough among themselves.

    Examples
    --------
    >>> def mean_square(x):
    ...     return (x**2).mean(), 2 * x / x.size
    >>> batches = [(np.array([1.0, 2.0]),), (np.array([10.0, 20.0]),)]
    >>> assert_batch_form_ignored(mean_square, mean_square, batches, lambda x: (x.astype(int),))
    """

    def parts(called: Callable[..., Any], batch: tuple[Any, ...]) -> Any:
        result = call(called, *batch)
        return (result,) if len(results) == 1 else result

    sizes = [np.abs(np.asarray(parts(reference, batch)[0], np.float64)) for batch in batches]
    if max(map(np.max, sizes)) <= WITHIN**2 * min(map(np.min, sizes)):
        raise ValueError(f"the right results must differ by a factor of more than {WITHIN**2:g}")
    own = []
    for batch, size in zip(batches, sizes, strict=True):
        first, *rest = loss_and_gradient(parts(function, batch), results)
        assert_between(np.abs(first), size / WITHIN, size * WITHIN, what=results[0])
        for name, part in zip(results[1:], rest, strict=True):
            assert_between(part, *_finite(part.shape), what=name)
        own.append((first, *rest))
    for batch, expected in zip(batches, own, strict=True):
        truncated = tuple(map(np.trunc, expected))
        assert_loss_and_gradient(
            parts(function, form(*batch)),
            expected,
            what=results[0],
            gradients=results[1:],
            rtol=rtol,
            atol=atol,
            mistakes={"is rounded to integers: was an integer array filled?": truncated},
        )


def _finite(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Bounds that every finite number meets."""
    largest = np.full(shape, np.finfo(np.float64).max)
    return -largest, largest
