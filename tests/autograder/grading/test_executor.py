"""Who is tried again, when, and beside whom."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course.directory import load_course
from autograder.errors import GraderFault, MachineBusy
from autograder.grading import executor as executor_module
from autograder.grading.executor import TRIES, LocalExecutor, Turns
from autograder.grading.plan import load_plans
from autograder.grading.task import Task
from autograder.results import NotebookResult
from tests.autograder.tiny_course import ASSIGNMENT, make_course

DONE = NotebookResult("tiny", "ada", "tiny")


@pytest.fixture
def task(tmp_path: Path) -> Task:
    course = load_course(make_course(tmp_path / "course"))
    source, plan = next(iter(load_plans(course, ASSIGNMENT).values()))
    return Task("ada", source, plan, seed=1)


class Tries:
    """In place of `grade_notebook`: raises these errors in turn, then returns a result.

    Each try takes so many ``seconds`` by a clock of its own.
    """

    def __init__(self, *errors: Exception, seconds: float = 0.0) -> None:
        self.errors = list(errors)
        self.seconds = seconds
        self.now = 0.0
        self.finals: list[bool] = []
        self.seeds: set[int] = set()

    def monotonic(self) -> float:
        return self.now

    def __call__(self, task: Task, _open: object, *, final: bool) -> NotebookResult:
        self.now += self.seconds
        self.seeds.add(task.seed)
        self.finals.append(final)
        if self.errors:
            raise self.errors.pop(0)
        return DONE


def graded(
    monkeypatch: pytest.MonkeyPatch, executor: LocalExecutor, task: Task, tries: Tries
) -> NotebookResult:
    monkeypatch.setattr(executor_module, "grade_notebook", tries)
    monkeypatch.setattr(executor_module, "time", tries)
    return executor.submit(task).result()


def test_the_last_of_several_tries_is_final(
    monkeypatch: pytest.MonkeyPatch, executor: LocalExecutor, task: Task
) -> None:
    tries = Tries(*[GraderFault("x")] * (TRIES - 1))
    assert graded(monkeypatch, executor, task, tries) is DONE
    assert tries.finals == [False] * (TRIES - 1) + [True]


@pytest.mark.parametrize("keeps", [False, True], ids=["drawn", "wanted"])
def test_another_try_has_other_inputs_unless_these_are_wanted(
    monkeypatch: pytest.MonkeyPatch, executor: LocalExecutor, task: Task, *, keeps: bool
) -> None:
    tries = Tries(*[GraderFault("x")] * (TRIES - 1))
    graded(monkeypatch, executor, replace(task, keeps_seed=keeps), tries)
    assert len(tries.seeds) == (1 if keeps else TRIES)


def test_a_submission_that_takes_long_and_provokes_faults_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, executor: LocalExecutor, task: Task
) -> None:
    tries = Tries(GraderFault("x"), seconds=1000.0)
    assert graded(monkeypatch, executor, task, tries).error is not None
    assert tries.finals == [False]


def test_who_was_kept_from_running_is_tried_once_more_alone(
    monkeypatch: pytest.MonkeyPatch, executor: LocalExecutor, task: Task
) -> None:
    alone: list[str] = []
    whole = Turns.alone

    def watched(turns: Turns) -> Any:
        alone.append("alone")
        return whole(turns)

    monkeypatch.setattr(Turns, "alone", watched)
    tries = Tries(MachineBusy("x"), seconds=1000.0)
    assert graded(monkeypatch, executor, task, tries) is DONE
    assert tries.finals == [False, True]
    assert alone == ["alone"]


def test_who_is_alone_has_nobody_beside() -> None:
    turns = Turns()
    together: list[str] = []
    among = threading.Barrier(3)

    def beside_others(name: str) -> None:
        with turns.together():
            together.append(name)
            among.wait(60)
            together.remove(name)

    def alone() -> list[str]:
        among.wait(60)  # the others are at it
        with turns.alone():
            return list(together)

    with ThreadPoolExecutor(3) as pool:
        for name in ("a", "b"):
            pool.submit(beside_others, name)
        assert pool.submit(alone).result(60) == []
    with turns.together():
        pass
