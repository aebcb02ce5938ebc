"""What release says about tests that work."""

from __future__ import annotations

import pytest

from autograder.grading.plan import RUN_IN_CANDIDATE, make_plan
from autograder.release.audit import advice_on
from tests.autograder.workers.bench import answer, check_cell, source

ANSWER = answer("x = 1\ndef f(n): return n")


def hidden(test: str) -> str:
    return f"assert f(1) == 1\n### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"


def advice(test: str, *tags: str) -> list[str]:
    instructor = source(ANSWER, check_cell(test, "test", tags=tags))
    return list(advice_on(instructor, make_plan(instructor.notebook)))


@pytest.mark.parametrize(
    "test",
    [
        "assert f(1) == 1",
        "saved = f\ndef f(n): return 3\nassert saved(1) == 1\nf = saved",
        "x = 5\nassert f(x) == 5",
        hidden("y = 5\nassert f(y) == 5"),
        hidden("saved = f\ndef f(n): return 3\nf = saved"),
        hidden("def g(x):\n    x = 3\n    return x"),
        "score = f(1)\nscore",
        "limit = 3\nassert 'limit' in globals() and 'f' in globals()",
        "f(1);",
        "print(f(1))",
    ],
)
def test_nothing_is_said_of_a_test_that_is_fine(test: str) -> None:
    assert advice(test) == []


@pytest.mark.parametrize(
    "test",
    [
        "x = 5\nassert f(x) == 5",
        "for x in [7, 8]:\n    assert f(x) == x",
        "\nx += 1",
        "x, y = 1, 2",
    ],
)
def test_a_hidden_value_under_a_name_of_the_solutions(test: str) -> None:
    (line,) = advice(hidden(test))
    assert line.startswith("test: its hidden part gives 'x' a value.")


def test_lines_are_counted_as_ipython_counts_them() -> None:
    assert len(advice("\n\n" + hidden("x = 5"))) == 1
    assert advice("\n\nx = 5\n" + hidden("y = 5")) == []


@pytest.mark.parametrize("test", ["f(1)", "x", "f(1)[0]", "f(1).real"])
def test_a_number_of_the_students_at_the_end(test: str) -> None:
    (line,) = advice(test)
    assert "counts as partial credit" in line


@pytest.mark.parametrize(
    "test",
    [
        "import warnings\nwith warnings.catch_warnings():\n    assert f(1)",
        "from warnings import simplefilter\nsimplefilter('error')\nassert f(1)",
        "import numpy as np\nwith np.errstate(all='raise'):\n    assert f(1)",
    ],
)
def test_a_test_that_looks_at_its_own_process(test: str) -> None:
    (line,) = advice(test)
    assert line.endswith("Tag the cell run-in-candidate if it is to check that.")


def test_points_that_can_be_forged() -> None:
    assert advice("f(1)", RUN_IN_CANDIDATE) == [
        "test: it is tagged run-in-candidate, so a submission can forge its 2 points."
    ]
