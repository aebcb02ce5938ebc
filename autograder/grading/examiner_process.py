"""The coordinator's end of an examiner process."""

from __future__ import annotations

import os
import select
import signal
import socket

from autograder.errors import GraderFault, PeerGone
from autograder.warm import orders
from autograder.warm.forkserver import ForkServer
from autograder.warm.parents import EXAMINER_WIRES
from autograder.wire import Channel


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
        self._channel = Channel.over(control, orders.TRUSTED)
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

    def send(self, order: orders.Order) -> None:
        try:
            orders.send(self._channel, order)
        except PeerGone as error:
            raise ExaminerEnded(f"an examiner has ended: {self._how()}") from error

    def readable(self, seconds: float) -> bool:
        return bool(select.select([self._control], [], [], seconds)[0])

    def answer(self, seconds: float) -> orders.Done | None:
        """The answer to the last order; None if there is none in time."""
        if not self.readable(seconds):
            return None
        try:
            done = orders.receive(self._channel)
        except PeerGone as error:
            raise ExaminerEnded(f"an examiner has ended: {self._how()}") from error
        if not isinstance(done, orders.Done):
            raise GraderFault(f"an examiner answered {done!r:.100}")
        return done

    def ask(self, order: orders.Order, seconds: float) -> orders.Done | None:
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
