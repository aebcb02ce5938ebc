"""The coordinator's end of the first warm process, which all others of a run are forked from."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

from autograder.errors import GraderFault, PeerGone
from autograder.warm import orders
from autograder.warm.forkserver import ForkServer
from autograder.wire import Channel

#: All that the warm processes inherit: student code can read what its parent was started with.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONPATH", "TZ")
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONNOUSERSITE": "1",
    "IPYTHONDIR": "/nonexistent",
    "NBGRADER_EXECUTION": "autograde",  # as nbgrader sets it, for cells that ask
}
_SECONDS_TO_END = 10.0


class FirstProcess:
    """Started at once; ready a second later, which the first use of it waits for.

    It runs under the interpreter ``python``. What the processes print goes to the file ``log``.
    """

    def __init__(self, start: orders.Start, log: Path, python: str = sys.executable) -> None:
        self._log = log
        self._is_ready = False
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection, their_talk = socket.socketpair()
        self._talk = Channel.over(self._connection, orders.TRUSTED)
        self._server = ForkServer(control)
        numbers = [their_control.fileno(), their_talk.fileno()]
        with their_control, their_talk, log.open("ab") as errors:
            self._process = subprocess.Popen(
                [python, "-P", "-m", "autograder.warm", *map(str, numbers)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=numbers,
                cwd="/",
                env={name: os.environ[name] for name in _INHERITED if name in os.environ}
                | _ENVIRONMENT,
                start_new_session=True,  # so that Ctrl-C reaches the coordinator alone
            )
        with contextlib.suppress(PeerGone):  # it has ended already, which its first use will tell
            orders.send(self._talk, start)

    @property
    def pid(self) -> int:
        """The process, which is also the session that all its descendants are in."""
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Return when it can fork. Not for several threads at a time.

        Raises:
            GraderFault: it has ended.
            IsolationUnavailable: the machine cannot isolate.
        """
        if not self._is_ready:
            self._expect_ready(self._talk, "the warm process")
            self._is_ready = True

    def has_ended(self) -> bool:
        """Whether another first process is needed."""
        try:
            self.wait_until_ready()
            self._server.end(0)  # nobody's child: all that matters is that it answers
        except GraderFault:
            return True
        return False

    def become_parent(
        self, what: str, order: orders.CandidateParent | orders.ExaminerParent
    ) -> tuple[ForkServer, orders.Ready]:
        """Fork a warm parent and wait until it is ready; ``what`` it is, for error messages.

        Raises:
            GraderFault: it could not start.
        """
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        talk, their_talk = socket.socketpair()
        parent = ForkServer(control)
        try:
            with talk:
                with their_talk, their_control:
                    self._server.fork(b"", [their_control.fileno(), their_talk.fileno()])
                channel = Channel.over(talk, orders.TRUSTED)
                with contextlib.suppress(PeerGone):
                    orders.send(channel, order)
                return parent, self._expect_ready(channel, f"the warm parent of {what}")
        except BaseException:
            parent.close()
            raise

    def close(self) -> None:
        """End it and all that it has forked; returns when it has ended."""
        self._server.close()
        self._connection.close()
        try:
            self._process.wait(timeout=_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _expect_ready(self, channel: Channel, what: str) -> orders.Ready:
        try:
            return orders.expect_ready(channel, what)
        except GraderFault as error:
            tail = self._log.read_text(errors="replace")[-2000:]
            raise GraderFault(f"{error}\n{tail}".strip()) from error
