"""From what a test cell did to points and words, failing closed."""

from __future__ import annotations

import math
from dataclasses import replace

from autograder.examiner.report import CellReport, TestReport
from autograder.notebook.cells import Cell
from autograder.results import Expected, NotebookResult, Outcome, Question
from autograder.workers.pair import Execution

HIDDEN_FAILED = "A hidden test did not pass. It says no more than that."
NO_TIME_LEFT = "The time for the whole notebook was over before this test could run."
STOPPED_THE_GRADER = "This test stopped the grader: your instructor will look at it."
NOTHING_TO_COMPARE = (
    "Nobody knows what this test needs, since it has not run so with the solution: your instructor "
    "will grade it."
)
_EARNED = (Outcome.PASSED, Outcome.PARTIAL)
_NOT_FAILED = (*_EARNED, Outcome.MANUAL, Outcome.NO_RESPONSE)


def score_test(
    cell: Cell,
    execution: Execution,
    *,
    released: str,
    hidden: bool,
    seconds: float,
    expected: Expected | None = None,
) -> Question:
    """The question of a test cell that ran for at most ``seconds``.

    ``released`` is what students find in that cell, ``hidden`` whether that is not all of it, and
    ``expected`` what the solution's run has shown, if there is to be a comparison.
    """
    report = execution.report
    if isinstance(report, TestReport):
        detail = report.detail
    else:
        detail = f"{execution.examiner_ended}\n{execution.trace}".strip()
    outcome, points, message = _verdict(cell, execution, released, hidden, seconds, expected)
    return Question(
        grade_id=cell.grade_id or "",
        score=points,
        max_score=cell.points,
        outcome=outcome,
        message=message,
        hidden=hidden,
        detail=detail,
    )


def expected_after(question: Question, report: TestReport | CellReport | None) -> Expected:
    """What the solution's run of a test has shown, for the grading of submissions."""
    if question.outcome not in _EARNED or report is None:
        return Expected()
    came = report.came if isinstance(report, TestReport) else {}
    return Expected(is_known=True, ends_in_number=report.value is not None, came=came)


def score_manual(cell: Cell, released: str) -> Question:
    """The question of a cell that a person grades; zero at once if nothing was written."""
    # A task's cell holds its description; what is handed in for it is elsewhere.
    untouched = not cell.is_task and cell.source == released
    return Question(
        grade_id=cell.grade_id or "",
        score=0.0 if untouched else None,
        max_score=cell.points,
        outcome=Outcome.NO_RESPONSE if untouched else Outcome.MANUAL,
    )


def mark_grader_errors(result: NotebookResult, solution: NotebookResult) -> NotebookResult:
    """A test that the instructor's own solution does not pass either is the grader's error.

    Such a question has no score: it needs a person.
    """
    of_solution = {question.grade_id: question for question in solution.questions}
    questions = tuple(
        _marked(question, of_solution.get(question.grade_id)) for question in result.questions
    )
    return replace(result, questions=questions)


def _marked(question: Question, of_solution: Question | None) -> Question:
    if question.outcome in _NOT_FAILED:
        return question
    # The submission is not at fault for what the solution fails as well.
    if of_solution is None:
        why = "it has no such question."
    elif of_solution.outcome in _EARNED:
        return question
    else:
        why = f"{of_solution.outcome}. {of_solution.message}\n{of_solution.detail}"
    return replace(
        question,
        score=None,
        outcome=Outcome.GRADER_ERROR,
        message="This test is at fault, not your answer: your instructor will grade it.",
        detail=f"The instructor's solution fails, too: {why}",
    )


