"""Running a restored notebook once, cell after cell, in one examination."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from autograder.course.settings import Settings
from autograder.errors import GraderFault
from autograder.examiner.report import CellReport, Output, TestReport
from autograder.grading.plan import Task, given_to
from autograder.grading.score import score_manual, score_test
from autograder.notebook.cells import Cell
from autograder.notebook.restore import RestoredCell
from autograder.results import Question
from autograder.workers.pair import Attempt, Examination, TooManyCrashes

AGAIN_AND_AGAIN = "it did so again and again, so no further code of yours was run"


@dataclass
class Journal:
    """What grading one notebook has learnt so far, whichever run it learnt it in.

    ``final`` is a last try, in which a disturbance is no reason to begin again. ``lost`` are the
    positions of cells that hung or ended the candidate: they are not run again. ``doubted`` were
    ended by a kill once while they were replayed, which may have been anybody's. ``hung`` are asked
    names that a test has waited for in vain.
    """

    deadline: float
    final: bool = False
    lost: set[int] = field(default_factory=set)
    doubted: set[int] = field(default_factory=set)
    hung: frozenset[str] = frozenset()
    waited: float = 0.0


class NotebookRun:
    """One run of the notebook's cells but those ``left_out``.

    When a cell hangs or ends the candidate, a fresh candidate replays the student's cells before
    it, without the lost ones: a crash costs one question. Outputs are kept if they are ``shown``.
    """

    def __init__(
        self,
        task: Task,
        cells: Sequence[RestoredCell],
        settings: Settings,
        examination: Examination,
        journal: Journal,
        *,
        left_out: Collection[int] = (),
        shown: bool = True,
    ) -> None:
        self._edition = task.edition
        self._plan = task.plan
        self._cells = cells
        self._settings = settings
        self._examination = examination
        self._journal = journal
        self._left_out = left_out
        self._shown = shown
        self._set_up = set(task.plan.first)
        self._given_to = given_to(cells, task.plan)
        self._given: set[str] = set()
        self._over = ""
        self.outputs: dict[int, Sequence[Output]] = {}
        self.questions: dict[str, Question] = {}

    def run(self) -> None:
        """Run every cell in order, then `outputs` and `questions` hold what came of it."""
        for position, restored in enumerate(self._cells):
            cell = restored.cell
            if position in self._left_out:
                continue
            if cell.is_test:
                self._test(position, cell)
            elif cell.cell_type == "code":
                self._code(position, cell)
            if cell.is_manual and cell.grade_id is not None:
                released = self._edition.released[cell.grade_id]
                self.questions[cell.grade_id] = score_manual(cell, released)

    def _code(self, position: int, cell: Cell) -> None:
        if position in self._journal.lost:
            return
        attempt = self._surely(
            position, lambda s: self._run(position, cell, s), self._settings.cell_seconds
        )
        if isinstance(attempt.report, CellReport):
            self.outputs[position] = attempt.report.outputs
        if attempt.lost:
            self._lose(position)

    def _test(self, position: int, cell: Cell) -> None:
        grade_id = cell.grade_id or ""
        if position in self._journal.lost:
            return
        uses, hidden = self._plan.uses[grade_id], grade_id in self._edition.hidden
        seconds = self._settings.cell_seconds
        if uses & self._journal.hung:
            seconds = self._settings.repeated_seconds
        seconds = min(seconds, max(0.0, self._journal.deadline - time.monotonic()))
        attempt = self._surely(position, lambda s: self._examine(position, cell, s), seconds)
        report = attempt.report
        if not hidden and isinstance(report, TestReport) and report.printed:
            self.outputs[position] = [Output("stream", name="stdout", text=report.printed)]
        if attempt.timed_out:
            self._journal.hung |= uses
        if attempt.lost:
            self._lose(position)
        released = self._edition.released[grade_id]
        self.questions[grade_id] = score_test(
            cell, attempt, released=released, hidden=hidden, seconds=seconds
        )

    def _run(self, position: int, cell: Cell, seconds: float) -> Attempt:
        for grade_id in self._given_to.get(position, ()):
            if grade_id not in self._given:
                self._given.add(grade_id)
                given = self._plan.given[grade_id].source
                attempt = self._examination.run(given, seconds, shown=False)
                if attempt.lost:
                    return attempt
        return self._examination.run(cell.source, seconds, shown=self._shown)

    def _examine(self, position: int, cell: Cell, seconds: float) -> Attempt:
        grade_id = cell.grade_id or ""
        for setup in self._plan.setup_before(grade_id):
            if setup not in self._set_up:
                self._set_up.add(setup)
                attempt = self._examination.setup(self._plan.setup[setup], seconds)
                if attempt.report is None:
                    return attempt
        if grade_id in self._plan.in_candidate:
            return self._run(position, cell, seconds)
        return self._examination.test(cell.source, seconds)

    def _attempt(self, run: Callable[[float], Attempt], seconds: float) -> Attempt:
        """Run something unless this submission has used up its time or its candidates."""
        if self._over:
            return Attempt(None, ended=self._over)
        left = self._journal.deadline - time.monotonic()
        if left <= 0:
            return Attempt(None, timed_out=True)
        start = time.monotonic()
        attempt = run(min(seconds, left))
        if attempt.timed_out:
            self._journal.waited += time.monotonic() - start
        return attempt

    def _surely(self, position: int, run: Callable[[float], Attempt], seconds: float) -> Attempt:
        """Run something; what a kill has ended once more, for it may have come from outside.

        Raises:
            GraderFault: it did not, so the grading has been disturbed from outside.
        """
        attempt = self._attempt(run, seconds)
        if not attempt.in_doubt:
            return attempt
        self._bring_back(position)
        again = self._attempt(run, seconds)
        if not (self._over or again.in_doubt or self._journal.final):
            raise GraderFault(f"disturbed from outside: {attempt.ended or attempt.examiner_ended}")
        return again

    def _lose(self, position: int) -> None:
        """Record a cell as lost and go on without it."""
        self._journal.lost.add(position)
        self._bring_back(position)

    def _bring_back(self, position: int) -> None:
        """Bring a fresh candidate to where the last one was."""
        if self._over or time.monotonic() > self._journal.deadline:
            return
        try:
            self._replay(position)
        except TooManyCrashes:
            self._over = AGAIN_AND_AGAIN

    def _replay(self, end: int) -> None:
        while True:
            fresh_examiner = self._examination.renew()
            self._given.clear()
            if fresh_examiner:
                self._set_up = set(self._plan.first)
            for position, restored in enumerate(self._cells[:end]):
                if not self._is_replayed(position, restored.cell, fresh_examiner=fresh_examiner):
                    continue
                attempt = self._again(position, restored.cell)
                if attempt.in_doubt and position not in self._journal.doubted:
                    self._journal.doubted.add(position)
                    break
                if attempt.lost:
                    self._journal.lost.add(position)
                    break
            else:
                return

    def _is_replayed(self, position: int, cell: Cell, *, fresh_examiner: bool) -> bool:
        if position in self._journal.lost or position in self._left_out:
            return False
        if cell.is_test and cell.grade_id not in self._plan.in_candidate:
            return fresh_examiner  # its names may be needed by later tests
        return cell.cell_type == "code"

    def _again(self, position: int, cell: Cell) -> Attempt:
        again = self._examine if cell.is_test else self._run
        return self._attempt(lambda s: again(position, cell, s), self._settings.cell_seconds)
