"""The renderer: a process of its own for the parsers of Markdown, HTML and code.

What they are given is written by students, and any of them may take for ever, or all memory, over a
text that nobody has thought of. Here they have limits that the kernel enforces. What cannot be
rendered within them is rendered by the coordinator as plain text, for which nothing is parsed.

A request is the name of a function and its arguments in JSON, a reply is the text that it returned.
Both sides are the grader's own.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import struct
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any, Self, get_type_hints

import msgspec

log = logging.getLogger(__name__)

CPU_SECONDS = 5  # for one notebook; honest ones take a tenth of one
MEMORY_BYTES = 1 << 30  # beyond what Python and the parsers take
PATIENCE = 120.0  # seconds by the clock, on however busy a machine
_HEADER = struct.Struct(">BQ")  # whether it failed, and the length of what follows


class Request(msgspec.Struct):
    """A call of ``function`` in ``module``."""

    module: str
    function: str
    arguments: dict[str, msgspec.Raw]


class Renderer:
    """The coordinator's end; a context manager. The process starts when it is first needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def start(self, *modules: str) -> None:
        """Start the process, which imports these modules while there is nothing to show yet."""
        self._process = self._process or _start(modules)

    def run(self, function: Callable[..., str], **arguments: Any) -> str:
        """What the function returns; or, called with ``plain=True``, if it fails or has no end.

        Its parameters are annotated, for what crosses is converted to these types.
        """
        try:
            return self._run(function, arguments)
        except RuntimeError as error:
            self.__exit__()
            log.warning("shown as plain text, since the renderer has failed: %s", error)
            return function(**arguments, plain=True)

    def _run(self, function: Callable[..., str], arguments: dict[str, Any]) -> str:
        raw = {name: msgspec.Raw(msgspec.json.encode(each)) for name, each in arguments.items()}
        request = Request(function.__module__, function.__qualname__, raw)
        process = self._process = self._process or _start(())
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _send(process.stdin, msgspec.json.encode(request))
            if not select.select([process.stdout], [], [], PATIENCE)[0]:
                raise RuntimeError(f"no reply after {PATIENCE:g} seconds")
            failed, reply = _receive(process.stdout)
        except (BrokenPipeError, EOFError) as error:
            raise RuntimeError(f"it ended with {process.wait(PATIENCE)}") from error
        if failed:
            raise RuntimeError(reply.decode())
        return reply.decode()


def _start(modules: Sequence[str]) -> subprocess.Popen[bytes]:
    # Where the package lies may have been said relative to this process's folder.
    found = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "autograder.workers.renderer", *modules],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd="/",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(found)},
        start_new_session=True,  # so that Ctrl-C reaches the coordinator alone
    )


def _send(file: IO[bytes], content: bytes, *, failed: bool = False) -> None:
    file.write(_HEADER.pack(failed, len(content)))
    file.write(content)
    file.flush()


def _receive(file: IO[bytes]) -> tuple[bool, bytes]:
    failed, length = _HEADER.unpack(_read(file, _HEADER.size))
    return bool(failed), _read(file, length)


def _read(file: IO[bytes], length: int) -> bytes:
    content = file.read(length)
    if len(content) < length:
        raise EOFError
    return content


def serve(requests: IO[bytes], replies: IO[bytes]) -> None:
    """Answer requests until there are no more, with limits for each."""
    _limit_memory()
    with contextlib.suppress(EOFError):
        while True:
            _, content = _receive(requests)
            _limit_time()
            try:
                reply, failed = _answer(msgspec.json.decode(content, type=Request)), False
            except Exception:  # a text that a parser cannot take, or a fault of ours
                reply, failed = traceback.format_exc(), True
            _send(replies, reply.encode("utf-8", "backslashreplace"), failed=failed)


def _answer(request: Request) -> str:
    function = getattr(import_module(request.module), request.function)
    types = get_type_hints(function)
    arguments = {
        name: msgspec.json.decode(each, type=types[name])
        for name, each in request.arguments.items()
    }
    return str(function(**arguments))


def _limit_memory() -> None:
    import resource  # not on Windows, where nothing is graded

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft = pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (soft, resource.getrlimit(resource.RLIMIT_AS)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_time() -> None:
    """Let the kernel end this process when the request has taken too much of a processor."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # what a library prints is no reply
        for name in sys.argv[1:]:
            import_module(name)
        serve(sys.stdin.buffer, out)
