"""Grades small notebooks, written in a test, by the real processes."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.course.directory import Course
from autograder.course.settings import Settings
from autograder.course.source import SourceNotebook, source_of
from autograder.examiner.report import CellReport, TestReport
from autograder.grading.notebook import grade_notebook
from autograder.grading.plan import make_plan
from autograder.grading.task import Task
from autograder.notebook.cells import Cell, Notebook
from autograder.results import NotebookResult
from autograder.sandbox.limits import Limits
from autograder.workers.messages import RunRequest, TestRequest
from autograder.workers.pair import WorkerPair
from autograder.workers.pool import WorkerPool
from autograder.workers.slot import Slot

LIMITS = Limits(
    cell_seconds=20.0,
    repeated_seconds=1.0,
    notebook_seconds=60.0,
    memory_bytes=512 << 20,
    scratch_bytes=8 << 20,
    scratch_files=200,
    output_bytes=100_000,
)
_numbers = itertools.count()


def plain(source: str) -> Cell:
    """A code cell that is neither an answer nor a test."""
    return Cell("code", source)


def answer(source: str, grade_id: str = "answer") -> Cell:
    """A solution cell."""
    marks = {"solution": True, "grade": False, "locked": False, "grade_id": grade_id}
    return Cell("code", source, {"nbgrader": marks})


def check_cell(
    source: str, grade_id: str = "test", points: float = 2.0, tags: Sequence[str] = ()
) -> Cell:
    """An autograded test cell."""
    marks = {"solution": False, "grade": True, "locked": True, "grade_id": grade_id}
    return Cell("code", source, {"nbgrader": {**marks, "points": points}, "tags": list(tags)})


def source(*cells: Cell, hidden: Sequence[str] = ()) -> SourceNotebook:
    """An instructor edition that no other has the name of."""
    made = source_of(Notebook(cells), f"notebook{next(_numbers)}", Course(Path(__file__).parent))
    return SourceNotebook(
        "assignment", made.name, made.notebook, made.released, frozenset(hidden), "", made.course
    )


class Bench:
    """One slot of a worker pool."""

    def __init__(self, workers: WorkerPool) -> None:
        self.workers = workers
        self.slot: Slot = workers.slot(0)

    def grade(
        self,
        instructor: SourceNotebook,
        *submitted: Cell,
        limits: Limits = LIMITS,
        solution: NotebookResult | None = None,
    ) -> NotebookResult:
        """Grade these cells, or the solution if there are none; compare with a ``solution``."""
        plan = make_plan(instructor.notebook, instructor.released)
        parent = self.workers.examiner_parent(instructor, plan.examiner_setup(instructor.notebook))
        course = replace(instructor.course, settings=Settings(limits=limits))
        notebook = Notebook(submitted or instructor.notebook.cells)
        expected = None if solution is None else solution.expected
        instructor = replace(instructor, course=course)
        task = Task("student", instructor, plan, 1, notebook, expected=expected)
        return grade_notebook(task, lambda: WorkerPair(self.slot, parent, {}, task.seed))


class Stage:
    """An examiner and a candidate, to be told cell by cell what to do."""

    def __init__(self, pair: WorkerPair) -> None:
        self.pair = pair

    def student(self, source: str) -> CellReport:
        """Run a cell of the student's."""
        report = self.pair.execute(RunRequest(source, shown=True), LIMITS.cell_seconds).report
        assert isinstance(report, CellReport)
        return report

    def test(self, source: str) -> TestReport:
        """Run a test cell."""
        report = self.pair.execute(TestRequest(source), LIMITS.cell_seconds).report
        assert isinstance(report, TestReport)
        return report

    def passes(self, source: str) -> TestReport:
        """Run a test cell that should pass."""
        report = self.test(source)
        assert report.error is None, report.detail
        return report


@contextlib.contextmanager
def open_bench(*, isolate: bool, limits: Limits = LIMITS) -> Iterator[Bench]:
    """A bench with processes of its own."""
    with WorkerPool(Settings(limits=limits), 1, isolate=isolate) as workers:
        yield Bench(workers)


@contextlib.contextmanager
def open_stage(bench: Bench, stage_source: SourceNotebook) -> Iterator[Stage]:
    """A fresh pair of processes."""
    setup = make_plan(stage_source.notebook).examiner_setup(stage_source.notebook)
    parent = bench.workers.examiner_parent(stage_source, setup)
    pair = WorkerPair(bench.slot, parent, {}, 1)
    with contextlib.closing(pair):
        yield Stage(pair)


def scores(result: NotebookResult) -> dict[str, float | None]:
    """The score of each question."""
    assert result.error is None, result.error
    return {question.grade_id: question.score for question in result.questions}


def outputs(result: NotebookResult) -> list[Any]:
    """The outputs of all cells."""
    return [output for cell in result.cells for output in cell.outputs]
