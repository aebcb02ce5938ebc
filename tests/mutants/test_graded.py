"""Every answer, graded by the real grader in its sandbox."""

from __future__ import annotations

from functools import cache

import pytest

from tests.mutants.answers import ASSIGNMENTS, CASES, Case, Mistake, Right, cases
from tests.mutants.grading import complaint, grade

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@cache
def complaints(assignment: str) -> dict[Case, str | None]:
    """All answers to an assignment in one batch: that is what makes it quick."""
    answers = cases(assignment)
    graded = grade(assignment, answers)
    return {answer: complaint(answer, each) for answer, each in zip(answers, graded, strict=True)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.assignment}-{case}")
def test_answer_gets_what_it_deserves(case: Case) -> None:
    assert complaints(case.assignment)[case] is None


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_most_mistakes_have_their_misconception_named(assignment: str) -> None:
    mistakes = [each.expected for each in cases(assignment) if isinstance(each.expected, Mistake)]
    named = [mistake for mistake in mistakes if mistake.says]
    assert len(named) >= 0.7 * len(mistakes)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_function_has_mistakes_and_right_answers(assignment: str) -> None:
    kinds = {(each.function, type(each.expected)) for each in cases(assignment)}
    functions = {function for function, _ in kinds}
    assert kinds >= {(function, kind) for function in functions for kind in (Mistake, Right)}
