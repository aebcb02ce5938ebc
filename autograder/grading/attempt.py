"""What grading needs of a pair of processes, whoever runs them and wherever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from autograder.examiner.report import CellReport, TestReport


@dataclass(frozen=True)
class Attempt:
    """One cell run. Without a report, the examiner has ended or had to be killed."""

    report: TestReport | CellReport | None
    timed_out: bool = False
    ended: str = ""  # how the candidate ended, if it did
    killed: bool = False  # by a SIGKILL that was not the grader's
    examiner_ended: str = ""  # how the examiner ended, if it did by itself

    @property
    def lost(self) -> bool:
        """The candidate is gone, or cannot be trusted to be in order."""
        interrupted = isinstance(self.report, TestReport) and self.report.interrupted
        return self.timed_out or bool(self.ended) or self.report is None or interrupted

    @property
    def in_doubt(self) -> bool:
        """What ended here may have been ended from outside: by a person, or for want of memory."""
        return self.killed or bool(self.examiner_ended)


class Examination(Protocol):
    """What grading needs of a pair of processes."""

    def setup(self, source: str, seconds: float) -> Attempt: ...
    def run(self, source: str, seconds: float, *, shown: bool) -> Attempt: ...
    def test(self, source: str, seconds: float) -> Attempt: ...

    def renew(self) -> bool:
        """Start a fresh candidate; whether the examiner is a fresh one, too.

        Raises:
            TooManyCrashes: this submission has used up its candidates.
        """

    def close(self) -> None: ...


class TooManyCrashes(Exception):
    """A submission has ended more candidates than it may."""
