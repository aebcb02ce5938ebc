"""Registers an assignment's cells in the gradebook, as ``nbgrader generate_assignment`` does.

nbgrader keeps a cell twice, once for each purpose. A *base cell* has a row in ``base_cell`` and
another in the table of its kind (``grade_cells``, ``solution_cells``, ``task_cells``); scores and
comments refer to it. A *source cell* keeps the released text and its checksum, from which nbgrader
restores cells that students have changed. Here both are rows by kind and name, so that what there
is can be compared with what should be.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from autograder.errors import OtherCells
from autograder.gradebook.answered import Answer, must_look_again, recorded_work
from autograder.gradebook.database import Transaction
from autograder.notebook.cells import Cell, Notebook

#: The tables of nbgrader's cells, by the name of the class that `base_cell.type` holds.
_CELL_TABLES = {
    "GradeCell": "grade_cells",
    "SolutionCell": "solution_cells",
    "TaskCell": "task_cells",
}

#: The registered cells of a notebook: the columns of each by name, by (kind, grade_id).
_Cells = dict[tuple[str, str], dict[str, Any]]


def register(
    transaction: Transaction, course_id: str, assignment: str, name: str, graded: Notebook
) -> None:
    """Bring the notebook's registered cells in step with ``graded``; nothing is done if they are.

    ``graded`` is the notebook as nbgrader's SaveCells sees it: solutions removed, hidden tests
    still there, checksums computed.

    Raises
    ------
    OtherCells
        Cells were added or removed while there are submissions of it.
    """
    assignment_id = _assignment(transaction, course_id, assignment)
    kernelspec = json.dumps(graded.metadata.get("kernelspec", {}))
    notebook = transaction.row("notebook", name=name, assignment_id=assignment_id)
    expected = _expected(graded)
    if notebook is None:
        notebook_id = transaction.insert(
            "notebook", name=name, assignment_id=assignment_id, kernelspec=kernelspec
        )
        _insert(transaction, notebook_id, expected)
        return
    current = _registered(transaction, notebook.id)
    if current == expected and notebook.kernelspec == kernelspec:
        return
    if transaction.rows("submitted_notebook", notebook_id=notebook.id):
        # Grades and comments refer to the rows of cells, which may change but not come and go.
        if current.keys() != expected.keys():
            raise OtherCells(_refusal(assignment, name, current, expected))
        _update(transaction, notebook.id, expected)
    else:
        _remove(transaction, notebook.id)
        _insert(transaction, notebook.id, expected)
    transaction.update("notebook", notebook.id, kernelspec=kernelspec)


def retire(transaction: Transaction, assignment: str, names: Collection[str]) -> None:
    """Remove all notebooks of the assignment but ``names`` that nobody has submitted.

    Raises
    ------
    OtherCells
        Somebody has submitted one of them.
    """
    parent = transaction.row("assignment", name=assignment)
    if parent is None:
        return
    for notebook in transaction.rows("notebook", assignment_id=parent.id):
        if notebook.name in names:
            continue
        if transaction.rows("submitted_notebook", notebook_id=notebook.id):
            raise OtherCells(
                f"Assignment {assignment} has lost its notebook {notebook.name}, but there are "
                f"submissions with grades for it. Put {notebook.name}.ipynb back. "
                f"{_anew(assignment)}"
            )
        _remove(transaction, notebook.id)
        transaction.delete("notebook", notebook.id)


def _registered(transaction: Transaction, notebook_id: str) -> _Cells:
    """The cells that the gradebook knows of a notebook."""
    cells: _Cells = {}
    for row in transaction.rows("base_cell", notebook_id=notebook_id):
        # Joined by the id that both rows have: SQLAlchemy's inheritance of tables, made by hand.
        cell = transaction.row(_CELL_TABLES[row.type], id=row.id)
        columns = {} if cell is None else dict(cell._mapping)
        cells[row.type, row.name] = {key: columns[key] for key in columns if key != "id"}
    for row in transaction.rows("source_cell", notebook_id=notebook_id):
        cells["SourceCell", row.name] = {
            "cell_type": row.cell_type,
            "locked": row.locked,
            "source": row.source,
            "checksum": row.checksum,
        }
    return cells


def _expected(graded: Notebook) -> _Cells:
    """The rows that SaveCells would make, in its order: by kind, then by place."""
    cells = [cell for cell in graded.cells if cell.grade_id is not None]
    expected: _Cells = {}
    for cell in (cell for cell in cells if cell.is_grade):
        expected["GradeCell", str(cell.grade_id)] = _scored(cell)
    for cell in (cell for cell in cells if cell.is_solution):
        expected["SolutionCell", str(cell.grade_id)] = {}
    for cell in (cell for cell in cells if cell.is_task):
        expected["TaskCell", str(cell.grade_id)] = _scored(cell)
    for cell in cells:
        # Cells without a role are not restored by nbgrader, so their text is not kept.
        if cell.is_grade or cell.is_solution or cell.is_locked or cell.is_task:
            expected["SourceCell", str(cell.grade_id)] = {
                "cell_type": cell.cell_type,
                "locked": cell.is_locked,
                "source": cell.source,
                "checksum": cell.nbgrader.get("checksum"),
            }
    return expected


def _scored(cell: Cell) -> dict[str, Any]:
    return {"max_score": cell.points, "cell_type": cell.cell_type}


def _assignment(transaction: Transaction, course_id: str, assignment: str) -> str:
    """The ``id`` of the assignment's row, which is made if it is not there."""
    if course_id and not transaction.row("course", id=course_id):
        transaction.insert("course", id=course_id)
    row = transaction.row("assignment", name=assignment)
    if row is not None:
        return str(row.id)
    return transaction.insert("assignment", name=assignment, course_id=course_id)


