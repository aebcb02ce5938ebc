"""Options of commands that grade: how many at a time, where, and how confined."""

from __future__ import annotations

import click

from autograder.grading import DEFAULT_JOBS

jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, 64),
    default=DEFAULT_JOBS,
    show_default=True,
    help="How many submissions to grade at a time; never more than processors.",
)
cluster_option = click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Grade on the Dask cluster of this scheduler; local:N for N workers on this machine.",
)
isolation_option = click.option(
    "--isolation",
    type=click.Choice(["sandbox", "none"]),
    default="sandbox",
    show_default=True,
    help="'none' runs student code with all your rights: only for code you trust.",
)
