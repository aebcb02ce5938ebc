"""The same answers, with the tests run in this process: quick enough to develop tests with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.mutants.answers import ASSIGNMENTS, Case, Forger, Mistake, Right, cases
from tests.mutants.instructor_notebook import points, read_cells, run_tests

pytestmark = pytest.mark.graded

FUNCTIONS = sorted(
    {(each.assignment, each.function) for name in ASSIGNMENTS for each in cases(name)}
)


@dataclass(frozen=True)
class Judged:
    """An answer, the messages of the tests that fail by grade_id, and the points of the others.

    Of the failing tests, the answer's author sees those that are `visible`.
    """

    answer: Case
    failed: Mapping[str, str]
    earned: float
    visible: frozenset[str]


@pytest.fixture(scope="module", params=FUNCTIONS, ids="-".join)
def judged(request: pytest.FixtureRequest) -> list[Judged]:
    """The answers to one function, each run once for all that is said of it below."""
    assignment, function = request.param
    cells = read_cells(assignment)
    worth = points(cells)
    sources = {cell["id"]: cell["source"] for cell in cells}
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADING_SEED", "20")
        for answer in cases(assignment):
            if answer.function == function:
                outcome = run_tests(cells, {function: answer.source}, f"{function}-")
                assert outcome
                failed = {
                    grade_id: str(getattr(error, "student_feedback", error))
                    for grade_id, error in outcome.items()
                    if error
                }
                earned = sum(worth[grade_id] for grade_id in outcome.keys() - failed.keys())
                visible = {each for each in failed if "### BEGIN HIDDEN" not in sources[each]}
                found.append(Judged(answer, failed, earned, frozenset(visible)))
    return found


def complaints(judged: list[Judged], kind: type) -> dict[str, str | None]:
    said = {
        each.answer.name: each.answer.complaint(each.failed, each.earned)
        for each in judged
        if isinstance(each.answer.expected, kind)
    }
    return {name: complaint for name, complaint in said.items() if complaint}


def test_mistakes_lose_points_and_are_named(judged: list[Judged]) -> None:
    assert complaints(judged, Mistake) == {}


def test_visible_tests_name_most_mistakes_by_themselves(judged: list[Judged]) -> None:
    """Before the deadline, that is. Of one that costs time only, a student hears afterwards.

    So of a wrong choice among six letters: to name it would be to give the answer away.
    """
    if judged[0].answer.function == "diagnoses":
        return
    unnamed = [
        each.answer.name
        for each in judged
        if isinstance(each.answer.expected, Mistake)
        and each.answer.expected.loses != "speed"
        and not any(
            each.answer.expected.says and each.answer.expected.says in each.failed[test]
            for test in each.visible
        )
    ]
    assert len(unnamed) <= 0.1 * len(judged), unnamed


def test_feedback_holds_none_of_the_numbers_tested(judged: list[Judged]) -> None:
    """Wrong in every way, and still told nothing but words and powers of ten."""
    told = {
        (each.answer.name, grade_id): re.findall(r"-?\d+\.\d{3,}", message)
        for each in judged
        if isinstance(each.answer.expected, Mistake)
        for grade_id, message in each.failed.items()
    }
    assert {test: numbers for test, numbers in told.items() if numbers} == {}


def test_right_answers_get_full_marks(judged: list[Judged]) -> None:
    assert complaints(judged, Right) == {}


def test_forgers_earn_no_more_than_can_be_helped(judged: list[Judged]) -> None:
    assert complaints(judged, Forger) == {}
