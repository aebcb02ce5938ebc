"""``autograder enter``: points and comments that a person has written into a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import course_of, explained
from autograder.cli.terminal import say
from autograder.errors import CourseError
from autograder.results import counted, shown

if TYPE_CHECKING:
    from rich.table import Table

    from autograder.report.entering import Change


@click.command("enter", short_help="Enter points and comments from a table.")
@click.argument("file", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False,
                path_type=Path))  # fmt: skip
@click.option("--assignment", default="", metavar="ID", help="Where the table has no such column.")
@click.option("--replace", is_flag=True, help="Replace points and comments that are different.")
@click.option("--dry-run", is_flag=True, help="Only show what would be entered.")
@click.pass_context
@explained
def command(
    context: click.Context, file: Path, assignment: str, *, replace: bool, dry_run: bool
) -> None:
    """Enter the points and comments that a person has written into FILE.csv.

    It has the columns student, question, points, comment and extra_credit (not all three are
    needed), and perhaps notebook and assignment;
    a QUESTION is its grade_id, or NOTEBOOK/QUESTION. `autograder export --format long` writes such
    a table (its points are in the column score): fill in what is empty. An empty cell gives
    nothing, and what stands there already changes nothing. Unknown names, points above the maximum
    and what would replace other points or another comment are refused, and then nothing at all is
    entered; --replace lets the table hold. Points count as those given in formgrader do.

    \b
    Examples:
      autograder export loss_functions --format long -o marks-by-hand.csv
      autograder enter marks-by-hand.csv --dry-run
      autograder enter marks-by-hand.csv
      autograder enter marks-ps1.csv --assignment ps1 --replace
    """  # noqa: D301 - click wants the character
    from autograder.cli import tables
    from autograder.course.directory import expect_assignment
    from autograder.report.entering import changes_by, enter, read_rows

    course = course_of(context)
    if assignment:
        expect_assignment(course, assignment)
    rows = read_rows(file, assignment)
    changes, problems, repeated = changes_by(course, rows, replace=replace)
    for line in problems:
        say(f"{file}, {line}.", err=True)
    if problems:
        lines = counted(len(problems), "line")
        raise CourseError(f"Nothing is entered: {lines} of {file} cannot be. Correct the table.")
    if changes:
        tables.console().print(_table(changes))
    if repeated:
        say(
            f"{counted(repeated, 'line repeats', 'lines repeat')} points for an answer that has "
            "been handed in anew: if they hold, press Resolve in formgrader."
        )
    points = sum(each.given.points is not None for each in changes)
    comments = sum(each.given.comment is not None for each in changes)
    extra = sum(each.given.credit is not None for each in changes)
    people = len({each.place[0] for each in changes})
    said = f"{counted(points, 'mark')} and {counted(comments, 'comment')}"
    said += f" and {counted(extra, 'extra credit')}" * bool(extra)
    said += f" for {counted(people, 'student')}"
    if dry_run:
        say(f"Would be entered: {said}. Nothing is written.")
        return
    enter(course, changes)
    names = " ".join(dict.fromkeys(each.assignment for each in changes))
    say(f"Entered: {said}." + (f" Not yet on pages: autograder feedback {names}" * bool(names)))


def _table(changes: Sequence[Change]) -> Table:
    """One line for each cell that changes, with what was there before."""
    from rich.table import Table

    from autograder.cli import tables, terminal

    table = Table(box=None, pad_edge=False)
    for title in ("student", "question", "points", "extra credit", "comment"):
        table.add_column(title, no_wrap=title != "comment")
    for each in changes:
        student, _, question = each.place
        table.add_row(
            terminal.name(student),
            terminal.name(question, tables.QUESTION_WIDTH),
            _before_and_after(_shown(each.before.points), _shown(each.given.points)),
            _before_and_after(_shown(each.before.credit), _shown(each.given.credit)),
            terminal.plain(_before_and_after(each.before.comment or "", each.given.comment or "")),
        )
    return table


def _shown(points: float | None) -> str:
    return "" if points is None else shown(points)


def _before_and_after(before: str, after: str) -> str:
    return f"{before} → {after}" if before and after else after
