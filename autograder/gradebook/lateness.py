"""When a submission was due, how late it was, and what that costs.

nbgrader keeps an assignment's due date, a submission's time and extension, and a notebook's
penalty. What ``deadlines.toml`` says goes there first: nbgrader and formgrader see the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row
from traitlets import import_item
from traitlets.config import Config

from autograder.errors import CourseError
from autograder.gradebook.database import Transaction, without_iri_grammar
from autograder.results import Timing
from autograder.term.deadlines import Deadlines
from autograder.term.late import DAY, days_begun


def post_due_date(transaction: Transaction, assignment: Row[Any], deadlines: Deadlines) -> None:
    """Write the due date of ``deadlines``; where they have none, what nbgrader was told stays."""
    due = deadlines.due.get(assignment.name)
    if due is not None and assignment.duedate != _naive(due):
        transaction.update("assignment", assignment.id, duedate=_naive(due))


def post_deadlines(transaction: Transaction, submission: Row[Any], deadlines: Deadlines) -> None:
    """Write the due date and the submission's extension as ``deadlines`` have them.

    A student's extension goes by the file as well once the due date is there.
    """
    parent = transaction.row("assignment", id=submission.assignment_id)
    assert parent is not None
    post_due_date(transaction, parent, deadlines)
    due = deadlines.due.get(parent.name) or _aware(parent.duedate)
    if due is None:
        return
    extension = deadlines.extension(submission.student_id, parent.name, due)
    if extension is None and parent.name not in deadlines.due:
        return
    if (submission.extension or timedelta()) != (extension or timedelta()):
        transaction.update("submitted_assignment", submission.id, extension=extension)


def timing(transaction: Transaction, submission: Row[Any], deadlines: Deadlines) -> Timing:
    """When a submission was due and came, after what late days earlier ones have used."""
    own = _without_late_days(transaction, submission, deadlines)
    left = deadlines.late.late_days(submission.student_id)
    if not own.counted or not left:
        return own
    for other in transaction.rows("submitted_assignment", student_id=submission.student_id):
        before = _without_late_days(transaction, other, deadlines)
        if before.counted and _order(before, other) < _order(own, submission):
            left -= min(left, days_begun(before.counted))
    used = min(left, days_begun(own.counted))
    return replace(own, counted=max(timedelta(), own.counted - used * DAY), late_days=used)


def _order(timing: Timing, submission: Row[Any]) -> tuple[datetime, str]:
    """Late days are used in the order of the class's due dates."""
    assert timing.due is not None
    return timing.due - timing.extension, submission.assignment_id


def _without_late_days(
    transaction: Transaction, submission: Row[Any], deadlines: Deadlines
) -> Timing:
    parent = transaction.row("assignment", id=submission.assignment_id)
    assert parent is not None
    submitted_at = _aware(submission.timestamp)
    due = deadlines.due.get(parent.name) or _aware(parent.duedate)
    if due is None:
        return Timing(submitted_at)
    extension = deadlines.extension(submission.student_id, parent.name, due)
    if extension is None and parent.name not in deadlines.due:
        extension = submission.extension
    extension = extension or timedelta()
    late = max(timedelta(), (submitted_at or due) - due - extension)
    counts = (submission.student_id, parent.name) not in deadlines.excused
    counted = late if late > deadlines.late.grace and counts else timedelta()
    return Timing(submitted_at, due + extension, extension, late, counted)


def _naive(moment: datetime) -> datetime:
    """The form in which nbgrader keeps times: UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def _aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def assign_late_penalty(
    transaction: Transaction,
    submission: Row[Any],
    submitted: Row[Any],
    deadlines: Deadlines,
    config: Config,
    folder: Path | None = None,
) -> None:
    """Set a submitted notebook's penalty in points, as nbgrader's AssignLatePenalties does.

    A penalty lies between 0 and the notebook's score.

    Parameters
    ----------
    transaction, submission, submitted
        The rows of the submission and of its notebook.
    deadlines
        Say when it was due, and perhaps what lateness costs.
    config
        Names the plugin that says it otherwise as ``c.AssignLatePenalties.plugin_class``;
        nbgrader's LateSubmissionPlugin by default.
    folder
        Where the plugin's module may lie.

    Raises
    ------
    CourseError
        The plugin cannot be used.
    """
    penalty = None
    late = timing(transaction, submission, deadlines).counted
    if late:
        score = _notebook_score(transaction, submitted)
        if deadlines.late.method:
            wanted = deadlines.late.penalty(score, late) or None
        else:
            seconds = late.total_seconds()
            wanted = _plugins_penalty(config, folder, submission.student_id, score, seconds)
        penalty = None if wanted is None else min(max(wanted, 0.0), score)
    if penalty != submitted.late_submission_penalty:
        transaction.update("submitted_notebook", submitted.id, late_submission_penalty=penalty)


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
    """What the course's plugin says, in points, of so many seconds; None if there is no penalty."""
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
