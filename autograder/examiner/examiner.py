"""Runs setup and test cells for one submission, and has the candidate run the others.

An `Examiner` runs the instructor's cells in an `InstructorShell`, which has compiled them before
the fork.
"""

from __future__ import annotations

import ast
import contextlib
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from msgspec.structs import replace

from autograder.errors import ProtocolError
from autograder.examiner import guard, report
from autograder.examiner.endpoint import CandidateGone, ExaminerEndpoint
from autograder.examiner.given import look, passed_with
from autograder.examiner.kinds import kind_of
from autograder.examiner.namespace import MissingName, Namespace
from autograder.examiner.places import Places, Refused
from autograder.examiner.provenance import Provenance
from autograder.examiner.randomness import Randomness
from autograder.examiner.report import CellReport, Gone, TestReport, cell_report, clean_text
from autograder.examiner.shell import InstructorShell
from autograder.examiner.stdin import StandardInput
from autograder.examiner.upkeep import Restored, Upkeep
from autograder.ipython.shell import TRUNCATED, Capture, number_in
from autograder.wire import Channel, random_state, remote_traceback

#: Characters kept of a test's traceback, which only instructors see.
_MAX_DETAIL = 20_000
#: Names of replaced parts of modules that are listed.
_MAX_CHANGES = 10


