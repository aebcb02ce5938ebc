"""The same answers, with the tests run in this process: quick enough to develop tests with."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest

from tests.mutants.answers import CASES, Case, Forger, Mistake, Right
from tests.mutants.instructor_notebook import points, read_cells, run_tests


@pytest.fixture(autouse=True)
def _seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADING_SEED", "20")


@cache
def cells(assignment: str) -> list[dict[str, Any]]:
    return read_cells(assignment)


def failures(case: Case) -> tuple[dict[str, str], float]:
    """Feedback of the tests that fail, by grade_id, and the points of those that pass."""
    outcome = run_tests(cells(case.assignment), {case.function: case.source}, f"{case.function}-")
    worth = points(cells(case.assignment))
    failed = {
        grade_id: str(getattr(error, "student_feedback", error))
        for grade_id, error in outcome.items()
        if error
    }
    assert outcome
    return failed, sum(worth[grade_id] for grade_id in outcome.keys() - failed.keys())


def of_kind(kind: type) -> Any:
    chosen = [case for case in CASES if isinstance(case.expected, kind)]
    return pytest.mark.parametrize("case", chosen, ids=lambda case: f"{case.assignment}-{case}")


@of_kind(Mistake)
def test_mistake_loses_points_and_is_named(case: Case) -> None:
    mistake = case.expected
    assert isinstance(mistake, Mistake)
    failed, _ = failures(case)
    must = case.tests(mistake.loses)
    assert must
    assert must <= failed.keys() <= must | case.tests(mistake.may_lose)
    assert any(mistake.says in message for message in failed.values())


@of_kind(Mistake)
def test_feedback_holds_none_of_the_numbers_tested(case: Case) -> None:
    """Wrong in every way, and still told nothing but words and powers of ten."""
    failed, _ = failures(case)
    assert not [
        re.findall(r"-?\d+\.\d{3,}", text)
        for text in failed.values()
        if text and re.findall(r"-?\d+\.\d{3,}", text)
    ]


@of_kind(Right)
def test_right_answer_gets_full_marks(case: Case) -> None:
    failed, _ = failures(case)
    assert failed == {}


@of_kind(Forger)
def test_forger_earns_no_more_than_can_be_helped(case: Case) -> None:
    assert isinstance(case.expected, Forger)
    _, earned = failures(case)
    assert earned <= case.expected.at_most
