"""What is run, in which order, where the student has the tests in another order."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.grading import notebook as grade
from autograder.grading import run
from autograder.grading.plan import make_plan
from autograder.notebook.cells import Cell, Notebook
from tests.autograder.grading.fake import Clock, FakePair, graded, outcomes, question
from tests.autograder.workers.bench import (
    Bench,
    answer,
    check_cell,
    open_bench,
    outputs,
    plain,
    scores,
    source,
)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakePair:
    """Whose clock is that of grading: nobody waits."""
    clock = Clock()
    monkeypatch.setattr(run, "time", clock)
    monkeypatch.setattr(grade, "time", clock)
    return FakePair(clock=clock)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=False) as bench:
        yield bench


A, B = answer("a = 1", "a"), answer("b = 1", "b")
TEST_A, TEST_B = check_cell("ta", "1"), check_cell("tb", "2")
SETUP = plain("s = 1")


def test_the_candidate_goes_back_for_a_test_that_the_student_has_further_up(
    fake: FakePair,
) -> None:
    result = graded(fake, source(A, TEST_A, SETUP, B, TEST_B), SETUP, B, TEST_B, A, TEST_A)
    assert fake.calls() == [
        "open", "run s = 1", "run b = 1", "run a = 1", "test ta",
        "renew", "run s = 1", "run b = 1", "setup s = 1", "test tb", "close",
    ]  # fmt: skip
    assert scores(result) == {"1": 2, "2": 2}


def test_outputs_are_those_of_the_first_run_of_a_cell(fake: FakePair) -> None:
    result = graded(fake, source(A, TEST_A, B, TEST_B), B, TEST_B, A, TEST_A)
    assert [each["text"] for each in outputs(result)] == ["output of b = 1", "output of a = 1"]


def test_what_no_test_comes_after_runs_once(fake: FakePair) -> None:
    own = plain("own")
    graded(fake, source(A, TEST_A, B, TEST_B), B, TEST_B, A, TEST_A, own)
    assert fake.calls("run")[-1] == "run own"
    assert fake.calls("run").count("run own") == 1


def test_a_crash_in_a_later_turn_costs_one_question(fake: FakePair) -> None:
    crash = check_cell("CRASH", "2")
    result = graded(
        fake,
        source(A, TEST_A, B, crash, check_cell("t3", "3")),
        B, crash, check_cell("t3", "3"), A, TEST_A,
    )  # fmt: skip
    assert outcomes(result) == {"1": "passed", "2": "crashed", "3": "passed"}
    assert fake.calls()[-7:] == [
        "renew", "run b = 1", "test CRASH", "renew", "run b = 1", "test t3", "close"
    ]  # fmt: skip


def test_a_fresh_examiner_replays_the_tests_of_earlier_turns(fake: FakePair) -> None:
    stuck = check_cell("STUCK", "2")
    graded(
        fake,
        source(A, TEST_A, SETUP, B, stuck, check_cell("t3", "3")),
        B, stuck, check_cell("t3", "3"), A, TEST_A, SETUP,
    )  # fmt: skip
    calls = fake.calls("run", "setup", "test", "renew")
    assert calls[calls.index("test STUCK") :] == [
        "test STUCK", "renew", "run s = 1", "run b = 1", "test ta", "setup s = 1", "test t3",
        "run a = 1", "run s = 1",
    ]  # fmt: skip


def test_a_cell_that_hangs_in_the_first_turn_is_not_run_in_the_second(fake: FakePair) -> None:
    hangs = answer("HANG", "b")
    graded(fake, source(A, TEST_A, B, TEST_B), hangs, TEST_B, A, TEST_A)
    assert fake.calls("run").count("run HANG") == 1


def test_an_earlier_turn_s_hidden_test_makes_it_two_runs(fake: FakePair) -> None:
    hidden = check_cell("secret", "1")
    instructor = source(A, hidden, B, TEST_B, hidden=["1"])
    graded(fake, instructor, A, B, TEST_B, hidden)
    assert fake.calls("open", "test") == [
        "open", "test tb", "open", "test secret", "test tb"
    ]  # fmt: skip


def test_a_test_in_the_candidate_sets_nothing_up_at_the_examiner(fake: FakePair) -> None:
    inside = check_cell("inside", "2", tags=["run-in-candidate"])
    graded(fake, source(A, TEST_A, SETUP, inside), A, SETUP, inside, TEST_A)
    assert fake.calls("setup") == []


# Names that tests bind.


def linked(*cells: Cell) -> set[str]:
    return set(make_plan(Notebook(cells)).linked)


THING = answer("class Thing:\n    n = 0\n    def up(self): self.n += 1", "thing")
MAKES = check_cell("thing = Thing()\nassert thing.n == 0", "makes")
OTHER = check_cell("assert Thing.n == 0", "other")
USES = check_cell("thing.up()\nassert thing.n == 1", "uses")


def test_a_test_that_uses_an_object_of_an_earlier_one_is_linked_to_it() -> None:
    assert linked(THING, MAKES, OTHER, USES) == {"other", "uses"}


def test_a_test_that_makes_its_own_is_not() -> None:
    assert linked(THING, MAKES, check_cell("thing = Thing()\nthing.up()", "own")) == set()


def test_what_a_test_defines_without_an_answer_links_nothing() -> None:
    first = check_cell("cases = [1, 2]\ndef check(x): assert Thing", "first")
    assert linked(THING, first, check_cell("check(cases)", "second")) == set()


def test_an_object_of_an_earlier_test_is_there_though_the_student_has_that_later(
    bench: Bench,
) -> None:
    after = plain("mine = Thing()")
    result = bench.grade(source(THING, MAKES, USES), THING, USES, after, MAKES)
    assert scores(result) == {"makes": 2, "uses": 2}


def test_a_function_that_a_test_replaced_is_the_answer_again_for_the_tests_before_it(
    bench: Bench,
) -> None:
    helper = answer("def helper(x): return 2 * x", "helper")
    test_helper = check_cell("assert helper(2) == 4", "1")
    user = answer("def user(x): return helper(x)", "user")
    test_user = check_cell("def helper(x): return 4\nassert user(0) == 4", "2")
    wrong = answer("def helper(x): return 0", "helper")
    instructor = source(helper, test_helper, user, test_user)
    result = bench.grade(instructor, wrong, user, test_user, test_helper)
    assert scores(result) == {"1": 0, "2": 2}


# What the candidate finds of the setup cells.


@pytest.mark.parametrize(
    "setups", [("x = 1", "x = 2"), ("n = 1\nx = n", "n = 2\nx = n"), ("x = 1", "x += 1")]
)
def test_all_setup_cells_at_the_top_are_as_good_as_in_their_places(
    bench: Bench, setups: tuple[str, str]
) -> None:
    one, two = map(plain, setups)
    first, second = answer("was = x\ndef f(): return x", "f"), answer("def g(): return x", "g")
    test_f = check_cell("assert was == f() == x == 1", "1")
    test_g = check_cell("assert g() == x == 2", "2")
    instructor = source(one, first, test_f, two, second, test_g)
    for cells in (
        (one, two, first, test_f, second, test_g),
        (one, two, first, second, test_g, test_f),
        (two, second, test_g, one, first, test_f),
        (one, first, second, test_f, test_g, two),
        (two, one, first, second, test_f, test_g),
    ):
        assert scores(bench.grade(instructor, *cells)) == {"1": 2, "2": 2}, cells


def test_what_a_setup_cell_makes_of_an_answer_is_that_of_its_own_question(bench: Bench) -> None:
    f, g = answer("def f(): return 1", "f"), answer("def g(): return 2", "g")
    one, two = plain("got = f()"), plain("got = g()")
    instructor = source(
        f, one, check_cell("assert got == 1", "1"), g, two, check_cell("assert got == 2", "2")
    )
    wrong = answer("def f(): return 0", "f")
    moved = (wrong, g, two, check_cell("", "1"), one, check_cell("", "2"))
    assert scores(bench.grade(instructor, *moved)) == {"1": 0, "2": 2}


def test_an_edited_setup_cell_is_still_the_student_s_for_the_student_s_code(bench: Bench) -> None:
    one, two = plain("x = 1"), plain("x = 2")
    f = answer("y = x", "f")
    instructor = source(one, two, f, check_cell("y", "1"))
    result = bench.grade(instructor, one, plain("x = 0.5"), f, check_cell("y", "1"))
    assert question(result, "1").score == 0.5


def test_a_result_of_the_student_s_stays_though_its_setup_cell_is_due_again(bench: Bench) -> None:
    one, two = plain("n = 1\nw = 0"), plain("n = 2")
    f = answer("w = w + n", "f")
    instructor = source(one, f, check_cell("assert w == 1", "1"), two, check_cell("n", "2", 1))
    result = bench.grade(instructor, one, f, two, check_cell("", "1"), check_cell("", "2"))
    assert scores(result)["1"] == 2


# Bounds.


def test_without_the_time_to_go_back_a_test_is_run_where_the_candidate_is(fake: FakePair) -> None:
    slow = answer("HANG", "b")  # it takes its 10 seconds, and is not run again
    result = graded(
        fake,
        source(A, TEST_A, B, TEST_B, check_cell("t3", "3")),
        slow, TEST_B, A, TEST_A, check_cell("t3", "3"),
        cell_seconds=10.0,
        notebook_seconds=15.0,
    )  # fmt: skip
    assert scores(result) == {"1": 2, "2": 2, "3": 2}
    assert fake.calls("run", "renew", "test") == [
        "run HANG", "renew", "run a = 1", "test ta", "test tb", "test t3"
    ]  # fmt: skip


def test_own_and_edited_cells_in_the_instructor_s_order_have_nothing_run_twice(
    fake: FakePair,
) -> None:
    one, two = plain("x = 1"), plain("x = 2")
    instructor = source(one, A, TEST_A, two, B, TEST_B)
    for cells in (
        (one, A, TEST_A, plain("x = 3"), B, TEST_B),
        (plain("x = 0"), one, A, TEST_A, plain("mine"), two, B, TEST_B),
        (A, TEST_A, two, B, TEST_B),
        (one, two, A, TEST_A, B, TEST_B)[2:],
        (one, A, TEST_A, two, one, B, TEST_B),
    ):
        fake.log.clear()
        graded(fake, instructor, *cells)
        assert fake.calls("run") == [f"run {each.source}" for each in cells if not each.is_test]


# Tests that stand far from their answers.


def test_a_test_waits_for_the_answers_that_it_needs(bench: Bench) -> None:
    f = answer("def f(): return 1", "f")
    g = answer("def g(): return f() + 1", "g")
    h = answer("def h(): return 3", "h")
    test_g = check_cell("assert g() == 2", "1")
    instructor = source(f, g, h, test_g)
    assert scores(bench.grade(instructor, g, test_g, h, f)) == {"1": 2}


def test_it_waits_for_no_other_answer_that_binds_the_name(bench: Bench) -> None:
    first, second = answer("x = 1", "first"), answer("x = 2", "second")
    test_first, test_second = check_cell("assert x == 1", "1"), check_cell("assert x == 2", "2")
    instructor = source(first, test_first, second, test_second)
    cells = (second, test_second, first, test_first)
    assert scores(bench.grade(instructor, *cells)) == {"1": 2, "2": 2}
