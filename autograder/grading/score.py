"""From what a test cell did to points and words, failing closed."""

from __future__ import annotations

import math
import re
from dataclasses import replace

from autograder.examiner.report import CellReport, TestReport
from autograder.grading.advice import advice_on
from autograder.grading.hints import LEFT_BELOW, NOT_WRITTEN, lines_in_sight
from autograder.grading.stopped import StoppedCells
from autograder.notebook.cells import Cell
from autograder.results import (
    Expected,
    NotebookResult,
    Outcome,
    Question,
    counted,
    exceeds,
    shown,
)
from autograder.workers.pair import Execution

HIDDEN_FAILED = "A hidden test did not pass. It says no more than that."
HIDDEN_ERROR = "This test could not be judged: your instructor will look at it."
NO_TIME_LEFT = "The time for the whole notebook was over before this test had ended."
TOO_BUSY = "The machine was too busy to run this test: your instructor will look at it."
AT_FAULT = "This test is at fault, not your answer: your instructor will grade it."
LOW_LIMIT = "The grader allows too little for this test: your instructor will grade it."
TEXT_AS_CODE = (
    "This test would run a text of yours as code, or let it choose what is run. The grader does "
    "not do that: your instructor will grade it."
)
GRADERS_EXCEPTION = (
    "This test met an exception that the grader raised, not your code: your instructor will grade "
    "it."
)
CHANGED_UNSEEN = (
    "This test changes, or looks again at, what your code has as well, in a way that the grader "
    "cannot follow: your instructor will grade it."
)
TOO_LONG = (
    "This test looks at all that your code prints or gives, which is longer than the grader "
    "keeps: your instructor will grade it."
)
STOPPED_THE_GRADER = "This test stopped the grader: your instructor will look at it."
NOTHING_TO_COMPARE = (
    "Nobody knows what this test needs, since it has not run so with the solution: your instructor "
    "will grade it."
)
_UNDEFINED = re.compile(r"name '(\w+)' is not defined")
_EARNED = (Outcome.PASSED, Outcome.PARTIAL)
_NOT_FAILED = (*_EARNED, Outcome.MANUAL, Outcome.NO_RESPONSE)


