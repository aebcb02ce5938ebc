"""A submission's cells with the instructor's put back, whatever has happened to them.

Nothing here fails: every submission that could be read can be graded. What a student may change
is the text of answers, and cells of one's own; all else is the instructor's.

`restore` works in three steps. It finds which of a submission's cells stand for which of the
instructor's (`_find_copies`, `_choose_copies`), then which of those are out of place
(`_displaced`), and then lays the cells out anew (`_Layout`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from autograder.notebook.cells import Cell, Notebook


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
    """A cell as it is graded; ``note`` tells the student what was done to it, if anything.

    ``index`` is that of the instructor's cell which it stands for, if it does.
    """

    cell: Cell
    origin: Origin
    note: str = ""
    index: int | None = None


@dataclass(frozen=True)
class RestoredNotebook:
    """What is graded: cells in the student's order, with the instructor's metadata."""

    cells: tuple[RestoredCell, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def notebook(self) -> Notebook:
        """The same without the notes."""
        return Notebook(tuple(restored.cell for restored in self.cells), self.metadata)


def restore(
    submission: Notebook, source: Notebook, released: Mapping[str, str]
) -> RestoredNotebook:
    """The cells of ``submission`` with those of the instructor's ``source`` put back.

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

    Parameters
    ----------
    submission
        The student's notebook.
    source
        The instructor's notebook.
    released
        The texts of the instructor's cells as students find them, by ``grade_id``.
    """
    instructor = source.cells
    index_of = {
        _name_of(cell): index
        for index, cell in enumerate(instructor)
        if cell.grade_id and (cell.is_locked or _is_answer(cell))
    }
    known = [instructor[index] for index in index_of.values()]
    copies = _find_copies(submission.cells, known)
    chosen = _choose_copies(submission.cells, known, copies, released)
    moved = _displaced(known, chosen)
    names = {place: name for name, places in copies.items() for place in places}

    layout = _Layout(instructor, set(index_of.values()))
    for place, cell in enumerate(submission.cells):
        name = names.get(place)
        if name is None:
            layout.append_own(RestoredCell(replace(cell, metadata={}), Origin.OWN))
        elif chosen[name] != place:
            layout.append(_duplicate(cell, name, released[name]))
        elif name not in moved:
            original = instructor[index_of[name]]
            layout.append(_restored(original, cell, released[name]), index_of[name])
    for position, (name, index) in enumerate(index_of.items()):
        if name in chosen and name not in moved:
            continue
        cell = instructor[index]
        tested = _tested_answers(known[:position]) if cell.is_test else []
        put_back = _moved(cell) if name in moved else _missing(cell)
        layout.put_back(put_back, index, [index_of[answer] for answer in tested])
    return RestoredNotebook(tuple(layout.cells), source.metadata)


# The cells of the result, each with the note that its student reads.


def _restored(original: Cell, cell: Cell, released: str) -> RestoredCell:
    """An instructor's cell where the student has it."""
    if not _is_answer(original):
        # Students have the released text, but an instructor's own copy with the hidden tests in
        # it is not a changed one either.
        changed = not any(_same_text(cell.source, text) for text in (released, original.source))
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
    if _same_text(cell.source, released):
        note = f"This is an unchanged second copy of {name!r}; it was not run."
        return RestoredCell(replace(cell, cell_type="raw", metadata={}), Origin.DUPLICATE, note)
    note = f"This is a second copy of {name!r}; it counts as a cell of your own."
    return RestoredCell(replace(cell, metadata={}), Origin.DUPLICATE, note)


def _moved(cell: Cell) -> RestoredCell:
    note = "This cell was out of its place and was put back, so that it runs after what it needs."
    return RestoredCell(cell, Origin.MOVED, note)


def _missing(cell: Cell) -> RestoredCell:
    if _is_answer(cell):
        # Empty, because the instructor's text is the solution and the released stub would raise.
        note = "This answer was missing from the notebook."
        return RestoredCell(replace(cell, source="", attachments=None), Origin.MISSING, note)
    note = "This cell was missing from the notebook and was put back."
    return RestoredCell(cell, Origin.MISSING, note)


