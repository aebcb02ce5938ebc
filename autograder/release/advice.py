"""What an instructor should know about tests that work: what they give away, what can be forged."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.names import names_of, python_of
from autograder.notebook.cells import Cell
from autograder.notebook.edition import Edition
from autograder.notebook.regions import regions_from
from autograder.plan import Plan

#: What a test can look at in vain without failing, by the name that does it.
_UNSEEN = {
    "catch_warnings": "warnings of the student's code do not reach it",
    "errstate": "floating-point errors of the student's code are not raised by it",
    "seterr": "floating-point errors of the student's code are not raised by it",
    "simplefilter": "warnings of the student's code do not reach it",
    "assert_no_warnings": "warnings of the student's code do not reach it",
    "get_state": "random numbers that the student's code draws leave it alone",
    "getstate": "random numbers that the student's code draws leave it alone",
    "tracemalloc": "memory of the student's code is not counted",
    "getrusage": "time and memory of the student's code are not counted",
    "process_time": "processor time of the student's code is not counted",
}


def advice_on(edition: Edition, plan: Plan) -> Iterator[str]:
    """Warnings about tests that work but give something away or can be forged."""
    for cell in edition.instructor.cells:
        if not cell.is_test:
            continue
        if cell.grade_id in plan.in_candidate:
            yield (
                f"{cell.grade_id}: it is tagged run-in-candidate, so a submission can forge its "
                f"{cell.points:g} points."
            )
            continue
        if names := sorted(_handed_over(cell, edition, plan)):
            yield (
                f"{cell.grade_id}: its hidden part gives {_listed(names)} a value. The solution "
                "binds the same, so that the student's code gets to see the value. Use another "
                "name, unless it is meant to."
            )
        if unseen := sorted(_UNSEEN.keys() & _words(cell)):
            yield (
                f"{cell.grade_id}: it uses {_listed(unseen)}, which tells of the examiner's "
                f"process only, not of the student's: {_UNSEEN[unseen[0]]}. Tag the cell "
                "run-in-candidate if it is to check that."
            )
        if (name := _result(cell, plan)) is not None:
            yield (
                f"{cell.grade_id}: it ends in what the student's {name!r} gives. If that is a "
                "number, it counts as partial credit. Compare it with something, or end the line "
                "with a semicolon."
            )


def _words(cell: Cell) -> set[str]:
    """The names and attributes that a cell mentions."""
    nodes = list(ast.walk(ast.parse(python_of(cell))))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    imported = {
        alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    return names | imported | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


def _handed_over(cell: Cell, edition: Edition, plan: Plan) -> set[str]:
    """The names of answers to which the hidden part of a test assigns a value of its own.

    To bring a name back to what it was (``squares = saved``) gives nothing away, nor does a
    function: it stays at the examiner.
    """
    bound = names_of(cell).binds & (plan.asked - plan.derived)
    if not bound:
        return set()
    hidden = regions_from(edition.course.config).hidden.lines(cell.source)
    lines = {number for number, (inside, _) in enumerate(hidden, start=1) if inside}
    # IPython leaves out empty lines at the beginning.
    skipped = len(cell.source) - len(cell.source.lstrip())
    first = cell.source[:skipped].count("\n")
    tree = ast.parse(python_of(cell))
    harmless = {
        id(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)
        for target in node.targets
    }
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and node.id in bound
        and node.lineno + first in lines
        and id(node) not in harmless
    }


def _result(cell: Cell, plan: Plan) -> str | None:
    """The asked name whose value, or the value of whose call, a test cell ends in."""
    source = python_of(cell)
    body = ast.parse(source).body
    if not body or not isinstance(body[-1], ast.Expr) or source.rstrip().endswith(";"):
        return None
    node: ast.AST = body[-1].value
    while isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) and node.id in plan.asked else None


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(map(repr, names[:-1])), repr(names[-1])][len(names) == 1 :])
