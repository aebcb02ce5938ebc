"""A process that forks on request: the same few lines serve every parent.

Requests and answers are single packets on a Unix ``SOCK_SEQPACKET`` socket::

    b"F" + payload, with descriptors   fork; the child gets both          -> pid
    b"E" + pid                         kill that child and wait for it    -> its wait status

When the socket closes, the parent ends, and its children with it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import threading
from collections.abc import Callable, Sequence

from autograder.errors import GraderFault
from autograder.sandbox.identity import die_with

_NUMBER = struct.Struct("<q")
_MAX_PAYLOAD = 1 << 16
_MAX_DESCRIPTORS = 64

ChildMain = Callable[[bytes, list[int]], None]


def serve_forks(control: socket.socket, child_main: ChildMain) -> None:
    """Answer requests until the coordinator closes ``control``; ends the process in children."""
    children: set[int] = set()
    try:
        _serve(control, child_main, children)
    finally:
        for pid in children:
            _end(pid)


def _serve(control: socket.socket, child_main: ChildMain, children: set[int]) -> None:
    parent = os.getpid()
    while True:
        packet, descriptors, _, _ = socket.recv_fds(control, _MAX_PAYLOAD, _MAX_DESCRIPTORS)
        if not packet:
            return
        if packet[:1] == b"F":
            pid = os.fork()
            if pid == 0:
                control.close()
                die_with(parent)
                _be_child(child_main, packet[1:], descriptors)
            children.add(pid)
            answer = pid
        else:
            (pid,) = _NUMBER.unpack(packet[1:])
            answer = _end(pid) if pid in children else -1
            children.discard(pid)
        for descriptor in descriptors:
            os.close(descriptor)
        control.send(_NUMBER.pack(answer))


def _be_child(child_main: ChildMain, payload: bytes, descriptors: list[int]) -> None:
    status = 1
    try:
        child_main(payload, descriptors)
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        # Not sys.exit: nothing of the parent's, nor a hook of the student's, may run here.
        os._exit(status)


def _end(pid: int) -> int:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


class ForkServer:
    """The coordinator's end; may be used by several threads."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._lock = threading.Lock()

    def fork(self, payload: bytes, descriptors: Sequence[int]) -> int:
        """Fork a child that gets ``payload`` and ``descriptors``; its pid.

        Raises:
            GraderFault: the parent is not there any more.
        """
        return self._request(b"F" + payload, descriptors)

    def end(self, pid: int) -> int:
        """Kill a child, if it still runs, and wait for it; its wait status.

        Raises:
            GraderFault: the parent is not there any more.
        """
        return self._request(b"E" + _NUMBER.pack(pid), ())

    def close(self) -> None:
        """Let the parent and its children end."""
        self._control.close()

    def _request(self, packet: bytes, descriptors: Sequence[int]) -> int:
        try:
            with self._lock:
                socket.send_fds(self._control, [packet], list(descriptors))
                answer = self._control.recv(_NUMBER.size)
        except OSError as error:
            raise GraderFault(f"a warm parent process has ended: {error}") from error
        if len(answer) != _NUMBER.size:
            raise GraderFault("a warm parent process has ended")
        return int(_NUMBER.unpack(answer)[0])
