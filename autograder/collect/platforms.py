"""What is in a download of a learning platform: its files, and whose each is by its name.

`entries_of` lists a zip file or a folder without unpacking or following anything. What must not be
taken is in the list as well, with the problem, so that its student can be told.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.errors import CourseError

#: How platforms name the files of a download. The narrowest is first: the others fit its names too.
PATTERNS = (
    # Moodle
    re.compile(r"(?P<student>[^/]+)_(?P<id>\d+)_assignsubmission_file_?[^/]*/(?P<file>.+)"),
    # Canvas
    re.compile(r"(?P<student>[^/_]+)(_LATE)?_(?P<id>\d+)_\d+_(?P<file>[^/]+)", re.IGNORECASE),
    # a folder for each student
    re.compile(r"(?P<student>[^/]+)/(?P<file>.+)"),
)
MOST_ENTRIES = 200_000
DEEPEST = 100  # folders within folders: Python's walk through them breaks on a thousand
_SYSTEMS = (".DS_Store", "Thumbs.db", "desktop.ini")  # files that no student has made
#: What browsers and platforms add to the name of a second copy.
_COPY = re.compile(r"( ?\(\d+\)|-\d+| - Copy)$")


@dataclass(frozen=True)
class Entry:
    """A file of a download.

    ``read`` returns at most as many bytes as it is told. ``problem`` says why the file must not be
    taken; without a problem it is empty.
    """

    path: str
    read: Callable[[int], bytes]
    problem: str = ""


def entries_of(source: Path) -> Iterator[Entry]:
    """The files in a zip file or a folder, those of the operating system left out.

    Raises
    ------
    CourseError
        It is neither, cannot be read, or holds too many files.
    """
    if source.is_dir():
        found = _in_folder(source)
    elif zipfile.is_zipfile(source):
        found = _in_zip(source)
    else:
        raise CourseError(f"{source} is neither a zip file nor a folder, as expected.")
    for number, entry in enumerate(found):
        if number == MOST_ENTRIES:
            raise CourseError(f"{source} holds more than {MOST_ENTRIES:,} files.")
        parts = entry.path.split("/")
        if "__MACOSX" not in parts and not parts[-1].startswith("._") and parts[-1] not in _SYSTEMS:
            yield entry


def pattern_of(source: Path, paths: Sequence[str]) -> re.Pattern[str]:
    """The first of `PATTERNS` that fits most notebooks of the download ``source``.

    Raises
    ------
    CourseError
        None does.
    """
    notebooks = [path for path in paths if path.endswith(".ipynb")]
    for pattern in PATTERNS:
        if 2 * sum(pattern.fullmatch(path) is not None for path in notebooks) > len(notebooks):
            return pattern
    shown = ", ".join(notebooks[:3]) or "no notebook at all"
    raise CourseError(
        f"{source} does not tell whose its notebooks are ({shown}). Expected a folder for each "
        "student, or the names that Moodle or Canvas give. Say how to read a name with "
        r"--pattern, such as '(?P<student>\w+)-.*/(?P<file>.+)'."
    )


def without_common_folder(theirs: Sequence[tuple[str, Entry]]) -> Sequence[tuple[str, Entry]]:
    """A student's files without the folder that all of them are in, if there is one."""
    in_folders = all("/" in file for file, _ in theirs)
    if not in_folders or len({file.partition("/")[0] for file, _ in theirs}) != 1:
        return theirs
    return [(file.partition("/")[2], entry) for file, entry in theirs]


def targets_of(names: Sequence[str], files: Sequence[str]) -> dict[str, str]:
    """Where each of a student's ``files`` goes in the submission.

    A copy such as ``ps1 (1).ipynb`` goes under the name that the assignment's notebook has; so does
    the only notebook for an assignment that has only one, whatever it is called.
    """
    notebooks = [file for file in files if file.endswith(".ipynb") and "/" not in file]
    targets = {file: file for file in files}
    for file in notebooks:
        stem = _COPY.sub("", file.removesuffix(".ipynb"))
        if stem in names:
            targets[file] = f"{stem}.ipynb"
    if len(names) == len(notebooks) == 1:
        targets[notebooks[0]] = f"{names[0]}.ipynb"
    return targets


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
            problem = "" if stat.S_ISREG(path.lstat().st_mode) else "it is no plain file"
            yield Entry(path.relative_to(folder).as_posix(), partial(_read_file, path), problem)


def _in_zip(file: Path) -> Iterator[Entry]:
    try:
        with zipfile.ZipFile(file) as archive:
            infos = archive.infolist()
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise CourseError(f"{file} cannot be read: {error}. Download it again.") from error
    for info in infos:
        if not info.is_dir():
            path = info.filename.replace("\\", "/")  # some programs on Windows write these
            yield Entry(path, partial(_read_zipped, file, info), _problem(info, path))


def _problem(info: zipfile.ZipInfo, path: str) -> str:
    """Why a file of an archive must not be taken, if so."""
    # The upper half of this field holds the file's mode if the archive was made on Unix.
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is no plain file"
    if path.startswith("/") or ":" in path.split("/")[0] or {"..", ".", ""} & set(path.split("/")):
        return "its name leads out of the download"
    if info.flag_bits & 1:
        return "it is encrypted"
    return ""


def _read_file(path: Path, limit: int) -> bytes:
    """At most ``limit`` bytes; nothing of what a link points to, and no waiting for a pipe."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        return file.read(limit)


def _read_zipped(archive: Path, info: zipfile.ZipInfo, limit: int) -> bytes:
    """At most ``limit`` bytes, whatever size the archive claims."""
    try:
        with zipfile.ZipFile(archive) as opened, opened.open(info) as file:
            return file.read(limit)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError) as error:
        raise CourseError(str(error)) from error
