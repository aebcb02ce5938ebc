"""What a student edition may hold besides the text of its cells: a list of what is allowed.

nbgrader takes out the solutions, hidden tests, mark schemes and outputs that it knows of. What is
left is compared with the list here, so that the next extension of Jupyter that keeps something in
a notebook gives nothing away: an unknown key of the metadata stays behind, and so does a picture
that no text shows and a file that no student needs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograder.course.directory import CONFIG_FILE, Course
from autograder.course.files import is_hidden
from autograder.errors import CourseError
from autograder.notebook.cells import layout

#: Beside the notebooks: what editors, nbgrader and operating systems leave.
_LEFT_BEHIND = (
    "*.pyc", "*~", "#*#", "*.bak", "*.orig", "*.swp", "*.ipynb", "gradebook.db*", CONFIG_FILE,
)  # fmt: skip
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FOLDED = re.compile(r"<summary>.*?</summary>", re.DOTALL)
#: Names of files, comments and headings of folded text that may hold what they say.
_TELLING = re.compile(
    r"(?<![a-z])(solutions?|solved|answers?|hidden|secret|expected|rubric|marking|"
    r"mark[ _-]?schemes?|grading)(?![a-z])",
    re.IGNORECASE,
)


@dataclass
class Kept:
    """What may leave of a release: ``files`` by name, and ``notes`` on what stays behind."""

    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def keep_allowed(files: Mapping[str, bytes]) -> Kept:
    """What is allowed of the files that nbgrader has made for a release."""
    kept = Kept()
    for name, data in sorted(files.items()):
        if name.endswith(".ipynb") and "/" not in name:
            kept.files[name], notes = _notebook(data)
            kept.notes += [f"{name}: {note}" for note in notes]
        elif is_left_behind(name):
            kept.notes.append(f"{name}: stays behind; no student needs it")
        else:
            kept.files[name] = data
    return kept


def is_left_behind(name: str) -> bool:
    """Whether a file beside the notebooks is none that an instructor means to hand out."""
    parts = name.split("/")
    return is_hidden(name) or any(fnmatch(part, each) for part in parts for each in _LEFT_BEHIND)


def telling_names(files: Mapping[str, bytes]) -> list[str]:
    """The files beside the notebooks whose names say that students should not see them."""
    return [n for n in files if not n.endswith(".ipynb") and _TELLING.search(Path(n).name)]


def check_links(course: Course, folder: Path) -> None:
    """Refuse links in the source ``folder`` to what is none of the course's, or private.

    nbgrader copies what a link leads to.

    Raises
    ------
    CourseError
        There is one.
    """
    sources = course.source_folder("*").parent.resolve()
    private = [path.resolve() for path in course.private_paths()]
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink() or not path.is_file():
            continue
        real = path.resolve()
        inside = real.is_relative_to(course.root.resolve())
        if real.is_relative_to(sources) and real.suffix != ".ipynb":
            continue  # data that several assignments share
        if not inside or any(real.is_relative_to(each) for each in private):
            raise CourseError(
                f"{path} is a link to {real}, which would go to students: that is private, or "
                "outside the course. Put a copy in its place, or remove the link."
            )


def _notebook(data: bytes) -> tuple[bytes, list[str]]:
    """A notebook with what is allowed of it, and what that leaves out."""
    node = json.loads(data)
    notes: list[str] = []
    before = json.dumps(node)
    dropped: dict[str, int] = {}
    for number, cell in enumerate(node["cells"], start=1):
        notes += [f"cell {number}{_named(cell)}: {note}" for note in _without_contents(cell)]
        notes += [f"cell {number}{_named(cell)}: {note}" for note in _out_of_sight(cell)]
        for key in _filter(cell.setdefault("metadata", {}), _CELL_METADATA):
            dropped[key] = dropped.get(key, 0) + 1
    notes += [f"metadata {key!r} of {count} cells left out" for key, count in dropped.items()]
    of_notebook = _filter(node["metadata"], _NOTEBOOK_METADATA)
    notes += [f"metadata {key!r} of the notebook left out" for key in of_notebook]
    for key in sorted(node.keys() - {"cells", "metadata", "nbformat", "nbformat_minor"}):
        del node[key]
        notes.append(f"{key!r} left out")
    return (data if json.dumps(node) == before else layout(node).encode()), notes


def _named(cell: Mapping[str, Any]) -> str:
    marks = cell.get("metadata", {}).get("nbgrader", {})
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return f" ({name!r})" if name else ""


def _without_contents(cell: dict[str, Any]) -> Iterator[str]:
    """Take out of a cell what is neither text nor shown by its text; yields what that was."""
    is_code = cell["cell_type"] == "code"
    allowed = {"cell_type", "id", "metadata", "source"}
    allowed |= {"outputs", "execution_count"} if is_code else {"attachments"}
    for key in sorted(cell.keys() - allowed):
        del cell[key]
        yield f"{key!r} left out"
    if is_code:
        if cell.get("outputs") or cell.get("execution_count") is not None:
            yield "outputs left out"
        cell |= {"outputs": [], "execution_count": None}
    attachments = cell.get("attachments", {})
    for name in unshown_attachments("".join(cell["source"]), attachments):
        del attachments[name]
        yield f"attachment {name!r} left out: no text that students get shows it"
    if not attachments:
        cell.pop("attachments", None)


def _out_of_sight(cell: Mapping[str, Any]) -> Iterator[str]:
    """What students do not see at once in a text, but can open or read in an editor."""
    text = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        for found in _COMMENT.findall(text) + _FOLDED.findall(text):
            if _TELLING.search(found):
                yield f"students can read what this hides: {found[:60]}"


def unshown_attachments(text: str, names: Mapping[str, Any] | Sequence[str]) -> list[str]:
    """Those of a cell's attachments that its ``text`` does not show."""
    text = _COMMENT.sub("", text)
    return [name for name in names if not any(_shows(text, each) for each in _spellings(name))]


