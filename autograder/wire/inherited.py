"""Data of classes that inherit from built-in ones, such as ``class Grid(list)`` or an IntEnum.

What a test passes crosses with the name of its class, and with its attributes, since the student's
process has run the same setup cells and can import the same libraries. There is nothing to trust in
that: the examiner takes no classes from the other side.
"""

from __future__ import annotations

import sys
from collections import OrderedDict, defaultdict
from enum import Enum
from typing import Any

import numpy as np

from autograder.wire.library import FieldTuple, container_name, is_masked

_LIBRARIES = sys.stdlib_module_names | {"numpy", "pandas"}
#: What classes of one's own inherit from, whose data crosses.
INHERITABLE = (
    int, float, complex, str, bytes, list, tuple, dict, set, frozenset, np.ndarray,
)  # fmt: skip


def has_own_class(value: object) -> bool:
    """Whether the class of plain data is neither Python's nor NumPy's.

    >>> has_own_class([]), has_own_class(type("Grid", (list,), {"__module__": "__main__"})())
    (False, True)
    """
    module = getattr(type(value), "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] not in _LIBRARIES


def class_path(value: Any) -> tuple[str, str] | None:
    """The names of a class that inherits from a built-in one, of its module and in it.

    None for what has no such class, and for what crosses as what it is.

    Examples
    --------
    >>> class_path(defaultdict(lambda: 3)), class_path(OrderedDict())
    (('collections', 'defaultdict'), None)
    """
    kind = type(value)
    if kind in INHERITABLE or not isinstance(value, INHERITABLE) or isinstance(value, np.generic):
        return None
    if kind is bool or is_masked(value) or container_name(value) is not None:
        return None
    # Namedtuples that came from the other side are of a class of the notebook's there.
    module = "__main__" if isinstance(value, FieldTuple) else str(kind.__module__)
    return module, kind.__qualname__


def state_of(value: Any) -> list[tuple[str, Any]]:
    """The attributes of data of a class of one's own, those in slots included."""
    if isinstance(value, Enum):
        return []
    state = object.__getstate__(value)
    parts = state if isinstance(state, tuple) else (state,)
    found = [pair for part in parts if isinstance(part, dict) for pair in part.items()]
    if isinstance(value, defaultdict):
        found.append(("default_factory", value.default_factory))
    return found


def refill(target: Any, contents: Any) -> None:
    """Give a list, a dict or a set these contents, whatever methods its class has."""
    if isinstance(target, list):
        list.__setitem__(target, slice(None), contents)
    elif isinstance(target, set):
        set.clear(target)
        set.update(target, contents)
    else:
        base = OrderedDict if isinstance(target, OrderedDict) else dict
        base.clear(target)
        for key, item in contents.items():
            base.__setitem__(target, key, item)
