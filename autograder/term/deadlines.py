"""Due dates, extensions, the price of lateness, and who is excused: ``deadlines.toml``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import cache, partial
from pathlib import Path
from typing import Any

from autograder.course.directory import Course
from autograder.course.groups import read_groups
from autograder.course.submissions import CALLED_IN_TIME, CALLED_LATE
from autograder.course.times import DEADLINES, moment_or_span, zone_of
from autograder.errors import CourseError
from autograder.results import Timing
from autograder.term.late import LatePolicy, in_short, read_policy
from autograder.term.log import append_table, expect_keys, read_toml

#: Whom an extension is for that moves the due date itself.
EVERYBODY = "everybody"
#: Until when somebody has, of whom an extension is taken back.
NONE = "none"
_KEYS = ("timezone", "due", "late", "extension", "excuse")


@dataclass(frozen=True)
class Deadlines:
    """What ``deadlines.toml`` says.

    Attributes
    ----------
    due
        Due dates by assignment, in UTC, as they were moved last.
    extensions
        By student and assignment: until when, in UTC, or how much longer than the others.
    late
        What lateness costs.
    zone
        In which times are meant and shown that name none; None: this machine's.
    excused
        Students and the assignment that each is excused from.
    """

    due: Mapping[str, datetime] = field(default_factory=dict)
    extensions: Mapping[tuple[str, str], datetime | timedelta] = field(default_factory=dict)
    late: LatePolicy = field(default_factory=LatePolicy)
    zone: tzinfo | None = None
    excused: frozenset[tuple[str, str]] = frozenset()

    def extension(self, student: str, assignment: str, due: datetime) -> timedelta | None:
        """How much longer than ``due`` a student has; None if the file does not say."""
        found = self.extensions.get((student, assignment))
        if isinstance(found, datetime):
            return max(timedelta(), found - due)
        return found

    def shown(self, moment: datetime) -> str:
        """A moment as people read it."""
        try:
            return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M %Z}"
        except OverflowError:  # a student's clock may say the year 1
            return f"{moment:%Y-%m-%d %H:%M %Z}"

    def in_full(self, timing: Timing) -> str:
        """When it was due and came, in a sentence; empty if nobody calls it late or in time."""
        if timing.due is None:
            return f"{CALLED_LATE.capitalize()}." if timing.called_late else ""
        came = timing.submitted_at
        handed_in = (
            f"handed in {self.shown(came)}" if came else "when it was handed in is not known"
        )
        called = CALLED_IN_TIME if timing.called_late is False else ""
        said = ", ".join(filter(None, (called, in_short(timing))))
        return f"Due {self.shown(timing.due)}, {handed_in}{f': {said}' if said else ''}."


def read_deadlines(course: Course) -> Deadlines:
    """The course's deadlines; none if it has no such file.

    Raises
    ------
    CourseError
        It cannot be read, or something in it is unknown.
    """
    path = course.root / DEADLINES
    content = read_toml(path, _KEYS)
    zone = zone_of(course)
    due: dict[str, datetime] = {}
    table = content.get("due", {})
    if not isinstance(table, dict):
        raise CourseError(f"{path}: due is {table!r}, expected a table [due] of assignments.")
    for assignment, value in table.items():
        moment = _value(path, f"due.{assignment}", value, zone)
        if isinstance(moment, timedelta):
            raise CourseError(f"{path}: due.{assignment} is {value!r}, expected a date.")
        due[assignment] = moment
    first = dict(due)  # before anybody moved them
    extensions: dict[tuple[str, str], datetime | timedelta] = {}
    groups = cache(partial(read_groups, course.root))  # or the file is read for each extension
    entries = content.get("extension", [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        where = f"extension {number}"
        entry = expect_keys(f"{path}: {where}", entry, ("student", "assignment", "until", "why"))
        student, assignment = (_name(path, where, entry, key) for key in ("student", "assignment"))
        taken_back = entry.get("until") == NONE
        until = timedelta() if taken_back else _value(path, where, entry.get("until"), zone)
        if student != EVERYBODY:
            members = groups(assignment).get(student, (student,))
            extensions |= {(member, assignment): until for member in members}
        elif taken_back and assignment in first:
            due[assignment] = first[assignment]
        elif taken_back:
            raise CourseError(
                f"{path}: {where} goes back to the date of {assignment} in [due], which has none: "
                "give the date."
            )
        elif isinstance(until, datetime):
            due[assignment] = until
        elif assignment in due:
            due[assignment] += until
        else:
            raise CourseError(f"{path}: {where} is +{until}, but [due] has no {assignment}.")
    late = read_policy(path, content.get("late", {}))
    return Deadlines(due, extensions, late, zone, _excused(path, content.get("excuse", []), groups))


def add_extension(
    course: Course, student: str, assignment: str, until: datetime | str, why: str = ""
) -> None:
    """Write an extension to the end of the file; the last one for a student holds.

    ``until`` is a date, a span, or `NONE`.

    Raises
    ------
    CourseError
        The file is of another form, or there is nothing to go back to.
    """
    if until == NONE and student == EVERYBODY:
        table = read_toml(course.root / DEADLINES, _KEYS).get("due", {})
        if assignment not in table:
            raise CourseError(
                f"[due] in {DEADLINES} has no date of {assignment} to go back to: give the date."
            )
    values: dict[str, str | float | datetime] = {"student": student, "assignment": assignment}
    values |= {"until": until} | ({"why": why} if why else {})
    append_table(course.root / DEADLINES, "extension", values)


def _excused(
    path: Path, entries: Any, groups: Callable[[str], Mapping[str, Sequence[str]]]
) -> frozenset[tuple[str, str]]:
    """Who is excused from which assignment; the last word on both holds."""
    found: dict[tuple[str, str], bool] = {}
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        where = f"excuse {number}"
        keys = ("student", "assignment", "excused", "why")
        entry = expect_keys(f"{path}: {where}", entry, keys)
        student, assignment = (_name(path, where, entry, key) for key in ("student", "assignment"))
        is_excused = entry.get("excused", True)
        if not isinstance(is_excused, bool):
            raise CourseError(
                f"{path}: {where}: excused is {is_excused!r}, expected true or false."
            )
        members = groups(assignment).get(student, (student,))
        found |= {(member, assignment): is_excused for member in members}
    return frozenset(key for key, is_excused in found.items() if is_excused)


def add_excuse(
    course: Course, student: str, assignment: str, *, excused: bool = True, why: str = ""
) -> None:
    """Write to the end of the file that a student is excused, or not any more.

    Raises
    ------
    CourseError
        The file is of another form.
    """
    values: dict[str, str | float | datetime] = {"student": student, "assignment": assignment}
    values |= ({} if excused else {"excused": False}) | ({"why": why} if why else {})
    append_table(course.root / DEADLINES, "excuse", values)


def _value(path: Path, where: str, value: Any, zone: tzinfo | None) -> datetime | timedelta:
    try:
        return moment_or_span(value, zone)
    except CourseError as error:
        raise CourseError(f"{path}: {where}: {error}") from error


def _name(path: Path, where: str, entry: Mapping[str, Any], key: str) -> str:
    name = entry.get(key)
    if not isinstance(name, str) or not name:
        raise CourseError(f"{path}: {where} names no {key}.")
    return name
