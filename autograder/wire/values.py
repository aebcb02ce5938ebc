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
    ["O", shape, writeable, lane, ...]    ndarray of objects that are plain data; each lane is a
                                          list's node                   (remembered)
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
    ["j", reference, data]                an object, and data that may stand for it
    ["K", module, class, data, (attribute, value), ...]   an argument's data, with its class
    ["h", id, about], ["b", id]           a reference to the sender's, the receiver's own object

Remembered objects keep their identity until a test ends (:mod:`autograder.wire.memo`), and are
changed *in place* when a message reports changes. Nothing is ever pickled, since unpickling runs
whatever code the sender names.

A ``P`` is a message in the message: its part refers to nothing outside of it, and to nothing that
stays on one side; ``offset`` and ``size`` say where its bytes lie. A part is a node or::

    ["Q", name, part, ...]                what a constructor of pandas makes of parts
    ["A"|"B", dtype, count, [offset]]     an array of numbers; one of codes
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np

from autograder.errors import ProtocolError

T = TypeVar("T", bound=type)
Array = np.ndarray[Any, np.dtype[Any]]

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


@lru_cache
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


class NotPlain(TypeError):
    """There is something in it that does not cross as plain data."""


#: A value as it stands in a message: plain MessagePack data, checked by nobody yet.
Node = Any
