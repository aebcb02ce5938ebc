"""Classes of libraries and of the instructor's cells, by which tests tell the student's objects.

With a reference to an object the candidate tells the names of its classes, as far as a module or
the notebook has them. Nobody can check that, and nobody has to: a student who derives a class from
one of these has instances of it in one process, too. The names are compared with what the examiner
has imported, and with classes of its own cells. Nothing is imported by them, no code of a module
looks them up, and none is that of a type which crosses as plain data: an object passes for no
number, list or array.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from autograder.wire import dataframes, library
from autograder.wire.values import TYPES

_INSTALLED = frozenset(["site-packages", "dist-packages"])
_STANDARD = tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib"))
#: Modules whose classes are the grader's, or Python's types.
_NO_LIBRARY = frozenset(["autograder", "builtins"])
_PLAIN = (
    *(ModuleType, np.dtype, *library.REDUCERS, *library.CONTAINERS),
    *(kind for kind in TYPES.values() if kind is not object),
)


def library_class(name: str) -> type | None:
    """The class that ``module:Class`` names, if it is a library's or the instructor's.

    Examples
    --------
    >>> library_class("string:Template"), library_class("builtins:list")
    (<class 'string.Template'>, None)
    """
    found = known_class(name)
    plain = dataframes.types()
    is_plain = found is None or issubclass(found, (*_PLAIN, *plain.containers, *plain.scalars))
    return None if is_plain else found


def known_class(name: str) -> type | None:
    """The class that ``module:Class`` names, be it one of plain data or of exceptions."""
    module_name, _, path = name.partition(":")
    found: Any = sys.modules.get(module_name)
    kind: type | None = None
    top = module_name.partition(".")[0]
    if top in _NO_LIBRARY or not (top == "__main__" or is_library(found)):
        return None
    for part in path.split("."):
        names = vars(found)
        # By `dict`, since looking a name of the notebook up might read it from the candidate.
        found = dict.get(names, part) if isinstance(names, dict) else names.get(part)
        if not isinstance(found, type):
            return None
        kind = found
    # Of the notebook's names those that its cells define, not what is imported or built in.
    return kind if top != "__main__" or found.__module__ == "__main__" else None


def class_claimed(names: Sequence[str]) -> type | None:
    """The class for `isinstance` of an object whose classes have these names, in their order.

    Where its own class is no library's, the name of that is empty: then it is a class that derives
    from all of them, of which there are no instances.
    """
    found = tuple(kind for name in names if name and (kind := library_class(name)))
    if not found:
        return None
    return found[0] if names[0] and library_class(names[0]) else _derived(found)


class _Derived(type):
    """The class of classes that derive from others without any code of theirs being run."""

    def mro(cls) -> list[type]:
        return [cls, *vars(cls)["__claimed__"], object]


@lru_cache(256)
def _derived(bases: tuple[type, ...]) -> type:
    try:
        return _Derived("Proxy", (), {"__claimed__": bases})
    except TypeError:  # instances of one of them are no ordinary objects in memory
        return bases[0]


def is_library(module: object) -> bool:
    """Whether a module is one of Python's, or of what is installed."""
    if not isinstance(module, ModuleType):
        return False
    spec = vars(module).get("__spec__")
    origin = getattr(spec, "origin", None)
    return isinstance(origin, str) and _is_library_file(origin)


@cache
def _is_library_file(origin: str) -> bool:
    path = Path(origin)
    return (
        origin in ("built-in", "frozen")
        or not _INSTALLED.isdisjoint(path.parts)
        or any(path.is_relative_to(folder) for folder in _STANDARD)
    )
