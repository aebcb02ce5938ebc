"""What a page tells of attempts: which one it is, old points against new, what is shown later."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from autograder.feedback.wording import Wording
from autograder.results import NotebookResult, Review

if TYPE_CHECKING:
    from datetime import datetime

    from autograder.autograded.attempts import Attempts
    from autograder.term.deadlines import Deadlines

_Value = TypeVar("_Value")

SHOWN_LATER = Wording("…", "Shown later", "wait", "")


@dataclass(frozen=True)
class AttemptView:
    """Which attempt a page is about.

    Attributes
    ----------
    number, allowed
        This one is the ``number``-th of ``allowed``; None: of any number.
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


def attempt_view(
    attempts: Attempts, notebook: str, deadlines: Deadlines, now: datetime
) -> AttemptView | None:
    """What the page of a notebook tells; None if nobody has counted attempts."""
    if not attempts.made:
        return None
    policy, refused = attempts.policy, attempts.refused
    hidden_until = policy.hidden_until if policy.hides(now) else None
    return AttemptView(
        number=len(attempts.made),
        allowed=policy.allowed,
        before=attempts.made[-2].scores.get(notebook, {}) if len(attempts.made) > 1 else {},
        hidden_until="" if hidden_until is None else deadlines.shown(hidden_until),
        refused="" if refused is None else deadlines.shown(refused.at),
    )


def shown_later(
    result: NotebookResult, hidden: Collection[str], attempt: AttemptView | None
) -> frozenset[str]:
    """The questions whose results are not shown yet: those that have a hidden part."""
    if attempt is None or not attempt.hidden_until or result.error is not None:
        return frozenset()
    return frozenset(q.grade_id for q in result.questions if q.hidden or q.grade_id in hidden)


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
