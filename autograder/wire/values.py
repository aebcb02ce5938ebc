"""What may cross between the two processes, and as what.

None, bool, 64-bit int, float, str and bytes are themselves in MessagePack. Everything else is a
list that begins with a tag::

    ["i", bytes]                          an int of any size, little endian, signed
    ["s", bytes]                          a str that is not valid Unicode (lone surrogates)
    ["c", real, imaginary]                complex
    ["l"|"S", item, ...]                  list, set                       (remembered)
    ["d", key, value, ...]                dict                            (remembered)
    ["p", "d"|"q", count, [offset]]       a long list of only float or int (remembered)
    ["t"|"F", item, ...]                  tuple, frozenset
    ["a", dtype, [shape, strides, offset], writeable]       ndarray        (remembered)
    ["w", remembered, dtype, [shape, strides, offset]]      view of a contiguous array
    ["n", dtype, bytes]                   NumPy scalar
    ["r", remembered]                     an object already in this exchange
    ["T", name], ["D", name]              a type or dtype that both sides know
    ["R"|"L", start, stop, step]          range, slice
    ["E"]                                 Ellipsis
    ["h", id, about], ["b", id]           a reference to the sender's, the receiver's own object

Remembered objects keep their identity within one exchange, and after a call those of the
question come back *in place*. Never pickle, never object or structured arrays.
"""

from __future__ import annotations

from typing import Any

#: A value as it stands in a message: plain MessagePack data, checked by nobody yet.
Node = Any
#: Lists of at least this many floats or ints cross packed.
LONG_LIST = 64


class Memo:
    """The mutable objects of one exchange, in the order in which both sides met them."""

    def __init__(self) -> None:
        self.objects: list[Any] = []
        self._index: dict[int, int] = {}

    def add(self, value: object) -> None:
        self._index[id(value)] = len(self.objects)
        self.objects.append(value)

    def find(self, value: object) -> int | None:
        return self._index.get(id(value))

    def truncate(self, length: int) -> None:
        """Forget the objects from number ``length`` on: an answer that was not sent after all."""
        for value in self.objects[length:]:
            self._index.pop(id(value), None)
        del self.objects[length:]
