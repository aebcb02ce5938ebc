"""From what a learning platform lets one download to ``submitted/STUDENT/ASSIGNMENT``.

Everything in a download is the students': names, sizes and contents. Nothing is unpacked by the
names that it has: what is to be written where is decided first, for each student, and shown.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from autograder.collect.platforms import (
    Entry,
    entries_of,
    pattern_of,
    targets_of,
    without_common_folder,
)
from autograder.course.directory import Course
from autograder.course.submissions import DEEPEST, TIMESTAMP, paths_in
from autograder.errors import CourseError, StorageError

_STUDENT = re.compile(r"[^\W_][\w .@+-]{0,99}")
_SAME_NAME = "several people have this name: --pattern can take their number into the name"
#: Bytes; file systems take no more than 255 for a name, 4096 for a path.
_LONGEST_NAME, _LONGEST_PATH = 200, 1000


class Action(StrEnum):
    """What becomes of a student's files."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    REFUSED = "refused"


@dataclass
class Collected:
    """One student's files by where each goes, with what each is called, and what is done then."""

    student: str
    files: dict[str, Entry] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    digests: dict[str, bytes] = field(default_factory=dict)
    action: Action = Action.NEW
    reason: str = ""

    def refuse(self, reason: str) -> None:
        """Take nothing of this student, for the first reason that is found."""
        if self.action is not Action.REFUSED:
            self.action, self.reason = Action.REFUSED, reason


def collect(
    course: Course,
    assignment: str,
    source: Path,
    *,
    pattern: re.Pattern[str] | None = None,
    replace: bool = False,
) -> list[Collected]:
    """What is to be done with the download ``source``, a zip file or a folder; nothing is done.

    ``pattern`` tells the groups ``student`` and ``file`` in a path of the download; without it, the
    one that `autograder.collect.platforms` knows to fit most notebooks is taken. What was collected
    before is only replaced by something else if told so.

    Raises:
        CourseError: the download cannot be read, or nothing in it can be told to be anybody's.
    """
    names = course.notebooks(assignment)
    if not names:
        raise CourseError(
            f"There is no assignment {assignment!r} in {course.root}; there are: "
            f"{', '.join(course.assignments()) or 'none'}."
        )
    entries = list(entries_of(source))
    chosen = pattern or pattern_of(source, [entry.path for entry in entries])
    nobodys: list[Collected] = []
    by_student: defaultdict[str, list[tuple[str, Entry]]] = defaultdict(list)
    people: defaultdict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if match := chosen.fullmatch(entry.path):
            student = match["student"].strip()
            by_student[student].append((match["file"], entry))
            people[student].add(match.groupdict().get("id") or "")
        elif entry.path.endswith(".ipynb"):
            nobodys.append(Collected(entry.path, action=Action.REFUSED, reason="whose is it?"))
    return nobodys + [
        _collected(course, assignment, student, theirs, replace=replace)
        if len(people[student]) == 1
        else Collected(student, action=Action.REFUSED, reason=_SAME_NAME)
        for student, theirs in sorted(by_student.items())
    ]


def store(course: Course, assignment: str, collected: Iterable[Collected]) -> Iterator[Collected]:
    """Write what is new or replaced; yields each that is written. A submission is whole or not.

    Raises:
        StorageError: it cannot be written.
    """
    for each in collected:
        if each.action not in (Action.NEW, Action.REPLACED):
            continue
        target = course.submitted_folder(each.student, assignment)
        try:
            _write(target, each.files, _room(course, assignment))
        except OSError as error:
            raise StorageError(
                f"{error.filename or target} cannot be written: {error.strerror or error}. What "
                "was collected before is there; make room, or see to the permissions, and run the "
                "same command again."
            ) from error
        yield each


def _collected(
    course: Course,
    assignment: str,
    student: str,
    theirs: Sequence[tuple[str, Entry]],
    *,
    replace: bool,
) -> Collected:
    collected = Collected(student)
    if not _STUDENT.fullmatch(student):
        collected.refuse(f"{student!r} cannot be anybody's name: it would be a folder's")
        return collected
    # When something was handed in is not for its author to say.
    theirs = [each for each in without_common_folder(theirs) if each[0] != TIMESTAMP]
    targets = targets_of(course.notebooks(assignment), [file for file, _ in theirs])
    room, most = _room(course, assignment), course.settings.limits.scratch_files
    if len(theirs) > most:
        collected.refuse(f"{len(theirs)} files, expected at most {most}")
    for file, entry in theirs:
        target = targets[file]
        if problem := entry.problem or _unusable(target):
            collected.refuse(f"{entry.path[:_LONGEST_NAME]}: {problem}")
        elif target in collected.files:
            collected.refuse(f"both {collected.origins[target]} and {file} would be {target}")
        elif in_the_way := _in_the_way(target, targets.values()):
            collected.refuse(f"{in_the_way} would have to be a file and a folder")
        if collected.action is Action.REFUSED:
            break
        try:
            data = entry.read(room + 1)
        except (OSError, CourseError) as error:
            collected.refuse(f"{entry.path} cannot be read: {error}")
            break
        room -= len(data)
        if room < 0:
            collected.refuse("more bytes than a submission may have")
        collected.files[target], collected.origins[target] = entry, file
        collected.digests[target] = sha256(data).digest()
    if not any(target.endswith(".ipynb") for target in targets.values()):
        collected.refuse("no notebook")
    if collected.action is Action.NEW:
        _compare(collected, course.submitted_folder(student, assignment), replace=replace)
    return collected


def _room(course: Course, assignment: str) -> int:
    """Bytes that one submission may have."""
    limits = course.settings.limits
    return limits.notebook_bytes * len(course.notebooks(assignment)) + limits.scratch_bytes


def _unusable(target: str) -> str:
    """Why no file can be written under this name, if none can."""
    parts = target.split("/")
    if len(parts) > DEEPEST:
        return f"more than {DEEPEST} folders within folders"
    size = len(os.fsencode(target))
    if size > _LONGEST_PATH or any(len(os.fsencode(part)) > _LONGEST_NAME for part in parts):
        return "its name is too long"
    return ""


def _in_the_way(target: str, others: Iterable[str]) -> str:
    """The path of a file above ``target``, if there is one."""
    return next((other for other in others if target.startswith(f"{other}/")), "")


def _compare(collected: Collected, folder: Path, *, replace: bool) -> None:
    if not folder.exists() and not folder.is_symlink():
        return
    there = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).digest()
        for path in paths_in(folder)
        if path.is_file() and not path.is_symlink()
    }
    if there == collected.digests:
        collected.action = Action.UNCHANGED
    elif replace:
        collected.action = Action.REPLACED
    else:
        collected.refuse(f"{folder} is there already, and different; --replace puts this there")


def _write(target: Path, files: Mapping[str, Entry], room: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # A name that begins with a dot is nobody's submission, should we be killed now.
    with tempfile.TemporaryDirectory(prefix=".collecting-", dir=target.parent) as temporary:
        fresh = Path(temporary) / "fresh"
        fresh.mkdir()
        for name, entry in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(entry.read(room))
        if target.exists() or target.is_symlink():
            shutil.move(target, Path(temporary) / "former")
        fresh.rename(target)
