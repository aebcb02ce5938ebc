"""What `autograder release` promises of every assignment, checked by grading for real."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENTS = sorted(path.parent.name for path in ROOT.glob("solutions/*/*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_it_is_regenerated_identically_solution_earns_all_and_blank_nothing(
    assignment: str,
) -> None:
    command = [sys.executable, "-m", "autograder", "--course-dir", str(ROOT)]
    run = subprocess.run(
        [*command, "release", "--check", assignment],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "the blank release 0 of" in run.stdout
