"""A fork server is a process that forks on request; the same few lines serve all of them.

`serve_forks` is its main loop, `ForkServer` the coordinator's end of it, and `ZygoteProcess` the
coordinator's end of the first of them, which all others of a run are forked from. Requests and
replies are single packets on a Unix ``SOCK_SEQPACKET`` socket::

    b"F" + payload, with descriptors   fork; the child gets both          -> pid
    b"E" + pid                         kill that child and wait for it    -> its wait status

When the socket closes, the server ends, and its children with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.errors import GraderFault, PeerGone
from autograder.sandbox.identity import die_with
from autograder.wire import Channel
from autograder.workers import messages

_NUMBER = struct.Struct("<q")
_MAX_PAYLOAD = 1 << 16
_MAX_DESCRIPTORS = 64

ChildMain = Callable[[bytes, list[int]], None]


def serve_forks(control: socket.socket, child_main: ChildMain) -> None:
    """Fork and end children until the coordinator closes ``control``.

    A child calls ``child_main`` with the payload and the descriptors of the request, then its
    process ends: this function returns in the server alone.
    """
    children: set[int] = set()
    try:
        _serve(control, child_main, children)
    finally:
        for pid in children:
            _end(pid)


def _serve(control: socket.socket, child_main: ChildMain, children: set[int]) -> None:
    server = os.getpid()
    while True:
        packet, descriptors, _, _ = socket.recv_fds(control, _MAX_PAYLOAD, _MAX_DESCRIPTORS)
        if not packet:
            return
        if packet[:1] == b"F":
            pid = os.fork()
            if pid == 0:
                control.close()
                die_with(server)
                _be_child(child_main, packet[1:], descriptors)
            children.add(pid)
            reply = pid
        else:
            (pid,) = _NUMBER.unpack(packet[1:])
            reply = _end(pid) if pid in children else -1
            children.discard(pid)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(_NUMBER.pack(reply))


def _be_child(child_main: ChildMain, payload: bytes, descriptors: list[int]) -> None:
    status = 1
    try:
        child_main(payload, descriptors)
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        # Not sys.exit: nothing of the server's, nor a hook of the student's, may run here.
        os._exit(status)


def _end(pid: int) -> int:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


class ForkServer:
    """The coordinator's end of a fork server; may be used by several threads."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._lock = threading.Lock()

    def fork(self, payload: bytes, descriptors: Sequence[int]) -> int:
        """Fork a child that gets ``payload`` and ``descriptors``; its pid.

        Raises
        ------
        GraderFault
            The server is not there any more.
        """
        return self._request(b"F" + payload, descriptors)

    def end(self, pid: int) -> int:
        """Kill a child, if it still runs, and wait for it.

        Returns
        -------
        int
            Its wait status; -1 if there is no such child.

        Raises
        ------
        GraderFault
            The server is not there any more.
        """
        return self._request(b"E" + _NUMBER.pack(pid), ())

    def close(self) -> None:
        """Let the server and its children end."""
        self._control.close()

    def _request(self, packet: bytes, descriptors: Sequence[int]) -> int:
        try:
            with self._lock:
                socket.send_fds(self._control, [packet], list(descriptors))
                reply = self._control.recv(_NUMBER.size)
        except OSError as error:
            raise GraderFault(f"a fork server has ended: {error}") from error
        if len(reply) != _NUMBER.size:
            raise GraderFault("a fork server has ended")
        return int(_NUMBER.unpack(reply)[0])


#: All that worker processes inherit: student code can read what its process was started with.
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


class ZygoteProcess:
    """The coordinator's end of a zygote (`autograder.workers.zygote.Zygote`).

    The process is started at once and ready a second later, which its first use waits for.

    Parameters
    ----------
    start
        What holds for all processes that come from it.
    log
        File that they print to.
    python
        Interpreter that they run under.
    """

    def __init__(
        self, start: messages.StartRequest, log: Path, python: str = sys.executable
    ) -> None:
        self._log = log
        self._is_ready = False
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection, their_talk = socket.socketpair()
        self._talk = Channel.over(self._connection, messages.TRUSTED)
        self._server = ForkServer(control)
        numbers = [their_control.fileno(), their_talk.fileno()]
        with their_control, their_talk, log.open("ab") as errors:
            self._process = subprocess.Popen(
                [python, "-P", "-m", "autograder.workers.zygote", *map(str, numbers)],
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
            messages.send(self._talk, start)

    @property
    def pid(self) -> int:
        """The process, which is also the session that all its descendants are in."""
        return self._process.pid

    def wait_until_ready(self) -> None:
        """Return when it can fork. Not for several threads at a time.

        Raises
        ------
        GraderFault
            It has ended.
        IsolationUnavailable
            The machine cannot isolate.
        """
        if not self._is_ready:
            self._expect_ready(self._talk, "the zygote")
            self._is_ready = True

    def has_ended(self) -> bool:
        """Whether another zygote is needed."""
        try:
            self.wait_until_ready()
            self._server.end(0)  # nobody's child: all that matters is that it replies
        except GraderFault:
            return True
        return False

    def fork_parent(
        self, what: str, request: messages.CandidateParentRequest | messages.ExaminerParentRequest
    ) -> tuple[ForkServer, messages.ReadyReply]:
        """Fork a candidate parent or an examiner parent and wait until it is ready.

        Parameters
        ----------
        what
            What it is the parent of, for error messages.
        request
            Which kind of parent, and what its children need.

        Raises
        ------
        GraderFault
            It could not start.
        IsolationUnavailable
            The machine cannot isolate.
        """
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        talk, their_talk = socket.socketpair()
        parent = ForkServer(control)
        try:
            with talk:
                with their_talk, their_control:
                    self._server.fork(b"", [their_control.fileno(), their_talk.fileno()])
                channel = Channel.over(talk, messages.TRUSTED)
                with contextlib.suppress(PeerGone):
                    messages.send(channel, request)
                return parent, self._expect_ready(channel, f"the parent process of {what}")
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

    def _expect_ready(self, channel: Channel, what: str) -> messages.ReadyReply:
        try:
            return messages.expect_ready(channel, what)
        except GraderFault as error:
            tail = self._log.read_text(errors="replace")[-2000:]
            raise GraderFault(f"{error}\n{tail}".strip()) from error
