"""Calls of the function under test that leave nothing behind but the result, and checks that call.

A function may change the arrays that it is given, keep them for later, return them, or return one
array again and again. In a notebook the caller sees all that, and so it does while grading. A test
that works out what it expects from such an array would expect what the function wants it to.
"""

from __future__ import annotations

import copy
import os
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from course_lib.checks.values import CheckFailed, loss_and_gradient
from course_lib.diagnosis import Numbers
from course_lib.gradients import check_gradient


def call(function: Callable[..., Any], *args: Any) -> Any:
    """Call `function` with copies of `args` and return a copy of its result.

    Whatever the function does to its arguments, or later to its result, the caller's objects stay
    as they are. A test therefore hands its arrays to the function under test in this way only.

    Parameters
    ----------
    function : callable
        The function under test.
    *args : object
        Its arguments.

    Returns
    -------
    object
        A copy of the function's result.

    Examples
    --------
    >>> def forger(x):
    ...     x[:] = 0
    ...     return x
    >>> x = np.ones(2)
    >>> call(forger, x).tolist(), x.tolist()
    ([0.0, 0.0], [1.0, 1.0])
    """
    __tracebackhide__ = True  # IPython shows the student's frame in place of this one
    return copied(function(*copied(args)))


def copied(value: Any) -> Any:
    """A copy of an array, or of a list, tuple or dict of such; anything else as it is.

    Parameters
    ----------
    value : object
        Any.

    Returns
    -------
    object
        The copy. Those of arrays have their strides, and are read-only if the arrays are.

    Examples
    --------
    >>> column = np.eye(3)[::-1, 1]
    >>> copied(column).strides == column.strides
    True
    """
    if isinstance(value, np.ndarray):
        return _copied_array(value)
    if isinstance(value, tuple):
        return tuple(map(copied, value))
    if isinstance(value, list):
        return list(map(copied, value))
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    return value


def _copied_array(array: np.ndarray) -> np.ndarray:
    """A copy that a function cannot tell from the array."""
    if array.flags.forc or array.dtype.hasobject:
        copy = np.array(array, order="K")
    else:
        # NumPy's own copies are contiguous; `column` above would become another kind of input.
        low, high = np.lib.array_utils.byte_bounds(array)
        offset = array.__array_interface__["data"][0] - low
        memory = np.zeros(high - low, dtype=np.uint8)
        copy = np.ndarray(array.shape, array.dtype, memory, offset, array.strides)
        copy[...] = array
    copy.flags.writeable = array.flags.writeable
    return copy


def rng() -> np.random.Generator:
    """Random inputs for a test: new ones in every grading, the same ones when it is repeated.

    The seed is the integer in the environment variable GRADING_SEED, which the autograder sets and
    records with the grade; without it, fresh entropy. Every call starts the sequence anew: call
    once in a cell and draw everything from that generator.

    Returns
    -------
    Generator
        Seeded anew.

    Raises
    ------
    ValueError
        If GRADING_SEED is not a non-negative integer.

    Examples
    --------
    >>> x = rng().normal(size=5)
    """
    seed = os.environ.get("GRADING_SEED")
    if seed is not None and not seed.isdecimal():
        raise ValueError(f"GRADING_SEED must be a non-negative integer, got {seed!r}")
    return np.random.default_rng(None if seed is None else int(seed))


def assert_not_mutated(function: Callable[..., Any], *args: Any) -> Any:
    """Call `function` with copies of `args`, check that it left them alone, return its result.

    Parameters
    ----------
    function : callable
        The function under test.
    *args : object
        Its arguments.

    Returns
    -------
    object
        A copy of the function's result.

    Raises
    ------
    CheckFailed
        If an argument has changed.

    Examples
    --------
    >>> assert_not_mutated(lambda x: x.sort(), np.array([2.0, 1.0]))
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: the function changes its first argument: work on a copy ...
    """
    __tracebackhide__ = True
    before, given = copy.deepcopy(args), copied(args)
    result = copied(function(*given))
    for position, (now, then) in enumerate(zip(given, before, strict=True)):
        if not _identical(now, then):
            which = ("first", "second", "third")[position] if position < 3 else f"{position + 1}th"
            raise CheckFailed(
                f"the function changes its {which} argument: work on a copy "
                f"(np.sort instead of x.sort(), x = x - m instead of x -= m)"
            )
    return result


