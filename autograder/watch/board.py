"""The class on one page, for the instructor: a plain file, which reads itself anew."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import quote

from jinja2 import Template

from autograder.course.directory import Course
from autograder.course.files import write_atomically
from autograder.course.times import zone_of
from autograder.results import Outcome
from autograder.sanitise import plain_text
from autograder.sanitise.templates import page_templates
from autograder.watch.arrivals import Key

#: Seconds after which the page reads itself anew.
REFRESH = 2
#: It takes at most one in so many seconds to write.
SHARE = 10
NAME_LIMIT = 200  # characters of a name
SAID_LIMIT = 300  # … and of a message
#: Names of those whom a question stops.
NAMED = 30
#: How a question ends that stops nobody: nothing is left to do, but perhaps for a person.
STOPS_NOBODY = (Outcome.PASSED, Outcome.MANUAL)


@dataclass(frozen=True)
class Row:
    """What is known of one student's submission for one assignment.

    ``state`` is told in words: waits, is being graded, graded, … ``outcomes`` is how each question
    ended, by notebook and ``grade_id``.
    """

    student: str
    state: str
    tone: str = "wait"
    attempt: str = ""
    points: str = ""
    share: float | None = None
    stopped_by: str = ""
    said: str = ""
    at: datetime | None = None
    page: Path | None = None
    outcomes: Mapping[tuple[str, str], Outcome] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionRow:
    """How many pass a question, for how many it waits for a person, and whom it stops."""

    name: str
    passed: int
    waiting: int
    stopped: list[str]
    more: int

    @property
    def stops(self) -> int:
        return len(self.stopped) + self.more


@dataclass(frozen=True)
class Refusal:
    """What a trouble is about: somebody's folder in the exchange."""

    key: Key


class ClassPage:
    """Keeps the page ``path`` up to date.

    Parameters
    ----------
    course, assignments
        What is watched.
    path
        Where the page is.

    Raises
    ------
    CourseError
        The course's zone cannot be used.
    """

    def __init__(self, course: Course, assignments: Iterable[str], path: Path) -> None:
        self.path = path
        self._course = course
        self._zone = zone_of(course)
        self._rows: dict[str, dict[str, Row]] = {name: {} for name in assignments}
        self._troubles: dict[object, str] = {}
        self._changed = True
        self._next = 0.0

    def note(self, assignment: str, row: Row) -> None:
        """Show this of a student."""
        self._changed = True
        self._rows[assignment][row.student] = row

    def row(self, assignment: str, student: str) -> Row:
        """What is shown of a student."""
        return self._rows[assignment].get(student, Row(student, "nothing yet"))

    def note_class(self, students: Iterable[str]) -> None:
        """Show these students, of whom perhaps nothing has come."""
        for student in students:
            for rows in self._rows.values():
                if student not in rows:
                    rows[student] = Row(student, "nothing yet", "")
                    self._changed = True

    def note_trouble(self, about: object, said: str = "") -> bool:
        """Show what is wrong, or that it is no more; whether that is news."""
        if self._troubles.get(about, "") == said:
            return False
        self._troubles[about] = said
        self._changed = True
        return True

    def note_refused(self, refused: Mapping[Key, str]) -> list[str]:
        """Show what is not taken from the exchange; what of it is news."""
        known = [about for about in self._troubles if isinstance(about, Refusal)]
        for about in known:
            if about.key not in refused:
                self.note_trouble(about, "")
        return [said for key, said in refused.items() if self.note_trouble(Refusal(key), said)]

    def write(self, *, at_once: bool = False) -> None:
        """Write the page if anything has changed, but not too often.

        Raises
        ------
        OSError
            It cannot be written.
        """
        start = time.monotonic()
        if not self._changed or (start < self._next and not at_once):
            return
        try:
            write_atomically(self.path, self.render())
            self._changed = False
        finally:
            self._next = time.monotonic() + max(1.0, SHARE * (time.monotonic() - start))

    def seconds_to_wait(self) -> float | None:
        """How long until the page has to be written; None if it is up to date."""
        return max(0.0, self._next - time.monotonic()) if self._changed else None

    def render(self) -> str:
        """The page: no script, nothing loaded from elsewhere, what students wrote escaped."""
        return self._template().render(
            refresh=REFRESH,
            written=datetime.now().astimezone(self._zone),
            troubles=[said for said in self._troubles.values() if said],
            assignments={
                name: {
                    "rows": [rows[student] for student in sorted(rows)],
                    "questions": _questions(rows.values()),
                    "states": _counted(row.state for row in rows.values()),
                    "median": _median(row.share for row in rows.values()),
                }
                for name, rows in self._rows.items()
            },
        )

    def _template(self) -> Template:
        here = Path(__file__).parent
        # The style sheet of feedback pages serves here as well.
        environment = page_templates(here, here.with_name("feedback"))
        environment.filters["plain"] = partial(_plain, limit=SAID_LIMIT)
        environment.filters["name"] = partial(_plain, limit=NAME_LIMIT)
        environment.filters["here"] = lambda time: time.astimezone(self._zone)
        environment.filters["link"] = self._link
        return environment.get_template("class.html.j2")

    def _link(self, page: Path) -> str:
        return quote(os.fsencode(os.path.relpath(page, self.path.parent)))


def _plain(text: str, limit: int) -> str:
    return plain_text(text, limit).replace("\n", " ")


def _questions(rows: Iterable[Row]) -> list[QuestionRow]:
    """Each question; the one first that stops most."""
    ended: dict[tuple[str, str], dict[Outcome, list[str]]] = {}
    for row in rows:
        for key, outcome in row.outcomes.items():
            ended.setdefault(key, {}).setdefault(outcome, []).append(row.student)
    found = []
    for (_, name), students in ended.items():
        passed, waiting = (len(students.pop(each, ())) for each in STOPS_NOBODY)
        stopped = sorted(chain.from_iterable(students.values()))
        more = max(0, len(stopped) - NAMED)
        found.append(QuestionRow(name, passed, waiting, stopped[:NAMED], more))
    return sorted(found, key=lambda each: -each.stops)


def _counted(states: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for state in states:
        counts[state] = counts.get(state, 0) + 1
    return counts


def _median(shares: Iterable[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return statistics.median(known) if known else None
