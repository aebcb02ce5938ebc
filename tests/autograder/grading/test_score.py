"""From what a test cell did to points and words."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from autograder.examiner.report import CellReport, Gone, TestReport
from autograder.grading.score import (
    HIDDEN_ERROR,
    HIDDEN_FAILED,
    TEXT_AS_CODE,
    expected_after,
    mark_grader_errors,
    score_manual,
    score_test,
)
from autograder.notebook.cells import Cell
from autograder.results import Expected, NotebookResult, Outcome, Question
from autograder.workers.pair import Execution
from tests.autograder.workers.bench import check_cell

RELEASED = "x = f(1)\nassert x == 1\n"
CELL = check_cell(RELEASED + "### BEGIN HIDDEN TESTS\nassert x == 2\n### END HIDDEN TESTS\n")


def score(
    report: TestReport | CellReport | None,
    *,
    hidden: bool = False,
    expected: Expected | None = None,
    **how: Any,
) -> Question:
    execution = Execution(report, **how)
    return score_test(
        CELL, execution, released=RELEASED, hidden=hidden, seconds=10.0, expected=expected
    )


@pytest.mark.parametrize(
    ("value", "outcome", "points"),
    [
        (None, Outcome.PASSED, 2.0),
        (2.0, Outcome.PASSED, 2.0),
        (0.0, Outcome.PARTIAL, 0.0),
        (0.5, Outcome.PARTIAL, 0.5),
        (1.999, Outcome.PARTIAL, 1.999),
        (-0.5, Outcome.GRADER_ERROR, None),
        (2.001, Outcome.GRADER_ERROR, None),
        (math.nan, Outcome.GRADER_ERROR, None),
        (math.inf, Outcome.GRADER_ERROR, None),
    ],
)
@pytest.mark.parametrize("report", [TestReport, CellReport])
def test_the_value_of_the_last_expression_is_partial_credit(
    report: type[TestReport], value: float | None, outcome: Outcome, points: float | None
) -> None:
    question = score(report(value=value))
    assert (question.outcome, question.score, question.max_score) == (outcome, points, 2.0)


@pytest.mark.parametrize("error", [None, "AssertionError", "StudentsTextError"])
@pytest.mark.parametrize("hidden", [False, True])
def test_a_test_that_would_run_a_students_text_is_for_a_person(
    error: str | None, hidden: bool
) -> None:
    question = score(TestReport(error=error, value=2.0, refused="it would run 'x'"), hidden=hidden)
    assert (question.outcome, question.score) == (Outcome.GRADER_ERROR, None)
    assert question.message == (HIDDEN_ERROR if hidden else TEXT_AS_CODE)
    assert "it would run 'x'" in question.detail


@pytest.mark.parametrize(
    ("question", "outcome"),
    [
        (score(TestReport(error="AssertionError", is_assertion=True)), Outcome.FAILED),
        (score(TestReport(error="Custom", is_assertion=True)), Outcome.FAILED),
        (score(TestReport(error="ValueError")), Outcome.ERROR),
        (score(TestReport(error="MissingName", missing="f")), Outcome.MISSING),
        (score(CellReport(error="AssertionError")), Outcome.FAILED),
        (score(TestReport(), timed_out=True), Outcome.TIMEOUT),
        (score(None, timed_out=True), Outcome.TIMEOUT),
        (score(TestReport(value=2.0), ended="it was killed by SIGKILL"), Outcome.CRASHED),
        (score(CellReport(value=2.0), ended="it exited with status 0"), Outcome.CRASHED),
        (score(TestReport(gone=Gone("x"), error="CandidateGone"), ended="x"), Outcome.CRASHED),
        (score(None), Outcome.CRASHED),
    ],
)
def test_nothing_else_earns_points(question: Question, outcome: Outcome) -> None:
    assert (question.outcome, question.score) == (outcome, 0.0)


VISIBLE_AND_HIDDEN = [
    (
        TestReport(error="AssertionError", is_assertion=True, message="f(3) is 7", line=4),
        "f(3) is 7",
        HIDDEN_FAILED,
    ),
    (
        TestReport(error="AssertionError", is_assertion=True, line=2),
        "AssertionError at: assert x == 1",
        "AssertionError at: assert x == 1",  # before anything hidden has run
    ),
    (
        TestReport(error="AssertionError", is_assertion=True, line=4),
        "AssertionError at: assert x == 2",
        HIDDEN_FAILED,
    ),
    (
        TestReport(error="ValueError", message="n is 12345", from_candidate=True, line=4),
        "Your code raised ValueError: n is 12345",
        HIDDEN_FAILED,
    ),
    (
        TestReport(
            error="ValueError",
            message="x has 2 axes, read-only",
            from_candidate=True,
            line=4,
            students_line="line 2: x -= 1",
        ),
        (
            "Your code raised ValueError: x has 2 axes, read-only (line 2: x -= 1). "
            "The arguments stay as they are: work on a copy (x = x - m in place of x -= m)."
        ),
        HIDDEN_FAILED,
    ),
    (
        TestReport(error="X", message="secret", student_feedback="Divide by N.", marked=True),
        "Divide by N.",
        "Divide by N.",
    ),
    (
        TestReport(
            error="TypeError",
            message="7",
            student_feedback="integers: stopped",
            marked=True,
            from_candidate=True,
        ),
        "integers: stopped (TypeError: 7)",
        "integers: stopped",
    ),
    (
        TestReport(error="OpaqueError", student_feedback="It is a DataFrame."),
        "It is a DataFrame.",
        HIDDEN_FAILED,
    ),
    (
        TestReport(error="NotImplementedError", from_candidate=True, message="12345"),
        "This is not written yet: your code raised NotImplementedError.",
        HIDDEN_FAILED,
    ),
    (
        TestReport(error="MissingName", missing="f", student_feedback="… 'g12345'"),
        "… 'g12345'",
        HIDDEN_FAILED,
    ),
    (CellReport(error="KeyError"), "KeyError was raised.", HIDDEN_FAILED),
]


@pytest.mark.parametrize(("report", "visible", "hidden"), VISIBLE_AND_HIDDEN)
def test_messages(report: TestReport | CellReport, visible: str, hidden: str) -> None:
    assert score(report).message == visible
    assert score(report, hidden=True).message == hidden


def test_how_a_candidate_ended_is_told_unless_the_test_is_hidden() -> None:
    assert "status 42" in score(TestReport(), ended="it exited with status 42").message
    assert "42" not in score(TestReport(), ended="it exited with status 42", hidden=True).message


def test_the_traceback_is_for_the_instructor_alone() -> None:
    question = score(TestReport(error="E", detail="assert x == 2"), hidden=True)
    assert question.detail == "assert x == 2"
    assert "x == 2" not in question.message


ESSAY = Cell("markdown", "Mine.", {"nbgrader": {"grade": True, "solution": True, "points": 3}})


def test_a_written_answer_needs_a_person() -> None:
    question = score_manual(ESSAY, "Write here.")
    assert (question.outcome, question.score, question.max_score) == (Outcome.MANUAL, None, 3.0)


def test_a_written_answer_that_was_left_untouched_has_no_points() -> None:
    question = score_manual(replace(ESSAY, source="Write here."), "Write here.")
    assert (question.outcome, question.score) == (Outcome.NO_RESPONSE, 0.0)


def test_a_task_needs_a_person_even_if_untouched() -> None:
    task = Cell("markdown", "Do.", {"nbgrader": {"task": True, "points": 3}})
    assert score_manual(task, "Do.").outcome is Outcome.MANUAL


def result(**outcomes: Outcome) -> NotebookResult:
    points = {Outcome.PASSED: 2.0, Outcome.PARTIAL: 1.0}
    return NotebookResult(
        "a",
        "s",
        "n",
        tuple(Question(name, points.get(each, 0.0), 2.0, each) for name, each in outcomes.items()),
    )


NUMBER = Expected(is_known=True, ends_in_number=True)
NO_NUMBER = Expected(is_known=True)


@pytest.mark.parametrize(
    "report",
    [
        TestReport(no_number="an array"),
        TestReport(),
        TestReport(value=math.nan),
        TestReport(value=math.inf),
        CellReport(),
    ],
)
def test_what_is_no_number_of_points_earns_none_where_the_solution_gives_one(
    report: TestReport | CellReport,
) -> None:
    question = score(report, expected=NUMBER)
    assert (question.outcome, question.score) == (Outcome.FAILED, 0.0)
    assert "instead of a number of points" in question.message
    assert score(report, expected=NUMBER, hidden=True).message == HIDDEN_FAILED


@pytest.mark.parametrize("expected", [NO_NUMBER, None])
def test_a_last_value_counts_for_nothing_where_the_solution_gives_no_number(
    expected: Expected | None,
) -> None:
    assert score(TestReport(no_number="an array"), expected=expected).score == 2.0


@pytest.mark.parametrize("report", [TestReport(no_number="text"), TestReport(unjudged=True)])
def test_without_the_solutions_run_a_person_decides(report: TestReport) -> None:
    question = score(report, expected=Expected())
    assert (question.outcome, question.score) == (Outcome.GRADER_ERROR, None)


@pytest.mark.parametrize("value", [0.5, None])
def test_what_the_solutions_run_shows_is_kept(value: float | None) -> None:
    report = TestReport(value=value, came={"f()": ["a number", "float"]})
    expected = expected_after(score(report), report)
    assert expected == Expected(
        is_known=True, ends_in_number=value is not None, came={"f()": ["a number", "float"]}
    )


def test_the_run_of_a_solution_that_fails_shows_nothing() -> None:
    report = TestReport(error="AssertionError", is_assertion=True, came={"f()": ["a number"]})
    assert expected_after(score(report), report) == Expected()


FAILING = [Outcome.FAILED, Outcome.ERROR, Outcome.TIMEOUT, Outcome.CRASHED, Outcome.MISSING]


@pytest.mark.parametrize("theirs", FAILING)
@pytest.mark.parametrize("solutions", [*FAILING, Outcome.GRADER_ERROR])
def test_what_the_solution_fails_too_is_the_graders_error(
    theirs: Outcome, solutions: Outcome
) -> None:
    (question,) = mark_grader_errors(result(q=theirs), result(q=solutions)).questions
    assert (question.outcome, question.score) == (Outcome.GRADER_ERROR, None)


@pytest.mark.parametrize("theirs", FAILING)
@pytest.mark.parametrize("solutions", [Outcome.PASSED, Outcome.PARTIAL])
def test_what_the_solution_passes_is_the_submissions(theirs: Outcome, solutions: Outcome) -> None:
    assert mark_grader_errors(result(q=theirs), result(q=solutions)) == result(q=theirs)


@pytest.mark.parametrize("theirs", [Outcome.PASSED, Outcome.PARTIAL, Outcome.MANUAL])
def test_points_earned_are_kept_though_the_solution_fails(theirs: Outcome) -> None:
    assert mark_grader_errors(result(q=theirs), result(q=Outcome.ERROR)) == result(q=theirs)


def test_a_question_that_the_solution_never_reached_is_the_graders_error() -> None:
    (question,) = mark_grader_errors(result(q=Outcome.FAILED), result()).questions
    assert question.outcome is Outcome.GRADER_ERROR


@pytest.mark.parametrize(
    ("of_solution", "limit"),
    [
        (score(TestReport(), timed_out=True), "cell_seconds"),
        (
            score_test(
                CELL, Execution(None, timed_out=True), released=RELEASED, hidden=True, seconds=0
            ),
            "notebook_seconds",
        ),
        (score(TestReport(error="MemoryError", from_candidate=True)), "memory_bytes"),
        (score(TestReport(error="ValueError")), None),
        (
            score(TestReport(error="AssertionError", is_assertion=True, message="no MemoryError")),
            None,
        ),
    ],
)
def test_a_limit_that_is_too_low_for_the_solution_is_no_fault_of_the_test(
    of_solution: Question, limit: str | None
) -> None:
    solution = NotebookResult("a", "s", "n", questions=(of_solution,))
    student = NotebookResult("a", "ann", "n", questions=(score(TestReport(), timed_out=True),))
    [question] = mark_grader_errors(student, solution).questions
    assert (question.score, question.outcome) == (None, Outcome.GRADER_ERROR)
    assert question.low_limit == limit
    assert ("test is at fault" in question.message) == (limit is None)
