"""What people decided between two gradings reaches the gradebook; nothing is graded for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.autograded.record import load
from autograder.course.directory import Course
from autograder.course.parties import parties
from autograder.course.source import load_source
from autograder.term.decisions import FILE

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook


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
        for student in students
    }
    return gradebook.settle(assignment, handed_in, together)
