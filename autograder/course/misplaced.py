"""Finds a notebook that is not where it should be: misnamed, in a folder too deep, in an archive.

What may be a student's notebook is never passed over in silence. Where exactly one file can be
meant it is taken; otherwise a person has to decide, and learns what is there.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath

from autograder.course.files import is_hidden, is_left_by_systems, leads_out
from autograder.course.identity import names_in
from autograder.course.zipped import BROKEN, open_zip
from autograder.errors import UnreadableSubmission
from autograder.notebook.read import read_notebook

#: What platforms and nbgrader leave in folders.
_LEFT_BEHIND = {"timestamp.txt", "submission_secret.txt"}
#: Files that are looked into, and members of one archive.
_MOST_FILES = 200
#: Brackets and commas in all of them that are parsed.
_MOST_VALUES = 1_000_000
_OLD_FORMAT = re.compile(rb'"nbformat"\s*:\s*[0-3]\b')
#: Archives within archives.
_DEEPEST_ARCHIVE = 3
#: Archives that are opened in one submission, and how often the limit of one they have together.
_MOST_ARCHIVES = 50
_ROOM_OF_ARCHIVES = 2
#: Names that a message tells.
_TOLD = 5


@dataclass(frozen=True)
class Entry:
    """A file that was handed in, or a member of an archive that was: ``work.zip/p1.ipynb``.

    ``read`` gives so many bytes of it, and raises OSError.
    """

    path: str
    read: Callable[[int], bytes]

    def is_named_like_a_notebook(self) -> bool:
        """Whether somebody who looks for a notebook would open it first."""
        return ".ipynb" in PurePosixPath(self.path).name.lower()


@dataclass(frozen=True)
class Found:
    """A notebook, where it was found, and the files below its folder by name."""

    path: str
    data: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


def entries(
    folder: Path, paths: Iterable[Path], read: Callable[[Path, int], bytes], limit: int
) -> Iterator[Entry]:
    """What lies in a submission's ``folder``, zip archives opened; not what systems leave behind.

    ``read`` gives so many bytes of one of its ``paths``; ``limit`` is the size in bytes of the
    largest archive that is opened. All of them together are bounded, too, since it is the
    coordinator that opens them.
    """
    waiting = [
        (Entry(path.relative_to(folder).as_posix(), partial(read, path)), 1) for path in paths
    ]
    waiting.reverse()
    archives, room = _MOST_ARCHIVES, _ROOM_OF_ARCHIVES * limit
    while waiting:
        entry, depth = waiting.pop()
        if _is_left_behind(entry):
            continue
        members: Sequence[Entry] = ()
        if entry.path.lower().endswith(".zip") and depth <= _DEEPEST_ARCHIVE and archives:
            archives -= 1
            data = _read_or_nothing(entry, min(limit, room))
            room -= len(data)
            members = _members(entry, data)
        # An archive that cannot be opened may hold the notebook; an empty one was handed in.
        if members:
            waiting.extend((member, depth + 1) for member in reversed(members))
        else:
            yield entry


def find_misplaced(
    wanted: Mapping[str, frozenset[str]], handed_in: Sequence[Entry], limit: int, room: int
) -> tuple[dict[str, Found], dict[str, str]]:
    """The notebooks that exactly one file can be meant by, and what a person has to decide.

    Parameters
    ----------
    wanted
        The names of the notebooks that are not in their place, each with the names of its cells,
        by which it is known.
    handed_in
        What was handed in besides the notebooks that are in their place.
    limit
        Bytes of the largest notebook that is read.
    room
        Bytes of the files that are taken along with a notebook.

    Returns
    -------
    The notebooks found, and for others a sentence for whoever decides. A notebook that nothing can
    be meant by is in neither.
    """
    notebooks = list(_notebooks(handed_in, limit))
    found: dict[str, Found] = {}
    undecided: dict[str, str] = {}
    for name, cells in wanted.items():
        # A notebook that has more in common with another one is that one.
        ours = [
            (entry, data)
            for entry, data, theirs in notebooks
            if theirs & cells
            and not is_hidden(entry.path)
            and len(theirs & cells) == max(len(theirs & each) for each in wanted.values())
        ]
        if len({data for _, data in ours}) == 1:
            entry, data = ours[0]
            found[name] = Found(entry.path, data, _below(entry, handed_in, room))
        elif ours:
            undecided[name] = _several(name, [entry for entry, _ in ours])
    taken = {each.path for each in found.values()}
    others = [entry for entry in handed_in if entry.path not in taken]
    for name in wanted.keys() - found.keys() - undecided.keys():
        if others:
            undecided[name] = _something_else(name, others)
    return found, undecided


def _is_left_behind(entry: Entry) -> bool:
    name = PurePosixPath(entry.path).name.lower()
    return name in _LEFT_BEHIND or is_left_by_systems(entry.path)


def _read_or_nothing(entry: Entry, limit: int) -> bytes:
    """The bytes of a file of at most ``limit`` of them."""
    try:
        data = entry.read(limit + 1)
    except OSError:
        return b""
    return data if len(data) <= limit else b""


def _members(entry: Entry, data: bytes) -> Sequence[Entry]:
    """What is in an archive of these bytes; nothing if it is damaged, or holds too much."""
    try:
        with open_zip(data, _MOST_FILES) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
    except (OSError, *BROKEN):
        return ()
    return [
        Entry(f"{entry.path}/{each.filename}", _reader(data, each))
        for each in members
        if not leads_out(each.filename)
    ]


def _reader(data: bytes, member: zipfile.ZipInfo) -> Callable[[int], bytes]:
    """Reads a member of an archive; OSError for one that is damaged or encrypted."""

    def read(size: int) -> bytes:
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(member) as file:
                return file.read(size)
        except BROKEN as error:
            raise OSError(0, f"{member.filename} cannot be read: {error}") from error

    return read


def _notebooks(
    handed_in: Iterable[Entry], limit: int
) -> Iterator[tuple[Entry, bytes, frozenset[str]]]:
    """What can be read as a notebook, whatever it is called, with the names of its cells.

    They share what one of them may take: it is the coordinator that reads them.
    """
    room, values = limit, _MOST_VALUES
    for entry in list(handed_in)[:_MOST_FILES]:
        try:
            if not entry.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
                continue
            data = entry.read(room + 1)
            room -= len(data)
            values -= sum(map(data.count, (b"[", b"{", b",")))
            if min(room, values) < 0:
                return
            if _OLD_FORMAT.search(data):  # which takes long to convert
                continue
            notebook = read_notebook(data)
        except (OSError, UnreadableSubmission):
            continue
        yield entry, data, names_in(notebook)


def _below(notebook: Entry, handed_in: Iterable[Entry], room: int) -> dict[str, bytes]:
    """The other files in the folder of a notebook, and below it, while there is room for them."""
    folder = PurePosixPath(notebook.path).parent
    files: dict[str, bytes] = {}
    for entry in list(handed_in)[:_MOST_FILES]:
        path = PurePosixPath(entry.path)
        if entry is notebook or path.suffix == ".ipynb" or folder not in path.parents:
            continue
        try:
            data = entry.read(room + 1)
        except OSError:
            continue
        if len(data) > room:
            break
        room -= len(data)
        files[path.relative_to(folder).as_posix()] = data
    return files


def _several(name: str, meant: Sequence[Entry]) -> str:
    return (
        f"There is no {name}.ipynb, and each of these can be meant: {_listed(meant)}. Leave the "
        f"right one, named {name}.ipynb."
    )


def _something_else(name: str, others: Sequence[Entry]) -> str:
    likely = [entry for entry in others if entry.is_named_like_a_notebook()]
    return (
        f"There is no {name}.ipynb, but {_listed(likely or others)}: if that is meant, name it "
        f"{name}.ipynb; if nothing was handed in, empty the folder."
    )


def _listed(found: Sequence[Entry]) -> str:
    names = [entry.path for entry in found[:_TOLD]]
    return ", ".join(names) + (", …" if len(found) > _TOLD else "")
