"""A class at a time: read each submission, grade what has changed, record what came of it.

The stages of one submission, by name::

    read_submission, Recorder.earlier                Batch._begin: is its grade up to date?
    restore, NotebookRun.run, score_test             grade_notebook: in a slot of the executor
    mark_grader_errors, Recorder.record              Batch._finish
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from autograder.autograded.record import Recorder
from autograder.course.directory import Course, choose_students, grading_alone
from autograder.course.source import SourceNotebook, support_files
from autograder.course.submissions import Submission, read_submission
from autograder.errors import AutograderError
from autograder.grading import DEFAULT_JOBS
from autograder.grading.executor import ENDS_THE_RUN, Executor, open_executor
from autograder.grading.plan import MAX_SEED, SOLUTION, Plan, Task, load_plans
from autograder.grading.score import mark_grader_errors
from autograder.notebook.cells import Notebook
from autograder.results import Expected, NotebookResult, Review
from autograder.workers.renderer import Renderer

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook

log = logging.getLogger(__name__)

#: Submissions that are read before a slot is free for them, for each slot: enough that none waits
#: for the coordinator, and so few that its memory does not grow with the class.
READ_AHEAD = 2
#: Students whose submissions are looked up by their names.
_NAMED = 100
_NOT_TEXT = "The name of this folder is not UTF-8: no gradebook can hold it, so rename the folder."
_MARKUP = (
    "The name of this folder holds < or \", which formgrader's pages would take for a script: "
    "rename the folder."
)


@dataclass(frozen=True)
class Options:
    """How to grade a class.

    Attributes
    ----------
    force
        Whether to grade also what has not changed since it was graded.
    seed
        That of the random inputs, for every notebook; implies ``force``. None: one is drawn for
        each notebook that is graded.
    """

    force: bool = False
    seed: int | None = None


@dataclass(frozen=True)
class Graded:
    """One submission with its results, in the order of the assignment's notebooks.

    ``reviews`` is what people have decided about them, by notebook.
    """

    submission: Submission
    results: tuple[NotebookResult, ...]
    was_up_to_date: bool = False
    reviews: Mapping[str, Review] = field(default_factory=dict)

    def review(self, result: NotebookResult) -> Review:
        return self.reviews.get(result.notebook, Review())


def grade(
    course: Course,
    assignment: str,
    students: Sequence[str] = (),
    *,
    jobs: int = DEFAULT_JOBS,
    force: bool = False,
    seed: int | None = None,
    isolate: bool = True,
    done: Callable[[Graded], None] | None = None,
) -> list[Graded]:
    """Grade an assignment's submissions and record the results in nbgrader's gradebook.

    Parameters
    ----------
    course
        As `find_course` or `load_course` give it.
    assignment
        Its name: that of its folder.
    students
        Whose submissions to grade; everybody's if none is named.
    jobs
        How many to grade at a time.
    force
        Whether to grade again what has not changed since it was graded.
    seed
        The random inputs of an earlier grading, to reproduce it; implies ``force``.
    isolate
        False runs student code with all your rights: only for code that you trust.
    done
        Called with each submission as soon as it is recorded.

    Returns
    -------
    The submissions with their results, sorted by student.

    Raises
    ------
    CourseError
        There is no such assignment or submission, or the instructor edition cannot be used.
    CourseInUse
        Another grading of the course is under way.
    IsolationUnavailable
        The machine cannot isolate student code.
    GradebookError
        The gradebook cannot be used.
    StorageError
        There is no room for results, or for what students' code may write.
    """
    chosen = choose_students(course, assignment, students)
    with open_executor(course, jobs, isolate=isolate) as executor:
        return Batch(course, executor, Options(force, seed)).grade(assignment, chosen, done)


class Batch:
    """Grades an assignment's submissions with an executor and records the results."""

    def __init__(self, course: Course, executor: Executor, options: Options) -> None:
        self._course = course
        self._executor = executor
        self._options = options

    def grade(
        self,
        assignment: str,
        students: Sequence[str],
        done: Callable[[Graded], None] | None = None,
    ) -> list[Graded]:
        """Grade and record these students' submissions; parameters and errors as of `grade`."""
        log.info("%s: grading the submissions of %d students", assignment, len(students))
        graded: list[Graded] = []
        # Two gradings at once would overwrite each other's records and wait for the gradebook.
        with grading_alone(self._course), Renderer() as renderer:
            work = self._load(assignment, renderer)
            work.solutions = self._grade_solutions(work)
            waiting = (self._begin(work, student) for student in students)
            running = list(islice(waiting, READ_AHEAD * self._executor.jobs))
            try:
                # Importing this takes a second, in which the first submissions are graded.
                from autograder.gradebook import Gradebook

                with Gradebook.of(self._course) as gradebook:
                    work.recorder.prepare(gradebook)
                    # Whoever is graded first is recorded first: a kill costs little.
                    while running:
                        each = _wait_for_one(running)
                        running.remove(each)
                        running += islice(waiting, 1)
                        graded.append(self._finish(gradebook, work, each))
                        if done is not None:
                            done(graded[-1])
                    graded = _with_reviews(graded, gradebook, assignment)
            finally:
                for each in running:
                    each.cancel()
        return sorted(graded, key=lambda each: each.submission.student)

    def _load(self, assignment: str, renderer: Renderer) -> _Assignment:
        plans = load_plans(self._course, assignment)
        sources = {name: source for name, (source, _) in plans.items()}
        isolate = self._executor.isolate
        recorder = Recorder(self._course, assignment, sources, isolate=isolate, run=renderer.run)
        files = support_files(self._course, assignment)
        return _Assignment(assignment, plans, recorder, files, self._options.seed)

    def _grade_solutions(self, work: _Assignment) -> dict[str, Future[NotebookResult]]:
        """Grade the instructor's own solutions, too: what they fail is no student's fault."""
        return {
            name: self._executor.submit(work.task(name, SOLUTION, source.notebook, work.files))
            for name, (source, _) in work.plans.items()
        }

    def _begin(self, work: _Assignment, student: str) -> _Running:
        """Read a submission and hand in for grading what has no grade that is up to date."""
        if reason := _unfit(student):
            known = {name: work.task(name, student).failed(reason) for name in work.plans}
            return _Running(Submission(work.name, student), known, {})
        try:
            submission = read_submission(self._course, work.name, student)
            known = self._up_to_date(work, submission)
        except ENDS_THE_RUN:
            raise
        except Exception as error:
            return work.faulted(student, error)
        # A person has to look at a file that cannot be read; that is no zero.
        for name, reason in submission.unreadable.items():
            known[name] = work.task(name, student).failed(reason)
        tasks = {
            name: replace(
                work.task(name, student, data, submission.files), expected=work.expected(name)
            )
            for name, data in submission.notebooks.items()
            if name not in known
        }
        futures = {name: self._executor.submit(task) for name, task in tasks.items()}
        return _Running(submission, known, futures)

    def _up_to_date(self, work: _Assignment, submission: Submission) -> dict[str, NotebookResult]:
        """The results of earlier gradings that still hold, by notebook."""
        # Who names a seed wants to see that very grading.
        if self._options.force or self._options.seed is not None:
            return {}
        earlier = {name: work.recorder.earlier(submission, name) for name in submission.notebooks}
        return {name: result for name, result in earlier.items() if result is not None}

    def _finish(self, gradebook: Gradebook, work: _Assignment, each: _Running) -> Graded:
        """Record what came of a submission, be it a fault of the grader's."""
        if _unfit(each.submission.student):
            return each.graded(work)
        try:
            return self._mark_and_record(gradebook, work, each.graded(work))
        except AutograderError:  # the gradebook or the disk, which concern everybody
            raise
        except Exception as error:
            faulted = work.faulted(each.submission.student, error).graded(work)
            results = tuple(work.recorder.explained(result) for result in faulted.results)
            work.recorder.record(gradebook, faulted.submission, results)
            return replace(faulted, results=results)

    def _mark_and_record(self, gradebook: Gradebook, work: _Assignment, graded: Graded) -> Graded:
        submission, results = graded.submission, graded.results
        if graded.was_up_to_date and work.recorder.is_recorded(gradebook, submission, results):
            log.debug("%s/%s: unchanged, its grade stays", submission.student, work.name)
            return graded
        # They went to the executor before all submissions, so only the first few wait for them.
        solutions = {name: future.result() for name, future in work.solutions.items()}
        results = tuple(
            work.recorder.explained(result)
            if result.error
            else mark_grader_errors(result, solutions[result.notebook])
            for result in results
        )
        # Without a solution to compare with, nobody can tell whether a test is at fault.
        provisional = [name for name, solution in solutions.items() if solution.error is not None]
        work.recorder.record(gradebook, submission, results, provisional)
        log.info("%s/%s: recorded", submission.student, work.name)
        return replace(graded, results=results)


