"""Carries out what is planned: each submission is written whole, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from autograder.collect.entry import Entry
from autograder.collect.plan import room_of
from autograder.collect.planned import Action, PlannedSubmission
from autograder.course.directory import Course
from autograder.course.submissions import write_timestamp
from autograder.errors import CourseError, StorageError


def store(
    course: Course, assignment: str, plan: Iterable[PlannedSubmission]
) -> Iterator[PlannedSubmission]:
    """Write what the plan adds or replaces, each submission whole or not; yields those written.

    Raises
    ------
    StorageError
        A submission cannot be written. Those before it are there.
    """
    for each in plan:
        if each.action in (Action.KEEP, Action.NOTHING, Action.REFUSE):
            continue
        target = course.submitted_folder(each.student, assignment)
        try:
            if each.action is Action.DATE:
                assert each.handed_in.time is not None
                write_timestamp(target, each.handed_in.time)
            else:
                _write(target, each.files, each.handed_in.time, room_of(course, assignment))
        except (OSError, CourseError) as error:
            raise StorageError(
                f"{getattr(error, 'filename', None) or target} cannot be written: "
                f"{getattr(error, 'strerror', None) or error}. What "
                "was collected before is there; make room, or see to the permissions, and run the "
                "same command again."
            ) from error
        yield each


def _write(target: Path, files: Mapping[str, Entry], time: datetime | None, room: int) -> None:
    with replacing(target) as fresh:
        for name, entry in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(entry.read(room))
        if time is not None:
            write_timestamp(fresh, time)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside a submission's place, to be filled, then move it there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # If this process is killed now, a folder stays whose name, by its dot, is nobody's assignment.
    with tempfile.TemporaryDirectory(prefix=".collecting-", dir=target.parent) as temporary:
        fresh = Path(temporary) / "fresh"
        fresh.mkdir()
        yield fresh
        if target.exists() or target.is_symlink():
            shutil.move(target, Path(temporary) / "former")
        fresh.rename(target)
