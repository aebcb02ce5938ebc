"""`kill -9` of each kind of process that grades, at every stage: the same run finishes, unmoved."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from autograder.course.directory import Course, load_course
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import LocalExecutor
from autograder.grading.task import Task
from autograder.results import NotebookResult
from autograder.workers.pool import WorkerPool
from tests.autograder.tiny_course import ANSWERS, ASSIGNMENT, hand_in, make_course, notebook
from tests.faults.course import CLASS, TESTS, grades_in
from tests.faults.processes import Process, processes, still_running
from tests.faults.steps import profiler

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

VICTIMS = ("candidate", "examiner", "candidate parent", "examiner parent", "slot", "zygote")
#: One in so many pairs of a victim and a step is tried in a run of this test; the seed decides
#: where to begin. FAULT_STRIDE=1 tries all.
STRIDE = 16 * int(os.environ.get("FAULT_STRIDE", "8"))
SEED = int(os.environ.get("FAULT_SEED", "0"))
Questions = list[tuple[str, float | None, str, str]]


@dataclass(frozen=True)
class Kill:
    """Whom to kill, before which step of a submission."""

    victim: str = ""
    step: int = 0


class Executioner(LocalExecutor):
    """An executor in which each submission's thread is watched, and somebody killed at a step.

    The first time only: when a submission is graded again, its steps are not counted any more.
    """

    def __init__(self, workers: WorkerPool, kills: dict[str, Kill]) -> None:
        super().__init__(workers)
        self.kills = kills
        self.steps: dict[str, int] = {}
        self.killed: list[Kill] = []

    def _grade(self, task: Task) -> NotebookResult:
        student = task.student
        self.steps[student] = 0

        def at_step(_: str) -> None:
            self.steps[student] += 1
            kill = self.kills.get(student, Kill())
            if self.steps[student] == kill.step and kill_one(kill.victim, self.session):
                self.killed.append(kill)

        sys.setprofile(profiler(at_step))
        try:
            return super()._grade(task)
        finally:
            sys.setprofile(None)


def kill_one(victim: str, session: int) -> bool:
    """Kill all processes of a kind; whether there was one."""
    everybody = [each for each in processes() if each.session == session]
    chosen = [each for each in everybody if victim in roles(each, everybody)]
    for each in chosen:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each.pid, signal.SIGKILL)
    return bool(chosen)


def roles(process: Process, everybody: list[Process]) -> tuple[str, ...]:
    """What a process of a session is; a slot is a candidate and its parent."""
    if process.pid == process.session:
        return ("zygote",)
    parent = next((each for each in everybody if each.pid == process.parent), None)
    if parent is None:
        return ()
    if parent.pid == process.session:
        examines = "examiner-" in process.folder
        return ("examiner parent",) if examines else ("candidate parent", "slot")
    return ("examiner",) if "examiner-" in parent.folder else ("candidate", "slot")


def grade(course: Course, kills: dict[str, Kill]) -> tuple[Executioner, dict[str, Questions]]:
    """Grade everybody in one slot; who got what."""
    with WorkerPool(course.settings, 1, isolate=True) as workers:
        executor = Executioner(workers, kills)
        batch = Batch(course, executor, Options(force=True))
        graded = batch.grade(ASSIGNMENT, course.students(ASSIGNMENT), lambda _: None)
        executor.close()
        session = executor.session
    assert still_running([session]) == []
    return executor, {each.submission.student: questions(each.results) for each in graded}


def questions(results: Any) -> Questions:
    (result,) = results
    assert result.error is None, result.error
    return [(q.grade_id, q.score, q.outcome, q.message) for q in result.questions]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], Any, Any]:
    """How many steps each of the class takes, and what each gets."""
    course = load_course(make_course(tmp_path_factory.mktemp("class") / "course", TESTS))
    for student, answers in CLASS.items():
        hand_in(course.root, student, notebook({**ANSWERS, **answers}, TESTS))
    executor, results = grade(course, {})
    return executor.steps, results, grades_in(course.root)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course", TESTS))


def test_a_killed_process_costs_nobody_anything(
    course: Course, undisturbed: tuple[dict[str, int], Any, Any]
) -> None:
    steps, results, grades = undisturbed
    pairs = [(who, Kill(v, n)) for v in VICTIMS for who in CLASS for n in range(1, steps[who])]
    random.Random(0).shuffle(pairs)
    chosen = pairs[SEED % STRIDE :: STRIDE]
    originals = {f"{number:04}-{who}": who for number, (who, _) in enumerate(chosen)}
    kills = dict(zip(originals, (kill for _, kill in chosen), strict=True))
    for student, original in originals.items():
        hand_in(course.root, student, notebook({**ANSWERS, **CLASS[original]}, TESTS))
    executor, disturbed = grade(course, kills)
    for student, original in originals.items():
        assert disturbed[student] == results[original], kills[student]
    assert grades_in(course.root) == {
        (student, question): grade
        for student, original in originals.items()
        for (who, question), grade in grades.items()
        if who == original
    }
    # Not everything is there to be killed at every step, but most is.
    assert len(executor.killed) > len(kills) // 2
    print(f"killed {len(executor.killed)} processes at {len(kills)} of {len(pairs)} stages")
