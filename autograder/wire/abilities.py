"""What an object that stays on its side can do, told with the reference to it.

Python and tests look at the class for that: `isinstance` of `collections.abc.Sized`, `len`, a
`with` statement. So what stands for the object has the methods that the object's class has.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import EnumType, IntFlag
from types import FunctionType, GeneratorType
from typing import Any, NamedTuple

from autograder.errors import ProtocolError


class Ability(IntFlag):
    """The special methods of a class, as far as another class of its like needs them."""

    LEN = 1
    CONTAINS = 2
    CONTAINS_BY_OWN_CODE = 4  # which may say something else than a loop over the items
    REVERSED = 8
    ENTER = 16
    EXIT = 32
    AWAIT = 64
    HASH = 128
    HASH_BY_OWN_CODE = 256  # the hash at present is told then, too
    ASYNC_ITER = 512
    ASYNC_ENTER = 1024
    FSPATH = 2048


#: What a class is taken for of which nothing is told.
USUAL = (
    Ability.LEN | Ability.CONTAINS | Ability.REVERSED | Ability.ENTER | Ability.EXIT | Ability.HASH
)
_NAMES = {
    Ability.LEN: "__len__",
    Ability.CONTAINS: "__contains__",
    Ability.REVERSED: "__reversed__",
    Ability.ENTER: "__enter__",
    Ability.EXIT: "__exit__",
    Ability.AWAIT: "__await__",
    Ability.HASH: "__hash__",
    Ability.ASYNC_ITER: "__aiter__",
    Ability.ASYNC_ENTER: "__aenter__",
    Ability.FSPATH: "__fspath__",
}
#: These say what a loop over the items says.
_BY_ITEMS = (EnumType.__contains__, Sequence.__contains__)


def abilities_of(kind: type) -> Ability:
    """What objects of a class can do.

    Examples
    --------
    >>> Ability.LEN in abilities_of(list), Ability.HASH in abilities_of(list)
    (True, False)
    """
    found = Ability(0)
    for ability, name in _NAMES.items():
        if getattr(kind, name, None) is not None:
            found |= ability
    contains = getattr(kind, "__contains__", None)
    if isinstance(contains, FunctionType) and contains not in _BY_ITEMS:
        found |= Ability.CONTAINS_BY_OWN_CODE
    if Ability.HASH in found and getattr(kind, "__hash__") is not object.__hash__:  # noqa: B009
        found |= Ability.HASH_BY_OWN_CODE
    return found


#: Classes of one object that are told, and characters of their names.
_MAX_CLASSES, _MAX_NAME = 50, 200


def class_names(kind: type) -> list[str]:
    """The names of a class and its bases as ``module:Class``; empty for those that have none.

    Examples
    --------
    >>> from queue import LifoQueue
    >>> class Mine(LifoQueue): pass
    >>> class_names(Mine)
    ['', 'queue:LifoQueue', 'queue:Queue']
    """
    names = [_class_name(each) for each in type.__getattribute__(kind, "__mro__")[:_MAX_CLASSES]]
    while names and not names[-1]:
        names.pop()
    return names


def _class_name(kind: type) -> str:
    if kind is FunctionType or kind is GeneratorType:  # which their own module does not have
        return f"types:{'Function' if kind is FunctionType else 'Generator'}Type"
    module, path = _module_and_path(kind)
    name = f"{module}:{path}"
    is_short = name.isascii() and len(name) <= _MAX_NAME
    return name if module != "builtins" and is_short and has_its_name(kind) else ""


def _module_and_path(kind: type) -> list[Any]:
    return [type.__getattribute__(kind, f"__{name}__") for name in ("module", "qualname")]


def has_its_name(kind: type) -> bool:
    """Whether its module has a class under its name: one of the student's may have any name.

    Examples
    --------
    >>> has_its_name(KeyError), has_its_name(type("KeyError", (), {"__module__": "builtins"}))
    (True, False)
    """
    module, path = _module_and_path(kind)
    found: object = sys.modules.get(module) if isinstance(module, str) else None
    for part in path.split("."):
        found = getattr(found, "__dict__", {}).get(part)
    return found is kind


class About(NamedTuple):
    """What the other side tells of an object: the class is a number, as objects are.

    ``class_names`` are those of its classes, or of itself and its bases if it ``is_class``.
    """

    abilities: Ability = USUAL
    kind: int = -1
    hash_now: int | None = None
    is_class: bool = False
    class_names: tuple[str, ...] = ()


NOTHING_TOLD = About()


def about_of(told: list[Any]) -> About:
    """What the other side tells of an object; if that is nothing, what is usual.

    Raises
    ------
    ProtocolError
        It is nothing of the kind.
    """
    if len(told) > len(About._fields):
        raise ProtocolError("a malformed reference to an object")
    complete: list[Any] = [*told, *NOTHING_TOLD[len(told) :]]
    abilities, kind, number, is_class, names = complete
    if not (
        type(abilities) is type(kind) is int
        and 0 <= abilities <= int(~Ability(0))
        and (number is None or type(number) is int)
        and type(is_class) is bool
        and _are_names(names)
    ):
        raise ProtocolError("a malformed reference to an object")
    hash_now = None if number is None else hash(number)
    return About(Ability(abilities), kind, hash_now, is_class, tuple(names))


def _are_names(names: object) -> bool:
    return (
        isinstance(names, list | tuple)
        and len(names) <= _MAX_CLASSES
        and all(isinstance(name, str) and len(name) <= _MAX_NAME for name in names)
    )
