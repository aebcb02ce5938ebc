"""``autograder extend``: more time for a student, a group or everybody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from autograder.cli import course_of, explained
from autograder.cli.terminal import say
from autograder.course.directory import expect_assignment
from autograder.course.groups import read_groups
from autograder.course.times import moment_or_span
from autograder.errors import CourseError
from autograder.term.deadlines import EVERYBODY, NONE, add_extension

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook


@click.command("extend", short_help="Give a student, or everybody, more time.")
@click.argument("student")
@click.argument("assignment")
@click.argument("until", metavar="DATE|+SPAN|none")
@click.option("--why", default="", metavar="TEXT", help="A reason, for you to read later.")
@click.option("--new", is_flag=True, help="For somebody whom the course does not know yet.")
@click.pass_context
@explained
def command(
    context: click.Context, student: str, assignment: str, until: str, why: str, *, new: bool
) -> None:
    """Give STUDENT until DATE for ASSIGNMENT, or a SPAN more than the others.

    STUDENT may be a group of groups.csv; 'everybody' moves the due date itself, or sets it. A DATE
    is 2026-11-30T18:00, or 2026-11-30 for the end of that day; a SPAN +2d, +1w or +12h, counted
    from the due date; 'none' takes back what was granted, for everybody to the date in [due]. It is
    added to deadlines.toml, where the last word on a student holds, and late penalties are changed
    at once: nothing is graded again. For a name that nobody has in a class that has handed in
    something, nothing is written without --new.

    \b
    Examples:
      autograder extend ada loss_functions +2d
      autograder extend ada loss_functions 2026-12-03T18:00 --why "was ill"
      autograder extend everybody loss_functions 2026-11-30T18:00
      autograder extend ada loss_functions none
    """  # noqa: D301 - click wants the character
    from autograder.autograded.settle import settle
    from autograder.cli.unheard_of import expect_heard_of, unheard_of
    from autograder.gradebook import Gradebook

    course = course_of(context)
    expect_assignment(course, assignment)
    groups = read_groups(course.root, assignment)
    members = set(groups.get(student, (student,))) - {EVERYBODY}
    with Gradebook.of(course) as gradebook:
        entry = _entry(gradebook, student, assignment, until)
    if not new and entry != NONE:
        expect_heard_of(course, assignment, members)
    add_extension(course, student, assignment, entry, why)
    with Gradebook.of(course) as gradebook:
        settle(course, gradebook, assignment)
        due = gradebook.due(assignment)
        assert due is not None
        if not members:
            say(f"{assignment} is due {gradebook.deadlines.shown(due)}.")
        for member in sorted(members):
            more = gradebook.deadlines.extension(member, assignment, due) or timedelta()
            say(
                f"{member} has until {gradebook.deadlines.shown(due + more)} for {assignment}, "
                f"which is due {gradebook.deadlines.shown(due)}."
            )
    if any(
        next(course.feedback_folder(each, assignment).glob("*.html"), None)
        for each in members or course.students(assignment)
    ):
        say(f"Not yet on the pages: autograder feedback {assignment}")
    for line in unheard_of(course):
        say(line, err=True)


def _entry(gradebook: Gradebook, student: str, assignment: str, until: str) -> datetime | str:
    """What to write: a date, or the span as it was given, so that it moves with the due date."""
    zone = gradebook.deadlines.zone
    due = gradebook.due(assignment)
    if until.strip() == NONE and (due or student == EVERYBODY):
        return NONE
    wanted = timedelta() if until.strip() == NONE else moment_or_span(until, zone)
    if due is None and (student != EVERYBODY or isinstance(wanted, timedelta)):
        raise CourseError(
            f"{assignment} has no due date that could be moved. Set one first: "
            f"autograder extend {EVERYBODY} {assignment} DATE"
        )
    if isinstance(wanted, datetime):
        return wanted.astimezone(zone)
    if student != EVERYBODY:
        return until.strip()
    assert due is not None
    return (due + wanted).astimezone(zone)
