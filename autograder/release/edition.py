"""The student edition, made from the instructor edition by nbgrader itself.

What nbgrader made replaces the released files only if it made it without error and gives no
solution and no hidden test away. Made twice, it is the same to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook import Gradebook
from autograder.notebook.edition import Edition, load_edition
from autograder.notebook.secrets import find_leaks


@dataclass(frozen=True)
class ReleasedFiles:
    """What a release changed: names of files, relative to its ``folder``."""

    assignment: str
    folder: Path
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def release_files(course: Course, assignment: str) -> ReleasedFiles:
    """Make the student edition of ``assignment`` and enter the assignment in the gradebook.

    Files that are already as they should be are not touched, and files that no longer belong to
    the release are removed.

    Raises ``CourseError`` if the edition cannot be made, or if it would give something away, and
    ``GradebookError`` if cells were added or removed while the gradebook holds submissions; the
    released files then stay as they are.
    """
    editions = _editions(course, assignment)
    made = _made(course, assignment, editions)
    with Gradebook(course.db_url, course.course_id, course.config) as gradebook:
        for edition in editions:
            gradebook.register(assignment, edition.name, edition.graded)
    released = _released(course, assignment)
    folder = course.release_folder(assignment)
    written = sorted(name for name in made if made[name] != released.get(name))
    removed = sorted(released.keys() - made.keys())
    for name in written:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(made[name])
    for name in removed:
        (folder / name).unlink()
    unchanged = sorted(made.keys() - set(written))
    return ReleasedFiles(assignment, folder, tuple(written), tuple(unchanged), tuple(removed))


def stale_files(course: Course, assignment: str) -> list[str]:
    """The files that :func:`release_files` would write or remove now; changes nothing.

    Raises ``CourseError`` in the same cases.
    """
    made = _made(course, assignment, _editions(course, assignment))
    released = _released(course, assignment)
    names = made.keys() | released.keys()
    return sorted(name for name in names if made.get(name) != released.get(name))


def _editions(course: Course, assignment: str) -> list[Edition]:
    names = course.notebooks(assignment)
    if not names:
        raise CourseError(
            f"{course.source_folder(assignment)} holds no notebook, so there is nothing to "
            f"release. Assignments of this course: {', '.join(course.assignments()) or 'none'}."
        )
    return [load_edition(course, assignment, name) for name in names]


def _made(course: Course, assignment: str, editions: Sequence[Edition]) -> Mapping[str, bytes]:
    from autograder.notebook.generate import generate  # imports nbgrader: only now is it needed

    made = generate(course, assignment)
    leaks = find_leaks(editions, made)
    if leaks:
        raise CourseError(
            f"The student edition of {assignment} would give away what only instructors may see; "
            "remove it there, or show it in a cell that students get:\n" + "\n".join(leaks)
        )
    return made


def _released(course: Course, assignment: str) -> Mapping[str, bytes]:
    """The files of the committed student edition, but for those that are ignored everywhere."""
    folder = course.release_folder(assignment)
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {
        file.as_posix(): (folder / file).read_bytes()
        for file in files
        if not any(fnmatch(part, pattern) for part in file.parts for pattern in course.ignore)
    }
