"""What is to be graded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from traceback import format_exception

from autograder.notebook.edition import Edition
from autograder.plan import Plan
from autograder.results import NotebookResult

#: Characters kept of each line about a fault of the grader's: students' data can be in there.
LONGEST_LINE = 3_000


@dataclass(frozen=True)
class Task:
    """One notebook to grade: whose, against what, and with which random inputs."""

    student: str
    edition: Edition
    plan: Plan
    seed: int

    def failed(self, error: str) -> NotebookResult:
        """The result if nothing can be graded."""
        return NotebookResult(
            self.edition.assignment,
            self.student,
            self.edition.name,
            seed=self.seed,
            error=error,
        )

    def faulted(self, error: Exception) -> NotebookResult:
        """The result if the grader itself failed: never a zero, and the traceback is kept."""
        reason = f"The grader failed, not the submission: {error!r:.{LONGEST_LINE}}"
        trace = "".join(f"{line:.{LONGEST_LINE}}" for line in format_exception(error))
        # Names of files that are not UTF-8 hold lone surrogates, which no record can.
        detail = trace.encode("utf-8", "backslashreplace").decode()
        return replace(self.failed(reason), detail=detail)
