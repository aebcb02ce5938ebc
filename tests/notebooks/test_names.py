"""A cell can be run again: no later one has changed a name that it reads.

Whoever goes back to a figure or to a function of their own finds them as they were.
"""

from __future__ import annotations

import symtable
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from tests.notebooks import references


def scopes(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    """All functions, comprehensions and classes inside."""
    for child in table.get_children():
        yield child
        yield from scopes(child)


def changed_and_read(source: str) -> tuple[set[str], set[str]]:
    """Names that a cell binds, and names that it takes from the cells before it."""
    top = symtable.symtable(source, "cell", "exec")
    changed = {each.get_name() for each in top.get_symbols() if each.is_assigned()}
    changed |= {each.get_name() for each in top.get_symbols() if each.is_imported()}
    read = {each.get_name() for each in top.get_symbols() if each.is_referenced()}
    for scope in scopes(top):
        read |= {each.get_name() for each in scope.get_symbols() if each.is_global()}
    return changed, read - changed


@pytest.mark.parametrize("path", references.lectures(), ids=lambda path: path.stem)
def test_no_cell_changes_a_name_that_an_earlier_one_reads(path: Path) -> None:
    cells = [
        (cell.id, *changed_and_read(cell.source))
        for cell in references.read(path).cells
        if cell.cell_type == "code"
    ]
    spoilt = [
        (earlier, later, sorted(read & changed))
        for (earlier, _, read), (later, changed, _) in combinations(cells, 2)
        if read & changed
    ]
    assert spoilt == []
