"""Feedback pages for what has been graded, with what people added in formgrader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from autograder.atomic import write_atomically
from autograder.course import Course
from autograder.feedback.page import render_page
from autograder.gradebook import Gradebook
from autograder.notebook.edition import load_edition
from autograder.record import load


def write_pages(course: Course, assignment: str, students: Iterable[str]) -> Iterator[Path]:
    """Write a page for each graded notebook of the students; yields its path."""
    editions = [load_edition(course, assignment, name) for name in course.notebooks(assignment)]
    with Gradebook(course.db_url, course.course_id, course.config) as gradebook:
        for student in students:
            folder = course.autograded_folder(student, assignment)
            for edition in editions:
                record = load(folder, edition.name)
                if record is None:
                    continue
                page = render_page(
                    record.result,
                    review=gradebook.review(assignment, student, edition.name),
                    released=edition.released,
                    hidden=edition.hidden,
                )
                path = course.feedback_folder(student, assignment) / f"{edition.name}.html"
                write_atomically(path, page)
                yield path
