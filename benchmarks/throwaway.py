"""A place to run hostile code in: namespaces of its own, nothing to write to, nobody to reach.

Only root can make it. What runs inside is an unprivileged user with limits on processes, memory and
files; it sees its own processes, a loopback network without neighbours, an empty /tmp, and the rest
of the machine read-only. Everything in it ends and vanishes with its first process.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HOME = Path("/home/instructor")
ROOT = Path(__file__).resolve().parents[1]
#: Emptied: writable for everybody, or somebody's own.
HIDDEN = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/home", "/root", "/srv")  # noqa: S108
DISK_BYTES = 1 << 30
LIMITS = {
    resource.RLIMIT_NPROC: 256,
    resource.RLIMIT_AS: 4 << 30,
    resource.RLIMIT_FSIZE: 1 << 30,
    resource.RLIMIT_CORE: 0,
}
NAMESPACES = ("--mount", "--pid", "--net", "--ipc", "--uts", "--fork", "--kill-child")
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18


@dataclass(frozen=True)
class Ended:
    """A command's exit status (None: stopped at the deadline), seconds, and last words."""

    status: int | None
    seconds: float
    log: str


def in_throwaway_place(program: Sequence[str], seconds: float) -> str:
    """Run a Python program as the place's first process, which is root there; what it prints.

    It has to call :func:`move_in` before anything else.
    """
    command = ["unshare", *NAMESPACES, "--mount-proc", sys.executable, *program]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def move_in(template: Path, uid: int) -> Path:
    """Leave the machine behind; a copy of the ``template`` folder, in the user's home."""
    if os.getpid() != 1:
        raise RuntimeError("not in a throw-away place: use in_throwaway_place()")
    kept = {folder: os.open(folder, os.O_PATH) for folder in (sys.base_prefix, str(ROOT))}
    source = os.open(template, os.O_RDONLY)
    _mount("none", "/", None, MS_REC | MS_PRIVATE)
    for folder in HIDDEN:
        if Path(folder).is_dir():
            _mount("none", folder, "tmpfs", 0, f"mode=1777,size={DISK_BYTES}")
    for folder, descriptor in kept.items():
        if folder.startswith(HIDDEN):
            Path(folder).mkdir(parents=True)
            _mount(f"/proc/self/fd/{descriptor}", folder, None, MS_BIND | MS_REC)
    _mount("none", "/", None, MS_REMOUNT | MS_BIND | MS_RDONLY)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)  # noqa: S607
    HOME.mkdir()
    course = HOME / "course"
    shutil.copytree(f"/proc/self/fd/{source}", course)
    hand_over(HOME, uid)
    return course


def hand_over(folder: Path, uid: int) -> None:
    """Make ``folder`` and all that is in it the user's own; links are not followed."""
    for base, folders, names in os.walk(folder):
        for name in (".", *folders, *names):
            os.chown(Path(base) / name, uid, uid, follow_symlinks=False)


def run(command: Sequence[str], folder: Path, uid: int, seconds: float) -> Ended:
    """Run a command as the unprivileged user; afterwards nothing else is running here."""
    environment = {
        "HOME": str(HOME),
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "LANG": "C.UTF-8",
    }
    log = Path("/run/log")
    start = time.monotonic()
    with log.open("w+b") as file:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
            preexec_fn=lambda: _become(uid),
        )
        try:
            status: int | None = process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        took = time.monotonic() - start
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)  # all in these namespaces but this first process
        process.wait()
        file.seek(max(0, file.tell() - 3000))
        return Ended(status, took, file.read().decode(errors="replace"))


def _become(uid: int) -> None:
    for limit, value in LIMITS.items():
        resource.setrlimit(limit, (value, value))
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _mount(source: str, target: str, kind: str | None, flags: int, data: str = "") -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = [None if text is None else text.encode() for text in (source, target, kind)]
    if libc.mount(*arguments, ctypes.c_ulong(flags), data.encode()) != 0:
        raise OSError(ctypes.get_errno(), f"mount {target}")
