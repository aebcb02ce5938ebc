"""What may cross between the two processes, and as what.

None, bool, 64-bit int, float, str and bytes are themselves in MessagePack. Everything else is a
list that begins with a tag::

    ["i", bytes]                          an int of any size, little endian, signed
    ["s", bytes]                          a str that is not valid Unicode (lone surrogates)
    ["c", real, imaginary]                complex
    ["l"|"S", item, ...]                  list, set                       (remembered)
    ["d", key, value, ...]                dict                            (remembered)
    ["p", "d"|"q"|"?"|"D"|"Q", count, [offset]]   a long list of numbers of one type (remembered)
    ["t"|"F", item, ...]                  tuple, frozenset
    ["a", dtype, [shape, strides, offset], writeable]       ndarray        (remembered)
    ["w", remembered, dtype, [shape, strides, offset]]      view of a contiguous array
    ["n", dtype, bytes]                   NumPy scalar
    ["r", remembered]                     an object that has crossed before
    ["T", name], ["D", name]              a type or dtype that both sides know
    ["R"|"L", start, stop, step]          range, slice
    ["E"]                                 Ellipsis
    ["v", name, part, ...]                Fraction, Decimal, date and others (wire/library.py)
    ["V", name, setting, item, ...]       deque, Counter and their like   (remembered)
    ["N", name, [field, ...], item, ...]  namedtuple
    ["M", data, mask, fill]               masked array; the mask or what fills it may be None
    ["P", [offset], size, part]           frame, series, index of pandas  (remembered)
    ["m", name, value, ...]               Timestamp and other scalars of pandas
    ["k", reference, data]                data of a class of the sender's, as an object as well
    ["K", module, class, data, (attribute, value), ...]   an argument's data, with its class
    ["h", id, about], ["b", id]           a reference to the sender's, the receiver's own object

Remembered objects keep their identity until a test ends (:mod:`autograder.wire.memo`), and are
changed *in place* when a message reports changes. Nothing is ever pickled, since unpickling runs
whatever code the sender names.

A ``P`` is a message in the message: its part refers to nothing outside of it, and to nothing that
stays on one side; ``offset`` and ``size`` say where its bytes lie. A part is a node or::

    ["Q", name, part, ...]                what a constructor of pandas makes of parts
    ["A"|"B", dtype, count, [offset]]     an array of numbers; one of codes

Arrays keep their shape, strides and overlaps, but memory beside them does not cross. Those of one
message that overlap in memory share one *span* of bytes, so that views of each other stay views.
Bytes of a span that belong to no array are zero: a column of a table crosses without the column
beside it, which may hold the expected values.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.lib.array_utils import byte_bounds

from autograder.errors import ProtocolError

T = TypeVar("T", bound=type)

# Types, dtypes and exceptions cross by a name that both sides know. None is looked up by importing,
# which would run code that the sender chooses.

# Not object, whose elements are addresses in the sender's memory, and nothing structured, which
# can contain it.
_DTYPE = re.compile(r"[<>|=]?(?:\?|b1|[iu][1248]|f(?:2|4|8|12|16)|c(?:8|16|24|32)|[SU]\d{1,6}"
                    r"|[mM]8(?:\[(?:[1-9]\d{0,9})?(?:[YMWDhms]|[munpfa]s)\])?)")  # fmt: skip
_NUMPY_TYPES = (
    np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64,
    np.float16, np.float32, np.float64, np.complex64, np.complex128, np.longdouble, np.str_,
    np.bytes_, np.ndarray, np.generic, np.number, np.integer, np.floating,
)  # fmt: skip
_PLAIN_TYPES = (
    object, type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset,
    range, slice, type,
)  # fmt: skip


def _named(types: Iterable[T]) -> dict[str, T]:
    return {f"{kind.__module__}.{kind.__qualname__}": kind for kind in types}


#: Exception types that may be raised on behalf of the other side, SystemExit and its like included:
#: whoever runs a test takes whatever it raises.
EXCEPTIONS: dict[str, type[BaseException]] = _named(
    kind
    for kind in (*vars(builtins).values(), np.linalg.LinAlgError, np.exceptions.AxisError)
    if isinstance(kind, type) and issubclass(kind, BaseException)
)

#: All types that cross, by name.
TYPES: dict[str, type] = {**_named(_PLAIN_TYPES), **_named(_NUMPY_TYPES), **EXCEPTIONS}
NAMES: dict[type, str] = {kind: name for name, kind in TYPES.items()}


def dtype_name(dtype: np.dtype[np.generic]) -> str | None:
    """The name under which a dtype crosses, or None if arrays of it may not.

    Examples
    --------
    >>> dtype_name(np.dtype("float64")), dtype_name(np.dtype(object))
    ('<f8', None)
    """
    name = dtype.str
    return name if dtype.kind not in "OV" and _DTYPE.fullmatch(name) else None


def dtype_named(name: object) -> np.dtype[np.generic]:
    """The dtype that a name stands for.

    Raises
    ------
    ProtocolError
        It is not one of the dtypes that may cross.
    """
    if not isinstance(name, str) or not _DTYPE.fullmatch(name):
        raise ProtocolError(f"not a dtype that may cross: {name!r:.60}")
    try:
        return np.dtype(name)
    except TypeError as error:
        raise ProtocolError(f"not a dtype that may cross: {name!r:.60}") from error


#: A value as it stands in a message: plain MessagePack data, checked by nobody yet.
Node = Any
#: Lists of at least so many numbers of one type cross packed: a node for each would take longer.
LONG_LIST = 64
#: These types, by the codes that cross, and the codes of `array` for them.
PACKED: dict[str, type] = {"d": float, "q": int, "?": bool, "D": np.float64, "Q": np.int64}
TYPECODES = {"d": "d", "q": "q", "?": "b", "D": "d", "Q": "q"}


Bytes = bytes | bytearray | memoryview
Array = np.ndarray[Any, np.dtype[Any]]
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
    """Collects the arrays of one message and lays them out in as few buffers as need be."""

    def __init__(self) -> None:
        self._arrays: list[_Extent] = []
        self._raw: list[tuple[Sequence[Bytes], list[Any]]] = []

    def add(self, array: Array) -> list[Any]:
        """Register ``array``; the returned ``[shape, strides, offset]`` is final after `pack`."""
        low, high = byte_bounds(array)
        if array.size and high - low > SPARSE * array.nbytes + _FREE_GAPS:
            array = _with_small_gaps(array)
            low, high = byte_bounds(array)
        place: list[Any] = [list(array.shape), list(array.strides), 0]
        if array.nbytes:
            self._arrays.append(_Extent(low, high, array, place))
        return place

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
