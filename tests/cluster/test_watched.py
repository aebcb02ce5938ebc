"""A course that is watched while a cluster grades it, and other commands of that course."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from tests.autograder.tiny_course import hand_in, make_course
from tests.autograder.watch.watching import wait_until
from tests.faults.course import grades_in
from tests.faults.processes import still_running

pytestmark = [pytest.mark.slow, pytest.mark.grader, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Watched:
    """A course, and the process that watches it."""

    root: Path
    process: subprocess.Popen[str]

    def run(self, command: str, *options: str) -> Result:
        """Another command of this course, without the sandbox, which is quicker."""
        words = ["--course-dir", str(self.root), command, "--isolation", "none", *options]
        return CliRunner().invoke(main, words)

    def has_page(self, student: str) -> bool:
        return (self.root / "feedback" / student / "tiny" / "tiny.html").exists()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    root = make_course(tmp_path_factory.mktemp("watched") / "course")
    command = [sys.executable, "-m", "autograder", "--course-dir", str(root), "watch"]
    process = subprocess.Popen(
        [*command, "--isolation", "none", "--cluster", "local:2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # Whoever runs these tests in the background has them ignore it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    watched = Watched(root, process)
    try:
        hand_in(root, "ada")
        wait_until(lambda: watched.has_page("ada") or process.poll() is not None)
        yield watched
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        output, _ = process.communicate()
    finally:
        process.kill()
    assert process.returncode == 0, output
    assert "Traceback" not in output
    assert still_running([process.pid]) == []


def test_what_appears_is_graded_by_the_cluster(watched: Watched) -> None:
    hand_in(watched.root, "ben", halve="def halve(x):\n    return x // 2")
    wait_until(lambda: watched.has_page("ben"))
    grades = grades_in(watched.root)
    assert [grades["ada", name][0] for name in ("test_double", "test_halve")] == [1, 2]
    assert [grades["ben", name][0] for name in ("test_double", "test_halve")] == [1, 0]


@pytest.mark.parametrize("where", [["--jobs", "1"], ["--cluster", "local:1"]], ids=["jobs", "dask"])
def test_a_second_watch_is_refused(watched: Watched, where: list[str]) -> None:
    second = watched.run("watch", *where)
    assert second.exit_code == 2
    said = " ".join(second.output.split())
    assert "Another 'autograder watch' watches this course" in said
    assert "end that one with Ctrl-C" in said


def test_grade_finds_done_what_the_watch_has_graded(watched: Watched) -> None:
    before = grades_in(watched.root)
    while (beside := watched.run("grade", "--jobs", "1")).exit_code == 2:
        assert "Another autograder is grading" in beside.output  # not for long
    assert beside.exit_code == 0, beside.output
    assert "had not changed" in beside.output
    assert grades_in(watched.root) == before


def test_the_watch_goes_on_after_another_command_has_graded(watched: Watched) -> None:
    hand_in(watched.root, "cleo")
    # Whoever of both is first grades it, and the other one is told to wait or finds it done.
    assert watched.run("grade", "--jobs", "1").exit_code in {0, 2}
    wait_until(lambda: watched.has_page("cleo"))
    assert grades_in(watched.root)["cleo", "test_halve"][0] == 2
