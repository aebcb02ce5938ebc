"""Runs ``autograder grade`` again and again, on request, and kills it at a step if told to.

A process of its own, without threads: it has imported everything and forks for each run, which
saves a second of imports each time. Requests and answers are JSON, over a Unix socket.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.faults.processes import sessions_started_by
from tests.faults.steps import profiler

HERE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Run:
    """One run: with which options, and before which step it is killed (the ``count``-th of it)."""

    course: str
    options: tuple[str, ...] = ()
    step: str = ""
    count: int = 1


@dataclass(frozen=True)
class Ended:
    """How a run ended; ``sessions`` of its processes are known if it was killed."""

    status: int
    steps: dict[str, int] = field(default_factory=dict)
    sessions: list[int] = field(default_factory=list)

    @property
    def was_killed(self) -> bool:
        return self.status == -signal.SIGKILL


class Coordinators:
    """The requesting end, for several threads; a context manager. ``address`` is a new file."""

    def __init__(self, address: Path) -> None:
        self._address = str(address)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.coordinators", self._address],
            cwd=HERE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])},
            stdout=subprocess.PIPE,
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    def run(self, run: Run) -> Ended:
        """Have it run; what came of that."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self._address)
            connection.sendall(json.dumps(asdict(run)).encode())
            connection.shutdown(socket.SHUT_WR)
            with connection.makefile() as answer:
                return Ended(**json.loads(answer.read()))


def serve(address: str) -> None:
    """Answer requests until terminated; one at a time in each of the processes forked for them."""
    _import_everything()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("ready", flush=True)
        os.dup2(2, 1)  # what `grade` prints is for nobody
        while True:
            connection, _ = listener.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listener.close()
                _answer(connection)
                os._exit(0)
            connection.close()


def _answer(connection: socket.socket) -> None:
    with connection.makefile() as request:
        run = Run(**json.loads(request.read()))
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _be_coordinator(run, writer)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = json.loads(pipe.read() or "{}")
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    connection.sendall(json.dumps({"status": status, **told}).encode())
    connection.close()


def _be_coordinator(run: Run, writer: int) -> None:
    seen: Counter[str] = Counter()

    def at_step(name: str) -> None:
        seen[name] += 1
        if name == run.step and seen[name] == run.count:
            os.write(writer, json.dumps({"sessions": sessions_started_by(os.getpid())}).encode())
            os.kill(os.getpid(), signal.SIGKILL)

    profile = profiler(at_step)
    status = 100
    try:
        threading.setprofile(profile)
        sys.setprofile(profile)
        status = _grade(run)
        sys.setprofile(None)
        os.write(writer, json.dumps({"steps": seen}).encode())
    except BaseException:
        traceback.print_exc()
    os._exit(status)


def _grade(run: Run) -> int:
    from autograder.cli import main

    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    arguments = ["--course-dir", run.course, "grade", *run.options]
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _import_everything() -> Any:
    import alembic.script
    import nbgrader.api

    import autograder.cli.grade
    import autograder.cli.tables
    import autograder.gradebook
    import autograder.grading.batch

    return alembic, nbgrader, autograder


if __name__ == "__main__":
    serve(sys.argv[1])
