"""How fast course_lib is, next to SciPy, scikit-learn, PyTorch and plain NumPy, on the same arrays.

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
from benchmarks.speed.tasks import OURS, PLAIN

ROOT = Path(__file__).resolve().parents[1]
OTHERS = ("SciPy", "scikit-learn", "PyTorch")
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
PACKAGES = ("numpy", "scipy", "scikit-learn", "torch", "pytest-benchmark")
LECTURES = 2_000
"""Numbers, at the most, of the lectures' examples."""
PLAIN_GOAL, SCIPY_GOAL = 1.5, 1.0
LEGEND = (
    f"Goals: at every size SciPy / ours ≥ {SCIPY_GOAL:g}; up to {LECTURES:,} numbers "
    f"ours / plain ≤ {PLAIN_GOAL:g}. A ratio that misses its goal is **bold**. *Plain* is the "
    "formula in NumPy, safe from overflow, without checks of the arguments and without the digits "
    "that log1p and expm1 keep. Logits and features come in rows of ten."
)

Case = tuple[str, int]
"""An operation and a size."""
Times = Mapping[Case, Mapping[str, Sequence[float]]]


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
    times = collect(measure(options.k))
    lines = [
        machine(load, [name for name in PACKAGES if installed(name)]),
        "",
        *table(times),
        "",
        *verdict(times),
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
            *("--benchmark-quiet", f"--benchmark-json={report}", "benchmarks/speed/test_speed.py"),
        ]
        status = subprocess.run(command, cwd=ROOT, env=os.environ | ONE_THREAD, check=False)
        if status.returncode:
            sys.exit(f"pytest ended with status {status.returncode}: nothing is written")
        return json.loads(report.read_text("utf-8"))["benchmarks"]


def collect(turns: Sequence[Mapping[str, Any]]) -> Times:
    """The times of each case and library."""
    times: dict[Case, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for turn in turns:
        info = turn["extra_info"]
        times[info["operation"], info["size"]][info["library"]] += turn["stats"]["data"]
    return times


def table(times: Times) -> list[str]:
    """A Markdown table: our microseconds, and how they compare."""
    others = [name for name in OTHERS if any(name in libraries for libraries in times.values())]
    head = [
        "function",
        "numbers",
        "ours, µs",
        "ours / plain",
        *(f"{name} / ours" for name in others),
    ]
    lines = [f"| {' | '.join(head)} |", "|---" + "|---:" * (len(head) - 1) + "|"]
    for (operation, size), libraries in times.items():
        plain = f"{ratio(libraries, OURS, PLAIN):.2f}"
        cells = [
            operation,
            f"{size:,}",
            f"{1e6 * median(libraries[OURS]):,.1f}",
            f"**{plain}**" if is_slower_than_plain(size, libraries) else plain,
        ]
        for name in others:
            value = f"{ratio(libraries, name, OURS):.2f}" if name in libraries else "–"
            is_missed = name == "SciPy" and is_slower_than_scipy(libraries)
            cells.append(f"**{value}**" if is_missed else value)
        lines.append(f"| {' | '.join(cells)} |")
    return [*lines, "", LEGEND]


def ratio(libraries: Mapping[str, Sequence[float]], one: str, other: str) -> float:
    """The median time of one library over that of another."""
    return median(libraries[one]) / median(libraries[other])


def is_slower_than_plain(size: int, libraries: Mapping[str, Sequence[float]]) -> bool:
    """Whether the goal beside plain NumPy is missed."""
    return size <= LECTURES and ratio(libraries, OURS, PLAIN) > PLAIN_GOAL


def is_slower_than_scipy(libraries: Mapping[str, Sequence[float]]) -> bool:
    """Whether the goal beside SciPy is missed."""
    return "SciPy" in libraries and ratio(libraries, "SciPy", OURS) < SCIPY_GOAL


def verdict(times: Times) -> list[str]:
    """How many goals are met."""
    small = [libraries for (_, size), libraries in times.items() if size <= LECTURES]
    compared = [libraries for libraries in times.values() if "SciPy" in libraries]
    slower = sum(is_slower_than_scipy(libraries) for libraries in compared)
    much_slower = sum(is_slower_than_plain(0, libraries) for libraries in small)
    beside_scipy, beside_plain = len(compared) - slower, len(small) - much_slower
    lines = [
        f"At least as fast as SciPy: {beside_scipy} of {len(compared)} cases.",
        f"Within {PLAIN_GOAL:g} times plain NumPy: {beside_plain} of {len(small)} small cases.",
    ]
    if not installed("torch"):
        lines.append("PyTorch was left out (`make bench TORCH=no`).")
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