@dataclass
class _Assignment:
    """An assignment ready to grade: each notebook's source, plan and graded solution."""

    name: str
    plans: dict[str, tuple[SourceNotebook, Plan]]
    recorder: Recorder
    files: dict[str, bytes]
    seed: int | None
    solutions: dict[str, Future[NotebookResult]] = field(default_factory=dict)

    def task(
        self,
        notebook: str,
        student: str,
        submitted: bytes | Notebook = b"",
        files: Mapping[str, bytes] | None = None,
    ) -> Task:
        """The task to grade a notebook, with fresh random inputs unless a seed is wanted."""
        source, plan = self.plans[notebook]
        seed = secrets.randbelow(MAX_SEED) if self.seed is None else self.seed
        return Task(student, source, plan, seed, submitted, files or {})

    def expected(self, notebook: str) -> Mapping[str, Expected]:
        """What the solution's run has shown; nothing if grading that failed."""
        # It went to the executor before all submissions, so only the first few wait for it.
        return self.solutions[notebook].result().expected

    def faulted(self, student: str, error: Exception) -> _Running:
        """A submission over which the grader failed: a person decides, a grade that it has stays.

        Nobody else pays for it: the rest of the class is graded.
        """
        log.error("%s/%s: the grader failed", student, self.name, exc_info=error)
        known = {name: self.task(name, student).faulted(error) for name in self.plans}
        return _Running(Submission(self.name, student), known, {})


