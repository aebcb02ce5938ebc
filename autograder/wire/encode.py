"""Values to nodes: the sending half of :mod:`autograder.wire.values`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import PurePath
from typing import Any

import msgspec
import numpy as np

from autograder.errors import TooLarge
from autograder.wire import dataframes, inherited, library
from autograder.wire.buffers import Bytes
from autograder.wire.encode_arrays import INT64, ArrayEncoder, refuse
from autograder.wire.frames import FrameLimits
from autograder.wire.memo import Memo
from autograder.wire.packed import LONG_LIST, pack
from autograder.wire.parts import PartEncoder
from autograder.wire.values import NAMES, Node, NotPlain, dtype_name


class Encoder(ArrayEncoder):
    """Turns the values of one message into nodes.

    It counts as :class:`~autograder.wire.decode.Decoder` does, so that what the other side would
    refuse, and take for an attack, is never sent.

    Parameters
    ----------
    memo
        The objects that have crossed so far.
    export
        Makes the node of what is not plain data.
    limits
        Bounds on the nodes of the message.
    keeps_views
        Whether a view of an array of this side's is a view of it on the other side, too.
    sends_objects
        Whether plain data of a class of one's own, such as ``class Stack(list)``, crosses as an
        object as well.
    names_classes
        Whether it crosses with the name of its class, which the other side may have as well.
    substitute
        Gives the plain data that an object stands for, or None.
    """

    # Contents of subclasses are read by the methods of the built-in type, as in ``dict.items(x)``:
    # what a student's subclass says that it holds may be something else each time.

    def __init__(
        self,
        memo: Memo,
        export: Callable[[object], Node],
        limits: FrameLimits,
        *,
        keeps_views: bool = True,
        sends_objects: bool = False,
        names_classes: bool = False,
        substitute: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(memo, export, limits, keeps_views=keeps_views)
        self._sends_objects = sends_objects
        self._names_classes = names_classes
        self._substitute = substitute
        self._nodes = 0
        self._of_pandas = dataframes.types()

    def buffers(self) -> list[Bytes]:
        """The raw bytes behind the nodes; call it last, since it fixes their offsets."""
        return self._spans.pack()

    def encode(self, value: object, depth: int = 0) -> Node:
        """The node of ``value``.

        Raises
        ------
        TypeError
            ``export`` has refused it.
        TooLarge
            It is nested too deeply, or has too many parts.
        """
        self._count(1)
        if depth > self._limits.depth:
            raise TooLarge(f"data nested more than {self._limits.depth} levels deep")
        kind = type(value)
        if value is None or kind in _AS_THEY_ARE:
            return value
        node = self._plain_node(value, kind, depth)
        if node is None:
            return self._object(value, depth)
        is_own = self._sends_objects and kind not in _USUAL and _is_data(node)
        if is_own and inherited.has_own_class(value):
            self._count(2)
            return ["k", self._export(value), node]
        if self._names_classes and kind not in _USUAL:
            return self._with_class(value, node, depth)
        return node

    def _object(self, value: object, depth: int) -> Node:
        """The node of what is no plain data, with what stands for it where data is wanted."""
        node, mark = self._export(value), self._memo.mark()
        plain = None if self._substitute is None else self._substitute(value)
        if plain is not None:
            with suppress(TooLarge):
                self._count(1)
                data = self.encode(plain, depth + 1)
                if _is_data(data):
                    return ["k" if isinstance(plain, PurePath) else "j", node, data]
            self._memo.truncate(mark)
        return node

    def _with_class(self, value: object, node: Node, depth: int) -> Node:
        path = inherited.class_path(value)
        if path is None or (isinstance(node, list) and node[0] in ("r", "h")):
            return node
        self._count(1)
        mark = self._memo.mark()
        export, self._export = self._export, partial(_callables, self._export)
        try:
            state = self._sequence("l", inherited.state_of(value), depth + 1)[1:]
        except (NotPlain, TooLarge):  # what is in it may stay here: its data does cross
            self._memo.truncate(mark)
            state = []
        finally:
            self._export = export
        return ["K", *path, node, *state]

    def _plain_node(self, value: object, kind: type, depth: int) -> Node:
        """The node of plain data; None for what is none."""
        seen = self._memo.find(value)
        if seen is not None:
            return ["r", seen]
        if kind not in _USUAL:
            if kind in self._of_pandas.scalars:
                return self._pandas_scalar(value, depth + 1)
            if kind in library.REDUCERS:
                return self._of_library(value, depth + 1)
            if library.container_name(value) is not None:
                self._memo.add(value)
                return self._container(value, depth + 1)
            if kind in self._of_pandas.containers:
                return self._pandas(value, depth + 1)
        encode = _encoder_of(kind)
        return None if encode is None else encode(self, value, depth + 1)

    def contents(self, value: Any) -> Node:
        """The node of a remembered object's present contents, for bringing it back in place.

        Raises
        ------
        NotPlain
            They cannot be brought back.
        TooLarge
            They are more than may cross.
        """
        if isinstance(value, np.ndarray):
            return self._array_contents(value)
        if type(value) in self._of_pandas.containers:
            if not dataframes.is_changeable(value):
                refuse(value)  # an index by another name: nobody's contents are replaced by it
            return self._pandas_node(value, 1)
        if library.container_name(value) is not None:
            return self._container(value, 1)
        encode = next(encode for kind, encode in _CONTENTS.items() if isinstance(value, kind))
        return encode(self, value, 1)

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > self._limits.nodes:
            raise TooLarge(
                f"data of more than {self._limits.nodes:,} parts: a NumPy array counts as one"
            )

    def _int(self, value: int, _: int) -> Node:
        value = int.__index__(value)
        if value in INT64:
            return value
        size = value.bit_length() // 8 + 1
        if size > self._limits.int_bytes:
            limit = self._limits.int_bytes
            raise TooLarge(f"an int of {size:,} bytes; at most {limit:,} may cross")
        return ["i", value.to_bytes(size, "little", signed=True)]

    def _str(self, value: str, _: int) -> Node:
        if type(value) is not str:
            value = "".join(str.__iter__(value))
        try:
            value.encode()
        except UnicodeEncodeError:
            return ["s", value.encode("utf-8", "surrogatepass")]
        return value

    def _sequence(self, tag: str, items: Any, depth: int) -> Node:
        return [tag, *(self.encode(item, depth) for item in items)]

    def _of_library(self, value: object, depth: int) -> Node:
        try:
            return self._sequence("v", library.reduced(value), depth)
        except NotPlain:
            return self._export(value)

    def _container(self, value: Any, depth: int) -> Node:
        setting = self.encode(library.setting_of(value), depth)
        contents = self._sequence(
            library.CONTAINERS[type(value)], library.contents_of(value), depth
        )
        return ["V", contents[0], setting, *contents[1:]]

    def _tuple(self, value: tuple[Any, ...], depth: int) -> Node:
        fields = library.fields_of(type(value))
        items = self._sequence("t", tuple.__iter__(value), depth)
        if fields is None or len(fields) != len(items) - 1:
            return items
        return ["N", type(value).__name__, [*fields], *items[1:]]

    def _list(self, value: list[Any], depth: int) -> Node:
        self._memo.add(value)
        return self._list_contents(value, depth)

    def _list_contents(self, value: list[Any], depth: int) -> Node:
        return self._items(library.contents_of(value), depth)

    def _items(self, items: list[Any], depth: int) -> Node:
        packed = pack(items) if len(items) >= LONG_LIST else None
        if packed is None:
            return self._sequence("l", items, depth)
        self._count(len(items) // LONG_LIST)
        code, data = packed
        return ["p", code, len(items), self._spans.add_bytes(data)]

    def _dict(self, value: dict[Any, Any], depth: int) -> Node:
        self._memo.add(value)
        return self._dict_contents(value, depth)

    def _dict_contents(self, value: dict[Any, Any], depth: int) -> Node:
        return self._sequence("d", library.contents_of(value), depth)

    def _set(self, value: set[Any], depth: int) -> Node:
        self._memo.add(value)
        return self._set_contents(value, depth)

    def _set_contents(self, value: set[Any], depth: int) -> Node:
        return self._sequence("S", library.contents_of(value), depth)

    def _type(self, value: type, _: int) -> Node:
        name = NAMES.get(value)
        return self._export(value) if name is None else ["T", name]

    def _dtype(self, value: np.dtype[Any], _: int) -> Node:
        name = dtype_name(value)
        return self._export(value) if name is None else ["D", name]

    def _pandas_scalar(self, value: object, depth: int) -> Node:
        try:
            return self._sequence("m", self._of_pandas.scalars[type(value)](value), depth)
        except NotPlain:
            return self._export(value)

    def _pandas(self, value: object, depth: int) -> Node:
        try:
            node = self._pandas_node(value, depth)
        except NotPlain:
            return None
        self._memo.add(value)
        return node

    def _pandas_node(self, value: object, depth: int) -> Node:
        """The node of a frame: a message in the message, which refers to nothing outside of it."""
        inner = Encoder(Memo(), refuse, self._limits)
        inner._nodes, inner._spans.taken = self._nodes, self._spans.taken
        node = inner.part(value, depth)
        self._nodes, self._spans.taken = inner._nodes, inner._spans.taken
        buffers = inner.buffers()
        return ["P", self._spans.add_bytes(*buffers), sum(map(len, buffers)), node]

    def part(self, value: object, depth: int = 0) -> Node:
        """The node of what a constructor of pandas takes; errors of `PartEncoder.part`."""
        parts = PartEncoder(self.encode, self._count, self._spans, self._limits.depth)
        return parts.part(value, depth)

    def _range(self, value: range | slice, depth: int) -> Node:
        tag = "R" if isinstance(value, range) else "L"
        return self._sequence(tag, (value.start, value.stop, value.step), depth)


def snapshot(value: object, limits: FrameLimits) -> bytes:
    """What a frame or a series crosses as, to compare; nothing if it does not cross."""
    encoder = Encoder(Memo(), refuse, limits)
    try:
        part = encoder.part(value)
    except (NotPlain, TooLarge):
        return b""
    buffers = encoder.buffers()  # before the part is packed, since it settles the offsets in it
    return b"".join([msgspec.msgpack.encode(part), *buffers])


def _is_data(node: Node) -> bool:
    return not isinstance(node, list) or node[0] not in ("h", "b", "j", "k")


def _callables(export: Callable[[object], Node], value: object) -> Node:
    return export(value) if callable(value) else refuse(value)


def _encoder_of(kind: type) -> Callable[[Encoder, Any, int], Node] | None:
    """What encodes values of a type, by what it inherits from and not by what they claim to be.

    Proxies are asked for nothing: what they would say takes as long as all else of a crossing.
    """
    for base in _bases_of(kind):
        if base in _ENCODERS:
            return _ENCODERS[base]
    return None


#: As Python has them, whatever a metaclass says.
_bases_of: Callable[[type], tuple[type, ...]] = type.__dict__["__mro__"].__get__
_AS_THEY_ARE = (bool, float, bytes)
#: Types that stand in no table but the next one.
_USUAL = frozenset([int, str, list, tuple, dict, set, np.ndarray, np.float64])
#: By the type that a value's own inherits from. NumPy's texts inherit from Python's first.
_ENCODERS: dict[type, Callable[[Encoder, Any, int], Node]] = {
    np.generic: Encoder._scalar,
    np.str_: Encoder._scalar,
    np.bytes_: Encoder._scalar,
    np.ndarray: Encoder._array,
    int: Encoder._int,
    float: lambda _, value, __: float.__float__(value),
    complex: lambda _, value, __: ["c", value.real, value.imag],
    str: Encoder._str,
    bytes: lambda _, value, __: bytes.__getitem__(value, slice(None)),
    list: Encoder._list,
    tuple: Encoder._tuple,
    dict: Encoder._dict,
    set: Encoder._set,
    frozenset: lambda self, value, depth: self._sequence("F", frozenset.__iter__(value), depth),
    type: Encoder._type,
    np.dtype: Encoder._dtype,
    range: Encoder._range,
    slice: Encoder._range,
    type(Ellipsis): lambda _, __, ___: ["E"],
}
_CONTENTS: dict[type, Callable[[Encoder, Any, int], Node]] = {
    list: Encoder._list_contents,
    dict: Encoder._dict_contents,
    set: Encoder._set_contents,
}
