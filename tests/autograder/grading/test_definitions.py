"""What a visible test defines is there for the student's later cells, as in one kernel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.grading.plan import make_plan
from autograder.notebook.cells import Cell
from tests.autograder.workers.bench import (
    Bench,
    answer,
    check_cell,
    open_bench,
    scores,
    source,
)

FIRST = answer("def f(x): return x", "first")
GIVES = check_cell(
    "import math\nsample = [1, 4]\n\ndef root(x):\n    return math.sqrt(f(x))\n\n"
    "seen = f(3)\nf = f\nassert root(4) == 2",
    "gives",
)
USES = answer("roots = [root(v) for v in sample]", "second")
AFTER = check_cell("assert roots == [1, 2]", "after")


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=False) as bench:
        yield bench


def test_definitions_that_need_no_answer_are_given() -> None:
    instructor = source(FIRST, GIVES, USES, AFTER)
    definitions = make_plan(instructor.notebook, instructor.released).definitions
    assert set(definitions) == {"gives"}
    assert definitions["gives"].names == {"math", "sample", "root"}


def test_what_is_hidden_is_not() -> None:
    instructor = source(FIRST, GIVES)
    assert make_plan(instructor.notebook, {"gives": "import math"}).definitions["gives"].names == {
        "math"
    }


def test_a_later_answer_can_use_them(bench: Bench) -> None:
    assert scores(bench.grade(source(FIRST, GIVES, USES, AFTER))) == {
        "gives": 2,
        "after": 2,
    }


def test_so_can_the_student_s_own_cell_and_a_test_in_the_candidate(bench: Bench) -> None:
    inside = check_cell("assert math.pi > 3 and mine == 5", "inside", tags=["run-in-candidate"])
    instructor = source(FIRST, GIVES, answer("mine = 5", "mine"), inside)
    own = Cell("code", "mine = sum(sample)")
    result = bench.grade(instructor, FIRST, GIVES, own, inside)
    assert scores(result)["inside"] == 2


def test_so_can_an_answer_though_the_student_has_the_test_further_down(bench: Bench) -> None:
    result = bench.grade(source(FIRST, GIVES, USES, AFTER), FIRST, USES, AFTER, GIVES)
    assert scores(result) == {"gives": 2, "after": 2}


def test_they_are_there_again_after_a_crash(bench: Bench) -> None:
    crash = check_cell("assert f(7) == 7", "crash")
    instructor = source(FIRST, GIVES, USES, crash, AFTER)
    dies = answer("import os\ndef f(x):\n    if x == 7: os._exit(1)\n    return x", "first")
    result = bench.grade(instructor, dies, GIVES, USES, crash, AFTER)
    assert scores(result) == {"gives": 2, "crash": 0, "after": 2}


def test_a_cell_that_does_not_name_them_finds_nothing_of_theirs(bench: Bench) -> None:
    counts = answer("count = len([n for n in dir() if n.startswith('sam')])", "second")
    instructor = source(FIRST, GIVES, counts, check_cell("assert count == 0", "after"))
    assert scores(bench.grade(instructor))["after"] == 2
