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

_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
#: A picture in Markdown, with what it is called and its address, or in HTML, with its address.
_PICTURE = re.compile(
    r"!\[(?P<alt>[^\]\n]{0,200})\]\(\s{0,9}<?(?P<address>[^\s()<>]{1,300})>?(?:\s{1,9}\"[^\"\n]{0,200}\")?\s{0,9}\)"
    r"|<img\s[^<>]{0,300}?src\s{0,9}=\s{0,9}[\"']?(?P<source>[^\s\"'<>]{1,300})[^<>]{0,300}>",
    re.IGNORECASE,
)
#: Names of what the grader writes itself.
_OURS = (".ipynb", ".grading.json")
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
    if not any(PurePosixPath(name).suffix.lower() in _TYPES for name in files):
        return result
    room = Room()
    cells = tuple(
        replace(run, cell=_with_pictures(run.cell, files, room))
        if run.cell.cell_type == "markdown" and not run.cell.is_locked
        else run
        for run in result.cells
    )
    return replace(result, cells=cells)


def _with_pictures(cell: Cell, files: Mapping[str, bytes], room: Room) -> Cell:
    attachments = dict(cell.attachments or {})
    names: dict[str, str] = {}  # of attachments, by those of files

    def attached(match: re.Match[str]) -> str:
        name = normpath(unquote(match["address"] or match["source"]))
        if name not in names:
            mime = _TYPES.get(PurePosixPath(name).suffix.lower(), "")
            if name not in files or not mime:
                return match[0]
            picture = safe_images({mime: base64.b64encode(files[name]).decode()}, room)
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
