"""Late penalties, decided by the plugin that the course configured for nbgrader."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row
from traitlets import import_item
from traitlets.config import Config

from autograder.gradebook.database import Transaction, without_iri_grammar
from autograder.gradebook.recording import notebook_score


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
    transaction: Transaction, submission: Row[Any], submitted: Row[Any], config: Config
) -> None:
    """Set a submitted notebook's penalty in points, as nbgrader's AssignLatePenalties does.

    The plugin is ``c.AssignLatePenalties.plugin_class``, nbgrader's LateSubmissionPlugin by
    default. A penalty lies between 0 and the notebook's score.
    """
    penalty = None
    late = seconds_late(transaction, submission)
    if late > 0:
        score = notebook_score(transaction, submitted)
        asked = _plugin(config).late_submission_penalty(submission.student_id, score, late)
        penalty = None if asked is None else min(max(asked, 0.0), score)
    transaction.update("submitted_notebook", submitted.id, late_submission_penalty=penalty)


def _plugin(config: Config) -> Any:
    with without_iri_grammar():
        from nbgrader.plugins import LateSubmissionPlugin
    chosen = config.AssignLatePenalties.get("plugin_class", LateSubmissionPlugin)
    plugin_class = import_item(chosen) if isinstance(chosen, str) else chosen
    return plugin_class(config=config)
