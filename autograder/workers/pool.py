"""The processes behind grading: one warm start, and a slot for each submission at a time."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

from autograder.course.settings import Settings
from autograder.course.source import SourceNotebook, support_files
from autograder.examiner.report import TestReport
from autograder.files import write_files
from autograder.grading.plan import Plan
from autograder.workers import messages
from autograder.workers.forkserver import ForkServer, Zygote
from autograder.workers.slot import Slot, users_of_this_run, working_folder


class WorkerPool:
    """All warm processes of one grading run; a context manager.

    ``withheld`` are paths that no candidate may read even if a package lies there. ``python`` is
    the interpreter that they run under.
    """

    def __init__(
        self,
        settings: Settings,
        jobs: int,
        *,
        isolate: bool,
        withheld: Iterable[Path] = (),
        python: str = sys.executable,
    ) -> None:
        self.settings = settings
        self.isolate = isolate
        self._cpus = sorted(os.sched_getaffinity(0))
        self.jobs = jobs
        self._withheld = list(withheld)
        self._python = python
        self._others: dict[str, WorkerPool] = {}
        self._lock = threading.RLock()
        self._numbers = itertools.count()
        self._first: list[Zygote] = []
        self._parents: list[ForkServer] = []
        self._slots: dict[int, Slot] = {}
        self._examiners: dict[str, ForkServer] = {}
        self._failed_setup: dict[str, Sequence[TestReport]] = {}

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._folder = stack.enter_context(working_folder())
            self._users = stack.enter_context(users_of_this_run(isolate=self.isolate))
            for slot in range(self.jobs):
                (self._folder / f"slot-{slot}").mkdir()
            stack.callback(self._end_processes)
            self._start()
            self._undo = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    @property
    def session(self) -> int:
        """The session that all warm processes are in."""
        return self._first[-1].pid

    def _start(self) -> None:
        start = messages.StartRequest(
            isolate=self.isolate,
            hidden_modules=list(self.settings.hidden_modules),
            withheld=[str(path) for path in self._withheld],
            readable=[str(self._folder)],
            writable=[str(self._folder / f"slot-{slot}") for slot in range(self.jobs)],
        )
        self._first.append(Zygote(start, self._folder / "warm.log", self._python))

    def _end_processes(self) -> None:
        for parent in self._parents:
            parent.close()
        for first in self._first:
            first.close()

    def under(self, python: str) -> WorkerPool:
        """The lab of that interpreter: this one, or one that ends with it."""
        if python == self._python:
            return self
        with self._lock:
            if python not in self._others:
                workers = WorkerPool(
                    self.settings,
                    self.jobs,
                    isolate=self.isolate,
                    withheld=self._withheld,
                    python=python,
                )
                self._others[python] = self._undo.enter_context(workers)
            return self._others[python]

    def slot(self, number: int, imports: Sequence[str] = ()) -> Slot:
        """The slot of that number, with its warm parent; each is for one thread at a time.

        ``imports`` are statements that its candidates find already executed.
        """
        if number in self._slots:
            return self._slots[number]
        folder = self._folder / f"slot-{number}"
        spread = len(self._cpus) >= self.jobs > 1
        request = messages.CandidateParentRequest(
            folder=str(folder),
            imports=list(imports),
            uid=self._users.candidate(number),
            # A processor for each slot: the threads of one submission slow nobody else down.
            cpus=[self._cpus[number]] if spread else [],
            memory_bytes=self.settings.memory_bytes,
            file_bytes=self.settings.file_bytes,
            scratch_bytes=self.settings.scratch_bytes,
            scratch_files=self.settings.scratch_files,
            cpu_seconds=self._cpu_seconds(1 if spread else len(self._cpus)),
            output_bytes=self.settings.output_bytes,
        )
        parent, ready = self._parent(f"slot {number}", request)
        if ready.has_threads:
            parent.close()
            return self.slot(number)
        owner = request.uid if self.isolate and os.geteuid() == 0 else None
        self._slots[number] = Slot(self.settings, parent, folder, owner)
        return self._slots[number]

    def renew(self, number: int, source: SourceNotebook) -> None:
        """Use new warm processes from now on for a slot and for a notebook: theirs have failed."""
        with self._lock:
            self._slots.pop(number, None)
            self._examiners.pop(_name(source), None)
            if self._first[-1].has_ended():  # and with it all others
                self._slots.clear()
                self._examiners.clear()
                self._start()

    def examiner_parent(self, source: SourceNotebook, plan: Plan) -> ForkServer:
        """The warm parent of a notebook's examiners, with its first setup cells run.

        One that raises an exception does not end the notebook, here as little as in a kernel.
        """
        name = _name(source)
        with self._lock:
            if name in self._examiners:
                return self._examiners[name]
            number = next(self._numbers)
            folder = self._folder / f"edition-{number}"
            write_files(support_files(source.course, source.assignment), folder)
            request = messages.ExaminerParentRequest(
                student_names=sorted(plan.student_names),
                dependent_names=sorted(plan.dependent_names),
                setup=[plan.setup[position] for position in plan.early_setup],
                tests=[cell.source for cell in source.notebook.cells if cell.is_test],
                folder=str(folder),
                uid=self._users.examiner(number),
                memory_bytes=2 * self.settings.memory_bytes,
                cpu_seconds=self._cpu_seconds(len(self._cpus)),
                output_bytes=self.settings.output_bytes,
            )
            parent, ready = self._parent(name, request)
            self._examiners[name] = parent
            self._failed_setup[name] = ready.failed
        return parent

    def _cpu_seconds(self, processors: int) -> int:
        """More than can be used by the clock on the wall: only what has lost us gets there.

        Whom the kernel ends for it seems to have been ended by somebody else.
        """
        return processors * int(self.settings.notebook_seconds + 60)

    def failed_setup(self, source: SourceNotebook) -> Sequence[TestReport]:
        """What the first setup cells of a notebook raised at its examiners."""
        return self._failed_setup.get(_name(source), ())

    def _parent(
        self, name: str, request: messages.CandidateParentRequest | messages.ExaminerParentRequest
    ) -> tuple[ForkServer, messages.ReadyReply]:
        with self._lock:
            first = self._first[-1]
            first.wait_until_ready()
        parent, ready = first.become_parent(name, request)
        self._parents.append(parent)
        return parent, ready


def _name(source: SourceNotebook) -> str:
    return f"{source.assignment}/{source.name}"