class Examiner:
    """What one submission's tests share: their namespace and the present candidate.

    Parameters
    ----------
    student_names
        Names that are always read from the candidate.
    output_limit
        Characters kept of what one cell prints and shows.
    dependent_names
        Those of the student names that cells of the instructor's bind to results of the student's.
    handed_over
        Names of the instructor's whose values the student's code gets where a test changes them.
    modules
        The instructor's modules beside the notebook, which candidates import before all others.
    """

    def __init__(
        self,
        student_names: Iterable[str],
        output_limit: int,
        dependent_names: Iterable[str] = (),
        handed_over: Iterable[str] = (),
        modules: Iterable[str] = (),
    ) -> None:
        self._randomness = Randomness()
        self._randomness.watch()
        # A capture that has left something out says so on top of what it keeps.
        self._limit = output_limit + len(TRUNCATED)
        self._namespace = Namespace(student_names, self.request, dependent_names, handed_over)
        self._modules = list(modules)
        self._stdin = StandardInput(self._namespace)
        self._provenance = Provenance()
        self._guard = guard.Guard(self._provenance, self._namespace)
        self._namespace.replace_builtins(self._guard.builtins())
        self._shell = InstructorShell(Capture(output_limit), self._namespace, self._guard)
        self._endpoint: ExaminerEndpoint | None = None
        self._seed_of_candidate = 0
        guard.install()
        self._upkeep = Upkeep()

    def use(self) -> None:
        """Make this the process's shell."""
        self._shell.use()

    def in_use(self) -> AbstractContextManager[None]:
        """Make it the process's shell for a while, and the former one again at the end."""
        return self._shell.in_use()

    def import_ahead(self, statements: Iterable[str]) -> None:
        """Import what tests will import, but for the instructor's modules beside the notebook.

        Those may do anything when they are imported, and do it in the test that imports them.
        """
        for statement in dict.fromkeys(statements):
            if _roots(statement).isdisjoint(self._modules):
                with contextlib.suppress(Exception):  # then it fails again where it is told
                    exec(statement, {})  # noqa: S102 - an import statement of the instructor's
        self._upkeep.accept()

    def prepare(self, source: str) -> None:
        """Compile a cell that will be run for many submissions."""
        self._shell.prepare(source)

    def attach(self, channel: Channel) -> None:
        """Talk to a fresh candidate from now on."""
        self._namespace.drop_changes()  # they were meant for the candidate before
        self._endpoint = ExaminerEndpoint(
            channel, self._randomness, self._namespace, self._stdin, self._provenance
        )
        self._endpoint.before_call = self._upkeep.look
        self._randomness.forget()
        with contextlib.suppress(CandidateGone):  # which the next request will report
            self._endpoint.request("seed", self._seed_of_candidate)
            if self._modules:
                self._endpoint.request("prefer", self._modules)

    def seed(self, seed: int) -> None:
        """Start the random generators from ``seed``, the candidates' from one that hides it."""
        self._randomness.begin()
        random_state.seed(seed)
        self._seed_of_candidate = random_state.seed_of_candidate(seed)

    def request(self, op: str, *operands: object) -> Any:
        """Have the present candidate perform ``op``.

        Raises
        ------
        CandidateGone
            There is no candidate any more.
        """
        if self._endpoint is None:  # compiling a cell, IPython looks up the first name in it
            raise NameError("there is no candidate yet")
        return self._endpoint.request(op, *operands)

    def setup(self, source: str) -> TestReport:
        """Run an instructor's cell here; names that are the student's stay the student's."""
        report = self._run(source, is_setup=True)
        self._namespace.drop_changes()
        return report

    def run_in_candidate(self, source: str, *, shown: bool) -> CellReport:
        """Have the candidate run a cell, and report its outputs if they will be ``shown``."""
        self._namespace.forget_dependent_names()
        try:
            return cell_report(self.request("run", source, shown), self._limit)
        except ProtocolError as error:
            return CellReport(gone=Gone(clean_text(str(error)), broke_rules=True))
        except CandidateGone as error:
            return CellReport(gone=_gone(error))
        except BaseException as error:  # the candidate claims that running the cell itself failed
            if remote_traceback(error) is None:
                raise
            return CellReport(error=type(error).__name__)

    def test(
        self,
        source: str,
        expected: Mapping[str, Sequence[str]] | None = None,
        *,
        given: Iterable[str] = (),
        imported: Iterable[str] = (),
    ) -> TestReport:
        """Run a test cell here; what it has done to modules is undone.

        Parameters
        ----------
        source
            The test.
        expected
            What came from the candidate in the solution's run of it, place by place; None if there
            is no such run to compare with.
        given
            Names of data that the student's code may have changed.
        imported
            Names that the student's code has to have imported.
        """
        if self._endpoint is not None:
            self._endpoint.places = Places(None)
        found = look(given, imported, self._namespace, self.request)
        changed = found.changed_by_student(expected or {})
        if changed:
            with self._namespace.replaced(changed):
                report = self._run(source, expected)
            if report.error is not None:
                return report
            return passed_with(changed, report, self._run(source, expected))
        report = self._run(source, expected, found.missing)
        return replace(report, came={**report.came, **found.words}) if found.words else report

    def _run(
        self,
        source: str,
        expected: Mapping[str, Sequence[str]] | None = None,
        missing: MissingName | None = None,
        *,
        is_setup: bool = False,
    ) -> TestReport:
        """Run a test or setup cell, unless it has failed already since a name is ``missing``."""
        places = Places(expected)
        if self._endpoint is not None:
            self._endpoint.places = places
        value, error = (None, missing) if missing else self._shell.outcome(source)
        if error is None or isinstance(error, Refused):
            error = places.refused  # which the test may have caught
        if error is None and self._endpoint is not None:
            self._endpoint.settle()
        if is_setup:
            self._upkeep.accept()
        restored = self._upkeep.restore()
        # The error's text comes before the test ends: it may hold an object of the student's, whose
        # text the candidate is requested for.
        message, detail = ("", "") if error is None else (_message_of(error), _detail(error))
        printed = clean_text(self._shell.capture.take_text(), self._limit)
        gone, interrupted = self._end_test(error)
        refused = clean_text(self._guard.refused or _own_parts(restored))
        if error is None:
            number = number_in(value)
            return TestReport(
                value=number,
                detail=_shared_parts(restored),
                no_number=kind_of(value) if number is None and value is not None else "",
                came=places.noted,
                unjudged=places.unjudged,
                cut=places.cut,
                lost=places.lost,
                own=_own_exception(places.own),
                printed=printed,
                gone=gone,
                interrupted=interrupted,
                refused=refused,
            )
        from_candidate = remote_traceback(error) is not None
        # Of what the student has raised, only what the test has set: its class may be one of the
        # instructor's that computes its feedback of a message, which then the student chooses.
        if from_candidate:
            feedback = vars(error).get("student_feedback")
        else:
            feedback = getattr(error, "student_feedback", None)
        return TestReport(
            error=clean_text(type(error).__name__),
            message=message,
            student_feedback=clean_text(feedback) if isinstance(feedback, str) else None,
            # The grader's own errors tell of the student's objects, which may depend on arguments.
            marked=not type(error).__module__.startswith("autograder."),
            is_assertion=isinstance(error, (AssertionError, Refused)),
            from_candidate=from_candidate,
            missing=error.name if isinstance(error, MissingName) else None,
            line=self._line(error, source),
            students_line=report.innermost_line(remote_traceback(error) or ""),
            cut=places.cut,
            own=_own_exception(places.hindered),
            detail=detail,
            printed=printed,
            gone=gone,
            interrupted=interrupted,
            refused=refused,
        )

    def _end_test(self, error: BaseException | None) -> tuple[Gone | None, bool]:
        """Whether a test that ended by ``error`` has no candidate any more, or has left it busy."""
        gone = _gone(error) if isinstance(error, CandidateGone) else None
        if self._endpoint is None:
            return gone, False
        self._endpoint.end_test()
        if self._endpoint.interrupted:
            return None, True
        if gone is None and self._endpoint.gone is not None:  # though the test has caught that
            gone = _gone(CandidateGone.because_of(self._endpoint.gone))
        return gone, False

    def _line(self, error: BaseException, source: str) -> int | None:
        """The line of the cell where it failed, even if a helper of an earlier cell raised.

        None where IPython has not told: what it runs for a magic has lines of its own.
        """
        compiled = self._shell.compiled(source)
        if compiled is None or source.lstrip().startswith("%%"):
            return None
        # IPython drops empty lines at the beginning, and counts without them.
        dropped = source[: len(source) - len(source.lstrip())].count("\n")
        lines = [
            line + dropped
            for frame, line in traceback.walk_tb(error.__traceback__)
            if frame.f_code in (compiled.body, compiled.value)
        ]
        return lines[0] if lines else None


