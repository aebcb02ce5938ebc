"""What grading a class costs: `autograder grade` against stock `nbgrader autograde`.

Every student of the class hands in the solution of A3. Each command runs from start to end in a
course folder of its own, fresh from the same template: instructor edition, gradebook as `nbgrader
generate_assignment` leaves it, nothing graded yet. CPU seconds are user and system time of the
command and of every process that descends from it.

    .venv/bin/python benchmarks/grade_class.py --help
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from autograder.course.directory import load_course
from benchmarks.results import RESULTS, machine, write_section

ROOT = Path(__file__).resolve().parents[1]
SOLUTION = ROOT / "solutions" / "loss_functions" / "loss_functions.ipynb"
ASSIGNMENT = SOLUTION.stem
EXAMPLES = """\
examples:
  .venv/bin/python benchmarks/grade_class.py                            about 4 minutes
  .venv/bin/python benchmarks/grade_class.py --copies 12 --skip-stock   a quick look
  .venv/bin/python benchmarks/grade_class.py --write                    and keep the table
"""
PACKAGES = ("nbgrader", "jupyter-client", "ipython", "numpy", "matplotlib")
PR_SET_CHILD_SUBREAPER = 36
SCORES = """
    SELECT sum(auto_score) FROM grade
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    GROUP BY submitted_notebook.id
"""


@dataclass(frozen=True)
class Cost:
    """What one command took, in seconds, for so many submissions; the scores that it gave."""

    title: str
    submissions: int
    wall: float
    cpu: float
    scores: frozenset[float]


@dataclass(frozen=True)
class Round:
    """What was measured in turn, so that a busy machine disturbs all of it alike.

    The class and one submission of it, with one job; the seconds of the notebook's own code, and
    those to set up a sandbox.
    """

    whole: Cost
    single: Cost
    bare: float
    sandbox: float

    @property
    def each(self) -> float:
        """CPU seconds of each further submission."""
        return (self.whole.cpu - self.single.cpu) / max(1, self.whole.submissions - 1)


def main(arguments: Sequence[str]) -> None:
    """Measure, print the table, and keep it if asked to."""
    options = parse(arguments)
    adopt_orphans()
    progress(f"Template: {options.copies} copies of the solution of {ASSIGNMENT}")
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        template = Path(folder) / "template"
        make_course(template, options.copies)
        rounds = [measure_round(template, options.copies) for _ in range(options.rounds)]
        ours = [
            sorted((each.whole for each in rounds), key=lambda cost: cost.cpu)[len(rounds) // 2]
        ]
        if options.jobs > 1:
            ours.append(grade(template, options.jobs, options.copies))
        stock = None if options.skip_stock else grade_as_stock(template, options.copies)
    lines = [
        machine(load, PACKAGES),
        "",
        *table([*([stock] if stock else []), *ours]),
        "",
        *profile(rounds),
    ]
    print("\n".join(lines))
    if options.write:
        write_section("What grading a class costs", lines)
        progress(f"Written: {RESULTS.relative_to(ROOT)}")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line's options."""
    summary = (__doc__ or "").split("\n    .venv")[0]
    parser = argparse.ArgumentParser(
        description=summary, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--copies", type=int, default=60, help="size of the class (default: 60)")
    parser.add_argument("--jobs", type=int, default=4, help="compare 1 job with this many (4)")
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often to grade with one job (default: 3)"
    )
    parser.add_argument("--skip-stock", action="store_true", help="leave nbgrader autograde out")
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    options = parser.parse_args(arguments)
    if min(options.copies, options.jobs, options.rounds) < 1:
        parser.error("--copies, --jobs and --rounds are at least 1")
    return options


def make_course(root: Path, copies: int) -> None:
    """A course with nbgrader's default folders, known to its gradebook, in which all handed in."""
    hidden = list(load_course(ROOT).settings.hidden_modules)
    folders = [root / "source", *(root / "submitted" / f"student-{n:03}" for n in range(copies))]
    for folder in folders:
        (folder / ASSIGNMENT).mkdir(parents=True)
        shutil.copy(SOLUTION, folder / ASSIGNMENT)
    (root / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Autograder.hidden_modules = {hidden!r}\n", "utf-8"
    )
    measure(root, "nbgrader", "generate_assignment", ASSIGNMENT)


def measure_round(template: Path, copies: int) -> Round:
    """One round of the measurements that are made in turn."""
    single, whole = grade(template, 1, 1), grade(template, 1, copies)
    progress("The notebook's own code, without any grader; what a sandbox costs")
    bare = printed_by("bare_notebook.py", str(SOLUTION))
    return Round(whole, single, bare, printed_by("sandbox_setup.py"))


