"""Where no environment can be made, `make` stops with one sentence that tells what to install."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
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


SUPPORTED = "Python 3.11 to 3.14 is needed, but "
WHAT_TO_DO = (
    ": install a version that is supported, or name the one you have: "
    "make PYTHON=/path/to/python3.14\n"
)


def python_of_version(path: Path, name: str, version: tuple[int, int]) -> None:
    """A stand-in that says it is that version of Python and can make no environment.

    Whatever it is asked is computed by a real interpreter whose version is replaced.
    """
    program = path / name
    program.write_text(
        f"""#!{sys.executable}
import collections, sys
Version = collections.namedtuple("Version", "major minor micro")
if sys.argv[1] != "-c":
    sys.exit(1)
sys.version_info = Version({version[0]}, {version[1]}, 1)
exec(sys.argv[2])
""",
        encoding="utf-8",
    )
    program.chmod(0o755)


def test_supported_versions_are_those_of_the_project() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["requires-python"]
    oldest, newest = re.findall(r"^(?:oldest|newest)=(\d+)$", SCRIPT.read_text(), re.MULTILINE)
    assert wanted == f">=3.{oldest},<3.{int(newest) + 1}"
    assert f"Python 3.{oldest} to 3.{newest} " in SUPPORTED


def test_machine_without_python(bare_path: Path, tmp_path: Path) -> None:
    result = make_environment(tmp_path / "venv", bare_path)
    assert result.returncode == 1
    assert result.stderr == f"{SUPPORTED}python3 cannot be run{WHAT_TO_DO}"


def test_interpreter_that_cannot_be_run(bare_path: Path, tmp_path: Path) -> None:
    python = interpreter(bare_path, "exit 1")
    result = make_environment(tmp_path / "venv", bare_path, python)
    assert result.returncode == 1
    assert result.stderr == f"{SUPPORTED}{python} cannot be run{WHAT_TO_DO}"


@pytest.mark.parametrize("version", [(2, 7), (3, 10), (3, 15), (4, 0)])
def test_version_that_is_too_old_or_too_new(
    bare_path: Path, tmp_path: Path, version: tuple[int, int]
) -> None:
    python_of_version(bare_path, "python3", version)
    result = make_environment(tmp_path / "venv", bare_path)
    assert result.returncode == 1
    major, minor = version
    assert result.stderr == f"{SUPPORTED}python3 is {major}.{minor}.1{WHAT_TO_DO}"
    assert not (tmp_path / "venv").exists()


def test_every_version_that_will_not_do_is_named(bare_path: Path, tmp_path: Path) -> None:
    python_of_version(bare_path, "python3", (3, 15))
    python_of_version(bare_path, "python", (2, 7))
    result = make_environment(tmp_path / "venv", bare_path)
    assert "but python3 is 3.15.1 and python is 2.7.1: install" in result.stderr


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_supported_version_is_found_by_its_name(
    bare_path: Path, tmp_path: Path, minor: int
) -> None:
    python_of_version(bare_path, "python3", (3, 15))
    python_of_version(bare_path, f"python3.{minor}", (3, minor))
    # It is a stand-in, so no environment comes of it; but it was chosen.
    result = make_environment(tmp_path / "venv", bare_path)
    assert result.stderr.endswith(
        f"No virtual environment could be made with python3.{minor} (see above).\n"
    )


def test_newest_supported_version_is_taken_first(bare_path: Path, tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    for name in ["python", "python3", *(f"python3.{minor}" for minor in range(11, 16))]:
        program = bare_path / name
        program.write_text(f"#!/bin/sh\necho {name} >>{calls}\nexit 1\n", encoding="utf-8")
        program.chmod(0o755)
    make_environment(tmp_path / "venv", bare_path)
    tried = list(dict.fromkeys(calls.read_text(encoding="utf-8").split()))
    newest_first = ["python3.14", "python3.13", "python3.12", "python3.11"]
    assert tried == [*newest_first, "python3", "python"]


def test_interpreter_without_ensurepip(bare_path: Path, tmp_path: Path) -> None:
    python = interpreter(bare_path, 'case "$*" in *ensurepip*|*venv*|*pip*) exit 1;; esac')
    result = make_environment(tmp_path / "venv", bare_path, python)
    assert result.returncode == 1
    (sentence,) = result.stderr.splitlines()
    assert "apt-get install python3-venv" in sentence
