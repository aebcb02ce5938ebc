"""Candidates without a sandbox and without a zygote, for one's own machine."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Self

#: In the environment of tests, for generators of their own. Student's code does not know it.
SEED_VARIABLE = "GRADING_SEED"


class Candidates:
    """Starts candidates as child processes that talk over pipes, the first of them at once.

    It imports what it needs while the caller does so as well. A context manager: a process that
    nobody has taken ends with it.
    """

    def __init__(self) -> None:
        self._ahead: subprocess.Popen[bytes] | None = _start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._ahead is not None:
            end(self._ahead)

    def take(self) -> subprocess.Popen[bytes]:
        """A candidate that waits to be told what to be; the caller ends it."""
        process, self._ahead = self._ahead, None
        return process or _start()


def _start() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "autograder.candidate.endpoint"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: value for name, value in os.environ.items() if name != SEED_VARIABLE},
        bufsize=0,
    )


def end(process: subprocess.Popen[bytes]) -> int:
    """Kill a candidate that has not ended; its exit status."""
    process.kill()
    status = process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    return status
