"""Names in files that people write by hand which nobody and nothing has: typing errors, perhaps."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from autograder.cli import did_you_mean
from autograder.cli.drop import points_of
from autograder.course.directory import Course
from autograder.course.groups import read_groups
from autograder.course.times import DEADLINES
from autograder.errors import CourseError
from autograder.gradebook import Gradebook
from autograder.term.deadlines import Deadlines, read_deadlines
from autograder.term.decisions import FILE, read_decisions


def known_students(course: Course) -> frozenset[str]:
    """Who is in the gradebook, or has handed in anything."""
    with Gradebook.of(course) as gradebook:
        return gradebook.students().union(*map(course.students, course.assignments()))


def expect_heard_of(course: Course, assignment: str, students: Collection[str]) -> None:
    """Refuse a name that nobody has, once anybody is known.

    Raises
    ------
    CourseError
        Nobody in the class is called so.
    """
    known = known_students(course)
    if not known:
        return
    known = known.union(*read_groups(course.root, assignment).values())
    for name in sorted(set(students) - known):
        raise CourseError(
            f"Nobody called {name} has handed in anything so far.{did_you_mean(name, known)} "
            "Nothing is written; for somebody who has yet to hand in, add --new."
        )


def unheard_of(course: Course) -> Iterator[str]:
    """A sentence for each such name in ``deadlines.toml`` and ``questions.toml``.

    Silent about students before anybody is known, and about due dates of assignments to come.

    Raises
    ------
    CourseError
        A file cannot be used.
    GradebookError
        The gradebook cannot be used.
    """
    assignments = course.assignments()
    if (course.root / DEADLINES).exists():
        deadlines = read_deadlines(course)
        yield from _students(course, assignments, deadlines)
        yield from _assignments(assignments, deadlines)
    decisions = read_decisions(course)
    for assignment, theirs in decisions.items():
        if assignment not in assignments:
            yield _said(FILE, assignment, "which is no assignment in source", assignments)
            continue
        known = {"/".join(key) for key in points_of(course, assignment)} if theirs else set()
        for name in sorted(set(map("/".join, theirs)) - known):
            yield _said(FILE, name, f"which is no question of {assignment}", known)


def _students(course: Course, assignments: Collection[str], deadlines: Deadlines) -> Iterator[str]:
    known = known_students(course)
    if not known:
        return
    for assignment in assignments:
        known = known.union(*read_groups(course.root, assignment).values())
    named = {student for student, _ in {*deadlines.extensions, *deadlines.excused}}
    named |= {*deadlines.late.days_of}
    for student in sorted(named - known):
        yield _said(DEADLINES, student, "as nobody is called so far", known)


def _assignments(assignments: Collection[str], deadlines: Deadlines) -> Iterator[str]:
    named = {name for _, name in {*deadlines.extensions, *deadlines.excused}}
    for name in sorted(named - {*assignments, *deadlines.due}):
        yield _said(DEADLINES, name, "which is no assignment in source", assignments)
    without_date = set(assignments) - deadlines.due.keys()
    for name in sorted(deadlines.due.keys() - set(assignments)):
        if did_you_mean(name, without_date):  # otherwise it is one of those to come
            yield _said(DEADLINES, name, "which is no assignment in source", without_date)


def _said(file: str, name: str, what: str, known: Collection[str]) -> str:
    return f"{file} names {name}, {what}.{did_you_mean(name, known)}"
