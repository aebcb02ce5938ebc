"""Where no environment can be made, `make` stops with one sentence that tells what to install."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / ".ci" / "make-environment"


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A PATH without Python, virtualenv and uv: only what the script itself calls."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in ["cat", "grep", "mktemp", "rm", "sh"]:
        found = shutil.which(tool)
        assert found is not None
        (folder / tool).symlink_to(found)
    return folder


def make_environment(folder: Path, path: Path, *python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT, "--empty", folder, *python],
        cwd=ROOT,
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


def interpreter(path: Path, script: str) -> str:
    """A stand-in for an interpreter; it sees the arguments that the real one would."""
    program = path / "stand-in"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_machine_without_python(bare_path: Path, tmp_path: Path) -> None:
    result = make_environment(tmp_path / "venv", bare_path)
    assert result.returncode == 1
    assert result.stderr.startswith("Python 3.11 or newer is needed, and python3 is not:")


def test_interpreter_that_is_too_old(bare_path: Path, tmp_path: Path) -> None:
    python = interpreter(bare_path, "exit 1")
    result = make_environment(tmp_path / "venv", bare_path, python)
    assert result.returncode == 1
    assert result.stderr.startswith(f"Python 3.11 or newer is needed, and {python} is not:")


def test_interpreter_without_ensurepip(bare_path: Path, tmp_path: Path) -> None:
    python = interpreter(bare_path, 'case "$*" in *ensurepip*|*venv*|*pip*) exit 1;; esac')
    result = make_environment(tmp_path / "venv", bare_path, python)
    assert result.returncode == 1
    (sentence,) = result.stderr.splitlines()
    assert "apt-get install python3-venv" in sentence
