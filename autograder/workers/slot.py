"""What a slot has for one submission at a time: a folder, a user, and the student's process.

A grading run keeps all it writes in one temporary folder (`working_folder`), which the next run
removes if this one is killed. Where it runs as root, it has a block of users of its own
(`users_of_this_run`): a limit on threads counts all that a user runs on the whole machine, so
candidates of two runs that shared a user could starve each other.
"""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.course.files import write_files
from autograder.errors import IsolationUnavailable, StorageError
from autograder.sandbox.confinement import DEFAULT_UID
from autograder.sandbox.limits import Limits, remove
from autograder.workers.forkserver import Ended, ForkServer

with contextlib.suppress(ImportError):  # Windows, where notebooks are checked and none is graded
    import fcntl


class Slot:
    """Room for one submission: a candidate parent and a folder of its own.

    Parameters
    ----------
    limits
        What a candidate may use.
    parent
        The fork server of the candidates.
    folder
        Where each candidate gets its scratch folder.
    owner
        The user to whom a candidate's files are handed over; None if they stay ours.
    processor
        Where the candidates run, and so the examiners that work with them; None: anywhere.
    """

    def __init__(
        self,
        limits: Limits,
        parent: ForkServer,
        folder: Path,
        owner: int | None,
        processor: int | None = None,
    ) -> None:
        self.limits = limits
        self.processor = processor
        self._parent = parent
        self._folder = folder
        self._owner = owner

    def candidate(self, wire: socket.socket, files: Mapping[str, bytes]) -> Candidate:
        """Fork a candidate that talks over ``wire`` and finds ``files`` in its folder.

        Raises
        ------
        StorageError
            There is no room for what a candidate may write.
        GraderFault
            The candidate parent has ended.
        """
        self.expect_room()
        for left in self._folder.iterdir():  # by a candidate whose parent was killed
            remove(left)
        scratch = Path(tempfile.mkdtemp(prefix="submission-", dir=self._folder))
        write_files(files, scratch)
        if self._owner is not None:
            for path in scratch.rglob("*"):
                os.chown(path, self._owner, self._owner)
        pid = self._parent.fork(os.fsencode(scratch), [wire.fileno()])
        return Candidate(self._parent, pid, scratch)

    def close(self) -> None:
        """Let the candidate parent end."""
        self._parent.close()

    def expect_room(self) -> None:
        """Make sure that a student's code can write what it may write.

        Raises
        ------
        StorageError
            It cannot, and would fail through no fault of its own.
        """
        expect_room(self._folder, self.limits)


class Candidate:
    """One forked candidate and its scratch folder."""

    def __init__(self, parent: ForkServer, pid: int, scratch: Path) -> None:
        self._parent = parent
        self.pid = pid
        self.scratch = scratch
        self._ended: Ended | None = None

    def end(self, patience: float = 0.0) -> Ended:
        """End it and remove what it wrote; kill it unless it ends within ``patience`` (seconds)."""
        if self._ended is None:
            try:
                self._ended = self._parent.end(self.pid, patience)
            finally:
                remove(self.scratch)
        return self._ended


_PREFIX = "autograder-run-"
_SECONDS_TO_LOCK = 60.0
_MIB = 1 << 20


@contextlib.contextmanager
def working_folder() -> Iterator[Path]:
    """A folder for the context's time; those that killed runs have left behind are removed.

    Raises
    ------
    StorageError
        It cannot be made.
    """
    _remove_abandoned()
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        folder.chmod(0o755)
    except OSError as error:
        raise StorageError(
            f"No folder can be made in {tempfile.gettempdir()}: {error.strerror}. Make room there, "
            "or name another folder in the environment variable TMPDIR."
        ) from error
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        with contextlib.suppress(OSError):  # a process that was just killed may still be writing
            remove(folder)
        os.close(lock)


def expect_room(folder: Path, limits: Limits) -> None:
    """Make sure that what a candidate may write has room in ``folder``.

    Raises
    ------
    StorageError
        It has not.
    """
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < limits.scratch_bytes:
        raise StorageError(
            f"The disk that holds {folder} has {free // _MIB} MiB left, but a submission may write "
            f"{limits.scratch_bytes // _MIB} MiB. Make room there, name another folder in the "
            "environment variable TMPDIR, or lower c.Autograder.scratch_bytes in "
            "nbgrader_config.py."
        )
    # A file system that counts no files says that it has none.
    if disk.f_files and disk.f_favail < limits.scratch_files:
        raise StorageError(
            f"The disk that holds {folder} has room for {disk.f_favail} more files, but a "
            f"submission may write {limits.scratch_files}. Remove some there, or name another "
            "folder in the environment variable TMPDIR."
        )


def _remove_abandoned() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            if _is_abandoned(folder):
                remove(folder)


def _is_abandoned(folder: Path) -> bool:
    """Whether the process that made it has ended: it holds a lock from soon after on."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if status.st_uid != os.geteuid() or time.time() - status.st_ctime < _SECONDS_TO_LOCK:
            return False
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


_CANDIDATES, _EXAMINERS = 64, 36
_BLOCK = _CANDIDATES + _EXAMINERS
#: Of the range that Debian and systemd keep free of people: a block for each run at a time.
_BLOCKS = (*range(DEFAULT_UID, DEFAULT_UID + 1000, _BLOCK), *range(61200, DEFAULT_UID, _BLOCK))


@dataclass(frozen=True)
class Users:
    """A run's block of user ids."""

    first: int = DEFAULT_UID

    def candidate(self, slot: int) -> int:
        """The user of a slot's candidates."""
        return self.first + slot % _CANDIDATES

    def examiner(self, number: int) -> int:
        """The user of one notebook's examiners."""
        return self.first + _CANDIDATES + number % _EXAMINERS


@contextlib.contextmanager
def users_of_this_run(*, isolate: bool) -> Iterator[Users]:
    """A block of users that no other run has, for as long as the context lasts.

    Only root needs one: everybody else's candidates run as the user who grades.

    Raises
    ------
    IsolationUnavailable
        Every block is taken.
    """
    if not isolate or os.geteuid() != 0:
        yield Users()
        return
    with socket.socket(socket.AF_UNIX) as claim:
        first = next((first for first in _BLOCKS if _claimed(claim, first)), None)
        if first is None:
            raise IsolationUnavailable(
                f"{len(_BLOCKS)} gradings run on this machine as root, and there are users for no "
                "more. Wait until one has ended, or run this one as an ordinary user."
            )
        yield Users(first)


def _claimed(claim: socket.socket, first: int) -> bool:
    """Claim a block of users by a name in the kernel's memory, which ends with this process."""
    try:
        claim.bind(f"\0autograder-users-{first}")
    except OSError:
        return False
    return True
