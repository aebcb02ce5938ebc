"""What the examiner reports of a test cell, and what a candidate can and cannot do to it."""

from __future__ import annotations

import math

import pytest

from autograder.workers import messages
from tests.autograder.workers.bench import Stage


def test_a_seeded_test_makes_the_students_draws_the_same(stage: Stage) -> None:
    stage.student("import numpy as np, random\ndef f(): return np.random.rand(3), random.random()")
    stage.passes(
        "import numpy as np, random\n"
        "np.random.seed(3); random.seed(4)\n"
        "numbers, number = f()\n"
        "np.random.seed(3); random.seed(4)\n"
        "np.testing.assert_array_equal(numbers, np.random.rand(3))\n"
        "assert number == random.random()"
    )


def test_seeding_to_the_same_state_again_draws_the_same_again(stage: Stage) -> None:
    stage.student("import numpy as np\ndef f(): return np.random.rand()")
    stage.passes(
        "import numpy as np\n"
        "np.random.seed(3); a = f()\n"
        "np.random.seed(3); b = f()\n"
        "assert a == b != f()"
    )


def test_the_student_cannot_set_the_tests_random_state(stage: Stage) -> None:
    stage.student("import numpy as np\ndef f(): np.random.seed(0); return np.random.rand()")
    stage.passes(
        "import numpy as np\n"
        "np.random.seed(5); expected = np.random.rand(2)\n"
        "np.random.seed(5); first = np.random.rand(); f(); second = np.random.rand()\n"
        "assert [first, second] == list(expected)"
    )


def test_what_the_student_prints_can_be_caught(stage: Stage) -> None:
    stage.student("def f(): print('hello', 3)")
    stage.passes(
        "import contextlib, io\n"
        "out = io.StringIO()\n"
        "with contextlib.redirect_stdout(out):\n"
        "    print('before'); f(); print('after')\n"
        "assert out.getvalue() == 'before\\nhello 3\\nafter\\n'"
    )


def test_what_is_printed_in_a_test_is_reported(stage: Stage) -> None:
    stage.student("def f(): print('hello')")
    assert stage.passes("f()\nprint('done')").printed == "hello\ndone\n"


@pytest.mark.parametrize(
    ("test", "value"),
    [
        ("1.5", 1.5),
        ("2", 2.0),
        ("import numpy as np\nnp.float64(0.5)", 0.5),
        ("import numpy as np\nnp.int32(1)", 1.0),
        ("float('nan')", math.nan),
        ("10 ** 400", math.inf),
        ("-1", -1.0),
        ("True", None),
        ("'1'", None),
        ("None", None),
        ("1;", None),
        ("x = 1", None),
        ("f()", 0.25),
        ("g", None),
    ],
)
def test_the_value_of_the_last_expression(stage: Stage, test: str, value: float | None) -> None:
    stage.student(
        "def f(): return 0.25\nclass Half:\n    def __float__(self): return 0.5\ng = Half()"
    )
    reported = stage.passes(test).value
    assert repr(reported) == repr(value)  # so that not-a-number is itself


def test_the_failing_line_is_reported_even_if_a_helper_fails(stage: Stage) -> None:
    report = stage.test("def check(x):\n    assert x == 1\n\ncheck(1)\ncheck(2)\n")
    assert (report.error, report.is_assertion, report.line) == ("AssertionError", True, 5)


def test_the_line_of_a_failing_call_of_the_students(stage: Stage) -> None:
    stage.student("def f():\n    return 1 / 0")
    report = stage.test("x = 1\nf()")
    assert (report.error, report.from_candidate, report.line) == ("ZeroDivisionError", True, 2)
    assert "return 1 / 0" in report.detail


def test_a_syntax_error_of_the_test_is_reported(stage: Stage) -> None:
    assert stage.test("def (").error == "SyntaxError"


def test_feedback_for_the_student_comes_through(stage: Stage) -> None:
    report = stage.test(
        "class Feedback(AssertionError):\n"
        "    student_feedback = 'Have you divided by N?'\n"
        "raise Feedback('the expected value is 42')"
    )
    assert report.student_feedback == "Have you divided by N?"
    assert report.is_assertion


def test_a_student_cannot_give_feedback(stage: Stage) -> None:
    stage.student(
        "class Feedback(AssertionError):\n    student_feedback = 'full marks'\n"
        "def f(): raise Feedback('x')"
    )
    report = stage.test("f()")
    assert report.student_feedback is None
    assert report.from_candidate


def test_the_end_of_the_candidate_is_not_swallowed(stage: Stage) -> None:
    stage.student("import os\ndef f(): os._exit(3)")
    execution = stage.pair.execute(
        messages.TestRequest(
            "try:\n    f()\nexcept Exception:\n    pass\nelse:\n    raise AssertionError"
        ),
        10,
    )
    assert execution.needs_new_candidate
    assert execution.ended == "it exited with status 3"


def test_the_end_of_the_candidate_is_noticed_though_a_bare_except_hides_it(stage: Stage) -> None:
    stage.student("import os\ndef f(): os._exit(3)")
    execution = stage.pair.execute(messages.TestRequest("try:\n    f()\nexcept:\n    pass"), 10)
    report = execution.report
    assert execution.needs_new_candidate or (report is not None and not report.error)
    assert stage.pair.execute(messages.TestRequest("f()"), 10).needs_new_candidate


@pytest.mark.parametrize("error", ["SystemExit(0)", "KeyboardInterrupt()", "GeneratorExit()"])
def test_the_student_cannot_end_the_examiner(stage: Stage, error: str) -> None:
    stage.student(f"def f(): raise {error}")
    report = stage.test("f()")
    assert report.error == error.partition("(")[0]
    assert report.from_candidate
    stage.passes("assert True")


@pytest.mark.parametrize("error", ["SystemExit(0)", "KeyboardInterrupt()"])
def test_a_cell_of_the_students_that_exits_leaves_the_candidate_usable(
    stage: Stage, error: str
) -> None:
    assert stage.student(f"def f(): return 1\nraise {error}").gone is None
    stage.passes("assert f() == 1")


def test_crossing_seconds_of_a_call(stage: Stage) -> None:
    stage.student("def f(x): return x.sum()")
    stage.passes(
        "import numpy as np\n"
        "assert 0 < f.__crossing_seconds__(np.ones(10)) < f.__crossing_seconds__(np.ones(10**6))"
    )


def test_a_cell_of_the_students_is_reported_with_its_outputs(stage: Stage) -> None:
    report = stage.student("print('out')\n1 / 0")
    assert report.error == "ZeroDivisionError"
    assert [output.output_type for output in report.outputs] == ["stream", "error"]


def test_the_value_of_a_students_cell_is_reported(stage: Stage) -> None:
    report = stage.student("40 + 2")
    assert report.value == 42.0
    assert report.outputs[0].data == {"text/plain": "42"}


def test_more_output_than_is_kept_is_cut(stage: Stage) -> None:
    report = stage.student("for _ in range(100_000): print('x' * 100)")
    (output,) = report.outputs
    assert len(output.text or "") < 110_000
    assert "left out" in (output.text or "")


def test_figures_are_outputs(stage: Stage) -> None:
    report = stage.student("import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone")
    assert any("image/png" in (output.data or {}) for output in report.outputs)
