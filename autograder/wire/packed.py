"""Long lists of numbers of one type, which cross in one piece."""

from __future__ import annotations

from array import array
from typing import Any

import numpy as np

#: Lists of at least so many numbers of one type cross packed: a node for each would take longer.
LONG_LIST = 64
#: These types, by the codes that cross.
PACKED: dict[str, type] = {"d": float, "q": int, "?": bool, "D": np.float64, "Q": np.int64}
_TYPECODES = {"d": "d", "q": "q", "?": "b", "D": "d", "Q": "q"}


def pack(items: list[Any]) -> tuple[str, bytes] | None:
    """A list of numbers of one type in `PACKED`, with its code, in one piece; None for others.

    Examples
    --------
    >>> pack([1, 2.0]), unpack("d", pack([1.0, 2.0])[1])
    (None, array('d', [1.0, 2.0]))
    """
    kind = type(items[0])
    code = next((code for code, known in PACKED.items() if known is kind), None)
    if code is None or not all(type(item) is kind for item in items):
        return None
    try:
        return code, array(_TYPECODES[code], items).tobytes()
    except OverflowError:  # an int of more than 64 bits
        return None


def unpack(code: str, data: bytes | bytearray | memoryview) -> array[Any]:
    """The numbers of a packed list."""
    values = array(_TYPECODES[code])
    values.frombytes(data)
    return values


def item_size(code: str) -> int:
    """Bytes of each number."""
    return array(_TYPECODES[code]).itemsize
