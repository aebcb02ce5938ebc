"""``autograder excuse``: an assignment that does not count for a student."""

from __future__ import annotations

import click

from autograder.cli import course_of, explained
from autograder.cli.terminal import say
from autograder.course.directory import expect_assignment
from autograder.course.groups import read_groups
from autograder.term.deadlines import add_excuse


@click.command("excuse", short_help="Let an assignment not count for a student.")
@click.argument("student")
@click.argument("assignment")
@click.option("--undo", is_flag=True, help="Let it count again.")
@click.option("--why", default="", metavar="TEXT", help="A reason, for you to read later.")
@click.option("--new", is_flag=True, help="For somebody whom the course does not know yet.")
@click.pass_context
@explained
def command(
    context: click.Context, student: str, assignment: str, *, undo: bool, why: str, new: bool
) -> None:
    """Let ASSIGNMENT not count for STUDENT, who may be a group of groups.csv.

    Their mark is empty then, and not 0, in every table, export and report, whatever they have
    handed in; it is no part of their total, and takes no late days. It is added to deadlines.toml,
    where the last word on a student holds. Nothing that was graded or given is changed: --undo
    brings it back. A name that nobody has is refused, as by autograder extend.

    \b
    Examples:
      autograder excuse ada loss_functions --why "was ill"
      autograder excuse ada loss_functions --undo
    """  # noqa: D301 - click wants the character
    from autograder.autograded.settle import settle
    from autograder.cli.unheard_of import expect_heard_of, unheard_of
    from autograder.gradebook import Gradebook

    course = course_of(context)
    expect_assignment(course, assignment)
    members = read_groups(course.root, assignment).get(student, (student,))
    if not (new or undo):
        expect_heard_of(course, assignment, members)
    add_excuse(course, student, assignment, excused=not undo, why=why)
    with Gradebook.of(course) as gradebook:
        settle(course, gradebook, assignment)
    for member in members:
        what = "counts again for" if undo else "does not count for"
        say(f"{assignment} {what} {member}. Not yet on the page: autograder feedback {assignment}")
    for line in unheard_of(course):
        say(line, err=True)
