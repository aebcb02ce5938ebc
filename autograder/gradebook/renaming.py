"""Lets what is on record of a student be another name's."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.gradebook.adjusting import ROUNDING, adjustments, persons_credit
from autograder.gradebook.database import Transaction
from autograder.gradebook.removing import remove_submission

_ABOUT = ("first_name", "last_name", "email", "lms_user_id")


def given_to(transaction: Transaction, student: str) -> Iterator[str]:
    """The assignments for which a person has given a student points, credit or a comment."""
    ours = adjustments(transaction)
    for submission in transaction.rows("submitted_assignment", student_id=student):
        parent = transaction.row("assignment", id=submission.assignment_id)
        assert parent is not None
        grades = transaction.questions_of(submission.id)
        comments = transaction.rows_of("comment", parent.id, [student])
        is_given = any(
            grade.manual_score is not None or abs(persons_credit(grade, ours)) > ROUNDING
            for grade in grades
        ) or any(comment.manual_comment for comment in comments)
        if is_given:
            yield str(parent.name)


def rename_student(transaction: Transaction, old: str, new: str) -> None:
    """Let the submissions of ``old`` be those of ``new``, in whose own place they come."""
    before = transaction.row("student", id=old)
    if before is None:
        return
    theirs = transaction.rows("submitted_assignment", student_id=old)
    for submission in theirs:
        parent = transaction.row("assignment", id=submission.assignment_id)
        assert parent is not None
        remove_submission(transaction, parent.name, new)
    after = transaction.row("student", id=new)
    if after is None:
        transaction.insert("student", id=new)
    about = {
        key: getattr(before, key)
        for key in _ABOUT
        if getattr(before, key, None) and not getattr(after, key, None)
    }
    if about:
        transaction.update("student", new, **about)
    for submission in theirs:
        transaction.update("submitted_assignment", submission.id, student_id=new)
    transaction.delete("student", old)
