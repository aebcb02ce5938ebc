"""``autograder collect``: a download from a learning platform becomes submissions."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Literal

import click

from autograder.cli import course_of, explained, terminal


@click.command("collect")
@click.argument("source", metavar="ARCHIVE|FOLDER", type=click.Path(exists=True, path_type=Path))
@click.option("--assignment", required=True, metavar="ID", help="What was handed in.")
@click.option(
    "--pattern",
    metavar="REGEX",
    help="How a path in the download tells the student and the file, as groups of these names.",
)
@click.option("--replace", is_flag=True, help="Replace what was collected before and is different.")
@click.option(
    "--submitted-at",
    metavar="TIME|archive",
    help="When all of it was handed in, where its names do not tell; 'archive': when each notebook "
    "was last changed, as the archive says.",
)
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.csv",
    help="Who is in the class: columns id, name, email. Tells who is missing and who is unknown.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be done.")
@click.pass_context
@explained
def command(
    context: click.Context,
    source: Path,
    assignment: str,
    pattern: str | None,
    *,
    replace: bool,
    submitted_at: str | None,
    roster: Path | None,
    dry_run: bool,
) -> None:
    """Put a downloaded ARCHIVE or FOLDER of notebooks where they are graded.

    Understood are zip and tar archives and folders as Moodle, Canvas, Blackboard, Brightspace,
    Gradescope, ILIAS, Sakai, Google Classroom, GitHub Classroom and nbgrader make them, and a
    folder or an archive for each student, with any folders around all of it. Of several attempts
    the newest is taken; when it was handed in goes into timestamp.txt where the names tell, and
    what the platform calls each student into .collected/ASSIGNMENT.csv beside the submissions.
    Nothing that was collected before is overwritten unless you say --replace. Hidden files and
    folders, such as .git, are never taken. The status is 1 if the files of some student could not
    be taken.

    \b
    Examples:
      autograder collect download.zip --assignment loss_functions --dry-run
      autograder collect download.zip --assignment loss_functions
      autograder collect download.zip --assignment ps1 --roster class.csv
      autograder collect folder --assignment ps1 --pattern '(?P<student>[a-z]+)-(?P<file>.+)'
    """  # noqa: D301 - click wants the character
    from rich.table import Table

    from autograder.cli import tables
    from autograder.collect import Action, plan_collection, store
    from autograder.collect.roster import keep_ids, missing_and_unknown, read_roster

    course = course_of(context)
    people = read_roster(roster) if roster else []
    plan = plan_collection(
        course,
        assignment,
        source,
        pattern=_compiled(pattern),
        replace=replace,
        submitted_at=_moment(submitted_at),
    )
    table = Table(box=None, pad_edge=False)
    for title in ("student", "what", "files"):
        table.add_column(title, no_wrap=title != "files")
    for each in plan:
        files = [
            target if target == origin else f"{origin} → {target}"
            for target, origin in sorted(each.origins.items())
        ]
        why = each.reason or ", ".join(files)
        if each.time and not each.reason:
            why += f"; handed in {each.time:%Y-%m-%d %H:%M %Z}"
        if each.late:
            why += "; late, says the platform"
        if each.earlier:
            why += f"; the newest of {each.earlier + 1} attempts"
        if each.left_out:
            why += f"; left out, since hidden: {', '.join(map(_counted, each.left_out.items()))}"
        table.add_row(terminal.name(each.student), terminal.plain(each.action), terminal.plain(why))
    console = tables.console()
    console.print(table)
    written = 0 if dry_run else sum(1 for _ in store(course, assignment, plan))
    if not dry_run:
        keep_ids(course, assignment, plan)
    refused = sum(each.action is Action.REFUSE for each in plan)
    console.print(f"{len(plan)} students, {written} submissions written, {refused} refused.")
    if roster:
        missing, unknown = missing_and_unknown(people, plan)
        console.print(terminal.plain(f"Missing: {', '.join(missing) or 'nobody'}."))
        console.print(terminal.plain(f"Not in {roster.name}: {', '.join(unknown) or 'nobody'}."))
    sys.exit(1 if refused else 0)


def _counted(hidden: tuple[str, int]) -> str:
    name, count = hidden
    return name if count == 1 else f"{name} ({count:,} files)"


def _moment(text: str | None) -> datetime | Literal["archive"] | None:
    if text is None:
        return None
    if text == "archive":
        return "archive"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is no time, expected one such as 2026-11-30T18:00, or 'archive'"
        ) from error
    return moment.astimezone() if moment.tzinfo is None else moment


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    if pattern is None:
        return None
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise click.BadParameter(f"{pattern!r} is no regular expression: {error}") from error
    if missing := {"student", "file"} - set(compiled.groupindex):
        raise click.BadParameter(f"{pattern!r} has no group {' and no group '.join(missing)}")
    return compiled
