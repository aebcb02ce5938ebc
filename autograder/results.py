"""What grading one notebook yields: plain values that the gradebook, the feedback and JSON read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from autograder.notebook.cells import Cell

#: How a detail begins to say that the instructor's solution exceeds a limit as well.
_EXCEEDS = "The instructor's solution exceeds c.Autograder.{}, too"
_EXCEEDED = re.compile(re.escape(_EXCEEDS).replace(r"\{\}", r"(\w+)"))
#: An exception of the student's code, and where its line begins and ends to be told. Each is looked
#: for once, after the one before: one pattern for all could take time cubed for a made-up text.
_KIND = re.compile(r"(?<!\w)([A-Z]\w*+): ")
_LINE = re.compile(r" \(line \d++: ")
_END_OF_LINE = re.compile(r"\)(?=[.)]|$)")
#: How messages end that tell a student whose turn it is.
_TURN = re.compile(r"[:;] your instructor will (?:look at|grade) it\.$")


class Outcome(StrEnum):
    """How one question ended. Only ``passed`` and ``partial`` earn points automatically."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"  # an assertion did not hold
    ERROR = "error"  # another exception
    TIMEOUT = "timeout"  # took longer than the limits allow
    CRASHED = "crashed"  # the student's process ended or broke the protocol
    MISSING = "missing"  # the notebook does not define a name that the test uses
    NO_RESPONSE = "no response"  # an answer that a person would grade was left untouched
    MANUAL = "manual"  # a person has to grade it
    GRADER_ERROR = "grader error"  # our fault or the test's: neither zero nor full marks


def shown(points: float) -> str:
    """Points for a person to read, wherever they stand: two decimals at most.

    Files for programs (JSON, tables of marks) have all digits.

    >>> shown(2.0), shown(0.75), shown(1 / 3), shown(1234567.5), shown(-0.001)
    ('2', '0.75', '0.33', '1234567.5', '0')
    """
    text = f"{points:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def counted(number: float, one: str, several: str = "") -> str:
    """A number with its noun, for a person to read; ``several`` is the plural, if not with an s.

    >>> counted(1, "point"), counted(0.5, "point"), counted(2, "answer waits", "answers wait")
    ('1 point', '0.5 points', '2 answers wait')
    """
    text = shown(number)
    return f"{text} {one if text == '1' else several or f'{one}s'}"


def cause_of(name: str, message: str) -> str:
    """What questions' messages have in common that tell of one cause, which is to be told once.

    An exception of the student's code is the same at the same line, whatever numbers its text has.
    Of two parts (what stands before the first hyphen of a name) other words may be alike by chance.

    >>> cause_of("f-example", "Your code raised ValueError: (2,) and (3,) differ (line 4: p - q).")
    'ValueError (line 4: p - q)'
    >>> cause_of("f-example", "loss is wrong")
    'f: loss is wrong'
    """
    for text in message.split("\n"):
        kind = _KIND.search(text)
        line = kind and _LINE.search(text, kind.end())
        end = line and _END_OF_LINE.search(text, line.end())
        if kind and line and end:
            return f"{kind[1]}{text[line.start() : end.end()]}"
    part, hyphen, _ = name.partition("-")
    return message if "(line " in message or not hyphen else f"{part}: {message}"


@dataclass(frozen=True)
class Question:
    """One graded cell. ``score`` is None while a person has to decide.

    ``message`` is what the student may read, also when the test is hidden; ``withheld`` (what it
    would be, were the test visible) and ``detail`` (the traceback at the examiner) are for the
    instructor alone.
    """

    grade_id: str
    score: float | None
    max_score: float
    outcome: Outcome
    message: str = ""
    hidden: bool = False
    detail: str = ""
    withheld: str = ""

    @property
    def for_the_instructor(self) -> str:
        """What came of it in a line, nothing withheld.

        >>> said = "The machine was too busy: your instructor will look at it."
        >>> Question("f-test", None, 1.0, Outcome.GRADER_ERROR, said).for_the_instructor
        'The machine was too busy. A person decides.'
        """
        line = (self.withheld or self.message).split("\n")[0] or self.outcome.value
        return _TURN.sub(". A person decides.", line)

    @property
    def low_limit(self) -> str | None:
        """The setting under ``c.Autograder`` that is too low for the instructor's solution."""
        found = _EXCEEDED.match(self.detail)
        return found[1] if found else None


def exceeds(limit: str) -> str:
    """The beginning of a detail, which `Question.low_limit` reads."""
    return _EXCEEDS.format(limit)


