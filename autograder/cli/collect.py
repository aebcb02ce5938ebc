"""``autograder collect``: a download from a learning platform becomes submissions."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Literal

import click

from autograder.cli import course_of, explained, terminal
from autograder.course.directory import Course
from autograder.course.groups import FILE as GROUPS
from autograder.course.groups import add_groups, lines_for, read_groups
from autograder.course.times import moment_or_span, zone_of
from autograder.errors import CourseError
from autograder.results import counted

if TYPE_CHECKING:
    from rich.table import Table

    from autograder.collect import PlannedSubmission
    from autograder.collect.people import Person


@click.command("collect", short_help="Sort in a platform's download.")
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
    help="When all of it was handed in, where its names do not tell; a day counts to its end. "
    "'archive': when each notebook was last changed, as the archive says.",
)
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.csv",
    help="Who is in the class: columns id, name, email, platform_id. Whom it has is called by the "
    "id there; who is missing and who is unknown is told.",
)
@click.option(
    "--take", multiple=True, metavar="PATH",
    help="The file in the download that counts, where several of a student's can be meant.",
)  # fmt: skip
@click.option(
    "--groups", "write_groups", is_flag=True,
    help="Write into groups.csv who handed in together, where the download tells.",
)  # fmt: skip
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
    take: Sequence[str],
    write_groups: bool,
    dry_run: bool,
) -> None:
    """Put a downloaded ARCHIVE or FOLDER of notebooks where they are graded.

    Understood are zip and tar archives and folders as Moodle, Canvas, Blackboard, Brightspace,
    Gradescope, ILIAS, Sakai, OpenOlat, Submitty, CodeGrade, Artemis, Teams, Schoology, Google
    Classroom, GitHub Classroom and nbgrader make them, and a folder or an archive for each student,
    with any folders around all of it. Of several attempts the newest is taken; when it was handed
    in goes into timestamp.txt where the names tell, and what the platform calls each student into
    .collected/ASSIGNMENT.csv beside the submissions. Nothing that was collected before is
    overwritten unless you say --replace. Hidden files and folders, such as .git, are never taken.
    The status is 1 if the files of some student could not be taken.

    \b
    Examples:
      autograder collect download.zip --assignment loss_functions --dry-run
      autograder collect download.zip --assignment loss_functions
      autograder collect download.zip --assignment ps1 --roster class.csv
      autograder collect folder --assignment ps1 --pattern '(?P<student>[a-z]+)-(?P<file>.+)'
    """  # noqa: D301 - click wants the character
    from autograder.cli import tables
    from autograder.collect import Action, plan_collection, store
    from autograder.collect.people import read_roster
    from autograder.collect.roster import (
        keep_ids,
        keep_names,
        missing_and_unknown,
        without_work,
    )
    from autograder.collect.together import groups_told, not_yet_known

    course = course_of(context)
    people = read_roster(roster) if roster else []
    plan = plan_collection(
        course,
        assignment,
        source,
        pattern=_compiled(pattern),
        replace=replace,
        submitted_at=_moment(course, submitted_at),
        take=take,
        people=people,
    )
    groups = read_groups(course.root, assignment)
    new_groups, said_of_groups = not_yet_known(groups_told(plan, people), groups)
    if write_groups and new_groups:
        lines_for(course.root, assignment, new_groups)  # what is wrong is said before all else
    if roster:
        _expect_somebody(roster, people, plan, {*groups, *new_groups})
    console = tables.console()
    console.print(_table(plan, zone_of(course)))
    written = 0 if dry_run else sum(1 for _ in store(course, assignment, plan))
    if not dry_run:
        keep_ids(course, assignment, plan, people)
        nothing = [] if people else [*without_work(course, assignment, plan)]
        if people or nothing:
            keep_names(course, people, nothing)
        if write_groups and new_groups:
            add_groups(course.root, assignment, new_groups)
            groups = read_groups(course.root, assignment)
    refused = sum(each.action is Action.REFUSE for each in plan)
    pending = sum(each.action not in (Action.KEEP, Action.NOTHING, Action.REFUSE) for each in plan)
    what = f"{counted(pending, 'submission')} to be" if dry_run else counted(written, "submission")
    console.print(f"{counted(len(plan), 'student')}, {what} written, {refused} refused.")
    for line in _what_to_do(plan, has_time=submitted_at is not None):
        console.print(terminal.plain(line))
    for line in (*said_of_groups, *_partners(course, assignment, new_groups, written=write_groups)):
        console.print(terminal.plain(line))
    if roster:
        before = {*course.students(assignment), *_with_others(course, assignment, plan)}
        missing, unknown = missing_and_unknown(people, plan, before, {*groups, *new_groups})
        console.print(terminal.plain(f"Missing: {', '.join(missing) or 'nobody'}."))
        console.print(terminal.plain(f"Not in {roster.name}: {', '.join(unknown) or 'nobody'}."))
    if dry_run:
        console.print("Nothing is written. Next: the same command without --dry-run.")
    elif written:
        console.print(terminal.plain(f"Next: autograder grade {quote(assignment)}"))
    sys.exit(1 if refused else 0)


def _expect_somebody(
    roster: Path,
    people: Sequence[Person],
    plan: Sequence[PlannedSubmission],
    groups: Collection[str],
) -> None:
    """Refuse a table of which nobody is in the download: it is another class's, or misread."""
    from autograder.collect.roster import missing_and_unknown

    _, unknown = missing_and_unknown(people, plan, groups=groups)
    if people and plan and len(unknown) == len(plan):
        raise CourseError(
            f"Nobody of this download is in {roster}: it has {', '.join(unknown[:3])}, and the "
            f"table has {', '.join(person.label for person in people[:3])}. Name the right table; "
            "nothing is written."
        )


