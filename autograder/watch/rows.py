"""What the instructor's page tells of a student, from what was graded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from autograder.autograded.attempts import Attempts
from autograder.course.directory import Course
from autograder.grading.underway import Assignment
from autograder.results import NotebookResult, Outcome, Question, Review, shown
from autograder.term.decisions import Kind, read_decisions
from autograder.watch.board import STOPS_NOBODY, Row

Found = Sequence[tuple[NotebookResult, Review]]


def with_review(
    results: Iterable[NotebookResult], reviews: Mapping[tuple[str, str], Review]
) -> Found:
    """Results, and what people decided about each."""
    return [(each, reviews.get((each.student, each.notebook), Review())) for each in results]


def row_of(
    student: str,
    found: Found,
    missing: Sequence[str],
    attempts: Attempts,
    worth: float = 0.0,
) -> Row:
    """What is told of a student's results, and of the notebooks that are missing.

    ``worth`` is how many points these could have earned.
    """
    errors = [result for result, review in found if review.is_ungraded(result)]
    is_excused = any(review.excused for _, review in found)
    totals = [review.total(result) or 0.0 for result, review in found]
    most = worth + sum(review.max_total(result) for result, review in found)
    waits = any(review.awaits_a_person(result) for result, review in found)
    state, tone = "graded", "good"
    if is_excused:
        state, tone = "excused", "good"
    elif errors:
        state, tone = "for a person", "bad"
    elif not found:
        state, tone = "no notebook", "bad"
    elif attempts.refused is not None:
        state, tone = "no attempt left", "some"
    stopped_by, said = _first_stop(found)
    if missing and not said:
        said = f"{', '.join(missing)}: not submitted"
    return Row(
        student,
        state,
        tone,
        attempt=_attempt(attempts),
        points=""
        if errors or is_excused or not found
        else f"{shown(sum(totals))}{'+?' if waits else ''} / {shown(most)}",
        share=sum(totals) / most if most and not (errors or is_excused) else None,
        stopped_by=stopped_by,
        said=said,
        at=datetime.now().astimezone(),
        outcomes={
            (result.notebook, question.grade_id): outcome
            for result, review in found
            for question in result.questions
            if (outcome := _outcome(question, review)) is not None
        },
    )


def _outcome(question: Question, review: Review) -> Outcome | None:
    """How a question has ended; None if a person has given it points that hold."""
    if question.grade_id in review.outdated:
        return Outcome.MANUAL
    return None if question.grade_id in review.scores else question.outcome


def points_of(course: Course, work: Assignment, notebooks: Collection[str]) -> float:
    """The points that these notebooks can earn, less those of questions that are worth none.

    Raises
    ------
    CourseError
        ``questions.toml`` cannot be used.
    """
    decided = read_decisions(course).get(work.name, {}) if notebooks else {}
    void = {key for key, decision in decided.items() if decision.kind is Kind.VOID}
    return sum(
        cell.points or 0.0
        for name in notebooks
        for cell in work.plans[name][0].graded.cells
        if cell.grade_id is not None and (name, cell.grade_id) not in void
    )


def _attempt(attempts: Attempts) -> str:
    if not attempts.made:
        return ""
    allowed = attempts.policy.allowed
    return f"{len(attempts.made)}" + ("" if allowed is None else f" of {allowed}")


def _first_stop(found: Found) -> tuple[str, str]:
    """The first question that is not right, or what kept a notebook from being graded."""
    for result, review in found:
        if result.error is not None:
            return result.notebook, result.error
        for question in result.questions:
            if question.outcome not in STOPS_NOBODY and question.grade_id not in review.scores:
                return question.grade_id, question.for_the_instructor
    return "", ""
