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
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice, takewhile
from pathlib import Path
from typing import IO

from autograder.collect.entry import (
    Entry,
    changed_at,
    folder_called,
    problem_of,
    read_zipped,
    what_leads_out,
)
from autograder.collect.nested import MOST_WITHIN, Chain, opened
from autograder.course.files import is_hidden, is_left_by_systems, leads_out
from autograder.course.zipped import BROKEN
from autograder.errors import CourseError

MOST_ENTRIES = 200_000
_MOST_LISTED = 3 * MOST_ENTRIES  # before folders that hold very many are left out
DEEPEST = 100  # folders within folders: Python's walk through them breaks on a thousand
_LARGEST_TAR = 16 << 30  # bytes


def entries_of(source: Path) -> Iterator[Entry]:
    """The files in an archive or a folder, those of the operating system left out.

    Behind them come the folders in which there is no other file: who has one handed in nothing.

    An archive in it that holds a notebook is opened as if it were a folder of its name. What one
    student handed in uses up nothing of the others': a file with more in it than may be, and a
    folder that alone makes the download too large, stand in the list as one entry with a problem.

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
    chain = Chain()
    folders: dict[str, None] = {}
    files: list[str] = []
    for entry in _without_crowds(source, found):
        for each in [entry] if entry.is_folder else opened(entry, chain):
            if each.is_folder or is_left_by_systems(each.path):
                parts = each.path.split("/")[:-1]
                folders["/".join(takewhile(lambda part: not is_hidden(part), parts))] = None
            else:
                files.append(each.path)
                yield each
    files.sort()
    for empty in map(folder_called, folders):
        behind = bisect(files, empty.path)
        is_empty = not any(file.startswith(empty.path) for file in files[behind : behind + 1])
        if is_empty and not leads_out(empty.path.rstrip("/")):
            yield empty


def _without_crowds(source: Path, found: Iterable[Entry]) -> list[Entry]:
    """The entries; if they are too many, each folder that holds very many as a single one."""
    entries = list(islice(found, _MOST_LISTED + 1))
    if len(entries) <= MOST_ENTRIES:
        return entries
    files = (entry.path for entry in entries if not entry.is_folder)
    around = os.path.commonpath([f"/{path}".rpartition("/")[0] or "/" for path in files] or ["/"])
    depth = len(Path(around).parts) - 1
    sizes = Counter(_begin(entry, depth) for entry in entries)
    crowds = {name for name, size in sizes.items() if size > MOST_WITHIN and len(sizes) > 1}
    few = [entry for entry in entries if _begin(entry, depth) not in crowds]
    if len(entries) > _MOST_LISTED or len(few) > MOST_ENTRIES:
        raise CourseError(f"{source} holds more than {MOST_ENTRIES:,} files.")
    problem = f"more than {MOST_WITHIN:,} files in one folder"
    heads = {_begin(entry, depth): entry for entry in entries if _begin(entry, depth) in crowds}
    return few + [
        replace(entry, path=f"{name}/…", problem=problem) for name, entry in heads.items()
    ]


def _begin(entry: Entry, depth: int) -> str:
    """The path down to what lies at this depth."""
    return "/".join(entry.path.split("/")[: depth + 1])


def _in_folder(folder: Path) -> Iterator[Entry]:
    for base, folders, names in os.walk(folder):
        folders.sort()
        yield folder_called(Path(base).relative_to(folder).as_posix())
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
        path = info.filename.replace("\\", "/")  # some programs on Windows write these
        if path.endswith("/"):
            yield folder_called(path)
        else:
            read = partial(read_zipped, archive, info)
            yield Entry(path, read, problem_of(info, path), changed_at(info))


def _in_tar(file: Path) -> Iterator[Entry]:
    try:
        plain = _uncompressed(file)
        archive = tarfile.open(fileobj=plain)  # noqa: SIM115 - open as long as an entry is there
        weakref.finalize(archive, plain.close)
        members = list(islice(archive, _MOST_LISTED + 1))
    except (OSError, *BROKEN) as error:
        raise CourseError(f"{file} cannot be read: {error}. Download it again.") from error
    for member in members:
        path = member.name.removeprefix("./")
        if member.isdir():
            yield folder_called(path)
        else:
            problem = "" if member.isfile() else "it is no plain file"
            changed = datetime.fromtimestamp(member.mtime, UTC) if member.mtime else None
            read = partial(_read_tarred, archive, member)
            yield Entry(path, read, problem or what_leads_out(path), changed)


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


def _read_file(path: Path, limit: int) -> bytes:
    """At most ``limit`` bytes; nothing of what a link points to, and no waiting for a pipe."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        return file.read(limit)


def _read_tarred(archive: tarfile.TarFile, member: tarfile.TarInfo, limit: int) -> bytes:
    try:
        with archive.extractfile(member) or io.BytesIO() as file:
            return file.read(limit)
    except BROKEN as error:
        raise CourseError(str(error)) from error
