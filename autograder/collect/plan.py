"""From what a learning platform lets one download to ``submitted/STUDENT/ASSIGNMENT``.

Everything in a download is the students': names, sizes and contents. So nothing is unpacked under
the names that it has. First `plan_collection` decides for each student what is to be written where;
the command shows this plan; then `autograder.collect.store.store` carries it out.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from autograder.collect.archives import entries_of
from autograder.collect.before import compare, keep_earlier, refuse_mistakable
from autograder.collect.beside import with_what_lies_beside
from autograder.collect.handin import HandIn
from autograder.collect.listed import listed
from autograder.collect.people import Person, meant_by
from autograder.collect.planned import Action, PlannedSubmission
from autograder.collect.platforms import (
    COPY,
    Owned,
    is_notebook,
    may_be_a_notebook,
    may_hold_work,
    newest_attempt,
    read_names,
    student_name,
    targets_of,
    without_common_folder,
)
from autograder.collect.versions import without_older
from autograder.course.directory import CONFIG_FILE, Course
from autograder.course.files import is_hidden
from autograder.course.submissions import (
    DEEPEST,
    TIMESTAMP,
)
from autograder.course.times import zone_of
from autograder.errors import CourseError
from autograder.sandbox.limits import Limits

#: What no name has in it: what leads to another folder, and what cannot be seen. The two joiners
#: that Persian and the languages of India spell names with can.
_NO_NAME = re.compile(r"[/\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2060-\u206f\ufff9-\uffff]")
_LONGEST_STUDENT = 100  # characters
_SAME_NAME = (
    "several people have this name: --roster with the columns id and platform_id tells them apart, "
    "or --pattern can take their number into the name"
)
#: Bytes; file systems take no more than 255 for a name, 4096 for a path.
_LONGEST_NAME, _LONGEST_PATH = 200, 1000


def plan_collection(
    course: Course,
    assignment: str,
    source: Path,
    *,
    pattern: re.Pattern[str] | None = None,
    replace: bool = False,
    submitted_at: datetime | Literal["archive"] | None = None,
    take: Collection[str] = (),
    people: Sequence[Person] = (),
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
        changed, as the download says. Not of those whom the platform calls late.
    take
        Paths in the download that count, of files that can be meant by the same notebook.
    people
        The class, if it is known: who is found in it is called by the ``id`` there.

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
    if unknown := set(take) - {entry.path for entry in entries}:
        raise CourseError(f"{source} has no file {', '.join(sorted(unknown))}.")
    zone = zone_of(course)
    by_list = None if pattern else listed(entries, zone)
    owned, nobodys = by_list or read_names(source, entries, names, pattern, zone)
    owned = with_what_lies_beside(owned, nobodys)
    by_student: defaultdict[str, list[Owned]] = defaultdict(list)
    unclear: dict[str, list[str]] = {}  # of whom several of the class can be meant
    for each in owned:
        known = each.handed_in
        meant = meant_by(people, each.student, known.platform_id, known.platform)
        if not meant and each.full_name:
            meant = meant_by(people, each.full_name, known.platform_id, known.platform)
        student = student_name(meant[0].id) if len(meant) == 1 else ""
        by_student[student or each.student].append(each)
        if len(meant) > 1:
            unclear[each.student] = [person.label for person in meant]
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
            one = _planned(course, assignment, student, theirs, take, alone=len(by_student) == 1)
            known = one.handed_in
            # Of whom the platform calls late a time for all of them cannot be right.
            if known.time is None and not known.late and one.action is not Action.NOTHING:
                told = known.changed if submitted_at == "archive" else submitted_at
                one.handed_in = dataclasses.replace(known, time=told)
            if student in unclear:
                one.refuse(
                    f"{', '.join(unclear[student])} of the class can be meant: give the roster a "
                    "column platform_id with the platform's number of each"
                )
            planned.append(one)
    # First whose they are: nobody shall be told to replace somebody else's.
    refuse_mistakable(course, assignment, planned)
    for submission in planned:
        if submission.action is Action.ADD:
            compare(course, assignment, submission, replace=replace)
        elif submission.action is Action.NOTHING:
            keep_earlier(course, assignment, submission)
    return planned


def _planned(
    course: Course,
    assignment: str,
    student: str,
    owned: Sequence[Owned],
    take: Collection[str],
    *,
    alone: bool,
) -> PlannedSubmission:
    planned = PlannedSubmission(student)
    if not is_name(student):
        planned.refuse(f"{student!r} cannot be anybody's name: it would be a folder's")
        return planned
    files = [each for each in owned if not each.entry.is_folder]
    if not files:
        planned.action, planned.name = Action.NOTHING, owned[0].student
        planned.together = owned[0].together
        planned.handed_in = dataclasses.replace(owned[0].handed_in, time=None)
        return planned
    names, limits = course.notebooks(assignment), course.settings.limits
    theirs = [(each.file, each.entry) for each in _counting(planned, files, names, take, limits)]
    if several := _several_peoples(names, [file for file, _ in theirs], alone=alone):
        planned.refuse(
            f"several people's notebooks, it seems ({several}): say with --pattern how to read "
            "the names of the download"
        )
        return planned
    targets = targets_of(names, [file for file, _ in theirs])
    room = room_of(course, assignment)
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
    if not any(may_be_a_notebook(target) for target in taken):
        planned.refuse("no notebook")
    if planned.choices:
        planned.refuse("each of several files can be meant, and no name tells which is the newest")
    return planned


def _counting(
    planned: PlannedSubmission,
    owned: Sequence[Owned],
    names: Sequence[str],
    take: Collection[str],
    limits: Limits,
) -> list[Owned]:
    """The student's files that count; what is known of them besides goes into the plan."""
    owned, planned.earlier = newest_attempt(owned)
    planned.name = owned[0].student
    known = [each.handed_in for each in owned]
    planned.handed_in = HandIn(
        platform=known[0].platform,
        platform_id=known[0].platform_id,
        time=max((each.time for each in known if each.time), default=None),
        late=next((each.late for each in known if each.late), known[0].late),
    )
    planned.left_out.update(_what_hides(each.file) for each in owned if is_no_work(each.file))
    # When something was handed in is not for its author to say.
    theirs = without_common_folder([each for each in owned if not is_no_work(each.file)])
    theirs = [each for each in theirs if each.file != TIMESTAMP]
    # First how many they are: what follows compares each with the others.
    if len(theirs) > limits.scratch_files:
        planned.refuse(f"{len(theirs)} files, expected at most {limits.scratch_files}")
        return []
    theirs, older, planned.choices = without_older(names, theirs, take, limits.notebook_bytes)
    planned.earlier += older
    planned.together = next((each.together for each in theirs), "")
    work = [each.handed_in for each in theirs if may_be_a_notebook(each.file)]
    work = work or [each.handed_in for each in theirs]
    planned.handed_in = dataclasses.replace(
        planned.handed_in,
        changed=max((each.changed for each in work if each.changed), default=None),
        upload=next((each.upload for each in work), ""),
    )
    return theirs


