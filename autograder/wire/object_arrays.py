"""Arrays of NumPy whose items are plain data, such as the rows of a frame of numbers and texts.

They cross in *lanes*: the items that are one below the other along the last axis. In the rows of a
frame these are of one type, so that a long lane of numbers is packed like a long list.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from autograder.errors import ProtocolError
from autograder.wire.buffers import MAX_DIMENSIONS
from autograder.wire.values import Array


def lanes_of(array: Array) -> list[list[Any]]:
    """The items of an array, lane by lane.

    Examples
    --------
    >>> lanes_of(np.array([[1, "a"], [2, "b"]], object))
    [[1, 2], ['a', 'b']]
    """
    items = list(np.asarray(array).flat)
    count = _lanes_in(array.shape)
    return [items[first::count] for first in range(count)]


def empty(shape: object, lanes: int, limit: int) -> Array:
    """An array to be filled with as many lanes.

    Raises
    ------
    ProtocolError
        It is no shape, or it has more than ``limit`` items or other lanes.
    """
    if not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
        raise ProtocolError("an array of objects without a shape")
    if not all(type(each) is int and each >= 0 for each in shape):
        raise ProtocolError("an array of objects whose lengths are not integers")
    # Lengths of zero count as one, so that (0, 2**62) is bounded as well.
    if prod(max(1, each) for each in shape) > limit or _lanes_in(shape) != lanes:
        raise ProtocolError("an array of objects that claims more items than were sent")
    return np.empty(shape, object)


def fill(array: Array, lane: int, items: Sequence[Any]) -> None:
    """Put the items of a lane where they belong.

    Raises
    ------
    ProtocolError
        There are more of them, or fewer, than there are places.
    """
    flat = array.reshape(-1)
    places = range(lane, flat.size, _lanes_in(array.shape))
    if len(items) != len(places):
        raise ProtocolError("an array of objects whose items do not fit its shape")
    for place, item in zip(places, items, strict=True):  # NumPy would take a list for several
        flat[place] = item


def _lanes_in(shape: Sequence[int]) -> int:
    return shape[-1] if len(shape) > 1 else 1
