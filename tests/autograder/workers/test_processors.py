"""Which processors count, and how long a process was kept from its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.results import Outcome
from autograder.workers.pair import TICK, ExaminerProcess, Stopwatch
from autograder.workers.pool import WorkerPool
from autograder.workers.processors import (
    Use,
    claimed_processors,
    measure_use,
    seconds_kept,
    usable_processors,
)
from tests.autograder.workers.bench import LIMITS, Bench, answer, check_cell, open_bench, source

FOUR = {0, 1, 2, 3}


@pytest.fixture
def four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: FOUR)


def tree(folder: Path, files: Mapping[str, str]) -> Path:
    """A folder with these files, by their path in it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("cgroup", "files", "count"),
    [
        ("0::/a/b", {"a/b/cpu.max": "max 100000"}, 4),
        ("0::/a/b", {"a/b/cpu.max": "250000 100000"}, 2),
        ("0::/a/b", {"a/b/cpu.max": "max 100000", "a/cpu.max": "100000 100000"}, 1),
        ("0::/a/b", {"a/b/cpu.max": "50000 100000"}, 1),
        ("0::/a/b", {"cpu.max": "300000 100000"}, 3),  # a container: its own group is at the top
        ("4:cpu,cpuacct:/a", {"cpu,cpuacct/a/cpu.cfs_quota_us": "200000",
                              "cpu,cpuacct/a/cpu.cfs_period_us": "100000"}, 2),
        ("1:cpu:/a/b", {"cpu/a/cpu.cfs_quota_us": "100000",
                        "cpu/a/cpu.cfs_period_us": "100000"}, 1),
        ("1:cpu:/a", {"cpu/a/cpu.cfs_quota_us": "-1", "cpu/a/cpu.cfs_period_us": "100000"}, 4),
        ("2:memory:/a", {"memory/a/cpu.max": "100000 100000"}, 4),
        ("0::/a", {"a/cpu.max": "nonsense"}, 4),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("four")
def test_quotas_of_all_groups_count(
    tmp_path: Path, cgroup: str, files: Mapping[str, str], count: int
) -> None:
    proc = tree(tmp_path / "proc", {"self/cgroup": cgroup + "\n"})
    assert len(usable_processors(proc, tree(tmp_path / "cgroup", files))) == count


@pytest.mark.usefixtures("four")
def test_without_control_groups_the_affinity_counts(tmp_path: Path) -> None:
    assert usable_processors(tmp_path, tmp_path) == (0, 1, 2, 3)


def test_a_pool_has_no_more_slots_than_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.workers.pool.usable_processors", lambda: (0, 1))
    assert WorkerPool(None, 5, isolate=False).jobs == 2  # type: ignore[arg-type]


def test_two_gradings_get_different_processors_while_there_are_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # No machine has these: another grading of this machine must not have claimed one.
    monkeypatch.setattr(
        "autograder.workers.processors.usable_processors", lambda: (7001, 7002, 7003, 7004)
    )
    with claimed_processors(2) as first, claimed_processors(2) as second:
        assert set(first).isdisjoint(second)
        with claimed_processors(3) as third:
            assert len(third) == 3


PID, THREAD, PROCESSOR = 7, "7", 1


def use(at: float, ran: float, delay: float, busy: float, throttled: float = 0.0) -> Use:
    return Use(at, ran, {(PID, THREAD): delay}, busy, throttled)


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        (use(10, ran=10, delay=0, busy=10), 0),  # computes
        (use(10, ran=0, delay=0, busy=0), 0),  # sleeps
        (use(10, ran=0, delay=0, busy=10), 0),  # sleeps while others compute
        (use(10, ran=4, delay=6, busy=10), 6),  # shares the processor with others
        (use(10, ran=5, delay=5, busy=5), 0),  # its own threads wait for each other, then sleep
        (use(10, ran=10, delay=9, busy=10), 0),  # its own threads wait for each other
        (use(10, ran=5, delay=5, busy=7), 2),  # both
        (use(10, ran=5, delay=5, busy=5, throttled=5), 5),  # a quota of half a processor
    ],
)
def test_only_what_others_took_counts_as_kept(after: Use, kept: float) -> None:
    assert seconds_kept(use(0, 0, 0, 0), after) == pytest.approx(kept)


def test_delays_of_threads_of_one_process_do_not_add_up() -> None:
    before = Use(0, 0, {}, 0, 0)
    after = Use(10, 2, {(1, "1"): 3.0, (1, "2"): 3.0, (2, "2"): 1.0}, 10, 0)
    assert seconds_kept(before, after) == pytest.approx(4)


TICKS = os.sysconf("SC_CLK_TCK")


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    fields = ["S", *["0"] * 10, str(3 * TICKS), str(TICKS)]
    return tree(
        tmp_path / "proc",
        {
            "7/stat": f"7 (a) name) {' '.join(fields)} 0 0",
            "7/task/7/schedstat": "4000000000 2000000000 17",
            "7/task/8/schedstat": "1000000000 500000000 17",
            "stat": f"cpu 1 1 1 1 1\ncpu1 {TICKS} 0 {TICKS} {5 * TICKS} 0 0 0 {TICKS} 0 0",
            "self/cgroup": "0::/a",
        },
    )


