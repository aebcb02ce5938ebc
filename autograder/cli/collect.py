"""``autograder collect``: a download from a learning platform becomes submissions."""

from __future__ import annotations

import re
import sys
from pathlib import Path

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
    dry_run: bool,
) -> None:
    """Put a downloaded ARCHIVE or FOLDER of notebooks where they are graded.

    Downloads of Moodle and Canvas are understood, and a folder for each student. Nothing that was
    collected before is overwritten unless you say --replace. Hidden files and folders, such as
    .git, are never taken. The status is 1 if the files of some student could not be taken.

    \b
    Examples:
      autograder collect download.zip --assignment loss_functions --dry-run
      autograder collect download.zip --assignment loss_functions
      autograder collect folder --assignment ps1 --pattern '(?P<student>[a-z]+)-(?P<file>.+)'
    """  # noqa: D301 - click wants the character
    from rich.table import Table

    from autograder.cli import tables
    from autograder.collect import Action, plan_collection, store

    course = course_of(context)
    plan = plan_collection(course, assignment, source, pattern=_compiled(pattern), replace=replace)
    table = Table(box=None, pad_edge=False)
    for title in ("student", "what", "files"):
        table.add_column(title, no_wrap=title != "files")
    for each in plan:
        files = [
            target if target == origin else f"{origin} → {target}"
            for target, origin in sorted(each.origins.items())
        ]
        why = each.reason or ", ".join(files)
        if each.left_out:
            why += f"; left out, since hidden: {', '.join(map(_counted, each.left_out.items()))}"
        table.add_row(terminal.name(each.student), terminal.plain(each.action), terminal.plain(why))
    console = tables.console()
    console.print(table)
    written = 0 if dry_run else sum(1 for _ in store(course, assignment, plan))
    refused = sum(each.action is Action.REFUSE for each in plan)
    console.print(f"{len(plan)} students, {written} submissions written, {refused} refused.")
    sys.exit(1 if refused else 0)


def _counted(hidden: tuple[str, int]) -> str:
    name, count = hidden
    return name if count == 1 else f"{name} ({count:,} files)"


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
