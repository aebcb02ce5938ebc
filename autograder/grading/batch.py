"""A class at a time: read each submission, grade what has changed, record what came of it.

The stages of one submission, by name: `read_submission`, `Recorder.earlier` (is its grade up to
date?), then for each of its notebooks a `Task` for the executor, which calls `grade_notebook`
(restore, run, score), and at last `mark_grader_errors` and `Recorder.record`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from autograder.autograded.record import Recorder
from autograder.course.directory import Course, grading_alone
from autograder.course.source import SourceNotebook, support_files
from autograder.course.submissions import Submission, read_submission
from autograder.errors import AutograderError
from autograder.grading.executor import ENDS_THE_RUN, Executor
from autograder.grading.plan import MAX_SEED, SOLUTION, Plan, Task, load_plans
from autograder.grading.score import mark_grader_errors
from autograder.notebook.cells import Notebook
from autograder.results import NotebookResult

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook

#: Submissions that are read before a slot is free for them, for each slot: enough that none waits
#: for the coordinator, and so few that its memory does not grow with the class.
READ_AHEAD = 2


@dataclass(frozen=True)
class Options:
    """How to grade: what the command line says."""

    force: bool = False
    seed: int | None = None

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
    """An assignment ready to grade: each notebook's source, plan and graded solution."""

    name: str
    plans: dict[str, tuple[SourceNotebook, Plan]]
    recorder: Recorder
    files: dict[str, bytes]
    solutions: dict[str, Future[NotebookResult]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Running:
    """A submission that is being graded: a future for each notebook that has to be."""

    submission: Submission
    known: dict[str, NotebookResult]
    futures: dict[str, Future[NotebookResult]]

    def is_done(self) -> bool:
        return all(future.done() for future in self.futures.values())

    def graded(self, names: Sequence[str]) -> Graded:
        found = self.known | {name: future.result() for name, future in self.futures.items()}
        results = tuple(found[name] for name in names if name in found)
        up_to_date = bool(results) and all(name not in self.futures for name in names)
        unreadable = any(result.error is not None for result in self.known.values())
        return Graded(self.submission, results, up_to_date and not unreadable)


class Batch:
    """Grades an assignment's submissions with an executor and records the results."""

    def __init__(self, course: Course, executor: Executor, options: Options) -> None:
        self._course = course
        self._executor = executor
        self._options = options

    def grade(
        self, assignment: str, students: Sequence[str], done: Callable[[Graded], None]
    ) -> list[Graded]:
        """Grade and record the given students' submissions; ``done`` hears of each.

        Raises
        ------
        CourseError
            The instructor edition cannot be used, or another grading is under way.
        GradebookError
            The gradebook cannot be used.
        StorageError
            There is no room for results, or for what students' code may write.
        """
        work = self._load(assignment)
        graded: list[Graded] = []
        with grading_alone(self._course):
            work.solutions = self._grade_solutions(work)
            waiting = (self._begin(work, student) for student in students)
            running = list(islice(waiting, READ_AHEAD * self._executor.jobs))
            try:
                # Importing this takes a second, in which the first submissions are graded.
                from autograder.gradebook import Gradebook

                with Gradebook.of(self._course) as gradebook:
                    work.recorder.prepare(gradebook)
                    while running:
                        for each in _wait_for_any(running):
                            running.remove(each)
                            running += islice(waiting, 1)
                            graded.append(self._record(gradebook, work, each))
                            done(graded[-1])
            finally:
                for each in running:
                    for future in each.futures.values():
                        future.cancel()
        return sorted(graded, key=lambda each: each.submission.student)

    def _load(self, assignment: str) -> _Assignment:
        plans = load_plans(self._course, assignment)
        sources = {name: source for name, (source, _) in plans.items()}
        recorder = Recorder(self._course, assignment, sources, isolate=self._executor.isolate)
        files = support_files(self._course, assignment)
        return _Assignment(assignment, plans, recorder, files)

    def _grade_solutions(self, work: _Assignment) -> dict[str, Future[NotebookResult]]:
        """Grade the instructor's own solutions, too: what they fail is no student's fault."""
        return {
            name: self._executor.submit(self._task(work, name, SOLUTION, source.notebook))
            for name, (source, _) in work.plans.items()
        }

    def _begin(self, work: _Assignment, student: str) -> _Running:
        """Read a submission and hand in for grading what has no grade that is up to date."""
        try:
            submission = read_submission(self._course, work.name, student)
            known = dict(self._known(work, submission))
        except ENDS_THE_RUN:
            raise
        except Exception as error:
            return self._faulted(work, student, error)
        tasks = {
            name: self._task(work, name, student, data, submission.files)
            for name, data in submission.notebooks.items()
            if name not in known
        }
        futures = {name: self._executor.submit(task) for name, task in tasks.items()}
        return _Running(submission, known, futures)

    def _known(
        self, work: _Assignment, submission: Submission
    ) -> Iterator[tuple[str, NotebookResult]]:
        """The results that are there before anything is graded, by notebook."""
        for name, reason in submission.unreadable.items():
            yield name, self._task(work, name, submission.student).failed(reason)
        if self._options.force or self._options.seed is not None:
            return
        for name in submission.notebooks:
            earlier = work.recorder.earlier(submission, name)
            if earlier is not None:
                yield name, earlier

    def _task(
        self,
        work: _Assignment,
        name: str,
        student: str,
        submitted: bytes | Notebook = b"",
        files: Mapping[str, bytes] | None = None,
    ) -> Task:
        source, plan = work.plans[name]
        found = work.files if files is None else files
        return Task(student, source, plan, self._options.draw_seed(), submitted, found)

    def _faulted(self, work: _Assignment, student: str, error: Exception) -> _Running:
        """A submission over which the grader failed: a person decides, a grade that it has stays.

        Nobody else pays for it: the rest of the class is graded.
        """
        known = {name: self._task(work, name, student).faulted(error) for name in work.plans}
        return _Running(Submission(work.name, student), known, {})

    def _record(self, gradebook: Gradebook, work: _Assignment, each: _Running) -> Graded:
        names = tuple(work.plans)
        try:
            return self._marked_and_recorded(gradebook, work, each.graded(names))
        except AutograderError:
            raise
        except Exception as error:
            faulted = self._faulted(work, each.submission.student, error).graded(names)
            results = tuple(map(work.recorder.explained, faulted.results))
            work.recorder.record(gradebook, faulted.submission, results)
            return replace(faulted, results=results)

    def _marked_and_recorded(
        self, gradebook: Gradebook, work: _Assignment, graded: Graded
    ) -> Graded:
        submission, results = graded.submission, graded.results
        if graded.was_up_to_date and work.recorder.is_recorded(gradebook, submission, results):
            return graded
        solutions = {name: future.result() for name, future in work.solutions.items()}
        results = tuple(
            work.recorder.explained(each)
            if each.error
            else mark_grader_errors(each, solutions[each.notebook])
            for each in results
        )
        # Without a solution to compare with, nobody can tell whether a test is at fault.
        provisional = [name for name, solution in solutions.items() if solution.error is not None]
        work.recorder.record(gradebook, submission, results, provisional)
        return replace(graded, results=results)


def _wait_for_any(running: Sequence[_Running]) -> list[_Running]:
    """Those that are graded, as soon as there is one."""
    futures = [future for each in running for future in each.futures.values()]
    while not (ready := [each for each in running if each.is_done()]):
        wait([future for future in futures if not future.done()], return_when=FIRST_COMPLETED)
    return ready
