"""Reads what people decided in formgrader."""

from __future__ import annotations

from autograder.gradebook.database import Transaction
from autograder.gradebook.recording import cell_names
from autograder.review import Review


def review(transaction: Transaction, assignment: str, student: str, notebook: str) -> Review:
    """The manual scores, extra credit and comments of one submitted notebook."""
    parent = transaction.row("assignment", name=assignment)
    if parent is None:
        return Review()
    submission = transaction.row(
        "submitted_assignment", assignment_id=parent.id, student_id=student
    )
    source = transaction.row("notebook", assignment_id=parent.id, name=notebook)
    if submission is None or source is None:
        return Review()
    submitted = transaction.row(
        "submitted_notebook", assignment_id=submission.id, notebook_id=source.id
    )
    if submitted is None:
        return Review()
    names = cell_names(transaction, submitted)
    grades = transaction.rows("grade", notebook_id=submitted.id)
    comments = transaction.rows("comment", notebook_id=submitted.id)
    return Review(
        scores={names[g.cell_id]: g.manual_score for g in grades if g.manual_score is not None},
        extra_credit={names[g.cell_id]: g.extra_credit for g in grades if g.extra_credit},
        comments={names[c.cell_id]: c.manual_comment for c in comments if c.manual_comment},
        late_penalty=submitted.late_submission_penalty or 0.0,
    )
