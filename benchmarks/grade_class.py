"""What grading a class costs: `autograder grade` against stock `nbgrader autograde`.

Every student of the class hands in the solution of A3. Each command runs from start to end in a
course folder of its own, fresh from the same template: instructor edition, gradebook as `nbgrader
generate_assignment` leaves it, nothing graded yet. CPU seconds are user and system time of the
command and of every process that descends from it.

    .venv/bin/python benchmarks/grade_class.py --help
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from autograder.course.directory import load_course
from autograder.results import counted
from autograder.workers.processors import usable_processors
from benchmarks.commands import Command, Cost, adopt_orphans, measure, progress, table, typical
from benchmarks.results import RESULTS, machine, write_section

ROOT = Path(__file__).resolve().parents[1]
SOLUTION = ROOT / "solutions" / "loss_functions" / "loss_functions.ipynb"
ASSIGNMENT = SOLUTION.stem
EXAMPLES = """\
examples:
  .venv/bin/python benchmarks/grade_class.py                            about 6 minutes
  .venv/bin/python benchmarks/grade_class.py --copies 12 --skip-stock   a quick look
  .venv/bin/python benchmarks/grade_class.py --write                    and keep the table
"""
PACKAGES = ("nbgrader", "jupyter-client", "ipython", "numpy", "matplotlib")
#: Four where there are processors for them.
MOST_JOBS = min(4, len(usable_processors()))
SCORES = """
    SELECT sum(auto_score) FROM grade
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    GROUP BY submitted_notebook.id
"""


@dataclass(frozen=True)
class Round:
    """What was measured in turn, so that a busy machine disturbs all of it alike.

    The class and one submission of it, with one job; the class with several jobs, and graded by
    stock nbgrader; the seconds of the notebook's own code, and those to set up a sandbox.
    """

    whole: Cost
    single: Cost
    bare: float
    sandbox: float
    several: Cost | None
    stock: Cost | None

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
        rounds = [measure_round(template, options) for _ in range(options.rounds)]
    runs = [
        typical([cost for cost in costs if cost is not None])
        for costs in zip(*((one.stock, one.whole, one.several) for one in rounds), strict=True)
        if None not in costs
    ]
    lines = [machine(load, PACKAGES), "", *table(runs), ""]
    if not options.skip_stock:
        lines += [*against_stock(rounds), ""]
    lines += profile(rounds)
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
    parser.add_argument("--copies", type=int, default=30, help="size of the class (default: 30)")
    parser.add_argument(
        "--jobs", type=int, default=MOST_JOBS, help=f"compare 1 job with this many ({MOST_JOBS})"
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often to measure all of it (default: 3)"
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
    folders = [root / "source", *(root / "submitted" / f"student-{n:05}" for n in range(copies))]
    for folder in folders:
        (folder / ASSIGNMENT).mkdir(parents=True)
        shutil.copy(SOLUTION, folder / ASSIGNMENT)
    (root / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Autograder.hidden_modules = {hidden!r}\n", "utf-8"
    )
    Command.of_module(root, "nbgrader", "generate_assignment", ASSIGNMENT).run()


def measure_round(template: Path, options: argparse.Namespace) -> Round:
    """One round of the measurements that are made in turn."""
    copies = options.copies
    single, whole = grade(template, 1, 1), grade(template, 1, copies)
    progress("The notebook's own code, without any grader; what a sandbox costs")
    bare = printed_by("bare_notebook.py", str(SOLUTION))
    return Round(
        whole,
        single,
        bare,
        printed_by("sandbox_setup.py"),
        grade(template, options.jobs, copies) if options.jobs > 1 else None,
        None if options.skip_stock else grade_as_stock(template, copies),
    )


def grade(template: Path, jobs: int, submissions: int) -> Cost:
    """The cost of our command for the first so many submissions."""
    title = f"autograder grade --jobs {jobs}"
    progress(f"{title}: {submissions} submissions")
    course = fresh(template, slice(submissions))
    wall, cpu = measure(
        [Command.of_module(course, "autograder", "grade", ASSIGNMENT, "--jobs", str(jobs))]
    )
    return Cost(title, submissions, wall, cpu, scores_in(course))


def grade_as_stock(template: Path, submissions: int, processes: int = 1) -> Cost:
    """The cost of nbgrader's own command.

    With several processes each has a share of the class, and a gradebook of its own: one can be
    written by one nbgrader at a time.
    """
    title = "nbgrader autograde" + (f", {processes} of them" if processes > 1 else "")
    progress(f"{title}: {submissions} submissions")
    courses = [fresh(template, slice(share, submissions, processes)) for share in range(processes)]
    commands = [Command.of_module(each, "nbgrader", "autograde", ASSIGNMENT) for each in courses]
    wall, cpu = measure(commands, processes)
    scores = frozenset[float]().union(*map(scores_in, courses))
    return Cost(title, submissions, wall, cpu, scores)


def fresh(template: Path, students: slice) -> Path:
    """A copy of the course with some of its students, in order."""
    course = Path(tempfile.mkdtemp(dir=template.parent)) / "course"
    chosen = set(sorted(path.name for path in (template / "submitted").iterdir())[students])

    def others(folder: str, names: list[str]) -> list[str]:
        is_class = Path(folder) == template / "submitted"
        return [name for name in names if is_class and name not in chosen]

    shutil.copytree(template, course, ignore=others)
    return course


def scores_in(course: Path) -> frozenset[float]:
    """The different scores that the gradebook holds."""
    connection = sqlite3.connect(course / "gradebook.db")
    try:
        return frozenset(score for (score,) in connection.execute(SCORES))
    finally:
        connection.close()


def printed_by(*program: str) -> float:
    """The seconds that a program beside this one measures and prints."""
    command = [sys.executable, str(Path(__file__).with_name(program[0])), *program[1:]]
    one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    printed = subprocess.run(command, env=one_thread, capture_output=True, text=True, check=True)
    return float(printed.stdout)


def against_stock(rounds: Sequence[Round]) -> list[str]:
    """How many times less than stock nbgrader one job takes, in each round."""
    pairs = [(one.stock, one.whole) for one in rounds if one.stock is not None]
    ratios = {
        "CPU time": [stock.cpu / ours.cpu for stock, ours in pairs],
        "wall time": [stock.wall / ours.wall for stock, ours in pairs],
    }
    return [
        f"- {what} with one job: {median(each):.1f} times less than stock nbgrader's "
        f"({min(each):.1f} to {max(each):.1f}; median of {counted(len(each), 'round')}, "
        "in each of which both are measured)"
        for what, each in ratios.items()
    ]


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
    medians = (
        f"(Medians of {counted(len(rounds), 'round')}, in each of which all of these are measured.)"
    )
    return ["Where our CPU time goes:", "", once, further, confining, "", medians]


if __name__ == "__main__":
    main(sys.argv[1:])
