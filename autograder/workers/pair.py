"""A worker pair: one submission's examiner and its candidates, with deadlines on what they do."""

from __future__ import annotations

import logging
import select
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from autograder.errors import GraderFault, PeerGone
from autograder.examiner.report import CellReport, Gone, TestReport
from autograder.sandbox.limits import measure, threads_of
from autograder.wire import Channel
from autograder.workers import messages
from autograder.workers.forkserver import PATIENCE, Ended, ForkServer
from autograder.workers.processors import Use, measure_use, seconds_kept
from autograder.workers.slot import Candidate, Slot

log = logging.getLogger(__name__)

#: Seconds that an examiner has to notice that its candidate was killed.
GRACE = 5.0
#: Seconds that fresh processes have for their first reply.
STARTING = 30.0
#: Seconds, beside `Limits.notebook_seconds`, that a run waits until others have left its processor.
PATIENCE_WITH_OTHERS = 60.0
#: Seconds between two looks at the candidate's scratch folder.
TICK = 0.2
_BLOCK = 4096  # bytes


@dataclass(frozen=True)
class Execution:
    """What came of executing one cell. Without a report, the examiner has ended or been killed.

    ``kept`` are seconds in which other programs kept it from running, or the grader was late to
    look; deadlines are so much later. ``starved`` says that there was no patience for all of them.
    """

    report: TestReport | CellReport | None
    timed_out: bool = False
    ended: str = ""  # how the candidate ended, if it did
    killed: bool = False  # by a SIGKILL that was not the grader's
    examiner_ended: str = ""  # how the examiner ended, if it did by itself
    trace: str = ""  # the traceback that the examiner left behind
    kept: float = 0.0
    starved: bool = False

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
        # What was laid out for the student counts for nothing.
        self._scratch_limits = replace(
            slot.limits,
            scratch_bytes=slot.limits.scratch_bytes + sum(map(_size_on_disk, files.values())),
            scratch_files=slot.limits.scratch_files + sum(map(_entries_of, files)),
        )
        self._seed = seed
        patience = slot.limits.notebook_seconds + PATIENCE_WITH_OTHERS
        self._stopwatch = Stopwatch(slot.processor, patience)
        self._renewals = 0
        self._candidate: Candidate | None = None
        self._examiner: ExaminerProcess | None = None
        try:
            self._attach(self._begin())
        except BaseException:
            self.close()
            raise

    def execute(self, request: messages.CellRequest, seconds: float) -> Execution:
        examiner = self._examiner
        if examiner is None:
            raise GraderFault("an examiner got a request after it had been killed")
        pids = [examiner.pid, *([] if self._candidate is None else [self._candidate.pid])]
        self._stopwatch.start(pids, seconds)
        try:
            examiner.send(request)
            late, excess = self._wait(examiner)
            self._stopwatch.stop()
            if late or excess:
                self._end_candidate()
            reply = examiner.reply(GRACE)
        except ExaminerEnded as error:
            log.warning("%s", error, exc_info=error)
            self.close()
            return Execution(None, examiner_ended=str(error), trace=error.trace)
        kept, starved = self._stopwatch.kept, self._stopwatch.starved
        if reply is None:  # the test itself hangs, perhaps over what the candidate returned
            self.close()
            return Execution(None, timed_out=True, kept=kept, starved=starved)
        report = reply.report
        if late or excess:
            return Execution(report, timed_out=late, ended=excess, kept=kept, starved=starved)
        if report is not None and report.gone is not None:
            return self._ended(report, report.gone)
        return Execution(report, kept=kept, starved=starved)

    def renew(self) -> bool:
        self._renewals += 1
        if self._renewals >= messages.MAX_CANDIDATES:
            raise TooManyCrashes
        self._end_candidate()
        fresh_examiner = self._examiner is None
        self._attach(self._examiner or self._begin())
        return fresh_examiner

    def close(self) -> None:
        examiner, self._examiner = self._examiner, None
        try:
            self._end_candidate()
        finally:
            if examiner is not None:
                examiner.end()

    def _begin(self) -> ExaminerProcess:
        self._examiner = examiner = ExaminerProcess(self._examiners, self._slot.processor)
        examiner.send(messages.BeginRequest(self._seed))
        if examiner.reply(STARTING) is None:
            raise GraderFault("a fresh examiner did not answer")
        return examiner

    def _attach(self, examiner: ExaminerProcess) -> None:
        number, wire = examiner.next_wire()
        with wire:
            self._candidate = self._slot.candidate(wire, self._files)
        examiner.send(messages.AttachRequest(number))
        if examiner.reply(STARTING) is None:
            raise GraderFault("a fresh candidate did not answer")

    def _end_candidate(self, patience: float = 0.0) -> Ended:
        """How the candidate ended, which is killed if it has not."""
        candidate, self._candidate = self._candidate, None
        return Ended(0) if candidate is None else candidate.end(patience)

    def _ended(self, report: TestReport | CellReport, gone: Gone) -> Execution:
        """The execution in which the candidate ended by itself, was killed or had to be stopped.

        Raises
        ------
        GraderFault
            It ended before it had run any of the student's code.
        """
        if gone.broke_rules:
            self._end_candidate()
            return Execution(report, ended=f"it broke the rules of the grader: {gone.reason}")
        ended = self._end_candidate(PATIENCE)
        if ended.trace:
            raise GraderFault("a candidate could not be started", ended.trace)
        killed = ended.code == -signal.SIGKILL and not ended.was_running
        return Execution(report, ended=str(ended), killed=killed)

    def _wait(self, examiner: ExaminerProcess) -> tuple[bool, str]:
        """Wait for a reply: whether there is none in time, and what the candidate has too much of.

        A reply that is there counts, even if it came late.
        """
        while (left := self._stopwatch.seconds_left()) > 0:
            wanted = time.monotonic() + min(left, TICK)
            replied = examiner.readable(min(left, TICK))
            self._stopwatch.looked_late(time.monotonic() - wanted)
            if self._candidate is not None and (excess := self._excess(self._candidate)):
                return False, excess
            if replied:
                return False, ""
        # A busy machine may have kept us from seeing a reply that came in time.
        return not examiner.readable(0), ""

    def _excess(self, candidate: Candidate) -> str | None:
        """What a candidate has written too much of, if so."""
        limits = self._scratch_limits
        # For the kernel, the limit on threads is one on all that a user runs: see `tasks_allowed`.
        if threads_of(candidate.pid) > limits.threads:
            return f"more than {limits.threads} threads at a time"
        try:
            return measure(candidate.scratch, limits).excess(limits)
        except OSError as error:
            return f"the working folder cannot be looked into: {error.strerror}"


