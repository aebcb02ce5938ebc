"""Mistakes in a sum: a term, or an example, that is left out or counts in another way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product

import numpy as np
from numpy.typing import ArrayLike

from course_lib.diagnosis.comparison import Numbers, is_close

Candidate = tuple[str, Numbers]

_DIGITS = 1e-9
"""A result has to be as close as this to what a mistake gives."""

_IN_A_TERM = {
    0.0: "left out",
    -1.0: "given the wrong sign",
    0.5: "given a factor 1/2 too many",
    2.0: "without its factor 1/2, or counted twice",
}


def mistake_in_terms(
    actual: Numbers, expected: Numbers, terms: Mapping[str, ArrayLike], rtol: float, atol: float
) -> str | None:
    """Ask for the term, or the example, that counts wrongly if that explains `actual`.

    A single number may agree by chance, so what is found is asked and not asserted.

    Parameters
    ----------
    actual, expected : ndarray
        Of any shape.
    terms : mapping of str to array_like
        What the term is called → what it adds to the result; along the first axis for each example,
        if there is one axis more than in `expected`. All of it adds up to `expected`.
    rtol, atol : float
        The tolerance that `actual` missed.

    Returns
    -------
    str or None
        The end of a sentence that begins with what the result is called.

    Raises
    ------
    ValueError
        If the terms do not add up to `expected`.

    Examples
    --------
    >>> squares = [[1.0, 4.0, 9.0], [0.5, 0.5, 0.5]]
    >>> mistake_in_terms(np.array(6.0), np.array(15.5), dict(zip("ab", squares)), 1e-9, 0.0)
    'is that of all examples but the last one: does a loop, or a slice, end too early?'
    """
    by_term, whole = _checked(terms, expected)
    if actual.shape != expected.shape:
        return None
    for candidates in (
        (
            *_one_term(whole, by_term, expected),
            *_missing(by_term, expected),
            *_otherwise_summed(by_term, expected),
        ),
        _two_terms(whole, expected),
    ):
        found = _those_that_fit(candidates, actual, expected, rtol, atol)
        if found:
            return either(*found)
    return None


def missing_example(
    actual: Numbers, expected: Numbers, terms: Mapping[str, ArrayLike], rtol: float, atol: float
) -> str | None:
    """As `mistake_in_terms`, of an example that is missing, or alone, and of nothing else.

    What is known by its value alone may as well come of that, if the value is a single number.
    """
    by_term, _ = _checked(terms, expected)
    found = _those_that_fit(_missing(by_term, expected), actual, expected, rtol, atol)
    return either(*found) if found else None


def either(*texts: str, joint: str = "Or it") -> str:
    """The ends of a sentence, of which any may be true, as one; of more than three, the first.

    Examples
    --------
    >>> either("is a sum", "is twice the mean: is it?", "is odd")
    'is a sum. Or it is twice the mean: is it? Or it is odd'
    """
    return f" {joint} ".join(t if t.endswith("?") else f"{t}." for t in texts[:3]).removesuffix(".")


def _those_that_fit(
    candidates: Iterable[Candidate], actual: Numbers, expected: Numbers, rtol: float, atol: float
) -> list[str]:
    """Which of the wrong results are what came, and can be told from the right one."""
    found = {
        text: None
        for text, wrong in candidates
        if np.any(wrong)
        and not is_close(wrong, expected, rtol, atol).all()
        and is_close(actual, wrong, max(rtol, _DIGITS), atol).all()
    }
    return [*found]


def _checked(
    terms: Mapping[str, ArrayLike], expected: Numbers
) -> tuple[dict[str, Numbers], dict[str, Numbers]]:
    """The terms as arrays, and what each of them adds."""
    by_term = {name: np.asarray(values, dtype=np.float64) for name, values in terms.items()}
    whole = {name: _total(values, expected) for name, values in by_term.items()}
    if not is_close(sum(whole.values()), expected, 1e-7, 1e-12).all():
        raise ValueError("the terms do not add up to the right result")
    return by_term, whole


def _total(values: Numbers, expected: Numbers) -> Numbers:
    """What a term adds to the result."""
    return np.asarray(values.sum(axis=0) if values.ndim > expected.ndim else values)


def _by_example(by_term: Mapping[str, Numbers], expected: Numbers) -> Numbers | None:
    """What each example adds, of the terms that are given for each; None if there are not two."""
    summed = [values for values in by_term.values() if values.ndim > expected.ndim]
    if not summed or min(map(len, summed)) < 2 or len({*map(len, summed)}) > 1:
        return None
    return np.asarray(np.sum(summed, axis=0))


def _missing(by_term: Mapping[str, Numbers], expected: Numbers) -> Iterator[Candidate]:
    """Results of which an example is missing, or alone."""
    each = _by_example(by_term, expected)
    if each is None:
        return
    yield from _missing_in_a_term(by_term, expected)
    n, total = len(each), each.sum(axis=0)
    rest = expected - total
    # A mean is divided by how many there are, and that may be miscounted as well.
    for of_mean in (False, True):
        fewer, alone = (n / (n - 1), n) if of_mean else (1, 1)
        yield (
            "is that of all examples but the last one: does a loop, or a slice, end too early?",
            rest + fewer * (total - each[-1]),
        )
        yield (
            "is that of all examples but the first one: does a loop, or a slice, start too late?",
            rest + fewer * (total - each[0]),
        )
        yield (
            "is that of the first example alone: is the `return` inside the loop?",
            rest + alone * each[0],
        )
        yield (
            "is that of the last example alone: is there = where += belongs, in a loop?",
            rest + alone * each[-1],
        )


def _missing_in_a_term(by_term: Mapping[str, Numbers], expected: Numbers) -> Iterator[Candidate]:
    """Results of which one term, of several, lacks an example, or counts one too few."""
    for name, values in by_term.items() if len(by_term) > 1 else ():
        if values.ndim > expected.ndim:
            for what, less in (
                ("come with n - 1 where n belongs", values.mean(axis=0)),
                ("lack the first example", values[0]),
                ("lack the last example", values[-1]),
            )[: None if np.ptp(values, axis=0).any() else 1]:  # where all are alike, one says it
                yield f"has the wrong size: does {name} {what}?", expected - less


def _otherwise_summed(by_term: Mapping[str, Numbers], expected: Numbers) -> Iterator[Candidate]:
    """Results of which the examples are put together in another way than by adding."""
    each = _by_example(by_term, expected)
    if each is None:
        return
    n, total = len(each), each.sum(axis=0)
    rest = expected - total
    yield "is a mean where a sum belongs, or divided by n once too often: is it?", rest + total / n
    yield (
        "is n times too large: is it multiplied by n, or is a division by n missing?",
        rest + total * n,
    )
    yield "is too large by n / (n - 1): is it divided by n - 1?", rest + total * n / (n - 1)
    yield "is too small by n / (n + 1): is it divided by n + 1?", rest + total * n / (n + 1)
    mixed = (each < 0).any() and (each > 0).any()
    for sign in (1, -1) if mixed else ():
        yield (
            "has lost the signs of its summands: was an absolute value taken?",
            rest + sign * abs(each).sum(axis=0),
        )
    for factor in (1, n):
        yield (
            "is that of the largest summand alone: is there max where sum, or mean, belongs?",
            rest + factor * each.max(axis=0),
        )
    yield "is a product where a sum belongs: is it?", rest + each.prod(axis=0)


def _one_term(
    whole: Mapping[str, Numbers], by_term: Mapping[str, Numbers], expected: Numbers
) -> Iterator[Candidate]:
    """Results of which one term, of several, has another factor than it should."""
    for name, total in whole.items() if len(whole) > 1 else ():
        for factor, what in _IN_A_TERM.items():
            yield f"has the wrong size: is {name} {what}?", expected + (factor - 1) * total
        n = len(by_term[name]) if by_term[name].ndim > expected.ndim else 1
        if n > 1:
            for what, wrong in (
                ("count once, and not for each example", total / n),
                ("come as a sum where a mean belongs, or multiplied by n", total * n),
            ):
                yield f"has the wrong size: does {name} {what}?", expected - total + wrong


def _two_terms(whole: Mapping[str, Numbers], expected: Numbers) -> Iterator[Candidate]:
    """Results of which two terms have another factor than they should."""
    for (a, first), (b, second) in combinations(whole.items(), 2):
        for one, other in product(_IN_A_TERM, repeat=2):
            # Half of one and twice another is nobody's mistake.
            if {one, other} != {0.5, 2.0} and (one != other or len(whole) > 2):
                yield (
                    f"has the wrong size: is {a} {_IN_A_TERM[one]}, and {b} {_IN_A_TERM[other]}?",
                    expected + (one - 1) * first + (other - 1) * second,
                )
