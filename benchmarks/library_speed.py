"""How fast course_lib is, next to SciPy, scikit-learn and PyTorch, on the same arrays.

Every library computes with one thread, in one process. Before anything is timed, the results are
compared. pytest-benchmark takes the times (benchmarks/speed): CPU time, so that waiting for other
programs does not count. A ratio is that of two medians.

    .venv-bench/bin/python benchmarks/library_speed.py --help
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.results import RESULTS, machine, write_section

ROOT = Path(__file__).resolve().parents[1]
OURS, THEIRS = "course_lib", ("SciPy", "scikit-learn", "PyTorch")
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
PACKAGES = ("numpy", "scipy", "scikit-learn", "torch", "pytest-benchmark")
LEAST = "least work"
#: What keeps us from more, by the task's first words.
EXACT = (
    "Where the time goes: the sum is taken without the maximum's own term, and what rounding o − m "
    "loses is added to it. That keeps log p within 4 units in the last place; SciPy, scikit-learn "
    "and PyTorch do without, and lose all digits of a confident classifier's loss."
)
MEMORY = (
    "Where the time goes: memory. Loss and gradient are two new arrays, which the system has to "
    "clear; the arithmetic is done while a tile is in the cache."
)
AT_MOST = (
    "*At most*: SciPy / ours, if nothing were left to do but one step that nobody can leave out: "
    "exp of each logit, log of each probability, a copy of both inputs of Huber's loss, the sum of "
    "the sample, XᵀX."
)
REASONS: Mapping[str, str] = {
    "softmax 100 000 × 10": "Where the time goes: exp, two passes over rows of ten, for which each "
    "tile is first turned round, and the sum in pairs, which keeps its rounding error small.",
    "log_softmax": EXACT,
    "cross_entropy": EXACT,
    "huber": MEMORY,
    "softmax 10 000 × 1 000": MEMORY.replace(
        "Loss and gradient are two new arrays", "p is a new array"
    ),
    "entropy": "Where the time goes: besides the logarithms, two passes over p ask whether all "
    "probabilities are valid and whether they sum to 1.",
    "ridge": "XᵀX is nearly all of it, and the same BLAS computes it for both.",
}

Times = Mapping[str, Mapping[str, Sequence[float]]]


def main(arguments: Sequence[str]) -> None:
    """Measure, print the table, and keep it if asked to."""
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").split("\n    .venv")[0],
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.name}")
    parser.add_argument("-k", metavar="WORDS", default="", help="only these tasks, as for pytest")
    options = parser.parse_args(arguments)
    if options.write and options.k:
        parser.error("--write keeps the whole table, and -k makes a part of it: choose one")
    load = os.getloadavg()[0]
    times, goals = collect(measure(options.k))
    lines = [
        machine(load, [name for name in PACKAGES if installed(name)]),
        "",
        *table(times, goals),
        "",
        *verdict(times, goals),
    ]
    print("\n".join(lines))
    if options.write:
        write_section("How fast course_lib is", lines)


def measure(words: str) -> list[dict[str, Any]]:
    """Run pytest-benchmark; one entry for each turn of each library."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        report = Path(folder) / "report.json"
        command = [
            *(sys.executable, "-m", "pytest", "--quiet", "-p", "no:randomly", "-p", "no:xdist"),
            *("-k", words, "--benchmark-disable-gc", "--benchmark-timer=time.process_time"),
            *("--benchmark-quiet", f"--benchmark-json={report}", "benchmarks/speed"),
        ]
        status = subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, check=False)
        if status.returncode:
            sys.exit(f"pytest ended with status {status.returncode}: nothing is written")
        return json.loads(report.read_text("utf-8"))["benchmarks"]


def collect(turns: Sequence[Mapping[str, Any]]) -> tuple[Times, Mapping[str, float]]:
    """The times of each task and library, and the goal of each task."""
    times: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    goals = {}
    for turn in turns:
        info = turn["extra_info"]
        times[info["task"]][info["library"]] += turn["stats"]["data"]
        goals[info["task"]] = info["goal"]
    return times, goals


def table(times: Times, goals: Mapping[str, float]) -> list[str]:
    """A Markdown table: our milliseconds, and how many times as long the others take."""
    others = [name for name in THEIRS if any(name in libraries for libraries in times.values())]
    head = ["task", "ours, ms", *(f"{name} / ours" for name in others), "goal", "", "at most"]
    lines = [f"| {' | '.join(head)} |", "|---" + "|---:" * (len(head) - 1) + "|"]
    for task, libraries in times.items():
        is_met = ratio(libraries, "SciPy") >= goals[task]
        cells = [
            task,
            f"{1000 * median(libraries[OURS]):.1f}",
            *(f"{ratio(libraries, name):.2f}" if name in libraries else "–" for name in others),
            f"SciPy / ours ≥ {goals[task]:g}",
            "met" if is_met else "**not met**",
            f"{ratio(libraries, 'SciPy', LEAST):.1f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, "", AT_MOST]


def ratio(libraries: Mapping[str, Sequence[float]], name: str, ours: str = OURS) -> float:
    """Their median time over ours."""
    return median(libraries[name]) / median(libraries[ours])


def verdict(times: Times, goals: Mapping[str, float]) -> list[str]:
    """How many goals are met; of the others, what was reached and why."""
    missed = [task for task in times if ratio(times[task], "SciPy") < goals[task]]
    lines = [f"{len(times) - len(missed)} of {len(times)} goals are met."]
    if not installed("torch"):
        lines.append("PyTorch was left out (`make bench TORCH=no`).")
    for task in missed:
        best = f"- {task}: {ratio(times[task], 'SciPy'):.2f} for {goals[task]:g}."
        reasons = [reason for start, reason in REASONS.items() if task.startswith(start)]
        lines += ["", " ".join([best, *reasons])]
    return lines


def installed(package: str) -> bool:
    """Whether this environment has the package."""
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
