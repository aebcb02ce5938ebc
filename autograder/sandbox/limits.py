"""How much a confined process may use: resource limits, see setrlimit(2).

A candidate's scratch folder, seen from outside by the coordinator: everything in it is hostile.

The system call filter lets a candidate make plain files and folders only (no links, devices,
pipes or sockets), and every folder with all rights for its owner, so that these functions can
always look into it. Nothing here follows a symbolic link nevertheless.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
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


_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_DEEPEST = 32


@dataclass(frozen=True)
class Usage:
    """What a scratch folder holds; counting stops once a limit is passed.

    ``bytes`` is the larger of a file's length and its blocks on disk, summed; ``depth`` is how
    deep folders are nested.
    """

    bytes: int
    files: int
    depth: int

    def excess(self, limits: Limits) -> str | None:
        """What is too much, for people; None while all is well."""
        if self.bytes > limits.scratch_bytes:
            return f"more than {limits.scratch_bytes:,} bytes written to the working folder"
        if self.files > limits.scratch_files:
            return f"more than {limits.scratch_files:,} files in the working folder"
        if self.depth > _DEEPEST:
            return f"folders nested more than {_DEEPEST} deep in the working folder"
        return None


def measure(folder: Path, limits: Limits) -> Usage:
    """Count bytes, entries and depth of ``folder``, giving up as soon as a limit is passed.

    Raises
    ------
    OSError
        When the folder, or one inside it, cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as name:
    ...     _ = Path(name, "a.txt").write_text("four")
    ...     measure(Path(name), Limits()).files
    1
    """
    usage = Usage(0, 0, 0)
    for size, depth in _entries(os.open(folder, _FOLDER), 1):
        usage = Usage(usage.bytes + size, usage.files + 1, max(usage.depth, depth))
        if usage.excess(limits):
            break
    return usage


def _entries(folder: int, depth: int) -> Iterator[tuple[int, int]]:
    """Size and depth of everything beneath the open ``folder``, which is closed at the end."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    status = entry.stat(follow_symlinks=False)
                    yield max(status.st_size, status.st_blocks * 512), depth
                    if entry.is_dir(follow_symlinks=False):
                        yield from _entries(os.open(entry.name, _FOLDER, dir_fd=folder), depth + 1)
                except FileNotFoundError:
                    continue  # removed while we looked
    finally:
        os.close(folder)


def remove(folder: Path) -> None:
    """Delete ``folder`` and all that is in it, however deep; its candidate must be dead.

    Recursion would break on folders nested a thousand deep, so each folder's children are first
    moved up to the top.

    Examples
    --------
    >>> import tempfile
    >>> name = Path(tempfile.mkdtemp())
    >>> (name / "a" / "b").mkdir(parents=True)
    >>> remove(name)
    >>> name.exists()
    False
    """
    top = os.open(folder, _FOLDER)
    fresh_names = (f".removed-{number}" for number in itertools.count())
    try:
        while entries := list(os.scandir(top)):
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.name, dir_fd=top)
                    continue
                os.chmod(entry.name, 0o700, dir_fd=top)
                inner = os.open(entry.name, _FOLDER, dir_fd=top)
                try:
                    _lift_children(inner, top, fresh_names)
                finally:
                    os.close(inner)
                os.rmdir(entry.name, dir_fd=top)
    finally:
        os.close(top)
    os.rmdir(folder)


def _lift_children(folder: int, top: int, fresh_names: Iterator[str]) -> None:
    for entry in list(os.scandir(folder)):
        if entry.is_dir(follow_symlinks=False):
            os.rename(entry.name, next(fresh_names), src_dir_fd=folder, dst_dir_fd=top)
        else:
            os.unlink(entry.name, dir_fd=folder)
