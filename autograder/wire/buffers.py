"""The raw bytes of a message's arrays: how they are laid out, and how they are taken from there.

Arrays keep their shape, strides and overlaps, but memory beside them does not cross. Those of one
message that overlap in memory share one *span* of bytes, so that views of each other stay views.
Bytes of a span that belong to no array are zero: a column of a table crosses without the column
beside it, which may hold the expected values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.array_utils import byte_bounds

from autograder.errors import ProtocolError, TooLarge
from autograder.wire.values import Array, dtype_named

Bytes = bytes | bytearray | memoryview
#: Bytes to a multiple of which each buffer is padded: elements of the next are aligned as well.
ALIGNMENT = 64
#: NumPy's own limit before 2.0, more than a course needs.
MAX_DIMENSIONS = 32
#: A strided array crosses as it lies in memory unless its gaps outweigh it by this factor.
SPARSE = 8
#: Bytes of gaps that are sent without further thought, less than a page of memory.
_FREE_GAPS = 4096


@dataclass(frozen=True)
class Layout:
    """Where an array lies in a buffer; ``strides`` and ``offset`` are in bytes.

    Made of what the other side claims, it is believed only as far as :meth:`array` has checked.
    """

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int

    @classmethod
    def checked(cls, dtype: object, shape: object, strides: object, offset: object) -> Layout:
        """A layout from what the other side sent.

        Raises
        ------
        ProtocolError
            Any part is not of its type or is out of range.
        """
        sizes, steps = _ints(shape), _ints(strides)
        if type(offset) is not int or len(sizes) != len(steps) or min(sizes, default=0) < 0:
            raise ProtocolError("an array with a negative size or mismatched strides")
        return cls(dtype_named(dtype), sizes, steps, offset)

    def array(self, buffer: bytearray | memoryview | Array, *, limit: int) -> Array:
        """The array over ``buffer``, which must hold every byte of it.

        Raises
        ------
        ProtocolError
            The array would leave the buffer or have more than ``limit`` bytes.
        """
        # Strides of zero let few bytes pass for many, which the first copy would allocate. Lengths
        # and items of zero count as one, so that (0, 2**62) and empty strings are bounded as well.
        size = max(1, self.dtype.itemsize)
        for length in self.shape:
            size *= max(1, length)
        if size > limit:
            raise ProtocolError(f"an array of {size:,} bytes; at most {limit:,} may cross")
        if 0 in self.shape:
            return np.zeros(self.shape, self.dtype)
        # Checked here rather than by NumPy: in integers that cannot overflow.
        reach = [(n - 1) * step for n, step in zip(self.shape, self.strides, strict=True)]
        low = self.offset + sum(step for step in reach if step < 0)
        high = self.offset + sum(step for step in reach if step > 0) + self.dtype.itemsize
        if low < 0 or high > len(buffer):
            raise ProtocolError("an array that claims more bytes than were sent")
        return np.ndarray(self.shape, self.dtype, buffer, self.offset, self.strides)


class Received:
    """The raw bytes that came with one message, from which its arrays are taken.

    Attributes
    ----------
    taken
        Bytes of the arrays so far: strides of zero make many of a few, and whoever copies arrays
        allocates them all.
    """

    def __init__(self, data: bytearray | memoryview, limit: int) -> None:
        self._data = data
        self._limit = limit
        self.taken = 0

    def array(self, dtype: object, place: Any) -> Array:
        """An array over these bytes, at the place that was named.

        Raises
        ------
        ProtocolError
            There is no such array, or the arrays have more bytes than may cross.
        """
        layout = Layout.checked(dtype, *place)
        return self.counted(layout.array(self._data, limit=self._limit))

    def column(self, dtype: object, count: object, offset: object) -> Array:
        """An array of one dimension, whose items lie one after the other; errors of `array`."""
        return self.array(dtype, [[count], [dtype_named(dtype).itemsize], offset])

    def view(self, base: Array, dtype: object, place: Any) -> Array:
        """A view of a contiguous array, at a place in its memory; errors of `array`."""
        memory = base.reshape(-1).view(np.uint8)
        return Layout.checked(dtype, *place).array(memory, limit=self._limit)

    def counted(self, array: Array) -> Array:
        """An array whose bytes are counted, and whose truth values are some."""
        self.taken += array.nbytes
        if self.taken > self._limit:
            raise ProtocolError(f"arrays of more than {self._limit:,} bytes in all")
        return true_bools(array)

    def piece(self, offset: object, size: object, what: str) -> memoryview:
        """Bytes from these; ``what`` they are of, for the message.

        Raises
        ------
        ProtocolError
            They are not all there.
        """
        if type(offset) is not int or type(size) is not int:
            raise ProtocolError(f"{what} that does not say where its bytes are")
        if not 0 <= offset <= offset + size <= len(self._data):
            raise ProtocolError(f"{what} that claims more bytes than were sent")
        return memoryview(self._data)[offset : offset + size]


def true_bools(array: Array) -> Array:
    """Boolean arrays hold only the bytes 0 and 1; others make NumPy contradict itself."""
    if array.dtype.kind == "b" and array.size:
        array.view(np.uint8)[...] = array.view(np.uint8) != 0
    return array


def overlaps_itself(array: Array) -> bool:
    """Whether items of an array may lie in the same memory.

    Examples
    --------
    >>> overlaps_itself(np.zeros((2, 3)).T), overlaps_itself(np.broadcast_to(1.0, 3))
    (False, True)
    """
    reach = array.itemsize
    steps = zip(array.strides, array.shape, strict=True)
    for step, length in sorted((abs(step), length) for step, length in steps if length > 1):
        if step < reach:
            return True
        reach += step * (length - 1)
    return False


class _Extent(NamedTuple):
    """Where an array lies in the sender's memory, and the ``place`` that says so in the message."""

    low: int
    high: int
    array: Array
    place: list[Any]