def _verdict(
    cell: Cell,
    execution: Execution,
    released: str,
    hidden: bool,
    seconds: float,
    expected: Expected | None,
) -> tuple[Outcome, float | None, str]:
    report = execution.report
    # Whatever is not known to be a pass must not become one: points come after all that can be
    # wrong with the processes.
    if execution.examiner_ended:
        return Outcome.GRADER_ERROR, None, STOPPED_THE_GRADER
    if execution.timed_out and seconds <= 0:
        return Outcome.TIMEOUT, 0.0, NO_TIME_LEFT
    if execution.timed_out:
        return Outcome.TIMEOUT, 0.0, f"Took longer than {seconds:.3g} seconds. An endless loop?"
    if execution.ended or report is None:
        # How it ended can tell what a hidden test called with: exit statuses are a byte.
        how = "" if hidden else f": {execution.ended}"
        return Outcome.CRASHED, 0.0, f"Your code stopped the process that ran it{how}."
    if report.error is None:
        return _doubt(report, expected, hidden=hidden) or _partial(cell, report.value)
    if isinstance(report, CellReport):  # ran in the candidate, by the instructor's wish
        message = HIDDEN_FAILED if hidden else f"{report.error} was raised."
        return Outcome.FAILED, 0.0, message
    if report.missing is not None:
        plain = f"Your notebook does not define {report.missing!r}."
        return Outcome.MISSING, 0.0, (not hidden and report.student_feedback) or plain
    outcome = Outcome.FAILED if report.is_assertion else Outcome.ERROR
    return outcome, 0.0, _message(cell, report, released, hidden=hidden)


def _doubt(
    report: TestReport | CellReport, expected: Expected | None, *, hidden: bool
) -> tuple[Outcome, float | None, str] | None:
    """Why a test that raised nothing earns nothing by itself; None if there is no such reason."""
    if expected is None:
        return None
    no_number = report.no_number if isinstance(report, TestReport) else ""
    unjudged = isinstance(report, TestReport) and report.unjudged
    if unjudged or (no_number and not expected.is_known):
        return Outcome.GRADER_ERROR, None, NOTHING_TO_COMPARE
    # nbgrader takes what is no number for full marks.
    if expected.ends_in_number and (report.value is None or not math.isfinite(report.value)):
        what = no_number or ("nothing" if report.value is None else f"{report.value:g}")
        message = f"The test ended in {what} instead of a number of points."
        return Outcome.FAILED, 0.0, HIDDEN_FAILED if hidden else message
    return None


def _partial(cell: Cell, value: float | None) -> tuple[Outcome, float | None, str]:
    # As in nbgrader, a test that ends in a number gives that many points.
    if value is None or value == cell.points:
        return Outcome.PASSED, cell.points, ""
    if not math.isfinite(value) or not 0 <= value <= cell.points:
        text = (
            f"The test gave {value:g} points of {cell.points:g}; your instructor will look at it."
        )
        return Outcome.GRADER_ERROR, None, text
    return Outcome.PARTIAL, value, f"Partial credit: {value:g} of {cell.points:g} points."


def _message(cell: Cell, report: TestReport, released: str, *, hidden: bool) -> str:
    if report.error == "NotImplementedError":
        return "This is not written yet: your code raised NotImplementedError."
    # Tests can raise an error with words that are meant for students, hidden tests too.
    if report.student_feedback is not None:
        return report.student_feedback
    if hidden:  # say nothing that the student's code could have put hidden inputs into
        if report.from_candidate:
            return f"Your code raised {report.error} in a hidden test."
        # A line that the student can read in the notebook gives nothing away.
        line = _line(cell, report.line)
        in_sight = line and line in map(str.strip, released.split("\n"))
        return f"Does not pass at: {line}" if in_sight else HIDDEN_FAILED
    if report.from_candidate:
        return f"Your code raised {report.error}: {report.message}".removesuffix(": ")
    if report.message:
        return report.message if report.is_assertion else f"{report.error}: {report.message}"
    return f"{report.error} at: {_line(cell, report.line)}".removesuffix(" at: ")


def _line(cell: Cell, number: int | None) -> str:
    lines = cell.source.split("\n")
    return lines[number - 1].strip() if number is not None and number <= len(lines) else ""
