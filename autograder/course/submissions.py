"""Submitted files as values, read without following anything that a student may have planted."""

from __future__ import annotations

import csv
import io
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.course.directory import Course
from autograder.course.files import leads_out, write_atomically
from autograder.course.identity import other_notebook, own_cells
from autograder.course.misplaced import Entry, Found, entries, find_misplaced
from autograder.course.source import support_files
from autograder.course.times import in_zone, read_time, zone_of
from autograder.sanitise import defused

TIMESTAMP = "timestamp.txt"
#: What is said where a platform tells no more.
CALLED_LATE = "late, says the platform, but not by how much"
CALLED_IN_TIME = "in time, says the platform"
#: What the column ``late`` of `kept_ids_file` holds; nothing where the platform says neither.
LATE, IN_TIME = "late", "in time"
#: By which the exchange knows whose feedback is whose; `nbgrader submit` makes it.
SECRET = "submission_secret.txt"  # noqa: S105 - the name of a file
#: Folders within folders; what lies deeper is left out.
DEEPEST = 20


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment.

    ``notebooks`` holds the bytes of each submitted notebook that the assignment has, ``found_at``
    where it was if it was not in its place, ``missing`` the names of those that were not handed in;
    ``files`` is what else the candidate finds in its folder, relative paths to bytes, the
    instructor's own files in place of the student's. ``unreadable`` says of a notebook why its file
    cannot be read, or what was handed in that may be meant by it. ``note`` is what whoever grades
    has to know besides: a time of submission that cannot be read. ``handed_in_by`` is in whose
    folder it was found, which is another's for most members of a group. ``together`` tells whoever
    grades it by hand for whom it counts, if not for its student alone.
    """

    assignment: str
    student: str
    notebooks: dict[str, bytes] = field(default_factory=dict)
    found_at: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    submitted_at: datetime | None = None
    note: str = ""
    handed_in_by: str = ""
    together: str = ""

    def of(self, student: str, note: str = "") -> Submission:
        """The same as another student's, for whom it counts, with one more note."""
        return replace(self, student=student, note="; ".join(filter(None, (self.note, note))))


def read_submission(course: Course, assignment: str, student: str) -> Submission:
    """Read what a student handed in.

    Files beyond half of what the scratch folder may hold are left out, and so is all that is no
    plain file. Notebooks that cannot be read are named in the result.
    """
    folder = course.submitted_folder(student, assignment)
    notebooks: dict[str, bytes] = {}
    unreadable: dict[str, str] = {}
    misnamed: dict[str, tuple[str, str]] = {}
    names = course.notebooks(assignment)
    if folder.is_symlink() or folder.parent.is_symlink():  # perhaps to the instructor edition
        reason = f"{folder} is reached by a link: put a copy in its place."
        return Submission(assignment, student, unreadable=dict.fromkeys(names, reason))
    for name in names:
        path = folder / f"{name}.ipynb"
        try:
            data = read_plain_file(path, course.settings.limits.notebook_bytes + 1)
            if other := other_notebook(course, assignment, name, data):
                misnamed[name] = other
            else:
                notebooks[name] = data
        except FileNotFoundError:
            continue
        except OSError as error:
            unreadable[name] = f"{path.name} cannot be read: {error.strerror or error}."
    instructors = support_files(course, assignment)
    # As in nbgrader: files that students are meant to edit and hand in.
    section = course.config.get("Autograde", {})
    for name in section.get("exclude_overwriting", {}).get(assignment, ()):
        instructors.pop(name, None)
    found: dict[str, Found] = {}
    absent = [name for name in names if name not in notebooks | unreadable]
    if absent:
        places = {folder / f"{name}.ipynb" for name in names if name not in misnamed}
        all_absent = len(absent) == len(names)
        others = _others(course, folder, places, instructors, all_absent=all_absent)
        wanted = {name: own_cells(course, assignment, name) for name in absent}
        limits = course.settings.limits
        room = limits.scratch_bytes // 2
        found, undecided = find_misplaced(wanted, others, limits.notebook_bytes, room)
        unreadable |= undecided | {
            name: _is_another(assignment, name, *misnamed[name])
            for name in absent
            if name in misnamed and name not in found
        }
    submitted_at, note = read_timestamp(course, folder)
    if submitted_at is None and _is_called_late(course, assignment, student):
        note = note or CALLED_LATE
    theirs = dict(_files(course, folder))
    for each in found.values():
        theirs |= each.files
    return Submission(
        assignment=assignment,
        student=student,
        notebooks=notebooks | {name: each.data for name, each in found.items()},
        found_at={name: each.path for name, each in found.items()},
        missing=tuple(name for name in absent if name not in found | unreadable),
        files={
            name: data
            for name, data in theirs.items()
            if not any(_in_the_way(name, other) for other in instructors)
        }
        | instructors,
        unreadable=unreadable,
        submitted_at=submitted_at,
        note=note,
        handed_in_by=student,
    )


def read_timestamp(course: Course, folder: Path) -> tuple[datetime | None, str]:
    """When what is in a folder was handed in, as collecting commands note it, and a note.

    The note says so if what they have noted is no time.
    """
    path = folder / TIMESTAMP
    try:
        text = read_plain_file(path, 100).decode("utf-8", "replace").strip()
    except OSError:
        return None, ""
    try:
        moment = read_time(text, course.config.get("Exchange", {}))
        if moment.tzinfo is None:
            moment = in_zone(moment, zone_of(course))
        return moment.astimezone(UTC), ""
    except (ValueError, OverflowError, OSError):
        return None, (
            f"{path.name} holds {text[:40]!r}, which is no time: whether it was late is for you to "
            "say"
        )


