"""Warm parents that run functions of the tests inside the sandbox, as root and as nobody."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

NOBODY = 65534


@dataclass(frozen=True)
class Outcome:
    """What a function gave inside: its value, or the name of the error or signal that ended it."""

    value: Any = None
    error: str = ""
    message: str = ""
    seconds: float = 0.0


class Parent:
    """The other end of ``warm_parent.py``."""

    def __init__(self, folder: Path, user: str) -> None:
        self.folder = folder
        self._candidate = {"root": 64000, "nobody": NOBODY}.get(user)
        arguments = [str(NOBODY)] if user == "nobody" else []
        environment = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "SECRET": "of the grader"}
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("warm_parent.py"), folder, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment | {"MPLCONFIGDIR": str(folder / "matplotlib")},
            cwd="/",
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        assert self._answers.readline() == "ready\n"

    def send(self, function: Callable[..., Any], *arguments: Any, profile: str) -> None:
        request = {
            "file": function.__code__.co_filename,
            "function": function.__name__,
            "arguments": arguments,
            "profile": profile,
        }
        self._requests.write(json.dumps(request) + "\n")
        self._requests.flush()

    def run(self, function: Callable[..., Any], *arguments: Any, profile: str) -> Outcome:
        self.send(function, *arguments, profile=profile)
        return Outcome(**json.loads(self._answers.readline()))

    @property
    def popen_as_candidate(self) -> dict[str, Any]:
        """Arguments of Popen for a process of the user that this parent's candidates run as."""
        if self._candidate is None:
            return {}
        return {"user": self._candidate, "group": self._candidate, "extra_groups": [], "cwd": "/"}

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            self._requests.close()
        self._process.wait(timeout=30)
        self._answers.close()


def furnish(folder: Path) -> None:
    """Around the slot: a checkout with hidden modules, a course, a gradebook, all for everybody."""
    folder.chmod(0o777)
    for name in ("slot", "matplotlib", "course"):
        (folder / name).mkdir()
        (folder / name).chmod(0o777)
    (folder / "course" / "gradebook.db").write_text("grades")
    (folder / "course" / "gradebook.db").chmod(0o666)
    (folder / "note").write_text("granted for reading")
    (folder / "note").chmod(0o666)
    checkout = folder / "checkout"
    for package, modules in {
        "secret_package": ("__init__", "inner"),
        "half_open": ("__init__", "secret", "public"),
        "open_package": ("__init__",),
        "open_package/withheld": ("__init__",),
    }.items():
        (checkout / package).mkdir(parents=True)
        for module in modules:
            (checkout / package / f"{module}.py").write_text(f"name = {module!r}\n")
    compiled = checkout / "half_open" / "__pycache__"
    compiled.mkdir()
    (compiled / "secret.cpython-311.pyc").write_text("compiled secret")
    (checkout / "loose_module.py").write_text("name = 'loose'\n")
    (checkout / "notes.txt").write_text("notes")


@contextlib.contextmanager
def reachable_folder() -> Iterator[Path]:
    """A temporary folder that every user may enter, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


USERS = ["root", "nobody"] if os.geteuid() == 0 else ["myself"]
"""Whom a warm parent can be: only root can become somebody else."""


@contextlib.contextmanager
def started_parent(user: str) -> Iterator[Parent]:
    with reachable_folder() as folder:
        furnish(folder)
        parent = Parent(folder, user)
        try:
            yield parent
        finally:
            parent.end()


@pytest.fixture
def public_folder() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder


@pytest.fixture(scope="session", params=USERS)
def parent(request: pytest.FixtureRequest) -> Iterator[Parent]:
    """A warm parent that is root, and one that is an ordinary user."""
    with started_parent(request.param) as parent:
        yield parent


@pytest.fixture(params=USERS)
def parent_to_lose(request: pytest.FixtureRequest) -> Iterator[Parent]:
    """A warm parent for one test alone."""
    with started_parent(request.param) as parent:
        yield parent
        parent.kill()


@pytest.fixture
def inside(parent: Parent) -> Callable[..., Outcome]:
    """Run a function of the test module in a confined candidate."""

    def run(function: Callable[..., Any], *arguments: Any) -> Outcome:
        return parent.run(function, *arguments, profile="candidate")

    return run


@pytest.fixture
def inside_examiner(parent: Parent) -> Callable[..., Outcome]:
    """Run a function of the test module in a confined examiner."""

    def run(function: Callable[..., Any], *arguments: Any) -> Outcome:
        return parent.run(function, *arguments, profile="examiner")

    return run


@pytest.fixture
def inside_old_kernel(parent: Parent) -> Callable[..., Outcome]:
    """Run a function of the test module in a candidate under the Landlock of Linux 5.19."""

    def run(function: Callable[..., Any], *arguments: Any) -> Outcome:
        return parent.run(function, *arguments, profile="old kernel")

    return run
