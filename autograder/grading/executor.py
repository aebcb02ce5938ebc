"""Who grades a task: an executor, here one whose worker processes run on this machine."""

from __future__ import annotations

import contextlib
import logging
import queue
import secrets
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Protocol

from autograder.course.directory import Course
from autograder.course.kernelspec import interpreter_of
from autograder.course.source import SourceNotebook
from autograder.errors import (
    CourseError,
    GraderFault,
    IsolationUnavailable,
    MachineBusy,
    StorageError,
)
from autograder.grading.notebook import grade_notebook
from autograder.grading.task import MAX_SEED, Task
from autograder.results import NotebookResult
from autograder.sandbox.probe import require
from autograder.workers.pair import WorkerPair
from autograder.workers.pool import WorkerPool

log = logging.getLogger(__name__)
# Whoever uses the package as a library says where its log goes; nobody else is told a traceback.
logging.getLogger("autograder").addHandler(logging.NullHandler())

#: How often a notebook is graded before a fault of the grader's is taken for a lasting one. Another
#: try begins only while all before it took less than `Limits.notebook_seconds` together.
TRIES = 3
#: What is wrong around the class, not with one submission, and ends the run.
ENDS_THE_RUN = (CourseError, IsolationUnavailable, StorageError)


class Executor(Protocol):
    """Grades tasks, as many at a time as it has ``jobs``."""

    jobs: int
    isolate: bool

    def submit(self, task: Task) -> Future[NotebookResult]:
        """Grade a task as soon as there is room for it."""


class LocalExecutor:
    """Grades in the slots of a worker pool on this machine, each served by one thread."""

    def __init__(self, workers: WorkerPool) -> None:
        self._workers = workers
        self.jobs = workers.jobs
        self.isolate = workers.isolate
        self._threads = ThreadPoolExecutor(workers.jobs, "slot")
        # Threads are as many as slots, but which one serves which slot is left to chance.
        self._turns = Turns()
        # The slot that was free last is used first: it has its processes already.
        self._free: queue.LifoQueue[int] = queue.LifoQueue()
        for number in reversed(range(workers.jobs)):
            self._free.put(number)
        self._abandoned = threading.Event()

    @property
    def session(self) -> int:
        """The session (of the operating system) that the worker processes are in."""
        return self._workers.session

    def submit(self, task: Task) -> Future[NotebookResult]:
        return self._threads.submit(self._grade, task)

    def close(self) -> None:
        """Wait for the tasks that have begun, and give up those that have not."""
        self._threads.shutdown(cancel_futures=True)

    def abandon(self) -> None:
        """Give up all tasks, those under way as well: nobody wants their results any more."""
        self._abandoned.set()
        self._threads.shutdown(wait=False, cancel_futures=True)
        while self._free.qsize() < self.jobs:
            self._workers.kill()  # again and again: a thread may just be starting another zygote
            time.sleep(0.01)

    def workers_for(self, source: SourceNotebook) -> WorkerPool:
        """The worker pool of the interpreter that a notebook's kernel has."""
        kernel = source.notebook.kernel_name
        return self._workers.under(interpreter_of(kernel, source.course.config))

    def _grade(self, task: Task) -> NotebookResult:
        """Grade in a free slot; a fault of ours is followed by another try, never by a zero."""
        slot = self._free.get()
        if self._abandoned.is_set():
            self._free.put(slot)
            return task.failed("It was not graded.")
        log.info("%s: grading begins in slot %d", task, slot)
        deadline = time.monotonic() + task.source.course.settings.limits.notebook_seconds
        number, alone = 1, False
        try:
            while True:
                final = alone or number == TRIES
                try:
                    with self._turns.alone() if alone else self._turns.together():
                        return self._grade_in(slot, task, final=final)
                except GraderFault as fault:
                    if self._abandoned.is_set():
                        return task.faulted(fault)
                    alone = isinstance(fault, MachineBusy)
                    # A submission that provokes faults must not take the time of the class.
                    if final or (time.monotonic() > deadline and not alone):
                        raise
                    log.warning(
                        "%s: try %d of %d failed: %s", task, number, TRIES, fault, exc_info=fault
                    )
                # Whatever has failed may be in a bad state: the next try gets fresh processes.
                self.workers_for(task.source).renew(slot, task.source)
                number += 1
                if not task.keeps_seed:  # of what this try has told of its inputs, none come again
                    task = replace(task, seed=secrets.randbelow(MAX_SEED))
        except ENDS_THE_RUN:
            raise
        except Exception as error:
            log.exception("%s: the grader failed, not the submission", task)
            return task.faulted(error)
        finally:
            self._free.put(slot)

    def _grade_in(self, number: int, task: Task, *, final: bool) -> NotebookResult:
        workers = self.workers_for(task.source)
        slot = workers.slot(number, task.plan.imports)
        setup = task.plan.examiner_setup(task.source.notebook)
        examiners = workers.examiner_parent(task.source, setup)

        def open_pair() -> WorkerPair:
            return WorkerPair(slot, examiners, task.files, task.seed)

        result = grade_notebook(task, open_pair, final=final)
        # A student whose code found the disk full must not pay for it.
        slot.expect_room()
        return result


class Turns:
    """Many may grade at a time, or one alone."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._grading = 0
        self._one_alone = False

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Grade beside others, once nobody wants to be alone."""
        with self._changed:
            self._changed.wait_for(lambda: not self._one_alone)
            self._grading += 1
        try:
            yield
        finally:
            with self._changed:
                self._grading -= 1
                self._changed.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Grade once all others have ended, while nobody else begins."""
        with self._changed:
            self._changed.wait_for(lambda: not self._one_alone)
            self._one_alone = True
            self._changed.wait_for(lambda: not self._grading)
        try:
            yield
        finally:
            with self._changed:
                self._one_alone = False
                self._changed.notify_all()


@contextlib.contextmanager
def open_executor(course: Course, jobs: int, *, isolate: bool = True) -> Iterator[LocalExecutor]:
    """Start a course's worker processes; they end with the context.

    No candidate can read the folders and the gradebook that the course's configuration names, not
    even if a package lies in one of them.

    Raises
    ------
    IsolationUnavailable
        ``isolate``, and the machine cannot isolate student code.
    """
    with WorkerPool(
        course.settings, jobs, isolate=isolate, withheld=course.private_paths()
    ) as workers:
        if isolate:  # looked at while the processes start, which takes longer
            require(course.settings.limits)
        executor = LocalExecutor(workers)
        try:
            yield executor
        except BaseException:
            executor.abandon()
            raise
        finally:
            executor.close()
