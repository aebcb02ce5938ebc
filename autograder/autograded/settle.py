"""What people decided between two gradings reaches the gradebook; nothing is graded for it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Collection
from typing import TYPE_CHECKING

from autograder.autograded.record import load
from autograder.course.directory import Course
from autograder.course.parties import is_left_behind, parties
from autograder.course.source import load_source
from autograder.term.decisions import FILE

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook

log = logging.getLogger(__name__)


def settle(course: Course, gradebook: Gradebook, assignment: str) -> int:
    """Bring the gradebook in step with deadlines, decisions and scores that people gave.

    Returns
    -------
    In how many submissions a question has got other points.

    Raises
    ------
    CourseError
        The instructor edition or the late-penalty plugin cannot be used.
    GradebookError
        The gradebook cannot be used.
    """
    students = course.students(assignment)
    _take_back_a_groups_work(course, gradebook, assignment, students)
    together = [
        party.graded_first(course, assignment) for party in parties(course, assignment, students)
    ]
    if not (course.root / FILE).exists():
        return gradebook.settle(assignment, {}, together)
    names = course.notebooks(assignment)
    for name in names:
        gradebook.register(assignment, name, load_source(course, assignment, name).graded)
    handed_in = {
        student: {
            name: record.result.error is None
            for name in names
            if (record := load(course.autograded_folder(student, assignment), name)) is not None
        }
        for student in (*students, *still_graded(course, gradebook, assignment))
    }
    return gradebook.settle(assignment, handed_in, together)


def still_graded(course: Course, gradebook: Gradebook, assignment: str) -> list[str]:
    """Whose grade stands though the files are gone, as where who handed in for them was deleted."""
    names = course.notebooks(assignment)
    others = gradebook.students().difference(course.students(assignment))
    return sorted(
        student
        for student in others
        if any(load(course.autograded_folder(student, assignment), name) for name in names)
    )


def _take_back_a_groups_work(
    course: Course, gradebook: Gradebook, assignment: str, students: Collection[str]
) -> None:
    """Remove what a group's work has left with those who are no longer of it, and say so.

    The points that people gave for the work stay with the group's members.
    """
    names = course.notebooks(assignment)
    for student in sorted(gradebook.students().difference(students)):
        folder = course.autograded_folder(student, assignment)
        records = [record for name in names if (record := load(folder, name)) is not None]
        if course.submitted_folder(student, assignment).is_dir() or not any(
            is_left_behind(course, assignment, student, record.together) for record in records
        ):
            continue
        credit = gradebook.remove_submission(assignment, student)
        lost = f" With it went {credit:g} points of extra credit, given to {student} alone."
        log.warning(
            "%s: what %s had was the work of a group to which groups.csv no longer counts them, "
            "and they have handed in nothing: it is no longer theirs.%s",
            assignment, student, lost if credit else "",
        )  # fmt: skip
        # The records last: what a kill leaves half done is done the next time.
        for each in (course.feedback_folder(student, assignment), folder):
            shutil.rmtree(each, ignore_errors=True)