class _Layout:
    """The restored cells so far."""

    def __init__(self, instructor: Sequence[Cell], known: Collection[int]) -> None:
        self.cells: list[RestoredCell] = []
        #: The instructor's cells that anyone may edit, by their text: they have no other name.
        self._unlocked: dict[tuple[str, str], list[int]] = {}
        for index, cell in enumerate(instructor):
            if index not in known and cell.source.strip():
                self._unlocked.setdefault(_type_and_text(cell), []).append(index)

    def append(self, restored: RestoredCell, index: int | None = None) -> None:
        self.cells.append(replace(restored, index=index))

    def append_own(self, restored: RestoredCell) -> None:
        """Append a student's cell, which may be an unlocked one of the instructor's, unchanged."""
        same = self._unlocked.get(_type_and_text(restored.cell))
        self.append(restored, same.pop(0) if same else None)

    def put_back(self, restored: RestoredCell, index: int, tested: Iterable[int]) -> None:
        """Insert one of the instructor's cells after the one before it, and after ``tested``."""
        indices = [each.index for each in self.cells]
        before = max((i for i in indices if i is not None and i < index), default=None)
        anchors = [*tested, *([] if before is None else [before])]
        at = max((indices.index(anchor) + 1 for anchor in anchors), default=0)
        if restored.cell.is_test or _is_answer(restored.cell):
            # The student's own cells below an answer are often its helpers, which the test needs.
            while at < len(self.cells) and indices[at] is None:
                at += 1
        self.cells.insert(at, replace(restored, index=index))


# Which of the submission's cells stand for which of the instructor's. ``known`` are always the
# instructor's cells that have to be in a submission, in the instructor's order.


def _find_copies(cells: Sequence[Cell], known: Sequence[Cell]) -> dict[str, list[int]]:
    """Where each ``known`` cell occurs among ``cells``: its ``grade_id`` to indices.

    A cell without a known ``grade_id`` is recognised by its cell id, which many tools that drop
    nbgrader's metadata leave alone.
    """
    names = {_name_of(cell) for cell in known}
    by_cell_id = {cell.id: _name_of(cell) for cell in known if cell.id}
    claimed = {cell.grade_id for cell in cells}
    copies: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        name = cell.grade_id
        if name not in names:
            name = by_cell_id.get(cell.id or "")
            name = None if name in claimed else name
        if name:
            copies.setdefault(name, []).append(index)
    return copies


def _choose_copies(
    cells: Sequence[Cell],
    known: Sequence[Cell],
    copies: Mapping[str, list[int]],
    released: Mapping[str, str],
) -> dict[str, int]:
    """The copy of each ``known`` cell that counts, by ``grade_id``.

    It is the first after the known cell before it, or else the last; of an answer, only copies
    that differ from what was ``released`` are considered if there are any.
    """
    chosen: dict[str, int] = {}
    previous = -1
    for cell in known:
        name = _name_of(cell)
        indices = copies.get(name, [])
        if _is_answer(cell):
            worked_on = [i for i in indices if not _same_text(cells[i].source, released[name])]
            indices = worked_on or indices
        if indices:
            previous = next((i for i in indices if i > previous), indices[-1])
            chosen[name] = previous
    return chosen


def _displaced(known: Sequence[Cell], chosen: Mapping[str, int]) -> set[str]:
    """The tests before an answer that they test, and the setup cells after what needs them."""
    return {
        _name_of(cell)
        for position, cell in enumerate(known)
        if _name_of(cell) in chosen and _is_displaced(position, known, chosen)
    }


def _is_displaced(position: int, known: Sequence[Cell], chosen: Mapping[str, int]) -> bool:
    cell = known[position]
    here = chosen[_name_of(cell)]
    if cell.cell_type != "code" or _is_answer(cell):
        return False
    if cell.is_test:
        return any(chosen.get(name, -1) > here for name in _tested_answers(known[:position]))
    later = (_name_of(c) for c in known[position + 1 :] if c.is_test or _is_answer(c))
    next_one = next((name for name in later if name in chosen), None)
    return next_one is not None and chosen[next_one] < here


def _tested_answers(before: Sequence[Cell]) -> list[str]:
    """The answers that a test is about, from the known cells ``before`` it.

    They are the last answers before it, back to an earlier question's test.
    """
    names: list[str] = []
    for cell in reversed(before):
        if _is_answer(cell):
            names.append(_name_of(cell))
        elif cell.is_test and names:
            break
    return names


def _name_of(cell: Cell) -> str:
    """The ``grade_id`` of a cell that is known to have one."""
    return cell.grade_id or ""


def _is_answer(cell: Cell) -> bool:
    """Whether the text of an instructor's cell is the student's to change."""
    return cell.is_solution or (cell.is_task and not cell.is_locked)


def _same_text(source: str, other: str) -> bool:
    """Equality up to blank space around the text, which editors add and remove."""
    return source.strip() == other.strip()


def _type_and_text(cell: Cell) -> tuple[str, str]:
    return cell.cell_type, cell.source.strip()
