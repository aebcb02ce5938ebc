"""One submitted notebook's way through the grader: read, restore, run, score."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import replace

import msgspec

from autograder.errors import UnreadableSubmission
from autograder.grading.order import turns
from autograder.grading.run import Journal, NotebookRun
from autograder.grading.score import HIDDEN_ERROR
from autograder.grading.task import Task
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.read import read_notebook
from autograder.notebook.restore import RestoredNotebook, restore
from autograder.results import CellRun, NotebookResult, Outcome, Question
from autograder.workers.pair import Pair

OpenPair = Callable[[], Pair]

AFTER_HIDDEN_TESTS = (
    "Passes on its own, but not after the hidden tests before it. Does your code remember "
    "something from one call to the next?"
)


def grade_notebook(task: Task, open_pair: OpenPair, *, final: bool = False) -> NotebookResult:
    """Grade a submitted notebook: put the instructor's cells back, run it, score it.

    It is run twice if anything that a student gets to see comes after a hidden test: student code
    could keep what that test called it with, and print it later or raise it in a visible test.
    What is shown comes from a first run without hidden tests, the scores from the second.

    Parameters
    ----------
    task
        What to grade.
    open_pair
        Starts a fresh candidate and a fresh examiner, once for each run.
    final
        Whether nobody will try again after this. Then a kill that does not happen again is passed
        over: code that kills itself now and then would never be graded otherwise.

    Raises
    ------
    GraderFault
        It was disturbed, perhaps from outside: try again.
    """
    start = time.monotonic()
    limits = task.source.course.settings.limits
    # Read.
    try:
        submission = _read(task.submitted, limits.notebook_bytes)
    except UnreadableSubmission as error:
        return task.failed(str(error))
    # Restore: the instructor's cells are put back, whatever the student has made of them.
    restored = restore(submission, task.source.notebook, task.source.released)
    # Run: once without hidden tests for what is shown and once for the scores, or once for both.
    hidden = _hidden_tests(task, restored)
    passes: list[tuple[Collection[int], bool]] = [((), True)]
    if _shows_after_hidden_tests(task, restored, hidden):
        passes = [(hidden, True), ((), False)]
    journal = Journal(final=final)
    runs: list[NotebookRun] = []
    for left_out, shown in passes:
        # A deadline of its own: what the first run needed must not cost points in the second.
        journal.deadline = time.monotonic() + limits.notebook_seconds
        with closing(open_pair()) as pair:
            runs.append(NotebookRun(task, restored.cells, pair, journal, left_out, shown=shown))
            runs[-1].run()
    # Score: the runs hold a question for each test, to be worded for the student.
    seen, scored = runs[0], runs[-1]
    return NotebookResult(
        assignment=task.source.assignment,
        student=task.student,
        notebook=task.source.name,
        questions=tuple(_questions(task, seen, scored)),
        cells=tuple(_cell_runs(task, restored, seen)),
        metadata=restored.metadata,
        seed=task.seed,
        seconds=time.monotonic() - start,
        waited_seconds=journal.waited,
        forgeable=tuple(sorted(task.plan.in_candidate)),
        expected=scored.expected,
    )


def _read(submitted: bytes | Notebook, max_bytes: int) -> Notebook:
    if isinstance(submitted, Notebook):
        return submitted
    return read_notebook(submitted, max_bytes=max_bytes)


def _hidden_tests(task: Task, restored: RestoredNotebook) -> frozenset[int]:
    return frozenset(
        position
        for position, each in enumerate(restored.cells)
        if each.cell.is_test and each.cell.grade_id in task.source.hidden
    )


def _shows_after_hidden_tests(
    task: Task, restored: RestoredNotebook, hidden: Collection[int]
) -> bool:
    """Whether a cell whose output or message the student gets to see runs after a hidden test."""
    cells = restored.cells
    # What is shown of a cell is what came of it when it ran for the first time.
    order = dict.fromkeys(position for turn in turns(cells, task.plan) for position in turn)
    after = itertools.dropwhile(lambda position: position not in hidden, order)
    return any(position not in hidden and cells[position].cell.source.strip() for position in after)


def _questions(task: Task, seen: NotebookRun, scored: NotebookRun) -> Iterator[Question]:
    """The questions in the instructor's order, with messages that give nothing hidden away."""
    for cell in task.source.notebook.cells:
        grade_id = cell.grade_id or ""
        shown, question = seen.questions.get(grade_id), scored.questions.get(grade_id)
        if question is None:
            question = shown  # it hung or crashed in the first run, so the second left it out
        if question is None:
            continue
        # The message of a visible test is that of the run in which no hidden test came before it.
        # How it ends after hidden tests could say what they called with.
        if shown is None or question.hidden or question.outcome is Outcome.PASSED:
            yield question
        elif shown.score == question.score and shown.outcome is not Outcome.PASSED:
            yield replace(question, outcome=shown.outcome, message=shown.message, withheld="")
        elif question.score is None:
            yield replace(question, message=HIDDEN_ERROR, withheld=question.message)
        elif question.outcome is Outcome.PARTIAL:
            yield replace(question, message=AFTER_HIDDEN_TESTS, withheld=question.message)
        else:
            yield replace(
                question,
                outcome=Outcome.FAILED,
                message=AFTER_HIDDEN_TESTS,
                withheld=question.message,
            )


def _cell_runs(task: Task, restored: RestoredNotebook, seen: NotebookRun) -> Iterator[CellRun]:
    """Every cell with its outputs, and with the metadata that the gradebook knows."""
    graded = {cell.grade_id: cell for cell in task.source.graded.cells if cell.grade_id}
    for position, each in enumerate(restored.cells):
        cell: Cell = each.cell
        # The gradebook's checksums are of these: with others nbgrader would see a changed test.
        if cell.grade_id in graded:
            cell = replace(cell, metadata=graded[cell.grade_id].metadata)
        outputs = tuple(msgspec.to_builtins(out) for out in seen.outputs.get(position, ()))
        yield CellRun(cell, outputs, each.note)
