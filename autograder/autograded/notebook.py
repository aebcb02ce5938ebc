"""Writes the graded notebook where formgrader shows it to whoever grades by hand.

formgrader renders notebooks without sanitising them, in a page that may change every grade, and as
long as its server renders one it answers nobody. So nothing of what a student wrote or printed may
be active, or endless, in the notebook that is written here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from autograder.autograded.markdown import MARKDOWN_LIMIT, markdown_for_formgrader, taken_apart
from autograder.course.files import write_atomically
from autograder.notebook.cells import Cell, Output, notebook_json
from autograder.results import CellRun, NotebookResult
from autograder.sanitise import Room, safe_images, safe_outputs, script_runs, text_within

LINE_LIMIT = 1_000  # characters of a line of code
_CELL_ELEMENTS = 30  # what nbconvert makes around a cell takes as long as so many
#: What a lexer may make an element of, and what nbconvert highlights.
_LEXEME = re.compile(r"\w+|[^\w\s]")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_ATTACHMENT = re.compile(r"(attachment)[\s\\]*:(\S*?)(?=[)\s\"'<>]|$)", re.IGNORECASE)
_ATTACHED_NAME = re.compile(r"[A-Za-z0-9_.%-]+")
#: Of HTML, and of TeX: MathJax typesets formgrader's pages, titles included.
_MARKUP = re.compile(r"[<>&\"'$\\\x00-\x1f]")


def write_autograded(
    folder: Path,
    result: NotebookResult,
    *,
    version: str = "",
    run: Callable[..., str] | None = None,
) -> Path:
    """Write ``<folder>/<notebook>.ipynb``, whole or not at all, and return its path.

    ``run`` calls `autograded_text` where it can be stopped; without, it is called here.

    Raises
    ------
    OSError
        It cannot be written.
    """
    path = folder / f"{result.notebook}.ipynb"
    if run is None:
        text = autograded_text(result, version)
    else:
        text = run(autograded_text, result=result, version=version)
    write_atomically(path, text)
    return path


def autograded_text(result: NotebookResult, version: str, *, plain: bool = False) -> str:
    """The text of the graded notebook, with sources and outputs made safe and bounded.

    ``version`` of the autograder, the seed and each question's outcome go into the notebook's
    metadata, under ``autograder``. If it is ``plain``, nothing is parsed that a student wrote.
    """
    metadata: dict[str, Any] = _safe_metadata(result.metadata)
    metadata["autograder"] = {
        "outcomes": {question.grade_id: question.outcome.value for question in result.questions},
        "seed": result.seed,
        "version": version,
    }
    return notebook_json(list(_safe_cells(result.cells, Room(plain=plain))), metadata)


def _safe_cells(runs: Collection[CellRun], room: Room) -> Iterator[tuple[Cell, list[Output]]]:
    """The cells with their outputs, without those of the student's own that would be too many."""
    taken = frozenset(_identifiers(runs))
    left_out = 0
    for run in runs:
        if run.cell.grade_id is None and not room.take(elements=_CELL_ELEMENTS):
            left_out += 1
        else:
            yield _safe_cell(run.cell, room, taken), _outputs(run, room)
    if left_out:
        note = f"*{left_out:,} more cells are not shown: the page would be too long.*"
        yield Cell("markdown", note, id="not-shown"), []


def _identifiers(runs: Collection[CellRun]) -> Iterator[str]:
    """Those of the elements by which formgrader's page finds the fields for scores."""
    yield from ("notebook", "notebook-container", "statusmessage")
    for name in (run.cell.grade_id for run in runs):
        if name is not None:
            yield from (name, f"{name}_extra_credit", f"{name}-comment")


def _outputs(run: CellRun, room: Room) -> list[Output]:
    outputs = safe_outputs(run.outputs, room) if run.cell.cell_type == "code" else []
    for data in (output.get("data", {}) for output in outputs):
        if "text/html" in data:
            # MathJax leaves an element of this class alone: its commands can make links.
            data["text/html"] = f'<div class="tex2jax_ignore">{data["text/html"]}</div>'
    return list(outputs)


def _safe_cell(cell: Cell, room: Room, taken: Collection[str]) -> Cell:
    """The cell with the instructor's metadata only; what is the student's can only be read."""
    # Metadata of the student's own are left out: extensions of Jupyter act on many of them.
    kept = {key: cell.metadata[key] for key in ("deletable", "editable") if key in cell.metadata}
    if cell.grade_id is not None and not _MARKUP.search(cell.grade_id):
        kept["nbgrader"] = dict(cell.nbgrader)
    images = _images(cell.attachments)
    source = cell.source
    if cell.cell_type == "code":
        source = source if cell.is_locked else _code_within(room, source)
    elif cell.is_locked:  # the instructor's own text may hold HTML
        source = _with_attachments(source, images)
    elif cell.cell_type == "markdown":
        source = markdown_for_formgrader(source, images, room, taken)
    else:
        source = taken_apart(text_within(room, source, MARKDOWN_LIMIT))
    used = {name: image for name, image in images.items() if f"attachment:{name}" in source}
    return replace(cell, source=source, metadata=kept, attachments=used or None)


def _code_within(room: Room, source: str) -> str:
    """Code as it was graded, but for what would keep formgrader busy, with a comment instead."""
    lines: list[str] = []
    for match in _LINE.finditer(source):
        line = match[0] if len(match[0]) <= LINE_LIMIT else _cut(match[0])
        elements = len(_LEXEME.findall(line)) + script_runs(line)
        if not room.take(characters=len(line), elements=elements):
            more = source.count("\n", match.start()) + (not source.endswith("\n"))
            return "".join(
                [*lines, f"# … {more:,} more lines are not shown: see what was submitted"]
            )
        lines.append(line)
    return "".join(lines)


def _cut(line: str) -> str:
    return f"{line[:LINE_LIMIT]}  # … {len(line) - LINE_LIMIT:,} more characters are not shown\n"


def _with_attachments(markdown: str, images: Collection[str]) -> str:
    """Markdown without references to attachments that are not there: they stop formgrader."""

    def kept_or_broken(match: re.Match[str]) -> str:
        return f"attachment:{match[2]}" if match[2] in images else f"{match[1]} :{match[2]}"

    return _ATTACHMENT.sub(kept_or_broken, markdown)


def _images(attachments: Mapping[str, Any] | None) -> dict[str, dict[str, str]]:
    """The attached images that are safe, by their names as addresses have them."""
    images: dict[str, dict[str, str]] = {}
    for name, bundle in (attachments or {}).items():
        name = name if _ATTACHED_NAME.fullmatch(name) else quote(name, safe="", errors="replace")
        if isinstance(bundle, Mapping) and (found := safe_images(bundle)):
            images[name] = found
    return images


def _safe_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The kernel's names alone: formgrader puts a notebook's title into the page unescaped."""
    kept: dict[str, Any] = {}
    for key, names in (
        ("kernelspec", ("display_name", "language", "name")),
        ("language_info", ("name",)),
    ):
        section = metadata.get(key)
        values = section if isinstance(section, Mapping) else {}
        kept[key] = {
            name: values[name]
            for name in names
            if isinstance(values.get(name), str) and not _MARKUP.search(values[name])
        }
    # nbformat refuses a kernelspec and a language without a name.
    return {key: values for key, values in kept.items() if "name" in values}
