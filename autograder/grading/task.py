"""One notebook to grade, and what is said of it where nothing can be graded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from traceback import format_exception

from autograder.course.source import SourceNotebook
from autograder.grading.plan import Plan
from autograder.notebook.cells import Notebook
from autograder.results import Expected, NotebookResult, Outcome, Question

MAX_SEED = 1 << 31  # seeds of random inputs are below this
#: Whom the results of an instructor's own notebook are under.
SOLUTION, BLANK = "the solution", "the blank release"
#: Characters kept of each line about a fault of the grader's: students' data can be in there.
LONGEST_LINE = 3_000


@dataclass(frozen=True)
class Task:
    """One notebook to grade: whose, against what, and with which random inputs.

    ``submitted`` is the submitted file, or a notebook that is read already. ``files`` are what else
    the candidate finds in its folder. ``expected`` is what the solution's run has shown, by
    ``grade_id``; None if there is nothing to compare with, and the result is to show that.
    ``keeps_seed`` says that ``seed`` is wanted, also where the notebook is graded once more.
    """

    student: str
    source: SourceNotebook
    plan: Plan
    seed: int
    submitted: bytes | Notebook = b""
    files: Mapping[str, bytes] = field(default_factory=dict)
    expected: Mapping[str, Expected] | None = None
    keeps_seed: bool = False

    def expects(self, grade_id: str) -> Expected | None:
        """What to compare a test's run with; None if there is to be no comparison."""
        return None if self.expected is None else self.expected.get(grade_id, Expected())

    def __str__(self) -> str:
        return f"{self.student}/{self.source.assignment}/{self.source.name}"

    def failed(self, error: str) -> NotebookResult:
        """The result if nothing can be graded: each question waits for a person."""
        questions = tuple(
            Question(cell.grade_id, None, cell.points, Outcome.MANUAL)
            for cell in self.source.notebook.cells
            if cell.grade_id and (cell.is_grade or cell.is_task)
        )
        return NotebookResult(
            self.source.assignment,
            self.student,
            self.source.name,
            questions,
            seed=self.seed,
            error=error,
        )

    def faulted(self, error: Exception) -> NotebookResult:
        """The result if the grader itself failed: never a zero, and the traceback is kept."""
        reason = f"The grader failed, not the submission: {repr(error)[:LONGEST_LINE]}"
        trace = "".join(line[:LONGEST_LINE] for line in format_exception(error))
        # Names of files that are not UTF-8 hold lone surrogates, which no record can.
        detail = trace.encode("utf-8", "backslashreplace").decode()
        return replace(self.failed(reason), detail=detail)
