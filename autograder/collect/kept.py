"""The version that counts of what somebody has handed in, where a later one does not.

What lies in the submitted folder is what every command takes for the work. So a version for which
no attempt is left makes room there for the one that counts, of which a copy is kept. Copy and
refused version lie beside the submission; by the dot, their names are nobody's.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from autograder.collect.plan import room_of
from autograder.collect.store import replacing
from autograder.course.directory import Course
from autograder.course.files import leads_out, write_files
from autograder.course.parties import Party
from autograder.course.submissions import paths_in, read_plain_file


def kept_folder(course: Course, assignment: str, student: str) -> Path:
    """Where a copy is of the version that counts."""
    folder = course.submitted_folder(student, assignment)
    return folder.with_name(f".{folder.name}.counts")


def refused_folder(course: Course, assignment: str, student: str) -> Path:
    """Where the newest version is for which no attempt was left."""
    folder = course.submitted_folder(student, assignment)
    return folder.with_name(f".{folder.name}.refused")


def files_to_keep(course: Course, assignment: str, folder: Path) -> dict[str, bytes]:
    """The plain files of a folder, as many of them as one submission may have."""
    room = room_of(course, assignment)
    files: dict[str, bytes] = {}
    for path in islice(paths_in(folder), course.settings.limits.scratch_files):
        name = path.relative_to(folder).as_posix()
        with suppress(OSError):  # a link, a pipe, or gone
            data = read_plain_file(path, room + 1)
            if len(data) <= room and not leads_out(name):
                room -= len(data)
                files[name] = data
    return files


def keep(
    course: Course, assignment: str, party: Party, student: str, files: dict[str, bytes]
) -> None:
    """Keep a copy of what counts, which ``student`` has handed in for the party.

    Raises
    ------
    OSError
        It cannot be written.
    """
    target = kept_folder(course, assignment, student)
    if not target.is_dir() or files_to_keep(course, assignment, target) != files:
        with replacing(target) as fresh:
            write_files(files, fresh)
    for folder in _kept(course, assignment, party):
        if folder != target:
            shutil.rmtree(folder)


def put_back(course: Course, assignment: str, party: Party, student: str) -> Path | None:
    """Move aside what ``student`` has handed in for the party, and put there what counts.

    Returns
    -------
    Where the refused version is now; None if there is no copy of what counts: nothing is moved.

    Raises
    ------
    OSError
        Something cannot be moved.
    """
    kept = next(_kept(course, assignment, party), None)
    if kept is None:
        return None
    refused = course.submitted_folder(student, assignment)
    aside = refused_folder(course, assignment, student)
    target = kept.with_name(kept.name.removeprefix(".").removesuffix(".counts"))
    shutil.rmtree(aside, ignore_errors=True)
    if target != refused and target.exists():  # another member's, which is looked at for itself
        refused.rename(aside)
        return aside
    with replacing(target) as fresh:
        write_files(files_to_keep(course, assignment, kept), fresh)
        refused.rename(aside)
    return aside


def _kept(course: Course, assignment: str, party: Party) -> Iterator[Path]:
    """The copies there are; there is one, but where a kill has come between."""
    for name in dict.fromkeys((*party.folders, *party.members)):
        folder = kept_folder(course, assignment, name)
        if folder.is_dir():
            yield folder
