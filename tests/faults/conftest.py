"""A class that is graded undisturbed once, to compare every disturbed grading with."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from tests.faults.course import Grades, grades_in, make_course, results_in


@dataclass(frozen=True)
class Disturbed:
    """A copy of the course in which something is wrong, until it is put right."""

    root: Path
    status: int
    grades: Grades
    results: dict[str, Any]

    def grade(self, *options: str) -> Result:
        """Run ``autograder grade``: without the sandbox, which is quicker and fails alike."""
        command = ["--course-dir", str(self.root), "grade", "--isolation", "none", "--jobs", "1"]
        return CliRunner().invoke(main, [*command, *options])

    def expect_that_the_next_run_finishes(self) -> None:
        """Grade again: nobody can tell from the outcome what was wrong before."""
        result = self.grade()
        assert result.exit_code == self.status, result.output
        assert grades_in(self.root) == self.grades
        assert results_in(self.root) == self.results
        assert [path.name for path in self.root.glob("autograded/*/*/.*")] == []


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Disturbed:
    """The class as it is graded when nothing is wrong; ``template`` beside it is not graded."""
    folder = tmp_path_factory.mktemp("class")
    make_course(folder / "template")
    root = shutil.copytree(folder / "template", folder / "whole")
    graded = Disturbed(root, 0, {}, {}).grade()
    assert graded.exit_code == 1, graded.output  # eve's notebook cannot be read
    return Disturbed(root, graded.exit_code, grades_in(root), results_in(root))


@pytest.fixture
def disturbed(undisturbed: Disturbed, tmp_path: Path) -> Disturbed:
    """A course that has not been graded yet."""
    root = shutil.copytree(undisturbed.root.with_name("template"), tmp_path / "course")
    return Disturbed(root, undisturbed.status, undisturbed.grades, undisturbed.results)


@pytest.fixture
def regraded(undisturbed: Disturbed, tmp_path: Path) -> Disturbed:
    """A course that has been graded."""
    root = shutil.copytree(undisturbed.root, tmp_path / "course")
    return Disturbed(root, undisturbed.status, undisturbed.grades, undisturbed.results)


Mount = Callable[..., None]


@pytest.fixture
def mount() -> Iterator[Mount]:
    """Mounts a file system, as ``mount`` does with the same arguments, for the test's time."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount file systems")
    mounted: list[str] = []

    def mount_one(*arguments: object) -> None:
        done = subprocess.run(
            ["mount", *map(str, arguments)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"this machine does not let root mount: {done.stderr}")
        if "remount" not in str(arguments):
            mounted.append(str(arguments[-1]))

    yield mount_one
    for target in reversed(mounted):
        subprocess.run(["umount", "--lazy", target], check=True)
