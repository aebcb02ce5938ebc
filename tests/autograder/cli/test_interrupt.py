"""Ctrl-C while a class is graded."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.autograder.tiny_course import CONFIG, hand_in, make_course

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="graded on Linux only")
#: What an idle machine does in half a second takes longer on one that others keep busy.
SECONDS = 20
HANGS = "def double(x):\n    while True:\n        pass"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Two honest students, and then some whose code takes minutes to give up."""
    root = make_course(tmp_path / "course")
    (root / "nbgrader_config.py").write_text(CONFIG.replace("seconds = 3", "seconds = 90"))
    for student in ("ada", "ben"):
        hand_in(root, student)
    for number in range(4):
        hand_in(root, f"hangs{number}", double=HANGS)
    return root


@contextlib.contextmanager
def grading(course: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [
        sys.executable, "-u", "-m", "autograder", "--course-dir", str(course), "grade",
        "--isolation", "none", *arguments,
    ]  # fmt: skip
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        # What runs in the background of a shell may ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def interrupted(process: subprocess.Popen[str]) -> tuple[float, str]:
    """Press Ctrl-C: the seconds until the command has ended, and what it said."""
    start = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    return time.monotonic() - start, said


def test_it_ends_at_once_with_what_was_graded_recorded(course: Path) -> None:
    with grading(course, "--json", str(course / "results.json")) as process:
        assert process.stdout is not None
        begun = [process.stdout.readline() for _ in range(2)]
        seconds, said = interrupted(process)
    assert sorted(line.split()[1] for line in begun) == ["ada", "ben"]
    assert process.returncode == 130
    assert "2 of 6 submissions are graded and recorded" in said
    assert "Traceback" not in said
    assert seconds < SECONDS
    with grading(course, "--student", "ada", "--student", "ben") as process:
        shown, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "2 submissions had not changed since last graded" in shown


@pytest.mark.parametrize("seconds_after", [1.0, 2.0])
def test_it_ends_at_once_while_processes_start(course: Path, seconds_after: float) -> None:
    with grading(course) as process:
        time.sleep(seconds_after)
        seconds, said = interrupted(process)
    assert process.returncode in (1, 130)
    assert "Traceback" not in said
    assert seconds < SECONDS


def test_no_process_is_left(course: Path) -> None:
    with grading(course) as process:
        assert process.stdout is not None
        process.stdout.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        interrupted(process)
    deadline = time.monotonic() + SECONDS
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.1)
