"""Removes a submission that is no longer anybody's."""

from __future__ import annotations

from autograder.gradebook.adjusting import adjustments, persons_credit
from autograder.gradebook.database import ADJUSTMENTS, GIVEN_FOR, SHARED, WORK, Transaction
from autograder.gradebook.recording import known_submission


def remove_submission(transaction: Transaction, assignment: str, student: str) -> float:
    """Remove all rows of a student's submission; its extra credit, as far as a person gave it.

    A student without a name, an e-mail address and any other submission goes as well: such a row
    is made when something is recorded.
    """
    row = known_submission(transaction, assignment, student)
    credit = 0.0
    if row is not None:
        ours = adjustments(transaction)
        for notebook in transaction.rows("submitted_notebook", assignment_id=row.id):
            for grade in transaction.rows("grade", notebook_id=notebook.id):
                credit += persons_credit(grade, ours)
                _delete(transaction, "grade", grade.id)
            for comment in transaction.rows("comment", notebook_id=notebook.id):
                _delete(transaction, "comment", comment.id)
            _delete(transaction, "submitted_notebook", notebook.id)
        transaction.delete("submitted_assignment", row.id)
    known = transaction.row("student", id=student)
    others = transaction.rows("submitted_assignment", student_id=student)
    if known and not (others or known.first_name or known.last_name or known.email):
        transaction.delete("student", student)
    return credit


def _delete(transaction: Transaction, table: str, row_id: str) -> None:
    """Delete a row of nbgrader's, and what our own tables know of it."""
    for ours in (ADJUSTMENTS, GIVEN_FOR, SHARED, WORK):
        if transaction.exists(ours):
            transaction.delete(ours, row_id)
    transaction.delete(table, row_id)
