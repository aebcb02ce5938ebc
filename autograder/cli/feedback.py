"""``autograder feedback``: one page for each graded notebook."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from autograder.cli import Faults, course_of, explained
from autograder.cli.terminal import say
from autograder.course.directory import expect_assignment
from autograder.errors import CourseError


@click.command("feedback", short_help="Write each student's page.")
@click.argument("assignments", nargs=-1)
@click.option("--student", "students", multiple=True, metavar="ID", help="Only this student.")
@click.pass_context
@explained
def command(context: click.Context, assignments: Sequence[str], students: Sequence[str]) -> None:
    """Write the feedback pages of what has been graded.

    Under nbgrader's own file names, so that `nbgrader release_feedback` finds them. Manual grades
    and comments given in formgrader since then are on them. A page holds no hidden test and
    nothing that a browser would run.

    \b
    Examples:
      autograder feedback loss_functions
      autograder feedback loss_functions --student ada
    """  # noqa: D301 - click wants the character
    from autograder.feedback.write import write_pages

    course = course_of(context)
    written = 0
    faults = Faults()
    for assignment in assignments:
        expect_assignment(course, assignment)
    for assignment in assignments or course.assignments():
        with faults.of(assignment):
            for path in write_pages(course, assignment, students):
                say(path)
                written += 1
    if faults.reasons:
        sys.exit(1)
    if not written:
        raise CourseError("Nothing has been graded yet. Run: autograder grade")
