"""From what a learning platform lets one download to ``submitted/STUDENT/ASSIGNMENT``.

Everything in a download is the students': names, sizes and contents. So nothing is unpacked under
the names that it has. First `plan_collection` decides for each student what is to be written where;
the command shows this plan; then `store` carries it out.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Literal

from autograder.collect.archives import Entry, entries_of
from autograder.collect.platforms import (
    Owned,
    gradescope_names,
    is_notebook,
    may_hold_work,
    newest_attempt,
    read_names,
    student_name,
    targets_of,
    without_common_folder,
)
from autograder.course.directory import Course
from autograder.course.files import is_hidden
from autograder.course.submissions import (
    DEEPEST,
    TIMESTAMP,
    kept_ids_file,
    paths_in,
    read_kept_ids,
)
from autograder.errors import CourseError, StorageError
from autograder.sanitise import defused

#: What no name has in it: what leads to another folder, and what cannot be seen. The two joiners
#: that Persian and the languages of India spell names with can.
_NO_NAME = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufff9-\uffff]")
_GRADESCOPES = "submission_metadata.yml"
_LONGEST_STUDENT = 100  # characters
_SAME_NAME = "several people have this name: --pattern can take their number into the name"
#: Bytes; file systems take no more than 255 for a name, 4096 for a path.
_LONGEST_NAME, _LONGEST_PATH = 200, 1000


class Action(StrEnum):
    """What is done with a student's files; the value is the word that the plan shows for it."""

    ADD = "new"
    KEEP = "unchanged"  # the same files are there already
    REPLACE = "replaced"
    REFUSE = "refused"  # nothing of the student is taken


@dataclass
class PlannedSubmission:
    """What is to be done with one student's files.

    ``files``, ``origins`` (the names in the download) and ``digests`` (SHA-256) are kept by the
    path that a file will have in the submission. ``left_out`` counts the hidden files, which are
    never taken, by the name or folder that hides them, ``earlier`` the attempts before the one that
    is taken. ``platform_id`` and ``name`` are what the platform calls the student, ``time`` when
    it was handed in, as far as that is known. ``reason`` says why all of it is refused.
    """

    student: str
    files: dict[str, Entry] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    digests: dict[str, bytes] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    action: Action = Action.ADD
    reason: str = ""
    earlier: int = 0
    platform_id: str = ""
    name: str = ""
    time: datetime | None = None
    late: bool = False

    def refuse(self, reason: str) -> None:
        """Take nothing of this student. If it is refused already, the first reason stays."""
        if self.action is not Action.REFUSE:
            self.action, self.reason = Action.REFUSE, reason


def plan_collection(
    course: Course,
    assignment: str,
    source: Path,
    *,
    pattern: re.Pattern[str] | None = None,
    replace: bool = False,
    submitted_at: datetime | Literal["archive"] | None = None,
) -> list[PlannedSubmission]:
    """What is to be done with a download; nothing is written.

    A notebook of which nobody can tell whose it is stands in the plan under its own path, refused.

    Parameters
    ----------
    course, assignment
        The assignment that was handed in, and its course.
    source
        The download, a zip file or a folder.
    pattern
        Finds the groups ``student`` and ``file`` in a path of the download, and perhaps ``id``, the
        platform's number of the student, ``time`` and ``late``. Without it, the names are read as
        `autograder.collect.platforms.read_names` says.
    replace
        Whether what was collected before may be replaced by something else.
    submitted_at
        When it was handed in, where the names do not tell; "archive": when a notebook was last
        changed, as the download says.

    Raises
    ------
    CourseError
        The download cannot be read, or no pattern fits it.
    """
    names = course.notebooks(assignment)
    if not names:
        raise CourseError(
            f"There is no assignment {assignment!r} in {course.root}; there are: "
            f"{', '.join(course.assignments()) or 'none'}."
        )
    entries = list(entries_of(source))
    owned, nobodys = read_names(source, entries, len(names), pattern)
    called = _called(owned, nobodys, course.settings.limits.notebook_bytes)
    by_student: defaultdict[str, list[Owned]] = defaultdict(list)
    for each in owned:
        by_student[student_name(called.get(each.student, each.student))].append(each)
    planned = [
        PlannedSubmission(
            entry.path, action=Action.REFUSE, reason="its name does not tell whose it is"
        )
        for entry in nobodys
        if may_hold_work(entry.path) and not is_hidden(entry.path)
    ]
    for student, theirs in sorted(by_student.items()):
        if len({each.person for each in theirs}) > 1:
            # Their files must not be mixed, nor one person graded for the other.
            refused = Action.REFUSE
            planned.append(
                PlannedSubmission(student, action=refused, reason=_SAME_NAME, name=student)
            )
        else:
            one = _planned(course, assignment, student, theirs, replace=replace)
            one.time = one.time or _time(one, submitted_at)
            planned.append(one)
    _refuse_mistakable(course, assignment, planned)
    return planned