def room_of(course: Course, assignment: str) -> int:
    """Bytes that one submission may have."""
    limits = course.settings.limits
    return limits.notebook_bytes * len(course.notebooks(assignment)) + limits.scratch_bytes


def _what_hides(file: str) -> str:
    """The path down to the first name by which a file is hidden, as in ``work/.git``."""
    parts = file.split("/")
    paths = ("/".join(parts[:number]) for number in range(1, len(parts) + 1))
    return next(path for path in paths if is_no_work(path))


def is_no_work(file: str) -> bool:
    """Whether a file is left where it is: a program's own, or a course's configuration.

    That is run by whichever command is called in its folder.
    """
    return is_hidden(file) or file.rpartition("/")[2].lower() == CONFIG_FILE


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


def is_name(student: str) -> bool:
    """Whether this can be a student's folder: it leads nowhere else, and does not hide."""
    fits = 0 < len(student) <= _LONGEST_STUDENT and len(os.fsencode(student)) <= _LONGEST_NAME
    return fits and student[0] not in ".-" and not _NO_NAME.search(student)


def _several_peoples(names: Sequence[str], files: Sequence[str], *, alone: bool) -> str:
    """The paths of one notebook that a student holds in several folders, and not at the top.

    Or under several names, as ``Roe_Ada_ps1.ipynb``, and not under its own. Of a download in which
    nobody else is found, all notebooks may be different people's.
    """
    at_top = [file for file in files if is_notebook(file) and "/" not in file]
    plain = {COPY.sub("", file[: -len(".ipynb")]) for file in at_top}
    if not plain & set(names) and len(at_top) > len(names):
        ends = tuple(f"{name}.ipynb".lower() for name in names)
        if alone or all(file.lower().endswith(ends) for file in at_top):
            return ", ".join(at_top[:3])
    for name in names:
        held = [
            file for file in files if file.rpartition("/")[2].lower() == f"{name}.ipynb".lower()
        ]
        if len(held) > 1 and all("/" in file for file in held):
            return ", ".join(held[:3])
    return ""