def _spellings(name: str) -> set[str]:
    return {name, quote(name), quote(name, safe="")}


def _shows(text: str, name: str) -> bool:
    return re.search(rf"attachment:{re.escape(name)}(?![\w.%-])", text) is not None


def _filter(metadata: dict[str, Any], allowed: Mapping[str, Any], within: str = "") -> list[str]:
    """Delete what is not allowed of some metadata; the keys of that."""
    gone: list[str] = []
    for key, value in list(metadata.items()):
        may = allowed.get(key)
        if isinstance(may, Mapping) and isinstance(value, dict):
            gone += _filter(value, may, f"{within}{key}.")
        elif not callable(may) or not may(value):
            del metadata[key]
            gone.append(within + key)
    return gone


def _is_flag(value: object) -> bool:
    return value is None or isinstance(value, bool) or value == "auto"


def _is_word(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[\w .:+/()\[\]-]{0,80}", value) is not None


def _is_plain(value: object) -> bool:
    return _is_word(value) or _is_flag(value) or isinstance(value, int | float)


def _is_id(value: object) -> bool:
    return isinstance(value, str)  # checked when the notebook is loaded


def _are_words(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_word, value))


_ROLES = ("grade", "locked", "points", "schema_version", "solution", "task", "checksum")
_LANGUAGE = ("name", "version", "file_extension", "mimetype", "nbconvert_exporter")
_FLAGS = ("collapsed", "deletable", "editable", "scrolled", "hidden", "heading_collapsed")
#: By key, what says whether a value may stay, or what its own keys are.
_CELL_METADATA: Mapping[str, Any] = {
    "nbgrader": {"grade_id": _is_id, **dict.fromkeys((*_ROLES, "cell_type"), _is_plain)},
    "tags": _are_words,
    "jupyter": {"source_hidden": _is_flag, "outputs_hidden": _is_flag},
    "slideshow": {"slide_type": _is_word},
    **dict.fromkeys(("format", "raw_mimetype"), _is_word),
    **dict.fromkeys(_FLAGS, _is_flag),
}
_NOTEBOOK_METADATA: Mapping[str, Any] = {
    "kernelspec": dict.fromkeys(("name", "display_name", "language"), _is_word),
    "language_info": {
        **dict.fromkeys((*_LANGUAGE, "pygments_lexer"), _is_word),
        "codemirror_mode": {"name": _is_word, "version": _is_plain},
    },
    "celltoolbar": _is_word,
}
