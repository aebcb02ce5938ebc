"""Archives within a download: what is in them, without more of them in memory than is looked at.

They are the students', so each file of the download has an allowance of its own for all archives
within it. What uses it up is refused, and is the only thing that is.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from autograder.collect.entry import Entry, changed_at, problem_of, read_zipped
from autograder.course.zipped import BROKEN, open_zip
from autograder.errors import CourseError

_DEEPEST_ARCHIVE = 3  # archives within archives within the download
_LARGEST_ARCHIVE = 64 << 20  # bytes of an archive within the download that is opened
_MOST_MEMBERS = 2_000
#: Of one file of the download with all archives within it.
MOST_WITHIN, _MOST_UNPACKED = 10_000, 256 << 20  # files, bytes


@dataclass
class _Allowance:
    """What the archives within one file of the download may still hold."""

    files: int = MOST_WITHIN
    unpacked: int = _MOST_UNPACKED

    def spend(self, files: int = 0, unpacked: int = 0) -> None:
        """Take it off; raises `_UsedUp` when nothing is left."""
        self.files -= files
        self.unpacked -= unpacked
        if self.files < 0:
            raise _UsedUp(f"more than {MOST_WITHIN:,} files in its archives")
        if self.unpacked < 0:
            raise _UsedUp(f"more than {_MOST_UNPACKED >> 20} MiB of archives in it")


class _UsedUp(Exception):
    """One file of the download has more in it than a student may hand in."""


@dataclass
class Chain:
    """The archives within archives that were read last: one at each depth is in memory.

    An entry holds no data. Whoever reads a student's files one after the other finds the archive
    that they are in open.
    """

    opened: dict[int, tuple[Entry, zipfile.ZipFile]] = field(default_factory=dict)

    def archive(self, outer: Entry, depth: int) -> zipfile.ZipFile:
        """The archive that ``outer`` is."""
        if depth not in self.opened or self.opened[depth][0] is not outer:
            self.opened.pop(depth, None)  # its memory is free before that of the next is taken
            self.open(outer, depth, outer.read(_LARGEST_ARCHIVE))
        return self.opened[depth][1]

    def open(self, outer: Entry, depth: int, data: bytes) -> zipfile.ZipFile:
        """The archive that ``outer`` is, of which these are the bytes."""
        archive = open_zip(data, _MOST_MEMBERS)
        self.opened[depth] = outer, archive
        return archive

    def read(self, outer: Entry, depth: int, info: zipfile.ZipInfo, limit: int) -> bytes:
        """At most ``limit`` bytes of a file in the archive that ``outer`` is."""
        try:
            archive = self.archive(outer, depth)
        except BROKEN as error:
            raise CourseError(str(error)) from error
        return read_zipped(archive, info, limit)


def opened(entry: Entry, chain: Chain) -> Sequence[Entry]:
    """A file of the download, or what is in it; with a problem if that is too much."""
    try:
        return _within(entry, 1, chain, _Allowance())
    except _UsedUp as error:
        return [replace(entry, problem=str(error))]


def _within(entry: Entry, depth: int, chain: Chain, left: _Allowance) -> Sequence[Entry]:
    """The entry, or what is in it, if it is an archive with a notebook in it."""
    if entry.problem or depth > _DEEPEST_ARCHIVE or not entry.path.lower().endswith(".zip"):
        return [entry]
    try:
        data = entry.read(_LARGEST_ARCHIVE + 1)
        left.spend(files=1, unpacked=len(data))
        if len(data) > _LARGEST_ARCHIVE:
            return [entry]
        infos = chain.open(entry, depth, data).infolist()
        del data  # the chain has it, as long as it is the last one
    except (*BROKEN, OSError, CourseError):
        return [entry]
    left.spend(files=len(infos))
    inner = [
        each
        for info in infos
        if not info.is_dir()
        for each in _within(_member(entry, depth, info, chain), depth + 1, chain, left)
    ]
    return inner if any(".ipynb" in each.path.lower() for each in inner) else [entry]


def _member(outer: Entry, depth: int, info: zipfile.ZipInfo, chain: Chain) -> Entry:
    """A file in the archive that ``outer`` is."""
    name = f"{outer.path}/{info.filename.replace(chr(92), '/')}"
    read = partial(chain.read, outer, depth, info)
    return Entry(name, read, problem_of(info, name), changed_at(info), outer)
