"""What people decided about submissions, as the rest of the autograder reads it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Row

from autograder.gradebook.adjusting import ROUNDING, adjustments
from autograder.gradebook.database import Transaction
from autograder.gradebook.lateness import timing
from autograder.results import Review, Timing
from autograder.term.deadlines import Deadlines
from autograder.term.decisions import Decision


def reviews(
    transaction: Transaction,
    assignment: str,
    students: Collection[str],
    deadlines: Deadlines,
    decisions: Mapping[tuple[str, str], Decision],
    late: Mapping[str, bool],
) -> dict[tuple[str, str], Review]:
    """The reviews of an assignment by student and notebook, or of some ``students`` alone.

    ``late`` has, of those of whom the platform says whether it was, what it says.
    """
    parent = transaction.row("assignment", name=assignment)
    if parent is None:
        return {}
    timings = {
        row.student_id: _timing(transaction, row, deadlines, late)
        for row in transaction.rows("submitted_assignment", assignment_id=parent.id)
    }
    ours = adjustments(transaction)
    grades = transaction.rows_of("grade", parent.id, students)
    comments = transaction.rows_of("comment", parent.id, students)
    scores: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    credit: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    said: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    penalties: dict[tuple[str, str], float] = {}
    timed: dict[tuple[str, str], Timing] = {}
    decided: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    outdated: dict[tuple[str, str], set[str]] = defaultdict(set)
    excused: set[tuple[str, str]] = set()
    for grade in grades:
        key = grade.student_id, grade.notebook
        if (grade.student_id, assignment) in deadlines.excused:
            excused.add(key)
        if timings[grade.student_id] != Timing():
            timed[key] = timings[grade.student_id]
        extra = grade.extra_credit or 0.0
        decision = decisions.get((grade.notebook, grade.cell))
        if grade.manual_score is not None:
            scores[key][grade.cell] = grade.manual_score
            is_settled = grade.id in ours and decision is not None and decision.is_without_score
            if grade.needs_manual_grade and not is_settled:
                outdated[key].add(grade.cell)
        if decision is not None and grade.id in ours:
            score = scores[key].get(grade.cell, grade.auto_score or 0.0)
            scores[key][grade.cell] = score + ours[grade.id].points
            decided[key][grade.cell] = str(decision.kind)
            extra -= ours[grade.id].points
        if abs(extra) > ROUNDING:
            credit[key][grade.cell] = extra
        if grade.late_submission_penalty:
            penalties[key] = grade.late_submission_penalty
    for comment in comments:
        if comment.manual_comment:
            said[comment.student_id, comment.notebook][comment.cell] = comment.manual_comment
    found = {
        key: Review(
            scores.get(key, {}),
            credit.get(key, {}),
            said.get(key, {}),
            penalties.get(key, 0.0),
            timed.get(key, Timing()),
            decided.get(key, {}),
            frozenset(outdated.get(key, ())),
        )
        for key in set().union(scores, credit, said, penalties, timed, excused)
    }
    return found | {key: _excused(found[key]) for key in excused}


def _excused(review: Review) -> Review:
    """The same of who is excused: what was given is to be read, and nothing waits or is late."""
    holds = {cell: score for cell, score in review.scores.items() if cell not in review.outdated}
    return replace(
        review, scores=holds, late_penalty=0.0, timing=Timing(), outdated=frozenset(), excused=True
    )


def _timing(
    transaction: Transaction, submission: Row[Any], deadlines: Deadlines, late: Mapping[str, bool]
) -> Timing:
    """The submission's, if there is a due date or the platform calls it late."""
    known = timing(transaction, submission, deadlines)
    called_late = late.get(submission.student_id) if known.submitted_at is None else None
    if known.due is None and not called_late:
        return Timing()
    return replace(known, called_late=called_late)
