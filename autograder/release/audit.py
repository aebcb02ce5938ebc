"""What a release promises, checked by grading: the solution earns all, the blank one nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.batch import Batch
from autograder.checked import Checked
from autograder.release.advice import advice_on
from autograder.results import Outcome, Question

_WITH_A_PERSON = (Outcome.MANUAL, Outcome.NO_RESPONSE)


@dataclass(frozen=True)
class Audit:
    """One notebook's promises; ``problems`` is empty if all are kept.

    ``warnings`` are about what works but may not be what its author wants.
    """

    line: str
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


def audit(batch: Batch, assignment: str) -> Iterator[Audit]:
    """Grade each notebook's solution and blank release, and say what is wrong with the tests."""
    for checked in batch.check(assignment):
        line = (
            f"{assignment}/{checked.solution.notebook}: the solution earns "
            f"{_auto(checked.solution.questions)}, the blank release "
            f"{_auto(checked.blank.questions)}"
        )
        yield Audit(line, tuple(_problems(checked)), tuple(_warnings(checked)))


def _problems(checked: Checked) -> Iterator[str]:
    for result in (checked.solution, checked.blank):
        if result.error is not None:
            yield f"{result.student} could not be graded: {result.error}"
    for question in checked.solution.questions:
        if question.outcome not in (Outcome.PASSED, *_WITH_A_PERSON):
            yield _solution_problem(question, checked)
    for question in checked.blank.questions:
        if question.score and question.outcome not in _WITH_A_PERSON:
            yield (
                f"{question.grade_id}: the blank release earns {question.score:g} of "
                f"{question.max_score:g} points. Test something that only an answer does."
            )


def _warnings(checked: Checked) -> Iterator[str]:
    yield from advice_on(checked.edition, checked.plan)
    for report in checked.failed_setup:
        yield (
            f"a cell that is neither answer nor test raised {report.error} at the examiner: "
            f"{report.message} Tests go on without what it was to define."
        )


def _solution_problem(question: Question, checked: Checked) -> str:
    lost = f"{question.grade_id}: the solution does not pass ({question.outcome}). "
    if question.grade_id in checked.would_pass:
        return lost + (
            "The test does pass inside the student's process, so it needs more than plain data "
            "from it. Test values instead of objects; or add the cell tag run-in-candidate, with "
            f"which its points can be forged. At the examiner: {question.message}"
        )
    if question.grade_id in checked.together:
        return lost + (
            "It does pass where every test runs inside the student's process: a cell needs what "
            "an earlier test made with the student's code. Make that in a cell that is no test; "
            "or add the cell tag run-in-candidate to both tests, with which their points can be "
            f"forged. At the examiner: {question.message}"
        )
    return lost + f"{question.message}\n{question.detail}".strip()


def _auto(questions: tuple[Question, ...]) -> str:
    automatic = [q for q in questions if q.outcome not in _WITH_A_PERSON]
    return f"{sum(q.score or 0 for q in automatic):g} of {sum(q.max_score for q in automatic):g}"
