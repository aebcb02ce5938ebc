"""The temporary folder of a grading run, which the next run removes if this one is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.errors import StorageError
from autograder.sandbox import remove

_PREFIX = "autograder-run-"
_SECONDS_TO_LOCK = 60.0
_MIB = 1 << 20


@contextlib.contextmanager
def working_folder() -> Iterator[Path]:
    """A folder for the context's time; those that killed runs have left behind are removed.

    Raises:
        StorageError: it cannot be made.
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


def expect_room(folder: Path, size: int, files: int) -> None:
    """Make sure that ``size`` bytes and ``files`` files have room in ``folder``.

    Raises:
        StorageError: they have not.
    """
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    if free < size:
        raise StorageError(
            f"The disk that holds {folder} has {free // _MIB} MiB left, but a submission may write "
            f"{size // _MIB} MiB. Make room there, name another folder in the environment variable "
            "TMPDIR, or lower c.Autograder.scratch_bytes in nbgrader_config.py."
        )
    if disk.f_files and disk.f_favail < files:
        raise StorageError(
            f"The disk that holds {folder} has room for {disk.f_favail} more files, but a "
            f"submission may write {files}. Remove some there, or name another folder in the "
            "environment variable TMPDIR."
        )


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Lay ``files`` out in ``folder``, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # nbgrader makes the files of graded folders read-only
        path.write_bytes(content)


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
