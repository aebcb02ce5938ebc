"""The processes behind grading: one warm start, and a slot for each submission at a time."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

from autograder.errors import GraderFault
from autograder.notebook.edition import Edition, support_files
from autograder.plan import Plan
from autograder.sandbox import DEFAULT_UID, remove
from autograder.settings import Settings
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
}
_FIRST_EXAMINER_UID = DEFAULT_UID + 500


class Lab:
    """All warm processes of one grading run; a context manager.

    ``withheld`` are paths that no candidate may read even if a package lies there.
    """

    def __init__(
        self, settings: Settings, jobs: int, *, isolate: bool, withheld: Iterable[Path] = ()
    ) -> None:
        self.settings = settings
        self.isolate = isolate
        self._cpus = sorted(os.sched_getaffinity(0))
        self._jobs = jobs
        self._withheld = list(withheld)
        self._lock = threading.RLock()
        self._parents: list[ForkServer] = []
        self._slots: dict[int, Slot] = {}
        self._examiners: dict[str, ForkServer] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="autograder-"))
        self._folder.chmod(0o755)
        self._log = (self._folder / "warm.log").open("w+b")

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for parent in self._parents:
            parent.close()
        with contextlib.suppress(AttributeError):
            self._first.close()
            self._connection.close()
            self._process.wait(timeout=10)
        self._log.close()
        remove(self._folder)

    def _start(self) -> None:
        for slot in range(self._jobs):
            (self._folder / f"slot-{slot}").mkdir()
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        talk, their_talk = socket.socketpair()
        numbers = [their_control.fileno(), their_talk.fileno()]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "autograder.warm", *map(str, numbers)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            pass_fds=numbers,
            cwd="/",
            env={name: os.environ[name] for name in _INHERITED if name in os.environ}
            | _ENVIRONMENT,
            start_new_session=True,  # so that Ctrl-C reaches the coordinator alone
        )
        their_control.close()
        their_talk.close()
        self._first = ForkServer(control)
        self._connection = talk
        self._talk = Channel.over(talk, orders.TRUSTED)
        start = orders.Start(
            isolate=self.isolate,
            hidden_modules=list(self.settings.hidden_modules),
            withheld=[str(path) for path in self._withheld],
            readable=[str(self._folder)],
            writable=[str(self._folder / f"slot-{slot}") for slot in range(self._jobs)],
        )
        orders.send(self._talk, start)
        self._ready = False

    def slot(self, number: int, imports: Sequence[str] = ()) -> Slot:
        """The slot of that number, with its warm parent; each is for one thread at a time.

        ``imports`` are statements that its candidates find already executed.
        """
        if number in self._slots:
            return self._slots[number]
        folder = self._folder / f"slot-{number}"
        spread = len(self._cpus) >= self._jobs > 1
        order = orders.CandidateParent(
            folder=str(folder),
            imports=list(imports),
            uid=DEFAULT_UID + number,
            # A processor for each slot: the threads of one submission slow nobody else down.
            cpus=[self._cpus[number]] if spread else [],
            memory_bytes=self.settings.memory_bytes,
            file_bytes=self.settings.file_bytes,
            scratch_bytes=self.settings.scratch_bytes,
            scratch_files=self.settings.scratch_files,
            cpu_seconds=int(self.settings.notebook_seconds) + 1,
            output_bytes=self.settings.output_bytes,
        )
        parent, ready = self._parent(f"slot {number}", order)
        if ready.has_threads:
            parent.close()
            return self.slot(number)
        self._slots[number] = Slot(self, parent, folder, order.uid)
        return self._slots[number]

    def forget(self, number: int, edition: Edition) -> None:
        """Use new warm parents from now on for a slot and for a notebook: theirs have failed."""
        with self._lock:
            self._slots.pop(number, None)
            self._examiners.pop(_name(edition), None)

    def examiner_parent(self, edition: Edition, plan: Plan) -> ForkServer:
        """The warm parent of a notebook's examiners, with its first setup cells run.

        Raises:
            GraderFault: one of those cells raised an exception.
        """
        name = _name(edition)
        with self._lock:
            if name in self._examiners:
                return self._examiners[name]
            number = len(self._parents)
            folder = self._folder / f"edition-{number}"
            write_files(support_files(edition.course, edition.assignment), folder)
            order = orders.ExaminerParent(
                asked=sorted(plan.asked),
                setup=[plan.setup[position] for position in plan.first],
                tests=[cell.source for cell in edition.instructor.cells if cell.is_test],
                folder=str(folder),
                uid=_FIRST_EXAMINER_UID + number,
                memory_bytes=2 * self.settings.memory_bytes,
                cpu_seconds=int(self.settings.notebook_seconds) + 1,
                output_bytes=self.settings.output_bytes,
            )
            parent, ready = self._parent(name, order)
            self._examiners[name] = parent
        for report in ready.failed:
            raise GraderFault(
                f"a setup cell of {name} raised {report.error} at the examiner: {report.message}"
            )
        return parent

    def _parent(
        self, name: str, order: orders.CandidateParent | orders.ExaminerParent
    ) -> tuple[ForkServer, orders.Ready]:
        with self._lock:
            if not self._ready:
                self._expect_ready(self._talk, "the warm process")
                self._ready = True
        control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        talk, their_talk = socket.socketpair()
        parent = ForkServer(control)
        self._parents.append(parent)  # first, so that it is closed whatever happens now
        with talk, their_talk, their_control:
            self._first.fork(b"", [their_control.fileno(), their_talk.fileno()])
            their_talk.close()
            channel = Channel.over(talk, orders.TRUSTED)
            orders.send(channel, order)
            ready = self._expect_ready(channel, f"the warm parent of {name}")
        return parent, ready

    def _expect_ready(self, channel: Channel, what: str) -> orders.Ready:
        try:
            return orders.expect_ready(channel, what)
        except GraderFault as error:
            self._log.flush()
            tail = (self._folder / "warm.log").read_text(errors="replace")[-2000:]
            raise GraderFault(f"{error}\n{tail}".strip()) from error


class Slot:
    """Room for one submission: a warm candidate parent and a folder of its own."""

    def __init__(self, lab: Lab, parent: ForkServer, folder: Path, uid: int) -> None:
        self.lab = lab
        self.settings = lab.settings
        self._parent = parent
        self._folder = folder
        self._uid = uid if lab.isolate and os.geteuid() == 0 else None

    def candidate(self, wire: socket.socket, files: Mapping[str, bytes]) -> Candidate:
        """Fork a candidate that talks over ``wire`` and finds ``files`` in its folder."""
        scratch = Path(tempfile.mkdtemp(prefix="submission-", dir=self._folder))
        write_files(files, scratch)
        if self._uid is not None:
            for path in scratch.rglob("*"):
                os.chown(path, self._uid, self._uid)
        pid = self._parent.fork(os.fsencode(scratch), [wire.fileno()])
        return Candidate(self._parent, pid, scratch)


class Candidate:
    """One forked candidate and its scratch folder."""

    def __init__(self, parent: ForkServer, pid: int, scratch: Path) -> None:
        self._parent = parent
        self._pid = pid
        self.scratch = scratch
        self.status: int | None = None

    def end(self) -> int:
        """Kill it if it still runs, and remove what it wrote; its wait status."""
        if self.status is None:
            self.status = self._parent.end(self._pid)
            remove(self.scratch)
        return self.status


def _name(edition: Edition) -> str:
    return f"{edition.assignment}/{edition.name}"


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Lay ``files`` out in ``folder``, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
