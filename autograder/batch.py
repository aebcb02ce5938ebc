"""Many submissions: who is graded, in which slot, and where the results go."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from autograder.checked import SOLUTION, Checked, check_edition
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.grading.pool import ENDS_THE_RUN, SlotPool
from autograder.grading.score import blame
from autograder.grading.slots import Lab
from autograder.grading.task import Task
from autograder.lock import grading_alone
from autograder.notebook.edition import Edition, load_edition, support_files
from autograder.plan import Plan, make_plan
from autograder.recorder import Recorder
from autograder.results import NotebookResult
from autograder.submissions import Submission, read_submission

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
