"""Worker processes: what happens when one of them ends, and that none is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.directory import Course
from autograder.course.settings import Settings
from autograder.errors import CourseError, GraderFault
from autograder.grading.plan import make_plan
from autograder.workers import messages
from autograder.workers.forkserver import Ended, ForkServer, serve_forks
from autograder.workers.pair import WorkerPair
from autograder.workers.pool import WorkerPool
from tests.autograder.workers.bench import (
    LIMITS,
    Bench,
    answer,
    check_cell,
    open_bench,
    plain,
    scores,
    source,
)

PATIENCE = 20  # seconds
ONE = source(answer("def f(): return 1"), check_cell("assert f() == 1"))


def session_of(pid: int) -> list[int]:
    """The living processes of a session."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, _group, session = status.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(session) == pid and state not in "ZX":
            found.append(int(status.parent.name))
    return found


def wait_until_nothing_is_left_of(session: int) -> list[int]:
    """What is still there of a session after a while."""
    deadline = time.monotonic() + PATIENCE
    while (left := session_of(session)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return left


def pair(bench: Bench) -> WorkerPair:
    setup = make_plan(ONE.notebook).examiner_setup(ONE.notebook)
    parent = bench.workers.examiner_parent(ONE, setup)
    return WorkerPair(bench.slot, parent, {}, 1)


def abandon(running: WorkerPair) -> None:
    """Close the sockets of a pair whose processes have ended."""
    assert running._examiner is not None
    for each in (running._examiner._control, *running._examiner._wires):
        each.close()


def zygote_of(bench: Bench) -> int:
    """The process that all others come from."""
    return bench.workers.session


def echo(payload: bytes, descriptors: list[int], report: int) -> None:
    """A child that answers with what it got, then does as it says or waits to be ended."""
    (descriptor,) = descriptors
    os.write(descriptor, payload)
    if payload == b"exit":
        os._exit(7)
    if payload == b"raise":
        raise ZeroDivisionError("a fault of ours, \udc80")
    if payload == b"raise at length":
        raise ZeroDivisionError("x" * 100_000)
    if payload == b"raise later":
        os.close(report)
        raise ZeroDivisionError("a fault of the student's")
    signal.pause()


@pytest.fixture
def server() -> Iterator[ForkServer]:
    """A fork server whose children are `echo`, in a process of its own."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        ours.close()
        try:
            serve_forks(theirs, echo)
        finally:
            os._exit(0)
    theirs.close()
    server = ForkServer(ours)
    yield server
    server.close()
    os.waitpid(pid, 0)


def fork(server: ForkServer, payload: bytes) -> tuple[int, bytes]:
    reader, writer = os.pipe()
    pid = server.fork(payload, [writer])
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as file:
        return pid, file.read(100)


def test_a_forked_child_gets_payload_and_descriptors(server: ForkServer) -> None:
    pid, answered = fork(server, b"hello")
    assert answered == b"hello"
    assert server.end(pid) == Ended(-signal.SIGKILL, was_running=True)


def test_the_status_of_a_child_that_has_ended_itself(server: ForkServer) -> None:
    pid, _ = fork(server, b"exit")
    assert server.end(pid, PATIENCE) == Ended(7)


def test_the_status_of_a_child_that_somebody_else_has_killed(server: ForkServer) -> None:
    pid, _ = fork(server, b"x")
    os.kill(pid, signal.SIGKILL)
    assert server.end(pid, PATIENCE) == Ended(-signal.SIGKILL)


def test_a_child_that_raises_leaves_its_traceback(server: ForkServer) -> None:
    pid, _ = fork(server, b"raise")
    ended = server.end(pid, PATIENCE)
    assert ended.code == 1
    assert "in echo" in ended.trace
    assert ended.trace.endswith("ZeroDivisionError: a fault of ours, \\udc80\n")


def test_the_traceback_of_a_child_is_bounded(server: ForkServer) -> None:
    pid, _ = fork(server, b"raise at length")
    assert len(server.end(pid, PATIENCE).trace) == 1 << 14


def test_a_child_without_its_report_leaves_no_traceback(server: ForkServer) -> None:
    pid, _ = fork(server, b"raise later")
    assert server.end(pid, PATIENCE) == Ended(1)


def test_tracebacks_of_children_do_not_mix(server: ForkServer) -> None:
    raising, _ = fork(server, b"raise")
    other, _ = fork(server, b"exit")
    assert server.end(other, PATIENCE) == Ended(7)
    assert "ZeroDivisionError" in server.end(raising, PATIENCE).trace


def test_only_its_own_children_can_be_ended(server: ForkServer) -> None:
    with pytest.raises(GraderFault, match="no child of a fork server"):
        server.end(os.getpid())


def test_a_child_is_ended_once(server: ForkServer) -> None:
    pid, _ = fork(server, b"x")
    server.end(pid)
    with pytest.raises(GraderFault, match="no child"):
        server.end(pid)


def test_children_end_with_the_server(server: ForkServer) -> None:
    pid, _ = fork(server, b"x")
    server.close()
    deadline = time.monotonic() + PATIENCE
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not Path(f"/proc/{pid}").exists()


def test_a_server_that_has_ended_is_a_fault_of_the_graders() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()
    server = ForkServer(ours)
    with pytest.raises(GraderFault, match="has ended"):
        server.fork(b"", [])
    server.close()


@pytest.mark.parametrize("isolate", [True, False])
def test_nothing_is_left_when_a_pool_closes(isolate: bool) -> None:
    with open_bench(isolate=isolate) as bench:
        session = zygote_of(bench)
        running = pair(bench)
        assert len(session_of(session)) == 5  # zygote, two parents, examiner, candidate
    assert wait_until_nothing_is_left_of(session) == []
    abandon(running)


def test_nothing_is_left_of_a_pair_that_closes() -> None:
    with open_bench(isolate=False) as bench:
        running = pair(bench)
        before = len(session_of(zygote_of(bench)))
        running.close()
        assert len(session_of(zygote_of(bench))) == before - 2


def test_nothing_is_left_when_grading_raises() -> None:
    seen: list[tuple[int, WorkerPair]] = []

    def fail() -> None:
        with open_bench(isolate=False) as bench:
            seen.append((zygote_of(bench), pair(bench)))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    ((session, running),) = seen
    assert wait_until_nothing_is_left_of(session) == []
    abandon(running)


KILLED_COORDINATOR = """
import sys, time
from tests.autograder.workers.bench import open_bench
from tests.autograder.workers.test_processes import zygote_of, pair
with open_bench(isolate=True) as bench:
    kept = pair(bench)
    print(zygote_of(bench), flush=True)
    time.sleep(1000)
"""


def test_nothing_is_left_when_the_coordinator_is_killed(tmp_path: Path) -> None:
    coordinator = subprocess.Popen(
        [sys.executable, "-c", KILLED_COORDINATOR],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        cwd=Path(__file__).parents[3],
    )
    with coordinator:
        assert coordinator.stdout is not None
        session = int(coordinator.stdout.readline())
        assert len(session_of(session)) == 5
        coordinator.kill()
    assert wait_until_nothing_is_left_of(session) == []


def test_killing_the_zygote_is_a_fault_and_leaves_nothing() -> None:
    with open_bench(isolate=True) as bench:
        session = zygote_of(bench)
        assert scores(bench.grade(ONE)) == {"test": 2.0}
        os.kill(session, signal.SIGKILL)
        other = source(answer("x = 1"), check_cell("x"))
        with pytest.raises(GraderFault, match="has ended"):
            bench.grade(other)
    assert wait_until_nothing_is_left_of(session) == []


@pytest.mark.parametrize("victim", ["examiner", "candidate"])
def test_killing_a_process_in_the_middle(victim: str) -> None:
    with open_bench(isolate=False) as bench:
        before = set(session_of(zygote_of(bench)))
        running = pair(bench)
        new = sorted(set(session_of(zygote_of(bench))) - before)
        examiner, candidate = new[-2:]
        os.kill(examiner if victim == "examiner" else candidate, signal.SIGKILL)
        if victim == "examiner":
            assert "SIGKILL" in running.execute(messages.TestRequest("f()"), 10).examiner_ended
            assert running.renew() is True
        else:
            execution = running.execute(messages.TestRequest("f()"), 10)
            assert execution.ended == "it was killed by SIGKILL"
            assert execution.killed
            assert running.renew() is False
        assert (
            running.execute(
                messages.RunRequest("def f(): pass", shown=True), 10
            ).needs_new_candidate
            is False
        )
        assert running.execute(messages.TestRequest("f()"), 10).needs_new_candidate is False
        running.close()


def test_a_setup_cell_that_raises_ends_nothing_and_is_kept() -> None:
    broken = source(plain("raise ValueError('no such file')"), check_cell("1"))
    with open_bench(isolate=False) as bench:
        assert scores(bench.grade(broken)) == {"test": 1.0}
        (report,) = bench.workers.failed_setup(broken).values()
    assert report.message == "no such file"


def test_a_setup_cell_that_never_ends_is_the_courses_error() -> None:
    endless = source(plain("while True: pass"), check_cell("1"))
    limits = replace(LIMITS, notebook_seconds=1.0)
    with open_bench(isolate=False, limits=limits) as bench:
        with pytest.raises(CourseError, match="before the first test have not ended within 1 sec"):
            bench.grade(endless)
        assert scores(bench.grade(ONE)) == {"test": 2.0}


def test_an_import_that_never_ends_is_left_to_the_cells_that_import(tmp_path: Path) -> None:
    (tmp_path / "endless.py").write_text("while True: pass")
    limits = replace(LIMITS, notebook_seconds=1.0)
    with WorkerPool(Settings(limits=limits), 1, isolate=False) as workers:
        path = f"import sys; sys.path.append({str(tmp_path)!r}); import endless"
        slot = workers.slot(0, [path])
        assert slot is workers.slot(0)


def test_threads_are_counted_where_the_kernel_counts_those_of_other_programs_too() -> None:
    many = (
        "import threading, time\n"
        "for _ in range(9): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "time.sleep(60)"
    )
    with open_bench(isolate=False, limits=replace(LIMITS, threads=5)) as bench:
        running = pair(bench)
        ended = running.execute(messages.RunRequest(many, shown=True), 30).ended
        running.close()
    assert ended == "more than 5 threads at a time"


def test_examiners_of_one_notebook_take_no_threads_from_each_other() -> None:
    test = (
        "import threading, time\n"
        "sleeping = [threading.Thread(target=time.sleep, args=(1,)) for _ in range(15)]\n"
        "for each in sleeping: each.start()\n"
        "for each in sleeping: each.join()"
    )
    limits = replace(LIMITS, threads=20)
    with WorkerPool(Settings(limits=limits), 2, isolate=True) as workers:
        setup = make_plan(ONE.notebook).examiner_setup(ONE.notebook)
        parent = workers.examiner_parent(ONE, setup)
        pairs = [WorkerPair(workers.slot(n), parent, {}, 1) for n in range(workers.jobs)]
        with ThreadPoolExecutor() as threads:
            run = [threads.submit(each.execute, messages.TestRequest(test), 30) for each in pairs]
        for each in pairs:
            each.close()
    reports = [each.result().report for each in run]
    assert [report and report.error for report in reports] == [None] * workers.jobs


def test_examiners_find_imported_what_tests_import_but_not_what_lies_beside(
    tmp_path: Path,
) -> None:
    beside = tmp_path / "source" / "assignment" / "beside.py"
    beside.parent.mkdir(parents=True)
    beside.write_text("x = 1")
    asks = "import sys\nassert 'mailbox' in sys.modules\nassert 'beside' not in sys.modules"
    imports = "import mailbox\nimport beside, not_there_at_all"
    made = source(answer("def f(): return 1"), check_cell(asks, "a"), check_cell(imports, "b"))
    made = replace(made, course=Course(tmp_path))
    with open_bench(isolate=False) as bench:
        result = bench.grade(made)
    assert scores(result) == {"a": 2.0, "b": 0.0}


def test_scratch_folders_are_removed() -> None:
    with open_bench(isolate=False) as bench:
        running = pair(bench)
        assert (
            running.execute(
                messages.RunRequest("open('file', 'w').write('x')", shown=True), 10
            ).needs_new_candidate
            is False
        )
        slot = bench.slot._folder
        assert len(list(slot.iterdir())) == 1
        running.close()
        assert list(slot.iterdir()) == []
    assert not slot.exists()
