"""Names of the student's are read live, and what a test does to them reaches the student's code."""

from __future__ import annotations

import pytest

from autograder.workers import messages
from tests.autograder.workers.bench import Stage


def test_a_name_is_read_anew_each_time(stage: Stage) -> None:
    stage.student("data = 1\ndef f(): global data; data += 1")
    stage.passes("assert data == 1\nf()\nassert data == 2")


def test_a_test_sees_a_name_inside_functions_comprehensions_and_methods(stage: Stage) -> None:
    stage.student("data = 5\ndef f(x): return x + 1")
    stage.passes(
        "def check():\n"
        "    return [f(data + i) for i in range(2)]\n"
        "class Case:\n"
        "    def run(self): return f(data)\n"
        "assert check() == [6, 7] and Case().run() == 6"
    )


def test_a_rebound_name_reaches_the_students_code(stage: Stage) -> None:
    stage.student("def g(): return 1\ndef f(): return g() + data\ndata = 10")
    stage.passes("g = lambda: 100\nassert f() == 110\ndata = 0\nassert f() == 100")


def test_a_rebound_name_is_the_candidates_again_after_the_next_request(stage: Stage) -> None:
    stage.student("data = [1]\ndef f(): data.append(2)")
    stage.passes("data = [5]\nf()\nassert data == [5, 2]")


def test_what_the_test_has_bound_is_not_read_back(stage: Stage) -> None:
    stage.student("def f(): return 2\nfor data in range(3): pass")
    stage.passes("data = [np for np in range(3)]\nkept = data\nf()\nassert data is kept")


def test_a_name_that_the_students_code_binds_anew_is_the_candidates_again(stage: Stage) -> None:
    stage.student("total = 0\ndef f():\n    global total\n    total += 1")
    stage.passes("total = 5\nf()\nassert total == 6\nf()\nassert total == 7\ntotal = 1\nf()")
    stage.passes("assert total == 2")


def test_a_function_in_place_of_the_students_is_called_here_and_there(stage: Stage) -> None:
    stage.student("def g(): return 1\ndef f(): return g()")
    stage.passes("assert g() == 1\ng = lambda: 3\nassert f() == g() == 3")
    stage.passes("assert f() == 3")


def test_a_deleted_name_is_deleted_for_the_students_code(stage: Stage) -> None:
    stage.student("def g(): return 1\ndef f(): return g()")
    report = stage.test("del g\nf()")
    assert report.error == "NameError"
    assert report.from_candidate


def test_a_name_can_be_deleted_and_restored(stage: Stage) -> None:
    stage.student("def g(): return 1\ndef f(): return g()")
    stage.passes(
        "saved = g\n"
        "del g\n"
        "try:\n"
        "    f()\n"
        "except NameError:\n"
        "    pass\n"
        "else:\n"
        "    raise AssertionError('f does not call g')\n"
        "finally:\n"
        "    g = saved\n"
        "assert f() == 1"
    )
    stage.passes("assert g() == 1")


def test_a_function_of_the_test_rebinds_by_global(stage: Stage) -> None:
    stage.student("data = 1\ndef f(): return data")
    stage.passes("def change():\n    global data\n    data = 7\nchange()\nassert f() == 7")


def test_names_of_the_test_do_not_reach_the_student(stage: Stage) -> None:
    stage.student("def f(): return sorted(name for name in globals() if name.startswith('expe'))")
    stage.passes("expected = 42\nassert f() == []")


def test_what_the_student_names_besides_does_not_reach_the_test(stage: Stage) -> None:
    stage.student("def assert_allclose(*args): pass\nabs = lambda x: 0")
    stage.passes(
        "from numpy.testing import assert_allclose\n"
        "assert abs(-3) == 3\n"
        "try:\n"
        "    assert_allclose(1, 2)\n"
        "except AssertionError:\n"
        "    pass\n"
        "else:\n"
        "    raise RuntimeError('the wrong one')"
    )


def test_names_of_a_test_are_there_for_the_next(stage: Stage) -> None:
    stage.passes("def helper(): return 3")
    stage.passes("assert helper() == 3")


def test_a_missing_name_is_named(stage: Stage) -> None:
    report = stage.test("f(1)")
    assert report.missing == "f"
    assert report.student_feedback == "Your notebook does not define 'f'."
    assert not report.from_candidate


@pytest.mark.parametrize("name", ["Total", "F"])
def test_a_similar_name_is_suggested(stage: Stage, name: str) -> None:
    stage.student(f"def {name}(): pass")
    report = stage.test(f"{name.lower()}()")
    assert f"{name!r}" in (report.student_feedback or "")


def test_a_name_that_the_test_itself_forgot_is_not_the_students(stage: Stage) -> None:
    report = stage.test("undefined_helper(1)")
    assert report.error == "NameError"
    assert report.missing is None


@pytest.mark.parametrize("test", ["assert 'f' not in []", "f = 3\ndel f", "global_f = f"])
def test_binding_and_deleting_without_a_call_is_harmless(stage: Stage, test: str) -> None:
    stage.student("def f(): pass")
    stage.passes(test)


def test_a_setup_cell_leaves_the_students_names_alone(stage: Stage) -> None:
    stage.student("def f(): return 'mine'")
    report = stage.pair.execute(messages.SetupRequest("f = None\nconstant = 3"), 10).report
    assert report is not None
    assert report.error is None
    stage.passes("assert f() == 'mine' and constant == 3")


def test_a_rebound_name_reaches_the_students_code_through_a_function_that_was_kept(
    stage: Stage,
) -> None:
    stage.student("data = 1\ndef f(): return data")
    stage.passes("kept = f\ndata = 5\nassert kept() == 5")


@pytest.mark.parametrize(
    "expression",
    ["'f' in globals()", "globals().get('f') is not None", "'f' in dir()", "'f' in vars().keys()"],
)
def test_whether_a_name_is_there_can_be_found_out(stage: Stage, expression: str) -> None:
    stage.passes(f"assert not ({expression})")
    stage.student("def f(): pass")
    stage.passes(f"assert {expression}")


def test_the_body_of_a_class_sees_the_students_names(stage: Stage) -> None:
    stage.student("data = 5")
    stage.passes("class Case:\n    value = data\nassert Case.value == 5")


def test_a_class_body_that_names_what_is_missing_says_so(stage: Stage) -> None:
    assert stage.test("class Case:\n    value = data").missing == "data"


def test_nobody_types_while_a_test_runs(stage: Stage) -> None:
    stage.student("def f(): return input('? ')")
    report = stage.test("f()")
    assert report.error == "EOFError"
    assert "nobody types" in report.message
