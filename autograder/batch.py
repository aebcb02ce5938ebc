"""Many submissions: who is graded, in which slot, and where the results go."""

from __future__ import annotations

import queue
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from autograder.autograded import write_autograded
from autograder.course import Course
from autograder.errors import CourseError, GraderFault, IsolationUnavailable
from autograder.grading.examination import SlotExamination
from autograder.grading.grade import grade_bytes, grade_notebook
from autograder.grading.score import blame
from autograder.grading.slots import Lab, write_files
from autograder.grading.task import Task
from autograder.notebook.cells import Notebook
from autograder.notebook.edition import Edition, load_edition, support_files
from autograder.plan import Plan, make_plan
from autograder.record import Record, digest_of, load, save
from autograder.results import NotebookResult
from autograder.submissions import Submission, read_submission

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook

SOLUTION = "the solution"
MAX_SEED = 1 << 31


def grader_version() -> str:
    """The version of the installed distribution that holds this package."""
    try:
        return version("maximum-likelihood-course")
    except PackageNotFoundError:
        return "unknown"


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

    ``would_pass`` are the questions that the solution fails at the examiner only.
    """

    solution: NotebookResult
    blank: NotebookResult
    would_pass: frozenset[str]


@dataclass
class _Assignment:
    """An assignment ready to grade: each notebook's edition, plan and solution."""

    name: str
    editions: dict[str, Edition]
    plans: dict[str, Plan]
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
            CourseError: the instructor edition cannot be used.
            GradebookError: the gradebook cannot be used.
        """
        work = self._load(assignment)
        graded: list[Graded] = []
        with ThreadPoolExecutor(self._options.jobs, "slot") as pool:
            work.solutions = {
                name: pool.submit(self._solution, work, name) for name in work.editions
            }
            waiting = [pool.submit(self._submission, work, student) for student in students]
            try:
                # Importing this takes a second, in which the first submissions are graded.
                from autograder.gradebook import Gradebook

                with Gradebook(
                    self._course.db_url, self._course.course_id, self._course.config
                ) as gradebook:
                    for name, edition in work.editions.items():
                        gradebook.register(assignment, name, edition.graded)
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
        failed = {q.grade_id for q in solution.questions if q.score == 0.0}
        would_pass: frozenset[str] = frozenset()
        if failed:
            inside = replace(blank, plan=replace(plan, in_candidate=frozenset(plan.tests)))
            questions = self._in_slot(inside, files, edition.instructor).questions
            would_pass = frozenset(q.grade_id for q in questions if q.score) & failed
        return Checked(solution, self._in_slot(blank, files, edition.release), would_pass)

    def _load(self, assignment: str) -> _Assignment:
        names = self._course.notebooks(assignment)
        editions = {name: load_edition(self._course, assignment, name) for name in names}
        plans = {name: make_plan(edition.instructor) for name, edition in editions.items()}
        return _Assignment(assignment, editions, plans)

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
        folder = self._course.autograded_folder(submission.student, work.name)
        for name, edition in work.editions.items():
            task = Task(submission.student, edition, work.plans[name], self._options.draw_seed())
            if name in submission.unreadable:
                yield task.failed(submission.unreadable[name]), False
            if name not in submission.notebooks:
                continue
            data = submission.notebooks[name]
            record = (
                None
                if self._options.force or self._options.seed is not None
                else load(folder, name)
            )
            digest = self._digest(data, submission, edition)
            if record and record.digest == digest and record.result.error is None:
                yield record.result, True
            else:
                yield self._in_slot(task, submission.files, data), False

    def _in_slot(
        self, task: Task, files: dict[str, bytes], submission: bytes | Notebook
    ) -> NotebookResult:
        """Grade in a free slot; a fault of ours is tried once more, and never a zero."""
        number = self._slots.get()
        try:
            try:
                return self._grade(number, task, files, submission)
            except GraderFault:
                self._lab.forget(number, task.edition)
                return self._grade(number, task, files, submission)
        except (CourseError, IsolationUnavailable):
            raise
        except Exception as error:
            return task.failed(f"The grader failed, not the submission: {error!r}")
        finally:
            self._slots.put(number)

    def _grade(
        self, number: int, task: Task, files: dict[str, bytes], submission: bytes | Notebook
    ) -> NotebookResult:
        slot = self._lab.slot(number, task.plan.imports)
        parent = self._lab.examiner_parent(task.edition, task.plan)
        opener = partial(SlotExamination, slot, parent, files, task.seed)
        settings = self._course.settings
        if isinstance(submission, Notebook):
            return grade_notebook(task, submission, settings, opener)
        return grade_bytes(task, submission, settings, opener)

    def _record(self, gradebook: Gradebook, work: _Assignment, graded: Graded) -> Graded:
        submission = graded.submission
        if graded.was_up_to_date:
            return graded
        results = tuple(
            result if result.error else blame(result, work.solutions[result.notebook].result())
            for result in graded.results
        )
        folder = self._course.autograded_folder(submission.student, work.name)
        if results:
            gradebook.record_submission(results, submission.submitted_at, submission.missing)
            # Images and the like, which formgrader looks for beside the notebooks.
            write_files(support_files(self._course, work.name), folder)
        for result in results:
            if result.error is None:
                write_autograded(folder, result, version=grader_version())
            data = submission.notebooks.get(result.notebook, b"")
            digest = self._digest(data, submission, work.editions[result.notebook])
            save(folder, Record(digest, result))
        return Graded(submission, results)

    def _digest(self, data: bytes, submission: Submission, edition: Edition) -> str:
        return digest_of(data, submission.files, edition, self._course.settings, grader_version())
