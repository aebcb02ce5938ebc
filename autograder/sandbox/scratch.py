"""A candidate's scratch folder, seen from outside by the coordinator: everything in it is hostile.

The system call filter lets a candidate make plain files and folders only (no links, devices,
pipes or sockets), and every folder with all rights for its owner, so that these functions can
always look into it. Nothing here follows a symbolic link nevertheless.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.limits import Limits

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
