"""What a test does to the examiner's process ends with the test."""

from __future__ import annotations

import pytest

from tests.autograder.workers.bench import Bench, Stage, answer, check_cell, plain, scores, source


@pytest.mark.parametrize(
    ("change", "still"),
    [
        ("import math\nmath.sqrt = abs", "import math\nassert math.sqrt(4) == 2"),
        ("import builtins\nbuiltins.len = lambda x: 0", "assert len([1]) == 1"),
        ("import builtins\ndel builtins.sum", "import builtins\nassert builtins.sum([1]) == 1"),
        (
            "import numpy as np\nnp.testing.assert_equal = print",
            "import numpy as np\nassert np.testing.assert_equal is not print",
        ),
        (
            "import sys\nsys.modules['random'] = None",
            "import random\nassert random.Random(1).random() < 1",
        ),
    ],
)
def test_a_module_is_as_it_was(stage: Stage, change: str, still: str) -> None:
    report = stage.passes(change)
    assert "put back" in report.detail
    assert report.refused == ""
    stage.passes(still)


def test_what_a_test_binds_in_the_notebook_stays(stage: Stage) -> None:
    stage.passes("import math\nmine, math.mine = 1, 2")
    stage.passes("import math\nassert mine == 1 and math.mine == 2")


def test_a_test_that_changes_the_grader_does_not_count(stage: Stage) -> None:
    changed = "from autograder.examiner.shell import InstructorShell as Shell\n"
    report = stage.passes(changed + "Shell.outcome = lambda self, source: (None, None)")
    assert "InstructorShell.outcome" in report.refused
    assert stage.test("assert False").error == "AssertionError"


def test_what_a_setup_cell_replaces_stays(bench: Bench) -> None:
    cells = [
        answer("def f(): return 1"),
        check_cell("assert f() == 1", "first"),
        plain("import math\nmath.sqrt = abs"),
        check_cell("assert math.sqrt(-f()) == 1", "second"),
        check_cell("assert math.sqrt(-f()) == 1", "third"),
    ]
    assert scores(bench.grade(source(*cells))) == {"first": 2, "second": 2, "third": 2}


def test_what_a_test_replaces_and_puts_back_is_noticed(stage: Stage) -> None:
    stage.student("def f(): return 1")
    patched = "from unittest import mock\nwith mock.patch('math.sqrt'):\n    assert f() == 1"
    assert "math.sqrt" in stage.passes(patched).detail
    assert stage.passes("assert f() == 1").detail == ""


def test_input_of_the_tests_is_no_replacement(stage: Stage) -> None:
    stage.student("def f(): return input()")
    mocked = "from unittest import mock\nwith mock.patch('builtins.input', return_value='a'):\n"
    assert stage.passes(mocked + "    assert f() == 'a'").detail == ""
