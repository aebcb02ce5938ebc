"""Running a restored notebook once, cell after cell, in one worker pair."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from autograder.errors import GraderFault
from autograder.examiner.report import (
    NO_ROOM_LEFT,
    CellReport,
    Output,
    TestReport,
    size_of,
)
from autograder.grading.plan import Task, tests_needed
from autograder.grading.score import score_manual, score_test
from autograder.notebook.cells import Cell
from autograder.notebook.restore import RestoredCell
from autograder.results import Question
from autograder.workers.messages import CellRequest, RunRequest, SetupRequest, TestRequest
from autograder.workers.pair import Execution, Pair, TooManyCrashes

AGAIN_AND_AGAIN = "it did so again and again, so no further code of yours was run"


@dataclass
class Journal:
    """What grading one notebook has learnt so far, in all runs of it.

    Attributes
    ----------
    deadline
        When the present run has to be over, by the monotonic clock.
    final
        Whether this is the last try, in which a disturbance is no reason to begin again.
    skipped
        Positions of cells that hung or ended the candidate: they are not run again.
    doubted
        Positions of cells that a kill ended while they were replayed. It may have been anybody's
        kill, so they get a second chance.
    hung
        Student names that a test has waited for in vain.
    waited
        Seconds spent waiting for code that hangs.
    """

    deadline: float = 0.0
    final: bool = False
    skipped: set[int] = field(default_factory=set)
    doubted: set[int] = field(default_factory=set)
    hung: frozenset[str] = frozenset()
    waited: float = 0.0


class NotebookRun:
    """One run of the notebook's cells but those ``left_out``.

    When a cell hangs or ends the candidate, a fresh candidate replays the student's cells before
    it, without the skipped ones: a crash costs one question. Outputs are kept if they are
    ``shown``.
    """

    def __init__(
        self,
        task: Task,
        cells: Sequence[RestoredCell],
        pair: Pair,
        journal: Journal,
        left_out: Collection[int] = (),
        *,
        shown: bool = True,
    ) -> None:
        self._source = task.source
        self._plan = task.plan
        self._cells = cells
        self._limits = task.source.course.settings.limits
        self._pair = pair
        self._journal = journal
        self._left_out = left_out
        self._shown = shown
        self._set_up = set(task.plan.early_setup)
        self._needs = tests_needed(cells, task.plan)
        self._defined: set[str] = set()
        self._stopped = ""
        self._room = self._limits.notebook_output_bytes
        self.outputs: dict[int, Sequence[Output]] = {}
        self.questions: dict[str, Question] = {}

    def run(self) -> None:
        """Run every cell in order, then `outputs` and `questions` hold what came of it."""
        for position, restored in enumerate(self._cells):
            cell = restored.cell
            if position in self._left_out:
                continue
            if cell.cell_type == "code" and position not in self._journal.skipped:
                execution = (
                    self._test(position, cell) if cell.is_test else self._code(position, cell)
                )
                if execution.needs_new_candidate:
                    self._journal.skipped.add(position)
                    self._replay_up_to(position)
            if cell.is_manual and cell.grade_id is not None:
                released = self._source.released[cell.grade_id]
                self.questions[cell.grade_id] = score_manual(cell, released)

    def _code(self, position: int, cell: Cell) -> Execution:
        execution = self._execute(position, cell, self._limits.cell_seconds)
        if isinstance(execution.report, CellReport):
            self._keep(position, execution.report.outputs)
        return execution

    def _test(self, position: int, cell: Cell) -> Execution:
        grade_id = cell.grade_id or ""
        uses, hidden = self._plan.uses[grade_id], grade_id in self._source.hidden
        seconds = self._limits.cell_seconds
        # Ten tests of one endless loop must not take ten times as long as one.
        if uses & self._journal.hung:
            seconds = self._limits.repeated_seconds
        seconds = min(seconds, max(0.0, self._journal.deadline - time.monotonic()))
        execution = self._execute(position, cell, seconds)
        report = execution.report
        # What a hidden test prints could tell its inputs.
        if not hidden and isinstance(report, TestReport) and report.printed:
            self._keep(position, [Output("stream", name="stdout", text=report.printed)])
        if execution.timed_out and seconds > 0:
            self._journal.hung |= uses
        released = self._source.released[grade_id]
        self.questions[grade_id] = score_test(
            cell, execution, released=released, hidden=hidden, seconds=seconds
        )
        return execution

    def _keep(self, position: int, outputs: Sequence[Output]) -> None:
        """Keep a cell's outputs while there is room for them in the notebook."""
        size = size_of(outputs)
        if size > self._room:
            outputs = [Output("stream", name="stderr", text=NO_ROOM_LEFT)]
        else:
            self._room -= size
        self.outputs[position] = outputs

    def _execute(self, position: int, cell: Cell, seconds: float) -> Execution:
        """Execute a cell, and once more if it was killed: the kill may have come from outside.

        Raises
        ------
        GraderFault
            It was not killed again, so it was not the cell that did it.
        """
        execution = self._execute_once(position, cell, seconds)
        if not execution.in_doubt:
            return execution
        # A cell that kills its own process does so again; what somebody else did, does not.
        self._replay_up_to(position)
        again = self._execute_once(position, cell, seconds)
        if not (self._stopped or again.in_doubt or self._journal.final):
            ended = execution.ended or execution.examiner_ended
            if execution.trace:
                raise GraderFault(f"the grader's own process failed: {ended}", execution.trace)
            raise GraderFault(f"disturbed from outside: {ended}")
        return again

    def _execute_once(self, position: int, cell: Cell, seconds: float) -> Execution:
        """Execute a cell unless this submission has used up its time or its candidates."""
        if self._stopped:
            return Execution(None, ended=self._stopped)
        execution = Execution(None, timed_out=True)
        for request in self._requests(position, cell):
            start = time.monotonic()
            left = self._journal.deadline - start
            if left <= 0:
                return Execution(None, timed_out=True)
            execution = self._pair.execute(request, min(seconds, left))
            # The user is told how much of the time went into code that hangs.
            if execution.timed_out:
                self._journal.waited += time.monotonic() - start
            # A setup cell may fail: the test after it then tells what is missing.
            is_setup = isinstance(request, SetupRequest)
            if execution.report is None or (execution.needs_new_candidate and not is_setup):
                break
        return execution

    def _requests(self, position: int, cell: Cell) -> Iterator[CellRequest]:
        """What to execute for a cell: first what it needs and no earlier cell did, then itself."""
        grade_id = cell.grade_id or ""
        if cell.is_test:
            for setup in self._plan.setup_before(grade_id):
                if setup not in self._set_up:
                    self._set_up.add(setup)
                    yield SetupRequest(self._plan.setup[setup])
            if grade_id not in self._plan.in_candidate:
                yield TestRequest(cell.source)
                return
        # In a notebook, later cells can use what a visible test defines. Here the test runs at the
        # examiner, so the candidate gets a copy of what it defines.
        for needed in self._needs.get(position, ()):
            if needed not in self._defined:
                self._defined.add(needed)
                yield RunRequest(self._plan.definitions[needed].source, shown=False)
        yield RunRequest(cell.source, shown=self._shown)

    def _replay_up_to(self, end: int) -> None:
        """Bring a fresh candidate to where the one before it was.

        A cell that ends the candidate on the way is left out from then on, and the replay begins
        again. If a kill ended it, which may have come from outside, the cell gets a second chance.
        """
        while not self._stopped and time.monotonic() <= self._journal.deadline:
            try:
                fresh_examiner = self._pair.renew()
            except TooManyCrashes:
                self._stopped = AGAIN_AND_AGAIN
                return
            # A fresh process knows nothing that was defined in the one before it.
            self._defined.clear()
            if fresh_examiner:
                # The parent of all examiners has run these already.
                self._set_up = set(self._plan.early_setup)
            for position, cell in self._to_replay(end, fresh_examiner=fresh_examiner):
                execution = self._execute_once(position, cell, self._limits.cell_seconds)
                if execution.needs_new_candidate:
                    if execution.in_doubt and position not in self._journal.doubted:
                        self._journal.doubted.add(position)
                    else:
                        self._journal.skipped.add(position)
                    break
            else:
                return

    def _to_replay(self, end: int, *, fresh_examiner: bool) -> Iterator[tuple[int, Cell]]:
        """The cells before ``end`` that have to be run again, with their positions."""
        for position, restored in enumerate(self._cells[:end]):
            cell = restored.cell
            if position in self._journal.skipped or position in self._left_out:
                continue
            if cell.is_test and cell.grade_id not in self._plan.in_candidate:
                is_needed = fresh_examiner  # later tests may need the names that it binds
            else:
                is_needed = cell.cell_type == "code"
            if is_needed:
                yield position, cell