def test_use_is_read_from_the_kernels_files(tmp_path: Path, proc: Path) -> None:
    groups = tree(tmp_path / "cgroup", {"a/cpu.stat": "usage_usec 5\nthrottled_usec 1500000\n"})
    found = measure_use([PID], PROCESSOR, proc, groups)
    assert found is not None
    assert (found.ran, found.busy, found.throttled) == (4.0, 3.0, 1.5)
    assert found.delays == {(PID, "7"): 2.0, (PID, "8"): 0.5}


@pytest.mark.parametrize("missing", ["7/stat", "stat"])
def test_where_the_kernel_does_not_tell_nothing_is_measured(proc: Path, missing: str) -> None:
    (proc / missing).unlink()
    assert measure_use([PID], PROCESSOR, proc, proc) is None


class FakeTime:
    """Stands in for the clock, and for measuring: of each second, others take their share."""

    def __init__(self, share: float) -> None:
        self.now = 0.0
        self.share = share

    def monotonic(self) -> float:
        return self.now

    def measure(self, *_: object) -> Use:
        lost = self.now * self.share
        return use(self.now, ran=self.now - lost, delay=lost, busy=self.now)

    def run_down(self, watch: Stopwatch) -> float:
        """When the stopwatch says that time is over."""
        watch.start([PID], 10.0)
        start = self.now
        while (left := watch.seconds_left()) > 0:
            self.now += min(left, 0.2)
        return self.now - start


@pytest.fixture(params=[0.0, 0.5, 0.75])
def clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> FakeTime:
    clock = FakeTime(request.param)
    monkeypatch.setattr("autograder.workers.pair.time", clock)
    monkeypatch.setattr("autograder.workers.pair.measure_use", clock.measure)
    return clock


def test_a_cell_has_its_seconds_whatever_others_take(clock: FakeTime) -> None:
    watch = Stopwatch(PROCESSOR, patience=50.0)
    # The first tick is not measured.
    assert clock.run_down(watch) == pytest.approx(10 / (1 - clock.share), abs=1)
    assert not watch.starved


def test_patience_ends_and_that_is_known(clock: FakeTime) -> None:
    watch = Stopwatch(PROCESSOR, patience=3.0)
    assert clock.run_down(watch) <= 13.1
    assert watch.starved == (clock.share > 0)
    assert clock.run_down(watch) <= 13.1
    assert watch.starved == (clock.share > 0)


def test_where_nothing_can_be_measured_the_clock_counts(clock: FakeTime) -> None:
    assert clock.run_down(Stopwatch(None, patience=50.0)) == pytest.approx(10, abs=0.1)


def test_a_grader_that_is_late_to_look_takes_no_seconds(clock: FakeTime) -> None:
    watch = Stopwatch(None, patience=50.0)
    watch.start([PID], 10.0)
    clock.now += 30.0
    watch.looked_late(29.8)
    watch.stop()
    assert (watch.kept, watch.starved) == (29.8, False)
    watch.looked_late(29.8)
    watch.stop()
    assert (watch.kept, watch.starved) == (50.0, True)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=True) as bench:
        yield bench


@pytest.fixture
def crowded(bench: Bench) -> Iterator[int]:
    """The processor of the bench's slot, on which other programs compute as well."""
    processor = bench.slot.processor
    assert processor is not None
    code = f"import os; os.sched_setaffinity(0, [{processor}])\nwhile True: pass"
    busy = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    yield processor
    for process in busy:
        process.kill()
        process.wait()


COMPUTES = """
import time
def f():
    end = time.thread_time() + 1
    while time.thread_time() < end: pass
    return 1
"""


@pytest.mark.usefixtures("crowded")
def test_busy_neighbours_cost_no_points(bench: Bench) -> None:
    """It computes for a second, has two, and gets a quarter of the processor at most."""
    instructor = source(answer("def f(): return 1"), check_cell("assert f() == 1"))
    cells = answer(COMPUTES), check_cell("assert f() == 1")
    result = bench.grade(instructor, *cells, limits=replace(LIMITS, cell_seconds=2.0))
    assert [question.outcome for question in result.questions] == [Outcome.PASSED]


def test_what_keeps_the_grader_busy_takes_no_time_of_a_notebook(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    readable = ExaminerProcess.readable
    seconds = [8.0]

    def late(examiner: ExaminerProcess, wanted: float) -> bool:
        found = readable(examiner, wanted)
        if seconds and wanted <= TICK:
            time.sleep(seconds.pop())
        return found

    monkeypatch.setattr(ExaminerProcess, "readable", late)
    instructor = source(answer("def f(): return 1"), check_cell("assert f() == 1"))
    result = bench.grade(instructor, limits=replace(LIMITS, notebook_seconds=7.0))
    assert not seconds
    assert [question.outcome for question in result.questions] == [Outcome.PASSED]


def test_candidate_and_examiner_run_where_their_slot_does(bench: Bench) -> None:
    where = "import os\ndef f(): return sorted(os.sched_getaffinity(0))"
    test = check_cell(
        f"import os\nassert sorted(os.sched_getaffinity(0)) == f() == [{bench.slot.processor}]"
    )
    result = bench.grade(source(answer(where), test))
    assert [question.outcome for question in result.questions] == [Outcome.PASSED], result
