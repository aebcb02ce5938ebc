"""The report of an assignment as one self-contained HTML page, for the instructor."""

from __future__ import annotations

import statistics
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.atomic import write_atomically
from autograder.course import Course
from autograder.errors import CourseError
from autograder.gradebook import Gradebook
from autograder.record import load
from autograder.report.analysis import Analysis, analyse
from autograder.report.charts import outcome_bars, score_histogram
from autograder.results import NotebookResult
from autograder.review import Review

_TEMPLATES = (Path(__file__).parent, Path(__file__).parents[1] / "feedback")


def analyse_course(course: Course, assignment: str) -> Analysis:
    """What has been graded of an assignment.

    Raises:
        CourseError: nothing has been graded yet.
    """
    graded: list[tuple[NotebookResult, Review]] = []
    with Gradebook(course.db_url, course.course_id, course.config) as gradebook:
        for student in course.students(assignment):
            folder = course.autograded_folder(student, assignment)
            for name in course.notebooks(assignment):
                if record := load(folder, name):
                    review = gradebook.review(assignment, student, name)
                    graded.append((record.result, review))
    if not graded:
        raise CourseError(f"Nothing of {assignment} has been graded yet. Run: autograder grade")
    return analyse(assignment, graded)


def write_report(analysis: Analysis, folder: Path) -> Path:
    """Write the page to ``folder``; its path. Raises OSError."""
    path = folder / f"{analysis.assignment}.html"
    write_atomically(path, render_report(analysis))
    return path


def render_report(analysis: Analysis) -> str:
    """The page: no script, nothing loaded from elsewhere, all text of students escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    totals = list(analysis.totals.values())
    return environment.get_template("report.html.j2").render(
        analysis=analysis,
        mean=statistics.fmean(totals) if totals else None,
        median=statistics.median(totals) if totals else None,
        histogram=score_histogram(analysis) if totals else "",
        outcomes=outcome_bars(analysis.items) if analysis.items else "",
    )
