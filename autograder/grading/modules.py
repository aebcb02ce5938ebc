"""Which modules a student's code wants that the notebook it was given does not import itself."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.names import tree_of

#: A test that compares numbers needs NumPy itself.
_ALWAYS_THERE = sys.stdlib_module_names | {"numpy"}


def asked_for(notebook: Notebook) -> tuple[str, ...]:
    r"""Modules that only a student's own cells import, without Python's own and NumPy.

    Examples
    --------
    >>> own = Cell("code", "import math, scipy.stats\nfrom numpy import linalg")
    >>> asked_for(Notebook((own,)))
    ('scipy.stats',)
    """
    given = {name for cell in notebook.cells if cell.is_locked for name in _imported(cell)}
    asked = [name for cell in notebook.cells if not cell.is_locked for name in _imported(cell)]
    return tuple(
        dict.fromkeys(
            name
            for name in asked
            if name not in given and name.partition(".")[0] not in _ALWAYS_THERE
        )
    )


def _imported(cell: Cell) -> Iterator[str]:
    """The modules that a code cell imports, by their dotted names."""
    if cell.cell_type != "code":
        return
    for node in ast.walk(tree_of(cell)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