def assert_gradient(
    function: Callable[..., Any],
    *args: Any,
    wrt: int | Mapping[str, int] = 0,
    rtol: float = 1e-6,
    what: str = "gradient",
) -> None:
    """Check gradients against central differences of the function's **own** loss.

    A loss that is wrong in the same way as its gradient passes: use `assert_loss_and_gradient` too.

    Parameters
    ----------
    function : callable
        Returns (loss, gradient, …); called 2·size + 1 times for each gradient, and up to as many
        again to find out what is wrong, so keep the arguments small.
    *args : object
        Its arguments, at a point where the loss is smooth, and not flat.
    wrt : int or mapping, default 0
        Position of the argument that the gradient belongs to. For several gradients, their names in
        the order in which they are returned, each with such a position.
    rtol : float, default 1e-6
        As for `gradients.check_gradient`.
    what : str, default "gradient"
        How to call the gradient in the message, if there is only one.

    Raises
    ------
    CheckFailed
        If a gradient is wrong, or the loss is infinite, NaN or flat.

    Examples
    --------
    >>> half_square = lambda y, p: ((p - y) ** 2 / 2, p - y)
    >>> assert_gradient(half_square, np.array([1.0, 2.0]), np.array([0.5, 4.0]), wrt=1)
    >>> product = lambda a, b: (a * b, b, a)
    >>> assert_gradient(product, 2.0, 3.0, wrt={"da": 0, "db": 1})
    """
    __tracebackhide__ = True
    gradients = {what: wrt} if isinstance(wrt, int) else wrt
    names = ("loss", *gradients)
    for order, position in enumerate(gradients.values(), start=1):
        _assert_one_gradient(function, args, position, names, order, rtol)


def _assert_one_gradient(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    position: int,
    names: tuple[str, ...],
    order: int,
    rtol: float,
) -> None:
    """Check the result called `names[order]`, a gradient for the argument at `position`."""
    __tracebackhide__ = True

    def at(value: Numbers) -> Any:
        __tracebackhide__ = True
        parts = loss_and_gradient(
            call(function, *args[:position], value, *args[position + 1 :]), names
        )
        if not np.isfinite(parts[0]).all():
            raise CheckFailed("loss is infinite or not a number where it should be finite")
        return parts[0], parts[order]

    report = check_gradient(at, args[position], rtol=rtol)
    if not report.numerical.any():
        raise CheckFailed(
            "loss does not depend on the argument that the gradient belongs to: is it used?"
        )
    if not report.ok:
        if _is_coarse(lambda value: at(value)[0], args[position], report.numerical):
            raise CheckFailed(
                "loss does not notice small changes of its argument: "
                "is it computed in float32, or rounded?"
            )
        message = report.message
        if message == "has the wrong sign" and _has_a_rival(args, position):
            message += ": is it the derivative with respect to the other argument?"
        raise CheckFailed(
            f"{names[order]}, compared with finite differences of your loss, "
            f"{_or_the_loss(message)}",
            "\n".join(
                [
                    "yours",
                    _short(report.gradient),
                    "by finite differences",
                    _short(report.numerical),
                ]
            ),
        )


def _or_the_loss(message: str) -> str:
    """The message, and the doubt that is left: of two that do not fit, either may be wrong."""
    return f"{message.removesuffix('?')}, or is the loss wrong?"


def _is_coarse(loss: Callable[[Any], Numbers], point: ArrayLike, slopes: Numbers) -> bool:
    """Whether a loss stays the same, to the last bit, over a step that float64 resolves well."""
    start = np.asarray(point, dtype=np.float64)
    step = 1e-10 * np.maximum(np.abs(start), 1)
    return any(
        np.array_equal(loss(start + sign * step * np.sign(slopes)), loss(start)) for sign in (1, -1)
    )


def _has_a_rival(args: tuple[Any, ...], position: int) -> bool:
    """Whether another array has the same shape, so that one may be taken for the other."""
    shapes = [np.shape(each) for each in args]
    return shapes[position] != () and shapes.count(shapes[position]) > 1


