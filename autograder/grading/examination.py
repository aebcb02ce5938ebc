"""One submission's examiner and candidates, with the coordinator's deadlines on what they do."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping

from autograder.errors import GraderFault
from autograder.grading.attempt import Attempt, TooManyCrashes
from autograder.grading.examiner_process import ExaminerEnded, ExaminerProcess, describe
from autograder.grading.slot import Candidate, Slot
from autograder.sandbox import Limits, measure
from autograder.warm import orders
from autograder.warm.forkserver import ForkServer
from autograder.warm.parents import EXAMINER_WIRES

#: Seconds that an examiner has to notice that its candidate was killed.
GRACE = 5.0
#: Seconds that fresh processes have to answer for the first time.
STARTING = 30.0
#: Seconds between two looks at the candidate's scratch folder.
TICK = 0.2


class SlotExamination:
    """An examination in a slot's warm processes."""

    def __init__(
        self, slot: Slot, parent: ForkServer, files: Mapping[str, bytes], seed: int
    ) -> None:
        self._slot = slot
        self._parent = parent
        self._files = files
        self._seed = seed
        settings = slot.settings
        self._quota = Limits(
            scratch_bytes=settings.scratch_bytes, scratch_files=settings.scratch_files
        )
        self._renewals = 0
        self._candidate: Candidate | None = None
        self._examiner: ExaminerProcess | None = None
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def setup(self, source: str, seconds: float) -> Attempt:
        return self._order(orders.Setup(source), seconds)

    def run(self, source: str, seconds: float, *, shown: bool) -> Attempt:
        return self._order(orders.Run(source, shown), seconds)

    def test(self, source: str, seconds: float) -> Attempt:
        return self._order(orders.Test(source), seconds)

    def renew(self) -> bool:
        self._renewals += 1
        if self._renewals >= EXAMINER_WIRES:
            raise TooManyCrashes
        self._end_candidate()
        if self._examiner is None:
            self._begin()
            return True
        self._attach(self._examiner)
        return False

    def close(self) -> None:
        examiner, self._examiner = self._examiner, None
        try:
            self._end_candidate()
        finally:
            if examiner is not None:
                examiner.end()

    def _begin(self) -> None:
        self._examiner = ExaminerProcess(self._parent)
        if self._examiner.ask(orders.Begin(self._seed), STARTING) is None:
            raise GraderFault("a fresh examiner did not answer")
        self._attach(self._examiner)

    def _attach(self, examiner: ExaminerProcess) -> None:
        number, wire = examiner.next_wire()
        with wire:
            self._candidate = self._slot.candidate(wire, self._files)
        if examiner.ask(orders.Attach(number), STARTING) is None:
            raise GraderFault("a fresh candidate did not answer")

    def _end_candidate(self) -> int:
        """The wait status of the candidate, which is killed if it has not ended."""
        candidate, self._candidate = self._candidate, None
        return 0 if candidate is None else candidate.end()

    def _order(self, order: orders.Order, seconds: float) -> Attempt:
        examiner = self._examiner
        if examiner is None:
            raise GraderFault("an examiner was asked after it had been killed")
        try:
            too_much = self._wait(examiner, order, seconds)
            if too_much is not None:
                self._end_candidate()
            done = examiner.answer(GRACE)
        except ExaminerEnded as error:
            self.close()
            return Attempt(None, examiner_ended=str(error))
        if done is None:  # the test itself hangs, perhaps over what the candidate returned
            self.close()
            return Attempt(None, timed_out=True)
        report = done.cell or done.test
        if too_much == "":
            return Attempt(report, timed_out=True)
        if too_much is not None:
            return Attempt(report, ended=too_much)
        if report is not None and report.gone is not None:
            status = self._end_candidate()
            if report.gone.broke_rules:
                broken = f"it broke the rules of the grader: {report.gone.reason}"
                return Attempt(report, ended=broken)
            killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
            return Attempt(report, ended=describe(status), killed=killed)
        return Attempt(report)

    def _wait(self, examiner: ExaminerProcess, order: orders.Order, seconds: float) -> str | None:
        """Send an order and wait: None if answered, "" if too late, else what is too much."""
        examiner.send(order)
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if examiner.readable(min(left, TICK)):
                return None
            if self._candidate is not None and (excess := self._excess(self._candidate)):
                return excess
        # A busy machine may have kept us from seeing an answer that came in time.
        return None if examiner.readable(0) else ""

    def _excess(self, candidate: Candidate) -> str | None:
        try:
            return measure(candidate.scratch, self._quota).excess(self._quota)
        except OSError as error:
            return f"the working folder cannot be looked into: {error.strerror}"
