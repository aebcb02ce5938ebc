"""Proxies at the examiner for objects that stay in the candidate.

A proxy can be called, indexed, iterated, copied and combined with another proxy, and has the
attributes of its object; each of these uses is performed in the candidate. It refuses to be
compared with, combined with, converted to or used as plain data, because then the candidate would
decide whether a test passes.

A callable proxy also knows what crossing the wire costs: tests of speed subtract that.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.examiner.crossing import crossing_seconds
from autograder.examiner.library_classes import class_claimed, library_class
from autograder.examiner.opaque import OpaqueError
from autograder.examiner.special_methods import METHODS
from autograder.wire.abilities import NOTHING_TOLD, USUAL, Ability, About

_BINARY = (
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor",
    "lshift", "rshift", "divmod",
)  # fmt: skip
_UNARY = ("neg", "pos", "abs", "invert")
_CONVERTING = (
    "int", "float", "complex", "index", "round", "bytes", "trunc", "floor", "ceil",
)  # fmt: skip

#: What Python looks up on the object and not on its class. All other special methods that are
#: read by name, perhaps to see whether the object has them, are the object's.
_OWN = frozenset(
    f"__{name}__"
    for name in (
        "array", "array_function", "array_ufunc", "class", "crossing_seconds", "deepcopy", "doc",
        "mro_entries", "reduce", "reduce_ex", "signature",
    )
)  # fmt: skip
#: Classes of proxies that are kept; a candidate that claims more than these makes itself slow.
_MAX_TYPES = 256


#: What a proxy is as plain data, if it is none.
NO_DATA = object()


@dataclass(frozen=True)
class Substitute:
    """Plain data that stands for an object only where the solution gave no object."""

    data: Any


class Proxy:
    """One object of the candidate's; only the examiner's endpoint makes them.

    Operators and conversions are added below. A test that reads an attribute of the object gets
    the object's own, so whatever this class defines besides hides a student's attribute of that
    name. Hence it has no helper methods, and slots with names that no student's class has.
    """

    __slots__ = (
        "__proxy_about__",
        "__proxy_hash__",
        "__proxy_identity__",
        "__proxy_kind__",
        "__proxy_opaque__",
        "__proxy_place__",
        "__proxy_plain__",
        "__proxy_request__",
        "__proxy_stand_in__",
        "__weakref__",
    )

    def __init__(
        self,
        request: Callable[..., Any],
        opaque: Callable[[Proxy, str], OpaqueError],
        identity: int,
        kind: str,
        place: str = "",
        stand_in: object = None,
        about: About = NOTHING_TOLD,
    ) -> None:
        # By way of `object`, since an assignment sets an attribute of the student's object.
        object.__setattr__(self, "__proxy_about__", about)
        object.__setattr__(self, "__proxy_place__", place)
        object.__setattr__(self, "__proxy_stand_in__", stand_in)
        object.__setattr__(self, "__proxy_request__", request)
        object.__setattr__(self, "__proxy_opaque__", opaque)
        object.__setattr__(self, "__proxy_hash__", None)  # while it arrives, what came with it
        object.__setattr__(self, "__proxy_plain__", NO_DATA)
        object.__setattr__(self, "__proxy_identity__", identity)
        object.__setattr__(self, "__proxy_kind__", kind)

    def __getattribute__(self, name: str) -> Any:
        if name in _OWN or name.startswith("__proxy_"):
            return object.__getattribute__(self, name)
        if name.startswith("__array_"):
            # NumPy would read the examiner's memory at an address that the candidate chooses.
            raise AttributeError(name)
        return self.__proxy_request__("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self.__proxy_request__("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self.__proxy_request__("delattr", self, name)

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        # What `isinstance` asks for where the type of the proxy does not do.
        about = self.__proxy_about__
        return (None if about.is_class else class_claimed(about.class_names)) or type(self)

    @property
    def __doc__(self) -> Any:  # type: ignore[override]
        return self.__proxy_request__("getattr", self, "__doc__")

    # Plain data is an instance of no student's class, whatever the candidate says. It is asked all
    # the same, about nothing in particular: what is no class raises a TypeError.

    def __instancecheck__(self, instance: object) -> bool:
        is_proxy = isinstance(instance, Proxy)
        said = self.__proxy_request__("isinstance", instance if is_proxy else None, self)
        return is_proxy and bool(said)

    def __subclasscheck__(self, subclass: object) -> bool:
        is_proxy = isinstance(subclass, Proxy)
        said = self.__proxy_request__("issubclass", subclass if is_proxy else object, self)
        return is_proxy and bool(said)

    def __getitem__(self, key: Any) -> Any:
        return self.__proxy_request__("getitem", self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self.__proxy_request__("setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        self.__proxy_request__("delitem", self, key)

    def __copy__(self) -> Any:
        return self.__proxy_request__("copy", self)

    def __deepcopy__(self, _: object) -> Any:
        return self.__proxy_request__("deepcopy", self)

    def __format__(self, how: str) -> str:
        return str(self.__proxy_request__("format", self, how))

    def __sizeof__(self) -> int:
        return int(self.__proxy_request__("sizeof", self))

    def __str__(self) -> str:
        return str(self.__proxy_request__("str", self))

    def __repr__(self) -> str:
        return str(self.__proxy_request__("repr", self))

    def __dir__(self) -> Any:
        return self.__proxy_request__("dir", self)

    def __mro_entries__(self, _: object) -> Any:
        raise self.__proxy_opaque__(self, "subclassed")

    def __hash__(self) -> int:
        return hash((Proxy, self.__proxy_identity__))


class _Iterable:
    """What the proxy of an iterable object has besides; no other passes for an ``Iterable``."""

    __slots__ = ()

    def __iter__(self: Any) -> Any:
        # Also what `in` uses, so that the candidate neither learns nor decides what is in there.
        # Whatever the candidate calls an iterator, each item is requested and checked.
        iterator = self.__proxy_request__("iter", self)
        if not isinstance(iterator, Proxy):
            return iter(iterator)
        return iterator


class _Iterator:
    """What the proxy of an iterator has besides."""

    __slots__ = ()

    def __next__(self: Any) -> Any:
        return self.__proxy_request__("next", self)


class CallableProxy(Proxy):
    """A function, a class or another callable object of the candidate's."""

    __slots__ = ()
    __doc__ = Proxy.__doc__  # the student's docstring, not the one above

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__proxy_request__("call", self, args, kwargs)

    @property
    def __signature__(self) -> inspect.Signature:
        """What `inspect.signature` gives, made of what the candidate says it is.

        What is not there, such as a default value, crosses as an empty list.
        """
        parameters, returns = self.__proxy_request__("signature", self)
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


