"""What commands cost: wall and CPU seconds, of all processes that descend from them."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median_low

PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Command:
    """Words to run in a folder, with these variables of the environment besides ours."""

    folder: Path
    words: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_module(cls, folder: Path, module: str, *arguments: str) -> Command:
        """A module of this Python's, with this environment's programs first."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return cls(folder, (sys.executable, "-m", module, *arguments), {"PATH": path})

    def run(self) -> None:
        """Run it until it ends; a failure ends the benchmark."""
        with tempfile.TemporaryFile() as log:
            status = subprocess.run(
                self.words,
                cwd=self.folder,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            ).returncode
            log.seek(0)
            if status != 0:
                said = log.read().decode(errors="replace")[-3000:]
                raise SystemExit(f"{' '.join(self.words)} ended with status {status}:\n{said}")


@dataclass(frozen=True)
class Cost:
    """What one way to grade took, in seconds, for so many submissions; the scores that it gave."""

    title: str
    submissions: int
    wall: float
    cpu: float
    scores: frozenset[float]


def measure(commands: Sequence[Command], at_a_time: int = 1) -> tuple[float, float]:
    """Wall and CPU seconds of commands, from the first's start until no process is left."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with ThreadPoolExecutor(at_a_time) as threads:
        for done in [threads.submit(command.run) for command in commands]:
            done.result()
    wall = time.perf_counter() - start
    wait_for_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def adopt_orphans() -> None:
    """Have processes that lose their parent become children of this one, so that none is missed.

    The system adds a process's CPU time to its parent's account when the parent waits for it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def wait_for_orphans() -> None:
    """Wait until no descendant is left."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


def typical(costs: Sequence[Cost]) -> Cost:
    """The one with the median CPU time (of two in the middle, the lower)."""
    middle = median_low(cost.cpu for cost in costs)
    return next(cost for cost in costs if cost.cpu == middle)


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


def progress(text: str) -> None:
    """A line for whoever waits."""
    print(f"{datetime.now(UTC):%H:%M:%S} {text} ...", file=sys.stderr, flush=True)
