"""What lateness costs, where a course does not leave that to a plugin of nbgrader's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from shlex import quote
from typing import Any

from autograder.course.submissions import CALLED_IN_TIME, CALLED_LATE
from autograder.course.times import read_span, span_text
from autograder.errors import CourseError
from autograder.results import Timing, counted
from autograder.term.log import expect_keys

DAY = timedelta(days=1)
#: Students that a line names.
_NAMED = 40
NONE, ZERO, PER_DAY = "none", "zero", "per day"
_KEYS = ("policy", "percent", "at_most", "grace", "days", "days_of")


@dataclass(frozen=True)
class LatePolicy:
    """The section ``[late]`` of ``deadlines.toml``.

    Attributes
    ----------
    method
        ``none``, ``zero`` or ``per day``; empty: the plugin that nbgrader's configuration names.
    percent
        Of the points earned, for each day that has begun; for ``per day``.
    at_most
        Percent of the points earned that lateness can cost.
    grace
        Who is no later than this is in time; who is, is late from the due date on.
    days
        Late days of each student in the term, ``days_of`` those of some.
    """

    method: str = ""
    percent: float = 10.0
    at_most: float = 100.0
    grace: timedelta = timedelta()
    days: int = 0
    days_of: Mapping[str, int] = field(default_factory=dict, hash=False)

    def late_days(self, student: str) -> int:
        """How many late days a student has in the term."""
        return self.days_of.get(student, self.days)

    def penalty(self, score: float, late: timedelta) -> float:
        """The points that being ``late`` takes off ``score``.

        >>> LatePolicy("per day", percent=10, at_most=25).penalty(20.0, timedelta(hours=30))
        4.0
        >>> LatePolicy("per day", percent=10, at_most=25).penalty(20.0, timedelta(days=9))
        5.0
        """
        if not late or self.method == NONE:
            return 0.0
        share = 100.0 if self.method == ZERO else min(self.percent * days_begun(late), self.at_most)
        return score * share / 100.0


def days_begun(span: timedelta) -> int:
    """How many days of ``span`` have at least begun.

    >>> days_begun(timedelta(hours=24)), days_begun(timedelta(hours=25))
    (1, 2)
    """
    return -(-span // DAY)


def in_short(timing: Timing) -> str:
    """Whether it was late and who had more time, in a few words; empty if there is nothing to say.

    >>> in_short(Timing(late=timedelta(hours=30), extension=DAY, late_days=2))
    '1 d 6 h late, 2 late days used, extended by 1 d'
    """
    days = f"{timing.late_days} late day{'s' if timing.late_days > 1 else ''} used"
    called = timing.called_late
    in_grace = timing.late and not timing.counted and not timing.late_days
    parts = (
        f"{span_text(timing.late)} late" if timing.late else CALLED_LATE if called else "",
        days if timing.late_days else "",
        "within the period of grace" if in_grace else "",
        f"extended by {span_text(timing.extension)}" if timing.extension else "",
    )
    return ", ".join(filter(None, parts))


def what_is_undecided(found: Iterable[tuple[str, str, Timing]]) -> list[str]:
    """Of how many students, and of whom, nobody knows whether they were late, and what to do.

    Each of ``found`` is an assignment, a student, and that submission's timing.
    """
    timings: dict[str, dict[str, Timing]] = {}
    for assignment, student, timing in found:
        timings.setdefault(assignment, {})[student] = timing
    return [line for each in timings.items() for line in _undecided(*each)]


def _undecided(assignment: str, timings: Mapping[str, Timing]) -> list[str]:
    called = [student for student, timing in timings.items() if timing.called_late]
    undated = [s for s, timing in timings.items() if timing.is_undecided and s not in called]
    in_time = sum(timing.called_late is False for timing in timings.values())
    of_all = f"of {counted(len(timings), 'student')}"
    lines = []
    if undated:
        lines.append(
            f"{assignment}: nothing tells when {len(undated)} {of_all} handed in, so no lateness "
            f"is counted for them: {_some(undated)}."
        )
    if called:
        lines.append(f"{assignment}: {CALLED_LATE}: {_some(called)}.")
    if lines:
        line = f"Say when: autograder submitted {quote((called or undated)[0])} {quote(assignment)}"
        # A time for all of a download is not for whom the platform calls late.
        for_all = f"autograder collect DOWNLOAD --assignment {quote(assignment)} --submitted-at"
        more = f", or for a whole download: {for_all} TIME" if undated else ""
        lines.append(f"{line} TIME{more}")
    if in_time:
        lines.append(
            f"{assignment}: {CALLED_IN_TIME}, of {in_time} {of_all}; it tells no times, and means "
            "the due date that is set there."
        )
    return lines


def _some(students: Sequence[str]) -> str:
    more = f" and {len(students) - _NAMED} more" if len(students) > _NAMED else ""
    return ", ".join(students[:_NAMED]) + more


def read_policy(path: Path, section: Any) -> LatePolicy:
    """The policy that a section describes.

    Raises
    ------
    CourseError
        Something in it is unknown or out of range.
    """
    table = expect_keys(f"{path}: [late]", section, _KEYS)

    def refuse(key: str, expected: str) -> CourseError:
        return CourseError(f"{path}: late.{key} is {table[key]!r}, expected {expected}.")

    method = table.get("policy", "")
    if method not in ("", NONE, ZERO, PER_DAY):
        raise refuse("policy", f"{NONE!r}, {ZERO!r} or {PER_DAY!r}")
    for key in ("percent", "at_most"):
        if not _is_number(table.get(key, 0)) or not 0 <= table.get(key, 0) <= 100:
            raise refuse(key, "a number from 0 to 100")
    days_of = table.get("days_of", {})
    if not _is_count(table.get("days", 0)):
        raise refuse("days", "a whole number of days")
    if not isinstance(days_of, dict) or not all(map(_is_count, days_of.values())):
        raise refuse("days_of", "a whole number of days for each student, such as {ada = 5}")
    try:
        grace = read_span(f"+{str(table.get('grace', '0m')).removeprefix('+')}")
    except ValueError as error:
        raise refuse("grace", "a span such as '15m'") from error
    return LatePolicy(
        method,
        table.get("percent", LatePolicy.percent),
        table.get("at_most", LatePolicy.at_most),
        grace,
        table.get("days", 0),
        days_of,
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
