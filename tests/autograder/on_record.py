"""Submissions with grades on record, as grading leaves them, in no time."""

from __future__ import annotations

from autograder.autograded.record import Record, save
from autograder.course.directory import Course
from autograder.course.source import load_source
from autograder.gradebook import Gradebook
from autograder.results import NotebookResult, Outcome, Question
from tests.autograder.tiny_course import ASSIGNMENT, POINTS, hand_in


def put_on_record(course: Course, student: str, **scores: float | None) -> None:
    """A submission whose questions have these points; None: a person has to give them."""
    questions = tuple(
        Question(
            name,
            scores.get(name, points),
            points,
            Outcome.MANUAL if scores.get(name, points) is None else Outcome.PARTIAL,
        )
        for name, points in POINTS.items()
    )
    result = NotebookResult(ASSIGNMENT, student, ASSIGNMENT, questions)
    if student not in course.students(ASSIGNMENT):
        hand_in(course.root, student)
    with Gradebook.of(course) as gradebook:
        source = load_source(course, ASSIGNMENT, ASSIGNMENT)
        gradebook.register(ASSIGNMENT, ASSIGNMENT, source.graded)
        gradebook.record_submission([result])
    save(course.autograded_folder(student, ASSIGNMENT), Record("digest", result, "work"))
