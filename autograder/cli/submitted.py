"""``autograder submitted``: when something was handed in, where nothing has told."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from autograder.cli import course_of, did_you_mean, explained
from autograder.cli.terminal import say
from autograder.course.directory import Course, expect_assignment
from autograder.course.parties import Party, parties
from autograder.course.submissions import write_timestamp
from autograder.course.times import moment_or_span
from autograder.course.times_table import times_in
from autograder.errors import CourseError
from autograder.results import counted

if TYPE_CHECKING:
    from datetime import datetime

    from autograder.gradebook import Gradebook


@click.command("submitted", short_help="Say when something was handed in.")
@click.argument("words", nargs=-1, required=True, metavar="[STUDENT] ASSIGNMENT [TIME|+SPAN]")
@click.option(
    "--from", "table", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.csv", help="The times of many: a table with the columns student and time, or "
    "Moodle's grading worksheet. Name the assignment alone.",
)  # fmt: skip
@click.pass_context
@explained
def command(context: click.Context, words: Sequence[str], table: Path | None) -> None:
    """Say when STUDENT handed in ASSIGNMENT, where a platform did not tell, or told it wrong.

    A TIME is 2026-11-30T18:00, or 2026-11-30 for the end of that day; a SPAN +2d, +3h or +0m,
    counted from the due date of everybody. It is written into timestamp.txt beside the notebook,
    and late penalties are changed at once: nothing is graded again.

    \b
    Examples:
      autograder submitted ada loss_functions 2026-12-01T09:30
      autograder submitted ada loss_functions +1d
      autograder submitted loss_functions --from times.csv
    """  # noqa: D301 - click wants the character
    if len(words) != (3 if table is None else 1):
        raise click.UsageError(
            "Expected STUDENT ASSIGNMENT TIME, or with --from the ASSIGNMENT alone."
        )
    course = course_of(context)
    if table is None:
        student, assignment, when = words
        expect_assignment(course, assignment)
        _say_when(course, assignment, {student: when})
        return
    (assignment,) = words
    expect_assignment(course, assignment)
    times, unknown = times_in(course, assignment, table)
    together = {
        member
        for party in parties(course, assignment, course.students(assignment))
        for member in (*party.members, *party.folders)
    }
    if here := {student: when for student, when in times.items() if student in together}:
        _say_when(course, assignment, here)
    if absent := [*unknown, *(student for student in times if student not in together)]:
        say(f"Left out, since nothing of theirs is here: {', '.join(absent)}", err=True)
        sys.exit(1)


def _say_when(course: Course, assignment: str, times: Mapping[str, str]) -> None:
    """Note all of the times, or none: what cannot be is found before anything is written."""
    from autograder.autograded.settle import settle
    from autograder.gradebook import Gradebook

    party_of = {
        student: party for student in times for party in parties(course, assignment, [student])
    }
    folders = {
        student: _folder(course, assignment, student, party) for student, party in party_of.items()
    }
    with Gradebook.of(course) as gradebook:
        moments = {student: _moment(gradebook, assignment, when) for student, when in times.items()}
        for student, moment in moments.items():
            write_timestamp(folders[student], moment)
            gradebook.note_time(assignment, party_of[student].members, moment)
        settle(course, gradebook, assignment)
        reviews = gradebook.reviews(assignment)
        deadlines = gradebook.deadlines
    names = course.notebooks(assignment)
    taken = 0.0
    for student, moment in moments.items():
        first = party_of[student].members[0]
        found = [reviews[first, name] for name in names if (first, name) in reviews]
        said = deadlines.in_full(found[0].timing) if found else ""
        say(
            f"{student}, {assignment}: {said}"
            if said
            else f"{student} handed in {assignment} at {deadlines.shown(moment)}."
        )
        taken += sum(review.late_penalty for review in found)
    if taken:
        off = f"Taken off{' in all' * (len(moments) > 1)}: {counted(taken, 'point')}."
        say(f"{off} Not yet on the page: autograder feedback {quote(assignment)}")
    firsts = {party_of[student].members[0] for student in moments}
    if not all(course.autograded_folder(each, assignment).is_dir() for each in firsts):
        say(f"Next: autograder grade {quote(assignment)}")


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
