"""One submission's way through the grader: read, restore, run, score."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

import msgspec

from autograder.errors import UnreadableSubmission
from autograder.examiner.report import CellReport, Output, TestReport
from autograder.grading.attempt import Attempt, Examination, TooManyCrashes
from autograder.grading.score import score_manual, score_test
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.edition import Edition
from autograder.notebook.read import read_notebook
from autograder.notebook.restore import RestoredCell, restore
from autograder.plan import Plan
from autograder.results import CellRun, NotebookResult, Question
from autograder.settings import Settings

OpenExamination = Callable[[], Examination]


@dataclass(frozen=True)
class Task:
    """One notebook to grade: whose, against what, and with which random inputs."""

    student: str
    edition: Edition
    plan: Plan
    seed: int

    def failed(self, error: str) -> NotebookResult:
        """The result if nothing can be graded."""
        return NotebookResult(
            self.edition.assignment,
            self.student,
            self.edition.name,
            seed=self.seed,
            error=error,
        )


def grade_bytes(
    task: Task, data: bytes, settings: Settings, open_examination: OpenExamination
) -> NotebookResult:
    """Grade a submitted file."""
    try:
        submission = read_notebook(data, limits=settings.read_limits)
    except UnreadableSubmission as error:
        return task.failed(str(error))
    return grade_notebook(task, submission, settings, open_examination)


def grade_notebook(
    task: Task, submission: Notebook, settings: Settings, open_examination: OpenExamination
) -> NotebookResult:
    """Grade a notebook: put the instructor's cells back, run it, score it."""
    start = time.monotonic()
    restored = restore(submission, task.edition)
    with closing(open_examination()) as examination:
        grading = _Grading(task, restored.cells, settings, examination)
        grading.run()
    return NotebookResult(
        assignment=task.edition.assignment,
        student=task.student,
        notebook=task.edition.name,
        questions=tuple(grading.in_instructors_order()),
        cells=tuple(grading.cell_runs()),
        metadata=restored.metadata,
        seed=task.seed,
        seconds=time.monotonic() - start,
        waited_seconds=grading.waited,
    )


class _Grading:
    """The state of grading one notebook, cell after cell.

    A cell that hangs or ends the candidate is recorded as lost. A fresh candidate then replays
    the student's cells before it, without the lost ones: a crash costs one question.
    """

    def __init__(
        self,
        task: Task,
        cells: tuple[RestoredCell, ...],
        settings: Settings,
        examination: Examination,
    ) -> None:
        self._edition = task.edition
        self._plan = task.plan
        self._cells = cells
        self._settings = settings
        self._examination = examination
        self._deadline = time.monotonic() + settings.notebook_seconds
        self._lost: set[int] = set()
        self._set_up: set[int] = set(task.plan.first)
        self._hung: frozenset[str] = frozenset()
        self._over = ""
        self._reports: dict[int, CellReport] = {}
        self._questions: dict[str, Question] = {}
        self.waited = 0.0

    def run(self) -> None:
        """Run every cell in order."""
        for position, restored in enumerate(self._cells):
            cell = restored.cell
            if cell.is_test:
                self._questions[cell.grade_id or ""] = self._test(position, cell)
            elif cell.cell_type == "code":
                self._code(position, cell)
            if cell.is_manual and cell.grade_id is not None:
                released = self._edition.released[cell.grade_id]
                self._questions[cell.grade_id] = score_manual(cell, released)

    def in_instructors_order(self) -> Iterator[Question]:
        """The questions, in the order of the instructor edition."""
        for cell in self._edition.instructor.cells:
            if cell.grade_id in self._questions:
                yield self._questions[cell.grade_id]

    def cell_runs(self) -> Iterator[CellRun]:
        """Every cell with its outputs, and with the metadata that the gradebook knows."""
        graded = {cell.grade_id: cell for cell in self._edition.graded.cells if cell.grade_id}
        for position, restored in enumerate(self._cells):
            cell = restored.cell
            if cell.grade_id in graded:
                cell = replace(cell, metadata=graded[cell.grade_id].metadata)
            report = self._reports.get(position, CellReport())
            outputs = tuple(msgspec.to_builtins(output) for output in report.outputs)
            yield CellRun(cell, outputs, restored.note)

    def _code(self, position: int, cell: Cell) -> None:
        attempt = self._attempt(lambda s: self._examination.run(cell.source, s), self._cell_seconds)
        if isinstance(attempt.report, CellReport):
            self._reports[position] = attempt.report
        if attempt.lost:
            self._lose(position)

    def _test(self, position: int, cell: Cell) -> Question:
        grade_id = cell.grade_id or ""
        uses = self._plan.uses[grade_id]
        seconds = self._settings.repeated_seconds if uses & self._hung else self._cell_seconds
        seconds = min(seconds, max(0.0, self._deadline - time.monotonic()))
        attempt = self._attempt(lambda s: self._examine(cell, s), seconds)
        if attempt.timed_out:
            self._hung |= uses
        if attempt.lost:
            self._lose(position)
        hidden = grade_id in self._edition.hidden
        if not hidden and isinstance(attempt.report, TestReport) and attempt.report.printed:
            printed = Output("stream", name="stdout", text=attempt.report.printed)
            self._reports[position] = CellReport([printed])
        return score_test(cell, attempt, hidden=hidden, seconds=seconds)

    def _examine(self, cell: Cell, seconds: float) -> Attempt:
        grade_id = cell.grade_id or ""
        for position in self._plan.setup_before(grade_id):
            if position not in self._set_up:
                self._set_up.add(position)
                self._examination.setup(self._plan.setup[position], seconds)
        if grade_id in self._plan.in_candidate:
            return self._examination.run(cell.source, seconds)
        return self._examination.test(cell.source, seconds)

    @property
    def _cell_seconds(self) -> float:
        return self._settings.cell_seconds

    def _attempt(self, run: Callable[[float], Attempt], seconds: float) -> Attempt:
        """Run something unless this submission has used up its time or its candidates."""
        if self._over:
            return Attempt(None, ended=self._over)
        left = self._deadline - time.monotonic()
        if left <= 0:
            return Attempt(None, timed_out=True)
        start = time.monotonic()
        attempt = run(min(seconds, left))
        if attempt.timed_out:
            self.waited += time.monotonic() - start
        return attempt

    def _lose(self, position: int) -> None:
        """Record a cell as lost and bring a fresh candidate to where the last one was."""
        self._lost.add(position)
        if self._over or time.monotonic() > self._deadline:
            return
        try:
            self._replay(position)
        except TooManyCrashes:
            self._over = "it did so again and again, so no further code of yours was run"

    def _replay(self, end: int) -> None:
        while True:
            fresh_examiner = self._examination.renew()
            if fresh_examiner:
                self._set_up = set(self._plan.first)
            for position, restored in enumerate(self._cells[:end]):
                if position in self._lost or not self._replayed(restored.cell, fresh_examiner):
                    continue
                if self._again(restored.cell).lost:
                    self._lost.add(position)
                    break
            else:
                return

    def _replayed(self, cell: Cell, fresh_examiner: bool) -> bool:
        if cell.is_test and cell.grade_id not in self._plan.in_candidate:
            return fresh_examiner  # its names may be needed by later tests
        return cell.cell_type == "code"

    def _again(self, cell: Cell) -> Attempt:
        seconds = self._cell_seconds
        if cell.is_test:
            return self._attempt(lambda s: self._examine(cell, s), seconds)
        return self._attempt(lambda s: self._examination.run(cell.source, s), seconds)
