"""Writes the pages of what has been graded, with what people added in formgrader."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from autograder.autograded.attempts import load_attempts
from autograder.autograded.record import load, path_in
from autograder.autograded.settle import settle, still_graded
from autograder.course.directory import Course
from autograder.course.files import write_atomically
from autograder.course.source import SourceNotebook, load_source
from autograder.course.submissions import SECRET, TIMESTAMP, read_plain_file
from autograder.feedback.attempts import attempt_view
from autograder.feedback.folders import without_folders
from autograder.feedback.page import render_page
from autograder.results import Review
from autograder.term.deadlines import Deadlines
from autograder.workers.renderer import Renderer


def write_pages(course: Course, assignment: str, students: Collection[str] = ()) -> Iterator[Path]:
    """Write a page for each graded notebook of the students; yields its path.

    Of everybody who has a grade, if no student is named.

    Raises
    ------
    CourseError
        A source notebook of the assignment cannot be used.
    GradebookError
        The gradebook cannot be used.
    OSError
        A page cannot be written.
    """
    # It imports SQLAlchemy, which takes half a second; rendering a page does without.
    from autograder.gradebook import Gradebook

    sources = [load_source(course, assignment, name) for name in course.notebooks(assignment)]
    with Gradebook.of(course) as gradebook, Renderer() as renderer:
        settle(course, gradebook, assignment)
        reviews = gradebook.reviews(assignment)
        everybody = (*course.students(assignment), *still_graded(course, gradebook, assignment))
        for student in students or everybody:
            yield from write_pages_of(student, sources, reviews, gradebook.deadlines, renderer)


def write_pages_of(
    student: str,
    sources: Sequence[SourceNotebook],
    reviews: Mapping[tuple[str, str], Review],
    deadlines: Deadlines,
    renderer: Renderer,
) -> Iterator[Path]:
    """Write a page for each graded notebook of one student; parameters and errors as above."""
    course, assignment = sources[0].course, sources[0].assignment
    folder = course.autograded_folder(student, assignment)
    attempts = load_attempts([folder])
    records = {source.name: load(folder, source.name) for source in sources}
    missing = [
        name
        for name, record in records.items()
        if record is None and not reviews.get((student, name), Review()).scores
    ]
    for source in sources:
        record = records[source.name]
        if record is None:
            continue
        review = reviews.get((student, source.name), Review())
        page = renderer.run(
            render_page,
            result=record.result,
            review=review,
            lateness=deadlines.in_full(review.timing),
            released=source.released,
            hidden=source.hidden,
            missing=missing,
            handed_in_by=record.handed_in_by,
            attempt=attempt_view(attempts, record, deadlines, datetime.now(UTC)),
        )
        path = course.feedback_folder(student, assignment) / f"{source.name}.html"
        write_atomically(path, without_folders(page, course.root))
        yield path
    _write_exchange_files(course, assignment, student)


def is_behind(course: Course, assignment: str, student: str) -> bool:
    """Whether a student has a page of something that has been graded anew since."""
    pages = course.feedback_folder(student, assignment).glob("*.html")
    folder = course.autograded_folder(student, assignment)
    pairs = [(page, path_in(folder, page.stem)) for page in pages]
    return any(
        record.is_file() and page.stat().st_mtime < record.stat().st_mtime for page, record in pairs
    )


def _write_exchange_files(course: Course, assignment: str, student: str) -> None:
    """Write what `nbgrader release_feedback` reads beside the pages: when it was, and whose.

    `nbgrader collect` has left both with the submission. The command ends at the first student
    without them, so one who handed in by another way gets a secret that opens no page.
    """
    folder = course.feedback_folder(student, assignment)
    if not folder.is_dir():
        return
    submission = course.submitted_folder(student, assignment)
    for name, without in ((TIMESTAMP, ""), (SECRET, secrets.token_hex())):
        try:
            text = read_plain_file(submission / name, 1000).decode("utf-8", "replace")
        except OSError:
            text = without
        write_atomically(folder / name, text)