def assert_fast(
    function: Callable[..., Any],
    reference: Callable[..., Any],
    *args: Any,
    draw: Callable[[], tuple[Any, ...]] | None = None,
    at_most: float = 20.0,
    hint: str = "is there a Python loop over the examples?",
) -> tuple[Any, Any]:
    """Check that `function` takes at most `at_most` times as long as `reference`.

    Best of up to five of each. The class of a function that lives in another process may have a
    method ``__crossing_seconds__(self, *args, result)``, the seconds that these need to cross; they
    are allowed on top. Choose sizes where the reference takes at least 5 ms.

    Parameters
    ----------
    function : callable
        The function under test.
    reference : callable
        One that is fast.
    *args : object
        The arguments of both, the same for each call.
    draw : callable, optional
        Makes new arguments for each call in place of `args`, so that no call is fast because an
        earlier one was not.
    at_most : float, default 20
        How many times as long `function` may take.
    hint : str, optional
        What to ask the student who is too slow.

    Returns
    -------
    result, right : object
        Of `function` and of `reference`, for the arguments of the call that was fast enough. Check
        them: what is fast may be wrong.

    Raises
    ------
    CheckFailed
        If every call takes longer.

    Examples
    --------
    >>> assert_fast(sum, sum, list(range(100_000)))
    (4999950000, 4999950000)
    """
    __tracebackhide__ = True
    make = draw or (lambda: args)
    quick = at_most * min(_timed(reference, make())[0] for _ in range(5))
    # Of the class: an attribute of the function itself might be the student's.
    crossing = getattr(type(function), "__crossing_seconds__", None)
    taken: list[float] = []
    allowed = quick
    # Who is far too slow is not waited for five times: a cell's time is limited, too.
    while len(taken) < 5 and sum(taken) <= 15 * allowed:
        now = make()
        seconds, result = _timed(function, now)
        if seconds > quick and crossing is not None:
            # The result, too: a list of NumPy numbers may take longer to cross than to compute.
            # But nobody gains time by returning more than was asked for.
            padded = _bytes_in(result) > _PADDING * _bytes_in(_timed(reference, now)[1])
            crossed = now if padded else (*now, result)
            allowed = quick + float(crossing(function, *crossed))
        if seconds <= allowed:
            return result, _timed(reference, now)[1]
        taken.append(seconds)
    raise CheckFailed(
        f"the function takes more than {at_most:g} times as long as the reference: {hint}",
        f"best of {len(taken)}: {min(taken):.3g} s, allowed {allowed:.3g} s",
    )


def _identical(now: object, then: object) -> bool:
    """Whether an argument is what it was, to the last bit."""
    if isinstance(then, np.ndarray):
        return (
            isinstance(now, np.ndarray)
            and (now.shape, now.dtype) == (then.shape, then.dtype)
            and now.tobytes() == then.tobytes()
        )
    if isinstance(then, dict):
        return isinstance(now, dict) and _identical([*now.items()], [*then.items()])
    if isinstance(then, list | tuple):
        return (
            isinstance(now, list | tuple)
            and len(now) == len(then)
            and all(map(_identical, now, then))
        )
    return repr(now) == repr(then)  # NaN is identical to NaN here, and 1 differs from 1.0 and True


#: How many times as large as the reference's a result may be: a list of arrays of one number is
#: fifteen times as large as one array.
_PADDING = 32


def _bytes_in(value: object) -> int:
    """How much a result holds, about as much as has to cross."""
    if isinstance(value, np.ndarray):
        return 64 + value.nbytes
    if isinstance(value, dict):
        return 64 + sum(map(_bytes_in, [*value.keys(), *value.values()]))
    if isinstance(value, list | tuple | set | frozenset):
        return 64 + sum(map(_bytes_in, value))
    return sys.getsizeof(value)


def _timed(function: Callable[..., Any], args: tuple[Any, ...]) -> tuple[float, Any]:
    """Seconds that a call takes, and its result."""
    __tracebackhide__ = True
    given = copied(args)
    start = time.perf_counter()
    result = function(*given)
    return time.perf_counter() - start, copied(result)


def _short(numbers: Numbers) -> str:
    """A few of the numbers, in a line or two."""
    return np.array2string(numbers, threshold=8, precision=6)
