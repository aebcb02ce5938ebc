"""A student's own check on Windows: by a Python that lacks what Windows lacks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.autograder.tiny_course import ANSWERS, notebook

#: Runs at the start of every Python: the one that checks, and the candidate's. Python's own modules
#: are imported first, for they do not know that this is no Unix any more.
SITECUSTOMIZE = """
import asyncio, os, selectors, shutil, signal, socket, subprocess, sys, tempfile

for module in ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "pyseccomp"):
    sys.modules[module] = None
for module, names in {
    os: "O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_PATH O_TMPFILE WIFSIGNALED WTERMSIG WEXITSTATUS chown "
        "fchmod fchown fork getegid geteuid getgroups killpg mkfifo readv sched_getaffinity "
        "sched_setaffinity setgroups setresgid setresuid setsid statvfs writev",
    signal: "SIGALRM SIGXCPU pthread_sigmask setitimer",
    socket: "AF_UNIX recv_fds send_fds",
}.items():
    for name in names.split():
        delattr(module, name)
"""


def on_windows(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What a Python without the modules and functions of Unix makes of these arguments."""
    (folder / "sitecustomize.py").write_text(SITECUSTOMIZE)
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "module", ["grading.check", "sandbox", "course.submissions", "workers.pool"]
)
def test_modules_can_be_imported(tmp_path: Path, module: str) -> None:
    done = on_windows(tmp_path, "-c", f"import autograder.{module}")
    assert done.returncode == 0, done.stderr


def test_a_notebook_is_checked(tmp_path: Path) -> None:
    # Of what the sandbox does, hiding modules is the only part that a check does, too.
    (tmp_path / "source").mkdir()
    settings = "c = get_config()\nc.Autograder.hidden_modules = ['colorsys']\n"
    (tmp_path / "nbgrader_config.py").write_text(settings)
    imports = {"halve": "def halve(x):\n    import colorsys"}
    file = tmp_path / "mine.ipynb"
    file.write_text(notebook(ANSWERS | imports), encoding="utf-8")
    done = on_windows(tmp_path, "-m", "autograder", "check", file, "--seed", "1")
    assert "1 of 2 tests do not pass yet." in done.stdout, done.stdout + done.stderr
    assert "no module named 'colorsys' while this is graded" in " ".join(done.stdout.split())
    assert done.returncode == 1


def test_isolation_is_said_to_be_missing(tmp_path: Path) -> None:
    program = (
        "import sys, zoneinfo; sys.platform = 'darwin'; "
        "from autograder.cli import main; main(['doctor'])"
    )
    done = on_windows(tmp_path, "-c", program)
    assert "Student code cannot be isolated on this machine" in done.stdout, done.stderr
    assert done.returncode == 1
