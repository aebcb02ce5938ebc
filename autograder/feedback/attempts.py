"""What a page tells of attempts: which one it is, old points against new, what is shown later."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from autograder.feedback.wording import Wording
from autograder.results import NotebookResult, Review
from autograder.term.decisions import Kind

if TYPE_CHECKING:
    from datetime import datetime

    from autograder.autograded.attempts import Attempts
    from autograder.autograded.record import Record
    from autograder.term.deadlines import Deadlines

_Value = TypeVar("_Value")

SHOWN_LATER = Wording("…", "Shown later", "wait", "")


@dataclass(frozen=True)
class AttemptView:
    """Which attempt a page is about.

    Attributes
    ----------
    number, allowed
        This one is the ``number``-th of ``allowed``; None: of any number. So many there were, if
        it ``is_counted`` no more: a version that somebody has had graded besides.
    before
        The scores of the attempt before it, by ``grade_id``; none for the first one.
    hidden_until
        Until when hidden tests' results are not shown; empty if they are.
    refused
        When a later version came that is not graded; empty if none has.
    """

    number: int
    allowed: int | None
    before: Mapping[str, float | None]
    hidden_until: str = ""
    refused: str = ""
    is_counted: bool = True


def attempt_view(
    attempts: Attempts, record: Record, deadlines: Deadlines, now: datetime
) -> AttemptView | None:
    """What the page of a notebook tells; None if nobody has counted attempts."""
    if not attempts.made:
        return None
    policy, refused, notebook = attempts.policy, attempts.refused, record.result.notebook
    hidden_until = policy.hidden_until if policy.hides(now) else None
    is_counted = record.result.error is not None or attempts.is_last(notebook, record.work)
    has_before = is_counted and len(attempts.made) > 1
    return AttemptView(
        number=len(attempts.made),
        allowed=policy.allowed,
        before=attempts.made[-2].scores.get(notebook, {}) if has_before else {},
        hidden_until="" if hidden_until is None else deadlines.shown(hidden_until),
        refused=deadlines.shown(refused.at) if is_counted and refused is not None else "",
        is_counted=is_counted,
    )


def shown_later(
    result: NotebookResult, review: Review, hidden: Collection[str], attempt: AttemptView | None
) -> tuple[frozenset[str], frozenset[str]]:
    """The questions whose results are not shown yet: those that have a hidden part, and others.

    The others are dropped: in their place stands a share of the points for all questions of the
    assignment, which would tell of the first.
    """
    if attempt is None or not attempt.hidden_until or result.error is not None:
        return frozenset(), frozenset()
    unseen = frozenset(q.grade_id for q in result.questions if q.hidden or q.grade_id in hidden)
    dropped = {name for name, decision in review.decisions.items() if decision == Kind.DROP}
    return unseen, frozenset(dropped) - unseen


def without_results(
    result: NotebookResult, review: Review, later: Collection[str]
) -> tuple[NotebookResult, Review]:
    """A result, and what people decided, that tell nothing of these questions.

    Nor does what lateness costs: it is a share of all points.
    """
    if not later:
        return result, review
    questions = tuple(
        replace(q, score=None, message="") if q.grade_id in later else q for q in result.questions
    )
    return (
        replace(result, questions=questions),
        replace(
            review,
            scores=_but(review.scores, later),
            extra_credit=_but(review.extra_credit, later),
            comments=_but(review.comments, later),
            outdated=review.outdated - frozenset(later),
            late_penalty=0.0,
        ),
    )


def _but(values: Mapping[str, _Value], left_out: Collection[str]) -> dict[str, _Value]:
    return {name: value for name, value in values.items() if name not in left_out}