class Spans:
    """Collects the arrays of one message and lays them out in as few buffers as need be.

    Attributes
    ----------
    taken
        Bytes of the arrays so far, however few of them a broadcast array has in memory.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.taken = 0
        self._arrays: list[_Extent] = []
        self._raw: list[tuple[Sequence[Bytes], list[Any]]] = []

    def add(self, array: Array) -> list[Any]:
        """Register ``array``; the returned ``[shape, strides, offset]`` is final after `pack`.

        Raises
        ------
        TooLarge
            The arrays have more bytes than may cross.
        """
        self._count(array)
        low, high = byte_bounds(array)
        if array.size and high - low > SPARSE * array.nbytes + _FREE_GAPS:
            array = _with_small_gaps(array)
            low, high = byte_bounds(array)
        place: list[Any] = [list(array.shape), list(array.strides), 0]
        if array.nbytes:
            self._arrays.append(_Extent(low, high, array, place))
        return place

    def add_column(self, array: Array) -> list[Any]:
        """Register an array of one dimension by its items alone, as `add` does."""
        self._count(array)
        return self.add_bytes(np.ascontiguousarray(array).view(np.uint8).data)

    def _count(self, array: Array) -> None:
        self.taken += array.nbytes
        if self.taken > self._limit:
            raise TooLarge(f"arrays of {self.taken:,} bytes; at most {self._limit:,} may cross")

    def add_bytes(self, *data: Bytes) -> list[Any]:
        """Register raw bytes, in pieces; the returned ``[offset]`` is final after `pack`."""
        place: list[Any] = [0]
        self._raw.append((data, place))
        return place

    def pack(self) -> list[Bytes]:
        """The buffers to send, padded to the alignment."""
        buffers: list[Bytes] = []
        position = 0
        for group in _overlapping(self._arrays):
            start, end = group[0].low, max(extent.high for extent in group)
            # Copied element by element into zeros, so that nothing else of this range crosses.
            span = bytearray(_padded(end - start))
            for _low, _high, array, place in group:
                offset = _data_pointer(array) - start
                view = np.ndarray(array.shape, array.dtype, span, offset, array.strides)
                view[...] = array
                place[2] = position + offset
            buffers.append(span)
            position += len(span)
        for pieces, place in self._raw:
            place[0] = position
            size = sum(map(len, pieces))
            # Not joined, which would copy them.
            buffers += [*pieces, bytes(_padded(size) - size)]
            position += _padded(size)
        return buffers


def _overlapping(arrays: Iterable[_Extent]) -> list[list[_Extent]]:
    """The arrays in groups, each of which covers one range of memory without a gap."""
    groups: list[list[_Extent]] = []
    end = -1
    for extent in sorted(arrays, key=lambda extent: (extent.low, extent.high)):
        if extent.low < end:
            groups[-1].append(extent)
        else:
            groups.append([extent])
        end = max(end, extent.high)
    return groups


def _with_small_gaps(array: Array) -> Array:
    """A copy that is still not contiguous, so that code which wrongly assumes it still fails."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    view = wide[..., ::2]
    view[...] = array
    return view


def _data_pointer(array: Array) -> int:
    return int(array.__array_interface__["data"][0])


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _ints(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) > MAX_DIMENSIONS:
        raise ProtocolError(f"an array whose shape is no list of at most {MAX_DIMENSIONS} lengths")
    if not all(type(each) is int for each in value):
        raise ProtocolError("an array whose shape or strides are not integers")
    return tuple(value)
