"""Many submissions: who is graded, in which slot, and where the results go."""

from __future__ import annotations

import contextlib
import queue
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from autograder.course import Course
from autograder.errors import CourseError, GraderFault, IsolationUnavailable, StorageError
from autograder.examiner.report import TestReport
from autograder.grading.examination import SlotExamination
from autograder.grading.grade import grade_bytes, grade_notebook
from autograder.grading.score import blame
from autograder.grading.slots import Lab
from autograder.grading.task import Task
from autograder.kernels import interpreter_of
from autograder.lock import grading_alone
from autograder.notebook.cells import Notebook
from autograder.notebook.edition import Edition, load_edition, support_files
from autograder.plan import Plan, make_plan
from autograder.recorder import Recorder
from autograder.results import NotebookResult
from autograder.submissions import Submission, read_submission

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook

SOLUTION = "the solution"
#: How often a submission is graded before a fault of the grader's is taken for a lasting one.
TRIES = 3
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


@dataclass(frozen=True)
class Checked:
    """One notebook's solution and blank release, graded.

    Of the questions that the solution fails at the examiner, ``would_pass`` are those whose tests
    pass in the candidate, ``together`` those that do so if every test runs there. ``failed_setup``
    is what setup cells raised.
    """

    edition: Edition
    plan: Plan
    solution: NotebookResult
    blank: NotebookResult
    would_pass: frozenset[str]
    together: frozenset[str]
    failed_setup: Sequence[TestReport]


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
        self._lab = lab
        self._options = options
        self._slots: queue.SimpleQueue[int] = queue.SimpleQueue()
        for number in range(options.jobs):
            self._slots.put(number)

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
        """Grade the solution and the blank release of each notebook.

        Where the solution fails, its tests are run once more inside the candidate, to tell tests
        that cannot run at the examiner from tests that are wrong.
        """
        work = self._load(assignment)
        with ThreadPoolExecutor(self._options.jobs, "slot") as pool:
            return list(pool.map(lambda name: self._check(work, name), work.editions))

    def _check(self, work: _Assignment, name: str) -> Checked:
        edition, plan = work.editions[name], work.plans[name]
        files = support_files(self._course, work.name)
        blank = Task("the blank release", edition, plan, self._options.draw_seed())
        solution = self._solution(work, name)
        failed = frozenset(q.grade_id for q in solution.questions if q.score == 0.0)

        def passing(inside: frozenset[str]) -> frozenset[str]:
            task = replace(blank, plan=replace(plan, in_candidate=inside))
            questions = self._in_slot(task, files, edition.instructor).questions
            return frozenset(q.grade_id for q in questions if q.score) & failed

        would_pass = passing(plan.in_candidate | failed) if failed else failed
        return Checked(
            edition,
            plan,
            solution,
            self._in_slot(blank, files, edition.release),
            would_pass,
            passing(frozenset(plan.tests)) - would_pass if failed - would_pass else frozenset(),
            self._lab_of(edition).failed_setup(edition),
        )

    def _lab_of(self, edition: Edition) -> Lab:
        kernel = edition.instructor.kernel_name
        return self._lab.under(interpreter_of(kernel, self._course.config))

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
        edition = work.editions[name]
        task = Task(SOLUTION, edition, work.plans[name], self._options.draw_seed())
        return self._in_slot(task, support_files(self._course, work.name), edition.instructor)

    def _submission(self, work: _Assignment, student: str) -> Graded:
        submission = read_submission(self._course, work.name, student)
        results = list(self._notebooks(work, submission))
        return Graded(
            submission,
            tuple(result for result, _ in results),
            was_up_to_date=bool(results) and all(old for _, old in results),
        )

    def _notebooks(
        self, work: _Assignment, submission: Submission
    ) -> Iterator[tuple[NotebookResult, bool]]:
        afresh = self._options.force or self._options.seed is not None
        for name, edition in work.editions.items():
            task = Task(submission.student, edition, work.plans[name], self._options.draw_seed())
            if name in submission.unreadable:
                yield task.failed(submission.unreadable[name]), False
            if name not in submission.notebooks:
                continue
            earlier = None if afresh else work.recorder.earlier(submission, name)
            if earlier is not None:
                yield earlier, True
            else:
                data = submission.notebooks[name]
                yield self._in_slot(task, submission.files, data), False

    def _in_slot(
        self, task: Task, files: dict[str, bytes], submission: bytes | Notebook
    ) -> NotebookResult:
        """Grade in a free slot; a fault of ours is followed by another try, never by a zero."""
        number = self._slots.get()
        try:
            for _ in range(TRIES - 1):
                with contextlib.suppress(GraderFault):
                    return self._grade(number, task, files, submission)
                self._lab_of(task.edition).renew(number, task.edition)
            return self._grade(number, task, files, submission, final=True)
        except (CourseError, IsolationUnavailable, StorageError):
            raise
        except Exception as error:
            return task.failed(f"The grader failed, not the submission: {error!r}")
        finally:
            self._slots.put(number)

    def _grade(
        self,
        number: int,
        task: Task,
        files: dict[str, bytes],
        submission: bytes | Notebook,
        *,
        final: bool = False,
    ) -> NotebookResult:
        lab = self._lab_of(task.edition)
        slot = lab.slot(number, task.plan.imports)
        parent = lab.examiner_parent(task.edition, task.plan)
        opener = partial(SlotExamination, slot, parent, files, task.seed)
        settings = self._course.settings
        if isinstance(submission, Notebook):
            result = grade_notebook(task, submission, settings, opener, final=final)
        else:
            result = grade_bytes(task, submission, settings, opener, final=final)
        slot.expect_room()  # else it may have had none
        return result

    def _record(self, gradebook: Gradebook, work: _Assignment, graded: Graded) -> Graded:
        submission, results = graded.submission, graded.results
        if graded.was_up_to_date and work.recorder.is_recorded(gradebook, submission, results):
            return graded
        solutions = {name: future.result() for name, future in work.solutions.items()}
        results = tuple(
            each if each.error else blame(each, solutions[each.notebook]) for each in results
        )
        # Without a solution to compare with, who is to blame could not be told.
        provisional = [name for name, solution in solutions.items() if solution.error is not None]
        work.recorder.record(gradebook, submission, results, provisional)
        return replace(graded, results=results)
