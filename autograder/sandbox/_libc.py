"""The C library through ctypes: the few calls that the standard library does not wrap."""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable
from typing import cast


@functools.cache
def _function(name: str) -> Callable[..., int]:
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    function.restype = ctypes.c_long
    return cast("Callable[..., int]", function)


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
    result = _function(name)(
        *(ctypes.c_ulong(value) if isinstance(value, int) else value for value in arguments)
    )
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def prctl(option: int, argument: int = 0) -> int:
    """``prctl(option, argument, 0, 0, 0)``; raises OSError when the kernel refuses."""
    return call("prctl", option, argument, 0, 0, 0)
