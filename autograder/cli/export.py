"""``autograder export``: marks for a spreadsheet or a learning platform."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from autograder.cli import course_of, explained, handed_in
from autograder.cli.terminal import say
from autograder.errors import CourseError
from autograder.results import counted


@click.command("export", short_help="Write the marks as a table.")
@click.argument("assignments", nargs=-1)
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "long", "moodle", "canvas"]),
    default="csv",
    show_default=True,
    help="csv: a row for each student; long: a row for each question; moodle, canvas: for import.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE", help="Where to write, '-' to print; default: marks.csv in the course's "
    "folder, for a platform marks-PLATFORM.csv.",
)  # fmt: skip
@click.option(
    "--worksheet", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.csv", help="For moodle: the grading worksheet that Moodle lets you download, in "
    "your language, to be filled.",
)  # fmt: skip
@click.option("--cap", is_flag=True, help="Write no mark above the assignment's maximum.")
@click.option(
    "--feedback", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.zip",
    help="Write the feedback pages of one assignment and pack them under the platform's names.",
)  # fmt: skip
@click.pass_context
@explained
def command(
    context: click.Context,
    assignments: Sequence[str],
    kind: str,
    output: Path | None,
    worksheet: Path | None,
    cap: bool,
    feedback: Path | None,
) -> None:
    """Write the marks of ASSIGNMENTS (all that were graded, if none is named) as a table.

    The points are the gradebook's, with a person's scores, extra credit and late penalties. What
    nobody knows yet is empty, never 0. For Moodle and Canvas, name one assignment that was sorted
    in by `autograder collect`, which has kept what the platform calls everybody. The status is 1
    if somebody's marks or page had to be left out for want of that.

    \b
    Examples:
      autograder export
      autograder export loss_functions --format long -o loss_functions.csv
      autograder export loss_functions --format moodle --feedback pages.zip
      autograder export loss_functions --format moodle --worksheet Grades-ML-12.csv
    """  # noqa: D301 - click wants the character
    from autograder.autograded.record import BY_HAND
    from autograder.cli.unheard_of import unheard_of
    from autograder.feedback.write import write_pages
    from autograder.report import export, platforms
    from autograder.report.analysis import FORMGRADER
    from autograder.report.worksheet import filled_worksheet, maximum_in, named_in

    if worksheet and kind != "moodle":
        raise click.UsageError("A --worksheet is one of Moodle's: use it with --format moodle.")
    if cap and kind == "long":
        raise click.UsageError("--cap is for whole marks: --format long has single questions.")
    course = course_of(context)
    names = handed_in(course, assignments, "there are no marks")
    if len(names) > 1 and (kind in ("moodle", "canvas") or feedback):
        raise CourseError(f"Name one of the assignments: {', '.join(names)}.")
    marks = export.read_marks(course, names)
    most = {
        name: export.max_score(each for each in marks if each.assignment == name) for name in names
    }
    if worksheet and (maximum := maximum_in(worksheet)) is not None:
        points, most[names[0]] = most[names[0]], maximum
        if export.all_digits(points) != export.all_digits(maximum):
            say(
                f"{names[0]} is out of {export.all_digits(points)} here, and out of "
                f"{export.all_digits(maximum)} in {worksheet.name}: marks are written as they are "
                f"here. For their share to be the same, set the maximum grade of the assignment in "
                f"Moodle to {export.all_digits(points)}.",
                err=True,
            )
    marks = export.capped(marks, most) if cap else marks
    # Also whose files are gone, and whose grade stands.
    everybody = {*course.students(names[0]), *(each.student for each in marks if each.handed_in)}
    unknown: list[str] = []
    unnamed: list[str] = []
    ids: dict[str, dict[str, str]] | None = None
    platform = kind if kind in ("moodle", "canvas") else ""
    if platform:
        ids, others = platforms.of_platform(
            platforms.platform_ids(course, names[0], everybody), platform
        )
        from_others = sorted(set(others.values()))
        if others and not ids:
            raise CourseError(
                f"Nobody's {names[0]} was collected from {platform}. Use: --format "
                f"{' or '.join(from_others)}"
            )
        for other in from_others:
            theirs = [student for student, where in others.items() if where == other]
            say(
                f"Not in this table, since collected from {other}: {', '.join(theirs)}. For them: "
                f"--format {other}",
                err=True,
            )
        marks = [each for each in marks if each.student not in others]
        if worksheet:
            ids |= named_in(worksheet, marks, ids)
        unknown = platforms.left_out(marks, ids)
        if worksheet:
            table, not_in_it = filled_worksheet(worksheet, marks, ids)
            unknown += not_in_it
        else:
            tables = {"moodle": platforms.moodle_table, "canvas": platforms.canvas_table}
            table = tables[kind](marks, ids)
    else:
        table = (export.long_table if kind == "long" else export.wide_table)(marks)
    if str(output) == "-":
        click.echo(table, nl=False)
    else:
        path = output or course.root / (f"marks-{platform}.csv" if platform else "marks.csv")
        path.write_text(table, encoding="utf-8")
        say(path)
    if feedback is not None:
        for _ in write_pages(course, names[0]):
            pass  # with what has been decided since they were written
        count = platforms.write_feedback(course, names[0], everybody, feedback, platform, ids)
        say(f"{feedback}: {counted(count, 'page')}")
        unnamed = platforms.without_page(ids or {}, platform)
    if ungraded := export.ungraded(marks):
        say(f"Could not be graded, so empty here: {', '.join(ungraded)}. {BY_HAND}", err=True)
    if waiting := export.waiting(marks):
        number = counted(len(waiting), "student")
        say(
            f"Empty here, since answers wait for a person: the marks of {number} "
            f"({', '.join(waiting)}). {FORMGRADER}",
            err=True,
        )
    for line in export.undecided(marks):
        say(line, err=True)
    if alike := export.shown_alike(marks):
        say(f"Cannot be told apart in the table: {', '.join(map(repr, alike))}.", err=True)
    for line in (*unheard_of(course), *export.absent(marks), *export.excused(marks)):
        say(line, err=True)
    if refused := export.refused(marks):
        say(
            f"Without a mark, since what they handed in autograder collect has refused: "
            f"{', '.join(refused)}. Look at it, and collect again or put it into its folder.",
            err=True,
        )
    if kind == "moodle" and (above := export.above(marks, most)):
        say(
            f"Above the maximum of {export.all_digits(most[names[0]])}: {', '.join(above)}. Moodle "
            "leaves out such a line without a word: raise the maximum grade of the assignment in "
            "Moodle before you upload the table, or write the maximum for them with --cap.",
            err=True,
        )
    if unknown:
        say(
            f"Left out of the table: {', '.join(unknown)}. What the platform calls them is not "
            "known, or one number is several people's: autograder collect keeps it from the "
            "platform's download, or a column platform_id in the table of --roster tells it. "
            "Otherwise enter these marks by hand.",
            err=True,
        )
    if unnamed:
        say(
            f"Without a page in {feedback}: {', '.join(unnamed)}. {platform.capitalize()} takes a "
            "page back by the number of what was handed in, and that is not known: collect the "
            "platform's download once more, which changes nothing else, then export again.",
            err=True,
        )
    sys.exit(1 if unknown or unnamed else 0)
