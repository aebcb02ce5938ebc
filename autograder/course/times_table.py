"""When many handed in: a table with times, one that somebody made or Moodle's grading worksheet."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from pathlib import Path

from autograder.course.columns import columns_named
from autograder.course.directory import Course
from autograder.course.submissions import kept_ids_file, read_kept_ids
from autograder.errors import CourseError

_TITLES = {
    "student": ("student", "studentid", "id", "userid", "username", "login"),
    "number": ("identifier",),
    "time": ("time", "submittedat", "lastmodifiedsubmission", "submitted", "handedin"),
}
#: As Moodle writes a time in English: Tuesday, 1 December 2026, 9:30 AM.
_MOODLES = ("%A, %d %B %Y, %I:%M %p", "%A, %B %d, %Y, %I:%M %p", "%A, %d %B %Y, %H:%M")


def times_in(course: Course, assignment: str, path: Path) -> tuple[dict[str, str], list[str]]:
    """The time of each student in a table, and whom it names that nobody here is.

    Lines without a time (of those who handed in nothing, Moodle has ``-``) are left out. Moodle's
    numbers are those that `autograder collect` has kept.

    Raises
    ------
    CourseError
        It cannot be read, lacks a column, or has two times for a student.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise CourseError(f"{path} cannot be read as a table: {error}.") from error
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.DictReader(io.StringIO(text), delimiter=delimiter)
    columns = columns_named(rows.fieldnames or (), _TITLES)
    if not columns["time"] or not (columns["student"] or columns["number"]):
        raise CourseError(
            f"{path} needs the columns student and time in its first line, or Moodle's Identifier "
            "and Last modified (submission)."
        )
    kept = read_kept_ids(kept_ids_file(course, assignment))
    numbers = {row.get("platform_id", ""): student for student, row in kept.items()}
    times: dict[str, str] = {}
    unknown: list[str] = []
    for row in rows:
        when = (row.get(columns["time"]) or "").strip()
        who = (row.get(columns["student"] or columns["number"]) or "").strip()
        if not who or when in ("", "-"):
            continue
        number = re.sub(r"\D", "", who)
        student = who if columns["student"] else numbers.get(number, "") if number else ""
        if not student:
            unknown.append(who)
        elif times.setdefault(student, _time(when)) != _time(when):
            raise CourseError(f"{path} has two times for {student}: leave one of the lines.")
    return times, unknown


def _time(text: str) -> str:
    """A time as Moodle writes it in ISO 8601; others as they are.

    >>> _time("Tuesday, 1 December 2026, 9:30 AM"), _time("2026-12-01T09:30")
    ('2026-12-01T09:30:00', '2026-12-01T09:30')
    """
    plain = " ".join(text.replace("\u202f", " ").split())
    for way in _MOODLES:
        try:
            return datetime.strptime(plain, way).isoformat()  # noqa: DTZ007 - it tells no zone
        except ValueError:
            continue
    return text
