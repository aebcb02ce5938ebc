"""Objects of the student's that came where the solution gave plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from autograder.examiner.places import Places
from autograder.examiner.proxy import Proxy

#: In place of these, anything may come that can be iterated over: a generator for a list.
_CONTAINERS = frozenset(["a list", "a tuple", "a set", "a range", "a deque", "a view of a dict"])
#: Items that are read of such a thing, when all of them are: as many as there may be in a list.
_MAX_ITEMS = 1_000_000


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
        self._is_over = False

    def perform(
        self, op: str, operands: tuple[Any, ...], places: Places, request: Callable[..., Any]
    ) -> Any:
        """Perform ``op`` on the object, the first of ``operands``, by ``request`` if need be.

        Raises
        ------
        Refused
            Plain data would have been needed for that.
        """
        if not self._wanted:
            # What it gives when called comes at a place of its own.
            places.unjudged |= op != "call"
            return request(op, *operands)
        proxy: Proxy = operands[0]
        if _CONTAINERS & {*self._wanted}:
            if hasattr(type(proxy), "__next__"):
                if op in ("iter", "next"):
                    return self._next(proxy, request) if op == "next" else proxy
                if op == "len":  # asked by `list`, which goes on without
                    raise TypeError("an iterator has no length")
            elif hasattr(type(proxy), "__iter__") and op in _READING:
                if not hasattr(self._like, f"__{op}__") and op != "reversed":
                    raise TypeError(f"a {proxy.__proxy_kind__} has no __{op}__")
                if self._items is None:
                    self._items = self._all_items(proxy, places, request)
                return _READING[op](self._items, *operands[1:])
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

    def _next(self, proxy: Proxy, request: Callable[..., Any]) -> Any:
        if self._is_over:  # an iterator that goes on after its end is none
            raise StopIteration
        try:
            return request("next", proxy)
        except StopIteration:
            self._is_over = True
            raise


_READING: dict[str, Callable[..., Any]] = {
    "iter": iter,
    "len": len,
    "reversed": reversed,
    "getitem": lambda items, key: items[key],
}


def _items_of(proxy: Proxy, request: Callable[..., Any]) -> Iterator[Any]:
    iterator = request("iter", proxy)
    if not isinstance(iterator, Proxy):
        yield from iterator
        return
    while True:
        try:
            item = request("next", iterator)
        except StopIteration:
            return
        yield item
