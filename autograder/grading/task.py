"""What is to be graded."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.notebook.edition import Edition
from autograder.plan import Plan
from autograder.results import NotebookResult


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
