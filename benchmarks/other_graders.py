"""What other graders take for the same class of A3: stock nbgrader, and Otter-Grader.

Each takes the class with one process, and with as many as this grader has jobs: stock nbgrader with
a gradebook for each process, Otter with so many `otter run` at a time, which is Otter without
containers. Otter gets the same tests, a file each; it has an environment of its own. All take
turns, and medians count.

    .venv/bin/python benchmarks/other_graders.py --help
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograder.results import counted
from benchmarks.commands import Command, Cost, adopt_orphans, measure, progress, table, typical
from benchmarks.grade_class import (
    MOST_JOBS,
    PACKAGES,
    ROOT,
    SOLUTION,
    grade,
    grade_as_stock,
    make_course,
)
from benchmarks.results import RESULTS, machine, write_section

EXAMPLES = """\
examples:
  .venv/bin/python benchmarks/other_graders.py                              18 CPU minutes
  .venv/bin/python benchmarks/other_graders.py --copies 4 --rounds 1        a quick look
  .venv/bin/python benchmarks/other_graders.py --write                      and keep the table
"""
#: Otter's form of a test: it is called with the names that the student's notebook has defined.
TEST = """\
OK_FORMAT = False

from otter.test_files import test_case

name = {name!r}
points = {points!r}


@test_case()
def test(env):
    exec({source!r}, env)
"""
NOT_DONE = """\
What the others do not do, although it costs time here: they run what students wrote with all rights
of whoever grades, and in the process that has the tests, the hidden ones included. Otter does
not write a gradebook either, nor put back cells that a student has changed; its tests run at the
end, all in the state that the whole notebook leaves. Neither shows students a page of what is wrong
(nbgrader's `generate_feedback` does that, here `autograder feedback`; both are left out). Otter's
submission has no tests in it, which would run twice."""

Node = dict[str, Any]


def main(arguments: Sequence[str]) -> None:
    """Measure, print the table, and keep it if asked to."""
    options = parse(arguments)
    adopt_orphans()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        template = Path(folder) / "template"
        make_course(template, options.copies)
        otter = Otter(options.otter, Path(folder) / "otter")
        ways: list[Callable[[int], Cost]] = [
            lambda many: grade_as_stock(template, options.copies, many),
            lambda many: otter.grade(options.copies, many),
            lambda many: grade(template, many, options.copies),
        ]
        rounds = [
            [way(many) for way in ways for many in sorted({1, options.jobs})]
            for _ in range(options.rounds)
        ]
        version = otter.version()
    costs = [typical(column) for column in zip(*rounds, strict=True)]
    lines = [
        machine(load, PACKAGES).replace("; Python", f"; otter-grader {version}; Python"),
        "",
        *table(costs),
        "",
        f"(Medians of {counted(len(rounds), 'round')}, by CPU time.)",
        "",
        NOT_DONE,
    ]
    print("\n".join(lines))
    if options.write:
        write_section("What other graders take for the same class", lines)
        progress(f"Written: {RESULTS.name}")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line's options."""
    summary = (__doc__ or "").split("\n    .venv")[0]
    parser = argparse.ArgumentParser(
        description=summary, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--copies", type=int, default=20, help="size of the class (default: 20)")
    parser.add_argument(
        "--jobs",
        type=int,
        default=MOST_JOBS,
        help=f"compare 1 process with this many ({MOST_JOBS})",
    )
    parser.add_argument(
        "--rounds", type=int, default=3, help="how often to measure all of it (default: 3)"
    )
    parser.add_argument(
        "--otter",
        type=Path,
        default=ROOT / ".venv-otter",
        help="Otter-Grader's environment (.venv-otter, which `make bench` makes)",
    )
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    options = parser.parse_args(arguments)
    if min(options.copies, options.jobs, options.rounds) < 1:
        parser.error("--copies, --jobs and --rounds are at least 1")
    if not (options.otter / "bin" / "otter").exists():
        parser.error(f"there is no Otter-Grader in {options.otter}: make .venv-otter/.stamp")
    return options


class Otter:
    """Otter-Grader, with the tests of the assignment in its form.

    Parameters
    ----------
    environment
        The virtual environment that it is installed in.
    folder
        Where to put tests, submission and results.
    """

    def __init__(self, environment: Path, folder: Path) -> None:
        # Not resolved: the path is how Python knows its environment.
        self._programs = environment.absolute() / "bin"
        self._folder = folder
        folder.mkdir()
        notebook = json.loads(SOLUTION.read_text("utf-8"))
        with zipfile.ZipFile(folder / "autograder.zip", "w") as archive:
            archive.writestr("otter_config.json", json.dumps({"pdf": False}))
            for cell in filter(is_test, notebook["cells"]):
                about = cell["metadata"]["nbgrader"]
                name = about["grade_id"].replace("-", "_")
                source = "".join(cell["source"])
                test = TEST.format(name=name, points=about["points"], source=source)
                archive.writestr(f"tests/{name}.py", test)
        notebook["cells"] = [cell for cell in notebook["cells"] if not is_test(cell)]
        (folder / "submission.ipynb").write_text(json.dumps(notebook), "utf-8")

    def grade(self, submissions: int, processes: int) -> Cost:
        """The cost of a class, so many at a time."""
        title = "otter run" + (f", {processes} at a time" if processes > 1 else "")
        progress(f"{title}: {submissions} submissions")
        outputs = [
            Path(tempfile.mkdtemp(prefix="student-", dir=self._folder)) for _ in range(submissions)
        ]
        path = f"{self._programs}:{os.environ['PATH']}"
        files = ("-a", "autograder.zip", "submission.ipynb")
        wall, cpu = measure(
            [
                Command(
                    self._folder,
                    (str(self._programs / "otter"), "run", "--no-logo", "-o", str(each), *files),
                    {"PATH": path},
                )
                for each in outputs
            ],
            processes,
        )
        return Cost(title, submissions, wall, cpu, frozenset(map(score_in, outputs)))

    def version(self) -> str:
        """The version that is installed."""
        asked = "import importlib.metadata as about; print(about.version('otter-grader'))"
        command = [str(self._programs / "python"), "-c", asked]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def is_test(cell: Node) -> bool:
    """Whether a cell is one of nbgrader's tests."""
    about = cell["metadata"].get("nbgrader", {})
    return bool(about.get("grade")) and not about.get("solution")


def score_in(folder: Path) -> float:
    """The score that Otter gave; nothing if it did not come to the tests."""
    results = json.loads((folder / "results.json").read_text("utf-8"))
    return float(sum(test.get("score") or 0.0 for test in results["tests"]))


if __name__ == "__main__":
    main(sys.argv[1:])
