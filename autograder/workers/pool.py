"""The worker pool: one zygote, a slot for each submission at a time, a parent for each notebook."""

from __future__ import annotations

import contextlib
import itertools
import logging
import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self

from autograder.course.files import write_files
from autograder.course.settings import Settings
from autograder.course.source import SourceNotebook
from autograder.errors import CourseError
from autograder.examiner.report import TestReport
from autograder.workers import messages
from autograder.workers.forkserver import ForkServer, ZygoteProcess
from autograder.workers.processors import claimed_processors, usable_processors
from autograder.workers.slot import Slot, users_of_this_run, working_folder

log = logging.getLogger(__name__)


class WorkerPool:
    """All worker processes of one grading run; a context manager.

    Parameters
    ----------
    settings
        Those of the course that is graded.
    jobs
        How many submissions are graded at a time: the number of slots. There are never more than
        processors that may be used, since two slots of one processor would slow each other down.
    isolate
        Whether candidates and examiners enter the sandbox.
    withheld
        Absolute paths that no candidate may read even if a package lies there.
    python
        The interpreter that the processes run under.
    processors
        One for each slot; by default those that no other grading on this machine has.
    """

    def __init__(
        self,
        settings: Settings,
        jobs: int,
        *,
        isolate: bool,
        withheld: Iterable[Path] = (),
        python: str = sys.executable,
        processors: Sequence[int] = (),
    ) -> None:
        self.settings = settings
        self.isolate = isolate
        self.jobs = min(jobs, len(usable_processors()))
        self._withheld = list(withheld)
        self._python = python
        self._processors = processors
        self._others: dict[str, WorkerPool] = {}
        self._lock = threading.RLock()
        self._numbers = itertools.count()
        self._zygotes: list[ZygoteProcess] = []  # the last one is in use
        self._parents: list[ForkServer] = []
        self._slots: dict[int, Slot] = {}
        self._examiner_parents: dict[str, ForkServer] = {}
        self._failed_setup: dict[str, Mapping[int, TestReport]] = {}

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._folder = stack.enter_context(working_folder())
            self._users = stack.enter_context(users_of_this_run(isolate=self.isolate))
            if not self._processors:
                self._processors = stack.enter_context(claimed_processors(self.jobs))
            for number in range(self.jobs):
                self._slot_folder(number).mkdir()
            stack.callback(self._end_processes)
            self._start_zygote()
            self._undo = stack.pop_all()
        return self

    def under(self, python: str) -> WorkerPool:
        """The pool of that interpreter: this one, or one that ends with it."""
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
                    processors=self._processors,
                )
                self._others[python] = self._undo.enter_context(workers)
            return self._others[python]

    @property
    def session(self) -> int:
        """The session (of the operating system) that all worker processes are in."""
        return self._zygotes[-1].pid

    def slot(self, number: int, imports: Sequence[str] = ()) -> Slot:
        """The slot of that number, with its candidate parent; each is for one thread at a time.

        ``imports`` are statements that its candidates find already executed.

        Raises
        ------
        GraderFault
            The candidate parent could not start.
        IsolationUnavailable
            The machine cannot isolate.
        """
        if number in self._slots:
            return self._slots[number]
        request = messages.CandidateParentRequest(
            folder=str(self._slot_folder(number)),
            imports=list(imports),
            uid=self._users.candidate(number),
            # A processor for each slot: the threads of one submission slow nobody else down.
            cpus=[self._processors[number]],
        )
        try:
            parent, ready = self._fork_parent(f"slot {number}", request)
        except TimeoutError:  # an import does not end, which is told where a candidate does it
            return self.slot(number)
        if ready.has_threads:
            # A process with threads cannot confine itself, so each candidate does its imports.
            parent.close()
            return self.slot(number)
        owner = request.uid if self.isolate and os.geteuid() == 0 else None
        folder = self._slot_folder(number)
        processor = self._processors[number] if self.isolate else None
        self._slots[number] = Slot(self.settings.limits, parent, folder, owner, processor)
        return self._slots[number]

    def examiner_parent(self, source: SourceNotebook, setup: messages.ExaminerSetup) -> ForkServer:
        """The parent of a notebook's examiners, with its early setup cells run.

        One that raises an exception does not end the notebook, here as little as in a kernel.

        Raises
        ------
        CourseError
            They do not end.
        GraderFault
            The examiner parent could not start.
        IsolationUnavailable
            The machine cannot isolate.
        """
        name = _name(source)
        with self._lock:
            if name in self._examiner_parents:
                return self._examiner_parents[name]
            number = next(self._numbers)
            folder = self._folder / f"examiner-{number}"
            write_files(source.files, folder)
            request = messages.ExaminerParentRequest(
                setup=setup,
                folder=str(folder),
                uid=self._users.examiner(number),
                slots=self.jobs,
            )
            try:
                parent, ready = self._fork_parent(name, request)
            except TimeoutError as error:
                raise CourseError(
                    f"Instructor edition {name}.ipynb: the cells before the first test have not "
                    f"ended within {self.settings.limits.notebook_seconds:g} seconds. If none of "
                    "them loops for ever, raise c.Autograder.notebook_seconds in "
                    "nbgrader_config.py, or move what takes so long behind the first test."
                ) from error
            self._examiner_parents[name] = parent
            self._failed_setup[name] = ready.failed
        return parent

    def failed_setup(self, source: SourceNotebook) -> Mapping[int, TestReport]:
        """What the early setup cells of a notebook raised at its examiners, by their number."""
        return self._failed_setup.get(_name(source), {})

    def renew(self, number: int, source: SourceNotebook) -> None:
        """Use new parents from now on for a slot and for a notebook: theirs have failed."""
        with self._lock:
            if slot := self._slots.pop(number, None):
                slot.close()  # a notebook's parent may have examiners of other slots
            self._examiner_parents.pop(_name(source), None)
            log.info("renewing the worker processes of slot %d and of %s", number, _name(source))
            if self._zygotes[-1].has_ended():  # and with it all parents
                log.warning("the zygote has ended: starting another one")
                self._slots.clear()
                self._examiner_parents.clear()
                self._start_zygote()

    def kill(self) -> None:
        """End all processes at once; what waits for one of them finds that it has ended."""
        for zygote in list(self._zygotes):
            zygote.kill()
        for others in list(self._others.values()):
            others.kill()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:  # nobody waits for a zygote that is still importing
            self.kill()
        self._undo.close()

    def _end_processes(self) -> None:
        for parent in self._parents:
            parent.close()
        for zygote in self._zygotes:
            zygote.close()

    def _start_zygote(self) -> None:
        start = messages.StartRequest(
            isolate=self.isolate,
            limits=self.settings.limits,
            hidden_modules=list(self.settings.hidden_modules),
            withheld=[str(path) for path in self._withheld],
            readable=[str(self._folder)],
            writable=[str(self._slot_folder(number)) for number in range(self.jobs)],
        )
        # A file for each, so that one's traceback is not mistaken for another's.
        errors = self._folder / f"zygote-{len(self._zygotes)}.log"
        self._zygotes.append(ZygoteProcess(start, errors, self._python))

    def _fork_parent(
        self, name: str, request: messages.CandidateParentRequest | messages.ExaminerParentRequest
    ) -> tuple[ForkServer, messages.ReadyReply]:
        with self._lock:
            zygote = self._zygotes[-1]
            zygote.wait_until_ready()
        parent, ready = zygote.fork_parent(name, request, self.settings.limits.notebook_seconds)
        self._parents.append(parent)
        return parent, ready

    def _slot_folder(self, number: int) -> Path:
        return self._folder / f"slot-{number}"


def _name(source: SourceNotebook) -> str:
    return f"{source.assignment}/{source.name}"
