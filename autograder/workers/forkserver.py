"""A process that forks on request, and the coordinator's end of it.

Requests are single packets on a Unix ``SOCK_SEQPACKET`` socket, and so are the replies::

    b"F" + payload, with descriptors   fork; the child gets both      -> its pid
    b"W" + pid                         see whether that child ended   -> how, if it did
    b"E" + pid                         end that child                 -> how it ended

When the socket closes, the fork server ends, and its children with it.

Each child has a pipe of its own, into which it writes the traceback of what it fails of. Before
one runs a student's code it closes that pipe: whatever ends it then is no fault of the grader's.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.errors import GraderFault, PeerGone
from autograder.sandbox.identity import die_with
from autograder.wire import Channel
from autograder.workers import messages

log = logging.getLogger(__name__)

_PID = struct.Struct("<q")
_REPLY = struct.Struct("<cq")
#: What a reply says of a child; ended and killed ones come with their exit code and traceback.
_FORKED, _RUNNING, _ENDED, _KILLED, _NO_CHILD = b"F", b"R", b"E", b"K", b"N"
_MAX_PAYLOAD = 1 << 16
_MAX_DESCRIPTORS = 64
#: Bytes of a traceback that are kept, those at its end. A pipe takes them without a reader.
_MAX_TRACE = 1 << 14
#: Seconds that a process which has hung up gets to end by itself, and between two looks at it.
PATIENCE = 1.0
_LOOK = 0.005

#: What a child does with its payload, its descriptors, and the pipe that it reports faults by.
ChildMain = Callable[[bytes, list[int], int], None]


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    ``code`` is its exit code, negative for the signal that killed it. ``was_running`` says that it
    was the grader that killed it. ``trace`` is the traceback of the fault that ended it, if it was
    a fault of the grader's.

    >>> str(Ended(-9)), str(Ended(3))
    ('it was killed by SIGKILL', 'it exited with status 3')
    """

    code: int
    was_running: bool = False
    trace: str = ""

    def __str__(self) -> str:
        if self.was_running:
            return "it hung up without ending, so the grader killed it"
        if self.code >= 0:
            return f"it exited with status {self.code}"
        try:
            return f"it was killed by {signal.Signals(-self.code).name}"
        except ValueError:  # not every real-time signal has a name
            return f"it was killed by signal {-self.code}"


def serve_forks(control: socket.socket, child_main: ChildMain, private: Sequence[int] = ()) -> None:
    """Answer requests until the coordinator closes ``control``; ends the process in children.

    ``private`` are descriptors of this process that no child gets.
    """
    reports: dict[int, int] = {}  # by child: where its traceback can be read
    try:
        while True:
            packet, descriptors, _, _ = socket.recv_fds(control, _MAX_PAYLOAD, _MAX_DESCRIPTORS)
            if not packet:
                return
            if packet[:1] == b"F":
                kept_back = [control.fileno(), *private, *reports.values()]
                pid, report = _fork(child_main, packet[1:], descriptors, kept_back)
                reports[pid] = report
                reply = _REPLY.pack(_FORKED, pid)
            else:
                (pid,) = _PID.unpack(packet[1:])
                reply = _look_at(pid, reports, kill=packet[:1] == b"E")
            for descriptor in descriptors:
                os.close(descriptor)
            control.send(reply)
    finally:
        for pid in list(reports):
            _look_at(pid, reports, kill=True)


def _fork(
    child_main: ChildMain, payload: bytes, descriptors: list[int], kept_back: Sequence[int]
) -> tuple[int, int]:
    """Fork a child without the descriptors ``kept_back``; its pid and where its report is read."""
    parent = os.getpid()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        for descriptor in (reader, *kept_back):
            os.close(descriptor)
        die_with(parent)
        _be_child(child_main, payload, descriptors, writer)
    os.close(writer)
    os.set_blocking(reader, False)
    return pid, reader