def _roots(statement: str) -> set[str]:
    """The packages that an import statement names."""
    (node,) = ast.parse(statement).body
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    assert isinstance(node, ast.Import)
    return {alias.name.split(".")[0] for alias in node.names}


def _own_parts(restored: Restored) -> str:
    if not restored.own:
        return ""
    changed = ", ".join(restored.own[:_MAX_CHANGES])
    return f"the test has changed parts of the grader, which were put back: {changed}"


def _shared_parts(restored: Restored) -> str:
    if not restored.shared:
        return ""
    changed = ", ".join(restored.shared[:_MAX_CHANGES])
    return (
        f"the test has replaced {changed}, which the student's process does not notice; it was put "
        "back"
    )


def _own_exception(error: BaseException | None) -> str:
    return "" if error is None else f"{type(error).__name__}: {_message_of(error)}"


def _gone(error: CandidateGone) -> Gone:
    return Gone(clean_text(str(error)), error.broke_rules)


def _message_of(error: BaseException) -> str:
    try:
        return clean_text(str(error))
    except BaseException as second:  # the candidate may end while it makes the text
        return f"(its message could not be shown: {type(second).__name__})"


def _detail(error: BaseException) -> str:
    told = traceback.format_exception(error)
    chain: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in chain:
        chain.append(each)
        if where := remote_traceback(each):
            told.insert(0, f"In the student's code:\n{where}\n\n")
        each = each.__cause__ or each.__context__
    return clean_text("".join(told)[-_MAX_DETAIL:], _MAX_DETAIL)
