"""Writes a submission's scores and comments, as ``nbgrader autograde`` does.

A submission has a row in ``submitted_assignment``; each of its notebooks one in
``submitted_notebook``; and each of a notebook's cells one in ``grade``, if it earns points, and one
in ``comment``, if a person may comment on it. The functions here get rows and find their way to the
others by the ids in them. Automatic scores and comments stand in other columns than those that
people give, so that neither overwrites the other.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from autograder.errors import GradebookError
from autograder.gradebook.answered import (
    Answer,
    must_look_again,
    record_work,
    recorded_work,
)
from autograder.gradebook.database import Transaction
from autograder.notebook.cells import Cell
from autograder.results import NotebookResult, Outcome

#: What stands for the digest of a work that is not there.
MISSING = "missing"
NO_RESPONSE = "No response."  # nbgrader's wording, which formgrader shows


def submission(
    transaction: Transaction, assignment: str, student: str, submitted_at: datetime | None
) -> Row[Any]:
    """The submission's row, made with all its notebooks, grades and comments if it is new.

    Raises
    ------
    GradebookError
        The gradebook does not know the assignment.
    """
    parent = transaction.row("assignment", name=assignment)
    if parent is None:
        raise GradebookError(
            f"The gradebook has no assignment {assignment}. Run: autograder release {assignment}"
        )
    if transaction.row("student", id=student) is None:
        transaction.insert("student", id=student)
    key = {"assignment_id": parent.id, "student_id": student}
    row = transaction.row("submitted_assignment", **key)
    row_id = row.id if row is not None else transaction.insert("submitted_assignment", **key)
    if submitted_at is not None:
        transaction.update("submitted_assignment", row_id, timestamp=_naive_utc(submitted_at))
    # A submission that was recorded before may lack a notebook that the assignment got since.
    for notebook in transaction.rows("notebook", assignment_id=parent.id):
        _complete(transaction, row_id, notebook.id)
    found = transaction.row("submitted_assignment", **key)
    assert found is not None
    return found


def _complete(transaction: Transaction, submission_id: str, notebook_id: str) -> None:
    """Make the rows of a submitted notebook that are not there yet."""
    key = {"assignment_id": submission_id, "notebook_id": notebook_id}
    row = transaction.row("submitted_notebook", **key)
    row_id = row.id if row else transaction.insert("submitted_notebook", **key, flagged=False)
    graded = {grade.cell_id for grade in transaction.rows("grade", notebook_id=row_id)}
    commented = {comment.cell_id for comment in transaction.rows("comment", notebook_id=row_id)}
    grades, comments = [], []
    for cell in transaction.rows("base_cell", notebook_id=notebook_id):
        key = {"notebook_id": row_id, "cell_id": cell.id}
        if cell.type in ("GradeCell", "TaskCell") and cell.id not in graded:
            grades.append({**key, "needs_manual_grade": True})
        if cell.type in ("SolutionCell", "TaskCell") and cell.id not in commented:
            comments.append(key)
    transaction.insert_all("grade", grades)
    transaction.insert_all("comment", comments)


def known_submission(transaction: Transaction, assignment: str, student: str) -> Row[Any] | None:
    """The submission's row, if there is one."""
    parent = transaction.row("assignment", name=assignment)
    if parent is None:
        return None
    return transaction.row("submitted_assignment", assignment_id=parent.id, student_id=student)


def submitted_notebook(transaction: Transaction, submission: Row[Any], name: str) -> Row[Any]:
    """The row of one notebook of a submission.

    Raises
    ------
    GradebookError
        The gradebook does not know the notebook.
    """
    submitted = known_notebook(transaction, submission, name)
    if submitted is None:
        raise GradebookError(
            f"The gradebook does not know the notebook {name}. Run: autograder release"
        )
    return submitted


def known_notebook(transaction: Transaction, submission: Row[Any], name: str) -> Row[Any] | None:
    """The row of one notebook of a submission, if there is one."""
    notebook = transaction.row("notebook", assignment_id=submission.assignment_id, name=name)
    if notebook is None:
        return None
    return transaction.row(
        "submitted_notebook", assignment_id=submission.id, notebook_id=notebook.id
    )


def cell_names(transaction: Transaction, submitted: Row[Any]) -> dict[str, str]:
    """The ``grade_id`` of each registered cell of a submitted notebook, by the cell's id."""
    cells = transaction.rows("base_cell", notebook_id=submitted.notebook_id)
    return {cell.id: cell.name for cell in cells}


