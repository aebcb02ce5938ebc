"""The types, dtypes and exceptions that cross by name, because both sides know them."""

from __future__ import annotations

import builtins
import re

import numpy as np

from autograder.errors import ProtocolError

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


def _named(types: tuple[type, ...]) -> dict[str, type]:
    return {f"{kind.__module__}.{kind.__qualname__}": kind for kind in types}


#: Exception types that may be raised on behalf of the other side. SystemExit, KeyboardInterrupt
#: and GeneratorExit are not among them: they would end more than the call.
EXCEPTIONS: dict[str, type[Exception]] = {
    f"{kind.__module__}.{kind.__qualname__}": kind
    for kind in (*vars(builtins).values(), np.linalg.LinAlgError, np.exceptions.AxisError)
    if isinstance(kind, type) and issubclass(kind, Exception)
}

TYPES: dict[str, type] = {**_named(_PLAIN_TYPES), **_named(_NUMPY_TYPES), **EXCEPTIONS}
NAMES: dict[type, str] = {kind: name for name, kind in TYPES.items()}


def dtype_name(dtype: np.dtype[np.generic]) -> str | None:
    """The name under which a dtype crosses, or None if arrays of it may not.

    >>> dtype_name(np.dtype("float64")), dtype_name(np.dtype(object))
    ('<f8', None)
    """
    name = dtype.str
    return name if dtype.kind not in "OV" and _DTYPE.fullmatch(name) else None


def dtype_named(name: object) -> np.dtype[np.generic]:
    """The dtype that a name stands for.

    Raises:
        ProtocolError: not one of the dtypes that may cross.
    """
    if not isinstance(name, str) or not _DTYPE.fullmatch(name):
        raise ProtocolError(f"not a dtype that may cross: {name!r:.60}")
    try:
        return np.dtype(name)
    except TypeError as error:
        raise ProtocolError(f"not a dtype that may cross: {name!r:.60}") from error
