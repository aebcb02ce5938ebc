"""Late penalties, decided by the plugin that the course configured for nbgrader."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Row
from traitlets import import_item
from traitlets.config import Config

from autograder.errors import CourseError
from autograder.gradebook.database import Transaction
from autograder.gradebook.recording import notebook_score
from autograder.gradebook.schema import without_iri_grammar


def seconds_late(transaction: Transaction, submission: Row[Any]) -> float:
    """How long after the due date, extension included, it was submitted; 0.0 if in time."""
    assignment = transaction.row("assignment", id=submission.assignment_id)
    if assignment is None or assignment.duedate is None or submission.timestamp is None:
        return 0.0
    due = assignment.duedate
    if submission.extension is not None:
        due += submission.extension
    return max(0.0, float((submission.timestamp - due).total_seconds()))


def assign_late_penalty(
    transaction: Transaction,
    submission: Row[Any],
    submitted: Row[Any],
    config: Config,
    folder: Path | None = None,
) -> None:
    """Set a submitted notebook's penalty in points, as nbgrader's AssignLatePenalties does.

    The plugin is ``c.AssignLatePenalties.plugin_class``, nbgrader's LateSubmissionPlugin by
    default; ``folder`` is where its module may lie. A penalty lies between 0 and the notebook's
    score.

    Raises:
        CourseError: the plugin cannot be used.
    """
    penalty = None
    late = seconds_late(transaction, submission)
    if late > 0:
        score = notebook_score(transaction, submitted)
        asked = _ask_plugin(config, folder, submission.student_id, score, late)
        penalty = None if asked is None else min(max(asked, 0.0), score)
    if penalty != submitted.late_submission_penalty:
        transaction.update("submitted_notebook", submitted.id, late_submission_penalty=penalty)


def _ask_plugin(
    config: Config, folder: Path | None, student: str, score: float, late: float
) -> float | None:
    chosen = config.AssignLatePenalties.get("plugin_class", None)
    try:
        with without_iri_grammar():
            from nbgrader.plugins import LateSubmissionPlugin
        chosen = LateSubmissionPlugin if chosen is None else chosen
        with _importing_from(folder):
            plugin_class = import_item(chosen) if isinstance(chosen, str) else chosen
        asked = plugin_class(config=config).late_submission_penalty(student, score, late)
        return None if asked is None else float(asked)
    except Exception as error:
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
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
