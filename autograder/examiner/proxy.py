"""Proxies at the examiner for objects that stay in the candidate.

A handle can be called, indexed, iterated, asked for attributes, and combined with another
handle; each of these happens in the candidate. It refuses to be compared with, converted to or
used as plain data, because then the candidate would decide whether a test passes.

Operators on handles: two are combined in the candidate, anything else is refused.

With plain data a handle is neither compared nor combined, and it is never converted to any.

What crossing the wire costs, measured here, where a submission cannot influence it.
"""

from __future__ import annotations

import contextlib
import dis
import inspect
import socket
import threading
import time
from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import Any

import numpy as np

from autograder.errors import PeerGone
from autograder.wire import Channel, Conversation, Endpoint
from autograder.wire.values import EXCEPTIONS

#: Types that can be named to a student. The name of any other could hold what a hidden test
#: called with.
_COMMON_TYPES = frozenset(
    [
        "Axes",
        "DataFrame",
        "Figure",
        "Series",
        "builtin_function_or_method",
        "dict_items",
        "dict_keys",
        "dict_values",
        "filter",
        "function",
        "generator",
        "map",
        "method",
        "module",
        "zip",
    ]
)

BINARY = (
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor",
    "lshift", "rshift",
)  # fmt: skip
UNARY = ("neg", "pos", "abs", "invert")
CONVERTING = ("bool", "int", "float", "complex", "index", "round", "bytes")


class OpaqueError(TypeError):
    """A test used a student's object as if it were plain data."""

    def __init__(self, kind: str, attempt: str) -> None:
        given = f"a {kind}" if kind in _COMMON_TYPES else "another kind of object"
        self.student_feedback = (
            f"The test needs plain data here (numbers, text, lists, arrays …), "
            f"but your code gave {given}."
        )
        super().__init__(
            f"an object of the student's type {kind!r:.60} stays in the student's process and "
            f"cannot be {attempt}; test its attributes, its items or str() of it, or tag the "
            f"cell run-in-candidate"
        )


class Operators:
    """What a handle is given for every operator and conversion of Python's."""

    # Whatever this class defined besides, every object of a student's would seem to have.
    __slots__ = ()

    def _combine(self: Any, op: str, left: object, right: object) -> Any:
        if isinstance(left, Operators) and isinstance(right, Operators):
            return self._ask(op, left, right)
        # The other operand is the test's own, often the expected answer: it must not cross.
        raise OpaqueError(self._kind, "combined with plain data")


def _binary(op: str, *, swapped: bool) -> Callable[[Any, object], Any]:
    def combine(self: Any, other: object) -> Any:
        left, right = (other, self) if swapped else (self, other)
        return self._combine(op, left, right)

    return combine


def _unary(op: str) -> Callable[[Any], Any]:
    return lambda self: self._ask(op, self)


def _comparing(*, differs: bool) -> Callable[[Any, object], bool]:
    def compare(self: Any, other: object) -> bool:
        if other is np._NoValue:  # `np.vectorize` looks whether it was given a function
            return differs
        raise OpaqueError(self._kind, "compared")

    return compare


def _refusing(attempt: str) -> Callable[..., Any]:
    def refuse(self: Any, *_: object) -> Any:
        raise OpaqueError(self._kind, attempt)

    return refuse


for _name in BINARY:
    _op = f"{_name}_" if _name in ("and", "or") else _name
    setattr(Operators, f"__{_name}__", _binary(_op, swapped=False))
    setattr(Operators, f"__r{_name}__", _binary(_op, swapped=True))
for _name in UNARY:
    setattr(Operators, f"__{_name}__", _unary(_name))
Operators.__eq__ = _comparing(differs=False)  # type: ignore[method-assign]
Operators.__ne__ = _comparing(differs=True)  # type: ignore[method-assign]
for _name in ("lt", "le", "gt", "ge"):
    setattr(Operators, f"__{_name}__", _refusing("compared"))
for _name in CONVERTING:
    setattr(Operators, f"__{_name}__", _refusing(f"used as {_name}"))
for _name in ("array", "array_ufunc", "array_function"):
    setattr(Operators, f"__{_name}__", _refusing("used as an array"))
for _name in ("reduce", "reduce_ex", "copy", "deepcopy"):
    setattr(Operators, f"__{_name}__", _refusing("copied"))


REPEATS = 3


class _Echo(Endpoint):
    def perform(self, op: str, operands: list[Any]) -> object:
        # Copies, since an object that came with the question would cross back as a reference.
        return [operand.copy() if hasattr(operand, "copy") else operand for operand in operands]

    def export(self, value: object) -> Any:
        return None

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        return None


def crossing_seconds(*operands: object) -> float:
    """Seconds that ``operands`` take to cross to another process and back, the best of three.

    A test of speed subtracts this from the time of a call through a proxy: for small inputs the
    crossing alone takes longer than the work.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        threading.Thread(target=_serve, args=(theirs,), daemon=True).start()
        conversation = Conversation(Channel.over(ours), _Echo())
        best = float("inf")
        for _ in range(REPEATS):
            start = time.perf_counter()
            conversation.ask("echo", *operands)
            best = min(best, time.perf_counter() - start)
    return best


def _serve(connection: socket.socket) -> None:
    with contextlib.suppress(PeerGone):
        Conversation(Channel.over(connection), _Echo()).serve()


#: What every handle has, though the object itself may not.
_METHODS = frozenset(
    f"__{name}__"
    for name in (
        *BINARY, *(f"r{name}" for name in BINARY), *UNARY, *CONVERTING, "call", "len",
        "iter", "next", "reversed", "getitem", "setitem", "delitem", "enter", "exit",
    )
)  # fmt: skip


class Proxy(Operators):
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
        return isinstance(instance, Proxy) and bool(self._ask("isinstance", instance, self))

    def __subclasscheck__(self, subclass: object) -> bool:
        return isinstance(subclass, Proxy) and bool(self._ask("issubclass", subclass, self))

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
        if not isinstance(iterator, Proxy):
            return iter(iterator)
        return iterator


class _Iterator:
    __slots__ = ()

    def __next__(self: Any) -> Any:
        return self._ask("next", self)


class CallableProxy(Proxy):
    """A function, a class or another callable object of the candidate's."""

    __slots__ = ()
    __doc__ = Proxy.__doc__  # the student's docstring, not the one above

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
def proxy_type(
    is_callable: bool,
    is_iterable: bool,
    is_iterator: bool,
) -> type[Proxy]:
    """The kind of handle for an object that can do these things."""
    base = CallableProxy if is_callable else Proxy
    more = (_Iterable,) * is_iterable + (_Iterator,) * is_iterator
    return type(base.__name__, (base, *more), {"__slots__": (), "__doc__": base.__doc__})


def _is_raised_on_purpose(error: BaseException, where: TracebackType) -> bool:
    """Whether a ``raise`` statement right inside the ``with`` statement raised it."""
    raised = where.tb_frame.f_code.co_code[where.tb_lasti] == dis.opmap["RAISE_VARARGS"]
    return raised and where.tb_next is None and not isinstance(error, AssertionError)
