"""Tests that fail since the grader cannot do what one process would have done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.grading.score import GRADERS_EXCEPTION
from autograder.results import Outcome, Question
from tests.autograder.workers.bench import Bench, answer, check_cell, open_bench, plain, source

CALLS_ON_THREADS = """
from concurrent.futures import ThreadPoolExecutor
def f(g, xs):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(g, xs))
"""


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=True) as made:
        yield made


def graded(bench: Bench, solution: str, test: str, submitted: str) -> Question:
    cells = plain("import contextlib, numpy as np"), answer(solution), check_cell(test)
    instructor = source(*cells)
    of_solution = bench.grade(instructor)
    assert of_solution.questions[0].score == 2.0, of_solution.questions
    result = bench.grade(instructor, cells[0], answer(submitted), cells[2], solution=of_solution)
    return result.questions[0]


@pytest.mark.parametrize(
    ("solution", "test", "submitted"),
    [
        (
            "def f(n): return np.zeros((n, 2))",
            "assert np.sum(f(400_000)) == 0",
            "def f(n): return [(0.0, 0) for _ in range(n)]",
        ),
        (
            "def f(g, xs): return [g(x) for x in xs]",
            "assert f(lambda x: 2 * x, [1, 2]) == [2, 4]",
            CALLS_ON_THREADS,
        ),
        (
            "def f(g, xs): return [g(x) for x in xs]",
            "right = []\nwith contextlib.suppress(Exception): right = f(len, ['a'])\nassert right",
            CALLS_ON_THREADS,
        ),
    ],
    ids=["more parts than cross", "a callback on a thread", "which the test catches"],
)
def test_what_the_grader_cannot_do_costs_no_points(
    bench: Bench, solution: str, test: str, submitted: str
) -> None:
    question = graded(bench, solution, test, submitted)
    assert (question.outcome, question.score) == (Outcome.GRADER_ERROR, None)
    assert question.message == GRADERS_EXCEPTION


@pytest.mark.parametrize(
    ("test", "submitted"),
    [
        ("assert f(2) == [0, 1]", "def f(n): return lambda: None"),
        ("assert f(2) == [0, 1]", "def f(n): return next(iter([]))"),
        ("assert f(2).append(1) is None", "def f(n): return (k for k in range(n))"),
    ],
    ids=["an object", "StopIteration", "what a generator lacks"],
)
def test_what_the_answer_gives_wrongly_earns_nothing(
    bench: Bench, test: str, submitted: str
) -> None:
    question = graded(bench, "def f(n): return list(range(n))", test, submitted)
    assert question.score == 0.0


@pytest.mark.parametrize(
    "submitted",
    [
        "def f(n): return [np.float64(1)] * n",
        "def f(n): return [True] * n",
        "def f(n): return [np.int64(1) for _ in range(n)]",
    ],
)
def test_long_lists_of_numbers_cross(bench: Bench, submitted: str) -> None:
    test = "assert np.sum(f(1_200_000)) == 1_200_000"
    assert graded(bench, "def f(n): return np.ones(n)", test, submitted).score == 2.0


@pytest.mark.parametrize(
    ("raised", "points"),
    [
        ("class E(AttributeError, KeyError): pass", 2.0),
        ("class E(KeyError):\n    def __str__(self): return 'no b here'", 0.0),
        ("class E(AttributeError, IndexError): pass", 0.0),
        ("E = KeyError", 2.0),
    ],
)
def test_an_exception_is_all_that_its_class_derives_from(
    bench: Bench, raised: str, points: float
) -> None:
    test = (
        "try: f({}, 'zz')\nexcept KeyError as error: assert 'zz' in str(error)\n"
        "else: raise AssertionError"
    )
    submitted = f"{raised}\ndef f(d, k):\n    if k not in d: raise E(k)\n    return d[k]"
    assert graded(bench, "def f(d, k): return d[k]", test, submitted).score == points
