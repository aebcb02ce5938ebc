"""For which answer, and out of how many points, a person has given theirs.

They hold as long as both are what they were, and again when both are so anew. Otherwise whoever
gave them has to look again. Two tables of our own, which nbgrader does not look at, tell it: what
was handed in when a notebook was recorded last, by digest, and of points that a person has to look
at what they were given for. So a gradebook tells it alone, also when all other files are gone.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Row

from autograder.gradebook.database import GIVEN_FOR, WORK, Transaction


class Answer(NamedTuple):
    """What points are given for: the digest of the work, empty if not known, and the maximum."""

    work: str
    max_score: float


def recorded_work(transaction: Transaction, submitted_id: str) -> str | None:
    """The digest of the work of which a submitted notebook has its scores; None: not known."""
    transaction.make(WORK)
    row = transaction.row(WORK, id=submitted_id)
    return None if row is None else str(row.work)


def record_work(transaction: Transaction, submitted_id: str, work: str) -> None:
    """Keep it, in place of what was recorded before."""
    transaction.make(WORK)
    transaction.delete(WORK, submitted_id)
    transaction.insert(WORK, id=submitted_id, work=work)


def must_look_again(transaction: Transaction, grade: Row[Any], before: Answer, now: Answer) -> bool:
    """Whether a person has to look at the points that they have given in a row of ``grade``.

    ``before`` is what they held for up to now, if they did. Works that are not known are not the
    same.
    """
    transaction.make(GIVEN_FOR)
    if grade.needs_manual_grade:
        known = transaction.row(GIVEN_FOR, id=grade.id)
        given_for = None if known is None else (known.work, known.max_score, known.score)
        return not now.work or given_for != (*now, grade.manual_score)
    if now.work and before == now:
        return False
    transaction.delete(GIVEN_FOR, grade.id)
    transaction.insert(GIVEN_FOR, id=grade.id, score=grade.manual_score, **before._asdict())
    return True
