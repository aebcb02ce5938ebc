"""Rewrites test cells where Python does not ask about what they do with a text.

A format string can reach any attribute of what it is given, and a name any global of the tests.
"""

from __future__ import annotations

import _string  # type: ignore[import-not-found]  # what string.Formatter is made of
import ast
import builtins
import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any

from autograder.examiner.library_classes import class_claimed
from autograder.examiner.proxy import Proxy, own_class
from autograder.examiner.student_exceptions import CATCHING

#: The name by which rewritten cells call the guard.
CHECK = "__checked__"
_REACHING = re.compile(r"\.|\[(?!\d+\])")


class CheckedCalls(ast.NodeTransformer):
    """Rewrites a cell so that format strings and names of globals are checked before their use.

    Examples
    --------
    >>> ast.unparse(CheckedCalls().visit(ast.parse("text.format(x)")))
    "__checked__('format', text).format(x)"
    >>> ast.unparse(CheckedCalls().visit(ast.parse("globals()[name]")))
    "globals()[__checked__('global', name)]"
    >>> ast.unparse(CheckedCalls().visit(ast.parse("type(x) is x.__class__")))
    "__checked__('type', type)(x) is __checked__('class', x)"
    """

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr == "__class__" and isinstance(node.ctx, ast.Load):
            return _checked("class", node.value)
        if node.attr in ("format", "format_map") and isinstance(node.ctx, ast.Load):
            node.value = _checked("format", node.value)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        if node.type is not None and not _is_built_in(node.type):
            node.type = _checked("exception", node.type)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and (kind := _kind_of_key(node.value)):
            node.slice = _checked(kind, node.slice)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[_, *_]) if (
                name in CATCHING
            ):
                node.args[0] = _checked("exception", node.args[0])
            case ast.Call(func=ast.Name("type"), args=[_], keywords=[]):
                node.func = _checked("type", node.func)
            case ast.Call(
                func=ast.Attribute(value=names, attr="get" | "pop" | "__getitem__"),
                args=[first, *_],
            ):
                if kind := _kind_of_key(names):
                    node.args[0] = _checked(kind, first)
        return node


def class_of(value: Any) -> Any:
    """`type` for a cell that calls it with one argument: the class is the student's or a library's.

    Examples
    --------
    >>> class_of(3)
    <class 'int'>
    """
    # Nothing is asked of an object that came where the solution gave plain data.
    if not isinstance(value, Proxy) or value.__proxy_stand_in__ is not None:
        return type(value)
    known = value if value.__proxy_about__.is_class else own_class(value)
    return value.__proxy_request__("type", value) if known is value else known


def is_subclass(kind: Any, of: Any) -> bool:
    """`issubclass` for a cell: a class of the student's may derive from a library's."""
    known = class_claimed(kind.__proxy_about__.class_names) if isinstance(kind, Proxy) else None
    if known is None or not kind.__proxy_about__.is_class:
        return issubclass(kind, of)
    if isinstance(of, tuple):
        return any(is_subclass(kind, each) for each in of)
    return issubclass(kind if isinstance(of, Proxy) else known, of)


class CheckedFormat:
    """`str` for a cell that calls a method of it with the format as an argument."""

    def __init__(self, check: Callable[[str], None]) -> None:
        self._check = check

    def format(self, template: str, /, *args: Any, **kwargs: Any) -> str:
        self._check(template)
        return str.format(template, *args, **kwargs)

    def format_map(self, template: str, mapping: Any, /) -> str:
        self._check(template)
        return str.format_map(template, mapping)


def reaching_fields(template: str) -> Iterator[str]:
    """The fields of a format string that reach an attribute, or an item by its name."""
    with contextlib.suppress(ValueError):  # which formatting will raise
        for _, field, nested, _ in _string.formatter_parser(template):
            if field and _REACHING.search(field):
                yield field
            if nested:
                yield from reaching_fields(nested)


def _is_built_in(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and isinstance(getattr(builtins, node.id, None), type)


def _checked(kind: str, node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Constant):
        return node
    call = ast.Call(ast.Name(CHECK, ast.Load()), [ast.Constant(kind), node], [])
    return ast.fix_missing_locations(ast.copy_location(call, node))


def _kind_of_key(node: ast.expr) -> str:
    """What a key of a dict is, if the expression ``node`` is a dict of what the examiner has."""
    match node:
        case ast.Call(func=ast.Name(id="globals" | "locals" | "vars"), args=[]):
            return "global"
        case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
            return "module"
    return ""
