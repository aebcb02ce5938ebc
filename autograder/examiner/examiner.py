"""Runs setup and test cells for one submission, and has the candidate run the others."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterable
from typing import Any

from autograder.candidate.capture import Capture
from autograder.candidate.shell import number_in
from autograder.errors import ProtocolError
from autograder.examiner.keyboard import Keyboard
from autograder.examiner.link import CandidateGone, Link
from autograder.examiner.namespace import MissingName, Namespace
from autograder.examiner.randomness import Randomness
from autograder.examiner.report import CellReport, Gone, TestReport, cell_report, clean_text
from autograder.examiner.shell import InstructorShell
from autograder.wire import Channel, Failed, random_state

_MAX_DETAIL = 20_000


class Examiner:
    """Everything that one submission's tests share: their namespace and the present candidate."""

    def __init__(
        self, asked: Iterable[str], output_limit: int, derived: Iterable[str] = ()
    ) -> None:
        self._randomness = Randomness()
        self._randomness.watch()
        self._limit = output_limit
        self._namespace = Namespace(asked, self.ask, derived)
        self._keyboard = Keyboard(self._namespace)
        self._shell = InstructorShell(Capture(output_limit), self._namespace)
        self._link: Link | None = None

    def use(self) -> None:
        """Make this the process's shell."""
        self._shell.use()

    def prepare(self, source: str) -> None:
        """Compile a cell that will be run for many submissions."""
        self._shell.prepare(source)

    def attach(self, channel: Channel, seed: int) -> None:
        """Talk to a fresh candidate from now on, whose random generators start from ``seed``."""
        self._namespace.drop_changes()  # they were meant for the candidate before
        self._link = Link(channel, self._randomness, self._namespace, self._keyboard)
        self._randomness.forget()
        with contextlib.suppress(CandidateGone):
            self._link.ask("seed", seed)

    def seed(self, seed: int) -> None:
        """Start the examiner's own random generators from ``seed``."""
        random_state.seed(seed)

    def ask(self, op: str, *operands: object) -> Any:
        """Ask the present candidate.

        Raises:
            CandidateGone: there is no candidate any more.
        """
        if self._link is None:  # compiling a cell, IPython looks up the first name in it
            raise NameError("there is no candidate yet")
        return self._link.ask(op, *operands)

    def setup(self, source: str) -> TestReport:
        """Run an instructor's cell here; names that are the student's stay the student's."""
        report = self.test(source)
        self._namespace.drop_changes()
        return report

    def run_in_candidate(self, source: str, *, shown: bool) -> CellReport:
        """Have the candidate run a cell, and give its outputs if they will be ``shown``."""
        self._namespace.forget_derived()
        try:
            return cell_report(self.ask("run", source, shown), self._limit)
        except ProtocolError as error:
            return CellReport(gone=Gone(clean_text(str(error)), broke_rules=True))
        except CandidateGone as error:
            return CellReport(gone=_gone(error))
        except Exception as error:  # the candidate claims that running the cell itself failed
            return CellReport(error=type(error).__name__)

    def test(self, source: str) -> TestReport:
        """Run a test cell here."""
        value, error = self._shell.outcome(source)
        # First, since a message may hold an object of the student's, which is asked for its text.
        message, detail = ("", "") if error is None else (_text(error), _detail(error))
        printed = clean_text(self._shell.capture.take_text(), self._limit)
        gone = _gone(error) if isinstance(error, CandidateGone) else None
        interrupted = False
        if self._link is not None:
            self._link.end_test()
            interrupted = self._link.interrupted
            if self._link.gone is not None:  # though the test may have caught that
                gone = None if interrupted else gone or _gone(self._link.lost(self._link.gone))
        if error is None:
            return TestReport(
                value=number_in(value), printed=printed, gone=gone, interrupted=interrupted
            )
        feedback = getattr(error, "student_feedback", None)
        return TestReport(
            error=clean_text(type(error).__name__),
            message=message,
            student_feedback=clean_text(feedback) if isinstance(feedback, str) else None,
            is_assertion=isinstance(error, AssertionError),
            from_candidate=isinstance(error.__cause__, Failed),
            missing=error.name if isinstance(error, MissingName) else None,
            line=self._line(error, source),
            detail=detail,
            printed=printed,
            gone=gone,
            interrupted=interrupted,
        )

    def _line(self, error: BaseException, source: str) -> int | None:
        # IPython drops empty lines at the beginning, and counts without them.
        dropped = source[: len(source) - len(source.lstrip())].count("\n")
        lines = [
            line + dropped
            for frame, line in traceback.walk_tb(error.__traceback__)
            if frame.f_globals is self._namespace and frame.f_code.co_name == "<module>"
        ]
        return lines[-1] if lines else None


def _gone(error: CandidateGone) -> Gone:
    return Gone(clean_text(str(error)), error.broke_rules)


def _text(error: BaseException) -> str:
    try:
        return clean_text(str(error))
    except BaseException as second:  # the candidate may end over it
        return f"(its message could not be shown: {type(second).__name__})"


def _detail(error: BaseException) -> str:
    return clean_text("".join(traceback.format_exception(error))[-_MAX_DETAIL:], _MAX_DETAIL)
