"""``autograder similar``: submissions that are alike, for the instructor."""

from __future__ import annotations

import sys
from collections.abc import Sequence
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
from autograder.course.directory import expect_assignment
from autograder.results import counted

if TYPE_CHECKING:
    from autograder.similarity.pairs import Comparison

_MOST_ROWS = 30  # on the terminal


@click.command("similar", short_help="Show submissions that are alike.")
@click.argument("assignments", nargs=-1)
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Where to write the pages; default: 'similar', beside the autograded folder.",
)  # fmt: skip
@click.pass_context
@explained
def command(context: click.Context, assignments: Sequence[str], output: Path | None) -> None:
    """Show which submissions of ASSIGNMENTS (all, if none is named) are alike.

    Alike beyond what you handed out, your own solution and what many have, whatever variables are
    called; first of all notebooks that are word for word the same, comments included. Members of
    one group are not compared with each other, and nothing is run. A page shows the pairs side by
    side. It proves nothing: it says what to read.

    \b
    Examples:
      autograder similar loss_functions
      autograder similar --output /tmp/alike
    """  # noqa: D301 - click wants the character
    from autograder.similarity.page import write_comparison
    from autograder.similarity.pairs import compare

    course = course_of(context)
    names = handed_in(course, assignments, "there is nothing to compare")
    folder = output or output_folder(course, "similar")
    console = tables.console()
    faults = Faults()
    for name in names:
        with faults.of(name):
            expect_assignment(course, name)
            comparison = compare(course, name)
            if comparison.pairs:
                console.print(_table(comparison))
            for line in _summary(comparison):
                console.print(terminal.plain(line))
            say(write_comparison(comparison, folder))
    sys.exit(1 if faults.reasons else 0)


def _table(comparison: Comparison) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("student", "student", "alike", ""):
        table.add_column(title, justify="right" if title == "alike" else "left", no_wrap=True)
    for pair in comparison.pairs[:_MOST_ROWS]:
        names = (terminal.name(work.student) for work in (pair.first, pair.second))
        same = terminal.plain(f"the same: {', '.join(pair.same)}" if pair.same else "")
        table.add_row(*names, f"{100 * pair.share:.0f} %", same)
    return table


def _summary(comparison: Comparison) -> list[str]:
    found = len(comparison.pairs)
    pairs = "1 pair is" if found == 1 else f"{found or 'no'} pairs are"
    compared = counted(comparison.compared, "submission")
    lines = [f"{comparison.assignment}: {compared} compared, {pairs} alike."]
    if found > _MOST_ROWS:
        lines.append(f"The first {_MOST_ROWS} are above; the page has more.")
    if comparison.left_out:
        lines.append(f"Not compared, or in part only: {', '.join(comparison.left_out)}.")
    return lines
