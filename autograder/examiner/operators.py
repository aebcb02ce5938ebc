"""Operators on handles: two are combined in the candidate, anything else is refused.

With plain data a handle is neither compared nor combined, and it is never converted to any.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

#: Types that can be named to a student. The name of any other could hold what a hidden test
#: called with.
_COMMON_TYPES = frozenset(
    [
        "Axes",
        "DataFrame",
        "Figure",
        "Series",
        "builtin_function_or_method",
        "dict_items",
        "dict_keys",
        "dict_values",
        "filter",
        "function",
        "generator",
        "map",
        "method",
        "module",
        "zip",
    ]
)

BINARY = (
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor",
    "lshift", "rshift",
)  # fmt: skip
UNARY = ("neg", "pos", "abs", "invert")
CONVERTING = ("bool", "int", "float", "complex", "index", "round", "bytes")


class OpaqueError(TypeError):
    """A test used a student's object as if it were plain data."""

    def __init__(self, kind: str, attempt: str) -> None:
        given = f"a {kind}" if kind in _COMMON_TYPES else "another kind of object"
        self.student_feedback = (
            f"The test needs plain data here (numbers, text, lists, arrays …), "
            f"but your code gave {given}."
        )
        super().__init__(
            f"an object of the student's type {kind!r:.60} stays in the student's process and "
            f"cannot be {attempt}; test its attributes, its items or str() of it, or tag the "
            f"cell run-in-candidate"
        )


class Operators:
    """What a handle is given for every operator and conversion of Python's."""

    # Whatever this class defined besides, every object of a student's would seem to have.
    __slots__ = ()

    def _combine(self: Any, op: str, left: object, right: object) -> Any:
        if isinstance(left, Operators) and isinstance(right, Operators):
            return self._ask(op, left, right)
        # The other operand is the test's own, often the expected answer: it must not cross.
        raise OpaqueError(self._kind, "combined with plain data")


def _binary(op: str, *, swapped: bool) -> Callable[[Any, object], Any]:
    def combine(self: Any, other: object) -> Any:
        left, right = (other, self) if swapped else (self, other)
        return self._combine(op, left, right)

    return combine


def _unary(op: str) -> Callable[[Any], Any]:
    return lambda self: self._ask(op, self)


def _comparing(*, differs: bool) -> Callable[[Any, object], bool]:
    def compare(self: Any, other: object) -> bool:
        if other is np._NoValue:  # `np.vectorize` looks whether it was given a function
            return differs
        raise OpaqueError(self._kind, "compared")

    return compare


def _refusing(attempt: str) -> Callable[..., Any]:
    def refuse(self: Any, *_: object) -> Any:
        raise OpaqueError(self._kind, attempt)

    return refuse


for _name in BINARY:
    _op = f"{_name}_" if _name in ("and", "or") else _name
    setattr(Operators, f"__{_name}__", _binary(_op, swapped=False))
    setattr(Operators, f"__r{_name}__", _binary(_op, swapped=True))
for _name in UNARY:
    setattr(Operators, f"__{_name}__", _unary(_name))
Operators.__eq__ = _comparing(differs=False)  # type: ignore[method-assign]
Operators.__ne__ = _comparing(differs=True)  # type: ignore[method-assign]
for _name in ("lt", "le", "gt", "ge"):
    setattr(Operators, f"__{_name}__", _refusing("compared"))
for _name in CONVERTING:
    setattr(Operators, f"__{_name}__", _refusing(f"used as {_name}"))
for _name in ("array", "array_ufunc", "array_function"):
    setattr(Operators, f"__{_name}__", _refusing("used as an array"))
for _name in ("reduce", "reduce_ex", "copy", "deepcopy"):
    setattr(Operators, f"__{_name}__", _refusing("copied"))
