"""How much grading one submission may use, and how the kernel and the coordinator see to it.

`Limits` are the numbers. `apply` sets those that the kernel enforces for the calling process, see
setrlimit(2). `measure` looks at a candidate's scratch folder for those that the coordinator
enforces, and `remove` clears that folder away.

Everything in a scratch folder is hostile. The system call filter lets a candidate make plain files
and folders only (no links, devices, pipes or sockets), and every folder with all rights for its
owner, so that these functions can always look into it. Nothing here follows a symbolic link
nevertheless.

`Limits` can be imported on every system, the rest works on Linux.
"""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

with contextlib.suppress(ImportError):  # Windows, where notebooks are checked and none is graded
    import resource

KIB, MIB = 1 << 10, 1 << 20


@dataclass(frozen=True)
class Limits:
    """The numbers that bound grading one submission; a course may set each of them.

    ``c.Autograder.NAME`` in ``nbgrader_config.py`` sets the field of that name. The same object
    then goes to everybody who enforces a limit; examiners get what
    :func:`autograder.workers.zygote.examiner_limits` makes of it. `autograder check` has no
    sandbox: it knows the limits of the clock, the capture and the reader only.

    Attributes
    ----------
    cell_seconds
        Seconds by the clock for one cell, or for one test with all that it calls. The coordinator
        kills a candidate that takes longer.
    repeated_seconds
        Seconds for a later test of a function that has hung, instead of ``cell_seconds``.
    notebook_seconds
        Seconds for one run of all cells, by the coordinator's clock. Hidden tests can make it two
        runs. The setup cells before the first test may take as long. See also `cpu_seconds`.
    memory_bytes
        Address space *on top of* what the forking parent already occupies: NumPy alone reserves
        hundreds of megabytes that differ from machine to machine, and every student should get the
        same. The kernel (RLIMIT_AS) makes allocations beyond it fail.
    file_bytes
        Length of each file. The kernel (RLIMIT_FSIZE) makes writes beyond it fail.
    open_files
        Files, pipes and sockets that are open at a time. The kernel (RLIMIT_NOFILE) refuses more.
    threads
        Threads at a time. The kernel (RLIMIT_NPROC) refuses more; see `tasks_allowed`. The
        coordinator, too, kills a candidate that has more. A pool of threads makes up to 32.
    scratch_bytes, scratch_files
        What the scratch folder may hold, folders counted as files. The coordinator looks into it
        (`measure`) while a cell runs and kills the candidate that has more. It cannot see files
        that are deleted while open; these take at most ``open_files * file_bytes`` until the
        process ends.
    output_bytes
        Characters of output that are kept of one cell, not bytes, whatever the name says: text and
        images, those as base64; the report of an exception comes on top. The capture in the
        candidate, or in the examiner for what tests print, leaves out the rest. Should a candidate
        report more all the same, the examiner leaves out all outputs of that cell.
    notebook_output_bytes
        The same for all cells of a notebook together. The coordinator leaves out the outputs of
        each cell that no longer fit.
    notebook_bytes
        Length of a submitted notebook file. The reader refuses a longer one.
    """

    cell_seconds: float = 10.0
    repeated_seconds: float = 2.0
    notebook_seconds: float = 120.0
    memory_bytes: int = 2048 * MIB
    file_bytes: int = 32 * MIB
    open_files: int = 64
    threads: int = 40
    scratch_bytes: int = 64 * MIB
    scratch_files: int = 2000
    output_bytes: int = 256 * KIB
    notebook_output_bytes: int = 8 * MIB
    notebook_bytes: int = 32 * MIB

    def cpu_seconds(self, processors: int) -> int:
        """Seconds of CPU time (RLIMIT_CPU) for a process that runs on so many processors.

        That is a minute more than it can use while the coordinator's clock is watched, so only a
        process whose coordinator no longer watches gets there. The coordinator would take the
        kernel's kill for one from outside and grade again.

        Examples
        --------
        >>> Limits(notebook_seconds=30).cpu_seconds(processors=2)
        180
        """
        return processors * int(self.notebook_seconds + 60)


# The limit on tasks counts everything a user runs. Where a candidate shares its user with other
# programs, these may grow while it runs, and an honest thread must still start.
_OTHER_PROGRAMS_OF_THE_USER = 1024


def tasks_allowed(limits: Limits, *, shared_user: int | None) -> int:
    """Value of RLIMIT_NPROC; ``shared_user`` is the user if other programs run under it too."""
    if shared_user is None:
        return limits.threads
    return limits.threads + tasks_of_user(shared_user) + _OTHER_PROGRAMS_OF_THE_USER


def apply(limits: Limits, *, tasks: int, cpu_seconds: int) -> None:
    """Set the limits of this process, soft and hard, never above those it has.

    Parameters
    ----------
    limits
        The numbers; those that the coordinator enforces are not looked at.
    tasks
        What `tasks_allowed` has made of ``limits`` before the fork.
    cpu_seconds
        What `Limits.cpu_seconds` makes of them for the processors of this process.
    """
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
    _lower(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)


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
                count += _threads_in(process)
        except OSError:
            continue  # it has just ended
    return count


def threads_of(pid: int) -> int:
    """Threads of a process; none if it has ended.

    >>> threads_of(os.getpid()) >= 1
    True
    """
    try:
        return _threads_in(Path(f"/proc/{pid}"))
    except OSError:
        return 0


def _threads_in(process: Path) -> int:
    return (process / "task").stat().st_nlink - 2


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _lower(which: int, soft: int, hard: int | None = None) -> None:
    _, ceiling = resource.getrlimit(which)
    hard = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(which, (soft, hard))


_DEEPEST = 32


def _open_folder(name: Path | str, *, inside: int | None = None) -> int:
    """Descriptor of a folder, which must be one itself and no link to one.

    ``inside`` is the descriptor of the folder that a relative name is looked up in.
    """
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(name, flags, dir_fd=inside)


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
    for size, depth in _entries(_open_folder(folder), 1):
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
                        yield from _entries(_open_folder(entry.name, inside=folder), depth + 1)
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
    top = _open_folder(folder)
    fresh_names = (f".removed-{number}" for number in itertools.count())
    try:
        while entries := list(os.scandir(top)):
            for entry in entries:
                if not entry.is_dir(follow_symlinks=False):
                    os.unlink(entry.name, dir_fd=top)
                    continue
                os.chmod(entry.name, 0o700, dir_fd=top)
                inner = _open_folder(entry.name, inside=top)
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
