"""Questions that were dropped, voided or given to everybody: as extra credit, which can be undone.

No score, automatic or a person's, is changed. How many points of a question's extra credit are
ours stands in a table of our own, which nbgrader does not look at; the rest is a person's. A score
that nobody has given yet is 0 meanwhile, since nbgrader counts extra credit on top of a score only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from autograder.gradebook.database import ADJUSTMENTS, Transaction
from autograder.notebook.cells import Cell, Notebook
from autograder.term.decisions import Decision, Kind, Standing, decided_scores

#: Points that adding and taking off others may leave.
ROUNDING = 1e-9


def without_voided(
    graded: Notebook, name: str, decisions: Mapping[tuple[str, str], Decision]
) -> Notebook:
    """The notebook called ``name`` with no points for questions that are worth none."""

    def without(cell: Cell) -> Cell:
        decision = decisions.get((name, cell.grade_id or ""))
        if decision is None or decision.kind is not Kind.VOID:
            return cell
        return replace(
            cell, metadata={**cell.metadata, "nbgrader": {**cell.nbgrader, "points": 0.0}}
        )

    return replace(graded, cells=tuple(map(without, graded.cells)))


def adjust(
    transaction: Transaction,
    submission: Row[Any],
    decisions: Mapping[tuple[str, str], Decision],
    handed_in: Mapping[str, bool],
    recorded: Collection[str] = (),
) -> bool:
    """Bring a submission's extra credit in step with what was decided; whether it was not.

    ``handed_in`` says of its notebooks that were handed in whether they could be graded: where not,
    they count as handed in once a person has given each question its points. ``recorded`` names
    those whose automatic scores have just been written.
    """
    if not decisions and not transaction.exists(ADJUSTMENTS):
        return False
    transaction.make(ADJUSTMENTS)
    grades = transaction.questions_of(submission.id)
    known = {row.id: row for row in transaction.rows_with(ADJUSTMENTS, [g.id for g in grades])}
    waiting = {
        grade.id
        for grade in grades
        if grade.id in known and known[grade.id].waited and grade.notebook not in recorded
    }
    undecided = {
        grade.notebook for grade in grades if grade.manual_score is None or grade.needs_manual_grade
    }
    standings = {
        grade.id: Standing(
            grade.notebook,
            grade.cell,
            _score(grade, waiting),
            grade.max_score or 0.0,
            handed_in.get(grade.notebook, False) or grade.notebook in handed_in.keys() - undecided,
        )
        for grade in grades
    }
    decided = decided_scores(standings.values(), decisions)
    changes = [
        _apply(
            transaction,
            grade,
            standings[grade.id].score,
            decided.get((grade.notebook, grade.cell)),
            known.get(grade.id),
            waits=grade.id in waiting,
        )
        for grade in grades
    ]
    return any(changes)


def _score(grade: Row[Any], waiting: Collection[str]) -> float | None:
    if grade.manual_score is not None:
        return float(grade.manual_score)
    return None if grade.id in waiting else grade.auto_score


def _apply(
    transaction: Transaction,
    grade: Row[Any],
    score: float | None,
    decided: float | None,
    known: Row[Any] | None,
    *,
    waits: bool,
) -> bool:
    """Let a question earn ``decided`` points instead of ``score``, or ``score`` again if None.

    ``waits`` says whether its automatic score is a 0 that stands for none.
    """
    if decided is None and known is None:
        return False
    before = 0.0 if known is None else known.points
    points = 0.0 if decided is None else decided - (score or 0.0)
    changes: dict[str, object] = {"extra_credit": (grade.extra_credit or 0.0) - before + points}
    if decided is not None and score is None:
        waits = True
        changes |= {"auto_score": 0.0, "needs_manual_grade": False}
    elif decided is None and waits:
        changes["auto_score"] = None
        changes["needs_manual_grade"] = grade.needs_manual_grade or grade.manual_score is None
    transaction.update("grade", grade.id, **changes)
    if decided is None:
        transaction.delete(ADJUSTMENTS, grade.id)
    elif known is None:
        transaction.insert(ADJUSTMENTS, id=grade.id, points=points, waited=waits)
    else:
        transaction.update(ADJUSTMENTS, grade.id, points=points, waited=waits)
    return bool(points != before)


def persons_credit(grade: Row[Any], ours: Mapping[str, Row[Any]]) -> float:
    """The extra credit of a grade that a person gave: all but what is ours by `adjustments`."""
    adjusted = ours[grade.id].points if grade.id in ours else 0.0
    return float((grade.extra_credit or 0.0) - adjusted)


def adjustments(transaction: Transaction) -> dict[str, Row[Any]]:
    """What of each grade's extra credit is ours, by the grade's id."""
    if not transaction.exists(ADJUSTMENTS):
        return {}
    return {row.id: row for row in transaction.rows(ADJUSTMENTS)}
