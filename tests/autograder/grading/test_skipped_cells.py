"""What hangs, ends or floods a real candidate costs its own question and no other."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from autograder.sandbox.limits import measure
from autograder.workers import messages
from autograder.workers import pair as pair
from tests.autograder.grading.fake import outcomes, question
from tests.autograder.workers.bench import (
    LIMITS,
    Bench,
    answer,
    check_cell,
    open_stage,
    outputs,
    plain,
    scores,
    source,
)

QUICK = replace(LIMITS, cell_seconds=1.0, repeated_seconds=0.3)
DEADLY = {
    "endless loop": "while True: pass",
    "loop that swallows interrupts": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    ),
    "sleep": "import time; time.sleep(1000)",
    "exit": "import os; os._exit(0)",
    "killed by itself": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "abort": "import os; os.abort()",
    "null pointer": "import ctypes; ctypes.string_at(0)",
    "stack overflow": (
        "import sys; sys.setrecursionlimit(10**9); deep = lambda: deep(); threading = "
        "__import__('threading'); deep()"
    ),
}
INSTRUCTOR = source(
    answer("def before(): return 1", "a"),
    check_cell("assert before() == 1", "first"),
    answer("def deadly(): return 2", "b"),
    check_cell("assert deadly() == 2", "second"),
    answer("def after(): return before() + 2", "c"),
    check_cell("assert after() == 3", "third"),
)
FIRST, ONE, _, TWO, THIRD, THREE = INSTRUCTOR.notebook.cells


@pytest.mark.parametrize("how", DEADLY)
def test_a_deadly_function_costs_its_own_question(bench: Bench, how: str) -> None:
    body = DEADLY[how].replace("\n", "\n    ")
    deadly = answer(f"def deadly():\n    {body}", "b")
    result = bench.grade(INSTRUCTOR, FIRST, ONE, deadly, TWO, THIRD, THREE, limits=QUICK)
    assert scores(result) == {"first": 2.0, "second": 0.0, "third": 2.0}
    assert outcomes(result)["second"] in ("timeout", "crashed", "error")


@pytest.mark.parametrize("how", ["endless loop", "exit", "killed by itself"])
def test_a_deadly_cell_costs_what_it_would_have_defined(bench: Bench, how: str) -> None:
    deadly = answer(f"{DEADLY[how]}\ndef deadly(): return 2", "b")
    result = bench.grade(INSTRUCTOR, FIRST, ONE, deadly, TWO, THIRD, THREE, limits=QUICK)
    assert outcomes(result) == {"first": "passed", "second": "missing", "third": "passed"}


def test_exiting_in_good_order_is_no_crash(bench: Bench) -> None:
    deadly = answer("def deadly(): return 2\nimport sys\nsys.exit()", "b")
    result = bench.grade(INSTRUCTOR, FIRST, ONE, deadly, TWO, THIRD, THREE)
    assert set(outcomes(result).values()) == {"passed"}


def test_a_memory_bomb_costs_its_own_question(bench: Bench) -> None:
    deadly = answer(
        "def deadly():\n    x = [bytes(10**6)]\n    while True: x *= 2\n    return 2", "b"
    )
    result = bench.grade(INSTRUCTOR, FIRST, ONE, deadly, TWO, THIRD, THREE)
    assert scores(result) == {"first": 2.0, "second": 0.0, "third": 2.0}


def test_a_folder_filled_with_files_costs_its_own_question(bench: Bench) -> None:
    fill = "for i in range(10**6): open(str(i), 'w').close()"
    deadly = answer(f"def deadly():\n    {fill}\n    return 2", "b")
    result = bench.grade(INSTRUCTOR, FIRST, ONE, deadly, TWO, THIRD, THREE)
    assert outcomes(result)["second"] == "crashed"
    assert scores(result) == {"first": 2.0, "second": 0.0, "third": 2.0}


def test_much_output_is_cut_and_costs_nothing(bench: Bench) -> None:
    noisy = answer(
        "print('x' * 50_000_000)\ndef deadly():\n    print('y' * 1000)\n    return 2", "b"
    )
    result = bench.grade(INSTRUCTOR, FIRST, ONE, noisy, TWO, THIRD, THREE)
    assert set(outcomes(result).values()) == {"passed"}
    texts = [output["text"] for output in outputs(result)]
    assert sum(map(len, texts)) < 2 * LIMITS.output_bytes
    assert "left out" in "".join(texts)


def test_a_candidate_that_ends_in_every_test_is_not_tried_for_ever(bench: Bench) -> None:
    tests = [check_cell("f()", str(i)) for i in range(30)]
    instructor = source(answer("def f(): pass"), *tests)
    result = bench.grade(instructor, answer("import os\ndef f(): os._exit(0)"), *tests)
    assert set(outcomes(result).values()) == {"crashed"}
    assert "again and again" in question(result, "29").message


def test_a_test_that_hangs_by_itself_costs_no_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair, "GRACE", 2.0)
    instructor = source(
        answer("def f(): return 1"),
        check_cell("def helper(): return f()", "first"),
        plain("constant = 1"),
        check_cell("while True: pass", "second"),
        check_cell("assert helper() == constant", "third"),
    )
    result = bench.grade(instructor, limits=replace(LIMITS, cell_seconds=0.3))
    assert outcomes(result) == {"first": "passed", "second": "timeout", "third": "passed"}


def test_an_answer_in_time_counts_though_the_grader_was_too_busy_to_see_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 0.6

    def slow(*arguments: Any) -> Any:
        """Look into the folder until the answer is there and the deadline over."""
        assert stage.pair._examiner is not None
        assert stage.pair._examiner.readable(20)
        time.sleep(seconds)
        return measure(*arguments)

    with open_stage(bench, INSTRUCTOR) as stage:
        monkeypatch.setattr(pair, "measure", slow)
        execution = stage.pair.execute(
            messages.TestRequest(f"import time; time.sleep({seconds / 2})"), seconds
        )
    assert execution.report is not None
    assert not execution.timed_out


def test_state_of_the_student_is_as_it_was_after_a_replay(bench: Bench) -> None:
    instructor = source(
        answer("count = 0\ndef f(): import os; os._exit(1)"),
        plain("count += 1"),
        check_cell("f()", "first"),
        check_cell("assert count == 1", "second"),
    )
    assert scores(bench.grade(instructor)) == {"first": 0.0, "second": 2.0}


def test_each_submission_starts_afresh(bench: Bench) -> None:
    instructor = source(answer("x = 1"), check_cell("assert x == 1"))
    spoil = answer("import builtins, numpy\nbuiltins.pow = numpy.mean = None\nx = 1")
    assert scores(bench.grade(instructor, spoil, instructor.notebook.cells[1])) == {"test": 2.0}
    honest = answer("import numpy\nx = pow(numpy.mean([1]), 2)")
    assert scores(bench.grade(instructor, honest, instructor.notebook.cells[1])) == {"test": 2.0}


def test_the_same_seed_gives_the_same_draws(bench: Bench) -> None:
    instructor = source(
        answer("import numpy as np\nx = np.random.rand()"),
        check_cell("import numpy as np\nround(x + np.random.rand(), 12) / 2", "test", points=1),
    )
    assert scores(bench.grade(instructor)) == scores(bench.grade(instructor))