class Stopwatch:
    """Times a cell; stands still while others have its processor, or the grader is late to look.

    Parameters
    ----------
    processor
        Where the cell runs; None if that is anywhere, and nothing can be measured.
    patience
        For how many seconds it stands still at most, over all cells.

    Attributes
    ----------
    lost
        Seconds in which others have kept the present cell from running, as far as was measured; or
        by which the grader, busy with another submission, looked at it too late.
    kept
        Those for which there was patience: its deadline is so much later.
    """

    def __init__(self, processor: int | None, patience: float) -> None:
        self._processor = processor
        self._patience = patience
        self._pids: Sequence[int] = ()
        self._first: Use | None = None
        self._started = self._deadline = 0.0
        self._late = self._by_others = self.lost = self.kept = 0.0

    def start(self, pids: Sequence[int], seconds: float) -> None:
        """Begin with a cell that these processes execute, and that may take so many seconds."""
        self._patience -= self.kept
        self._pids, self._first = pids, None
        self._late = self._by_others = self.lost = self.kept = 0.0
        self._started = time.monotonic()
        self._deadline = self._started + seconds

    def seconds_left(self) -> float:
        """How long the cell may still run, as far as is known; 0 if its time is over."""
        now = time.monotonic()
        if self._first is None and now - self._started >= TICK / 2:
            # Most cells end within a tick: they are spared the measuring.
            self._first = self._measured()
        if now < self._deadline + self.kept:
            return self._deadline + self.kept - now
        self.stop()
        left = self._deadline + self.kept - time.monotonic()
        return max(left, TICK / 4) if left > 0 else 0.0

    def stop(self) -> None:
        """Measure what was lost until now."""
        if self._first is not None and (now := self._measured()) is not None:
            self._by_others = seconds_kept(self._first, now)
        # Not their sum: one program can keep both from their processors.
        self.lost = max(self._by_others, self._late)
        self.kept = min(self.lost, self._patience)

    def looked_late(self, seconds: float) -> None:
        """Note that the grader looked so much later than it wanted to; a tick is nothing."""
        if seconds > TICK:
            self._late += seconds

    @property
    def starved(self) -> bool:
        """Whether there was no patience for all that was lost."""
        return self.lost - self.kept > TICK

    def _measured(self) -> Use | None:
        if self._processor is None:
            return None
        return measure_use(self._pids, self._processor)


def _size_on_disk(content: bytes) -> int:
    return len(content) + 2 * _BLOCK  # in whole blocks, and with a folder for it


def _entries_of(path: str) -> int:
    return path.count("/") + 1  # with the folders that it lies in


class ExaminerEnded(GraderFault):
    """An examiner has ended by itself, or was killed."""


class ExaminerProcess:
    """The coordinator's end of one examiner process, with a stock of wires for its candidates.

    A process in the sandbox can be passed no descriptors, so an examiner has the wires of all its
    candidates from the start.
    """

    def __init__(self, parent: ForkServer, processor: int | None = None) -> None:
        self._parent = parent
        payload = b"" if processor is None else str(processor).encode()
        control, their_control = socket.socketpair()
        pairs = [socket.socketpair() for _ in range(messages.MAX_CANDIDATES)]
        theirs = [their_control, *(pair[0] for pair in pairs)]
        self._control = control
        self._channel = Channel.over(control, messages.TRUSTED)
        self._wires = [pair[1] for pair in pairs]
        self._used = 0
        self._ended: Ended | None = None
        try:
            self.pid = parent.fork(payload, [each.fileno() for each in theirs])
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
            self._channel.send(messages.encode(request))
        except PeerGone as error:
            raise self._fault() from error

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
            raise self._fault() from error
        if not isinstance(reply, messages.ReportReply):
            raise GraderFault(f"an examiner replied {reply!r:.100}")
        return reply

    def end(self, patience: float = 0.0) -> Ended:
        """Kill it unless it ends within ``patience`` (seconds); how it ended."""
        if self._ended is None:
            self._hang_up()
            self._ended = self._parent.end(self.pid, patience)
        return self._ended

    def _hang_up(self) -> None:
        self._control.close()
        for wire in self._wires:
            wire.close()

    def _fault(self) -> ExaminerEnded:
        ended = self.end(PATIENCE)
        return ExaminerEnded(f"an examiner has ended: {ended}", ended.trace)
