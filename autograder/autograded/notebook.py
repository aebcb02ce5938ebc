"""Writes the graded notebook where formgrader shows it to whoever grades by hand.

formgrader renders notebooks without sanitising them, in a page that may change every grade. So
nothing of what a student wrote or printed may be active in the notebook that is written here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.course.files import write_atomically
from autograder.notebook.cells import Cell, notebook_json
from autograder.results import CellRun, NotebookResult
from autograder.sanitise import safe_images, safe_outputs

#: A "<" that would begin an HTML tag, comment or autolink.
_TAG_START = re.compile(r"<(?=[A-Za-z/!?])")
#: MathJax commands that make links or set attributes, and those that load the ones that do.
_ACTIVE_TEX = re.compile(
    r"\\(?=(?:href|class|cssId|style|require|data|html|mmlToken)\b)", re.IGNORECASE
)
_ACTIVE_URL = re.compile(r"(javascript|vbscript|data)(?=[\s\\]*:)", re.IGNORECASE)
_ATTACHMENT = re.compile(r"(attachment)[\s\\]*:(\S*?)(?=[)\s\"'<>]|$)", re.IGNORECASE)
_ATTACHED_NAME = re.compile(r"[A-Za-z0-9_.-]+")
#: Character references that a renderer decodes inside the address of a link.
_REFERENCE = re.compile(r"&(?=#|colon;|tab;|newline;)", re.IGNORECASE)
_MARKUP = re.compile(r"[<>&\"'\x00-\x1f]")


def write_autograded(folder: Path, result: NotebookResult, *, version: str = "") -> Path:
    """Write ``<folder>/<notebook>.ipynb``, whole or not at all, and return its path.

    The cells are the graded ones with their outputs made safe. ``version`` of the autograder, the
    seed and each question's outcome go into the notebook's metadata, under ``autograder``.

    Raises
    ------
    OSError
        It cannot be written.
    """
    cells = [(_safe_cell(run), _outputs(run)) for run in result.cells]
    metadata: dict[str, Any] = _safe_metadata(result.metadata)
    metadata["autograder"] = {
        "outcomes": {question.grade_id: question.outcome.value for question in result.questions},
        "seed": result.seed,
        "version": version,
    }
    path = folder / f"{result.notebook}.ipynb"
    write_atomically(path, notebook_json(cells, metadata))
    return path


def _outputs(run: CellRun) -> list[dict[str, Any]]:
    return safe_outputs(run.outputs) if run.cell.cell_type == "code" else []


def _safe_cell(run: CellRun) -> Cell:
    """The cell with the instructor's metadata only; what is the student's can only be read."""
    # Metadata of the student's own are left out: extensions of Jupyter act on many of them.
    cell = run.cell
    kept = {key: cell.metadata[key] for key in ("deletable", "editable") if key in cell.metadata}
    if cell.grade_id is not None and not _MARKUP.search(cell.grade_id):
        kept["nbgrader"] = dict(cell.nbgrader)
    images = _images(cell.attachments)
    cell = replace(cell, metadata=kept, attachments=images or None)
    if cell.cell_type == "code":
        return cell
    # The instructor's own text may hold HTML.
    source = cell.source if cell.is_locked else _inert(cell.source)
    return replace(cell, source=_with_attachments(source, images))


def _inert(markdown: str) -> str:
    """Markdown or raw text that no renderer makes tags, script links or active formulas of.

    A space is put in: it keeps everything readable and formulas what they are.

    >>> _inert("if $a<b$: <img src=x onerror=alert(1)> [x](javascript:alert(1))")
    'if $a< b$: < img src=x onerror=alert(1)> [x](javascript :alert(1))'
    """
    markdown = _TAG_START.sub("< ", markdown)
    markdown = _ACTIVE_TEX.sub(r"\\ ", markdown)
    markdown = _REFERENCE.sub("& ", markdown)
    return _ACTIVE_URL.sub(r"\1 ", markdown)


def _with_attachments(markdown: str, images: Collection[str]) -> str:
    """Markdown without references to attachments that are not there: they stop formgrader."""

    def kept_or_broken(match: re.Match[str]) -> str:
        return f"attachment:{match[2]}" if match[2] in images else f"{match[1]} :{match[2]}"

    return _ATTACHMENT.sub(kept_or_broken, markdown)


def _images(attachments: Mapping[str, Any] | None) -> dict[str, dict[str, str]]:
    images: dict[str, dict[str, str]] = {}
    for name, bundle in (attachments or {}).items():
        if not _ATTACHED_NAME.fullmatch(name) or not isinstance(bundle, Mapping):
            continue
        if found := safe_images(bundle):
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
