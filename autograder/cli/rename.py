"""``autograder rename``: another name for a student, with all that is here under the old one."""

from __future__ import annotations

import click

from autograder.cli import course_of, did_you_mean, explained
from autograder.cli.terminal import say
from autograder.errors import CourseError


@click.command("rename", short_help="Give a student another name.")
@click.argument("old")
@click.argument("new")
@click.pass_context
@explained
def command(context: click.Context, old: str, new: str) -> None:
    """Let all that is here of the student OLD be that of NEW.

    That is what was handed in for all assignments, how it was graded, the page, the points and
    comments that people have given, and what the platform calls them. It is refused where NEW has
    handed in something else for the same assignment, or where people have given something to both:
    then a person has to say what counts.

    \b
    Examples:
      autograder rename "Ada Lovelace" s32
    """  # noqa: D301 - click wants the character
    from autograder.cli.unheard_of import known_students, unheard_of
    from autograder.collect.renaming import rename

    course = course_of(context)
    known = known_students(course)
    if old not in known:
        raise CourseError(f"Nobody is called {old} here.{did_you_mean(old, known)}")
    names = rename(course, old, new)
    say(f"{old} is called {new} now: {', '.join(names) or 'nothing was handed in'}.")
    say(f"Where the table of your class (collect --roster) has the id {old}, write {new}.")
    if paged := [name for name in names if any(course.feedback_folder(new, name).glob("*.html"))]:
        say(f"Not yet on the page: autograder feedback {' '.join(paged)}")
    for line in unheard_of(course):
        say(line, err=True)
