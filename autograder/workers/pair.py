"""A worker pair: one submission's examiner and its candidates, with deadlines on what they do."""

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
from autograder.examiner.report import CellReport, Gone, TestReport
from autograder.sandbox import measure
from autograder.wire import Channel
from autograder.workers import messages
from autograder.workers.forkserver import ForkServer
from autograder.workers.slot import Candidate, Slot

#: Seconds that an examiner has to notice that its candidate was killed.
GRACE = 5.0
#: Seconds that fresh processes have for their first reply.
STARTING = 30.0
#: Seconds between two looks at the candidate's scratch folder.
TICK = 0.2


@dataclass(frozen=True)
class Execution:
    """What came of executing one cell. Without a report, the examiner has ended or been killed."""

    report: TestReport | CellReport | None
    timed_out: bool = False
    ended: str = ""  # how the candidate ended, if it did
    killed: bool = False  # by a SIGKILL that was not the grader's
    examiner_ended: str = ""  # how the examiner ended, if it did by itself

    @property
    def needs_new_candidate(self) -> bool:
        """Whether the candidate is gone, or cannot be trusted to be in order."""
        interrupted = isinstance(self.report, TestReport) and self.report.interrupted
        return self.timed_out or bool(self.ended) or self.report is None or interrupted

    @property
    def in_doubt(self) -> bool:
        """Whether what ended may have been ended from outside: by a person, for want of memory."""
        return self.killed or bool(self.examiner_ended)


class TooManyCrashes(Exception):
    """A submission has ended more candidates than it may."""


class Pair(Protocol):
    """What grading needs of a candidate and an examiner, wherever they run."""

    def execute(self, request: messages.CellRequest, seconds: float) -> Execution:
        """Execute one cell, which may take so many ``seconds``."""

    def renew(self) -> bool:
        """Start a fresh candidate; whether the examiner is a fresh one, too.

        Raises
        ------
        TooManyCrashes
            This submission has used up its candidates.
        """

    def close(self) -> None:
        """End both processes."""


class WorkerPair:
    """A candidate forked in ``slot`` and an examiner forked by ``examiners``, their parent.

    The candidate finds ``files`` in its scratch folder; ``seed`` makes the random inputs.

    Raises
    ------
    GraderFault
        The processes could not be started.
    StorageError
        There is no room for what the candidate may write.
    """

    def __init__(
        self, slot: Slot, examiners: ForkServer, files: Mapping[str, bytes], seed: int
    ) -> None:
        self._slot = slot
        self._examiners = examiners
        self._files = files
        self._seed = seed
        self._renewals = 0
        self._candidate: Candidate | None = None
        self._examiner: ExaminerProcess | None = None
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def execute(self, request: messages.CellRequest, seconds: float) -> Execution:
        examiner = self._examiner
        if examiner is None:
            raise GraderFault("an examiner got a request after it had been killed")
        try:
            examiner.send(request)
            late, excess = self._wait(examiner, seconds)
            if late or excess:
                self._end_candidate()
            reply = examiner.reply(GRACE)
        except ExaminerEnded as error:
            self.close()
            return Execution(None, examiner_ended=str(error))
        if reply is None:  # the test itself hangs, perhaps over what the candidate returned
            self.close()
            return Execution(None, timed_out=True)
        report = reply.report
        if late or excess:
            return Execution(report, timed_out=late, ended=excess)
        if report is not None and report.gone is not None:
            return self._ended(report, report.gone)
        return Execution(report)

    def renew(self) -> bool:
        self._renewals += 1
        if self._renewals >= messages.MAX_CANDIDATES:
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
        self._examiner = ExaminerProcess(self._examiners)
        if self._examiner.ask(messages.BeginRequest(self._seed), STARTING) is None:
            raise GraderFault("a fresh examiner did not reply")
        self._attach(self._examiner)

    def _attach(self, examiner: ExaminerProcess) -> None:
        number, wire = examiner.next_wire()
        with wire:
            self._candidate = self._slot.candidate(wire, self._files)
        if examiner.ask(messages.AttachRequest(number), STARTING) is None:
            raise GraderFault("a fresh candidate did not reply")

    def _end_candidate(self) -> int:
        """The wait status of the candidate, which is killed if it has not ended."""
        candidate, self._candidate = self._candidate, None
        return 0 if candidate is None else candidate.end()

    def _ended(self, report: TestReport | CellReport, gone: Gone) -> Execution:
        """The execution in which the candidate ended by itself, was killed or had to be stopped."""
        status = self._end_candidate()
        if gone.broke_rules:
            return Execution(report, ended=f"it broke the rules of the grader: {gone.reason}")
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return Execution(report, ended=describe(status), killed=killed)

    def _wait(self, examiner: ExaminerProcess, seconds: float) -> tuple[bool, str]:
        """Wait for a reply: whether there is none in time, and what the candidate has too much of.

        A reply that is there counts, even if it came late.
        """
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if examiner.readable(min(left, TICK)):
                return False, ""
            if self._candidate is not None and (excess := self._excess(self._candidate)):
                return False, excess
        # A busy machine may have kept us from seeing a reply that came in time.
        return not examiner.readable(0), ""

    def _excess(self, candidate: Candidate) -> str | None:
        """What a candidate has written too much of, if so."""
        try:
            return measure(candidate.scratch, self._slot.limits).excess(self._slot.limits)
        except OSError as error:
            return f"the working folder cannot be looked into: {error.strerror}"


class ExaminerEnded(GraderFault):
    """An examiner has ended by itself, or was killed."""


class ExaminerProcess:
    """The coordinator's end of one examiner process, with a stock of wires for its candidates.

    A process in the sandbox can be passed no descriptors, so an examiner has the wires of all its
    candidates from the start.
    """

    def __init__(self, parent: ForkServer) -> None:
        self._parent = parent
        control, their_control = socket.socketpair()
        pairs = [socket.socketpair() for _ in range(messages.MAX_CANDIDATES)]
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

    def send(self, request: messages.Message) -> None:
        """Send a request.

        Raises
        ------
        ExaminerEnded
            There is nobody to read it.
        """
        try:
            messages.send(self._channel, request)
        except PeerGone as error:
            raise ExaminerEnded(f"an examiner has ended: {self._how()}") from error

    def readable(self, seconds: float) -> bool:
        """Whether a reply, or the end of the process, comes within so many seconds."""
        return bool(select.select([self._control], [], [], seconds)[0])

    def reply(self, seconds: float) -> messages.ReportReply | None:
        """The reply to the last request; None if there is none in time.

        Raises
        ------
        ExaminerEnded
            The process has ended.
        """
        if not self.readable(seconds):
            return None
        try:
            reply = messages.receive(self._channel)
        except PeerGone as error:
            raise ExaminerEnded(f"an examiner has ended: {self._how()}") from error
        if not isinstance(reply, messages.ReportReply):
            raise GraderFault(f"an examiner replied {reply!r:.100}")
        return reply

    def ask(self, request: messages.Message, seconds: float) -> messages.ReportReply | None:
        """Send a request and wait for the reply; None if there is none in time."""
        self.send(request)
        return self.reply(seconds)

    def end(self) -> None:
        """Kill the process."""
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

    Examples
    --------
    >>> describe(9), describe(3 << 8)
    ('it was killed by SIGKILL', 'it exited with status 3')
    """
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        named = number in signal.Signals._value2member_map_  # not every real-time signal is
        return f"it was killed by {signal.Signals(number).name if named else f'signal {number}'}"
    return f"it exited with status {os.waitstatus_to_exitcode(status)}"
