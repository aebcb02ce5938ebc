"""Proxies at the examiner for objects that stay in the candidate.

A handle can be called, indexed, iterated, asked for attributes, and combined with another
handle; each of these happens in the candidate. It refuses to be compared with, converted to or
used as plain data, because then the candidate would decide whether a test passes.
"""

from __future__ import annotations

import dis
import inspect
from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import Any

from autograder.examiner.crossing import crossing_seconds
from autograder.examiner.operators import BINARY, CONVERTING, UNARY, Operators
from autograder.wire.types import EXCEPTIONS

#: What every handle has, though the object itself may not.
_METHODS = frozenset(
    f"__{name}__"
    for name in (
        *BINARY, *(f"r{name}" for name in BINARY), *UNARY, *CONVERTING, "call", "len",
        "iter", "next", "reversed", "getitem", "setitem", "delitem", "enter", "exit",
    )
)  # fmt: skip


class Handle(Operators):
    """One object of the candidate's. Made by the examiner's end of the conversation only."""

    __slots__ = ("__weakref__", "_ask", "_identity", "_kind")

    def __init__(self, ask: Callable[..., Any], identity: int, kind: str) -> None:
        object.__setattr__(self, "_ask", ask)
        object.__setattr__(self, "_identity", identity)
        object.__setattr__(self, "_kind", kind)

    def __getattribute__(self, name: str) -> Any:
        if name in _METHODS:  # asked for by name, perhaps to see whether the object has it
            return self._ask("getattr", self, name)
        return object.__getattribute__(self, name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__array_"):
            # NumPy would read the examiner's memory at an address that the candidate chooses.
            raise AttributeError(name)
        return self._ask("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._ask("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._ask("delattr", self, name)

    @property
    def __doc__(self) -> Any:  # type: ignore[override]
        return self._ask("getattr", self, "__doc__")

    def __instancecheck__(self, instance: object) -> bool:
        return isinstance(instance, Handle) and bool(self._ask("isinstance", instance, self))

    def __subclasscheck__(self, subclass: object) -> bool:
        return isinstance(subclass, Handle) and bool(self._ask("issubclass", subclass, self))

    def __getitem__(self, key: Any) -> Any:
        return self._ask("getitem", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._ask("setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        self._ask("delitem", self, key)

    def __len__(self) -> int:
        return int(self._ask("len", self))

    def __reversed__(self) -> Any:
        return self._ask("reversed", self)

    def __str__(self) -> str:
        return str(self._ask("str", self))

    def __repr__(self) -> str:
        return str(self._ask("repr", self))

    def __dir__(self) -> Any:
        return self._ask("dir", self)

    def __enter__(self) -> Any:
        return self._ask("enter", self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> bool:
        if kind is None or error is None or where is None:
            return self._ask("exit", self) is True
        known = next((each for each in kind.__mro__ if each in EXCEPTIONS.values()), RuntimeError)
        # All others are how a test fails. Their messages can hold expected values.
        on_purpose = _is_raised_on_purpose(error, where)
        swallowed = self._ask("exit", self, known, str(error) if on_purpose else "")
        return on_purpose and swallowed is True

    def __hash__(self) -> int:
        return hash(("handle", self._identity))


class _Iterable:
    """What the handle of an object has that can be iterated over; no other is an `Iterable`."""

    __slots__ = ()

    def __iter__(self: Any) -> Any:
        # Also what `in` uses, so that the candidate neither learns nor decides what is in there.
        # Whatever the candidate calls an iterator, each item is asked for and checked.
        iterator = self._ask("iter", self)
        if not isinstance(iterator, Handle):
            return iter(iterator)
        return iterator


class _Iterator:
    __slots__ = ()

    def __next__(self: Any) -> Any:
        return self._ask("next", self)


class CallableHandle(Handle):
    """A function, a class or another callable object of the candidate's."""

    __slots__ = ()
    __doc__ = Handle.__doc__  # the student's docstring, not the one above

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._ask("call", self, args, kwargs)

    @property
    def __signature__(self) -> inspect.Signature:
        """What `inspect.signature` gives, made of what the candidate says it is.

        What is not there, such as a default value, crosses as an empty list.
        """
        parameters, returns = self._ask("signature", self)
        made = [
            inspect.Parameter(
                name,
                inspect._ParameterKind(kind),
                default=default[0] if default else inspect.Parameter.empty,
                annotation=annotation[0] if annotation else inspect.Parameter.empty,
            )
            for name, kind, default, annotation in parameters
        ]
        return inspect.Signature(
            made, return_annotation=returns[0] if returns else inspect.Signature.empty
        )

    def __crossing_seconds__(self, *args: Any) -> float:
        """Seconds that crossing takes of a call with ``args``; tests of speed subtract it."""
        return crossing_seconds(*args)


@cache
def handle_type(
    is_callable: bool,
    is_iterable: bool,
    is_iterator: bool,
) -> type[Handle]:
    """The kind of handle for an object that can do these things."""
    base = CallableHandle if is_callable else Handle
    more = (_Iterable,) * is_iterable + (_Iterator,) * is_iterator
    return type(base.__name__, (base, *more), {"__slots__": (), "__doc__": base.__doc__})


def _is_raised_on_purpose(error: BaseException, where: TracebackType) -> bool:
    """Whether a ``raise`` statement right inside the ``with`` statement raised it."""
    raised = where.tb_frame.f_code.co_code[where.tb_lasti] == dis.opmap["RAISE_VARARGS"]
    return raised and where.tb_next is None and not isinstance(error, AssertionError)
