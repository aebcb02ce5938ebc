"""A crash costs one question: what is run, in which order, after a cell that hangs or crashes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.errors import GraderFault, MachineBusy
from autograder.grading import notebook as grade
from autograder.grading import run
from autograder.grading.notebook import grade_notebook
from autograder.grading.score import NO_TIME_LEFT, TOO_BUSY
from autograder.workers.messages import CellRequest, RunRequest
from autograder.workers.pair import Execution
from tests.autograder.grading.fake import Clock, FakePair, graded, outcomes, question, task_of
from tests.autograder.workers.bench import answer, check_cell, plain, scores, source


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakePair:
    """Whose clock is that of grading: nobody waits."""
    clock = Clock()
    monkeypatch.setattr(run, "time", clock)
    monkeypatch.setattr(grade, "time", clock)
    return FakePair(clock=clock)


def test_cells_run_in_order_and_the_examination_is_closed(fake: FakePair) -> None:
    result = graded(
        fake,
        source(plain("s = 1"), answer("a = 1"), check_cell("t1"), plain("b"), answer("c", "x")),
    )
    assert fake.calls() == ["open", "run s = 1", "run a = 1", "test t1", "run b", "run c", "close"]
    assert scores(result) == {"test": 2.0}


def test_a_later_setup_cell_runs_just_before_the_test_that_follows_it(
    fake: FakePair,
) -> None:
    graded(
        fake,
        source(check_cell("t1", "1"), plain("s = 1"), plain("x"), check_cell("t2", "2")),
    )
    assert fake.calls("setup", "test") == ["test t1", "setup s = 1", "setup x", "test t2"]


def test_the_first_setup_cells_are_left_to_the_warm_examiner(fake: FakePair) -> None:
    graded(fake, source(plain("s = 1"), check_cell("t1")))
    assert fake.calls("setup") == []


def test_a_test_that_crashes_costs_its_own_points_only(fake: FakePair) -> None:
    result = graded(
        fake,
        source(
            answer("a = 1"),
            check_cell("t1", "1"),
            check_cell("CRASH", "2"),
            answer("b = 1", "b"),
            check_cell("t3", "3"),
        ),
    )
    assert outcomes(result) == {"1": "passed", "2": "crashed", "3": "passed"}
    assert fake.calls() == [
        "open", "run a = 1", "test t1", "test CRASH",
        "renew", "run a = 1",
        "run b = 1", "test t3", "close",
    ]  # fmt: skip


def test_a_students_cell_that_crashes_is_not_run_again(fake: FakePair) -> None:
    result = graded(
        fake,
        source(answer("a = 1"), answer("b = 1", "b"), check_cell("t1")),
        answer("a = 1"),
        answer("CRASH", "b"),
        check_cell("t1"),
    )
    assert fake.calls("run", "renew") == ["run a = 1", "run CRASH", "renew", "run a = 1"]
    assert outcomes(result) == {"test": "passed"}


def test_a_cell_that_crashes_only_when_it_is_replayed_is_lost_then(fake: FakePair) -> None:
    class Worse(FakePair):
        def execute(self, request: CellRequest, seconds: float) -> Execution:
            if request.source == "once" and self.candidates < 24:
                request = RunRequest("once CRASH", shown=True)
            return super().execute(request, seconds)

    worse = Worse(clock=fake.clock)
    result = graded(
        worse,
        source(answer("a"), answer("once", "b"), check_cell("CRASH", "1"), check_cell("t2", "2")),
    )
    assert worse.calls("run", "renew") == [
        "run a", "run once", "renew", "run a", "run once CRASH", "renew", "run a",
    ]  # fmt: skip
    assert outcomes(result) == {"1": "crashed", "2": "passed"}


def test_tests_are_not_replayed_while_the_examiner_lives(fake: FakePair) -> None:
    graded(fake, source(check_cell("t1", "1"), check_cell("HANG", "2"), check_cell("t3", "3")))
    assert fake.calls("test", "renew") == ["test t1", "test HANG", "renew", "test t3"]


def test_a_fresh_examiner_replays_setup_and_tests(fake: FakePair) -> None:
    result = graded(
        fake,
        source(
            check_cell("t1", "1"),
            plain("s = 1"),
            check_cell("t2", "2"),
            check_cell("STUCK", "3"),
            check_cell("t4", "4"),
        ),
    )
    assert outcomes(result) == {"1": "passed", "2": "passed", "3": "timeout", "4": "passed"}
    assert fake.calls("setup", "test", "renew") == [
        "test t1", "setup s = 1", "test t2", "test STUCK",
        "renew", "test t1", "setup s = 1", "test t2",
        "test t4",
    ]  # fmt: skip


def test_a_replayed_test_keeps_its_first_outcome(fake: FakePair) -> None:
    result = graded(fake, source(check_cell("t1", "1"), check_cell("STUCK", "2")))
    assert scores(result) == {"1": 2.0, "2": 0.0}


def test_a_function_that_hung_is_given_less_time_from_then_on(fake: FakePair) -> None:
    graded(
        fake,
        source(
            answer("def f(): pass\ndef g(): pass"),
            check_cell("f() # HANG", "1"),
            check_cell("f() # again", "2"),
            check_cell("g()", "3"),
        ),
        cell_seconds=10.0,
        repeated_seconds=2.0,
    )
    assert [call.seconds for call in fake.log if call.what == "test"] == [10.0, 2.0, 10.0]


def test_time_spent_waiting_is_counted(fake: FakePair) -> None:
    result = graded(fake, source(check_cell("HANG"), check_cell("t", "t")), cell_seconds=10.0)
    assert result.waited_seconds == pytest.approx(10.0, abs=0.1)


def test_beyond_its_time_nothing_of_a_notebook_is_run(fake: FakePair) -> None:
    tests = [check_cell(f"HANG{i}", str(i)) for i in range(5)]
    result = graded(fake, source(*tests), cell_seconds=10.0, notebook_seconds=25.0)
    assert [call.seconds for call in fake.log if call.what == "test"] == pytest.approx(
        [10.0, 10.0, 5.0], abs=0.1
    )
    assert set(outcomes(result).values()) == {"timeout"}
    assert fake.clock.now < 26
    assert question(result, "1").message.startswith("Took longer than 10 seconds")
    assert question(result, "2").message == NO_TIME_LEFT
    assert question(result, "3").message == NO_TIME_LEFT


def test_too_many_crashes_end_it(fake: FakePair) -> None:
    fake.candidates = 3
    tests = [check_cell(f"CRASH{i}", str(i)) for i in range(5)]
    result = graded(fake, source(*tests))
    assert fake.calls("test") == ["test CRASH0", "test CRASH1", "test CRASH2"]
    assert set(outcomes(result).values()) == {"crashed"}
    assert "again and again" in question(result, "4").message


def test_points_earned_before_too_many_crashes_are_kept(fake: FakePair) -> None:
    fake.candidates = 1
    result = graded(fake, source(check_cell("t", "1"), check_cell("CRASH", "2")))
    assert scores(result) == {"1": 2.0, "2": 0.0}


def test_the_examination_is_closed_though_something_of_ours_fails(fake: FakePair) -> None:
    class Failing(FakePair):
        def execute(self, request: CellRequest, seconds: float) -> Execution:
            raise RuntimeError("ours")

    failing = Failing(clock=fake.clock)
    with pytest.raises(RuntimeError, match="ours"):
        graded(failing, source(check_cell("t")))
    assert failing.calls()[-1] == "close"


def test_outputs_of_the_students_cells_are_kept_beside_the_cells(fake: FakePair) -> None:
    result = graded(fake, source(answer("a"), check_cell("t")))
    assert [[out["text"] for out in cell.outputs] for cell in result.cells] == [["output of a"], []]


def test_hidden_tests_are_left_out_of_the_run_that_is_shown(fake: FakePair) -> None:
    instructor = source(
        answer("a"), check_cell("secret", "1"), plain("print()"), check_cell("t", "2"), hidden=["1"]
    )
    result = graded(fake, instructor)
    assert fake.calls("open", "run", "test") == [
        "open", "run a", "run print()", "test t",
        "open", "run a", "test secret", "run print()", "test t",
    ]  # fmt: skip
    assert scores(result) == {"1": 2.0, "2": 2.0}


def test_with_hidden_tests_at_the_end_one_run_is_enough(fake: FakePair) -> None:
    graded(fake, source(answer("a"), check_cell("t", "1"), check_cell("s", "2"), hidden=["2"]))
    assert fake.calls("open") == ["open"]


def test_a_tagged_test_runs_in_the_candidate_and_is_replayed(fake: FakePair) -> None:
    graded(
        fake,
        source(check_cell("t1", "1", tags=["run-in-candidate"]), check_cell("CRASH", "2")),
    )
    assert fake.calls("run", "test", "renew") == ["run t1", "test CRASH", "renew", "run t1"]


def test_an_unreadable_file_is_a_result_with_the_reason() -> None:
    instructor = source(check_cell("t"))
    fake = FakePair()
    result = grade_notebook(replace(task_of(instructor), submitted=b"{"), fake.open)
    assert result.error is not None
    assert result.score is None
    assert result.needs_manual_grade
    assert fake.log == []


@pytest.mark.parametrize("how", ["KILL", "EXIT"])
def test_a_kill_that_does_not_happen_again_is_a_fault(fake: FakePair, how: str) -> None:
    with pytest.raises(GraderFault, match="disturbed from outside.*SIGKILL"):
        graded(fake, source(answer("a = 1"), check_cell(how)))
    assert fake.calls() == [
        "open", "run a = 1", f"test {how}", "renew", "run a = 1", f"test {how}", "close"
    ]  # fmt: skip


def test_in_a_final_try_what_is_run_again_counts(fake: FakePair) -> None:
    instructor = source(answer("a = 1"), check_cell("KILL"))
    result = grade_notebook(task_of(instructor), fake.open, final=True)
    assert outcomes(result) == {"test": "passed"}


def test_a_kill_that_happens_again_is_the_submissions(fake: FakePair) -> None:
    fake.kills = 2
    result = graded(fake, source(answer("a"), check_cell("KILL", "1"), check_cell("t", "2")))
    assert outcomes(result) == {"1": "crashed", "2": "passed"}


def test_a_test_that_ends_the_examiner_again_is_the_graders_error(fake: FakePair) -> None:
    fake.kills = 2
    result = graded(fake, source(answer("a"), check_cell("EXIT", "1"), check_cell("t", "2")))
    assert outcomes(result) == {"1": "grader error", "2": "passed"}
    assert question(result, "1").score is None
    assert question(result, "1").detail == "it was killed by SIGKILL"


def test_a_cell_that_is_killed_while_it_is_replayed_is_replayed_once_more(
    fake: FakePair,
) -> None:
    class KilledLater(FakePair):
        def execute(self, request: CellRequest, seconds: float) -> Execution:
            if request.source == "a = 1" and self.candidates == 23:
                request = RunRequest("a = KILL", shown=True)
            return super().execute(request, seconds)

    later = KilledLater(clock=fake.clock)
    result = graded(later, source(answer("a = 1"), check_cell("CRASH", "1"), check_cell("t", "2")))
    assert outcomes(result) == {"1": "crashed", "2": "passed"}
    assert later.calls("run", "renew") == [
        "run a = 1", "renew", "run a = KILL", "renew", "run a = 1"
    ]  # fmt: skip


def test_what_other_programs_took_is_added_to_the_notebooks_time(fake: FakePair) -> None:
    fake.taken = fake.kept = 30.0
    tests = [check_cell("BUSY", "1"), check_cell("t2", "2")]
    result = graded(fake, source(*tests), notebook_seconds=20.0)
    assert outcomes(result) == {"1": "passed", "2": "passed"}


@pytest.mark.parametrize("cell", ["HANG_BUSY", "BUSY"])
def test_a_time_out_on_a_busy_machine_is_no_verdict(fake: FakePair, cell: str) -> None:
    """Be it the cell's own, or the notebook's, whose time was over before the last test."""
    fake.taken = 30.0
    tests = [check_cell(cell, "1"), check_cell("t2", "2")]
    with pytest.raises(MachineBusy):
        graded(fake, source(*tests), notebook_seconds=20.0)


def test_in_the_last_try_on_a_busy_machine_a_person_decides(fake: FakePair) -> None:
    fake.taken = 5.0
    tests = [check_cell("t1", "1"), check_cell("HANG_BUSY", "2"), check_cell("CRASH", "3")]
    task = task_of(source(*tests, check_cell("t4", "4")), notebook_seconds=20.0)
    result = grade_notebook(task, fake.open, final=True)
    # What comes after it may lack what it would have defined.
    assert outcomes(result) == {
        "1": "passed", "2": "grader error", "3": "grader error", "4": "passed",
    }  # fmt: skip
    assert scores(result) == {"1": 2.0, "2": None, "3": None, "4": 2.0}
    assert question(result, "2").message == TOO_BUSY


def test_who_uses_every_limit_takes_two_runs_of_a_notebook(fake: FakePair) -> None:
    """Cells that hang, kill and are repeated, hidden tests in between: it ends with its time."""
    cells = [plain(f"{what}{n}") for n in range(30) for what in ("HANG", "KILL", "STUCK", "CRASH")]
    fake.kills = 1000
    tests = [
        check_cell(f"f() # {what}{n}", f"{what}{n}") for n in range(5) for what in ("HANG", "STUCK")
    ]
    instructor = source(answer("def f(): pass"), *tests, hidden=["HANG0", "STUCK3"])
    submitted = [answer("def f(): HANG"), *cells, *tests]
    task = task_of(instructor, *submitted, cell_seconds=5.0, notebook_seconds=20.0)
    grade_notebook(task, fake.open, final=True)
    assert fake.calls("open") == ["open", "open"]
    assert fake.clock.now <= 2 * 20.0 + 1
