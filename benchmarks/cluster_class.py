"""What a cluster costs: `grade --cluster local:N` against `grade --jobs N`, and memory over time.

Every student of the class hands in the solution of A3; the gradebook is SQLite. With `--kill`, one
Dask worker is killed in the middle, and Dask starts another one. Then `report` and `export` of the
class are timed.

    .venv/bin/python benchmarks/cluster_class.py --help
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.commands import adopt_orphans, progress, wait_for_orphans
from benchmarks.grade_class import ASSIGNMENT, PACKAGES, make_course, scores_in
from benchmarks.results import RESULTS, machine, write_section

EXAMPLES = """\
examples:
  .venv/bin/python benchmarks/cluster_class.py --copies 1000           half an hour on two cores
  .venv/bin/python benchmarks/cluster_class.py --copies 10000 --kill   all of an afternoon
"""
#: Seconds between two looks at the memory of all processes.
LOOK = 1.0
MIB = 1 << 20
#: When, of a run's submissions, memory is told.
SHARES = (0.1, 0.5, 1.0)
ROLES = ("coordinator", "Dask workers", "processes that grade")


@dataclass
class Run:
    """What one command took, in seconds, and what memory its processes had, in bytes.

    ``memory`` has for each look how many submissions were recorded by then, and each role's memory.
    """

    title: str
    wall: float = 0.0
    cpu: float = 0.0
    scores: frozenset[float] = frozenset()
    memory: list[tuple[int, Counter[str]]] = field(default_factory=list)

    def at(self, submissions: int) -> Counter[str]:
        """Memory when so many were recorded."""
        later = [sizes for recorded, sizes in self.memory if recorded >= submissions]
        return later[0] if later else self.memory[-1][1]


def main(arguments: Sequence[str]) -> None:
    """Measure, print the tables, and keep them if asked to."""
    options = parse(arguments)
    adopt_orphans()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=options.folder) as folder:
        template = Path(folder) / "template"
        make_course(template, 1)
        here = grade(template, options, "--jobs", str(options.jobs))
        there = grade(template, options, "--cluster", f"local:{options.jobs}")
        course = template.with_name("cluster")
        after = {words[0]: timed(course, *words) for words in AFTERWARDS}
    lines = [machine(load, (*PACKAGES, "distributed")), "", *table([here, there], options)]
    lines += ["", *memory_table([here, there], options), ""]
    lines += [f"- `autograder {name}` of the class: {wall:.1f} s" for name, wall in after.items()]
    print("\n".join(lines))
    if options.write:
        write_section("What a cluster costs", lines)
        progress(f"Written: {RESULTS.name}")


AFTERWARDS = (("report", ASSIGNMENT), ("export", ASSIGNMENT, "--format", "csv"))


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line's options."""
    summary = (__doc__ or "").split("\n    .venv")[0]
    parser = argparse.ArgumentParser(
        description=summary, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--copies", type=int, default=1000, help="size of the class (1000)")
    parser.add_argument("--jobs", type=int, default=2, help="jobs, and Dask workers (2)")
    parser.add_argument("--kill", action="store_true", help="kill a Dask worker in the middle")
    parser.add_argument("--folder", help="where to make the courses, which can fill gigabytes")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    options = parser.parse_args(arguments)
    if min(options.copies, options.jobs) < 1:
        parser.error("--copies and --jobs are at least 1")
    return options


def grade(template: Path, options: argparse.Namespace, *how: str) -> Run:
    """Grade a class with one command, and look at it meanwhile."""
    run = Run(f"autograder grade {' '.join(how)}")
    progress(f"{run.title}: {options.copies} submissions")
    course = template.with_name(how[0].strip("-"))
    shutil.copytree(template, course)
    (first,) = (course / "submitted").iterdir()
    for number in range(1, options.copies):
        folder = course / "submitted" / f"student-{number:05}" / ASSIGNMENT
        folder.mkdir(parents=True)
        os.link(first / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", folder / f"{ASSIGNMENT}.ipynb")
    before = children()
    start = time.perf_counter()
    process = start_command(course, "grade", ASSIGNMENT, *how)
    killing = options.kill and how[0] == "--cluster"
    watch = threading.Thread(target=look_at, args=(process.pid, course, run, options, killing))
    watch.start()
    status = process.wait()
    run.wall = time.perf_counter() - start
    watch.join()
    wait_for_orphans()
    run.cpu = children() - before
    if status != 0:
        sys.exit(f"{run.title} ended with status {status}: {(course / 'log').read_text()[-3000:]}")
    run.scores = scores_in(course)
    return run


def children() -> float:
    """CPU seconds of all processes that this one has waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def start_command(course: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start a command of the autograder's; what it says goes into the course's log."""
    with (course / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "autograder", "--course-dir", str(course), *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def timed(course: Path, *words: str) -> float:
    """Seconds that a command takes."""
    start = time.perf_counter()
    assert start_command(course, *words).wait() == 0, (course / "log").read_text()[-3000:]
    return time.perf_counter() - start


def look_at(
    coordinator: int, course: Path, run: Run, options: argparse.Namespace, killing: bool
) -> None:
    """Note the memory of all processes of a run until it ends; kill a worker in the middle."""
    while True:
        workers, sizes = memory_of(coordinator)
        if not sizes["coordinator"]:
            return
        recorded = sum(1 for _ in course.glob(f"autograded/*/{ASSIGNMENT}/*.json"))
        run.memory.append((recorded, sizes))
        if killing and recorded > options.copies / 2 and workers:
            progress(f"Killing the Dask worker {workers[0]} after {recorded} submissions")
            os.kill(workers[0], signal.SIGKILL)
            killing = False
        time.sleep(LOOK * max(1.0, options.copies / 1000))


def memory_of(coordinator: int) -> tuple[list[int], Counter[str]]:
    """The Dask workers that descend from a process, and each role's memory.

    Counted is what a process does not share, so that forked ones are not counted twice.
    """
    parents: dict[int, int] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(file.parent.name)] = int(file.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    sizes: Counter[str] = Counter()
    workers = []
    for process in parents:
        line, above = [process], process
        while above in parents and above != coordinator:
            above = parents[above]
            line.append(above)
        if above != coordinator:
            continue
        # What is forked keeps the command line; the renderer counts as the coordinator's.
        programs = [words_of(each) for each in line]
        role = "coordinator"
        if any("autograder.workers.zygote" in words for words in programs):
            role = "processes that grade"
        elif any("spawn_main" in words for words in programs):
            role = "Dask workers"
            workers.append(process)
        sizes[role] += unshared(process)
    return workers, sizes


def words_of(process: int) -> str:
    """The command line of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def unshared(process: int) -> int:
    """Bytes of memory that a process has for itself."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    sizes = {line.split(":")[0]: line.split()[1] for line in lines[1:]}
    return 1024 * (int(sizes["Private_Dirty"]) + int(sizes["Private_Clean"]))


def table(runs: Sequence[Run], options: argparse.Namespace) -> list[str]:
    """A Markdown table of speeds; the last column compares with the first line."""
    lines = [
        "| command | submissions | scores | wall s | CPU s each | per core and minute | of local |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for run in runs:
        scores = ", ".join(f"{score:g}" for score in sorted(run.scores))
        speed = 60 * options.copies / run.wall / options.jobs
        lines.append(
            f"| `{run.title}` | {options.copies} | {scores} | {run.wall:.1f} "
            f"| {run.cpu / options.copies:.3f} | {speed:.1f} "
            f"| {runs[0].wall / run.wall:.0%} |"
        )
    return lines


def memory_table(runs: Sequence[Run], options: argparse.Namespace) -> list[str]:
    """A Markdown table of memory, when so many submissions were recorded."""
    counts = [round(share * options.copies) for share in SHARES]
    titles = [f"MiB at {count}" for count in counts]
    lines = [f"| command | processes | {' | '.join(titles)} | most |", "|---|---|" + "---:|" * 4]
    for run in runs:
        for role in ROLES:
            most = max(sizes[role] for _, sizes in run.memory)
            if most:
                cells = [f"{run.at(count)[role] / MIB:.0f}" for count in counts]
                numbers = " | ".join(cells)
                lines.append(f"| `{run.title}` | {role} | {numbers} | {most / MIB:.0f} |")
    return lines


if __name__ == "__main__":
    main(sys.argv[1:])
