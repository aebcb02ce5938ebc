"""The C library through ctypes: the few calls that the standard library does not wrap."""

from __future__ import annotations

import ctypes
import functools
import os


@functools.cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """Call ``name`` of the C library; integers are passed as ``unsigned long``.

    Raises
    ------
    OSError
        With the call's ``errno`` when it returns a negative number.

    Examples
    --------
    >>> call("getpid") == os.getpid()
    True
    """
    function = getattr(_library(), name)
    function.restype = ctypes.c_long
    result = function(
        *(ctypes.c_ulong(value) if isinstance(value, int) else value for value in arguments)
    )
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return int(result)


def prctl(option: int, argument: int = 0) -> int:
    """``prctl(option, argument, 0, 0, 0)``; raises OSError when the kernel refuses."""
    return call("prctl", option, argument, 0, 0, 0)
