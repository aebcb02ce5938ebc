"""Arguments of classes that this process has as well: those of setup cells and of libraries."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from enum import Enum
from functools import reduce
from importlib import import_module
from typing import Any

import numpy as np

from autograder.wire.inherited import INHERITABLE, refill
from autograder.wire.library import FieldTuple


def remade(
    names: Mapping[str, Any], module: str, path: str, plain: Any, state: Iterable[tuple[str, Any]]
) -> Any:
    """The data of an argument in its class; as it is, if this process has no such class.

    Parameters
    ----------
    names
        Those of the notebook.
    module, path
        The names of the class's module and of the class in it, with dots.
    plain
        What the value holds, of a built-in type.
    state
        Its attributes.

    Examples
    --------
    >>> class Point(tuple): pass
    >>> type(remade({"Point": Point}, "__main__", "Point", (1, 2), [])) is Point
    True
    """
    try:
        made = _of_class(_class_named(names, module, path), plain)
        for name, value in state:
            object.__setattr__(made, name, value)
    except Exception:  # classes can do what they like
        return plain
    return made


def _class_named(names: Mapping[str, Any], module: str, path: str) -> Any:
    first, *more = path.split(".")
    if module == "__main__":
        return reduce(getattr, more, names[first])
    return reduce(getattr, [first, *more], sys.modules.get(module) or import_module(module))


def _of_class(kind: Any, plain: Any) -> Any:
    base: Any = next(each for each in INHERITABLE if isinstance(plain, each))
    if not issubclass(kind, base):
        raise TypeError("a class of other data")
    if issubclass(kind, Enum):
        return kind(plain)
    if isinstance(plain, FieldTuple) and plain._fields != kind._fields:
        raise TypeError("a namedtuple of other fields")
    if isinstance(plain, np.ndarray):
        return plain.view(kind)
    if isinstance(plain, (list, dict, set)):
        made = kind.__new__(kind)
        refill(made, plain)
        return made
    try:
        return base.__new__(kind, plain)
    except TypeError:  # time.struct_time, say, which wants its own
        return kind(plain)
