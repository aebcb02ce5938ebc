"""A submission's cells with the instructor's put back, whatever has happened to them.

Nothing here fails: every submission that could be read can be graded. What a student may change
is the text of answers, and cells of one's own; all else is the instructor's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.edition import Edition
from autograder.notebook.places import (
    choose_copies,
    displaced,
    find_copies,
    is_answer,
    name_of,
    same_text,
    tested_answers,
)


class Origin(StrEnum):
    """Where a restored cell comes from, and so whose text it is."""

    OWN = "own"  # the student's, or one of the instructor's that anyone may edit
    ANSWER = "answer"  # the student's text in an answer cell of the instructor's
    DUPLICATE = "duplicate"  # another copy of an instructor's cell: the student's own now
    INSTRUCTOR = "instructor"  # the instructor's text, where the student had the cell
    MOVED = "moved"  # the instructor's text, put back in its place
    MISSING = "missing"  # was not in the submission: the instructor's text, or an empty answer


@dataclass(frozen=True)
class RestoredCell:
    """A cell as it is graded; ``note`` tells the student what was done to it, if anything."""

    cell: Cell
    origin: Origin
    note: str = ""

    @property
    def is_students(self) -> bool:
        """Whether the student wrote its text."""
        return self.origin in (Origin.OWN, Origin.ANSWER, Origin.DUPLICATE)


@dataclass(frozen=True)
class RestoredNotebook:
    """What is graded: cells in the order in which they run, with the instructor's metadata."""

    cells: tuple[RestoredCell, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def notebook(self) -> Notebook:
        """The same without the remarks."""
        return Notebook(tuple(restored.cell for restored in self.cells), self.metadata)


def restore(submission: Notebook, edition: Edition) -> RestoredNotebook:
    """The cells of ``submission`` with those of ``edition.instructor`` put back.

    - A locked or test cell has the instructor's text, type, tags, points and metadata. It stays
      where the student has it; only a test that comes before an answer that it tests, and a
      setup cell that comes after what needs it, are put back like missing ones.
    - An answer keeps the student's text; type and metadata are the instructor's.
    - Of several copies of a cell, the first after the instructor's cell before it counts, and of
      answers the first that was worked on. The others become the student's own cells. Unchanged
      ones become ``raw`` cells, which do not run: a stub would undo the answer.
    - A missing test goes after the instructor's cell before it and what the student wrote below
      that; a missing setup cell right after the instructor's cell before it. A missing answer is
      put back empty, so that nothing the student wrote elsewhere is undone.
    - A cell with an unknown ``grade_id``, or none, is the student's own and loses its metadata.
    """
    instructor = edition.instructor.cells
    index_of = {
        name_of(cell): index
        for index, cell in enumerate(instructor)
        if cell.grade_id and (cell.is_locked or is_answer(cell))
    }
    known = [instructor[index] for index in index_of.values()]
    copies = find_copies(submission.cells, known)
    chosen = choose_copies(submission.cells, known, copies, edition.released)
    moved = displaced(known, chosen)
    names = {place: name for name, places in copies.items() for place in places}

    layout = _Layout(instructor, set(index_of.values()))
    for place, cell in enumerate(submission.cells):
        name = names.get(place)
        if name is None:
            layout.append_own(RestoredCell(replace(cell, metadata={}), Origin.OWN))
        elif chosen[name] != place:
            layout.append(_duplicate(cell, name, edition.released[name]))
        elif name not in moved:
            original = instructor[index_of[name]]
            layout.append(_restored(original, cell, edition.released[name]), index_of[name])
    for position, (name, index) in enumerate(index_of.items()):
        if name in moved or name not in chosen:
            cell = instructor[index]
            needed = tested_answers(known[:position]) if cell.is_test else ()
            put_back = RestoredCell(cell, Origin.MOVED, _MOVED) if name in moved else _missing(cell)
            layout.put_back(put_back, index, [index_of[answer] for answer in needed])
    return RestoredNotebook(tuple(layout.cells), edition.instructor.metadata)


_MOVED = "This cell was out of its place and was put back, so that it runs after what it needs."


def _restored(original: Cell, cell: Cell, released: str) -> RestoredCell:
    if not is_answer(original):
        changed = not any(same_text(cell.source, text) for text in (released, original.source))
        note = "This cell had been changed; the instructor's text was used." if changed else ""
        return RestoredCell(original, Origin.INSTRUCTOR, note)
    note = ""
    if cell.cell_type != original.cell_type:
        note = (
            f"This answer had become a cell of type {cell.cell_type!r}; it was read as "
            f"{original.cell_type!r} again."
        )
    attachments = None if original.cell_type == "code" else cell.attachments
    answer = replace(original, source=cell.source, attachments=attachments)
    return RestoredCell(answer, Origin.ANSWER, note)


def _duplicate(cell: Cell, name: str, released: str) -> RestoredCell:
    if same_text(cell.source, released):
        note = f"This is an unchanged second copy of {name!r}; it was not run."
        return RestoredCell(replace(cell, cell_type="raw", metadata={}), Origin.DUPLICATE, note)
    note = f"This is a second copy of {name!r}; it counts as a cell of your own."
    return RestoredCell(replace(cell, metadata={}), Origin.DUPLICATE, note)


def _missing(cell: Cell) -> RestoredCell:
    if is_answer(cell):
        note = "This answer was missing from the notebook."
        return RestoredCell(replace(cell, source="", attachments=None), Origin.MISSING, note)
    note = "This cell was missing from the notebook and was put back."
    return RestoredCell(cell, Origin.MISSING, note)


class _Layout:
    """The restored cells so far, each with the index of the instructor's cell it stands for."""

    def __init__(self, instructor: Sequence[Cell], known: Collection[int]) -> None:
        self.cells: list[RestoredCell] = []
        self._indices: list[int | None] = []
        self._unlocked: dict[tuple[str, str], list[int]] = {}
        for index, cell in enumerate(instructor):
            if index not in known and cell.source.strip():
                self._unlocked.setdefault(_text(cell), []).append(index)

    def append(self, restored: RestoredCell, index: int | None = None) -> None:
        self.cells.append(restored)
        self._indices.append(index)

    def append_own(self, restored: RestoredCell) -> None:
        """Append a student's cell, which may be an unlocked one of the instructor's, unchanged."""
        same = self._unlocked.get(_text(restored.cell))
        self.append(restored, same.pop(0) if same else None)

    def put_back(self, restored: RestoredCell, index: int, needed: Iterable[int]) -> None:
        """Insert one of the instructor's cells after the one before it, and those ``needed``."""
        before = max((i for i in self._indices if i is not None and i < index), default=None)
        anchors = [*needed, *([] if before is None else [before])]
        at = max((self._indices.index(anchor) + 1 for anchor in anchors), default=0)
        if restored.cell.is_test or is_answer(restored.cell):
            while at < len(self.cells) and self._indices[at] is None:
                at += 1
        self.cells.insert(at, restored)
        self._indices.insert(at, index)


def _text(cell: Cell) -> tuple[str, str]:
    return cell.cell_type, cell.source.strip()
