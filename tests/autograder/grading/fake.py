"""A pair of processes that runs nothing: it does as each cell's text says, and keeps a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.course.settings import Settings
from autograder.course.source import SourceNotebook
from autograder.examiner.report import CellReport, Gone, Output, TestReport
from autograder.grading.notebook import grade_notebook
from autograder.grading.plan import make_plan
from autograder.grading.task import Task
from autograder.notebook.cells import Cell, Notebook
from autograder.results import NotebookResult, Question
from autograder.sandbox.limits import Limits
from autograder.workers.messages import CellRequest, SetupRequest, TestRequest
from autograder.workers.pair import Execution, TooManyCrashes


class Clock:
    """Stands in for the module ``time``."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now


@dataclass
class Call:
    """One thing that the pair was told to do."""

    what: str
    source: str
    seconds: float = 0.0


@dataclass
class FakePair:
    """Cells whose text has HANG, CRASH or STUCK (the examiner hangs, too) do that; others pass.

    KILL is a crash by SIGKILL, EXIT the end of the examiner, both as often as ``kills`` says. Of
    a cell with BUSY, others take ``taken`` seconds; there is patience for ``kept``.
    ``reports`` gives those of test cells by their text.
    """

    reports: Mapping[str, TestReport | CellReport] = field(default_factory=dict)
    candidates: int = 24
    kills: int = 1
    taken: float = 0.0
    kept: float = 0.0
    clock: Clock = field(default_factory=Clock)
    log: list[Call] = field(default_factory=list)
    fresh_examiner: bool = False

    def open(self) -> FakePair:
        self.log.append(Call("open", ""))
        return self

    def execute(self, request: CellRequest, seconds: float) -> Execution:
        source = request.source
        if isinstance(request, SetupRequest):
            self.log.append(Call("setup", source, seconds))
            return Execution(TestReport())
        if isinstance(request, TestRequest):
            self.log.append(Call("test", source, seconds))
            return self._execute(source, self.reports.get(source, TestReport()), seconds)
        self.log.append(Call("run", source, seconds))
        output = Output("stream", name="stdout", text=f"output of {source}")
        report = self.reports.get(source, CellReport([output] if request.shown else []))
        return self._execute(source, report, seconds)

    def renew(self) -> bool:
        self.log.append(Call("renew", ""))
        self.candidates -= 1
        if self.candidates <= 0:
            raise TooManyCrashes
        fresh, self.fresh_examiner = self.fresh_examiner, False
        return fresh

    def close(self) -> None:
        self.log.append(Call("close", ""))

    def _execute(self, source: str, report: TestReport | CellReport, seconds: float) -> Execution:
        self.clock.now += 0.01
        if "BUSY" in source:
            self.clock.now += self.taken
            starved = self.taken > self.kept
            return Execution(report, timed_out="HANG" in source, kept=self.kept, starved=starved)
        if "HANG" in source or "STUCK" in source:
            self.clock.now += seconds
            self.fresh_examiner = "STUCK" in source
            return Execution(None if "STUCK" in source else report, timed_out=True)
        if "CRASH" in source:
            gone = type(report)(gone=Gone("closed"))
            return Execution(gone, ended="it was killed by SIGSEGV")
        if ("KILL" in source or "EXIT" in source) and self.kills > 0:
            self.kills -= 1
            self.fresh_examiner = "EXIT" in source
            if self.fresh_examiner:
                return Execution(None, examiner_ended="it was killed by SIGKILL")
            gone = type(report)(gone=Gone("closed"))
            return Execution(gone, ended="it was killed by SIGKILL", killed=True)
        return Execution(report)

    def calls(self, *what: str) -> list[str]:
        """What was done, as ``"run source"``; everything if no kind is named."""
        wanted = [call for call in self.log if not what or call.what in what]
        return [f"{call.what} {call.source}".strip() for call in wanted]


def graded(
    fake: FakePair, instructor: SourceNotebook, *submitted: Cell, **limits: Any
) -> NotebookResult:
    """Grade these cells, or the solution if there are none."""
    task = task_of(instructor, *submitted, **limits)
    return grade_notebook(task, fake.open)


def task_of(instructor: SourceNotebook, *submitted: Cell, **limits: Any) -> Task:
    """The task to grade these cells, or the solution if there are none, within these limits."""
    course = replace(instructor.course, settings=Settings(limits=Limits(**limits)))
    notebook = Notebook(submitted or instructor.notebook.cells)
    plan = make_plan(instructor.notebook)
    return Task("student", replace(instructor, course=course), plan, 7, notebook)


def outcomes(result: NotebookResult) -> dict[str, str]:
    """How each question ended."""
    return {question.grade_id: str(question.outcome) for question in result.questions}


def question(result: NotebookResult, grade_id: str = "test") -> Question:
    """One question."""
    return next(each for each in result.questions if each.grade_id == grade_id)
