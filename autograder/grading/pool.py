"""The slots of a lab at work: each grades one submission at a time, and again after our faults."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Mapping
from functools import partial

from autograder.errors import CourseError, GraderFault, IsolationUnavailable, StorageError
from autograder.grading.examination import SlotExamination
from autograder.grading.grade import grade_bytes, grade_notebook
from autograder.grading.slots import Lab
from autograder.grading.task import Task
from autograder.kernels import interpreter_of
from autograder.notebook.cells import Notebook
from autograder.notebook.edition import Edition
from autograder.results import NotebookResult

#: How often a submission is graded before a fault of the grader's is taken for a lasting one.
TRIES = 3
#: What is wrong around the class, not with one submission, and ends the run.
ENDS_THE_RUN = (CourseError, IsolationUnavailable, StorageError)


class SlotPool:
    """The ``jobs`` slots of a lab, for as many threads at a time."""

    def __init__(self, lab: Lab, jobs: int) -> None:
        self._lab = lab
        self._free: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(jobs):
            self._free.put(number)

    def grade(
        self, task: Task, files: Mapping[str, bytes], submission: bytes | Notebook
    ) -> NotebookResult:
        """Grade in a free slot; a fault of ours is followed by another try, never by a zero."""
        number = self._free.get()
        try:
            for _ in range(TRIES - 1):
                with contextlib.suppress(GraderFault):
                    return self._grade(number, task, files, submission)
                self.lab_of(task.edition).renew(number, task.edition)
            return self._grade(number, task, files, submission, final=True)
        except ENDS_THE_RUN:
            raise
        except Exception as error:
            return task.faulted(error)
        finally:
            self._free.put(number)

    def lab_of(self, edition: Edition) -> Lab:
        """The lab of the interpreter that an edition's kernel has."""
        kernel = edition.instructor.kernel_name
        return self._lab.under(interpreter_of(kernel, edition.course.config))

    def _grade(
        self,
        number: int,
        task: Task,
        files: Mapping[str, bytes],
        submission: bytes | Notebook,
        *,
        final: bool = False,
    ) -> NotebookResult:
        lab = self.lab_of(task.edition)
        slot = lab.slot(number, task.plan.imports)
        parent = lab.examiner_parent(task.edition, task.plan)
        opener = partial(SlotExamination, slot, parent, files, task.seed)
        settings = task.edition.course.settings
        if isinstance(submission, Notebook):
            result = grade_notebook(task, submission, settings, opener, final=final)
        else:
            result = grade_bytes(task, submission, settings, opener, final=final)
        slot.expect_room()  # else it may have had none
        return result
