"""Pictures and other files of a student's, for whoever grades by hand.

A picture that a text shows, and that lies beside the submitted notebook, becomes an attachment of
its cell: so formgrader and the feedback page show it, and neither loads a file. The other files are
written beside the autograded notebook, where formgrader's links find them. A browser opens them
with the grader's rights, so that whatever could act there is text.
"""

from __future__ import annotations

import base64
import mimetypes
import os
import re
import shutil
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote

from autograder.course.files import write_files
from autograder.notebook.cells import Cell
from autograder.results import NotebookResult
from autograder.sanitise import Room, safe_images
from autograder.sanitise.images import IMAGE_LIMIT

_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
#: A picture in Markdown, with what it is called and its address, or the inside of one in HTML.
#: Neither steps back, so a text takes as long as it is: students write it, and all others wait.
_PICTURE = re.compile(
    r"!\[(?P<alt>[^\[\]\n]{0,200}+)\]\(\s{0,9}+<?(?P<address>[^\s()<>]{1,300}+)>?"
    r"(?:\s{1,9}+\"[^\"\n]{0,200}+\")?\s{0,9}+\)"
    r"|<img\s(?P<inside>[^<>]{0,600}+)>",
    re.IGNORECASE,
)
_SOURCE = re.compile(r"\bsrc\s{0,9}+=\s{0,9}+[\"']?([^\s\"'<>]{1,300}+)", re.IGNORECASE)
#: Characters of Markdown in which pictures are looked for, of a whole notebook.
_LONGEST_TEXT = 1_000_000
#: Names of what the grader writes itself.
_OURS = (".ipynb", ".grading.json", ".attempts.json")
#: Bytes of a file's name, and of its whole path, that every file system takes.
_LONGEST_NAME, _LONGEST_PATH = 200, 1_000
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")
#: What browsers only show, or save.
_PASSIVE = frozenset(
    """
    image/png image/jpeg image/gif image/webp text/plain text/csv text/x-python application/json
    application/pdf application/zip application/octet-stream
    """.split()  # noqa: SIM905 - twelve lines would hide which are there
)


def with_pictures(result: NotebookResult, files: Mapping[str, bytes]) -> NotebookResult:
    """The result, in whose texts of the student's the pictures among ``files`` are attached."""
    pictures = _Pictures(files)
    if not pictures.has_any:
        return result
    left = _LONGEST_TEXT
    cells = []
    for run in result.cells:
        if run.cell.cell_type == "markdown" and not run.cell.is_locked:
            left -= len(run.cell.source)
            if left > 0:
                run = replace(run, cell=_with_pictures(run.cell, pictures))
        cells.append(run)
    return replace(result, cells=tuple(cells))


class _Pictures:
    """The pictures beside a notebook, each of which is looked at once, and what they may take."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._room = Room()
        self._known: dict[str, tuple[dict[str, str], int]] = {}  # with their pixels

    @property
    def has_any(self) -> bool:
        return any(PurePosixPath(name).suffix.lower() in _TYPES for name in self._files)

    def take(self, name: str) -> dict[str, str]:
        """The attachment for a picture; nothing if it is none, or there is no room for it."""
        if name in self._known:
            picture, pixels = self._known[name]
            size = sum(map(len, picture.values()))
            return picture if self._room.take(image_characters=size, pixels=pixels) else {}
        before = self._room.pixels
        mime, data = _TYPES.get(PurePosixPath(name).suffix.lower(), ""), self._files.get(name, b"")
        picture = {}
        if mime and len(data) <= IMAGE_LIMIT:
            picture = safe_images({mime: base64.b64encode(data).decode()}, self._room)
        self._known[name] = picture, before - self._room.pixels
        return picture


def _with_pictures(cell: Cell, pictures: _Pictures) -> Cell:
    attachments = dict(cell.attachments or {})
    names: dict[str, str] = {}  # of attachments, by those of files

    def attached(match: re.Match[str]) -> str:
        inside = _SOURCE.search(match["inside"] or "")
        name = normpath(unquote(match["address"] or (inside[1] if inside else "")))
        if name not in names:
            picture = pictures.take(name)
            if not picture:
                return match[0]
            names[name] = _new_name(name, attachments)
            attachments[names[name]] = picture
        return f"![{match['alt'] or PurePosixPath(name).stem}](attachment:{names[name]})"

    source = _PICTURE.sub(attached, cell.source)
    return replace(cell, source=source, attachments=attachments) if names else cell


def _new_name(name: str, taken: Collection[str]) -> str:
    plain = _NOT_IN_NAMES.sub("-", name)
    while plain in taken:
        plain = f"-{plain}"
    return plain


def write_files_beside(
    folder: Path, files: Mapping[str, bytes], instructors: Collection[str]
) -> None:
    """Write what was handed in beside the notebooks, and remove what was there before.

    The ``instructors`` files keep their names; notebooks and records in the folder stay.

    Raises
    ------
    OSError
        It cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if not path.name.endswith(_OURS):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    named = {name if name in instructors else _passive(name): name for name in files}
    write_files({shown: files[name] for shown, name in named.items() if _fits(shown)}, folder)


def _fits(name: str) -> bool:
    parts = name.split("/")
    return len(os.fsencode(name)) <= _LONGEST_PATH and not any(
        part.endswith(_OURS) or len(os.fsencode(part)) > _LONGEST_NAME for part in parts
    )


def _passive(name: str) -> str:
    """The name, with ``.txt`` after that of a page or a drawing, which can hold scripts."""
    # By the ending alone: a name may look like an address that says its own type.
    kind, packed = mimetypes.guess_type(f"file{PurePosixPath(name).suffix}")
    return name if packed or (kind or "application/octet-stream") in _PASSIVE else f"{name}.txt"
