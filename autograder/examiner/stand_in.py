"""Objects of the student's that came where the solution gave plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from autograder.examiner.places import Places
from autograder.examiner.proxy import Proxy

#: In place of these, anything may come that can be iterated over: a generator for a list.
_CONTAINERS = frozenset(
    ["a list", "a tuple", "a set", "a range", "a deque", "a view of a dict", "an array"]
)
#: Items that are read of such a thing, when all of them are: as many as there may be in a list.
_MAX_ITEMS = 1_000_000
#: Items that are requested at once, at first and at most: fewer would take longer to cross.
_FEWEST, _MOST = 8, 256


class StandIn:
    """What may be done with such an object, and what it has given so far.

    It is asked for nothing but its items, and for each of them once: a list does not change its
    mind between ``len`` and a loop. Where nobody knows what the solution gives, all may be done,
    and a person decides about a test that passes.

    Parameters
    ----------
    place
        Where it came.
    wanted
        The kinds that the solution gave there; none if that is not known.
    like
        The class of its proxy anywhere else, which has the special methods that it has itself.
    """

    def __init__(self, place: str, wanted: tuple[str, ...], like: type[Proxy]) -> None:
        self._place = place
        self._wanted = wanted
        self._like = like
        self._items: list[Any] | None = None
        self._rest: Iterator[Any] | None = None  # of an iterator, which is over once and for all

    def perform(
        self, op: str, operands: tuple[Any, ...], places: Places, request: Callable[..., Any]
    ) -> Any:
        """Perform ``op`` on the object, the first of ``operands``, by ``request`` if need be.

        Raises
        ------
        Refused
            Plain data would have been needed for that.
        """
        proxy: Proxy = operands[0]
        if not self._wanted:
            # What it gives when called comes at a place of its own.
            if op == "bool":
                raise proxy.__proxy_opaque__(proxy, "used as bool")
            places.unjudged |= op != "call"
            return request(op, *operands)
        if _CONTAINERS & {*self._wanted}:
            is_sized = hasattr(self._like, "__len__")
            if op == "bool" and hasattr(type(proxy), "__iter__") and not is_sized:
                return True
            if hasattr(type(proxy), "__next__"):
                if op == "iter":
                    return proxy
                if op == "next":
                    self._rest = self._rest or _taken_from(proxy, request)
                    return next(self._rest)
                if op == "len":  # asked by `list`, which goes on without
                    raise TypeError("an iterator has no length")
            elif hasattr(type(proxy), "__iter__") and op in _READING:
                if not hasattr(self._like, f"__{op}__") and op not in ("reversed", "bool"):
                    raise TypeError(f"a {proxy.__proxy_kind__} has no __{op}__")
                if self._items is None:
                    self._items = self._all_items(proxy, places, request)
                return _READING[op](self._items, *operands[1:])
            if op in _SHOWING and hasattr(type(proxy), "__iter__"):  # nothing of the student's
                return "<an object that can be iterated over>"
            if op == "getattr" and operands[1] == "keys":  # asked by `dict`, which takes pairs
                raise AttributeError(operands[1])
        kind = proxy.__proxy_kind__
        came = "an array of objects" if kind == "ndarray" else f"an object of type {kind!r:.60}"
        expected = " or ".join(self._wanted)
        raise places.refuse(f"{self._place} gave {came}; {expected} was expected.")

    def _all_items(self, proxy: Proxy, places: Places, request: Callable[..., Any]) -> list[Any]:
        items = list(islice(_items_of(proxy, request), _MAX_ITEMS + 1))
        if len(items) > _MAX_ITEMS:
            places.cut = True
            raise ValueError(f"{self._place} gave more than {_MAX_ITEMS:,} items")
        return items


_SHOWING = ("str", "repr", "format")
_READING: dict[str, Callable[..., Any]] = {
    "iter": iter,
    "len": len,
    "bool": bool,
    "reversed": reversed,
    "getitem": lambda items, key: items[key],
}


def _items_of(proxy: Proxy, request: Callable[..., Any]) -> Iterator[Any]:
    iterator = request("iter", proxy)
    if not isinstance(iterator, Proxy):
        yield from iterator
        return
    yield from _taken_from(iterator, request)


def _taken_from(iterator: Proxy, request: Callable[..., Any]) -> Iterator[Any]:
    count = _FEWEST
    while True:
        items = request("take", iterator, count)
        if not isinstance(items, list) or not items:
            return
        yield from items
        count = min(2 * count, _MOST)
