"""A search of files for instructors only that would go to students beside their notebooks.

Such a file has the content of a picture that a solution shows or makes, or it is named in a
solution, a hidden test or a mark scheme and nowhere else. What nobody names and nobody can look
into is told to the instructor.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from autograder.course.source import SourceNotebook
from autograder.notebook.cells import Cell
from autograder.notebook.regions import regions_from
from autograder.release.allowed import unshown_attachments
from autograder.release.contents import Piece, pieces_of

_DATA_URI = re.compile(r"data:[\w/+.-]+;base64,([\w+/=\s]+)")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".pdf", ".tif", ".tiff")
_CODE = (".py", ".pyi", ".pyx")
_PROSE = (".md", ".rst", "LICENSE", "README", "README.txt")  # read without being told
_NOTES = 20  # files that one note each is made of


def find_private_files(sources: Iterable[SourceNotebook], files: Mapping[str, bytes]) -> list[str]:
    """Which of ``files`` would show what a solution, a hidden test or a mark scheme uses alone."""
    sources = list(sources)
    named, spoken_of = _named(sources, files), _named(sources, files, folders=True)
    found = find_pictures(sources, files)
    for name in sorted(files.keys() - named):
        if name.endswith(".ipynb"):
            continue
        for cell, secret, data_is_fine in _secrets(sources):
            is_data = not name.lower().endswith(_PICTURES + _CODE)
            # An answer has to read the data that the solution reads.
            uses = _names(secret, name) or (name not in spoken_of and _computes(secret, name))
            if uses and not (data_is_fine and is_data):
                found.append(
                    f"{name}: only what students do not see of {cell!r} names it; name it in a "
                    "cell that they get if they may have it"
                )
                break
    return found


def unnamed_files(sources: Iterable[SourceNotebook], files: Mapping[str, bytes]) -> list[str]:
    """Notes on ``files`` of which no text that students get speaks, and on what nobody can read.

    Notebooks may read them under names that they compute.
    """
    spoken_of = _named(list(sources), files, folders=True)
    notes: dict[str, str] = {}
    for piece in pieces_of(files):
        if piece.file in spoken_of or piece.file.endswith((".ipynb", *_PROSE)):
            continue
        note = f"{piece.file}: students get it, although nothing that they read names it"
        notes.setdefault(piece.file, note)
        if piece.opaque:
            notes[piece.file] = f"{note}; nobody has looked into it ({piece.opaque})"
    told = list(notes.values())[:_NOTES]
    more = [f"{len(notes) - _NOTES} more files that nothing names"] if len(notes) > _NOTES else []
    return told + more


def unread_files(files: Mapping[str, bytes]) -> list[str]:
    """Notes on what nobody has looked into of ``files``."""
    opaque = [f"{piece.name} ({piece.opaque})" for piece in pieces_of(files) if piece.opaque]
    if not opaque:
        return []
    more = f" and {len(opaque) - _NOTES} more" if len(opaque) > _NOTES else ""
    return [f"nobody has looked into {', '.join(opaque[:_NOTES])}{more}"]


def find_pictures(sources: Iterable[SourceNotebook], files: Mapping[str, bytes]) -> list[str]:
    """Which of ``files`` have the content of a picture that only a solution shows or makes."""
    sources = list(sources)
    secret = dict(_secret_pictures(sources))
    made = dict(_outputs(sources))
    named = _named(sources, files)
    found = []
    for piece in pieces_of(files):
        for digest in _fingerprints(piece):
            if digest in secret:
                found.append(
                    f"{piece.name}: it is the picture of {secret[digest]!r} that students do not "
                    "see"
                )
            elif digest in made and piece.name not in named:
                found.append(
                    f"{piece.name}: it is the picture that {made[digest]!r} makes; name it in a "
                    "cell that they get if they may have it"
                )
    return found


def _secrets(sources: Iterable[SourceNotebook]) -> Iterator[tuple[str, str, bool]]:
    """Of each cell what students do not see, and whether that is code that an answer is like."""
    for source in sources:
        regions = regions_from(source.course.config)
        for number, cell in enumerate(source.notebook.cells, start=1):
            name = cell.grade_id or f"cell {number}"
            tests = [*regions.hidden.inner(cell.source), *regions.mark_scheme.inner(cell.source)]
            yield name, "\n".join(tests), False
            if cell.is_solution:
                solution = regions.solution.inner(cell.source) or [cell.source]
                yield name, "\n".join(solution), cell.cell_type == "code"


def _named(
    sources: Collection[SourceNotebook], files: Mapping[str, bytes], *, folders: bool = False
) -> set[str]:
    """The files that students learn of by their notebooks, or by files that these name.

    A module that names itself, or another one that names it, tells nobody anything. With
    ``folders``, whoever learns of a folder learns of what is in it.
    """
    text = "\n".join(_released(source, cell) for source in sources
                     for cell in source.notebook.cells)  # fmt: skip
    named: set[str] = set()
    waiting = {name for name in files if not name.endswith(".ipynb")}
    while text:
        now = {
            name
            for name in waiting
            if _names(text, name) or (folders and _names_a_folder(text, name))
        }
        waiting -= now
        named |= now
        # A file by which one reads on; a picture or data may name what they like.
        read = [name for name in now if name.endswith((*_CODE, ".md", ".txt", ".rst"))]
        text = "\n".join(files[name].decode("utf-8", "ignore") for name in sorted(read))
    return named


def _names_a_folder(text: str, name: str) -> bool:
    parts = PurePosixPath(name).parts[:-1]
    return any(re.search(rf"(?<![\w-]){re.escape(part)}(?![\w-])", text) for part in parts)


def _released(source: SourceNotebook, cell: Cell) -> str:
    return source.released[cell.grade_id] if cell.grade_id else cell.source


def _names(text: str, name: str) -> bool:
    """Whether a text names a file, or imports it."""
    path = PurePosixPath(name)
    if re.search(rf"(?<![\w-]){re.escape(path.name)}(?![\w-])", text):
        return True
    if path.suffix not in _CODE:
        return False
    module = path.parent.name if path.stem == "__init__" else path.stem
    imported = rf"^\s*(?:from|import)\s.*\b{re.escape(module)}\b"
    return re.search(imported, text, re.MULTILINE) is not None


def _computes(text: str, name: str) -> bool:
    """Whether a text makes names that end as this one does, as ``f"{question}.npy"``."""
    suffix = PurePosixPath(name).suffix
    return bool(suffix) and re.search(rf"[}}*'\"]{re.escape(suffix)}['\"]", text) is not None


def _secret_pictures(sources: Iterable[SourceNotebook]) -> Iterator[tuple[bytes, str]]:
    """The pictures that only solutions and mark schemes show: fingerprint and cell."""
    sources = list(sources)
    shown: set[bytes] = set()
    secret: dict[bytes, str] = {}
    for source in sources:
        for number, cell in enumerate(source.notebook.cells, start=1):
            text = _released(source, cell)
            attached: Mapping[str, Any] = cell.attachments or {}
            unshown = unshown_attachments(text, attached)
            for name, bundle in attached.items():
                for digest in _of_bundle(bundle):
                    if name in unshown:
                        secret[digest] = cell.grade_id or f"cell {number}"
                    else:
                        shown.add(digest)
            shown.update(_in_text(text))
    for name, text, _ in _secrets(sources):
        secret |= dict.fromkeys(_in_text(text), name)
    yield from ((digest, cell) for digest, cell in secret.items() if digest not in shown)


def _outputs(sources: Iterable[SourceNotebook]) -> Iterator[tuple[bytes, str]]:
    """The pictures that the source notebooks were saved with: fingerprint and cell."""
    for source in sources:
        path = source.course.source_folder(source.assignment) / f"{source.name}.ipynb"
        if not path.is_file():
            continue
        for number, cell in enumerate(json.loads(path.read_bytes())["cells"], start=1):
            name = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
            for output in cell.get("outputs", ()):
                for digest in _of_bundle(output.get("data")):
                    yield digest, name or f"cell {number}"


def _of_bundle(bundle: Any) -> Iterator[bytes]:
    """The fingerprints of the pictures in what Jupyter keeps by kinds of content."""
    for kind, part in bundle.items() if isinstance(bundle, Mapping) else ():
        text = "".join(part) if isinstance(part, list) else part
        if isinstance(text, str) and kind.startswith(("image/", "application/pdf")):
            yield _of_encoded(text)


def _of_encoded(encoded: str) -> bytes:
    try:
        return _fingerprint(base64.b64decode("".join(encoded.split()), validate=True))
    except (binascii.Error, ValueError):
        return _fingerprint(encoded.encode())  # an SVG is stored as text


def _in_text(text: str) -> Iterator[bytes]:
    yield from (_of_encoded(match[1]) for match in _DATA_URI.finditer(text))


def _fingerprints(piece: Piece) -> Iterator[bytes]:
    """What a file is known by as a picture, and what the drawings in its text are."""
    yield _fingerprint(piece.data)
    yield from (_fingerprint(each.encode()) for each in piece.texts[1:] if "<svg" in each)


def _fingerprint(picture: bytes) -> bytes:
    """A digest of what a picture shows, not of who made it when."""
    if not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return sha256(picture.strip()).digest()
    digest, place = sha256(), 8
    while place + 8 <= len(picture):
        size, kind = struct.unpack_from(">I4s", picture, place)
        if kind in (b"IHDR", b"PLTE", b"tRNS", b"IDAT"):
            digest.update(picture[place + 8 : place + 8 + size])
        place += size + 12
    shows = digest.digest()
    return shows if shows != sha256().digest() else sha256(picture).digest()
