"""``autograder doctor``: what this machine offers for isolation."""

from __future__ import annotations

import os
import sys

import click
from rich.table import Table
from rich.text import Text

from autograder.cli import course_of, explained, tables
from autograder.errors import CourseError
from autograder.sandbox.limits import Limits
from autograder.workers.processors import measure_use, usable_processors


@click.command("doctor", short_help="Say what the sandbox has on this machine.")
@click.pass_context
@explained
def command(context: click.Context) -> None:
    """Say which layers of the sandbox work here, and what to do about the others.

    Each one is tried for real in a process made for it, within the limits of the course; outside a
    course, the default ones. The status is 0 if all work.

    \b
    Example:
      autograder doctor
    """  # noqa: D301 - click wants the character
    from autograder.sandbox.probe import probe_features

    features = probe_features(_limits(context))
    table = Table(box=None, pad_edge=False)
    for title in ("layer", "active", "detail"):
        table.add_column(title, overflow="fold")
    for feature in features:
        mark = Text("yes", style="green") if feature.active else Text("NO", style="red")
        detail = feature.detail if feature.active else f"{feature.detail}. {feature.advice}."
        table.add_row(feature.name, mark, Text(detail))
    console = tables.console()
    console.print(table)
    console.print(_processors())
    if all(feature.active for feature in features):
        console.print("Student code can be isolated on this machine.")
        return
    console.print("Student code cannot be isolated on this machine: `autograder grade` refuses.")
    sys.exit(1)


def _processors() -> str:
    """How many submissions can be graded at a time, and whether a busy machine costs points."""
    usable = usable_processors()
    found = f"Processors that may be used: {len(usable)}. So many submissions are graded at a time."
    if measure_use([os.getpid()], usable[0]) is None:
        found += (
            " What other programs take of them cannot be measured here: keep the machine free of "
            "other work while you grade."
        )
    return found


def _limits(context: click.Context) -> Limits:
    """The limits that grading would use here."""
    try:
        return course_of(context).settings.limits
    except CourseError:
        if context.obj is not None:  # named, but it cannot be used
            raise
        return Limits()
