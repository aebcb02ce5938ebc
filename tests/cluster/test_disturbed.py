"""`kill -9` of each process of a cluster: nobody's grade depends on it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from tests.autograder.tiny_course import ANSWERS, hand_in, notebook
from tests.cluster.dask_processes import DaskProcesses
from tests.faults.coordinators import Coordinators, Run
from tests.faults.course import (
    CLASS,
    TESTS,
    Grades,
    expect_nothing_half_done,
    grades_in,
    make_course,
    results_in,
)
from tests.faults.processes import sessions_started_by, still_running

pytestmark = [pytest.mark.slow, pytest.mark.fault, pytest.mark.timeout(600)]

SCORES = {"ada": (1, 2), "ben": (0, 2), "cleo": (0, 2), "dan": (1, 0), "eve": (None, None)}
#: Each of the class hands in so many times.
COPIES = 3
#: One in so many steps of the coordinator is tried, as in tests/faults.
STRIDE = 4 * int(os.environ.get("FAULT_STRIDE", "8"))
SEED = int(os.environ.get("FAULT_SEED", "0"))
KILLER = """
import os, signal
def double(x):
    process, above = os.getpid(), []
    while process > 1:
        above.append(process)
        with open(f"/proc/{process}/stat") as file:
            process = int(file.read().rpartition(")")[2].split()[1])
    for one in above:
        with open(f"/proc/{one}/cmdline") as file:
            if "dask" in file.read():
                os.kill(one, signal.SIGKILL)
    return 2 * x
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_course(tmp_path / "course")
    for number in range(1, COPIES):
        for student, answers in CLASS.items():
            slow = {"halve": f"import time\ntime.sleep(0.1)\n{ANSWERS['halve']}", **answers}
            hand_in(root, f"{student}{number}", notebook({**ANSWERS, **slow}, TESTS))
    return root


@pytest.fixture
def mortal() -> Iterator[DaskProcesses]:
    """A cluster of which a test may kill what it likes."""
    with DaskProcesses() as processes:
        for _ in range(2):
            processes.add_worker()
        yield processes


def expected() -> Grades:
    """What everybody has to get: no needs_manual_grade but for whom nobody can read."""
    students = {**SCORES, **{f"{who}{n}": SCORES[who] for who in CLASS for n in range(1, COPIES)}}
    return {
        (who, question): (score, None, int(score is None))
        for who, scores in students.items()
        for question, score in zip(TESTS, scores, strict=True)
    }


