"""What a larger class costs, and what more jobs bring: `autograder grade` of A3.

Classes of several sizes are graded with a job for each processor, and one class with 1, 2, 4 … jobs
as far as there are processors. Each command runs from start to end in a course folder of its own;
all of them take turns, and medians count. Classes of 1000 and more are graded once.

    .venv/bin/python benchmarks/class_growth.py --help
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from autograder.workers.processors import usable_processors
from benchmarks.commands import Cost, adopt_orphans, progress, typical
from benchmarks.grade_class import PACKAGES, grade, make_course
from benchmarks.results import RESULTS, machine, write_section

EXAMPLES = """\
examples:
  .venv/bin/python benchmarks/class_growth.py                     15 CPU minutes
  .venv/bin/python benchmarks/class_growth.py --sizes 10 --rounds 1 --copies 10    a quick look
  .venv/bin/python benchmarks/class_growth.py --sizes 10 100 1000 10000 --write    70 CPU minutes
"""
JOBS = (1, 2, 4)
#: A class of so many is graded once: by then, start and chance are a small part.
LARGE = 1000


def main(arguments: Sequence[str]) -> None:
    """Measure, print the tables, and keep them if asked to."""
    options = parse(arguments)
    adopt_orphans()
    load = os.getloadavg()[0]
    processors = len(usable_processors())
    jobs = [each for each in JOBS if each <= processors]
    wanted = [(jobs[-1], size) for size in options.sizes]
    wanted += [(each, options.copies) for each in jobs]
    costs: dict[tuple[int, int], list[Cost]] = {each: [] for each in wanted}
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=options.folder) as folder:
        template = Path(folder) / "template"
        make_course(template, max(*options.sizes, options.copies))
        for number in range(options.rounds):
            for (many, size), found in costs.items():
                if number == 0 or size < LARGE:
                    found.append(grade(template, many, size))
                    discard_copies(template)
    lines = [machine(load, PACKAGES), ""]
    lines += growth([(costs[jobs[-1], size]) for size in options.sizes])
    lines += ["", *speedup([costs[each, options.copies] for each in jobs], jobs)]
    print("\n".join(lines))
    if options.write:
        write_section("What a larger class costs, and what more jobs bring", lines)
        progress(f"Written: {RESULTS.name}")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line's options."""
    summary = (__doc__ or "").split("\n    .venv")[0]
    parser = argparse.ArgumentParser(
        description=summary, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[10, 100, 1000], help="of classes (10 100 1000)"
    )
    parser.add_argument("--copies", type=int, default=60, help="class for more jobs (60)")
    parser.add_argument("--rounds", type=int, default=3, help="how often to measure all of it (3)")
    parser.add_argument("--folder", help="where to make the courses, which can fill gigabytes")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    options = parser.parse_args(arguments)
    if min(*options.sizes, options.copies, options.rounds) < 1:
        parser.error("--sizes, --copies and --rounds are at least 1")
    return options


def discard_copies(template: Path) -> None:
    """Remove the courses that were graded: a large class fills a disk."""
    for folder in template.parent.iterdir():
        if folder != template:
            shutil.rmtree(folder)


def growth(classes: Sequence[Sequence[Cost]]) -> list[str]:
    """A Markdown table of classes by size."""
    lines = [
        "| command | submissions | runs | wall s | wall s each | CPU s each | CPU s of one more |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    before: Cost | None = None
    for costs in classes:
        cost, further = typical(costs), "–"
        if before is not None and cost.submissions > before.submissions:
            more = cost.submissions - before.submissions
            further = f"{(cost.cpu - before.cpu) / more:.3f}"
        lines.append(
            f"| `{cost.title}` | {cost.submissions} | {len(costs)} | {cost.wall:.1f} "
            f"| {cost.wall / cost.submissions:.3f} | {cost.cpu / cost.submissions:.3f} "
            f"| {further} |"
        )
        before = cost
    return lines


def speedup(classes: Sequence[Sequence[Cost]], jobs: Sequence[int]) -> list[str]:
    """A Markdown table of one class by jobs; the ratios compare with one job."""
    lines = [
        "| command | submissions | runs | wall s | CPU s each | times as fast | for each job |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    first = typical(classes[0])
    for costs, many in zip(classes, jobs, strict=True):
        cost = typical(costs)
        lines.append(
            f"| `{cost.title}` | {cost.submissions} | {len(costs)} | {cost.wall:.1f} "
            f"| {cost.cpu / cost.submissions:.3f} | {first.wall / cost.wall:.2f} "
            f"| {first.wall / cost.wall / many:.0%} |"
        )
    return lines


if __name__ == "__main__":
    main(sys.argv[1:])
