"""``autograder submitted``: when something was handed in, where nothing has told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import course_of, did_you_mean, explained
from autograder.cli.terminal import say
from autograder.course.directory import Course, expect_assignment
from autograder.course.parties import Party, parties
from autograder.course.submissions import write_timestamp
from autograder.course.times import moment_or_span
from autograder.errors import CourseError
from autograder.results import counted

if TYPE_CHECKING:
    from datetime import datetime

    from autograder.gradebook import Gradebook


@click.command("submitted", short_help="Say when something was handed in.")
@click.argument("student")
@click.argument("assignment")
@click.argument("when", metavar="TIME|+SPAN")
@click.pass_context
@explained
def command(context: click.Context, student: str, assignment: str, when: str) -> None:
    """Say when STUDENT handed in ASSIGNMENT, where a platform did not tell, or told it wrong.

    A TIME is 2026-11-30T18:00, or 2026-11-30 for the end of that day; a SPAN +2d, +3h or +0m,
    counted from the due date of everybody. It is written into timestamp.txt beside the notebook,
    and late penalties are changed at once: nothing is graded again.

    \b
    Examples:
      autograder submitted ada loss_functions 2026-12-01T09:30
      autograder submitted ada loss_functions +1d
    """  # noqa: D301 - click wants the character
    from autograder.autograded.settle import settle
    from autograder.gradebook import Gradebook

    course = course_of(context)
    expect_assignment(course, assignment)
    (party,) = parties(course, assignment, [student])
    folder = _folder(course, assignment, student, party)
    with Gradebook.of(course) as gradebook:
        moment = _moment(gradebook, assignment, when)
        write_timestamp(folder, moment)
        gradebook.note_time(assignment, party.members, moment)
        settle(course, gradebook, assignment)
        found = gradebook.reviews(assignment, [party.members[0]]).values()
        if said := gradebook.deadlines.in_full(next(iter(found)).timing) if found else "":
            say(f"{student}, {assignment}: {said}")
        else:
            shown_time = gradebook.deadlines.shown(moment)
            say(f"{student} handed in {assignment} at {shown_time}. Next: autograder grade")
    taken = sum(review.late_penalty for review in found)
    if taken:
        say(
            f"Taken off for it: {counted(taken, 'point')}. Not yet on the page: autograder feedback"
        )


def _folder(course: Course, assignment: str, student: str, party: Party) -> Path:
    """Where that lies which was handed in: with the student, or another of the group."""
    present = course.students(assignment)
    others = party.folders if len(party.folders) == 1 else ()
    found = [name for name in (student, *others) if name in present]
    folder = course.submitted_folder(found[0], assignment) if found else None
    if folder is None or folder.is_symlink():
        meant = did_you_mean(student, present)
        raise CourseError(f"{student} has handed in nothing for {assignment}.{meant}")
    return folder


def _moment(gradebook: Gradebook, assignment: str, when: str) -> datetime:
    wanted = moment_or_span(when, gradebook.deadlines.zone)
    if not isinstance(wanted, timedelta):
        return wanted
    due = gradebook.due(assignment)
    if due is None:
        raise CourseError(f"{assignment} has no due date to count from: give the time.")
    return due + wanted
