"""How long a student waits under `autograder watch`: from a notebook's arrival to its page.

Solutions of A3 are handed in one after the other, each moved whole into the submitted folder of a
student who is new, some time after the page of the one before is there. Seconds are by the clock,
until the page has its name.

    .venv/bin/python benchmarks/watch_latency.py --help
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.commands import progress
from benchmarks.grade_class import ASSIGNMENT, PACKAGES, SOLUTION, make_course
from benchmarks.results import RESULTS, machine, write_section

EXAMPLES = """\
examples:
  .venv/bin/python benchmarks/watch_latency.py                 a minute
  .venv/bin/python benchmarks/watch_latency.py --write         and keep the table
"""
PATIENCE = 120.0  # seconds
#: Seconds of rest between a page and the next arrival.
REST = 0.5


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and keep the table if asked to."""
    options = parse(arguments)
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        course = Path(folder) / "course"
        make_course(course, 1)
        seconds = arrivals(course, options.arrivals, options.jobs)
    lines = [
        machine(load, (*PACKAGES, "watchfiles")),
        "",
        "| arrivals | median | worst |",
        "|---:|---:|---:|",
        f"| {len(seconds)} | {median(seconds):.2f} s | {max(seconds):.2f} s |",
    ]
    print("\n".join(lines))
    if options.write:
        write_section("From arrival to page, under watch", lines)
        progress(f"Written: {RESULTS.name}")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line's options."""
    summary = (__doc__ or "").split("\n    .venv")[0]
    parser = argparse.ArgumentParser(
        description=summary, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--arrivals", type=int, default=20, help="how many (default: 20)")
    parser.add_argument("--jobs", type=int, default=2, help="of the watch (default: 2)")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    return parser.parse_args(arguments)


def arrivals(course: Path, count: int, jobs: int) -> list[float]:
    """Seconds from each arrival to its page, once the first submission shows that all is warm."""
    command = [sys.executable, "-m", "autograder", "--course-dir", str(course), "watch"]
    watch = subprocess.Popen([*command, "--jobs", str(jobs)], stdout=subprocess.DEVNULL)
    try:
        wait_for(page_of(course, "student-000"))
        seconds = []
        for number in range(count):
            time.sleep(REST)
            student = f"new-{number:03}"
            fresh = course / "fresh"
            (fresh / ASSIGNMENT).mkdir(parents=True)
            shutil.copy(SOLUTION, fresh / ASSIGNMENT)
            start = time.monotonic()
            fresh.rename(course / "submitted" / student)
            wait_for(page_of(course, student))
            seconds.append(time.monotonic() - start)
            progress(f"{student}: {seconds[-1]:.2f} s")
    finally:
        watch.send_signal(signal.SIGINT)
        watch.wait()
    return seconds


def page_of(course: Path, student: str) -> Path:
    """A student's page."""
    return course / "feedback" / student / ASSIGNMENT / f"{ASSIGNMENT}.html"


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    end = time.monotonic() + PATIENCE
    while not path.exists():
        if time.monotonic() > end:
            raise SystemExit(f"{path} is not there after {PATIENCE:g} seconds.")
        time.sleep(0.005)


if __name__ == "__main__":
    main(sys.argv[1:])
