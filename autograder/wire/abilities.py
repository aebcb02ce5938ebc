"""What an object that stays on its side can do, told with the reference to it.

Python and tests look at the class for that: `isinstance` of `collections.abc.Sized`, `len`, a
`with` statement. So what stands for the object has the methods that the object's class has.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import EnumType, IntFlag
from types import FunctionType
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


class About(NamedTuple):
    """What the other side tells of an object: the class is a number, as objects are."""

    abilities: Ability = USUAL
    kind: int = -1
    hash_now: int | None = None


def about_of(told: list[Any]) -> About:
    """What the other side tells of an object; if that is nothing, what is usual.

    Raises
    ------
    ProtocolError
        It is nothing of the kind.
    """
    if not told:
        return About()
    if len(told) > len(About._fields) or not all(type(each) is int for each in told):
        raise ProtocolError("a malformed reference to an object")
    abilities, kind, *hashes = told if len(told) > 1 else (*told, -1)
    if not 0 <= abilities <= int(~Ability(0)):
        raise ProtocolError("a malformed reference to an object")
    return About(Ability(abilities), kind, hash(hashes[0]) if hashes else None)
