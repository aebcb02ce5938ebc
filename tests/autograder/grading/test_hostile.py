"""Submissions that would rather be the grader's fault than their author's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.results import Outcome
from autograder.workers.forkserver import Ended
from tests.autograder.workers.bench import (
    LIMITS,
    Bench,
    answer,
    check_cell,
    open_bench,
    plain,
    scores,
    source,
)

ONE = source(answer("def f(): return 1"), check_cell("assert f() == 1", "first", 1))


@pytest.mark.parametrize("number", range(1, 65))
def test_the_end_by_any_signal_can_be_told(number: int) -> None:
    assert str(Ended(-number)).startswith("it was killed by")


@pytest.mark.parametrize("number", [37, 63])
def test_a_signal_without_a_name_costs_one_question(bench: Bench, number: int) -> None:
    result = bench.grade(ONE, answer(f"import os\ndef f(): os.kill(os.getpid(), {number})"))
    assert [q.outcome for q in result.questions] == [Outcome.CRASHED]


def test_a_candidate_cannot_kill_itself_to_look_killed(bench: Bench) -> None:
    result = bench.grade(
        ONE,
        answer("import os, signal\ndef f(): os.kill(os.getpid(), signal.SIGKILL)"),
    )
    assert [q.outcome for q in result.questions] == [Outcome.ERROR]


def test_nor_by_a_number_that_the_kernel_reads_half_of(bench: Bench) -> None:
    result = bench.grade(
        ONE,
        answer(
            "import ctypes, os\n"
            "def f():\n"
            "    call = ctypes.CDLL(None).syscall\n"
            "    number = ctypes.c_ulong(1 << 32 | 9)\n"
            "    call(62, os.getpid(), number)\n"
            "    call(234, os.getpid(), os.getpid(), number)\n"
            "    return 1"
        ),
    )
    assert scores(result) == {"first": 1}


def test_what_hangs_the_examiner_until_the_notebooks_time_is_over_is_no_fault_of_ours() -> None:
    limits = replace(LIMITS, cell_seconds=2.0, notebook_seconds=2.0)
    test = check_cell("for _ in range(f()): pass")
    with open_bench(isolate=True, limits=limits) as bench:
        result = bench.grade(
            source(answer("def f(): return 1"), test),
            answer("def f(): return 10**15"),
            plain("1"),
            test,
            limits=limits,
        )
    assert [q.outcome for q in result.questions] == [Outcome.TIMEOUT]
