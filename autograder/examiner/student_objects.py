"""Objects of the student's among what came, each of which has its place there."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable
from typing import Any

from autograder.errors import ProtocolError
from autograder.examiner.opaque import OpaqueError
from autograder.examiner.place_names import item_place
from autograder.examiner.places import Places
from autograder.examiner.proxy import NO_DATA, Proxy, Substitute, proxy_type, stand_in_type
from autograder.examiner.stand_in import StandIn
from autograder.wire.abilities import about_of
from autograder.wire.library import VIEWS, FieldTuple, build


class StudentObjects:
    """The proxies that there are, by number, for as long as the test keeps them.

    One object has one proxy, and one more for each place at which it stands in for plain data.

    Parameters
    ----------
    request, opaque
        What proxies make requests by, and what gives the exception for a use that they refuse.
    """

    def __init__(
        self, request: Callable[..., Any], opaque: Callable[[Proxy, str], OpaqueError]
    ) -> None:
        self._request = request
        self._opaque = opaque
        self._proxies: weakref.WeakValueDictionary[tuple[int, str], Proxy] = (
            weakref.WeakValueDictionary()
        )
        self._resolved: dict[int, Proxy] = {}  # what came since the last look, by its id()

    def resolve(self, identity: int, about: Any) -> Proxy:
        """The proxy of an object that came.

        Raises
        ------
        ProtocolError
            What is said about it is malformed.
        """
        match about:
            case [str(kind), bool(), bool(), bool(), *more]:
                told = about_of(more)
                proxy = self._proxies.get((identity, ""))
                if proxy is None:
                    make = proxy_type(*about[1:4], told.abilities, told.kind)
                    proxy = self._proxies[identity, ""] = make(
                        self._request, self._opaque, identity, kind[:100], about=told
                    )
                object.__setattr__(proxy, "__proxy_hash__", told.hash_now)
                self._resolved[id(proxy)] = proxy
                return proxy
        raise ProtocolError("a malformed reference to an object")

    def is_present(self, proxy: Proxy) -> bool:
        """Whether it is a proxy of this candidate's."""
        is_stand_in = proxy.__proxy_stand_in__ is not None
        key = proxy.__proxy_identity__, proxy.__proxy_place__ if is_stand_in else ""
        return self._proxies.get(key) is proxy

    def placed(
        self, value: Any, place: str, places: Places, seen: frozenset[int] = frozenset()
    ) -> Any:
        """A value that came, in which a proxy stands in for plain data where no object may come."""
        if isinstance(value, Proxy):
            # Not what the test has put there.
            if id(value) not in self._resolved:
                return value
            data = self._data_at(place, value, places)
            if data is not NO_DATA:
                return self.placed(data, place, places, seen)
            return self._proxy_at(value, place, places)
        places.note(place, value)
        if id(value) in seen or not self._resolved:
            return value
        seen |= {id(value)}
        if type(value) is tuple or isinstance(value, FieldTuple):
            items = enumerate(value)
            placed = (
                self.placed(item, item_place(place, key), places, seen) for key, item in items
            )
            return type(value)(placed)
        if type(value) in VIEWS:
            return build(
                VIEWS[type(value)],
                [self.placed(each, f"{place}[…]", places, seen) for each in value],
            )
        if isinstance(value, (set, frozenset, dict)) and any(isinstance(x, Proxy) for x in value):
            places.judge_objects_in(place, value)
        if isinstance(value, (list, deque, dict)):
            for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
                value[key] = self.placed(item, item_place(place, key), places, seen)
        return value

    def _data_at(self, place: str, proxy: Proxy, places: Places) -> Any:
        """An object as plain data, if it is some and the solution gave no object."""
        plain = proxy.__proxy_plain__
        if plain is NO_DATA:
            return NO_DATA
        wanted = places.wanted(place)
        if isinstance(plain, Substitute):
            return plain.data if wanted else NO_DATA
        if not proxy.__proxy_place__:  # of what is done with its file, if it is a path
            object.__setattr__(proxy, "__proxy_place__", place)
        return plain if wanted is not None or not places.compares else NO_DATA

    def _proxy_at(self, proxy: Proxy, place: str, places: Places) -> Proxy:
        places.note(place, proxy)
        wanted = places.wanted(place)
        if wanted is None:
            if not proxy.__proxy_place__:
                object.__setattr__(proxy, "__proxy_place__", place)
            return proxy
        key = proxy.__proxy_identity__, place
        stand_in = self._proxies.get(key)
        if stand_in is None:
            stand_in = self._proxies[key] = stand_in_type(type(proxy))(
                self._request,
                self._opaque,
                key[0],
                proxy.__proxy_kind__,
                place,
                StandIn(place, wanted, type(proxy)),
            )
        return stand_in

    def settle(self) -> None:
        """All that came has its place now."""
        for proxy in self._resolved.values():
            object.__setattr__(proxy, "__proxy_hash__", None)
        self._resolved.clear()