def _partners(
    course: Course, assignment: str, groups: Mapping[str, Sequence[str]], *, written: bool
) -> Iterator[str]:
    """Who handed in together, and how that is made to count."""
    if not groups:
        return
    who = "; ".join(", ".join(members) for members in groups.values())
    if written:
        yield f"Handed in together, as {GROUPS} has it now: {who}."
        return
    yield (
        f"Handed in together: {who}. Each is graded alone, unless {GROUPS} has these lines, which "
        "the same command adds with --groups:"
    )
    yield from lines_for(course.root, assignment, groups).splitlines()


def _with_others(
    course: Course, assignment: str, plan: Sequence[PlannedSubmission]
) -> Iterator[str]:
    """Those for whom something in the plan counts, since they hand in together."""
    present = {each.student for each in plan}
    for group, members in read_groups(course.root, assignment).items():
        if present & {group, *members}:
            yield from members


def _table(plan: Sequence[PlannedSubmission], zone: tzinfo | None) -> Table:
    """One line for each student: what is done, with which files, and why."""
    from rich.table import Table

    from autograder.collect import Action

    table = Table(box=None, pad_edge=False)
    for title in ("student", "what", "files"):
        table.add_column(title, no_wrap=title != "files")
    for each in plan:
        files = [
            target if target == origin else f"{origin} → {target}"
            for target, origin in sorted(each.origins.items())
        ]
        why = each.reason or ", ".join(files)
        known = each.handed_in
        if each.action is Action.NOTHING:
            why = why or "its folder is empty: 0, unless something comes"
        if known.time and not each.reason:
            before = "as noted before, " if each.action is Action.KEEP else ""
            why += f"; {before}handed in {_shown(known.time, zone)}"
        if known.late is not None and (known.late or known.time is None):
            why += f"; {'late' if known.late else 'in time'}, says the platform"
        if each.earlier:
            why += f"; the newest of {each.earlier + 1} attempts"
        if each.left_out:
            why += f"; left out, since hidden: {', '.join(map(_counted, each.left_out.items()))}"
        who = terminal.name(each.student)
        if each.name not in ("", each.student):
            who = terminal.name(each.name) + " → " + who
        table.add_row(who, terminal.plain(each.action), terminal.plain(why))
    return table


def _what_to_do(plan: Sequence[PlannedSubmission], *, has_time: bool) -> Iterator[str]:
    """What a person has to say before all of the download can be taken, and graded fairly."""
    from autograder.collect import Action

    for each in plan:
        if each.choices:
            options = " or ".join(f"--take {quote(path)}" for path in each.choices)
            yield f"{each.student}: look at the files, then say which counts: {options}"
    without_time = [each for each in plan if each.handed_in.time is None]
    if late := [each.student for each in without_time if has_time and each.handed_in.late]:
        yield (
            f"The platform calls {', '.join(late)} late, so --submitted-at is not for them: say "
            "when with autograder submitted."
        )
    called = {each.handed_in.late for each in plan} - {None}
    if called == {False} and any(each.handed_in.late is False for each in without_time):
        yield (
            "The platform marks nobody late. That counts as in time, and is right if the due date "
            "is set there as well: if it is not, say with --submitted-at when all was handed in."
        )
    new = [each for each in without_time if each.action in (Action.ADD, Action.REPLACE)]
    undated = [each.student for each in new if each.handed_in.late is None]
    if undated:
        yield (
            f"Nothing tells when {counted(len(undated), 'of them was', 'of them were')} handed in "
            f"({', '.join(undated)}): where that counts, say it with --submitted-at, or later with "
            "autograder submitted, which also reads tables (--from), as Moodle's grading worksheet."
        )


def _shown(moment: datetime, zone: tzinfo | None) -> str:
    """A moment in the course's zone, as everywhere."""
    with suppress(OverflowError):  # a student's clock may say the year 1
        moment = moment.astimezone(zone)
    return f"{moment:%Y-%m-%d %H:%M %Z}"


def _counted(hidden: tuple[str, int]) -> str:
    name, count = hidden
    return name if count == 1 else f"{name} ({count:,} files)"


def _moment(course: Course, text: str | None) -> datetime | Literal["archive"] | None:
    if text is None:
        return None
    if text == "archive":
        return "archive"
    try:
        moment = moment_or_span(text, zone_of(course))
    except CourseError as error:
        raise click.BadParameter(f"{error} Or 'archive'.") from error
    if isinstance(moment, timedelta):
        raise click.BadParameter(f"{text!r} is a span; expected a time, or 'archive'.")
    return moment.astimezone(zone_of(course))


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
