"""Every answer, graded by the real grader in its sandbox."""

from __future__ import annotations

import pytest

from tests.mutants.answers import ASSIGNMENTS, Mistake, Right, cases
from tests.mutants.grading import complaint, grade


@pytest.mark.slow
@pytest.mark.graded
@pytest.mark.timeout(400)
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_answers_get_what_they_deserve(assignment: str) -> None:
    answers = cases(assignment)
    judged = zip(answers, grade(assignment, answers), strict=True)
    complaints = {str(answer): complaint(answer, questions) for answer, questions in judged}
    assert {answer: said for answer, said in complaints.items() if said} == {}


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
