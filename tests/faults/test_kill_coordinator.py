"""`kill -9` of the coordinator at every stage: the next run finishes, and nobody can tell."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.coordinators import Coordinators, Run
from tests.faults.course import (
    Grades,
    expect_nothing_half_done,
    grades_in,
    make_course,
    results_in,
)
from tests.faults.processes import still_running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

#: One in so many steps is tried in a run of this test; the seed decides where to begin, and at
#: which occurrence of a step to kill. FAULT_STRIDE=1 tries all.
STRIDE = int(os.environ.get("FAULT_STRIDE", "8"))
SEED = int(os.environ.get("FAULT_SEED", "0"))
AT_A_TIME = 2
OPTIONS = ("--jobs", "2")


class Walk:
    """An undisturbed run, with the steps that it took, and a course for each disturbed one."""

    def __init__(self, folder: Path, coordinators: Coordinators) -> None:
        self.run = coordinators.run
        self._folder = folder
        self._template = make_course(folder / "template")
        whole = self.course("whole")
        self.undisturbed = self.run(Run(str(whole), OPTIONS))
        self.grades: Grades = grades_in(whole)
        self.results = results_in(whole)

    def course(self, name: str) -> Path:
        return Path(shutil.copytree(self._template, self._folder / name))

    def kill_at(self, number: int, step: str, count: int) -> bool:
        """Kill a run there, look at what is left, and let the next one finish; whether it died."""
        course = self.course(str(number))
        killed = self.run(Run(str(course), OPTIONS, step, count))
        assert still_running(killed.sessions) == []
        expect_nothing_half_done(course, self.grades)
        following = self.run(Run(str(course), OPTIONS))
        assert following.status == self.undisturbed.status
        assert grades_in(course) == self.grades
        assert results_in(course) == self.results
        assert [path.name for path in course.glob("autograded/*/*/.*")] == []
        shutil.rmtree(course)
        return killed.was_killed


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("walk")
    with Coordinators(folder / "socket") as coordinators:
        yield Walk(folder, coordinators)


def test_the_undisturbed_run_grades_everybody_whose_notebook_can_be_read(walk: Walk) -> None:
    assert walk.undisturbed.status == 1
    scores = {key: grade[0] for key, grade in walk.grades.items()}
    assert scores == {
        ("ada", "test_double"): 1.0,
        ("ada", "test_halve"): 2.0,
        ("ben", "test_double"): 0.0,
        ("ben", "test_halve"): 2.0,
        ("cleo", "test_double"): 0.0,
        ("cleo", "test_halve"): 2.0,
        ("dan", "test_double"): 1.0,
        ("dan", "test_halve"): 0.0,
        ("eve", "test_double"): None,
        ("eve", "test_halve"): None,
    }


def test_a_killed_run_is_finished_by_the_next_as_if_nothing_had_happened(walk: Walk) -> None:
    draw = random.Random(SEED)
    steps = list(walk.undisturbed.steps.items())[SEED % STRIDE :: STRIDE]
    kills = [(n, step, draw.randint(1, count)) for n, (step, count) in enumerate(steps)]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        died = list(pool.map(lambda kill: walk.kill_at(*kill), kills))
    # Not every step happens equally often in every run, but most do.
    assert sum(died) > len(kills) * 2 // 3
    print(f"killed {sum(died)} runs at {len(kills)} of {len(walk.undisturbed.steps)} steps")
