"""Seconds that a process takes to confine itself, the median of fifty.

Each is forked from a warm parent that holds NumPy and IPython, as the grader's candidates are.
Prints one number; `grade_class.py` runs it in a process of its own.

    .venv/bin/python benchmarks/sandbox_setup.py
"""

from __future__ import annotations

import os
import struct
import tempfile
import time
from pathlib import Path
from statistics import median

from autograder.candidate.endpoint import make_shell
from autograder.sandbox.confinement import Confinement, Sandbox, prepare
from autograder.sandbox.paths import python_paths
from autograder.sandbox.view import open_private_view

CHILDREN = 50
SECONDS = struct.Struct("d")


def main() -> None:
    """Prepare as a warm parent does, then time each child's own part."""
    python = python_paths(hidden_modules=[])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        make_shell(1 << 20)
        open_private_view((*python.readable, *python.listable), writable=[folder])
        sandbox = prepare(Confinement(python, writable=(folder,)))
        taken = median(seconds_of_child(sandbox, folder / str(n)) for n in range(CHILDREN))
    print(f"{taken:.5f}")


def seconds_of_child(sandbox: Sandbox, scratch: Path) -> float:
    """Fork one child that does nothing but confine itself, and tells how long that took."""
    scratch.mkdir()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        start = time.perf_counter()
        sandbox.enter(scratch, keep=[writer])
        os.write(writer, SECONDS.pack(time.perf_counter() - start))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        answer = told.read()
    os.waitpid(child, 0)
    (seconds,) = SECONDS.unpack(answer)
    return float(seconds)


if __name__ == "__main__":
    main()
