"""The files of a download: a folder, a zip or tar archive, and notebooks in archives within it.

`entries_of` lists them without unpacking or following anything. What must not be taken is in the
list as well, with the problem, so that its student can be told.
"""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import os
import stat
import tarfile
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import IO

from autograder.course.files import is_left_by_systems, leads_out
from autograder.errors import CourseError

MOST_ENTRIES = 200_000
DEEPEST = 100  # folders within folders: Python's walk through them breaks on a thousand
_DEEPEST_ARCHIVE = 3  # archives within archives within the download
_LARGEST_ARCHIVE = 64 << 20  # bytes of an archive within the download that is opened
_MOST_MEMBERS = 2_000
_LARGEST_TAR = 16 << 30  # bytes
_NEVER = datetime(1980, 1, 1)  # noqa: DTZ001 - as in zip archives
_BROKEN = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, tarfile.TarError,
    ValueError,
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A file of a download.

    ``read`` returns at most as many bytes as it is told. ``problem`` says why the file must not be
    taken; without a problem it is empty. ``changed`` is when it was, if that is known, without a
    zone where the download tells none. ``within`` is the archive in the download that it is in.
    """

    path: str
    read: Callable[[int], bytes]
    problem: str = ""
    changed: datetime | None = None
    within: Entry | None = None

    def changed_for(self, folder: str) -> datetime | None:
        """When it was changed, or the outermost archive in ``folder`` was that it is in.

        The times within an archive are those of who made it, so of the student whose folder it is.
        """
        entry = self
        while entry.within is not None and entry.within.path.startswith(folder):
            entry = entry.within
        return entry.changed


def entries_of(source: Path) -> Iterator[Entry]:
    """The files in an archive or a folder, those of the operating system left out.

    An archive in it that holds a notebook is opened as if it were a folder of its name.

    Raises
    ------
    CourseError
        It is neither, cannot be read, or holds too many files.
    """
    if source.is_dir():
        found = _in_folder(source)
    elif zipfile.is_zipfile(source):
        found = _in_zip(source)
    elif source.is_file() and tarfile.is_tarfile(source):
        found = _in_tar(source)
    else:
        raise CourseError(f"{source} is neither a zip or tar archive nor a folder, as expected.")
    opened = (each for entry in found for each in _opened(entry, 1))
    for number, entry in enumerate(opened):
        if number == MOST_ENTRIES:
            raise CourseError(f"{source} holds more than {MOST_ENTRIES:,} files.")
        if not is_left_by_systems(entry.path):
            yield entry


def _opened(entry: Entry, depth: int) -> Sequence[Entry]:
    """The entry, or what is in it, if it is an archive with a notebook in it."""
    if entry.problem or depth > _DEEPEST_ARCHIVE or not entry.path.lower().endswith(".zip"):
        return [entry]
    try:
        data = entry.read(_LARGEST_ARCHIVE + 1)
        members = list(_members(entry, data)) if len(data) <= _LARGEST_ARCHIVE else []
    except (*_BROKEN, OSError, CourseError):
        return [entry]
    if len(members) > _MOST_MEMBERS:
        return [entry]
    inner = [each for member in members for each in _opened(member, depth + 1)]
    return inner if any(".ipynb" in each.path.lower() for each in inner) else [entry]


def _members(outer: Entry, data: bytes) -> Iterator[Entry]:
    """What is in an archive of these bytes."""
    archive = zipfile.ZipFile(io.BytesIO(data))  # open as long as an entry of it is there
    for info in archive.infolist():
        if not info.is_dir():
            name = f"{outer.path}/{info.filename.replace(chr(92), '/')}"
            read = partial(_read_zipped, archive, info)
            yield Entry(name, read, _problem(info, name), _changed(info), outer)


def _in_folder(folder: Path) -> Iterator[Entry]:
    for base, folders, names in os.walk(folder):
        folders.sort()
        if len(Path(base).relative_to(folder).parts) == DEEPEST:
            for deep in (Path(base) / name for name in folders):
                why = "folders nested too deep"
                yield Entry(deep.relative_to(folder).as_posix(), partial(_read_file, deep), why)
            folders.clear()
        for name in sorted([*names, *(f for f in folders if (Path(base) / f).is_symlink())]):
            path = Path(base) / name
            status = path.lstat()
            problem = "" if stat.S_ISREG(status.st_mode) else "it is no plain file"
            changed = datetime.fromtimestamp(status.st_mtime, UTC)
            relative = path.relative_to(folder).as_posix()
            yield Entry(relative, partial(_read_file, path), problem, changed)


def _in_zip(file: Path) -> Iterator[Entry]:
    try:
        archive = zipfile.ZipFile(file)  # open as long as an entry of it is there
        infos = archive.infolist()
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise CourseError(f"{file} cannot be read: {error}. Download it again.") from error
    for info in infos:
        if not info.is_dir():
            path = info.filename.replace("\\", "/")  # some programs on Windows write these
            read = partial(_read_zipped, archive, info)
            yield Entry(path, read, _problem(info, path), _changed(info))


def _in_tar(file: Path) -> Iterator[Entry]:
    try:
        plain = _uncompressed(file)
        opened = tarfile.open(fileobj=plain)  # noqa: SIM115 - open as long as an entry is there
        weakref.finalize(opened, plain.close)
        members = opened.getmembers()
    except (OSError, *_BROKEN) as error:
        raise CourseError(f"{file} cannot be read: {error}. Download it again.") from error
    for member in members:
        if not member.isdir():
            path = member.name.removeprefix("./")
            problem = "" if member.isfile() else "it is no plain file"
            changed = datetime.fromtimestamp(member.mtime, UTC) if member.mtime else None
            read = partial(_read_tarred, opened, member)
            yield Entry(path, read, problem or _leads_out(path), changed)


def _uncompressed(file: Path) -> IO[bytes]:
    """A tar archive, written out if it is compressed, since its files are read in any order."""
    for opener in (gzip.open, bz2.open, lzma.open):
        plain = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as an entry of it is there
        with contextlib.suppress(OSError, EOFError, lzma.LZMAError), opener(file) as packed:
            while block := packed.read(1 << 20):
                plain.write(block)
                if plain.tell() > _LARGEST_TAR:
                    raise CourseError(f"{file} holds more than {_LARGEST_TAR >> 30} GiB.")
            plain.seek(0)
            return plain
        plain.close()
    return file.open("rb")


def _problem(info: zipfile.ZipInfo, path: str) -> str:
    """Why a file of an archive must not be taken, if so."""
    # The upper half of this field holds the file's mode if the archive was made on Unix.
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is no plain file"
    return _leads_out(path) or ("it is encrypted" if info.flag_bits & 1 else "")


def _leads_out(path: str) -> str:
    return "its name leads out of the download" if leads_out(path) else ""


def _changed(info: zipfile.ZipInfo) -> datetime | None:
    """When a file was changed, by the clock on the wall where the archive was made.

    The first time that there is, programs write that know none.
    """
    try:
        moment = datetime(*info.date_time)  # noqa: DTZ001 - the archive tells no zone
    except ValueError:
        return None
    return None if moment == _NEVER else moment


def _read_file(path: Path, limit: int) -> bytes:
    """At most ``limit`` bytes; nothing of what a link points to, and no waiting for a pipe."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        return file.read(limit)


def _read_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes:
    """At most ``limit`` bytes, whatever size the archive claims."""
    try:
        with archive.open(info) as file:
            return file.read(limit)
    except _BROKEN as error:
        raise CourseError(str(error)) from error


def _read_tarred(archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    try:
        with archive.extractfile(member) or io.BytesIO() as file:
            return file.read(limit)
    except _BROKEN as error:
        raise CourseError(str(error)) from error
