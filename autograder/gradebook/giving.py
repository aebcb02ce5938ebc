"""Points and comments that a person gives, as formgrader writes them, many at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.gradebook.adjusting import adjustments, persons_credit
from autograder.gradebook.database import Transaction
from autograder.gradebook.recording import known_submission

#: A cell of a submission: student, notebook, ``grade_id``.
Place = tuple[str, str, str]


@dataclass(frozen=True)
class Held:
    """What the gradebook has of a cell of a submission.

    Attributes
    ----------
    score
        The automatic points; None where there are none.
    max_score
        The most points; None of a cell that earns none, but may be commented on.
    comment
        A person's; None of a cell on which nobody can comment.
    credit
        The extra credit that a person gave.
    """

    score: float | None = None
    max_score: float | None = None
    comment: str | None = None
    credit: float = 0.0


@dataclass(frozen=True)
class Given:
    """What takes the place of what a person gave before; None leaves it."""

    points: float | None = None
    comment: str | None = None
    credit: float | None = None


def held(transaction: Transaction, assignment: str) -> dict[Place, Held]:
    """What there is of each cell that earns points or takes a comment, of all submissions."""
    parent = transaction.row("assignment", name=assignment)
    if parent is None:
        return {}
    comments = {
        (row.student_id, row.notebook, row.cell): row.manual_comment or ""
        for row in transaction.rows_of("comment", parent.id, ())
    }
    found = {place: Held(comment=comment) for place, comment in comments.items()}
    ours = adjustments(transaction)
    for submission in transaction.rows("submitted_assignment", assignment_id=parent.id):
        for grade in transaction.questions_of(submission.id):
            place = submission.student_id, grade.notebook, grade.cell
            most = grade.max_score or 0.0
            credit = persons_credit(grade, ours)
            found[place] = Held(grade.auto_score, most, comments.get(place), credit)
    return found


def give(transaction: Transaction, assignment: str, given: Mapping[Place, Given]) -> None:
    """Write what a person gives; of places that `held` has."""
    by_student: dict[str, dict[tuple[str, str], Given]] = {}
    for (student, notebook, cell), each in given.items():
        by_student.setdefault(student, {})[notebook, cell] = each
    ours = adjustments(transaction)
    for student, theirs in by_student.items():
        row = known_submission(transaction, assignment, student)
        assert row is not None
        for grade in transaction.questions_of(row.id):
            its = theirs.get((grade.notebook, grade.cell), Given())
            values: dict[str, object] = {}
            if its.points is not None:
                values = {"manual_score": its.points, "needs_manual_grade": False}
            if its.credit is not None:
                # What was decided for everybody is extra credit as well, and stays.
                adjusted = (grade.extra_credit or 0.0) - persons_credit(grade, ours)
                values["extra_credit"] = adjusted + its.credit
            if values:
                transaction.update("grade", grade.id, **values)
        for comment in transaction.rows_of("comment", row.assignment_id, [student]):
            text = theirs.get((comment.notebook, comment.cell), Given()).comment
            if text is not None:
                transaction.update("comment", comment.id, manual_comment=text)