def score_test(
    cell: Cell,
    execution: Execution,
    *,
    released: str,
    hidden: bool,
    seconds: float,
    hint: str = "",
    stopped: StoppedCells | None = None,
    after_hidden: bool = False,
    expected: Expected | None = None,
) -> Question:
    """The question of a test cell that ran.

    Parameters
    ----------
    cell, execution
        The test, and what came of it.
    released
        What students find in that cell.
    hidden
        Whether that is not all of it.
    seconds
        What the settings give it; 0 if the notebook's own time ends earlier.
    hint
        What the notebook's text says about it, if it does not pass.
    stopped
        The cells that stopped before they defined what they should.
    after_hidden
        Whether another hidden test ran before it.
    expected
        What the solution's run has shown, if there is to be a comparison.
    """
    report = execution.report
    if isinstance(report, TestReport):
        detail = "\n".join(filter(None, (report.refused, report.own, report.detail)))
    else:
        detail = f"{execution.examiner_ended}\n{execution.trace}".strip()
    outcome, points, message = _verdict(cell, execution, seconds, expected)
    if outcome in (Outcome.MISSING, Outcome.ERROR) and isinstance(report, TestReport):
        message = _cause(report, stopped, hint) or message
    withheld = ""
    if hidden and (after_hidden or not _failed_in_sight(cell, report, released)):
        # The instructor is told.
        detail = f"{message}\n{detail}".strip() if outcome is Outcome.GRADER_ERROR else detail
        detail = detail or message
        withheld, message = message, _withheld(outcome, report, hint)
    return Question(
        grade_id=cell.grade_id or "",
        score=points,
        max_score=cell.points,
        outcome=outcome,
        message=message,
        hidden=hidden,
        detail=detail,
        withheld=withheld,
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


def has_failed(result: NotebookResult) -> bool:
    """Whether a test took points away."""
    undecided = (*_NOT_FAILED, Outcome.GRADER_ERROR)
    return any(question.outcome not in undecided for question in result.questions)


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
    limit = None if of_solution is None else limit_of(of_solution)
    said = exceeds(limit) if limit else "The instructor's solution fails, too"
    return replace(
        question,
        score=None,
        outcome=Outcome.GRADER_ERROR,
        message=LOW_LIMIT if limit else AT_FAULT,
        detail=f"{said}: {why}",
        withheld="",
    )


def mark_starved(question: Question) -> Question:
    """A person decides on what has failed because other programs kept it from running."""
    if question.outcome is Outcome.PASSED:
        return question
    return replace(
        question, score=None, outcome=Outcome.GRADER_ERROR, message=TOO_BUSY, withheld=""
    )


def limit_of(question: Question) -> str | None:
    """The setting under ``c.Autograder`` that ended a test of the instructor's solution, if any."""
    told = question.message + question.detail
    if question.outcome is Outcome.TIMEOUT:
        return "notebook_seconds" if NO_TIME_LEFT in told else "cell_seconds"
    return "memory_bytes" if question.outcome is Outcome.ERROR and "MemoryError" in told else None


def _verdict(
    cell: Cell, execution: Execution, seconds: float, expected: Expected | None
) -> tuple[Outcome, float | None, str]:
    report = execution.report
    # Whatever is not known to be a pass must not become one: points come after all that can be
    # wrong with the processes.
    if execution.examiner_ended:
        return Outcome.GRADER_ERROR, None, STOPPED_THE_GRADER
    if execution.timed_out and seconds <= 0:
        return Outcome.TIMEOUT, 0.0, NO_TIME_LEFT
    if execution.timed_out:
        return Outcome.TIMEOUT, 0.0, f"Took longer than {seconds:g} seconds. An endless loop?"
    if execution.ended or report is None:
        how = f": {execution.ended}" if execution.ended else ""
        return Outcome.CRASHED, 0.0, f"Your code stopped the process that ran it{how}."
    if isinstance(report, TestReport) and report.refused:
        return Outcome.GRADER_ERROR, None, TEXT_AS_CODE
    if isinstance(report, TestReport) and report.own:
        return Outcome.GRADER_ERROR, None, GRADERS_EXCEPTION
    if isinstance(report, TestReport) and report.cut:
        return Outcome.GRADER_ERROR, None, TOO_LONG
    if isinstance(report, TestReport) and report.lost:
        return Outcome.GRADER_ERROR, None, CHANGED_UNSEEN
    if report.error is None:
        return _doubt(report, expected) or _partial(cell, report.value)
    if isinstance(report, CellReport):  # ran in the candidate, by the instructor's wish
        return Outcome.FAILED, 0.0, f"{report.error} was raised."
    if report.missing is not None:
        plain = f"Your notebook does not define {report.missing!r}."
        return Outcome.MISSING, 0.0, report.student_feedback or plain
    outcome = Outcome.FAILED if report.is_assertion else Outcome.ERROR
    return outcome, 0.0, _message(cell, report)


def _doubt(
    report: TestReport | CellReport, expected: Expected | None
) -> tuple[Outcome, float | None, str] | None:
    """Why a test that raised nothing earns nothing by itself; None if there is no such reason."""
    if expected is None:
        return None
    no_number = report.no_number if isinstance(report, TestReport) else ""
    unjudged = isinstance(report, TestReport) and report.unjudged
    if no_number and not expected.is_known:
        return Outcome.GRADER_ERROR, None, NOTHING_TO_COMPARE
    # nbgrader takes what is no number for full marks.
    if expected.ends_in_number and (report.value is None or not math.isfinite(report.value)):
        what = no_number or ("nothing" if report.value is None else f"{report.value:g}")
        return Outcome.FAILED, 0.0, f"The test ended in {what} instead of a number of points."
    return (Outcome.GRADER_ERROR, None, NOTHING_TO_COMPARE) if unjudged else None


def _partial(cell: Cell, value: float | None) -> tuple[Outcome, float | None, str]:
    # As in nbgrader, a test that ends in a number gives that many points.
    if value is None or value == cell.points:
        return Outcome.PASSED, cell.points, ""
    if not math.isfinite(value) or not 0 <= value <= cell.points:
        given = counted(value, "point") if math.isfinite(value) else f"{value:g} points"
        text = f"The test gave {given} of {shown(cell.points)}; your instructor will look at it."
        return Outcome.GRADER_ERROR, None, text
    most = counted(cell.points, "point")
    return Outcome.PARTIAL, value, f"Partial credit: {shown(value)} of {most}."


def _cause(report: TestReport, stopped: StoppedCells | None, hint: str) -> str:
    """What a test failed for that the cells above it tell better than it does; may be empty."""
    if report.error == "NotImplementedError":
        return hint if hint in (LEFT_BELOW, NOT_WRITTEN) else ""
    undefined = _UNDEFINED.match(report.message) if report.error == "NameError" else None
    name = report.missing or (undefined and undefined[1])
    return stopped.missing(name) if stopped else ""


def _message(cell: Cell, report: TestReport) -> str:
    if report.error == "NotImplementedError":
        return "This is not written yet: your code raised NotImplementedError."
    # Tests can raise an error with words that are meant for students.
    if report.student_feedback is not None and report.from_candidate:
        return f"{report.student_feedback} ({_exception(report)})"
    if report.student_feedback is not None:
        return report.student_feedback
    if report.from_candidate:
        return f"Your code raised {_exception(report)}"
    if report.message:
        return report.message if report.is_assertion else f"{report.error}: {report.message}"
    return f"{report.error} at: {_line(cell, report.line)}".removesuffix(" at: ")


def _exception(report: TestReport) -> str:
    """An exception of the student's code with where it was raised, and what it often means."""
    what = f"{report.error}: {report.message}".removesuffix(": ")
    where = f" ({report.students_line})" if report.students_line else ""
    advice = advice_on(report.message)
    return f"{what.removesuffix('.')}{where}. {advice}" if advice else f"{what}{where}"


def _failed_in_sight(cell: Cell, report: TestReport | CellReport | None, released: str) -> bool:
    """Whether a test failed before any hidden line of it could run, so that all can be told."""
    if not isinstance(report, TestReport) or report.line is None or report.gone is not None:
        return False
    return report.line <= lines_in_sight(cell.source, released)


def _withheld(outcome: Outcome, report: TestReport | CellReport | None, hint: str) -> str:
    """The message of a hidden test: whether it passed, and words that were written for students.

    Whatever else was to be said, student code could put a hidden argument into it: the kind of an
    exception or an object, a line, a number of seconds.
    """
    if outcome in (Outcome.PASSED, Outcome.PARTIAL):
        return ""
    if outcome is Outcome.GRADER_ERROR:
        return HIDDEN_ERROR
    # Tests can raise an error with words that are meant for students, hidden tests too.
    marked = report.student_feedback if isinstance(report, TestReport) and report.marked else None
    return hint or marked or HIDDEN_FAILED


def _line(cell: Cell, number: int | None) -> str:
    lines = cell.source.split("\n")
    return lines[number - 1].strip() if number is not None and number <= len(lines) else ""
