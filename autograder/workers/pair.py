"""One submission's examiner and candidates, with the coordinator's deadlines on what they do.

What grading needs of a pair of processes, whoever runs them and wherever.

The coordinator's end of an examiner process.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from autograder.errors import GraderFault, PeerGone
from autograder.examiner.report import CellReport, TestReport
from autograder.sandbox import Limits, measure
from autograder.wire import Channel
from autograder.workers import messages
from autograder.workers.forkserver import ForkServer
from autograder.workers.roles import EXAMINER_WIRES
from autograder.workers.slot import Candidate, Slot

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
        return self._order(messages.Setup(source), seconds)

    def run(self, source: str, seconds: float, *, shown: bool) -> Attempt:
        return self._order(messages.Run(source, shown), seconds)

    def test(self, source: str, seconds: float) -> Attempt:
        return self._order(messages.Test(source), seconds)

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
        if self._examiner.ask(messages.Begin(self._seed), STARTING) is None:
            raise GraderFault("a fresh examiner did not answer")
        self._attach(self._examiner)

    def _attach(self, examiner: ExaminerProcess) -> None:
        number, wire = examiner.next_wire()
        with wire:
            self._candidate = self._slot.candidate(wire, self._files)
        if examiner.ask(messages.Attach(number), STARTING) is None:
            raise GraderFault("a fresh candidate did not answer")

    def _end_candidate(self) -> int:
        """The wait status of the candidate, which is killed if it has not ended."""
        candidate, self._candidate = self._candidate, None
        return 0 if candidate is None else candidate.end()

    def _order(self, order: messages.Order, seconds: float) -> Attempt:
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

    def _wait(self, examiner: ExaminerProcess, order: messages.Order, seconds: float) -> str | None:
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


@dataclass(frozen=True)
class Attempt:
    """One cell run. Without a report, the examiner has ended or had to be killed."""

    report: TestReport | CellReport | None
    timed_out: bool = False
    ended: str = ""  # how the candidate ended, if it did
    killed: bool = False  # by a SIGKILL that was not the grader's
    examiner_ended: str = ""  # how the examiner ended, if it did by itself

    @property
    def lost(self) -> bool:
        """The candidate is gone, or cannot be trusted to be in order."""
        interrupted = isinstance(self.report, TestReport) and self.report.interrupted
        return self.timed_out or bool(self.ended) or self.report is None or interrupted

    @property
    def in_doubt(self) -> bool:
        """What ended here may have been ended from outside: by a person, or for want of memory."""
        return self.killed or bool(self.examiner_ended)


class Examination(Protocol):
    """What grading needs of a pair of processes."""

    def setup(self, source: str, seconds: float) -> Attempt: ...
    def run(self, source: str, seconds: float, *, shown: bool) -> Attempt: ...
    def test(self, source: str, seconds: float) -> Attempt: ...

    def renew(self) -> bool:
        """Start a fresh candidate; whether the examiner is a fresh one, too.

        Raises:
            TooManyCrashes: this submission has used up its candidates.
        """

    def close(self) -> None: ...


class TooManyCrashes(Exception):
    """A submission has ended more candidates than it may."""


class ExaminerEnded(GraderFault):
    """An examiner has ended by itself, or was killed."""


class ExaminerProcess:
    """The coordinator's end of one examiner process, with a stock of wires for its candidates."""

    def __init__(self, parent: ForkServer) -> None:
        self._parent = parent
        control, their_control = socket.socketpair()
        pairs = [socket.socketpair() for _ in range(EXAMINER_WIRES)]
        theirs = [their_control, *(pair[0] for pair in pairs)]
        self._control = control
        self._channel = Channel.over(control, messages.TRUSTED)
        self._wires = [pair[1] for pair in pairs]
        self._used = 0
        try:
            self._pid = parent.fork(b"", [each.fileno() for each in theirs])
        except GraderFault:
            self._hang_up()
            raise
        finally:
            for each in theirs:
                each.close()

    def next_wire(self) -> tuple[int, socket.socket]:
        """The number of an unused wire and the candidate's end of it, which the caller closes."""
        number = self._used
        self._used += 1
        return number, self._wires[number]

    def send(self, order: messages.Order) -> None:
        try:
            messages.send(self._channel, order)
        except PeerGone as error:
            raise ExaminerEnded(f"an examiner has ended: {self._how()}") from error

    def readable(self, seconds: float) -> bool:
        return bool(select.select([self._control], [], [], seconds)[0])

    def answer(self, seconds: float) -> messages.Done | None:
        """The answer to the last order; None if there is none in time."""
        if not self.readable(seconds):
            return None
        try:
            done = messages.receive(self._channel)
        except PeerGone as error:
            raise ExaminerEnded(f"an examiner has ended: {self._how()}") from error
        if not isinstance(done, messages.Done):
            raise GraderFault(f"an examiner answered {done!r:.100}")
        return done

    def ask(self, order: messages.Order, seconds: float) -> messages.Done | None:
        self.send(order)
        return self.answer(seconds)

    def end(self) -> None:
        self._hang_up()
        self._parent.end(self._pid)

    def _hang_up(self) -> None:
        self._control.close()
        for wire in self._wires:
            wire.close()

    def _how(self) -> str:
        return describe(self._parent.end(self._pid))


def describe(status: int) -> str:
    """A wait status in words.

    >>> describe(9), describe(3 << 8)
    ('it was killed by SIGKILL', 'it exited with status 3')
    """
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        named = number in signal.Signals._value2member_map_  # not every real-time signal is
        return f"it was killed by {signal.Signals(number).name if named else f'signal {number}'}"
    return f"it exited with status {os.waitstatus_to_exitcode(status)}"