def _refuse_mistakable(course: Course, assignment: str, plan: Sequence[PlannedSubmission]) -> None:
    """Refuse who has the platform's number of somebody else, or an odd name that shows as theirs.

    A mark would go to both. Somebody else is in the same download, or was collected before and is
    there.
    """
    students = course.students(assignment)
    there = set(map(defused, students))
    taken = [each for each in plan if each.action is not Action.REFUSE]
    shown = Counter(map(defused, {*students, *(each.student for each in taken)}))
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for row in read_kept_ids(kept_ids_file(course, assignment)).values():
        holders[row.get("platform_id", "")] |= {row.get("student", "")} & there
    for each in taken:
        holders[each.platform_id].add(defused(each.student))
    for each in taken:
        name = defused(each.student)
        if name != each.student and shown[name] > 1:
            each.refuse(f"no table can tell this name from {name!r}")
        elif each.platform_id and (others := holders[each.platform_id] - {name}):
            each.refuse(
                f"the platform's number {each.platform_id} was read from the names of "
                f"{', '.join(sorted(others))}, too, and is one person's: look at both, and say "
                "with --pattern how to read the names of the download"
            )


def _called(owned: Sequence[Owned], nobodys: Iterable[Entry], limit: int) -> Mapping[str, str]:
    """The names of students that stand in a file of the platform's, not in the paths.

    It lies beside the students' folders: none within them is the platform's.
    """
    for entry in nobodys:
        folder, _, name = entry.path.rpartition(_GRADESCOPES)
        beside = all(each.entry.path.startswith(f"{folder}{each.student}/") for each in owned)
        if not name and beside and not entry.problem and (not folder or folder.endswith("/")):
            return gradescope_names(entry.read(limit).decode("utf-8", "replace"))
    return {}


def _time(planned: PlannedSubmission, told: datetime | str | None) -> datetime | None:
    """When a submission was handed in, by what the instructor says of the whole download."""
    if told != "archive":
        return told if isinstance(told, datetime) else None
    changed = [e.changed for name, e in planned.files.items() if is_notebook(name) and e.changed]
    return max(changed, default=None)


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
        if each.action not in (Action.ADD, Action.REPLACE):
            continue
        target = course.submitted_folder(each.student, assignment)
        try:
            _write(target, each.files, each.time, _room(course, assignment))
        except (OSError, CourseError) as error:
            raise StorageError(
                f"{getattr(error, 'filename', None) or target} cannot be written: "
                f"{getattr(error, 'strerror', None) or error}. What "
                "was collected before is there; make room, or see to the permissions, and run the "
                "same command again."
            ) from error
        yield each


