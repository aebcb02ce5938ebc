"""Running a restored notebook once, cell after cell, in one worker pair."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from autograder.errors import GraderFault, MachineBusy
from autograder.examiner.report import (
    NO_ROOM_LEFT,
    CellReport,
    Output,
    TestReport,
    size_of,
)
from autograder.grading.hints import TextHints
from autograder.grading.order import SetupCells, turns
from autograder.grading.plan import tests_needed
from autograder.grading.score import expected_after, mark_starved, score_manual, score_test
from autograder.grading.stopped import StoppedCells
from autograder.grading.task import Task
from autograder.notebook.cells import Cell
from autograder.notebook.restore import RestoredCell
from autograder.results import Expected, Question
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
    starved
        Whether other programs kept a cell from running until its time was over, in the last try.
    """

    deadline: float = 0.0
    final: bool = False
    skipped: set[int] = field(default_factory=set)
    doubted: set[int] = field(default_factory=set)
    hung: frozenset[str] = frozenset()
    waited: float = 0.0
    starved: bool = False


class NotebookRun:
    """One run of the notebook's cells but those ``left_out``.

    When a cell hangs or ends the candidate, a fresh candidate replays what the one before it has
    run, without the skipped cells: a crash costs one question. A test that the student has
    moved can need several `turns`. Outputs are kept if they are ``shown``.
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
        self._task = task
        self._source = task.source
        self._plan = task.plan
        self._cells = cells
        self._limits = task.source.course.settings.limits
        self._pair = pair
        self._journal = journal
        self._turns = turns(cells, task.plan, left_out)
        self._shown = shown
        self._ran: set[int] = set()  # what any candidate has run
        self._behind: list[int] = []  # what the present candidate has run, and the tests since then
        self._earlier: list[int] = []  # the tests of earlier turns
        self._setup_cells = SetupCells(cells, task.plan)
        self._set_up = set(task.plan.early_setup)
        self._needs = tests_needed(cells, task.plan)
        self._defined: set[str] = set()
        self._stopped = ""
        self._room = self._limits.notebook_output_bytes
        self._starved = False  # other programs had its processor for longer than we wait
        self._hidden_ran = False
        self._stopped_cells = StoppedCells()
        self.outputs: dict[int, Sequence[Output]] = {}
        self.questions: dict[str, Question] = {}
        self.expected: dict[str, Expected] = {}

    def run(self) -> None:
        """Run every cell, then `outputs` and `questions` hold what came of it.

        So does `expected`, if there was nothing to compare with.
        """
        start = time.monotonic()
        for number, turn in enumerate(self._turns):
            now = time.monotonic()
            # Without the time for one more turn, its tests are run where the candidate is.
            stays = number > 0 and now + (now - start) / number > self._journal.deadline
            if number > 0 and not stays:
                self._go_back()
            for position in turn:
                if position in self._journal.skipped or (stays and position in self._behind):
                    continue
                execution = self._cell(position, self._cells[position].cell)
                self._behind.append(position)
                if execution.needs_new_candidate:
                    self._journal.skipped.add(position)
                    self._replay()
        for restored in self._cells:
            if restored.cell.is_manual and restored.cell.grade_id is not None:
                released = self._source.released[restored.cell.grade_id]
                self.questions[restored.cell.grade_id] = score_manual(restored.cell, released)

    def _cell(self, position: int, cell: Cell) -> Execution:
        if position in self._ran:  # in an earlier turn: what came of it then counts
            return self._execute(position, cell, self._limits.cell_seconds)
        self._ran.add(position)
        return self._test(position, cell) if cell.is_test else self._code(position, cell)

    def _code(self, position: int, cell: Cell) -> Execution:
        execution = self._execute(position, cell, self._limits.cell_seconds)
        if not self._hidden_ran:  # after a hidden test, what it called with could be in a text
            released = self._source.released.get(cell.grade_id or "", "")
            self._stopped_cells.note(cell, released, execution)
        if isinstance(execution.report, CellReport):
            self._keep(position, execution.report.outputs)
        return execution

    def _test(self, position: int, cell: Cell) -> Execution:
        grade_id = cell.grade_id or ""
        uses, hidden = self._plan.uses[grade_id], grade_id in self._source.hidden
        setting = self._limits.cell_seconds
        # Ten tests of one endless loop must not take ten times as long as one.
        if uses & self._journal.hung:
            setting = self._limits.repeated_seconds
        seconds = min(setting, max(0.0, self._journal.deadline - time.monotonic()))
        execution = self._execute(position, cell, seconds)
        report = execution.report
        # What a hidden test prints could tell its inputs.
        if not hidden and isinstance(report, TestReport) and report.printed:
            self._keep(position, [Output("stream", name="stdout", text=report.printed)])
        if execution.timed_out and seconds > 0:
            self._journal.hung |= uses
        expected = self._task.expects(grade_id)
        question = score_test(
            cell,
            execution,
            released=self._source.released[grade_id],
            hidden=hidden,
            seconds=setting if seconds == setting else 0.0,
            hint="" if _is_clean(execution) else self._hint(grade_id),
            stopped=self._stopped_cells,
            after_hidden=self._hidden_ran,
            expected=expected,
        )
        if expected is None:
            self.expected[grade_id] = expected_after(question, report)
        self._hidden_ran |= hidden
        self.questions[grade_id] = mark_starved(question) if self._journal.starved else question
        return execution

    def _keep(self, position: int, outputs: Sequence[Output]) -> None:
        """Keep a cell's outputs while there is room for them in the notebook."""
        size = size_of(outputs)
        if size > self._room:
            outputs = [Output("stream", name="stderr", text=NO_ROOM_LEFT)]
        else:
            self._room -= size
        self.outputs[position] = outputs

    def _hint(self, grade_id: str) -> str:
        tested = self._plan.tested.get(grade_id, ())
        return self._stopped_cells.about(tested) or self._hints.about(tested)

    @cached_property
    def _hints(self) -> TextHints:
        return TextHints.of((each.cell for each in self._cells), self._source.released)

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
        self._replay()
        again = self._execute_once(position, cell, seconds)
        if not (self._stopped or again.in_doubt or self._journal.final):
            ended = execution.ended or execution.examiner_ended
            if execution.trace:
                raise GraderFault(f"the grader's own process failed: {ended}", execution.trace)
            raise GraderFault(f"disturbed from outside: {ended}")
        return again

    def _execute_once(self, position: int, cell: Cell, seconds: float) -> Execution:
        """Execute a cell unless this submission has used up its time or its candidates.

        Raises
        ------
        MachineBusy
            It had less time than it may take, since other programs kept it from running.
        """
        if self._stopped:
            return Execution(None, ended=self._stopped)
        execution = Execution(None, timed_out=True)
        for request in self._requests(position, cell):
            start = time.monotonic()
            left = self._journal.deadline - start
            if left <= 0:
                self._expect_not_starved()
                return Execution(None, timed_out=True)
            execution = self._pair.execute(request, min(seconds, left))
            self._journal.deadline += execution.kept
            self._starved |= execution.starved
            if execution.timed_out:
                self._expect_not_starved()
            # The user is told how much of the time went into code that hangs.
            if execution.timed_out:
                self._journal.waited += time.monotonic() - start - execution.kept
            # A setup cell may fail: the test after it then tells what is missing.
            is_setup = isinstance(request, SetupRequest)
            if execution.report is None or (execution.needs_new_candidate and not is_setup):
                break
        return execution

    def _expect_not_starved(self) -> None:
        """Make sure that a time-out is the cell's own; in the last try, remember if it is not."""
        if self._starved and not self._journal.final:
            raise MachineBusy("other programs on this machine kept a student's code from running")
        self._journal.starved |= self._starved

    def _requests(self, position: int, cell: Cell) -> Iterator[CellRequest]:
        """What to execute for a cell: first what it needs and no earlier cell did, then itself."""
        at_examiner = self._plan.runs_at_examiner(cell)
        if at_examiner:
            for setup in self._plan.setup_before(cell.grade_id or ""):
                if setup not in self._set_up:
                    self._set_up.add(setup)
                    yield SetupRequest(self._plan.setup[setup])
        for setup_cell, source in self._setup_cells.due_before(position):
            if setup_cell not in self._journal.skipped:
                yield RunRequest(source, shown=False)
        if at_examiner:
            grade_id = cell.grade_id or ""
            expected = self._task.expects(grade_id)
            came = None if expected is None else {k: [*v] for k, v in expected.came.items()}
            given, imported = self._plan.given.get(grade_id), self._plan.imported.get(grade_id)
            yield TestRequest(cell.source, came, given or frozenset(), imported or frozenset())
            return
        # In a notebook, later cells can use what a visible test defines. Here the test runs at the
        # examiner, so the candidate gets a copy of what it defines.
        for needed in self._needs.get(position, ()):
            if needed not in self._defined:
                self._defined.add(needed)
                yield RunRequest(self._plan.definitions[needed].source, shown=False)
        self._setup_cells.note(position)
        yield RunRequest(cell.source, shown=self._shown)

    def _go_back(self) -> None:
        """Begin the next turn, with a fresh candidate."""
        self._earlier += filter(self._is_at_examiner, self._behind)
        self._behind.clear()
        self._replay()

    def _replay(self) -> None:
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
            self._setup_cells.forget()
            if fresh_examiner:
                # The parent of all examiners has run these already.
                self._set_up = set(self._plan.early_setup)
            for position in self._to_replay(fresh_examiner=fresh_examiner):
                cell = self._cells[position].cell
                execution = self._execute_once(position, cell, self._limits.cell_seconds)
                if execution.needs_new_candidate:
                    if execution.in_doubt and position not in self._journal.doubted:
                        self._journal.doubted.add(position)
                    else:
                        self._journal.skipped.add(position)
                    break
            else:
                return

    def _to_replay(self, *, fresh_examiner: bool) -> list[int]:
        """The positions of the cells that have to be run again, in order.

        A fresh examiner needs the names that the tests bind, which later tests may use. Those of
        earlier turns come first, as they did.
        """
        tests = [position for position in self._behind if self._is_at_examiner(position)]
        wanted = list(self._behind)
        if fresh_examiner:
            start = wanted.index(tests[0]) if tests else len(wanted)
            wanted[start:start] = self._earlier
        return [
            position
            for position in wanted
            if position not in self._journal.skipped and (fresh_examiner or position not in tests)
        ]

    def _is_at_examiner(self, position: int) -> bool:
        return self._plan.runs_at_examiner(self._cells[position].cell)


def _is_clean(execution: Execution) -> bool:
    report = execution.report
    return report is not None and report.error is None and not execution.needs_new_candidate
