"""A search of files for instructors only that would go to students beside their notebooks.

Such a file has the content of a picture that a solution shows, or it is named in a solution, a
hidden test or a mark scheme and nowhere else. Text with nbgrader's marks in it has a part that
nobody took out.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from autograder.course.source import SourceNotebook
from autograder.notebook.cells import Cell
from autograder.notebook.regions import regions_from
from autograder.release.allowed import unshown_attachments

#: A line that begins or ends a region, as nbgrader has it and as it is often misspelt.
_MARK = re.compile(
    r"^\W*(?:BEGIN|END)[ _-]*(?:SOLUTIONS?|HIDDEN[ _-]*TESTS?|MARK(?:ING)?[ _-]*SCHEMES?)\b",
    re.IGNORECASE | re.MULTILINE,
)
_DATA_URI = re.compile(r"data:[\w/+.-]+;base64,([\w+/=\s]+)")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".bmp", ".pdf", ".tif", ".tiff")
_CODE = (".py", ".pyi", ".pyx")


def find_marks(files: Mapping[str, bytes]) -> list[str]:
    """Where ``files`` still hold a mark of a solution, a hidden test or a mark scheme."""
    found = []
    for name, data in sorted(files.items()):
        for where, text in _texts(name, data):
            if mark := _MARK.search(text):
                line = mark[0].strip()
                found.append(f"{name}{where}: the mark {line!r}; check how it is spelt")
    return found


def find_private_files(sources: Iterable[SourceNotebook], files: Mapping[str, bytes]) -> list[str]:
    """Which of ``files`` would show what a solution, a hidden test or a mark scheme uses alone."""
    sources = list(sources)
    found = find_pictures(sources, files)
    shown = "\n".join(_shown_texts(sources, files))
    for name in sorted(files):
        if name.endswith(".ipynb") or _names(shown, name):
            continue
        for cell, secret, data_is_fine in _secrets(sources):
            is_data = not name.lower().endswith(_PICTURES + _CODE)
            # An answer has to read the data that the solution reads.
            if _names(secret, name) and not (data_is_fine and is_data):
                found.append(
                    f"{name}: only what students do not see of {cell!r} names it; name it in a "
                    "cell that they get if they may have it"
                )
                break
    return found


def find_pictures(sources: Iterable[SourceNotebook], files: Mapping[str, bytes]) -> list[str]:
    """Which of ``files`` have the content of a picture that only a solution shows."""
    secret = dict(_secret_pictures(sources))
    return [
        f"{name}: it is the picture of {secret[digest]!r} that students do not see"
        for name, data in sorted(files.items())
        for digest in [sha256(data).digest(), *_embedded(name, data)]
        if digest in secret
    ]


def _texts(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """The texts of a file, each with the cell that it is in."""
    if not name.endswith(".ipynb"):
        yield "", data.decode("utf-8", "ignore")
        return
    for number, cell in enumerate(json.loads(data)["cells"], start=1):
        yield f", cell {number}", "".join(cell["source"])


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


def _shown_texts(sources: Iterable[SourceNotebook], files: Mapping[str, bytes]) -> Iterator[str]:
    for source in sources:
        for cell in source.notebook.cells:
            yield _released(source, cell)
    for name, data in files.items():
        if name.endswith((".py", ".md", ".txt", ".rst")):
            yield data.decode("utf-8", "ignore")


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


def _secret_pictures(sources: Iterable[SourceNotebook]) -> Iterator[tuple[bytes, str]]:
    """The pictures that only solutions and mark schemes show: digest and cell."""
    sources = list(sources)
    shown: set[bytes] = set()
    secret: dict[bytes, str] = {}
    for source in sources:
        for number, cell in enumerate(source.notebook.cells, start=1):
            text = _released(source, cell)
            attached: Mapping[str, Any] = cell.attachments or {}
            unshown = unshown_attachments(text, attached)
            for name, bundle in attached.items():
                for digest in _digests(bundle):
                    if name in unshown:
                        secret[digest] = cell.grade_id or f"cell {number}"
                    else:
                        shown.add(digest)
            shown.update(_in_text(text))
    for name, text, _ in _secrets(sources):
        secret |= dict.fromkeys(_in_text(text), name)
    yield from ((digest, cell) for digest, cell in secret.items() if digest not in shown)


def _digests(bundle: Any) -> Iterator[bytes]:
    parts = bundle.values() if isinstance(bundle, Mapping) else ()
    for part in parts:
        text = "".join(part) if isinstance(part, list) else part
        if isinstance(text, str):
            yield from _digest(text)


def _digest(encoded: str) -> Iterator[bytes]:
    try:
        yield sha256(base64.b64decode("".join(encoded.split()))).digest()
    except (binascii.Error, ValueError):
        yield sha256(encoded.encode()).digest()  # an SVG is stored as text


def _in_text(text: str) -> Iterator[bytes]:
    for match in _DATA_URI.finditer(text):
        yield from _digest(match[1])


def _embedded(name: str, data: bytes) -> Iterator[bytes]:
    """The pictures in a notebook or in a text."""
    if not name.endswith(".ipynb"):
        yield from _in_text(data.decode("utf-8", "ignore"))
        return
    for cell in json.loads(data)["cells"]:
        for bundle in cell.get("attachments", {}).values():
            yield from _digests(bundle)
        for output in cell.get("outputs", []):
            yield from _digests(output.get("data", {}))
        yield from _in_text("".join(cell["source"]))
