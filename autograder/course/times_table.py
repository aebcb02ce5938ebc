"""When many handed in: a table with times, one that somebody made or Moodle's grading worksheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from autograder.course.columns import columns_named
from autograder.course.directory import Course
from autograder.course.submissions import kept_ids_file, read_kept_ids
from autograder.course.worksheet import Rows, read_worksheet, times_of
from autograder.errors import CourseError

_TITLES = {
    "student": ("student", "studentid", "id", "userid", "username", "login"),
    "number": ("identifier",),
    "time": ("time", "submittedat", "lastmodifiedsubmission", "submitted", "handedin"),
}
#: A time or a span as `autograder.course.times` reads it.
_PLAIN = re.compile(r"\d{4}-|\+")


def times_in(course: Course, assignment: str, path: Path) -> tuple[dict[str, str], list[str]]:
    """The time of each student in a table, and whom it names that nobody here is.

    Lines without a time (of those who handed in nothing, Moodle has ``-``) are left out. Moodle's
    numbers are those that `autograder collect` has kept. Its worksheet may be in any language.

    Raises
    ------
    CourseError
        It cannot be read, lacks a column, or has two times for a student.
    """
    titles, rows = read_table(path)
    who_column, time_column, is_number = _columns(path, titles, rows)
    told = [row[time_column].strip() for row in rows]
    times_by_text = _times(path, {time for time in told if time not in ("", "-")})
    kept = read_kept_ids(kept_ids_file(course, assignment))
    times: dict[str, str] = {}
    unknown: list[str] = []
    for row, text in zip(rows, told, strict=True):
        who = row[who_column].strip()
        if not who or text not in times_by_text:
            continue
        student = _numbered(kept, re.sub(r"\D", "", who), row) if is_number else who
        time = times_by_text[text]
        if not student:
            unknown.append(who)
        elif times.setdefault(student, time) != time:
            raise CourseError(f"{path} has two times for {student}: leave one of the lines.")
    return times, unknown


def read_table(path: Path) -> tuple[list[str], Rows]:
    """The titles in the first line of a table of comma-separated values, and the rows below it.

    Semicolons and tabs may separate them as well.

    Raises
    ------
    CourseError
        It cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        table = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
        titles = list(table.fieldnames or ())
        return titles, [{title: row.get(title) or "" for title in titles} for row in table]
    except (OSError, ValueError, csv.Error) as error:
        raise CourseError(f"{path} cannot be read as a table: {error}.") from error


def _columns(path: Path, titles: list[str], rows: Rows) -> tuple[str, str, bool]:
    """Those of who and of when, and whether who is a number of Moodle's."""
    named, sheet = columns_named(titles, _TITLES), read_worksheet(titles, rows)
    is_number = not named["student"] or named["student"] == sheet.number
    who = (named["number"] or sheet.number) if is_number else named["student"]
    if not who or not (named["time"] or sheet.times):
        raise CourseError(
            f"{path} needs the columns student and time in its first line, or those of Moodle's "
            f"grading worksheet; it has {', '.join(titles) or 'none'}. Write student above the "
            "names that the course has, and time above the times of submission."
        )
    if not named["time"] and len(sheet.times) > 1:
        raise CourseError(
            f"{path} has times in the columns {', '.join(sheet.times)}: write time above those "
            "of submission."
        )
    return who, named["time"] or sheet.times[0], is_number


def _times(path: Path, texts: Collection[str]) -> dict[str, str]:
    """The times that a column tells, as they are or as ISO 8601 has them."""
    in_words = [text for text in texts if not _PLAIN.match(text)]
    found = times_of(in_words)
    if in_words and not found:
        # One of them may be the reason.
        text = next((text for text in in_words if not times_of([text])), in_words[0])
        raise CourseError(
            f"{path}: {text!r} cannot be read as a time for certain. Set the language to English "
            "on the platform and download the table once more, or write the times like "
            "2026-12-01T09:30."
        )
    return {text: found.get(text, text) for text in texts}


def _numbered(kept: Mapping[str, Mapping[str, str]], number: str, row: Mapping[str, str]) -> str:
    """The student whom the platform numbers so, and calls as the row does; empty if nobody is."""
    for student, known in kept.items():
        name = known.get("name") or ""
        is_called = not name or name.endswith(number) or name in row.values()
        if number and known.get("platform_id") == number and is_called:
            return student
    return ""
