"""What a platform says in files of its own, beside the students' folders: names and times.

None of these files lies within a student's folder: there it would be the student's word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from autograder.collect.entry import Entry
from autograder.collect.patterns import time_of
from autograder.collect.platforms import Owned, student_name
from autograder.errors import CourseError

_GRADESCOPES = "submission_metadata.yml"
_SAKAIS = re.compile(r"(?P<who>(?:.*/)?[^/]*\([^/()]+\))[/_]timestamp\.txt")


@dataclass(frozen=True)
class Submitted:
    """Who handed a submission in together, and when, if that is told."""

    names: tuple[str, ...]
    time: datetime | None = None


def with_what_lies_beside(
    owned: Sequence[Owned], nobodys: Iterable[Entry], limit: int
) -> list[Owned]:
    """The files with the names and times that a platform's own files tell of them.

    What several people handed in together is each one's. ``limit`` is of the bytes that are read.
    """
    found = list(owned)
    for entry in nobodys:
        if entry.problem:
            continue
        folder, _, name = entry.path.rpartition(_GRADESCOPES)
        beside = all(each.entry.path.startswith(f"{folder}{each.student}/") for each in owned)
        if not name and beside and (not folder or folder.endswith("/")):
            told = gradescope_submissions(_text(entry, limit))
            found = [one for each in found for one in _each_ones(each, told.get(each.student))]
        elif stamp := _SAKAIS.fullmatch(entry.path):
            time = _sakai_time(_text(entry, limit))
            theirs = tuple(f"{stamp['who']}{mark}Submission attachment(s)" for mark in "/_")
            found = [
                replace(each, time=time) if time and each.entry.path.startswith(theirs) else each
                for each in found
            ]
    return found


def _each_ones(owned: Owned, told: Submitted | None) -> Iterator[Owned]:
    if told is None:
        yield owned
        return
    for name in told.names:
        yield replace(owned, student=student_name(name), time=told.time)


def _text(entry: Entry, limit: int) -> str:
    try:
        return entry.read(limit).decode("utf-8", "replace")
    except (OSError, CourseError):
        return ""


def gradescope_submissions(text: str) -> Mapping[str, Submitted]:
    """Who made each submission, by the file ``submission_metadata.yml`` of a Gradescope export."""
    parts = re.split(r"(?m)^(submission_\d+):", text)[1:]
    found = {}
    for submission, block in zip(parts[::2], parts[1::2], strict=True):
        people = re.split(r"(?m)^  :(?!submitters)", block.partition(":submitters:")[2])[0]
        names = re.findall(r":name:\s*['\"]?(.+?)['\"]?\s*$", people, re.MULTILINE)
        when = re.search(r"^  :created_at:\s*(\S+ [\d:]+)(?:\.\d+)? Z\s*$", block, re.MULTILINE)
        if names:
            time = time_of(when[1], UTC) if when else None
            found[submission] = Submitted(tuple(dict.fromkeys(names)), time)
    return found


def _sakai_time(text: str) -> datetime | None:
    """A time as Sakai writes it: ISO 8601, or formerly 17 digits; both in UTC."""
    text = text.strip()
    return time_of(text[:14] if re.fullmatch(r"\d{17}", text) else text, UTC)