@dataclass(frozen=True)
class _Running:
    """A submission under way: results that are known, and a future for each other notebook."""

    submission: Submission
    known: dict[str, NotebookResult]
    futures: dict[str, Future[NotebookResult]]

    def is_done(self) -> bool:
        return all(future.done() for future in self.futures.values())

    def cancel(self) -> None:
        for future in self.futures.values():
            future.cancel()

    def graded(self, work: _Assignment) -> Graded:
        """What came of it; raises what an executor's thread has raised."""
        found = self.known | {name: future.result() for name, future in self.futures.items()}
        results = tuple(found[name] for name in work.plans if name in found)
        nothing_failed = all(result.error is None for result in results)
        up_to_date = bool(results) and not self.futures and nothing_failed
        return Graded(self.submission, results, up_to_date)


def _with_reviews(graded: Sequence[Graded], gradebook: Gradebook, assignment: str) -> list[Graded]:
    students = {each.submission.student for each in graded if not _unfit(each.submission.student)}
    # So many can be named in one statement of SQL; else all are read.
    reviews = gradebook.reviews(assignment, students if len(students) <= _NAMED else ())
    return [
        replace(
            each,
            reviews={
                name: reviews[each.submission.student, name]
                for name in (
                    *(result.notebook for result in each.results),
                    *each.submission.missing,
                )
                if (each.submission.student, name) in reviews
            },
        )
        for each in graded
    ]


def _unfit(name: str) -> str:
    """Why a folder's name cannot go into the gradebook; empty if it can.

    Bytes that are no text stand in it as lone surrogates. Formgrader writes the names that it finds
    in the gradebook into its pages as they are.
    """
    if any("\ud800" <= character <= "\udfff" for character in name):
        return _NOT_TEXT
    return _MARKUP if set(name) & set('<"') else ""


def _wait_for_one(running: Sequence[_Running]) -> _Running:
    """One that is graded, as soon as there is one."""
    futures = [future for each in running for future in each.futures.values()]
    while True:
        for each in running:
            if each.is_done():
                return each
        wait([future for future in futures if not future.done()], return_when=FIRST_COMPLETED)
