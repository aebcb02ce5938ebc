"""``autograder report``: how an assignment went, for the instructor."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from autograder.cli import (
    Faults,
    course_of,
    explained,
    handed_in,
    output_folder,
    tables,
    terminal,
)
from autograder.cli.terminal import say
from autograder.results import counted, shown

if TYPE_CHECKING:
    from autograder.report.analysis import Analysis


@click.command("report", short_help="Show how the class did, by question.")
@click.argument("assignments", nargs=-1)
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Where to write the pages; default: 'report', beside the autograded folder.",
)  # fmt: skip
@click.pass_context
@explained
def command(context: click.Context, assignments: Sequence[str], output: Path | None) -> None:
    """Show how ASSIGNMENTS (all that were graded, if none is named) went.

    For each question: the mean share of its points, how well it tells good from bad submissions,
    and what students were told most often, so that you see the common misconceptions and the
    tests that something is wrong with. Written as a page with plots, and printed.

    \b
    Examples:
      autograder report loss_functions
      autograder report --output /tmp/report
    """  # noqa: D301 - click wants the character
    from autograder.cli.unheard_of import unheard_of
    from autograder.report.page import analyse_course, write_report

    course = course_of(context)
    names = handed_in(course, assignments, "there is nothing to report")
    folder = output or output_folder(course, "report")
    console = tables.console()
    faults = Faults()
    for line in unheard_of(course):
        say(line, err=True)
    for name in names:
        with faults.of(name):
            analysis = analyse_course(course, name)
            for line in analysis.without_work:
                console.print(terminal.plain(line))
            console.print(_table(analysis))
            for line in _waiting(analysis):
                console.print(terminal.plain(line))
            for line in analysis.undecided:
                console.print(terminal.plain(line))
            say(write_report(analysis, folder))
    sys.exit(1 if faults.reasons else 0)


def _table(analysis: Analysis) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("question", "points", "share", "discr.", "said most often"):
        # Where a terminal is narrow, what was said takes more lines, and no number is cut.
        is_number = title in ("points", "share", "discr.")
        table.add_column(
            title,
            justify="right" if is_number else "left",
            no_wrap=title != "said most often",
            min_width=len(title) if is_number else None,
        )
    names = [terminal.name(item.grade_id, tables.QUESTION_WIDTH) for item in analysis.items]
    table.columns[0].min_width = max((name.cell_len for name in names), default=0)
    for name, item in zip(names, analysis.items, strict=True):
        said = [f"{count} × {text}" for text, count in item.messages[:1]]
        table.add_row(
            name,
            shown(item.max_score),
            _hundredths(item.facility),
            _hundredths(item.discrimination),
            terminal.plain(item.advice or " ".join(said)),
        )
    return table


def _waiting(analysis: Analysis) -> Iterator[str]:
    """What waits for a person, and where it is looked at."""
    from autograder.report.analysis import FORMGRADER

    if analysis.ungraded:
        names = ", ".join(analysis.ungraded)
        yield f"{analysis.assignment}: could not be graded, for a person to decide: {names}."
    if analysis.pending:
        waits = counted(analysis.pending, "answer waits", "answers wait")
        yield f"{analysis.assignment}: {waits} for a person in formgrader."
    if analysis.ungraded or analysis.pending:
        yield FORMGRADER


def _hundredths(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
