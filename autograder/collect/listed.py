"""Stud.IP's list of the files in an archive, which tells who uploaded each: no name does.

`FileArchiveManager` of Stud.IP writes it as ``archive_filelist.csv`` beside them: name, size, first
name, last name, downloads, time (by the platform's clock) and path, under titles in its language.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from autograder.collect.entry import Entry
from autograder.collect.handin import HandIn
from autograder.collect.patterns import time_of
from autograder.collect.platforms import NAMESAKE, Owned, student_name
from autograder.course.files import is_hidden
from autograder.errors import CourseError

_LIST = "archive_filelist.csv"
_COLUMNS = 7
_LARGEST = 16 << 20  # bytes of a list that are read


@dataclass(frozen=True)
class _Row:
    """Who uploaded a file, and when."""

    student: str
    time: datetime | None


def listed(
    entries: Sequence[Entry], zone: tzinfo | None = None
) -> tuple[list[Owned], list[Entry]] | None:
    """The files by who uploaded them, and those that are in no line; None without such a list.

    There is none either where a student may have made it, as where there are two of that name, and
    where all was uploaded by one person, who may have done it for others.
    """
    lists = [each for each in entries if NAMESAKE.sub("", _name(each.path)) == _LIST]
    if len(lists) != 1 or _name(lists[0].path) != _LIST or lists[0].problem:
        return None
    top = lists[0].path.removesuffix(_LIST)
    rows = _rows(lists[0], zone)
    if len({row.student for row in rows.values()}) < 2 or f"{top}{_LIST}" in rows:
        return None
    owned: list[Owned] = []
    nobodys: list[Entry] = []
    for entry in entries:
        path = _archive_of(entry.path.removeprefix(top), rows)
        row = rows.get(path) if entry.path.startswith(top) else None
        if row is None:
            nobodys.append(entry)
            continue
        file = _name(path) + entry.path.removeprefix(top)[len(path) :]
        known = HandIn(time=row.time)
        owned.append(Owned(row.student, file, entry, row.student, known))
    return _as_one_attempt(owned), [each for each in nobodys if each is not lists[0]]


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _rows(entry: Entry, zone: tzinfo | None) -> dict[str, _Row]:
    """What the list has of each path; nothing of one that it has twice."""
    try:
        text = entry.read(_LARGEST).decode("utf-8-sig", "replace")
    except (OSError, CourseError):
        return {}
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    try:
        for row in list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))[1:]:
            if len(row) == _COLUMNS and (student := student_name(f"{row[2]} {row[3]}")):
                found[row[6]].append(_Row(student, time_of(row[5], zone)))
    except csv.Error:
        return {}
    return {path: rows[0] for path, rows in found.items() if len(rows) == 1}


def _archive_of(path: str, rows: dict[str, _Row]) -> str:
    """The path in the list of a file, or of the uploaded archive that it is in."""
    parts = path.split("/")
    above = ("/".join(parts[:number]) for number in range(len(parts), 0, -1))
    return next((each for each in above if each in rows), path)


def _as_one_attempt(owned: Sequence[Owned]) -> list[Owned]:
    """With one time for all that a student has uploaded, file by file: that of the last one."""
    files = {(each.student, each.file) for each in owned}
    times: dict[str, datetime] = {}
    for each in owned:
        if (time := each.handed_in.time) and not is_hidden(each.file):
            times[each.student] = max(time, times.get(each.student, time))
    found = []
    for each in owned:
        plain = NAMESAKE.sub("", each.file)
        file = each.file if (each.student, plain) in files else plain
        known = replace(each.handed_in, time=times.get(each.student))
        found.append(replace(each, file=file, handed_in=known))
    return found
