"""`kill -9` of a watch at some stages: in the end everybody is graded once, as `grade` does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.autograder.tiny_course import hand_in, notebook
from tests.faults.course import CLASS, grades_in, make_course, results_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

PATIENCE = 120.0  # seconds
#: Where to kill: a file that has just appeared, below the course folder.
STAGES = {
    "reading": "submitted",
    "counted": "autograded/*/tiny/watch.attempts.json",
    "recorded": "autograded/*/tiny/tiny.grading.json",
    "shown": "feedback/*/tiny/tiny.html",
}
EVERYBODY = {*CLASS, "eve"}


def watch(course: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "autograder", "--course-dir", str(course), "watch"]
    options = ["--attempts", "2", "--jobs", "2"]
    return subprocess.Popen(
        [*command, *options],
        stdout=subprocess.DEVNULL,
        # So that SIGABRT has each thread tell where it is.
        env=os.environ | {"PYTHONFAULTHANDLER": "1"},
        # What runs in the background of a shell may ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def ends(process: subprocess.Popen[bytes]) -> int:
    """Its exit status; if it does not end, where its threads are is among the test's output."""
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        process.wait()
        raise


def appears(course: Path, pattern: str, count: int = 1) -> None:
    end = time.monotonic() + PATIENCE
    while len(list(course.glob(pattern))) < count:
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course as `autograder grade` leaves it."""
    course = make_course(tmp_path_factory.mktemp("graded") / "course")
    command = [sys.executable, "-m", "autograder", "--course-dir", str(course), "grade"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return course


@pytest.mark.parametrize("stage", STAGES)
def test_everybody_is_graded_once_in_the_end(stage: str, graded: Path, tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    process = watch(course)
    try:
        appears(course, STAGES[stage])
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    process = watch(course)
    try:
        appears(course, "feedback/*/tiny/tiny.html", len(EVERYBODY))
        process.send_signal(signal.SIGTERM)
        assert ends(process) == 0
    finally:
        process.kill()
        process.wait()
    assert grades_in(course) == grades_in(graded)
    assert results_in(course) == results_in(graded)
    made = {
        path.parts[-3]: len(json.loads(path.read_bytes())["made"])
        for path in course.glob("autograded/*/tiny/watch.attempts.json")
    }
    assert made == {**dict.fromkeys(CLASS, 1), "eve": 0}
    assert list(course.glob("autograded/*/tiny/.*")) == []


def test_ctrl_c_ends_it_with_nothing_lost(tmp_path: Path) -> None:
    course = make_course(tmp_path / "course")
    hand_in(course, "hangs", notebook({"double": "while True: pass", "halve": ""}))
    process = watch(course)
    try:
        appears(course, "feedback/*/tiny/tiny.html", len(CLASS))
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert ends(process) == 0
        # On an idle machine it takes less than one.
        assert time.monotonic() - start < 20
    finally:
        process.kill()
        process.wait()
    assert {who for who, _ in grades_in(course)} >= set(CLASS)
