"""Writes a submission's scores, comments and late penalties, as ``nbgrader autograde`` does.

A submission has a row in ``submitted_assignment``; each of its notebooks one in
``submitted_notebook``; and each of a notebook's cells one in ``grade``, if it earns points, and one
in ``comment``, if a person may comment on it. The functions here get rows and find their way to the
others by the ids in them. Automatic scores and comments stand in other columns than those that
people give, so that neither overwrites the other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Row
from traitlets import import_item
from traitlets.config import Config

from autograder.errors import CourseError, GradebookError
from autograder.gradebook.database import Transaction, without_iri_grammar
from autograder.notebook.cells import Cell
from autograder.results import NotebookResult, Outcome

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


def record_result(transaction: Transaction, submitted: Row[Any], result: NotebookResult) -> None:
    """Write the automatic scores and comments; scores and comments that people gave stay.

    If the notebook could not be graded, its scores stay as they are and a person has to look at it.

    Raises
    ------
    GradebookError
        The gradebook does not know a cell of the result.
    """
    grades = transaction.rows("grade", notebook_id=submitted.id)
    if result.error is not None:
        for grade in grades:
            transaction.update("grade", grade.id, needs_manual_grade=True)
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
        # As in stock: a person who has graded this cell should look again at the new answer.
        look_again = score is None or grade.manual_score is not None
        changes[grade.id] = {"auto_score": score, "needs_manual_grade": look_again}
    transaction.update_all("grade", changes)
    untouched = {run.cell.grade_id: _is_untouched(run.cell) for run in result.cells}
    comments = {
        comment.id: {"auto_comment": NO_RESPONSE if untouched[name] else None}
        for comment in transaction.rows("comment", notebook_id=submitted.id)
        if (name := names[comment.cell_id]) in untouched
    }
    transaction.update_all("comment", comments)


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

    Who gave one has to look again.
    """
    for grade in transaction.rows("grade", notebook_id=submitted.id):
        look_again = grade.manual_score is not None
        transaction.update("grade", grade.id, auto_score=0.0, needs_manual_grade=look_again)


def is_missing(transaction: Transaction, submitted: Row[Any]) -> bool:
    """Whether a notebook is on record as not submitted, or has scored nothing."""
    grades = transaction.rows("grade", notebook_id=submitted.id)
    return all(grade.auto_score == 0.0 for grade in grades)


def has_scores(transaction: Transaction, submitted: Row[Any], result: NotebookResult) -> bool:
    """Whether these are the automatic scores on record."""
    names = cell_names(transaction, submitted)
    grades = transaction.rows("grade", notebook_id=submitted.id)
    recorded = {names[grade.cell_id]: grade.auto_score for grade in grades}
    return recorded == _scores(result)


def is_submitted_at(submission: Row[Any], submitted_at: datetime | None) -> bool:
    """Whether this is the time of submission on record; yes, if the time is not known."""
    return submitted_at is None or bool(submission.timestamp == _naive_utc(submitted_at))


def _naive_utc(moment: datetime) -> datetime:
    """The form in which nbgrader keeps times."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


def assign_late_penalty(
    transaction: Transaction,
    submission: Row[Any],
    submitted: Row[Any],
    config: Config,
    folder: Path | None = None,
) -> None:
    """Set a submitted notebook's penalty in points, as nbgrader's AssignLatePenalties does.

    A penalty lies between 0 and the notebook's score.

    Parameters
    ----------
    transaction, submission, submitted
        The rows of the submission and of its notebook.
    config
        Names the plugin as ``c.AssignLatePenalties.plugin_class``; nbgrader's
        LateSubmissionPlugin by default.
    folder
        Where the plugin's module may lie.

    Raises
    ------
    CourseError
        The plugin cannot be used.
    """
    penalty = None
    late = _seconds_late(transaction, submission)
    if late > 0:
        score = _notebook_score(transaction, submitted)
        wanted = _plugins_penalty(config, folder, submission.student_id, score, late)
        penalty = None if wanted is None else min(max(wanted, 0.0), score)
    if penalty != submitted.late_submission_penalty:
        transaction.update("submitted_notebook", submitted.id, late_submission_penalty=penalty)


def _seconds_late(transaction: Transaction, submission: Row[Any]) -> float:
    """How long after the due date, extension included, it was submitted; 0.0 if in time."""
    assignment = transaction.row("assignment", id=submission.assignment_id)
    if assignment is None or assignment.duedate is None or submission.timestamp is None:
        return 0.0
    due = assignment.duedate
    if submission.extension is not None:
        due += submission.extension
    return max(0.0, float((submission.timestamp - due).total_seconds()))


def _notebook_score(transaction: Transaction, submitted: Row[Any]) -> float:
    """A submitted notebook's score: manual before automatic, plus extra credit; in points."""
    total = 0.0
    for grade in transaction.rows("grade", notebook_id=submitted.id):
        score = grade.auto_score if grade.manual_score is None else grade.manual_score
        # As in nbgrader, a question without a score adds nothing, not even its extra credit.
        if score is not None:
            total += score + (grade.extra_credit or 0.0)
    return total


def _plugins_penalty(
    config: Config, folder: Path | None, student: str, score: float, late: float
) -> float | None:
    """What the course's plugin says, in points; None if there is no penalty."""
    chosen = config.AssignLatePenalties.get("plugin_class", None)
    try:
        # Here, because importing nbgrader takes seconds and few submissions are late.
        with without_iri_grammar():
            from nbgrader.plugins import LateSubmissionPlugin
        chosen = LateSubmissionPlugin if chosen is None else chosen
        with _importing_from(folder):
            plugin_class = import_item(chosen) if isinstance(chosen, str) else chosen
        penalty = plugin_class(config=config).late_submission_penalty(student, score, late)
        return None if penalty is None else float(penalty)
    except Exception as error:  # the plugin is the course's own code
        raise CourseError(
            f"c.AssignLatePenalties.plugin_class = {chosen!r} has failed for {student}, who is "
            f"{late:.0f} seconds late: {type(error).__name__}: {error}. Correct it, then run the "
            "same command again: it goes on from here."
        ) from error


@contextmanager
def _importing_from(folder: Path | None) -> Iterator[None]:
    """As in nbgrader, a plugin's module may lie in the course folder."""
    if folder is None:
        yield
        return
    # At the end of the path, so that no file of the course hides an installed module.
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
