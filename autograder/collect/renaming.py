"""Another name for a student: all that is here under the old one goes along.

As where a table of the class comes in the middle of the term, and calls people otherwise.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from msgspec import structs

from autograder.autograded.record import load, save
from autograder.collect.kept import kept_folder, refused_folder
from autograder.collect.plan import is_name
from autograder.course.directory import Course, grading_alone
from autograder.course.groups import FILE as GROUPS
from autograder.course.groups import read_groups
from autograder.course.parties import unfit
from autograder.course.submissions import (
    kept_ids_file,
    paths_in,
    read_kept_ids,
    read_plain_file,
    write_kept_ids,
)
from autograder.errors import CourseError
from autograder.gradebook import Gradebook
from autograder.sanitise import defused


def rename(course: Course, old: str, new: str) -> list[str]:
    """Let everything of ``old`` be that of ``new``; returns the assignments that it concerns.

    What was handed in, graded and given by people, the page, and what a platform calls the student.
    What a kill leaves half done, the same call completes.

    Raises
    ------
    CourseError
        Nobody is called ``old``, nobody can be called ``new``, or both have something of their own.
    CourseInUse
        A grading is under way.
    GradebookError
        The gradebook cannot be used.
    OSError
        Something cannot be moved.
    """
    if not is_name(new) or unfit(new):
        raise CourseError(f"{new!r} cannot be a student's name: it would be a folder's.")
    for name in course.assignments():
        if any(old in members for members in read_groups(course.root, name).values()):
            raise CourseError(f"{GROUPS} names {old}: write {new} there, then call this again.")
    names = [name for name in course.assignments() if _is_there(course, name, old)]
    with grading_alone(course), Gradebook.of(course) as gradebook:
        if old == new or (not names and old not in gradebook.students()):
            raise CourseError(f"Nobody called {old} is to be renamed to {new}.")
        if both := [name for name in names if _have_different_work(course, name, old, new)]:
            raise CourseError(
                f"{old} and {new} have both handed in {', '.join(both)}: which of it counts is for "
                "you to say. Delete the folder of the other, and call this again."
            )
        if given := gradebook.given_to_both(old, new):
            raise CourseError(
                f"A person has given points or comments to {old} and to {new} for "
                f"{', '.join(given)}: enter those that count for {new} in formgrader, then delete "
                f"the other with nbgrader db student remove {old} --force"
            )
        gradebook.rename_student(old, new)
        for name in course.assignments():
            _move(course.feedback_folder(old, name), course.feedback_folder(new, name))
            folder = course.autograded_folder(new, name)
            _move(course.autograded_folder(old, name), folder)
            for notebook in course.notebooks(name):
                if (record := load(folder, notebook)) is not None and record.result.student == old:
                    result = replace(record.result, student=new)
                    by = new if record.handed_in_by == old else record.handed_in_by
                    save(folder, structs.replace(record, result=result, handed_in_by=by))
            _rename_in_ids(kept_ids_file(course, name), old, new)
            for place in (kept_folder, refused_folder):
                _move(place(course, name, old), place(course, name, new))
            # Last, since by it the old name is known.
            _move(course.submitted_folder(old, name), course.submitted_folder(new, name))
    return names


def _is_there(course: Course, assignment: str, student: str) -> bool:
    folders = (course.submitted_folder, course.autograded_folder)
    return any(folder(student, assignment).is_dir() for folder in folders)


def _have_different_work(course: Course, assignment: str, old: str, new: str) -> bool:
    """Whether both have files for an assignment, and not the same."""
    theirs = [_files(course.submitted_folder(who, assignment)) for who in (old, new)]
    return all(theirs) and theirs[0] != theirs[1]


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): read_plain_file(path, path.stat().st_size)
        for path in paths_in(folder)
        if path.is_file() and not path.is_symlink()
    }


def _move(old: Path, new: Path) -> None:
    """Move a folder, into the place of another one, if there is one."""
    if not old.is_dir():
        return
    shutil.rmtree(new, ignore_errors=True)
    new.parent.mkdir(parents=True, exist_ok=True)
    old.rename(new)
    with suppress(OSError):  # of other assignments there is more in it
        old.parent.rmdir()


def _rename_in_ids(path: Path, old: str, new: str) -> None:
    rows = read_kept_ids(path)
    row = rows.pop(defused(old), None)
    if row is None:
        return
    rows.setdefault(defused(new), row | {"student": defused(new)})
    write_kept_ids(path, rows, list(row))