def _be_child(child_main: ChildMain, payload: bytes, descriptors: list[int], report: int) -> None:
    status = 1
    try:
        child_main(payload, descriptors, report)
        status = 0
    except BaseException as error:
        # While the exception lives, its frames keep the sockets open: whoever sees them closed
        # finds the whole traceback in the pipe.
        trace = "".join(traceback.format_exception(error)).encode("utf-8", "backslashreplace")
        os.write(report, trace[-_MAX_TRACE:])
    finally:
        # Not sys.exit: nothing of the server's, nor a hook of the student's, may run here.
        os._exit(status)


def _look_at(pid: int, reports: dict[int, int], *, kill: bool) -> bytes:
    """The reply about a child, which is killed if it still runs and that is wanted."""
    if pid not in reports:
        return _REPLY.pack(_NO_CHILD, 0)
    found, status = os.waitpid(pid, os.WNOHANG)
    kind = _ENDED
    if not found:
        if not kill:
            return _REPLY.pack(_RUNNING, 0)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        kind = _KILLED
    report = reports.pop(pid)
    try:
        trace = os.read(report, _MAX_TRACE)
    except BlockingIOError:  # one of its own children still has the pipe
        trace = b""
    finally:
        os.close(report)
    return _REPLY.pack(kind, os.waitstatus_to_exitcode(status)) + trace


class ForkServer:
    """The coordinator's end; may be used by several threads.

    ``name`` is for error messages. ``how_it_ended`` tells what became of the fork server itself,
    once it does not answer.
    """

    def __init__(
        self,
        control: socket.socket,
        name: str = "a fork server",
        how_it_ended: Callable[[], Ended] | None = None,
    ) -> None:
        self._control = control
        self._name = name
        self._how_it_ended = how_it_ended
        self._ended: Ended | None = None
        self._lock = threading.Lock()

    def fork(self, payload: bytes, descriptors: Sequence[int]) -> int:
        """Fork a child that gets ``payload`` and ``descriptors``; its pid.

        Raises
        ------
        GraderFault
            The fork server has ended.
        """
        _, pid, _ = self._request(b"F" + payload, descriptors)
        return pid

    def end(self, pid: int, patience: float = 0.0) -> Ended:
        """Kill a child that does not end by itself within ``patience`` (seconds).

        Raises
        ------
        GraderFault
            The fork server has ended, or has no such child.
        """
        deadline = time.monotonic() + patience
        kind = _RUNNING
        while kind == _RUNNING:
            what = b"W" if time.monotonic() < deadline else b"E"
            kind, code, trace = self._request(what + _PID.pack(pid))
            if kind == _RUNNING:
                time.sleep(_LOOK)
        if kind == _NO_CHILD:
            raise GraderFault(f"process {pid} is no child of {self._name}")
        return Ended(code, was_running=kind == _KILLED, trace=trace)

    def check(self) -> None:
        """See whether it answers.

        Raises
        ------
        GraderFault
            The fork server has ended.
        """
        self._request(b"W" + _PID.pack(0))

    def close(self) -> None:
        """Let the fork server and its children end."""
        self._control.close()

    def _request(self, packet: bytes, descriptors: Sequence[int] = ()) -> tuple[bytes, int, str]:
        with self._lock:
            try:
                socket.send_fds(self._control, [packet], list(descriptors))
                reply = self._control.recv(_REPLY.size + _MAX_TRACE)
            except OSError:
                reply = b""
            if len(reply) < _REPLY.size:
                raise self._fault()
        kind, number = _REPLY.unpack_from(reply)
        return kind, number, reply[_REPLY.size :].decode("utf-8", "replace")

    def _fault(self) -> GraderFault:
        if self._ended is None and self._how_it_ended is not None:
            self._ended = self._how_it_ended()
        if self._ended is None:
            return GraderFault(f"{self._name} has ended")
        return GraderFault(f"{self._name} has ended: {self._ended}", self._ended.trace)


