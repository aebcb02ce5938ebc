"""Two gradings at once: of one course, and on one machine."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autograder.errors import IsolationUnavailable
from autograder.workers import slot as folder
from autograder.workers import slot as users
from autograder.workers.slot import users_of_this_run, working_folder
from tests.autograder.tiny_course import DOUBLE, hand_in
from tests.faults.conftest import Disturbed
from tests.faults.processes import sessions_started_by, still_running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has one user id only")


def start(root: Path) -> subprocess.Popen[str]:
    """Grade in another process."""
    command = [sys.executable, "-m", "autograder", "--course-dir", str(root), "grade"]
    return subprocess.Popen(
        [*command, "--isolation", "none"], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )


def wait_until_somebody_is_recorded(root: Path) -> None:
    while not list(root.glob("autograded/*/*/*.json")):
        time.sleep(0.02)  # the test's own timeout ends this


def test_of_one_course_the_second_is_told_to_wait(disturbed: Disturbed) -> None:
    slow = f"import time\ntime.sleep(2)\n{DOUBLE}"
    for number in range(3):
        hand_in(disturbed.root, f"slow{number}", double=slow)
    with start(disturbed.root) as first:
        wait_until_somebody_is_recorded(disturbed.root)
        second = disturbed.grade()
        output, _ = first.communicate()
    assert second.exit_code == 2
    assert "Another autograder is grading" in second.output
    assert "Wait until it has ended" in second.output
    assert first.returncode == disturbed.status
    assert output.count("slow") >= 3
    third = disturbed.grade()
    assert third.exit_code == disturbed.status
    assert "7 submissions had not changed" in third.output


def test_the_lock_of_a_killed_run_keeps_nobody_out(disturbed: Disturbed) -> None:
    hand_in(disturbed.root, "slow", double="import time\ntime.sleep(100)")
    with start(disturbed.root) as first:
        wait_until_somebody_is_recorded(disturbed.root)
        sessions = sessions_started_by(first.pid)
        first.kill()
    assert still_running(sessions) == []
    (disturbed.root / "submitted" / "slow" / "tiny" / "tiny.ipynb").unlink()
    (disturbed.root / "submitted" / "slow" / "tiny").rmdir()
    (disturbed.root / "submitted" / "slow").rmdir()
    disturbed.expect_that_the_next_run_finishes()


@as_root
def test_as_root_each_run_has_users_of_its_own() -> None:
    with users_of_this_run(isolate=True) as one, users_of_this_run(isolate=True) as two:
        slots = range(64)
        ids = [[each.candidate(n) for n in slots] + [each.examiner(0)] for each in (one, two)]
    assert not set(ids[0]) & set(ids[1])
    assert len(set(ids[0])) == 65


@as_root
def test_users_are_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "_BLOCKS", (1234567,))
    for _ in range(2):
        with users_of_this_run(isolate=True) as mine:
            assert mine.first == 1234567


@as_root
def test_if_there_are_no_more_users_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "_BLOCKS", (1234567,))
    with (
        users_of_this_run(isolate=True),
        pytest.raises(IsolationUnavailable, match="Wait until one has ended"),
        users_of_this_run(isolate=True),
    ):
        pass


def test_folders_of_killed_runs_are_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "_SECONDS_TO_LOCK", 0.0)
    with working_folder() as living:
        abandoned = living.with_name("autograder-run-abandoned")
        (abandoned / "slot-0").mkdir(parents=True)
        (abandoned / "slot-0" / "file").write_text("a student's")
        with working_folder():
            assert not abandoned.exists()
            assert living.exists()


def test_a_folder_that_may_still_be_locked_is_left_alone() -> None:
    with working_folder() as living:
        new = living.with_name("autograder-run-new")
        new.mkdir()
        with working_folder():
            assert new.exists()
        new.rmdir()
