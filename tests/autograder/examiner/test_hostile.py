"""What student code tries at the moments when the examiner's own machinery makes requests of it."""

from __future__ import annotations

import pytest

from autograder.workers import messages
from tests.autograder.workers.bench import (
    Bench,
    Stage,
    answer,
    check_cell,
    open_stage,
    source,
)

ENDS = "import os\nclass Odd:\n    def __str__(self): os._exit(1)\ndef f(): return Odd()"
HANGS = ENDS.replace("os._exit(1)", "\n        while True: pass")
SWALLOWS = (
    "class Thing:\n"
    "    def __enter__(self): return {entered}\n"
    "    def __exit__(self, *error): return True"
)


@pytest.mark.parametrize("source", [ENDS, HANGS], ids=["ends", "hangs"])
def test_a_message_that_holds_a_students_object_does_not_stop_the_grader(
    stage: Stage, source: str
) -> None:
    stage.student(source)
    execution = stage.pair.execute(
        messages.TestRequest("odd = f()\nassert isinstance(odd, list), odd"), 1
    )
    assert execution.needs_new_candidate
    assert not execution.in_doubt
    assert not execution.examiner_ended


def test_a_students_context_manager_cannot_swallow_a_failed_assertion(stage: Stage) -> None:
    stage.student(SWALLOWS.format(entered="1"))
    assert stage.test("with Thing() as entered:\n    assert entered == 2").is_assertion


@pytest.mark.parametrize("entered", ["'text'", "None", "[]", "{}", "1j", "self"])
def test_nor_what_comes_of_using_what_it_returned(stage: Stage, entered: str) -> None:
    stage.student(SWALLOWS.format(entered=entered))
    wrong = stage.test("with Thing() as entered:\n    assert entered > 2").error
    assert wrong == ("OpaqueError" if entered == "self" else "TypeError")


def test_nor_what_the_students_own_code_raises(stage: Stage) -> None:
    stage.student(
        SWALLOWS.format(entered="self") + "\n    @property\n    def x(self): return 1 / 0"
    )
    assert stage.test("with Thing() as entered:\n    assert entered.x == 2").from_candidate


def test_a_students_context_manager_does_not_hear_why_a_test_fails(stage: Stage) -> None:
    stage.student(
        "heard = []\n"
        "class Thing:\n"
        "    def __enter__(self): return [1.0]\n"
        "    def __exit__(self, kind, error, where): heard.append(repr(error))\n"
        "def f(): return heard"
    )
    stage.test(
        "import numpy as np\nwith Thing() as got:\n    np.testing.assert_allclose(got, 7919.25)"
    )
    stage.passes("assert f() == ['AssertionError(\\'\\')']")


@pytest.mark.parametrize("name", ["__len__", "__iter__", "__add__", "__enter__", "__getitem__"])
def test_an_object_has_no_method_that_its_class_has_not(stage: Stage, name: str) -> None:
    stage.student("class Thing: pass")
    stage.passes(f"assert not hasattr(Thing, {name!r}) and not hasattr(Thing(), {name!r})")


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("Iterator", "object()"),
        ("Iterable", "object()"),
        ("Iterator", "Listed()"),
    ],
)
def test_an_object_is_of_no_abstract_type_that_its_class_is_not(
    stage: Stage, kind: str, wrong: str
) -> None:
    stage.student(
        f"class Listed:\n    def __iter__(self): return iter([])\ndef f(): return {wrong}"
    )
    stage.passes(f"from collections.abc import {kind}\nassert not isinstance(f(), {kind})")


@pytest.mark.parametrize("student", ["max = lambda x: 0", "pass"])
def test_no_built_in_function_stands_in_for_the_students_in_the_body_of_a_class(
    bench: Bench, student: str
) -> None:
    with open_stage(bench, source(answer("def max(x): ..."), check_cell("0"))) as stage:
        stage.student(student)
        assert stage.test("class Case:\n    found = max([1, 3])\nassert Case.found == 3").error


#: Knows what the global generators draw next if its own have the examiner's state.
PREDICTS = (
    "import numpy as np, random\n"
    "known = []\n"
    "def f(x):\n"
    "    right = x in known\n"
    "    state, states = np.random.get_state(), random.getstate()\n"
    "    known[:] = [draw() for draw in (np.random.rand, random.random) for _ in range(700)]\n"
    "    np.random.set_state(state); random.setstate(states)\n"
    "    return right"
)


@pytest.mark.parametrize("draw", ["np.random.rand()", "random.random()"])
def test_random_inputs_cannot_be_predicted(stage: Stage, draw: str) -> None:
    stage.student(PREDICTS)
    inputs = f"import numpy as np, random\nassert not any([f({draw}) for _ in range(5)])"
    stage.passes(inputs)
    stage.passes(inputs)


def test_nor_by_a_candidate_that_takes_the_place_of_another(stage: Stage) -> None:
    stage.student(PREDICTS)
    assert stage.pair.renew() is not None
    stage.student(PREDICTS)
    stage.passes("import numpy as np\nassert not any([f(np.random.rand()) for _ in range(5)])")


def test_a_seed_for_the_students_code_does_not_tell_the_gradings(stage: Stage) -> None:
    stage.student(
        "import hashlib, numpy as np, random\n"
        "def f():\n"
        "    before = random.getstate()\n"
        "    seen = []\n"
        "    for seed in range(100):\n"
        "        digest = hashlib.sha256(f'global generators {seed}'.encode()).digest()\n"
        "        random.seed(digest)\n"
        "        seen.append(random.getstate() == before)\n"
        "    return any(seen)"
    )
    stage.passes("import os\nassert int(os.environ['GRADING_SEED']) < 100\nassert f() is False")


def test_a_kept_state_is_shared_as_a_seed_is(stage: Stage) -> None:
    stage.student("import numpy as np\ndef f(): return np.random.rand()")
    stage.passes(
        "import numpy as np\n"
        "state = np.random.get_state(); drawn = f(); np.random.set_state(state)\n"
        "assert drawn == np.random.rand()"
    )
