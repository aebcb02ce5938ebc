"""How long the lectures' figures take to be drawn again when a slider is moved.

Runs the code of each lecture, then moves every control of every figure from one end to the other,
and takes the CPU time until its new picture is there: waiting for other programs does not count.

    .venv/bin/python -m benchmarks.redraws                  # all lectures, some 5 minutes
    .venv/bin/python -m benchmarks.redraws 03 05            # some of them
    .venv/bin/python -m benchmarks.redraws --write          # into RESULTS.md
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import ipywidgets as widgets
import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import numpy as np

from benchmarks.results import RESULTS, machine, write_section
from course_lib.figures import live

LECTURES = sorted((Path(__file__).parents[1] / "notebooks").glob("[0-9][0-9]_*.ipynb"))
POSITIONS = 12
"""Of a slider."""
GOAL = 100
"""Milliseconds; what takes longer is **bold**."""


def main(arguments: Sequence[str]) -> None:
    """Measure, print the table, and keep it if asked to."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n    .venv")[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("lectures", nargs="*", metavar="NUMBER", help="two digits; default: all")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    options = parser.parse_args(arguments)
    lines = [
        machine(os.getloadavg()[0], ["matplotlib", "ipywidgets"]),
        "",
        "| lecture | figure | redraws | median, ms | worst, ms |",
        "|---|---|---:|---:|---:|",
    ]
    everything: list[float] = []
    mpl.use("agg")
    for path in LECTURES:
        number = path.name[:2]
        if options.lectures and number not in options.lectures:
            continue
        for name, figure in moving_figures(path):
            times = redraws(figure)
            everything += times
            typical, worst = shown(median(times)), shown(max(times))
            lines.append(f"| {number} | {name} | {len(times)} | {typical} | {worst} |")
    lines += ["", f"All {len(everything)} redraws: {shown(median(everything))} ms in the median, "]
    lines[-1] += f"{shown(max(everything))} at worst; {sum(each > GOAL for each in everything)} of "
    lines[-1] += f"them took more than {GOAL} ms."
    print("\n".join(lines))
    if options.write:
        write_section("How long a figure takes to move", lines)


def shown(milliseconds: float) -> str:
    """Rounded, and bold where it misses the goal."""
    return f"{milliseconds:.0f}" if milliseconds <= GOAL else f"**{milliseconds:.0f}**"


def moving_figures(path: Path) -> Iterator[tuple[str, Any]]:
    """Name and widget of each figure of a lecture that moves, all cells above it having run."""
    names: dict[str, Any] = {}
    made: list[Any] = []
    plain = live.interact

    def recorded(*arguments: Any, **controls: Any) -> Any:
        made.append(plain(*arguments, **controls))
        return made[-1]

    live.interact = recorded
    try:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type != "code":
                continue
            with contextlib.redirect_stdout(io.StringIO()):
                exec(cell.source, names)  # noqa: S102 - the lecture's own code
            plt.close("all")
            for figure in made:
                yield re.findall(r"plot_\w+", cell.source)[-1], figure
            made.clear()
    finally:
        live.interact = plain


def redraws(figure: Any) -> list[float]:
    """CPU milliseconds that each of its redraws takes."""
    *controls, _ = figure.children
    times = []
    for control in controls:
        for value in positions(control):
            start, before = process_time(), control.value
            control.value = value
            if control.value != before:
                times.append(1000 * (process_time() - start))
    return times


def positions(control: Any) -> Sequence[Any]:
    """Values of a control, from one end to the other."""
    if hasattr(control, "options"):
        return [value for _, value in control._options_full]
    if isinstance(control, widgets.FloatLogSlider):
        return (control.base ** np.linspace(control.min, control.max, POSITIONS)).tolist()
    if isinstance(control.value, int):
        return sorted(
            set(np.linspace(control.min, control.max, POSITIONS).round().astype(int).tolist())
        )
    if hasattr(control, "min"):
        return np.linspace(control.min, control.max, POSITIONS).tolist()
    return [not control.value, control.value]


if __name__ == "__main__":
    main(sys.argv[1:])
