"""A warm parent for tests: forks one confined child per request and reports what became of it.

Usage: ``python warm_parent.py FOLDER [UID]``. A request is one line of JSON with the file and name
of a function and its arguments; the reply is one line with its value, its error, or the status.
With a UID it first becomes that user, as an instructor who is not root.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import importlib.util
import json
import os
import resource
import select
import signal
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import IO, Any
from unittest import mock

import numpy as np

from autograder.sandbox import landlock
from autograder.sandbox.confinement import Confinement, Sandbox, prepare
from autograder.sandbox.limits import Limits
from autograder.sandbox.paths import guard_imports, python_paths
from autograder.sandbox.view import open_private_view

PATIENCE = 60  # seconds
HIDDEN = ["secret_package", "half_open.secret", "nh3"]
LIMITS = Limits(
    notebook_seconds=20, memory_bytes=512 << 20, file_bytes=4 << 20, open_files=60, threads=16
)


@functools.cache
def load(path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[Path(path).stem] = module
    spec.loader.exec_module(module)
    return module


def describe(error: BaseException) -> dict[str, str]:
    number = getattr(error, "errno", None) or 0
    return {
        "error": errno.errorcode[number] if number in errno.errorcode else type(error).__name__,
        "message": str(error),
    }


def pretend_old_kernel() -> None:
    """Landlock of Linux 5.19 to 6.1, which does not govern truncation, ioctl, sockets, signals."""
    landlock.abi = lambda: 2


def be_child(sandbox: Sandbox, scratch: Path | None, reply: int, request: dict[str, Any]) -> None:
    function, arguments = getattr(load(request["file"]), request["function"]), request["arguments"]
    try:
        if request["profile"] == "old kernel":
            pretend_old_kernel()
        started = time.perf_counter()
        sandbox.enter(scratch, keep=[reply])
        seconds = time.perf_counter() - started
        report = {"value": function(*arguments), "seconds": seconds}
    except BaseException as error:
        report = describe(error)
    os.write(reply, json.dumps(report).encode())
    os._exit(0)


def collect(reader: int, child: int) -> dict[str, object]:
    """The child's report, or how it ended; a child that hangs is killed."""
    chunks = []
    while select.select([reader], [], [], PATIENCE)[0]:
        chunk = os.read(reader, 1 << 16)
        if not chunk:
            break
        chunks.append(chunk)
    else:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if chunks:
        return json.loads(b"".join(chunks))
    code = os.waitstatus_to_exitcode(status)
    return {"error": signal.Signals(-code).name if code < 0 else f"exit {code}", "message": ""}


def hold_open(*paths: str) -> list[IO[bytes]]:
    """Files that the parent has read from, as Matplotlib's fonts do."""
    files: list[IO[bytes]] = [Path(path).open("rb") for path in paths]  # noqa: SIM115 - for good
    for file in files:
        file.read(10)
    return files


def warm_up() -> None:
    import IPython.core.interactiveshell  # noqa: F401
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    plt.figure().savefig(os.devnull, format="png")
    plt.close()


def main() -> None:
    folder = Path(sys.argv[1])
    slot, note = folder / "slot", folder / "note"
    sys.path.append(str(folder / "checkout"))
    python = python_paths(HIDDEN, withheld=[folder / "checkout" / "open_package" / "withheld"])
    tests = Path(__file__).parent
    open_private_view((*python.readable, *python.listable, tests), (folder,))
    if len(sys.argv) > 2:
        user = int(sys.argv[2])
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
        allow_dumps = 4
        ctypes.CDLL(None).prctl(allow_dumps, 1, 0, 0, 0)  # as for a user who has logged in
    warm_up()
    held = hold_open("/etc/passwd", np.__file__)
    guard_imports(HIDDEN, python.packages)
    one_cpu = (min(os.sched_getaffinity(0)),)
    candidate = Confinement(python, readable=(note,), writable=(slot,), limits=LIMITS)
    profiles = {
        "candidate": prepare(candidate),
        "examiner": prepare(Confinement(python, limits=LIMITS, uid=64001, cpus=one_cpu)),
    }
    with mock.patch.object(landlock, "abi", return_value=2):
        profiles["old kernel"] = prepare(candidate)
    print("ready", flush=True)
    assert all(not file.closed for file in held)
    for number, line in enumerate(sys.stdin):
        request = json.loads(line)
        scratch = None
        if request["profile"] != "examiner":
            scratch = slot / f"scratch-{number}"
            scratch.mkdir()
        load(request["file"])
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            be_child(profiles[request["profile"]], scratch, writer, request)
        os.close(writer)
        print(json.dumps(collect(reader, child)), flush=True)
        os.close(reader)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
