"""What lies in the submitted folder: told once it is whole, and again when it has changed.

A file that is being written is left alone: nothing is told before it has looked the same for
`SETTLE` seconds, nor, while a notebook is missing or ends in the middle, for `PATIENCE` seconds.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from autograder.course.directory import CONFIG_FILE, Course
from autograder.course.parties import Party, parties
from autograder.course.submissions import Submission, paths_in

#: Seconds that files stay as they are before they are read.
SETTLE = 0.1
#: The same, where a notebook is missing or no whole JSON: it may still be on its way.
PATIENCE = 10.0
#: Files of one submission that are looked at.
FILES = 1000

#: An assignment, and a student or a group.
Key = tuple[str, str]
Snapshot = tuple[object, ...]


@dataclass
class Arrival:
    """What one party has handed in, as it looked last, and since when it looks like that."""

    party: Party
    snapshot: Snapshot
    since: float
    settle: float = SETTLE
    is_told: bool = False


class Arrivals:
    """What lies in the submitted folder of a course for some assignments.

    Parameters
    ----------
    course, assignments
        Where to look.
    clock
        Tells seconds.
    """

    def __init__(
        self,
        course: Course,
        assignments: Sequence[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._course = course
        self._assignments = assignments
        self._clock = clock
        self._known: dict[Key, Arrival] = {}

    def look(self) -> list[Key]:
        """Look at all of it: what has become ready to be read, or has changed since it was.

        Raises
        ------
        CourseError
            ``groups.csv`` cannot be used.
        """
        now = self._clock()
        there = dict(self._parties())
        self._known = {key: each for key, each in self._known.items() if key in there}
        ready = []
        for key, party in there.items():
            snapshot = self._snapshot(key[0], party)
            known = self._known.get(key)
            if known is None or known.snapshot != snapshot:
                self._known[key] = Arrival(party, snapshot, now)
            elif not known.is_told and now - known.since >= known.settle:
                known.is_told = True
                ready.append(key)
        return ready

    def party(self, key: Key) -> Party | None:
        """Who that is; None if nothing is there any more."""
        known = self._known.get(key)
        return None if known is None else known.party

    def is_whole(self, key: Key, submission: Submission) -> bool:
        """Whether what was read just now had settled; if not, it will be told once more."""
        known = self._known.get(key)
        if known is None:
            return False
        if self._snapshot(key[0], known.party) != known.snapshot:
            known.is_told = False  # the next look finds it changed
            return False
        if _looks_whole(submission) or known.settle == PATIENCE:
            return True
        known.settle, known.is_told = PATIENCE, False
        return False

    def tell_again(self) -> None:
        """Tell all of it once more."""
        for each in self._known.values():
            each.is_told = False

    def seconds_to_wait(self) -> float | None:
        """How long until something may have settled; None if nothing is being waited for."""
        waiting = [each.since + each.settle for each in self._known.values() if not each.is_told]
        return max(0.0, min(waiting) - self._clock()) if waiting else None

    def folders(self) -> frozenset[Path]:
        """The folders in which something can appear."""
        found = set[Path]()
        for assignment in self._assignments:
            top = Path(os.path.commonpath([self._folder(assignment, name) for name in "ab"]))
            found.add(top)
            for key, each in self._known.items():
                if key[0] != assignment:
                    continue
                for name in each.party.folders:
                    folder = self._folder(assignment, name)
                    between = (folder, *folder.parents)
                    found.update(path for path in between if path.is_relative_to(top))
        return frozenset(path for path in found if path.is_dir() and not path.is_symlink())

    def _parties(self) -> Iterator[tuple[Key, Party]]:
        for assignment in self._assignments:
            students = self._course.students(assignment)
            for party in parties(self._course, assignment, students):
                # No name holds a slash, so no group is taken for a student of its name.
                name = f"{party.group}/" if party.group else party.members[0]
                yield (assignment, name), party

    def _folder(self, assignment: str, student: str) -> Path:
        return self._course.submitted_folder(student, assignment)

    def _snapshot(self, assignment: str, party: Party) -> Snapshot:
        seen: list[object] = [party]
        for name in party.folders:
            folder = self._folder(assignment, name)
            is_link = folder.is_symlink() or folder.parent.is_symlink()
            paths = [folder] if is_link else islice(paths_in(folder), FILES)
            seen += [(str(path), look_of(path)) for path in paths]
        return tuple(seen)


def look_of(path: Path) -> tuple[int, ...]:
    """By what a file can be told from what it was before; nothing if it is gone."""
    try:
        found = path.lstat()
    except OSError:
        return ()
    return found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def edition_of(course: Course, assignments: Sequence[str]) -> frozenset[object]:
    """By which it can be told whether the configuration or an instructor edition has changed."""
    paths = [course.root / CONFIG_FILE]
    for folder in map(course.source_folder, assignments):
        within = paths_in(folder)
        paths += [path for path in within if not course.ignores(path.relative_to(folder))]
    # Not when it was last touched: a backup that links to a file does not change what it says.
    return frozenset((path, look_of(path)[1:-1]) for path in paths)


def _looks_whole(submission: Submission) -> bool:
    """Whether every notebook of the assignment is there, and ends as JSON does."""
    if submission.missing or submission.unreadable:
        return False
    return all(map(_is_json, submission.notebooks.values()))


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True
