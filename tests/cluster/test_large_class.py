"""A class of a thousand: everybody is graded, and the coordinator needs no more memory for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.autograder.tiny_course import ANSWERS, hand_in, make_course, notebook
from tests.faults.course import TESTS, grades_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

COPIES = 1000
#: The memory at the end is compared with that after so many.
EARLY = 200
#: Bytes of each submission: who keeps them all has a hundred million.
SIZE = 100_000


def unshared(process: int) -> int:
    """Bytes of memory that a process has for itself."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return 1024 * (sizes["Private_Dirty"] + sizes["Private_Clean"])


def test_memory_does_not_grow_with_the_class(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course", TESTS)
    padded = {**ANSWERS, "halve": f"{ANSWERS['halve']}\n# {'x' * SIZE}"}
    first = hand_in(root, "student-000", notebook(padded, TESTS))
    for number in range(1, COPIES):
        folder = root / "submitted" / f"student-{number:03}" / first.parent.name
        folder.mkdir(parents=True)
        os.link(first, folder / first.name)
    command = [sys.executable, "-m", "autograder", "--course-dir", str(root), "grade"]
    memory = {}
    with subprocess.Popen(
        [*command, "--isolation", "none", "--cluster", "local:2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as coordinator:
        assert coordinator.stdout is not None
        lines = []
        for line in coordinator.stdout:
            lines.append(line)
            for recorded in (EARLY, COPIES):
                if line.startswith(f"[{recorded}/{COPIES}]"):
                    memory[recorded] = unshared(coordinator.pid)
    assert coordinator.returncode == 0, "".join(lines[-20:])
    assert {score for score, *_ in grades_in(root).values()} == {1.0, 2.0}
    assert len(grades_in(root)) == COPIES * len(TESTS)
    assert memory[COPIES] < 1.3 * memory[EARLY], memory
