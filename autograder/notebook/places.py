"""Which of a submission's cells stand for which of the instructor's, and which are out of place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.notebook.cells import Cell


def name_of(cell: Cell) -> str:
    """The ``grade_id`` of a cell that is known to have one."""
    return cell.grade_id or ""


def is_answer(cell: Cell) -> bool:
    """Whether the text of an instructor's cell is the student's to change."""
    return cell.is_solution or (cell.is_task and not cell.is_locked)


def same_text(source: str, other: str) -> bool:
    """Equality up to blank space around the text, which editors add and remove."""
    return source.strip() == other.strip()


def find_copies(cells: Sequence[Cell], known: Sequence[Cell]) -> dict[str, list[int]]:
    """Where each ``known`` cell occurs among ``cells``: its ``grade_id`` to indices.

    A cell without a known ``grade_id`` is recognised by its cell id, which many tools that drop
    nbgrader's metadata leave alone.
    """
    names = {name_of(cell) for cell in known}
    by_cell_id = {cell.id: name_of(cell) for cell in known if cell.id}
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


def choose_copies(
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
        name = name_of(cell)
        indices = copies.get(name, [])
        if is_answer(cell):
            worked_on = [i for i in indices if not same_text(cells[i].source, released[name])]
            indices = worked_on or indices
        if indices:
            previous = next((i for i in indices if i > previous), indices[-1])
            chosen[name] = previous
    return chosen


def displaced(known: Sequence[Cell], chosen: Mapping[str, int]) -> set[str]:
    """The tests before an answer that they test, and the setup cells after what needs them."""
    return {
        name_of(cell)
        for position, cell in enumerate(known)
        if name_of(cell) in chosen and _is_displaced(position, known, chosen)
    }


def _is_displaced(position: int, known: Sequence[Cell], chosen: Mapping[str, int]) -> bool:
    cell = known[position]
    here = chosen[name_of(cell)]
    if cell.cell_type != "code" or is_answer(cell):
        return False
    if cell.is_test:
        return any(chosen.get(name, -1) > here for name in tested_answers(known[:position]))
    later = (name_of(c) for c in known[position + 1 :] if c.is_test or is_answer(c))
    next_one = next((name for name in later if name in chosen), None)
    return next_one is not None and chosen[next_one] < here


def tested_answers(before: Sequence[Cell]) -> list[str]:
    """The answers that a test is about, given the known cells ``before`` it.

    They are the last answers before it, back to an earlier question's test.
    """
    names: list[str] = []
    for cell in reversed(before):
        if is_answer(cell):
            names.append(name_of(cell))
        elif cell.is_test and names:
            break
    return names
