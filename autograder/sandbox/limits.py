"""How much a confined process may use: resource limits, see setrlimit(2)."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

with contextlib.suppress(ImportError):  # Windows, which is told about isolation but has none
    import resource

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one candidate or examiner may use.

    ``memory_bytes`` is address space *on top of* what the warm parent already occupies: NumPy
    alone reserves hundreds of megabytes that differ from machine to machine, and every student
    should get the same. ``scratch_bytes`` and ``scratch_files`` are not enforced by the kernel:
    the coordinator polls :func:`autograder.sandbox.measure`. It cannot see files that are deleted
    while open; these take at most ``open_files * file_bytes`` until the process ends.
    """

    memory_bytes: int = 1024 * MIB
    cpu_seconds: int = 120
    file_bytes: int = 32 * MIB
    open_files: int = 64
    threads: int = 64
    scratch_bytes: int = 256 * MIB
    scratch_files: int = 2000


# The limit on tasks counts everything a user runs. Where a candidate shares its user with other
# programs, these may grow while it runs, and an honest thread must still start.
_OTHER_PROGRAMS_OF_THE_USER = 1024


def tasks_allowed(limits: Limits, *, shared_user: int | None) -> int:
    """Value of RLIMIT_NPROC; ``shared_user`` is the user if other programs run under it too."""
    if shared_user is None:
        return limits.threads
    return limits.threads + tasks_of_user(shared_user) + _OTHER_PROGRAMS_OF_THE_USER


def apply(limits: Limits, tasks: int) -> None:
    """Set the limits of this process, soft and hard, never above those it has."""
    with contextlib.suppress(OSError):  # kind to the rest of the machine, not needed for safety
        # Should memory run out all the same, the kernel takes this process first.
        Path("/proc/self/oom_score_adj").write_text("1000")
    _lower(resource.RLIMIT_AS, _address_space() + limits.memory_bytes)
    _lower(resource.RLIMIT_FSIZE, limits.file_bytes)
    _lower(resource.RLIMIT_NOFILE, limits.open_files)
    _lower(resource.RLIMIT_NPROC, tasks)
    for nothing in (
        resource.RLIMIT_CORE,
        resource.RLIMIT_MEMLOCK,
        resource.RLIMIT_MSGQUEUE,
        resource.RLIMIT_RTPRIO,
        resource.RLIMIT_NICE,
    ):
        _lower(nothing, 0)
    # One second between SIGXCPU, which can be ignored, and SIGKILL, which cannot.
    _lower(resource.RLIMIT_CPU, limits.cpu_seconds, limits.cpu_seconds + 1)


def tasks_of_user(uid: int) -> int:
    """Threads of all processes that user ``uid`` runs now.

    Examples
    --------
    >>> import os
    >>> tasks_of_user(os.getuid()) >= 1
    True
    """
    count = 0
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and process.stat().st_uid == uid:
                count += (process / "task").stat().st_nlink - 2
        except OSError:
            continue  # it has just ended
    return count


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _lower(which: int, soft: int, hard: int | None = None) -> None:
    _, ceiling = resource.getrlimit(which)
    hard = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(which, (soft, hard))
