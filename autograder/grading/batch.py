"""A class at a time: read each submission, grade what has changed, record what came of it.

The stages of one submission, by name::

    Party.read, Recorder.earlier                     Batch.begin: is its grade up to date?
    restore, NotebookRun.run, score_test             grade_notebook: in a slot of the executor
    mark_grader_errors, Recorder.record              Batch.finish
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

from autograder.autograded.record import Recorder, load
from autograder.autograded.settle import settle
from autograder.course.directory import Course, choose_students, grading_alone
from autograder.course.groups import FILE as GROUPS
from autograder.course.parties import Party, parties
from autograder.course.source import support_files
from autograder.course.submissions import Submission
from autograder.errors import AutograderError
from autograder.grading import DEFAULT_JOBS
from autograder.grading.executor import ENDS_THE_RUN, Executor, open_executor
from autograder.grading.graded import Graded, with_reviews
from autograder.grading.plan import load_plans
from autograder.grading.score import has_failed, mark_grader_errors
from autograder.grading.task import SOLUTION
from autograder.grading.underway import Assignment, Running
from autograder.results import NotebookResult, Question
from autograder.workers.renderer import Renderer

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook

log = logging.getLogger(__name__)

#: Submissions that are read before a slot is free for them, for each slot: enough that none waits
#: for the coordinator, and so few that its memory does not grow with the class.
READ_AHEAD = 2
#: What the renderer imports while the first submissions are graded.
FOR_RECORDS = ("autograder.autograded.notebook", "autograder.autograded.rendered")


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
        Called with each submission as soon as it is recorded, cells and outputs included.

    Returns
    -------
    The submissions with their results, sorted by student; what they hold and showed is in the
    records, since a class's would fill the memory.

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
        questions: dict[Question, Question] = {}
        # Two gradings at once would overwrite each other's records and wait for the gradebook.
        with grading_alone(self._course), Renderer() as renderer:
            work = self.open(assignment, renderer)
            # Importing this takes a quarter of a second, in which the solutions are graded.
            from autograder.gradebook import Gradebook

            waiting = (
                self.begin(work, party) for party in parties(self._course, assignment, students)
            )
            running = list(islice(waiting, READ_AHEAD * self._executor.jobs))
            try:
                with Gradebook.of(self._course) as gradebook:
                    work.recorder.prepare(gradebook)
                    # Whoever is graded first is recorded first: a kill costs little.
                    while running:
                        each = _wait_for_one(running)
                        running.remove(each)
                        room = READ_AHEAD * self._executor.jobs - len(running)
                        running += islice(waiting, max(1, room))  # workers can come and go
                        for member in each.party.members:
                            whole = self.finish(gradebook, work, each, member)
                            if done is not None:
                                done(whole)
                            graded.append(whole.without_contents(questions))
                    if (self._course.root / GROUPS).exists():
                        settle(self._course, gradebook, assignment)
                    graded = with_reviews(graded, gradebook, assignment)
            finally:
                for each in running:
                    each.cancel()
        return sorted(graded, key=lambda each: each.submission.student)

    def show(self, assignment: str, students: Sequence[str]) -> list[Graded]:
        """Grade these students' submissions as they were graded before, and write nothing.

        With the random inputs on record, unless the options name a seed; errors as of `grade`.
        """
        work = self.open(assignment)
        shown = []
        for party in parties(self._course, assignment, students):
            first = party.members[0]
            folder = self._course.autograded_folder(first, assignment)
            records = {name: load(folder, name) for name in work.plans}
            seeds = {name: record.result.seed for name, record in records.items() if record}
            seeds = seeds if self._options.seed is None else {}
            each = self.begin(work, party, seeds=seeds, anew=True)
            shown.append(self._marked(work, each.graded(work, first)))
        return shown

    def open(self, assignment: str, renderer: Renderer | None = None) -> Assignment:
        """Load an assignment and begin to grade its solutions.

        Raises
        ------
        CourseError
            The instructor edition cannot be used.
        """
        work = self._load(assignment, renderer)
        work.solutions = self._grade_solutions(work)
        return work

    def _load(self, assignment: str, renderer: Renderer | None) -> Assignment:
        plans = load_plans(self._course, assignment)
        sources = {name: source for name, (source, _) in plans.items()}
        isolate = self._executor.isolate
        run = None if renderer is None else renderer.run
        recorder = Recorder(self._course, assignment, sources, isolate=isolate, run=run)
        files = support_files(self._course, assignment)
        return Assignment(assignment, plans, recorder, files, self._options.seed, renderer)

    def _grade_solutions(self, work: Assignment) -> dict[str, Future[NotebookResult]]:
        """Grade the instructor's own solutions, too: what they fail is no student's fault."""
        return {
            name: self._executor.submit(work.task(name, SOLUTION, source.notebook, work.files))
            for name, (source, _) in work.plans.items()
        }

    def begin(
        self,
        work: Assignment,
        party: Party,
        submission: Submission | None = None,
        *,
        seeds: Mapping[str, int] = MappingProxyType({}),
        anew: bool = False,
    ) -> Running:
        """Read a submission and hand in for grading what has no grade that is up to date.

        Parameters
        ----------
        work, party
            What was handed in by whom.
        submission
            What was read already.
        seeds
            By notebook, the random inputs that it is to be graded with, if it is.
        anew
            Whether all of it is graded, up to date or not.
        """
        student = party.members[0]
        if reason := party.unfit:
            known = {name: work.task(name, student).failed(reason) for name in work.plans}
            return Running(party, Submission(work.name, student), known, {})
        try:
            submission = submission or party.read(self._course, work.name)
            known = {} if anew else self._up_to_date(work, submission, party)
        except ENDS_THE_RUN:
            raise
        except Exception as error:
            return work.faulted(party, error)
        # A person has to look at a file that cannot be read; that is no zero.
        for name, reason in submission.unreadable.items():
            known[name] = work.task(name, student).failed(reason)
        to_grade = {name: data for name, data in submission.notebooks.items() if name not in known}
        if to_grade and work.renderer is not None:
            work.renderer.start(*FOR_RECORDS)
        tasks = {
            name: replace(
                work.task(name, student, data, submission.files, seeds.get(name)),
                expected=work.expected(name),
            )
            for name, data in to_grade.items()
        }
        futures = {name: self._executor.submit(task) for name, task in tasks.items()}
        return Running(party, submission, known, futures)

    def _up_to_date(
        self, work: Assignment, submission: Submission, party: Party
    ) -> dict[str, NotebookResult]:
        """The results of earlier gradings that still hold, by notebook; a group's from any member.

        Who names a seed wants to see that very grading.
        """
        if self._options.force or self._options.seed is not None:
            return {}
        known: dict[str, NotebookResult] = {}
        for member in reversed(party.members):
            for name in submission.notebooks:
                if result := work.recorder.earlier(submission.of(member), name):
                    known[name] = replace(result, student=submission.student)
        return known

    def finish(self, gradebook: Gradebook, work: Assignment, each: Running, member: str) -> Graded:
        """Record what came of a submission for a member, be it a fault of the grader's."""
        if each.party.unfit:
            return each.graded(work, member)
        try:
            return self._mark_and_record(gradebook, work, each.graded(work, member))
        except AutograderError:  # the gradebook or the disk, which concern everybody
            raise
        except Exception as error:
            faulted = work.faulted(each.party, error).graded(work, member)
            results = tuple(work.recorder.explained(result) for result in faulted.results)
            work.recorder.record(gradebook, faulted.submission, results)
            return replace(faulted, results=results)

    def _mark_and_record(self, gradebook: Gradebook, work: Assignment, graded: Graded) -> Graded:
        submission, old = graded.submission, graded.results
        if graded.was_up_to_date and work.recorder.is_recorded(gradebook, submission, old):
            log.debug("%s/%s: unchanged, its grade stays", submission.student, work.name)
            return graded
        graded = self._marked(work, graded)
        # Without a solution to compare with, nobody can tell whether a test is at fault.
        first = (each.result() for each in work.solutions.values())
        solutions = (*first, *work.repeated.values())
        provisional = [solution.notebook for solution in solutions if solution.error]
        work.recorder.record(gradebook, submission, graded.results, provisional)
        log.info("%s/%s: recorded", submission.student, work.name)
        return graded

    def _marked(self, work: Assignment, graded: Graded) -> Graded:
        """With what is no fault of the student's left to a person."""
        results = tuple(
            work.recorder.explained(result) if result.error else self._compared(work, result)
            for result in graded.results
        )
        return replace(graded, results=results)

    def _compared(self, work: Assignment, result: NotebookResult) -> NotebookResult:
        """A result without zeros for what the solution fails as well."""
        # It went to the executor before all submissions, so only the first few wait for it.
        solution = work.solutions[result.notebook].result()
        result = mark_grader_errors(result, solution)
        if not has_failed(result) or solution.seed == result.seed:
            return result
        # A test can fail for some random inputs only: the solution has to pass with the same ones.
        key = (result.notebook, result.seed)
        if key not in work.repeated:
            source, _ = work.plans[result.notebook]
            task = work.task(source.name, SOLUTION, source.notebook, work.files, result.seed)
            work.keep_repeated(self._executor.submit(task).result())
        return mark_grader_errors(result, work.repeated[key])


def _wait_for_one(running: Sequence[Running]) -> Running:
    """One that is graded, as soon as there is one."""
    futures = [future for each in running for future in each.futures.values()]
    while True:
        for each in running:
            if each.is_done():
                return each
        wait([future for future in futures if not future.done()], return_when=FIRST_COMPLETED)