def grade(template: Path, jobs: int, submissions: int) -> Cost:
    """The cost of our command for the first so many submissions."""
    title = f"autograder grade --jobs {jobs}"
    progress(f"{title}: {submissions} submissions")
    course = fresh(template, submissions)
    wall, cpu = measure(course, "autograder", "grade", ASSIGNMENT, "--jobs", str(jobs))
    return Cost(title, submissions, wall, cpu, scores_in(course))


def grade_as_stock(template: Path, submissions: int) -> Cost:
    """The cost of nbgrader's own command."""
    title = "nbgrader autograde"
    progress(f"{title}: {submissions} submissions, one after the other")
    course = fresh(template, submissions)
    wall, cpu = measure(course, "nbgrader", "autograde", ASSIGNMENT)
    return Cost(title, submissions, wall, cpu, scores_in(course))


def fresh(template: Path, submissions: int) -> Path:
    """A copy of the course with the first so many students."""
    course = Path(tempfile.mkdtemp(dir=template.parent)) / "course"
    shutil.copytree(template, course)
    for folder in sorted((course / "submitted").iterdir())[submissions:]:
        shutil.rmtree(folder)
    return course


def scores_in(course: Path) -> frozenset[float]:
    """The different scores that the gradebook holds."""
    connection = sqlite3.connect(course / "gradebook.db")
    try:
        return frozenset(score for (score,) in connection.execute(SCORES))
    finally:
        connection.close()


def adopt_orphans() -> None:
    """Have processes that lose their parent become children of this one, so that none is missed.

    The system adds a process's CPU time to its parent's account when the parent waits for it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def measure(course: Path, module: str, *arguments: str) -> tuple[float, float]:
    """Wall and CPU seconds of one command, from its start until its last process has ended."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with (course.parent / f"{module}.log").open("w+b") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=course,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        status = process.wait()
        wall = time.perf_counter() - start
        log.seek(0)
        if status != 0:
            sys.exit(f"{module} ended with status {status}:\n{log.read().decode()[-3000:]}")
    wait_for_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def wait_for_orphans() -> None:
    """Wait until no descendant is left."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def printed_by(*program: str) -> float:
    """The seconds that a program beside this one measures and prints."""
    command = [sys.executable, str(Path(__file__).with_name(program[0])), *program[1:]]
    one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    printed = subprocess.run(command, env=one_thread, capture_output=True, text=True, check=True)
    return float(printed.stdout)


def table(costs: Sequence[Cost]) -> list[str]:
    """A Markdown table; the ratios compare with its first line."""
    first = costs[0]
    lines = [
        "| command | submissions | score | wall s | wall s each | CPU s each | wall | CPU |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for cost in costs:
        scores = ", ".join(f"{score:g}" for score in sorted(cost.scores))
        lines.append(
            f"| `{cost.title}` | {cost.submissions} | {scores} | {cost.wall:.1f} "
            f"| {cost.wall / cost.submissions:.3f} | {cost.cpu / cost.submissions:.3f} "
            f"| {first.wall / cost.wall:.1f} × less | {first.cpu / cost.cpu:.1f} × less |"
        )
    return lines


def profile(rounds: Sequence[Round]) -> list[str]:
    """Where our CPU time goes: a start, paid once, and so much for each further submission."""
    each, bare = median(one.each for one in rounds), median(one.bare for one in rounds)
    ratio = median(one.each / one.bare for one in rounds)
    start = median(one.single.cpu - one.each for one in rounds)
    whole, submissions = median(one.whole.cpu for one in rounds), rounds[0].whole.submissions
    once = (
        f"- once: {start:.1f} s (imports, the sandbox's test of this machine, warm processes, the "
        f"instructor's own solution), {start / whole:.0%} of it for {submissions} submissions"
    )
    further = (
        f"- each further submission: {each:.3f} s, {ratio:.2f} times the {bare:.3f} s that the "
        "notebook's own code (answers, figures, tests) takes in a plain IPython shell"
    )
    confining = (
        f"- of that, a sandbox, which takes {1000 * median(one.sandbox for one in rounds):.1f} ms "
        "to set up: one for the candidate, one for the examiner, in each of two runs"
    )
    medians = f"(Medians of {len(rounds)} rounds, in each of which all of these are measured.)"
    return ["Where our CPU time goes:", "", once, further, confining, "", medians]


def progress(text: str) -> None:
    """A line for whoever waits."""
    print(f"{datetime.now(UTC):%H:%M:%S} {text} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
