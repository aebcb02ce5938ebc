"""Arrays to nodes: the part of :mod:`autograder.wire.encode` that knows how they lie in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.errors import TooLarge
from autograder.wire import library, object_arrays
from autograder.wire.buffers import Spans
from autograder.wire.frames import FrameLimits
from autograder.wire.memo import Memo
from autograder.wire.values import Array, Node, NotPlain, dtype_name

#: What MessagePack has as an int.
INT64 = range(-(1 << 63), 1 << 63)


class ArrayEncoder:
    """Turns the arrays of one message into nodes; what is in arrays of objects, its heir does."""

    def __init__(
        self,
        memo: Memo,
        export: Callable[[object], Node],
        limits: FrameLimits,
        *,
        keeps_views: bool,
    ) -> None:
        self._memo = memo
        self._export = export
        self._limits = limits
        self._keeps_views = keeps_views
        self._spans = Spans(limits.buffer_bytes)

    def _sequence(self, tag: str, items: Any, depth: int) -> Node:
        """The node of a list, a tuple and the like, by the nodes of its items."""
        raise NotImplementedError

    def _items(self, items: list[Any], depth: int) -> Node:
        """The node of a list that is not remembered."""
        raise NotImplementedError

    def _array(self, value: Array, depth: int) -> Node:
        if dtype_name(value.dtype) is None:
            return self._objects(value, depth)
        if library.is_masked(value) and type(value) is np.ma.MaskedArray:
            return self._masked(value, depth)
        return self._view(value) or self._whole_array(value)

    def _masked(self, value: Any, depth: int) -> Node:
        mask = None if value.mask is np.ma.nomask else value.mask
        fill = value._fill_value  # None, where it is the usual one
        fill = None if fill is None else fill.astype(value.dtype)[()]
        return self._sequence("M", (value.data, mask, fill), depth)

    def _objects(self, value: Array, depth: int) -> Node:
        """The node of an array of objects; None where one of them is no plain data."""
        mark = self._memo.mark()
        if value.dtype == object and not library.is_masked(value):
            self._memo.add(value)
            try:
                return self._objects_node(value, depth)
            except (NotPlain, TooLarge):
                self._memo.truncate(mark)
        return None

    def _objects_node(self, value: Array, depth: int) -> Node:
        # NumPy computes with arrays in arrays without end, if they hold one another.
        if any(map(self._memo.is_of_objects, value.flat)):
            raise NotPlain("an array of objects in another one")
        export, self._export = self._export, refuse
        try:
            lanes = [self._items(lane, depth) for lane in object_arrays.lanes_of(value)]
        finally:
            self._export = export
        return ["O", list(value.shape), bool(value.flags.writeable), *lanes]

    def _view(self, value: Array) -> Node:
        """The node of an array that is a view of a contiguous one that has crossed, else None."""
        if not value.flags.writeable:  # as a view, it would be writeable on the other side
            return None
        base = value.base
        while isinstance(base, np.ndarray):
            seen = self._memo.find(base)
            if seen is not None and self._is_same_there(base, seen):
                start = base.__array_interface__["data"][0]
                offset = value.__array_interface__["data"][0] - start
                place = [list(value.shape), list(value.strides), offset]
                return ["w", seen, dtype_name(value.dtype), place]
            base = base.base
        return None

    def _is_same_there(self, base: Array, number: int) -> bool:
        """Whether views of a remembered array can be named by their offsets in it."""
        entry = self._memo.entry(number)
        if entry is None or not entry.is_alike or (entry.is_own and not self._keeps_views):
            return False
        return base.flags.c_contiguous and base.flags.writeable

    def _whole_array(self, value: Array) -> Node:
        node = self._array_node(value)
        self._memo.add(value)
        return node

    def _array_contents(self, value: Array) -> Node:
        is_of_objects = self._memo.is_of_objects(value)
        return self._objects_node(value, 1) if is_of_objects else self._array_node(value)

    def _array_node(self, value: Array) -> Node:
        if value.dtype == object:  # integers that were made exact where they arrived
            value = _narrowed(value)
        place = self._spans.add(np.asarray(value))
        return ["a", dtype_name(value.dtype), place, bool(value.flags.writeable)]

    def _scalar(self, value: np.generic, _: int) -> Node:
        name = dtype_name(value.dtype)
        if name is None:
            return None
        # NumPy gives an empty text, whose itemsize is 0, the bytes of one character.
        return ["n", name, value.tobytes()[: value.dtype.itemsize]]


def _narrowed(value: Array) -> Array:
    """An array of Python's integers as one that can cross."""
    if not all(type(each) is int and each in INT64 for each in value.flat):
        raise TypeError("an array of objects cannot cross")
    return value.astype(np.int64)


def refuse(value: object) -> Node:
    """Export nothing: where only plain data may be."""
    raise NotPlain(f"an object of type {type(value).__name__!r}")
