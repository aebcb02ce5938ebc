"""Many submissions: who is graded, in which slot, and where the results go.

The slots of a lab at work: each grades one submission at a time, and again after our faults.
"""

from __future__ import annotations

import contextlib
import queue
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from autograder.autograded.record import Recorder
from autograder.course.directory import Course, grading_alone
from autograder.course.kernelspec import interpreter_of
from autograder.course.source import Edition, load_edition, support_files
from autograder.course.submissions import Submission, read_submission
from autograder.errors import (
    AutograderError,
    CourseError,
    GraderFault,
    IsolationUnavailable,
    StorageError,
)
from autograder.grading.notebook import grade_bytes, grade_notebook
from autograder.grading.plan import Plan, Task, make_plan
from autograder.grading.score import blame
from autograder.notebook.cells import Notebook
from autograder.release.audit import SOLUTION, Checked, check_edition
from autograder.results import NotebookResult
from autograder.workers.pair import SlotExamination
from autograder.workers.pool import Lab

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook


MAX_SEED = 1 << 31


@dataclass(frozen=True)
class Options:
    """How to grade: what the command line says."""

    jobs: int = 1
    force: bool = False
    seed: int | None = None
    isolate: bool = True
    students: tuple[str, ...] = ()

    def draw_seed(self) -> int:
        """The given seed, or a fresh one for each grading."""
        return secrets.randbelow(MAX_SEED) if self.seed is None else self.seed


@dataclass(frozen=True)
class Graded:
    """One submission with its results, in the order of the assignment's notebooks."""

    submission: Submission
    results: tuple[NotebookResult, ...]
    was_up_to_date: bool = False


@dataclass
class _Assignment:
    """An assignment ready to grade: each notebook's edition, plan and solution."""

    name: str
    editions: dict[str, Edition]
    plans: dict[str, Plan]
    recorder: Recorder
    solutions: dict[str, Future[NotebookResult]] = field(default_factory=dict)


class Batch:
    """Grades an assignment's submissions in the slots of a lab."""

    def __init__(self, course: Course, lab: Lab, options: Options) -> None:
        self._course = course
        self._slots = SlotPool(lab, options.jobs)
        self._options = options

    def grade(
        self, assignment: str, students: Sequence[str], done: Callable[[Graded], None]
    ) -> list[Graded]:
        """Grade and record the given students' submissions; ``done`` hears of each.

        Raises:
            CourseError: the instructor edition cannot be used, or another grading is under way.
            GradebookError: the gradebook cannot be used.
            StorageError: there is no room for results, or for what students' code may write.
        """
        work = self._load(assignment)
        graded: list[Graded] = []
        with (
            grading_alone(self._course),
            ThreadPoolExecutor(self._options.jobs, "slot") as pool,
        ):
            work.solutions = {
                name: pool.submit(self._solution, work, name) for name in work.editions
            }
            waiting = [pool.submit(self._submission, work, student) for student in students]
            try:
                # Importing this takes a second, in which the first submissions are graded.
                from autograder.gradebook import Gradebook

                course = self._course
                with Gradebook(
                    course.db_url, course.course_id, course.config, folder=course.root
                ) as gradebook:
                    work.recorder.prepare(gradebook)
                    for future in as_completed(waiting):
                        graded.append(self._record(gradebook, work, future.result()))
                        done(graded[-1])
            finally:
                for future in waiting:
                    future.cancel()
        return sorted(graded, key=lambda each: each.submission.student)

    def check(self, assignment: str) -> list[Checked]:
        """Grade the solution and the blank release of each notebook; see `check_edition`."""
        work = self._load(assignment)
        with ThreadPoolExecutor(self._options.jobs, "slot") as pool:
            return list(pool.map(lambda name: self._check(work, name), work.editions))

    def _check(self, work: _Assignment, name: str) -> Checked:
        files = support_files(self._course, work.name)
        seed = self._options.draw_seed()
        return check_edition(self._slots, work.editions[name], work.plans[name], files, seed)

    def _load(self, assignment: str) -> _Assignment:
        names = self._course.notebooks(assignment)
        editions = {name: load_edition(self._course, assignment, name) for name in names}
        plans = {
            name: make_plan(edition.instructor, edition.released)
            for name, edition in editions.items()
        }
        recorder = Recorder(self._course, assignment, editions, isolate=self._options.isolate)
        return _Assignment(assignment, editions, plans, recorder)

    def _solution(self, work: _Assignment, name: str) -> NotebookResult:
        task = self._task(work, name, SOLUTION)
        files = support_files(self._course, work.name)
        return self._slots.grade(task, files, task.edition.instructor)

    def _task(self, work: _Assignment, name: str, student: str) -> Task:
        return Task(student, work.editions[name], work.plans[name], self._options.draw_seed())

    def _submission(self, work: _Assignment, student: str) -> Graded:
        try:
            submission = read_submission(self._course, work.name, student)
            results = list(self._notebooks(work, submission))
        except ENDS_THE_RUN:
            raise
        except Exception as error:
            return self._faulted(work, student, error)
        return Graded(
            submission,
            tuple(result for result, _ in results),
            was_up_to_date=bool(results) and all(old for _, old in results),
        )

    def _faulted(self, work: _Assignment, student: str, error: Exception) -> Graded:
        """A submission over which the grader failed: a person decides, a grade that it has stays.

        Nobody else pays for it: the rest of the class is graded.
        """
        tasks = [self._task(work, name, student) for name in work.editions]
        submission = Submission(work.name, student)
        return Graded(submission, tuple(task.faulted(error) for task in tasks))

    def _notebooks(
        self, work: _Assignment, submission: Submission
    ) -> Iterator[tuple[NotebookResult, bool]]:
        afresh = self._options.force or self._options.seed is not None
        for name in work.editions:
            task = self._task(work, name, submission.student)
            if name in submission.unreadable:
                yield task.failed(submission.unreadable[name]), False
            if name not in submission.notebooks:
                continue
            earlier = None if afresh else work.recorder.earlier(submission, name)
            if earlier is not None:
                yield earlier, True
            else:
                data = submission.notebooks[name]
                yield self._slots.grade(task, submission.files, data), False

    def _record(self, gradebook: Gradebook, work: _Assignment, graded: Graded) -> Graded:
        try:
            return self._blamed_and_recorded(gradebook, work, graded)
        except AutograderError:
            raise
        except Exception as error:
            faulted = self._faulted(work, graded.submission.student, error)
            results = tuple(map(work.recorder.explained, faulted.results))
            work.recorder.record(gradebook, faulted.submission, results)
            return replace(faulted, results=results)

    def _blamed_and_recorded(
        self, gradebook: Gradebook, work: _Assignment, graded: Graded
    ) -> Graded:
        submission, results = graded.submission, graded.results
        if graded.was_up_to_date and work.recorder.is_recorded(gradebook, submission, results):
            return graded
        solutions = {name: future.result() for name, future in work.solutions.items()}
        results = tuple(
            work.recorder.explained(each) if each.error else blame(each, solutions[each.notebook])
            for each in results
        )
        # Without a solution to compare with, who is to blame could not be told.
        provisional = [name for name, solution in solutions.items() if solution.error is not None]
        work.recorder.record(gradebook, submission, results, provisional)
        return replace(graded, results=results)


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
