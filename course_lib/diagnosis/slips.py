"""Mistakes in one place of a right function, known by what they return for a visible example.

The tables beside this module are numbers that `python -m tests.slips` computes: it changes one
place of a right function after the other, and calls each wrong function with the arguments of the
visible example. Those in the folder `wrong` are of functions that are written down as a whole,
since many students write them so: what they explain comes first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.diagnosis.comparison import Numbers
from course_lib.diagnosis.terms import either

FOLDER = Path(__file__).parent / "tables"
LIKELY = 1
"""What a mistake costs that many make; others cost more."""

ODD = 3
"""What a mistake costs that few make."""

MOST = 3
"""If more mistakes than these explain a result, none of them is told."""

_NEARER = 20
"""How many times nearer than to a right number one has to be to what a mistake returns."""

_DIGITS = 1e-9
_ZERO = 1e-12


def fingerprint(values: Numbers) -> float:
    """One number for an array: another array has another one, but for a rare chance.

    Examples
    --------
    >>> fingerprint(np.array([1.0, 4.0])) != fingerprint(np.array([4.0, 1.0]))
    True
    """
    return float(values.ravel() @ np.sqrt(1 + np.arange(values.size)))


def explain_slip(
    function: str, parts: Sequence[Numbers], place: int, rtol: float = 0.0
) -> tuple[str | None, str | None]:
    """Name the mistakes in one place that return all of these results, else this one of them.

    The results before this one are right: a mistake that would show in them is none of these.

    Parameters
    ----------
    function : str
        Of which the mistakes are asked for; in its visible example.
    parts : sequence of ndarray
        What came for the arguments of that example.
    place : int
        Which of the results is to be explained.
    rtol : float, default 0
        The tolerance that it missed. Where the search for a right number may end early, that for a
        wrong one may, too; of an array all digits are compared, since they are as one number here.

    Returns
    -------
    likely, possible : str or None
        The end of a sentence that begins with what the result is called: of mistakes that many
        make, and of others if there are none of these.
    """
    near = rtol / _NEARER
    if written := _whole_functions(function, parts, place, near):
        return written, None
    if not (FOLDER / f"{function}.json").exists():
        return None, None
    known = _table(function)
    fitting = [each for each in known["slips"] if _fits(parts, each[2:], place, near)]
    whole = [each for each in fitting if _all_fit(parts, each[2:], known["right"], near)]
    # Of a few digits all results have to fit, as many mistakes come near to one of them.
    found = whole if whole or near > _DIGITS else fitting
    least = min((cost for cost, *_ in found), default=0)
    clauses = {text: None for cost, texts, *_ in found if cost == least for text in texts}
    if not 0 < len(clauses) <= MOST or (least >= ODD and _is_plain(parts[place])):
        return None, None
    said = "is what comes out if " + either(*clauses, joint="Or if")
    return (said, None) if least == LIKELY else (None, said)


def _whole_functions(
    function: str, parts: Sequence[Numbers], place: int, near: float
) -> str | None:
    """Name the functions, written down as a whole, that return all of these results."""
    if not (FOLDER / "wrong" / f"{function}.json").exists():
        return None
    known = _table(f"wrong/{function}")
    said = {
        clause: None
        for clause, *wrong in known["slips"]
        if _fits(parts, wrong, place, near) and _all_fit(parts, wrong, known["right"], near)
    }
    fits = 0 < len(said) <= MOST
    return "is what comes out if " + either(*said, joint="Or if") if fits else None


def _fits(parts: Sequence[Numbers], wrong: Sequence[Any], place: int, near: float) -> bool:
    first = next(i for i, each in enumerate(wrong) if each is not None)
    # What adds up to 0 does so in many ways.
    return (
        first == place and abs(wrong[place][-1]) > _ZERO and _is(parts[place], wrong[place], near)
    )


def _is_plain(part: Numbers) -> bool:
    """Whether it is a single number of a few binary digits, which many mistakes may return."""
    return part.size == 1 and not (2**16 * part % 1).any()


def _all_fit(
    parts: Sequence[Numbers], wrong: Sequence[Any], right: Sequence[Any], near: float
) -> bool:
    return all(_is(part, a or b, near) for part, a, b in zip(parts, wrong, right, strict=True))


def _is(part: Numbers, wrong: Sequence[Any], near: float) -> bool:
    """Whether an array has this shape and this fingerprint."""
    *shape, number = wrong
    if list(part.shape) != shape or not np.isfinite(part).all():
        return False
    size = float(np.abs(part).ravel() @ np.sqrt(1 + np.arange(part.size)))
    near = max(_DIGITS, near if part.size == 1 else 0.0)
    return abs(fingerprint(part) - float(number)) <= near * max(size, 1e-3)


@cache
def _table(function: str) -> Any:
    return json.loads((FOLDER / f"{function}.json").read_text(encoding="utf-8"))
