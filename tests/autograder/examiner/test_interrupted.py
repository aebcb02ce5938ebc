"""A test that stops waiting for the student's code costs no other question."""

from __future__ import annotations

import pytest

from autograder.results import Outcome
from tests.autograder.workers.bench import Bench, answer, check_cell, source

SOLUTION = "def f(x): return x\ndef g(x): return x"
HANGS = "def f(x):\n    while True: pass\ndef g(x): return x"
BY_A_SIGNAL = """\
import signal
def late(*_): raise {error}('too slow')
signal.signal(signal.SIGALRM, late)
signal.alarm(1)
try:
    assert f(3) == 3
finally:
    signal.alarm(0)
"""
BY_A_THREAD = """\
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
assert pool.submit(f, 3).result(timeout=1) == 3
"""


@pytest.mark.parametrize(
    "test",
    [
        BY_A_SIGNAL.format(error="TimeoutError"),
        BY_A_SIGNAL.format(error="RuntimeError"),
        BY_A_THREAD,
    ],
)
def test_the_next_question_has_a_candidate_of_its_own(bench: Bench, test: str) -> None:
    instructor = source(
        answer(SOLUTION), check_cell(test, "first"), check_cell("assert g(1) == 1", "second")
    )
    assert [q.score for q in bench.grade(instructor).questions] == [2, 2]
    result = bench.grade(instructor, answer(HANGS), *instructor.notebook.cells[1:])
    first, second = result.questions
    assert (first.outcome, first.score) == (Outcome.ERROR, 0)
    assert (second.outcome, second.score) == (Outcome.PASSED, 2)


def test_a_dead_candidate_that_a_bare_except_hides_costs_that_question_only(bench: Bench) -> None:
    hides = "try:\n    f(0)\nexcept:\n    pass"
    instructor = source(
        answer(SOLUTION), check_cell(hides, "first"), check_cell("assert g(1) == 1", "second")
    )
    exits = answer("import os\ndef f(x): os._exit(1)\ndef g(x): return x")
    result = bench.grade(instructor, exits, *instructor.notebook.cells[1:])
    assert [q.outcome for q in result.questions] == [Outcome.CRASHED, Outcome.PASSED]


def test_threads_of_a_test_ask_one_after_the_other(bench: Bench) -> None:
    pool = (
        "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool:\n"
        "    assert list(pool.map(f, range(50))) == list(range(50))"
    )
    instructor = source(answer(SOLUTION), check_cell(pool))
    assert [q.score for q in bench.grade(instructor).questions] == [2]