@lru_cache(_MAX_TYPES)
def proxy_type(
    is_callable: bool,
    is_iterable: bool,
    is_iterator: bool,
    abilities: Ability = USUAL,
    kind: int = -1,
) -> type[Proxy]:
    """The class of proxy for an object that can do these things, one for each ``kind``.

    The methods must be there or not be there: Python, and a test, looks for them on the class.
    Objects of two of the student's classes have proxies of two classes: a test compares them.
    """
    base = CallableProxy if is_callable else Proxy
    bases: list[type] = [base]
    if is_iterable:
        bases.append(_Iterable)
    if is_iterator:
        bases.append(_Iterator)
    methods: dict[str, Any] = {"__slots__": (), "__doc__": base.__doc__}
    methods |= dict(method for ability, method in METHODS.items() if ability in abilities)
    if Ability.HASH not in abilities:
        methods["__hash__"] = None
    return type(base.__name__, tuple(bases), methods)


def stand_in_type(kind: type[Proxy]) -> type[Proxy]:
    """The class for an object of which plain data was expected: what it lacks has to be refused."""
    return proxy_type(
        issubclass(kind, CallableProxy), issubclass(kind, _Iterable), issubclass(kind, _Iterator)
    )


def _combine(proxy: Proxy, op: str, left: object, right: object, *more: object) -> Any:
    if isinstance(left, Proxy) and isinstance(right, Proxy) and not more:
        return proxy.__proxy_request__(op, left, right)
    # The other operand is the test's own, often the expected value: it must not cross.
    raise proxy.__proxy_opaque__(proxy, "combined with plain data")


def _binary(op: str) -> Callable[..., Any]:
    def combine(self: Proxy, other: object, *more: object) -> Any:  # pow() can have a modulus
        return _combine(self, op, self, other, *more)

    return combine


def _swapped(op: str) -> Callable[..., Any]:
    def combine(self: Proxy, other: object, *more: object) -> Any:
        return _combine(self, op, other, self, *more)

    return combine


def _unary(op: str) -> Callable[[Proxy], Any]:
    def apply(self: Proxy) -> Any:
        return self.__proxy_request__(op, self)

    return apply


def _comparing(*, differs: bool) -> Callable[[Proxy, object], bool]:
    def compare(self: Proxy, other: object) -> bool:
        if other is np._NoValue:  # `np.vectorize` looks whether it was passed a function
            return differs
        if self.__proxy_hash__ is not None:  # what is in a set that arrives differs from the rest
            return differs
        if self.__proxy_about__.is_class and _is_class(other):
            return (own_class(self) is own_class(other)) is not differs
        raise self.__proxy_opaque__(self, "compared")

    return compare


def own_class(value: Any) -> Any:
    """The library's class that a proxy of a class, or of an instance, is of; else the value."""
    names = value.__proxy_about__.class_names if isinstance(value, Proxy) else ()
    return (library_class(names[0]) if names else None) or value


def _is_class(value: object) -> bool:
    return value.__proxy_about__.is_class if isinstance(value, Proxy) else isinstance(value, type)


def _truth(proxy: Proxy) -> bool:
    if proxy.__proxy_stand_in__ is None:
        raise proxy.__proxy_opaque__(proxy, "used as bool")
    return bool(proxy.__proxy_request__("bool", proxy))


def _refusing(use: str) -> Callable[..., Any]:
    def refuse(self: Proxy, *_: object) -> Any:
        raise self.__proxy_opaque__(self, use)

    return refuse


for _name in _BINARY:
    _op = f"{_name}_" if _name in ("and", "or") else _name  # as the module `operator` has them
    setattr(Proxy, f"__{_name}__", _binary(_op))
    setattr(Proxy, f"__r{_name}__", _swapped(_op))
    if _name != "divmod":
        setattr(Proxy, f"__i{_name}__", _binary(f"i{_name}"))
for _name in _UNARY:
    setattr(Proxy, f"__{_name}__", _unary(_name))
Proxy.__eq__ = _comparing(differs=False)  # type: ignore[method-assign,assignment]
Proxy.__ne__ = _comparing(differs=True)  # type: ignore[method-assign,assignment]
for _name in ("lt", "le", "gt", "ge"):
    setattr(Proxy, f"__{_name}__", _refusing("compared"))
for _name in _CONVERTING:
    setattr(Proxy, f"__{_name}__", _refusing(f"used as {_name}"))
Proxy.__bool__ = _truth  # type: ignore[attr-defined]
for _name in ("array", "array_function", "array_ufunc"):
    setattr(Proxy, f"__{_name}__", _refusing("used as an array"))
for _name in ("reduce", "reduce_ex"):
    setattr(Proxy, f"__{_name}__", _refusing("pickled"))