def record_result(
    transaction: Transaction,
    submitted: Row[Any],
    result: NotebookResult,
    work: str = "",
    earlier: str = "",
) -> None:
    """Write the automatic scores and comments; scores and comments that people gave stay.

    If the notebook could not be graded, its scores stay as they are and a person has to look at it.
    A person who has given points for another answer than this has to look again as well.

    Parameters
    ----------
    transaction, submitted, result
        Where, and what came of it.
    work
        The digest of what was handed in; empty if not known, and then it is taken for another.
    earlier
        That of which there are scores, where the gradebook does not know it.

    Raises
    ------
    GradebookError
        The gradebook does not know a cell of the result.
    """
    grades = transaction.rows("grade", notebook_id=submitted.id)
    to_look_at = _to_look_at(transaction, submitted, work, earlier)
    if result.error is not None:
        look = {grade.id: to_look_at.get(grade.id, True) for grade in grades}
        transaction.update_all(
            "grade", {grade_id: {"needs_manual_grade": each} for grade_id, each in look.items()}
        )
        return
    names = cell_names(transaction, submitted)
    scores = _scores(result)
    if unknown := scores.keys() - {names[grade.cell_id] for grade in grades}:
        raise GradebookError(
            f"The gradebook does not know the cells {', '.join(sorted(unknown))} of notebook "
            f"{result.notebook}. Run: autograder release {result.assignment}"
        )
    changes: dict[str, dict[str, object]] = {}
    for grade in grades:
        score = scores.get(names[grade.cell_id])
        look_again = to_look_at.get(grade.id, score is None)
        changes[grade.id] = {"auto_score": score, "needs_manual_grade": look_again}
    transaction.update_all("grade", changes)
    untouched = {run.cell.grade_id: _is_untouched(run.cell) for run in result.cells}
    comments = {
        comment.id: {"auto_comment": NO_RESPONSE if untouched[name] else None}
        for comment in transaction.rows("comment", notebook_id=submitted.id)
        if (name := names[comment.cell_id]) in untouched
    }
    transaction.update_all("comment", comments)


def _to_look_at(
    transaction: Transaction, submitted: Row[Any], work: str, earlier: str = ""
) -> dict[str, bool]:
    """Of the grades with points of a person's whether they have to look again; work is recorded."""
    before = recorded_work(transaction, submitted.id)
    record_work(transaction, submitted.id, work)
    return {
        grade.id: must_look_again(
            transaction,
            grade,
            Answer(earlier if before is None else before, grade.max_score or 0.0),
            Answer(work, grade.max_score or 0.0),
        )
        for grade in transaction.questions_of(submitted.assignment_id)
        if grade.notebook_id == submitted.id and grade.manual_score is not None
    }


def _scores(result: NotebookResult) -> dict[str, float | None]:
    """The automatic scores by ``grade_id``; None where a person has to decide."""
    return {
        question.grade_id: None if question.outcome is Outcome.GRADER_ERROR else question.score
        for question in result.questions
    }


def _is_untouched(cell: Cell) -> bool:
    """Whether the cell's text is the released one, whose checksum is in the metadata.

    As in nbgrader, a task is never called untouched: its answer stands in other cells.
    """
    return cell.nbgrader.get("checksum") == cell.checksum() and not cell.is_task


def record_missing(transaction: Transaction, submitted: Row[Any]) -> None:
    """Score zero for a notebook of which no file was submitted; scores that people gave stay.

    Who gave one has to look again, as with nbgrader.
    """
    record_work(transaction, submitted.id, MISSING)
    for grade in transaction.rows("grade", notebook_id=submitted.id):
        look_again = grade.manual_score is not None
        transaction.update("grade", grade.id, auto_score=0.0, needs_manual_grade=look_again)


def is_missing(transaction: Transaction, submitted: Row[Any]) -> bool:
    """Whether a notebook is on record as not submitted, or has scored nothing."""
    grades = transaction.rows("grade", notebook_id=submitted.id)
    return all(grade.auto_score == 0.0 for grade in grades)


def has_scores(
    transaction: Transaction,
    submitted: Row[Any],
    result: NotebookResult,
    waiting: Collection[str] = (),
) -> bool:
    """Whether these are the automatic scores on record.

    ``waiting`` are the ids of grades whose 0 stands for none.
    """
    names = cell_names(transaction, submitted)
    grades = transaction.rows("grade", notebook_id=submitted.id)
    recorded = {
        names[grade.cell_id]: None if grade.id in waiting else grade.auto_score for grade in grades
    }
    return recorded == _scores(result)


def is_submitted_at(submission: Row[Any], submitted_at: datetime | None) -> bool:
    """Whether this is the time of submission on record; yes, if the time is not known."""
    return submitted_at is None or bool(submission.timestamp == _naive_utc(submitted_at))


def _naive_utc(moment: datetime) -> datetime:
    """The form in which nbgrader keeps times."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)