def _planned(
    course: Course,
    assignment: str,
    student: str,
    owned: Sequence[Owned],
    *,
    replace: bool,
) -> PlannedSubmission:
    planned = PlannedSubmission(student)
    if not _is_name(student):
        planned.refuse(f"{student!r} cannot be anybody's name: it would be a folder's")
        return planned
    owned, planned.earlier = newest_attempt(owned)
    planned.platform_id, planned.name = owned[0].platform_id, owned[0].student
    planned.time = max((each.time for each in owned if each.time), default=None)
    planned.late = any(each.late for each in owned)
    theirs = [(each.file, each.entry) for each in owned]
    planned.left_out.update(_what_hides(file) for file, _ in theirs if is_hidden(file))
    theirs = [each for each in theirs if not is_hidden(each[0])]
    # When something was handed in is not for its author to say.
    theirs = [each for each in without_common_folder(theirs) if each[0] != TIMESTAMP]
    if several := _several_peoples(course.notebooks(assignment), [file for file, _ in theirs]):
        planned.refuse(
            f"several people's notebooks, it seems ({several}): say with --pattern how to read "
            "the names of the download"
        )
        return planned
    targets = targets_of(course.notebooks(assignment), [file for file, _ in theirs])
    most = course.settings.limits.scratch_files
    if len(theirs) > most:
        planned.refuse(f"{len(theirs)} files, expected at most {most}")
    room = _room(course, assignment)
    taken = set(targets.values())
    for file, entry in theirs:
        target = targets[file]
        if problem := entry.problem or _unusable(target):
            planned.refuse(f"{entry.path[:_LONGEST_NAME]}: {problem}")
        elif target in planned.files:
            planned.refuse(f"both {planned.origins[target]} and {file} would be {target}")
        elif in_the_way := _in_the_way(target, taken):
            planned.refuse(f"{in_the_way} would have to be a file and a folder")
        if planned.action is Action.REFUSE:
            break
        try:
            # A zip file may claim any size, so the bytes that come out of it are counted.
            data = entry.read(room + 1)
        except (OSError, CourseError) as error:
            planned.refuse(f"{entry.path} cannot be read: {error}")
            break
        room -= len(data)
        if room < 0:
            planned.refuse("more bytes than a submission may have")
        planned.files[target], planned.origins[target] = entry, file
        # Only the digest is kept: a class's files may be larger than this machine's memory.
        planned.digests[target] = sha256(data).digest()
    if not any(_may_be_a_notebook(target) for target in taken):
        planned.refuse("no notebook")
    if planned.action is Action.ADD:
        _compare(planned, course.submitted_folder(student, assignment), replace=replace)
    return planned


def _what_hides(file: str) -> str:
    """The path down to the first name by which a file is hidden, as in ``work/.git``."""
    parts = file.split("/")
    paths = ("/".join(parts[:number]) for number in range(1, len(parts) + 1))
    return next(path for path in paths if is_hidden(path))


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


def _in_the_way(target: str, taken: Collection[str]) -> str:
    """The path of a file above ``target``, if there is one."""
    parts = target.split("/")
    above = ("/".join(parts[:number]) for number in range(1, len(parts)))
    return next((path for path in above if path in taken), "")


def _is_name(student: str) -> bool:
    """Whether this can be a student's folder: it leads nowhere else, and does not hide."""
    fits = 0 < len(student) <= _LONGEST_STUDENT and len(os.fsencode(student)) <= _LONGEST_NAME
    return fits and student[0] not in ".-" and not _NO_NAME.search(student)


def _several_peoples(names: Sequence[str], files: Sequence[str]) -> str:
    """The paths of one notebook that a student holds in several folders, and not at the top."""
    for name in names:
        held = [
            file for file in files if file.rpartition("/")[2].lower() == f"{name}.ipynb".lower()
        ]
        if len(held) > 1 and all("/" in file for file in held):
            return ", ".join(held[:3])
    return ""


def _may_be_a_notebook(target: str) -> bool:
    """Whether grading finds a notebook in this file, if it is one."""
    return ".ipynb" in target.lower()


def _compare(planned: PlannedSubmission, folder: Path, *, replace: bool) -> None:
    """Decide what to do if there is a submission already."""
    if not folder.exists() and not folder.is_symlink():
        return
    there = {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).digest()
        for path in paths_in(folder)
        if path.is_file() and not path.is_symlink() and path != folder / TIMESTAMP
    }
    if there == planned.digests:
        planned.action = Action.KEEP
    elif replace:
        planned.action = Action.REPLACE
    else:
        planned.refuse(
            f"{folder} is there already, with other files; with --replace these take its place"
        )


def _write(target: Path, files: Mapping[str, Entry], time: datetime | None, room: int) -> None:
    """Write a submission beside its place, then move it there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # If this process is killed now, a folder stays whose name, by its dot, is nobody's assignment.
    with tempfile.TemporaryDirectory(prefix=".collecting-", dir=target.parent) as temporary:
        fresh = Path(temporary) / "fresh"
        fresh.mkdir()
        for name, entry in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(entry.read(room))
        if time is not None:
            (fresh / TIMESTAMP).write_text(f"{time.isoformat()}\n", encoding="utf-8")
        if target.exists() or target.is_symlink():
            shutil.move(target, Path(temporary) / "former")
        fresh.rename(target)