#: All that worker processes inherit: student code can read what its process was started with.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONPATH", "TZ")
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONNOUSERSITE": "1",
    "IPYTHONDIR": "/nonexistent",
    "EAGER_IMPORT": "1",  # what packages load when it is first used is loaded before the forks
    "NBGRADER_EXECUTION": "autograde",  # as nbgrader sets it, for cells that ask
}
_SECONDS_TO_END = 10.0


class ZygoteProcess:
    """The coordinator's end of a zygote (`autograder.workers.zygote.Zygote`).

    It runs under the interpreter ``python``. What it prints goes to the file ``errors``, which no
    process that runs a student's code can write to.
    """

    def __init__(
        self, start: messages.StartRequest, errors: Path, python: str = sys.executable
    ) -> None:
        self._errors = errors
        self._is_ready = False
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._connection, their_talk = socket.socketpair()
        self._talk = Channel.over(self._connection, messages.TRUSTED)
        self._server = ForkServer(control, "the zygote", self._how_it_ended)
        numbers = [their_control.fileno(), their_talk.fileno()]
        with their_control, their_talk, errors.open("ab") as standard_error:
            self._process = subprocess.Popen(
                [python, "-P", "-m", "autograder.workers.zygote", *map(str, numbers)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=standard_error,
                pass_fds=numbers,
                cwd="/",
                env={name: os.environ[name] for name in _INHERITED if name in os.environ}
                | _ENVIRONMENT,
                start_new_session=True,  # so that Ctrl-C reaches the coordinator alone
            )
        log.debug("started the zygote %d under %s", self._process.pid, python)
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
            _expect_ready(self._talk, "the zygote", self._how_it_ended)
            self._is_ready = True

    def has_ended(self) -> bool:
        """Whether another zygote is needed."""
        try:
            self.wait_until_ready()
            self._server.check()
        except GraderFault:
            return True
        return False

    def fork_parent(
        self,
        what: str,
        request: messages.CandidateParentRequest | messages.ExaminerParentRequest,
        seconds: float,
    ) -> tuple[ForkServer, messages.ReadyReply]:
        """Fork a candidate parent or an examiner parent and wait until it is ready.

        Raises
        ------
        GraderFault
            It could not start.
        TimeoutError
            It was not ready within so many ``seconds``: code of the instructor's does not end.
        """
        name = f"the parent process of {what}"
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        talk, their_talk = socket.socketpair()
        with contextlib.ExitStack() as undo:
            undo.callback(control.close)
            with talk:
                with their_talk, their_control:
                    pid = self._server.fork(b"", [their_control.fileno(), their_talk.fileno()])
                log.debug("forked %s: process %d", name, pid)
                how_it_ended = partial(self._server.end, pid, PATIENCE)
                channel = Channel.over(talk, messages.TRUSTED)
                with contextlib.suppress(PeerGone):
                    messages.send(channel, request)
                if not select.select([talk], [], [], seconds)[0]:
                    self._server.end(pid)
                    raise TimeoutError(f"{name} was not ready after {seconds:g} seconds")
                ready = _expect_ready(channel, name, how_it_ended)
            undo.pop_all()
        return ForkServer(control, name, how_it_ended), ready

    def kill(self) -> None:
        """End it now, and with it all that it has forked."""
        self._process.kill()

    def close(self) -> None:
        """End it and all that it has forked; returns when it has ended."""
        self._server.close()
        self._connection.close()
        self._wait(_SECONDS_TO_END)

    def _how_it_ended(self) -> Ended:
        was_running = self._wait(PATIENCE)
        trace = self._errors.read_bytes()[-_MAX_TRACE:].decode("utf-8", "replace")
        return Ended(self._process.returncode, was_running, trace)

    def _wait(self, seconds: float) -> bool:
        """Wait until it has ended; whether it had to be killed."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return True
        return False


def _expect_ready(
    channel: Channel, name: str, how_it_ended: Callable[[], Ended]
) -> messages.ReadyReply:
    try:
        return messages.expect_ready(channel, name)
    except PeerGone as error:
        ended = how_it_ended()
        raise GraderFault(f"{name} ended before it was ready: {ended}", ended.trace) from error