def _insert(transaction: Transaction, notebook_id: str, cells: _Cells) -> None:
    for (kind, name), columns in cells.items():
        if kind == "SourceCell":
            transaction.insert("source_cell", name=name, notebook_id=notebook_id, **columns)
            continue
        cell_id = transaction.insert("base_cell", name=name, notebook_id=notebook_id, type=kind)
        transaction.insert(_CELL_TABLES[kind], id=cell_id, **columns)


def _update(transaction: Transaction, notebook_id: str, cells: _Cells) -> None:
    for (kind, name), columns in cells.items():
        if kind == "SourceCell":
            source = transaction.row("source_cell", name=name, notebook_id=notebook_id)
            assert source is not None
            transaction.update("source_cell", source.id, **columns)
        elif columns:
            base = transaction.row("base_cell", name=name, notebook_id=notebook_id, type=kind)
            assert base is not None
            before = transaction.row(_CELL_TABLES[kind], id=base.id)
            assert before is not None
            transaction.update(_CELL_TABLES[kind], base.id, **columns)
            worth = before.max_score or 0.0, columns["max_score"] or 0.0
            if worth[0] != worth[1]:
                _look_again(transaction, base.id, *worth)


def _look_again(transaction: Transaction, cell_id: str, before: float, now: float) -> None:
    """Let a person look again at points that were given for a question of another maximum."""
    # What is decided to be worth nothing, or no longer, was graded for the same.
    is_decided = 0.0 in (before, now)
    for grade in transaction.rows("grade", cell_id=cell_id):
        if grade.manual_score is None or (is_decided and not grade.needs_manual_grade):
            continue
        work = recorded_work(transaction, grade.notebook_id) or ""
        look_again = must_look_again(transaction, grade, Answer(work, before), Answer(work, now))
        transaction.update("grade", grade.id, needs_manual_grade=look_again)


def _remove(transaction: Transaction, notebook_id: str) -> None:
    # The row of the cell's kind first, since it refers to the other one.
    for row in transaction.rows("base_cell", notebook_id=notebook_id):
        transaction.delete(_CELL_TABLES[row.type], row.id)
        transaction.delete("base_cell", row.id)
    for row in transaction.rows("source_cell", notebook_id=notebook_id):
        transaction.delete("source_cell", row.id)


def _refusal(assignment: str, name: str, current: _Cells, expected: _Cells) -> str:
    def ids(cells: set[tuple[str, str]]) -> str:
        return ", ".join(sorted({grade_id for _, grade_id in cells})) or "none"

    added, removed = expected.keys() - current.keys(), current.keys() - expected.keys()
    return (
        f"Notebook {name} of assignment {assignment} no longer has the cells for which the "
        f"gradebook holds grades (added: {ids(added)}; removed: {ids(removed)}). Put the cells "
        f"back as they were. {_anew(assignment)}"
    )


def _anew(assignment: str) -> str:
    return (
        "Or, to begin anew, make a copy of the gradebook and run: nbgrader db assignment remove "
        f"{assignment} --force, which deletes all grades of this assignment."
    )