@dataclass(frozen=True)
class CellRun:
    """A cell of the graded notebook with what running it showed.

    ``outputs`` are nbformat-4 output dicts as the candidate sent them, bounded in size but
    **not** to be trusted: whoever displays them has to sanitise them first. ``note`` is the
    grader's own remark on the cell, such as that it had been deleted and was put back.
    """

    cell: Cell
    outputs: tuple[Mapping[str, Any], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Expected:
    """What the solution's run of one test has shown, with which a submission's is compared.

    Attributes
    ----------
    is_known
        Whether the solution has earned points there. Nothing else is known otherwise.
    ends_in_number
        Whether the test ended in a number of points.
    came
        What came from the candidate, in a few words for each place.
    """

    is_known: bool = False
    ends_in_number: bool = False
    came: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class NotebookResult:
    """One graded (or, with ``error``, ungradable) notebook of one student.

    Of an ungradable one no question has a score, and a person may give each of them one.

    ``forgeable`` names the questions whose tests run in the student's process. ``detail`` is the
    traceback if it was the grader that failed; for the instructor alone. ``expected`` is what a
    solution's result has for the grading of submissions, by ``grade_id``, and theirs have not.
    """

    assignment: str
    student: str
    notebook: str
    questions: tuple[Question, ...] = ()
    cells: tuple[CellRun, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    seconds: float = 0.0
    waited_seconds: float = 0.0  # the part of `seconds` spent waiting for code that hangs
    error: str | None = None  # why nothing could be graded
    detail: str = ""
    forgeable: tuple[str, ...] = ()
    expected: Mapping[str, Expected] = field(default_factory=dict)

    @property
    def needs_manual_grade(self) -> bool:
        """Whether the grader has left something to a person."""
        return Review().awaits_a_person(self)

    @property
    def score(self) -> float | None:
        """The sum of the scores known so far; None if the notebook could not be graded."""
        return None if self.error else sum(q.score or 0.0 for q in self.questions)

    @property
    def max_score(self) -> float:
        return sum(q.max_score for q in self.questions)


@dataclass(frozen=True)
class Timing:
    """When a submission was due and when it came.

    Attributes
    ----------
    submitted_at, due
        None where that is not known; ``due`` is the student's own, ``extension`` included.
    extension
        How much longer than the others the student has.
    late
        How long after ``due`` it came, and ``counted`` what of that is to cost points: less a
        period of grace and ``late_days`` of those that the student has for the term.
    called_late
        Where nobody knows when it came, whether the platform calls it late; None if it says
        neither.
    """

    submitted_at: datetime | None = None
    due: datetime | None = None
    extension: timedelta = timedelta()
    late: timedelta = timedelta()
    counted: timedelta = timedelta()
    late_days: int = 0
    called_late: bool | None = None

    @property
    def is_undecided(self) -> bool:
        """Whether there is a due date, and nothing tells whether, or by how much, it was missed."""
        return self.due is not None and self.submitted_at is None and self.called_late is not False

    @property
    def is_late(self) -> bool | None:
        """Whether it was late; None where nobody knows, or there is no due date."""
        if self.due is None or self.submitted_at is None:
            return self.called_late
        return self.late > timedelta()


@dataclass(frozen=True)
class Review:
    """What people decided about one submitted notebook, by ``grade_id``; in points.

    ``scores`` holds the scores that people gave, each of which replaces the automatic one;
    ``extra_credit`` comes on top of either. ``late_penalty`` is taken off the notebook's sum, for
    what ``timing`` says. ``decisions`` has what was decided of a question for everybody, whose
    points are among ``scores``. ``outdated`` names the scores of an answer that was handed in anew
    since: whoever gave them has to look again. Who is ``excused`` from the assignment has no points
    for it, which is not 0.
    """

    scores: Mapping[str, float] = field(default_factory=dict)
    extra_credit: Mapping[str, float] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    late_penalty: float = 0.0
    timing: Timing = field(default_factory=Timing)
    decisions: Mapping[str, str] = field(default_factory=dict)
    outdated: frozenset[str] = frozenset()
    excused: bool = False

    def max_score(self, question: Question) -> float:
        """The most points for a question: none, if it was decided that it is worth nothing."""
        return 0.0 if self.decisions.get(question.grade_id) == "void" else question.max_score

    def max_total(self, result: NotebookResult) -> float:
        """The most points for a notebook, without extra credit."""
        return sum(map(self.max_score, result.questions))

    def score(self, question: Question) -> float | None:
        """A question's points without extra credit; None while a person has to decide."""
        if question.grade_id in self.outdated:
            return None
        return self.scores.get(question.grade_id, question.score)

    def total(self, result: NotebookResult) -> float | None:
        """The notebook's points, as far as they are known: what a person has to look at is 0.

        None if it could not be graded, and no person has given every question its points; and for
        who is excused.
        """
        if self.excused or self.is_ungraded(result):
            return None
        known = sum(
            (self.score(question) or 0.0) + self.extra_credit.get(question.grade_id, 0.0)
            for question in result.questions
        )
        # A person may have lowered a score since the penalty was computed.
        return max(0.0, known - self.late_penalty)

    def is_ungraded(self, result: NotebookResult) -> bool:
        """Whether it could not be graded, and no person has decided about it."""
        return result.error is not None and self.awaits_a_person(result)

    def awaits_a_person(self, result: NotebookResult) -> bool:
        """Whether there is something that nobody has decided yet, and that counts."""
        return not self.excused and (
            (result.error is not None and not result.questions)
            or None in map(self.score, result.questions)
        )