def kept_ids_file(course: Course, assignment: str) -> Path:
    """Where `autograder collect` keeps what a platform calls the students."""
    folder = course.root / str(course.traits["submitted_directory"]) / ".collected"
    return folder / f"{assignment}.csv"


def read_kept_ids(path: Path) -> dict[str, dict[str, str]]:
    """The rows of such a table, by student; none if it is not there."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row.get("student", ""): row for row in csv.DictReader(file)}


def write_kept_ids(
    path: Path, rows: Mapping[str, Mapping[str, str]], columns: Sequence[str]
) -> None:
    """Write such a table, its rows by student; what is in none of the columns is left out."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[student] for student in sorted(rows))
    write_atomically(path, text.getvalue())


def write_timestamp(folder: Path, moment: datetime) -> None:
    """Note when what is in a folder was handed in, as `read_timestamp` reads it."""
    write_atomically(folder / TIMESTAMP, f"{moment.isoformat()}\n")


def refused_by_collect(course: Course, assignment: str) -> dict[str, str]:
    """Why `autograder collect` has taken nothing of students who are not there.

    By their names as cells of a table have them (`autograder.sanitise.defused`).
    """
    kept = read_kept_ids(kept_ids_file(course, assignment))
    there = set(map(defused, course.students(assignment)))
    return {
        student: why
        for student, row in kept.items()
        if (why := row.get("refused")) and student not in there
    }


def said_of_refused(assignment: str, refused: Mapping[str, str]) -> str:
    """A sentence on them; empty if there are none.

    >>> said_of_refused("ps1", {"ada": "no notebook"})
    'ps1: collected, but refused, so without a mark: ada (no notebook).'
    """
    names = ", ".join(f"{student} ({why})" for student, why in sorted(refused.items()))
    return f"{assignment}: collected, but refused, so without a mark: {names}." if names else ""


def said_of_absent(assignment: str, students: Iterable[str]) -> str:
    """A sentence on those of the class who have handed in nothing; empty if there are none.

    >>> said_of_absent("ps1", ["ben", "ada"])
    'ps1: 2 handed in nothing, which is 0 in the marks: ada, ben.'
    """
    names = sorted(students)
    said = f"{assignment}: {len(names)} handed in nothing, which is 0 in the marks: "
    return f"{said}{', '.join(names)}." if names else ""


def said_of_excused(assignment: str, students: Iterable[str]) -> str:
    """A sentence on those who are excused; empty if there are none.

    >>> said_of_excused("ps1", ["ben", "ada"])
    'ps1: excused, so without a mark: ada, ben.'
    """
    names = ", ".join(sorted(students))
    return f"{assignment}: excused, so without a mark: {names}." if names else ""


def _others(
    course: Course,
    folder: Path,
    places: Collection[Path],
    instructors: Mapping[str, bytes],
    *,
    all_absent: bool,
) -> list[Entry]:
    """What may be a notebook that is not in its place: anything, if none is there.

    Beside another notebook of the assignment, a file is worth a look only by its name.
    """
    limit = course.settings.limits.notebook_bytes
    paths = [path for path in paths_in(folder) if path not in places]
    found = [
        entry
        for entry in entries(folder, paths, read_plain_file, limit)
        if not _is_the_instructors(entry, instructors)
    ]
    return found if all_absent else [entry for entry in found if entry.is_named_like_a_notebook()]


def _is_the_instructors(entry: Entry, instructors: Mapping[str, bytes]) -> bool:
    """Whether it is a file of the instructor's that was handed in with the rest."""
    data = instructors.get(entry.path)
    try:
        return data is not None and entry.read(len(data) + 1) == data
    except OSError:
        return False


def _is_another(assignment: str, name: str, theirs: str, other: str) -> str:
    what = other if theirs == assignment else f"{other} of {theirs}"
    return (
        f"{name}.ipynb is the notebook {what} by its cells, and has none of those of {name}. Put "
        f"the one that was meant in its place; if there is none, delete it."
    )


def _in_the_way(name: str, other: str) -> bool:
    """Whether a file would take the place of another one, or of a folder above it."""
    return f"{name}/".startswith(f"{other}/") or f"{other}/".startswith(f"{name}/")


def _files(course: Course, folder: Path) -> Iterator[tuple[str, bytes]]:
    limits = course.settings.limits
    # Half of what the folder may hold: the rest is for what the code writes.
    room, count = limits.scratch_bytes // 2, limits.scratch_files // 2
    for path in paths_in(folder):
        name = path.relative_to(folder).as_posix()
        if path.name.endswith(".ipynb") or path.name in (TIMESTAMP, SECRET) or leads_out(name):
            continue
        try:
            data = read_plain_file(path, room + 1)
        except OSError:
            continue
        if len(data) > room or count == 0:
            return
        room, count = room - len(data), count - 1
        yield name, data


def paths_in(folder: Path) -> Iterator[Path]:
    """What is in a folder but is none, down to `DEEPEST`; links to folders are not followed."""
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not (Path(base) / name).is_symlink())
        if len(Path(base).relative_to(folder).parts) == DEEPEST:
            folders.clear()  # Python breaks on a thousand folders within folders
        yield from (Path(base) / name for name in sorted(names))


def read_plain_file(path: Path, limit: int) -> bytes:
    """At most ``limit`` bytes of a plain file; OSError for links, pipes and devices."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(0, "it is not a plain file")
        return file.read(limit)


def _is_called_late(course: Course, assignment: str, student: str) -> bool:
    """Whether `autograder collect` has noted that the platform calls the submission late."""
    kept = read_kept_ids(kept_ids_file(course, assignment))
    return kept.get(defused(student), {}).get("late") == LATE
