"""A file of a download, and what zip archives tell of one."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from autograder.course.files import leads_out
from autograder.course.zipped import BROKEN
from autograder.errors import CourseError

_NEVER = datetime(1980, 1, 1)  # noqa: DTZ001 - as in zip archives
#: Digits of the largest number that a platform or a browser has counted to.
_MOST_DIGITS = 18


def number_in(digits: str | None) -> int:
    """The number that stands in a name; 0 if none does, or more digits than anybody counts to.

    >>> number_in("12"), number_in(None), number_in("1" * 5000)
    (12, 0, 0)
    """
    return int(digits) if digits and len(digits) <= _MOST_DIGITS else 0


@dataclass(frozen=True)
class Entry:
    """A file of a download, or a folder in which there is none; a folder's path ends with a slash.

    ``read`` returns at most as many bytes as it is told. ``problem`` says why the file must not be
    taken; without a problem it is empty. ``changed`` is when it was, if that is known, without a
    zone where the download tells none. ``within`` is the archive in the download that it is in.
    """

    path: str
    read: Callable[[int], bytes]
    problem: str = ""
    changed: datetime | None = None
    within: Entry | None = None

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder without any file."""
        return self.path.endswith("/")

    def changed_for(self, folder: str) -> datetime | None:
        """When it was changed, or the outermost archive in ``folder`` was that it is in.

        The times within an archive are those of who made it, so of the student whose folder it is.
        """
        entry = self
        while entry.within is not None and entry.within.path.startswith(folder):
            entry = entry.within
        return entry.changed


def folder_called(path: str) -> Entry:
    """An entry for a folder."""
    return Entry(f"{path.rstrip('/')}/", lambda _: b"")


def problem_of(info: zipfile.ZipInfo, path: str) -> str:
    """Why a file of an archive must not be taken, if so."""
    # The upper half of this field holds the file's mode if the archive was made on Unix.
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is no plain file"
    return what_leads_out(path) or ("it is encrypted" if info.flag_bits & 1 else "")


def what_leads_out(path: str) -> str:
    """A problem, if the path is one that leads out of the download."""
    return "its name leads out of the download" if leads_out(path) else ""


def changed_at(info: zipfile.ZipInfo) -> datetime | None:
    """When a file was changed, by the clock on the wall where the archive was made.

    The first time that there is, programs write that know none.
    """
    try:
        moment = datetime(*info.date_time)  # noqa: DTZ001 - the archive tells no zone
    except ValueError:
        return None
    return None if moment == _NEVER else moment


def read_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """At most ``limit`` bytes, whatever size the archive claims."""
    try:
        with archive.open(info) as file:
            return file.read(limit)
    except BROKEN as error:
        raise CourseError(str(error)) from error
