"""Test cells that say what they compared, for the run that explains why a solution fails."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from autograder.notebook.cells import Notebook
from autograder.notebook.names import tree_of
from autograder.notebook.syntax import parse

#: Characters of each value that are told.
_MOST = 200


def with_values_told(notebook: Notebook) -> Notebook:
    """The notebook with assertions in its tests that name what they compared, and its values.

    What an assertion compares is evaluated once, as before. Line numbers change.
    """
    cells = []
    for cell in notebook.cells:
        tree = tree_of(cell) if cell.is_test else ast.Module([], [])
        if any(isinstance(node, ast.Assert) for node in ast.walk(tree)):
            told = ast.fix_missing_locations(_Told().visit(tree))
            cell = replace(cell, source=ast.unparse(told))
        cells.append(cell)
    return replace(notebook, cells=tuple(cells))


class _Told(ast.NodeTransformer):
    """Has each assertion keep its operands in variables, and name them where it does not hold.

    >>> print(ast.unparse(_Told().visit(ast.parse("assert f(1) == 2"))))
    _told_0 = '(not looked at)'
    if not (_told_0 := f(1)) == 2:
        raise AssertionError('assert f(1) == 2' + '; f(1) was ' + repr(_told_0)[:200])
    """

    def visit_Assert(self, node: ast.Assert) -> list[ast.stmt]:
        text = ast.unparse(ast.Assert(node.test))
        operands = list(_operands(node.test))
        names = [f"_told_{number}" for number in range(len(operands))]
        words = ["'; '", f"str({ast.unparse(node.msg)})"] if node.msg else []
        for name, operand in zip(names, operands, strict=True):
            words += [repr(f"; {ast.unparse(operand)} was "), f"repr({name})[:{_MOST}]"]
        test = _Kept(operands, names).visit(node.test)
        assert isinstance(test, ast.expr)
        raised = f"raise AssertionError({' + '.join([repr(text), *words])})"
        unset = [parse(f"{name} = '(not looked at)'").body[0] for name in names]
        refusal = ast.If(ast.UnaryOp(ast.Not(), test), parse(raised).body, [])
        return [*unset, refusal]


class _Kept(ast.NodeTransformer):
    """Keeps the values of some expressions under names."""

    def __init__(self, operands: Sequence[ast.expr], names: Sequence[str]) -> None:
        self._names = {id(node): name for node, name in zip(operands, names, strict=True)}

    def visit(self, node: ast.AST) -> ast.AST:
        if name := self._names.get(id(node)):
            assert isinstance(node, ast.expr)
            return ast.NamedExpr(ast.Name(name, ast.Store()), node)
        return self.generic_visit(node)


def _operands(node: ast.expr) -> Iterator[ast.expr]:
    """What a condition compares, or hands to the function that decides it."""
    parts: list[ast.expr] = []
    match node:
        case ast.Compare(left=left, comparators=others):
            parts = [left, *others]
        case ast.BoolOp(values=values):
            for value in values:
                yield from _operands(value)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield from _operands(operand)
        case ast.Call(args=arguments):
            parts = [each for each in arguments if not isinstance(each, ast.Starred)]
        case _:
            parts = [node]
    for part in parts:
        if not isinstance(part, (ast.Lambda, ast.GeneratorExp)) and not _is_literal(part):
            yield part


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError):
        return False
    return True
