"""Tests that the right answer fails with some random inputs: that costs nobody a point."""

from __future__ import annotations

import itertools
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.directory import load_course
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import LocalExecutor
from autograder.grading.task import SOLUTION, Task
from autograder.grading.underway import SEEDS
from autograder.results import NotebookResult, Outcome, Question
from tests.autograder.tiny_course import ASSIGNMENT, TESTS, hand_in, make_course

FAILS_FOR_ODD_SEEDS = """\
import os
assert halve(4) == 2
assert int(os.environ["GRADING_SEED"]) % 2 == 0
"""
LUCKY, UNLUCKY = 2, 3


def graded(
    folder: Path, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch, *answers: str
) -> list[dict[str, Question]]:
    """The questions of students whose seed is unlucky; the solution's is not."""
    root = make_course(folder / "course", TESTS | {"test_halve": FAILS_FOR_ODD_SEEDS})
    for number, answer in enumerate(answers):
        hand_in(root, f"student-{number}", halve=answer)
    seeds = itertools.chain([LUCKY], itertools.repeat(UNLUCKY))
    monkeypatch.setattr("autograder.grading.underway.secrets.choice", lambda _: next(seeds))
    course = load_course(root)
    batch = Batch(course, executor, Options())
    each = batch.grade(ASSIGNMENT, course.students(ASSIGNMENT), lambda _: None)
    return [{q.grade_id: q for result in one.results for q in result.questions} for one in each]


def test_what_the_solution_fails_with_the_same_inputs_is_left_to_a_person(
    tmp_path: Path, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = "def halve(x):\n    return x / 2"
    (questions,) = graded(tmp_path, executor, monkeypatch, right)
    assert questions["test_halve"].outcome is Outcome.GRADER_ERROR
    assert questions["test_halve"].score is None
    assert questions["test_double"].score == 1


def test_the_solution_is_graded_once_for_all_who_have_that_seed(
    tmp_path: Path, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds: list[int] = []
    submit = executor.submit

    def note(task: Task) -> Future[NotebookResult]:
        if task.student == SOLUTION:
            seeds.append(task.seed)
        return submit(task)

    monkeypatch.setattr(executor, "submit", note)
    graded(tmp_path, executor, monkeypatch, *["def halve(x):\n    return x"] * 3)
    assert seeds == [LUCKY, UNLUCKY]


def test_a_wrong_answer_loses_its_points_where_the_solution_passes(
    tmp_path: Path, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.autograder.grading.test_unlucky_seeds.UNLUCKY", 4)
    (questions,) = graded(tmp_path, executor, monkeypatch, "def halve(x):\n    return x")
    assert questions["test_halve"].outcome is Outcome.FAILED
    assert questions["test_halve"].score == 0


def test_few_of_the_solutions_gradings_are_kept_where_each_student_has_a_seed(
    tmp_path: Path, executor: LocalExecutor
) -> None:
    course = load_course(make_course(tmp_path / "course"))
    work = Batch(course, executor, Options()).open(ASSIGNMENT, None)
    solution = work.solutions["tiny"].result()
    for seed in range(100):
        work.keep_repeated(replace(solution, seed=seed))
    assert len(work.repeated) == SEEDS
    assert ("tiny", 99) in work.repeated
    assert not any(each.cells for each in work.repeated.values())