def grade(root: Path, address: str, *options: str) -> subprocess.Popen[str]:
    """Grade without the sandbox, which is quicker, and lets a submission see its worker."""
    command = [sys.executable, "-m", "autograder", "--course-dir", str(root), "grade"]
    return subprocess.Popen(
        [*command, "--isolation", "none", "--cluster", address, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # Whoever runs these tests in the background has them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def wait_for_records(root: Path, wanted: int) -> None:
    while len(list(root.glob("autograded/*/*/*.json"))) < wanted:
        time.sleep(0.02)  # the test's own timeout ends this


@pytest.mark.parametrize("recorded", [0, 4])
def test_a_lost_worker_is_made_up_for_by_the_others(
    root: Path, mortal: DaskProcesses, recorded: int
) -> None:
    sessions = []
    with grade(root, mortal.address) as coordinator:
        wait_for_records(root, recorded)
        lost = mortal.workers[0]
        sessions = sessions_started_by(lost.pid)
        lost.kill()
        mortal.add_worker()
        output, _ = coordinator.communicate()
    assert coordinator.returncode == 1, output  # eve's notebook cannot be read
    assert grades_in(root) == expected()
    assert still_running(sessions) == []


def test_a_lost_scheduler_ends_the_run_and_the_next_one_finishes(
    root: Path, mortal: DaskProcesses, cluster: DaskProcesses
) -> None:
    with grade(root, mortal.address) as coordinator:
        wait_for_records(root, 2)
        mortal.scheduler.kill()
        output, _ = coordinator.communicate()
    assert coordinator.returncode == 2, output
    assert "The scheduler of the cluster cannot be reached" in output
    assert "the same command goes on" in output
    assert "Traceback" not in output
    expect_nothing_half_done(root, expected())
    with grade(root, cluster.address) as coordinator:
        output, _ = coordinator.communicate()
    assert coordinator.returncode == 1, output
    assert "had not changed" in output
    assert grades_in(root) == expected()


def expect_the_next_run_to_finish(root: Path, cluster: DaskProcesses) -> None:
    """After a run that was ended: nothing is half done, and the next one leaves nothing behind."""
    expect_nothing_half_done(root, expected())
    with grade(root, cluster.address) as coordinator:
        output, _ = coordinator.communicate()
    assert coordinator.returncode == 1, output
    assert grades_in(root) == expected()
    # What the ended one has left on the workers has ended as well.
    sessions = [each for worker in cluster.workers for each in sessions_started_by(worker.pid)]
    assert still_running(sessions) == []


def test_a_killed_coordinator_is_followed_by_a_run_that_finishes(
    root: Path, cluster: DaskProcesses
) -> None:
    with grade(root, cluster.address) as coordinator:
        wait_for_records(root, 5)
        coordinator.kill()
    expect_the_next_run_to_finish(root, cluster)


def test_a_coordinator_that_is_killed_before_any_of_its_steps(
    tmp_path: Path, cluster: DaskProcesses
) -> None:
    template = make_course(tmp_path / "template")
    options = ("--isolation", "none", "--cluster", cluster.address)
    with Coordinators(tmp_path / "socket") as coordinators:
        whole = shutil.copytree(template, tmp_path / "whole")
        undisturbed = coordinators.run(Run(str(whole), options))
        assert undisturbed.status == 1
        grades, results = grades_in(whole), results_in(whole)
        steps = list(undisturbed.steps.items())[SEED % STRIDE :: STRIDE]
        assert steps
        for number, (step, _) in enumerate(steps):
            course = shutil.copytree(template, tmp_path / str(number))
            coordinators.run(Run(str(course), options, step))
            expect_nothing_half_done(course, grades)
            assert coordinators.run(Run(str(course), options)).status == 1, step
            assert (grades_in(course), results_in(course)) == (grades, results), step


def test_what_no_worker_survives_is_for_a_person_and_costs_nobody_else_anything(
    root: Path, mortal: DaskProcesses
) -> None:
    hand_in(root, "killer", notebook({**ANSWERS, "double": KILLER}, TESTS))
    with grade(root, mortal.address) as coordinator:
        while coordinator.poll() is None:
            for each in mortal.workers:
                if each.poll() is not None:
                    mortal.workers.remove(each)
                    mortal.add_worker()
                    break
            time.sleep(0.1)
        output = coordinator.communicate()[0]
    assert coordinator.returncode == 1, output
    grades = grades_in(root)
    for question in TESTS:
        assert grades.pop(("killer", question)) == (None, None, 1)
    assert grades == expected()


def test_a_worker_that_is_scaled_away_is_made_up_for_by_the_others(
    root: Path, mortal: DaskProcesses
) -> None:
    with (
        grade(root, mortal.address) as coordinator,
        Client(mortal.address, set_as_default=False) as client,
    ):
        wait_for_records(root, 2)
        client.retire_workers([next(iter(client.nthreads()))], close_workers=True)
        output, _ = coordinator.communicate()
    assert coordinator.returncode == 1, output
    assert grades_in(root) == expected()


def test_ctrl_c_leaves_a_cluster_as_it_was(root: Path, cluster: DaskProcesses) -> None:
    with grade(root, cluster.address) as coordinator:
        wait_for_records(root, 1)
        os.killpg(coordinator.pid, signal.SIGINT)
        output, _ = coordinator.communicate()
    assert coordinator.returncode == 130, output
    assert "The same command goes on with the others" in output
    assert "Traceback" not in output
    expect_the_next_run_to_finish(root, cluster)


def test_ctrl_c_ends_a_cluster_of_this_machine(root: Path) -> None:
    with grade(root, "local:1") as coordinator:
        wait_for_records(root, 1)
        os.killpg(coordinator.pid, signal.SIGINT)  # as a terminal does
        output, _ = coordinator.communicate()
    assert coordinator.returncode == 130, output
    assert "The same command goes on with the others" in output
    assert "Traceback" not in output
    assert still_running([coordinator.pid]) == []
