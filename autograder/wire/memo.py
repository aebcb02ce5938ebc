"""The mutable objects that have crossed, under numbers that both sides know.

A list, dict, set, array, frame or series that has crossed stays one object on each side for as long
as both sides hold it, until a test ends: it crosses again as its number, and what one side has
changed in it is told with its next message. So code on both sides shares it as in one process.

Whoever sends a message looks for changes first, then forgets what nobody but the memo holds any
more, and tells both. The call of a function that keeps nothing leaves nothing to be looked at.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from operator import is_
from typing import Any

import numpy as np

from autograder.errors import TooLarge
from autograder.wire.library import contents_of

#: What looking for changes may cost between two ends of a test, in bytes compared: some seconds.
#: After that it is done once more only, at the end.
MAX_WORK = 1 << 33
#: Bytes of what is kept to compare with.
MAX_KEPT = 256 << 20
#: Bytes that can be compared in the time that an object or an item of a container takes.
_OBJECT, _ITEM = 1500, 100
#: What can be changed item by item.
_CONTAINERS = (list, dict, set, deque)


class Entry:
    """An object that has crossed.

    Attributes
    ----------
    value
        The object.
    is_own
        Whether it is this side's: the first message that held it was sent.
    is_alike
        Whether an array has the same bytes in the same order on the other side.
    known
        Its contents as the other side knows them; None if they are still to be noted.
    """

    __slots__ = ("is_alike", "is_own", "known", "value")

    def __init__(self, value: Any, *, is_own: bool, is_alike: bool) -> None:
        self.value = value
        self.is_own = is_own
        self.is_alike = is_alike
        self.known: Any = None

    def is_relabelled(self) -> bool:
        """Whether it is an array whose shape or dtype has been changed in place."""
        if not isinstance(self.value, np.ndarray) or self.known is None:
            return False
        return bool((self.value.shape, self.value.dtype) != self.known[1:])


class Memo:
    """What has crossed and is held by both sides, as far as this side knows.

    Parameters
    ----------
    snapshot
        The contents of an object of pandas, to compare.

    Attributes
    ----------
    is_late
        Whether looking for changes has cost so much that it is put off until the end.
    """

    def __init__(self, snapshot: Callable[[Any], bytes] = lambda _: b"") -> None:
        self._snapshot = snapshot
        self.is_late = False
        self._entries: dict[int, Entry] = {}
        self._numbers: dict[int, int] = {}  # by id()
        self._next = 0
        self._work = 0
        self._kept = 0
        self._to_note: list[int] = []
        self._enough = 0  # so many entries are no reason to look for those to forget

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, value: object, *, is_own: bool = True, is_alike: bool = True) -> None:
        """Remember ``value`` under the next number."""
        self._entries[self._next] = Entry(value, is_own=is_own, is_alike=is_alike)
        self._numbers[id(value)] = self._next
        self._to_note.append(self._next)
        self._next += 1

    def replace(self, value: object, by: object) -> None:
        """Remember another object under the number of ``value``, if that is remembered."""
        number = self._numbers.pop(id(value), None)
        if number is not None:
            self._entries[number].value = by
            self._numbers[id(by)] = number

    def find(self, value: object) -> int | None:
        """The number of ``value``; None if it is not remembered."""
        return self._numbers.get(id(value))

    def entry(self, number: object) -> Entry | None:
        """What is remembered under ``number``."""
        return self._entries.get(number) if type(number) is int else None

    def is_of_objects(self, value: object) -> bool:
        """Whether it is an array of objects, and not one of integers that were made exact here."""
        if not isinstance(value, np.ndarray) or value.dtype != object:
            return False
        entry = self.entry(self.find(value))
        return entry is None or entry.is_alike

    def mark(self) -> int:
        """The number that comes next, for `truncate`."""
        return self._next

    def truncate(self, mark: int) -> None:
        """Forget the objects from ``mark`` on, those of a message that was not sent."""
        self.forget(range(mark, self._next))
        self._next = mark

    def forget(self, numbers: Iterable[int]) -> None:
        """Forget what the other side does not hold any more."""
        for number in numbers:
            entry = self._entries.pop(number, None)
            if entry is not None:
                self._kept -= _size(entry.known)
                if self._numbers.get(id(entry.value)) == number:
                    del self._numbers[id(entry.value)]

    def clear(self) -> None:
        """Forget everything: a test has ended. Numbers go on."""
        self._entries.clear()
        self._numbers.clear()
        self._to_note.clear()
        self._work = self._kept = self._enough = 0
        self.is_late = False

    def settle(self) -> None:
        """Note the contents of what has come, or has been sent, since the last time.

        Raises
        ------
        TooLarge
            That is more than can be kept.
        """
        for number in self._to_note:
            entry = self._entries.get(number)
            if entry is not None:
                entry.known = self._copy(entry.value)
                self._kept += _size(entry.known)
        self._to_note.clear()
        if self._kept > MAX_KEPT:
            raise TooLarge(f"more than {MAX_KEPT:,} bytes are shared with the other process")

    def renew(self, number: int) -> None:
        """The other side knows the present contents of an object, if it is remembered."""
        entry = self._entries.get(number)
        if entry is not None:
            self._kept -= _size(entry.known)
            entry.known = None
            self._to_note.append(number)

    def changed(self, *, finally_: bool = False) -> list[int]:
        """The numbers of the objects whose contents the other side does not know."""
        if self.is_late and not finally_:
            return []
        found = []
        for number, entry in self._entries.items():
            if entry.known is not None:
                self._work += _OBJECT + _size(entry.known)
                if self._differs(entry.value, entry.known):
                    found.append(number)
        self.is_late = self._work > MAX_WORK
        return found

    def release(self, most: int) -> list[int]:
        """Forget what nothing else in this process holds; the numbers, for the other side.

        What is changed and not told yet is kept, and what is more than ``most`` until next time.
        """
        released: list[int] = []
        if len(self._entries) <= self._enough:
            return released
        found = True
        while found:  # what was forgotten may have held more of it
            views = _views(self._entries.values())
            found = False
            for number in list(self._entries):
                if len(released) >= most:
                    return released
                if _is_held(self._entries[number], views, self._numbers):
                    continue
                if self.is_late and self._is_untold(number):
                    continue
                found = found or _may_hold_more(self._entries[number].value)
                self.forget([number])
                released.append(number)
        self._enough = 2 * len(self._entries) if self.is_late else 0
        return released

    def _is_untold(self, number: int) -> bool:
        entry = self._entries[number]
        return entry.known is not None and self._differs(entry.value, entry.known)

    def _copy(self, value: Any) -> Any:
        """What tells later whether ``value`` has changed: its items, or its bytes and label."""
        if isinstance(value, np.ndarray):
            data = list(value.flat) if value.dtype == object else value.tobytes()
            return data, value.shape, value.dtype
        if isinstance(value, _CONTAINERS):
            return contents_of(value)
        return (bytes(value) if isinstance(value, bytearray) else self._snapshot(value),)

    def _differs(self, value: Any, known: Any) -> bool:
        # Items are compared by identity: equality would run the ``__eq__`` of a student's object,
        # and would miss -0.0 in place of 0.0.
        if isinstance(value, np.ndarray):
            data, shape, dtype = known
            if value.shape != shape or value.dtype != dtype:
                return True
            if dtype.kind == "O":
                return not all(map(is_, value.flat, data))
            return bool(_bytes_of(value) != data)
        if not isinstance(value, _CONTAINERS):
            return bool(self._copy(value) != known)
        contents = contents_of(value)
        if isinstance(value, set):
            return set(map(id, contents)) != set(map(id, known))
        return len(contents) != len(known) or not all(map(is_, contents, known))


def _is_held(entry: Entry, views: Mapping[int, int], numbers: dict[int, int]) -> bool:
    """Whether anything but the memo holds an object, or the memory of an array."""
    if sys.getrefcount(entry.value) > _ALONE:
        return True
    if not isinstance(entry.value, np.ndarray):
        return False
    owner = _owner(entry.value)
    if owner is entry.value:
        return False
    # Each remembered view of the owner holds it, and the memo, if it is remembered as well.
    return sys.getrefcount(owner) > _OWNER_ALONE + views.get(id(owner), 0) + (id(owner) in numbers)


def _owner(array: Any) -> Any:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _views(entries: Iterable[Entry]) -> dict[int, int]:
    """How many of the remembered arrays are views of each array, by its id."""
    views: dict[int, int] = {}
    for entry in entries:
        if isinstance(entry.value, np.ndarray) and entry.value.base is not None:
            owner = _owner(entry.value)
            if owner is not entry.value:
                views[id(owner)] = views.get(id(owner), 0) + 1
    return views


def _may_hold_more(value: Any) -> bool:
    """Whether other objects, which are remembered as well, may be held by this one alone."""
    return not isinstance(value, np.ndarray) or value.base is not None or value.dtype.hasobject


def _size(known: Any) -> int:
    """Bytes of a copy, or what takes as long to compare."""
    if known is None:
        return 0
    if not isinstance(known, tuple):
        return _ITEM * len(known)
    return len(known[0]) * (_ITEM if isinstance(known[0], list) else 1)


def _bytes_of(array: Any) -> Any:
    """The bytes of an array in C's order, without a copy if they lie so."""
    if array.flags.c_contiguous and array.nbytes:
        return np.asarray(array).reshape(-1).view(np.uint8).data
    return array.tobytes()


def _alone() -> tuple[int, int]:
    """What `sys.getrefcount` says of an object, and of a view's owner, that nothing else holds."""
    entry = Entry([], is_own=True, is_alike=True)
    held = sys.getrefcount(entry.value)
    entry = Entry(np.zeros(2)[:1], is_own=True, is_alike=True)
    owner = _owner(entry.value)
    return held, sys.getrefcount(owner) - 1


_ALONE, _OWNER_ALONE = _alone()
