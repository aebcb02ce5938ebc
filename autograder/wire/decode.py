"""Nodes to values: the receiving half of :mod:`autograder.wire.values`, and the suspicious one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from autograder.errors import ProtocolError
from autograder.wire import dataframes, library, object_arrays
from autograder.wire.buffers import Received, overlaps_itself, true_bools
from autograder.wire.frames import FrameLimits
from autograder.wire.memo import Memo
from autograder.wire.packed import LONG_LIST, PACKED, item_size, unpack
from autograder.wire.parts import PartDecoder, built
from autograder.wire.values import TYPES, Node, dtype_named

T = TypeVar("T")


def _copied(value: Any, *_: object, **__: object) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value


def _as_it_is(value: Any, *_: object, **__: object) -> Any:
    return value


class Decoder:
    """Turns the nodes of one message back into values, checking each.

    Parameters
    ----------
    buffers
        The raw bytes of the message's arrays.
    memo
        The objects that have crossed so far.
    resolve
        Gives the object for a reference, from its tag, its number and what is said about it.
    limits
        Bounds on the nodes of the message.
    adopt
        Gives what to go on with for an array, masked or not, a NumPy scalar, a large int, a bool,
        or an object of pandas, from it and whether it is a view of an array that this side has
        sent; ``is_update=True`` says that it goes into an object which has crossed before.

    choose
        Gives what to go on with for plain data of a class of the sender's, from a reference to the
        object and the data. In sets and the like, and as keys, it is the data.
        ``is_substitute=True`` says that the data is another object; there, it is the object.
    remake
        Makes an object of the names of its class, its data and its attributes; None at the side
        that takes no classes from the other.
    """

    def __init__(
        self,
        buffers: bytearray | memoryview,
        memo: Memo,
        resolve: Callable[[str, int, Any], Any],
        limits: FrameLimits,
        adopt: Callable[..., Any] = _as_it_is,
        choose: Callable[..., Any] = _as_it_is,
        remake: Callable[..., Any] | None = None,
    ) -> None:
        self._received = Received(buffers, limits.buffer_bytes)
        self._memo = memo
        self._resolve = resolve
        self._limits = limits
        self._adopt = adopt
        self._choose = choose
        self._remake = remake
        self._wants_plain = False
        self._nodes = 0

    def decode(self, node: Node, depth: int = 0) -> Any:
        """The value of ``node``.

        Raises
        ------
        ProtocolError
            The node is malformed or beyond the limits.
        """
        self._nodes += 1
        if self._nodes > self._limits.nodes or depth > self._limits.depth:
            raise ProtocolError("data with too many parts or nested too deeply")
        if not isinstance(node, list):
            if type(node) not in _THEMSELVES:  # a map, or an extension type such as a timestamp
                raise ProtocolError(f"a bare {type(node).__name__} where data was expected")
            if type(node) is bool or (type(node) is int and node not in _USUAL):
                return self._adopt(node, False)
            return node
        decode = _DECODERS.get(node[0]) if node and isinstance(node[0], str) else None
        if decode is None:
            raise ProtocolError(f"data with an unknown tag: {node[:1]!r:.60}")
        try:
            return decode(self, node, depth + 1)
        except MALFORMED as error:
            raise ProtocolError(f"malformed data with tag {node[0]!r}: {error}") from error

    def _remember(self, value: T, *, is_alike: bool = True) -> T:
        self._memo.add(value, is_own=False, is_alike=is_alike)
        return value

    # Containers are remembered before their items are decoded, since an item may refer to its own
    # container, and since the encoder numbers them in that order.

    def _list(self, node: Node, depth: int) -> list[Any]:
        items = self._remember(list[Any]())
        items.extend(self._items(node[1:], depth))
        return items

    def _packed(self, node: Node, _: int) -> list[Any]:
        return self._remember(self._unpacked(node))

    def _unpacked(self, node: Node) -> list[Any]:
        _tag, code, count, (offset,) = node
        if code not in PACKED or type(count) is not int:
            raise ProtocolError("a malformed packed list")
        data = self._received.piece(offset, item_size(code) * count, "a packed list")
        self._count_parts(count // LONG_LIST)  # which costs far less than nodes of their own
        values = unpack(code, data)
        if issubclass(PACKED[code], np.generic):
            return list(self._adopt(np.array(values, PACKED[code]), False))
        if code == "?":
            return self._flags([each != 0 for each in values])
        if code == "q" and values:
            extremes = [each for each in (min(values), max(values)) if each not in _USUAL]
            if any(type(self._adopt(each, False)) is float for each in extremes):
                return list(map(float, values))
        return values.tolist()

    def _flags(self, flags: list[bool]) -> list[Any]:
        """The items of a list of truth values, which may be a mask."""
        if self._adopt(np.array(flags), False).dtype.kind == "b":
            return flags
        known = {each: self._adopt(each, False) for each in (False, True)}
        return [known[each] for each in flags]

    def _items(self, nodes: list[Node], depth: int) -> list[Any]:
        if nodes and all(type(each) is bool for each in nodes):
            self._count_parts(len(nodes))
            return self._flags(nodes)
        return self._parts(nodes, depth)

    def _count_parts(self, parts: int) -> None:
        self._nodes += parts
        if self._nodes > self._limits.nodes:
            raise ProtocolError("data with too many parts")

    def _dict(self, node: Node, depth: int) -> dict[Any, Any]:
        items = self._remember(dict[Any, Any]())
        parts = iter(node[1:])
        for key in parts:
            [decoded] = self._plain_parts([key], depth)
            items[decoded] = self.decode(next(parts, None), depth)
        return items

    def _container(self, node: Node, depth: int) -> Any:
        _tag, name, setting, *contents = node
        made = library.empty_container(name, self.decode(setting, depth))
        self._remember(made)
        library.replace_contents(made, self._plain_parts(contents, depth))
        return made

    def _of_library(self, node: Node, depth: int) -> Any:
        _tag, name, *parts = node
        is_view = name in library.VIEWS.values()
        read = self._plain_parts if is_view else self._parts_as_sent
        return library.build(name, read(parts, depth))

    def _fields(self, node: Node, depth: int) -> Any:
        _tag, name, fields, *items = node
        return library.field_tuple(name, fields, self._parts(items, depth))

    def _masked(self, node: Node, depth: int) -> Any:
        _tag, data, mask, fill = node
        parts = self._parts([data], depth) + self._parts_as_sent([mask, fill], depth)
        return self._adopt(library.masked_array(*parts), False)

    def _set(self, node: Node, depth: int) -> set[Any]:
        items = self._remember(set[Any]())
        items.update(self._plain_parts(node[1:], depth))
        return items

    def _own_class(self, node: Node, depth: int) -> Any:
        tag, reference, plain = node
        is_data = not isinstance(plain, list) or plain[:1] not in (["k"], ["j"], ["h"], ["b"])
        if not isinstance(reference, list) or reference[:1] != ["h"] or not is_data:
            raise ProtocolError("not an object with its data")
        an_object, value = self.decode(reference, depth - 1), self.decode(plain, depth - 1)
        if self._wants_plain:
            return value if tag == "k" else an_object
        return self._choose(an_object, value, is_substitute=tag == "j")

    def _with_class(self, node: Node, depth: int) -> Any:
        _tag, module, path, plain, *state = node
        if self._remake is None or not isinstance(module, str) or not isinstance(path, str):
            raise ProtocolError("data of a class where none is taken")
        value = self.decode(plain, depth - 1)
        made = self._remake(module, path, value, self._parts(state, depth))
        self._memo.replace(value, made)
        return made

    def _plain_parts(self, parts: list[Node], depth: int) -> list[Any]:
        before, self._wants_plain = self._wants_plain, True
        try:
            return self._parts(parts, depth)
        finally:
            self._wants_plain = before

    def _array(self, node: Node, _: int) -> Any:
        _tag, dtype, place, writeable = node
        came = self._received.array(dtype, place)
        value = self._adopt(came, False)
        self._remember(value, is_alike=value.dtype == came.dtype and came.flags.c_contiguous)
        if writeable is False:
            value.flags.writeable = False
        return value

    def _objects(self, node: Node, depth: int) -> Any:
        made = self._remember(self._empty(node))
        self._fill(made, node, depth)
        if node[2] is False:
            made.flags.writeable = False
        return made

    def _empty(self, node: Node) -> Any:
        _tag, shape, _writeable, *lanes = node
        return object_arrays.empty(shape, len(lanes), self._limits.nodes)

    def _fill(self, made: Any, node: Node, depth: int) -> None:
        """Fill an array of objects, in which there is nothing that stays on the other side."""
        resolve, self._resolve = self._resolve, _no_reference
        try:
            for number, lane in enumerate(node[3:]):
                if not isinstance(lane, list) or lane[:1] not in (["l"], ["p"]):
                    raise ProtocolError("an array of objects without its items")
                is_packed = lane[0] == "p"
                items = self._unpacked(lane) if is_packed else self._items(lane[1:], depth)
                if any(map(self._memo.is_of_objects, items)):
                    raise ProtocolError("an array of objects in another one")
                object_arrays.fill(made, number, items)
        finally:
            self._resolve = resolve
        self._adopt(made, False)

    def _view(self, node: Node, _: int) -> Any:
        _tag, index, dtype, place = node
        base = self._known(index)
        if not isinstance(base, np.ndarray) or not base.flags.c_contiguous:
            raise ProtocolError("a view of something that is not a contiguous array")
        value = self._received.view(base, dtype, place)
        if self._memo.entry(index).is_own and not overlaps_itself(value):  # type: ignore[union-attr]
            return self._adopt(true_bools(value), True)
        return self._adopt(self._received.counted(value), False)

    def _pandas(self, node: Node, depth: int) -> Any:
        value = self._remember(self._pandas_contents(node, depth))
        return self._adopt(value, False)

    def _pandas_contents(self, node: Node, depth: int) -> Any:
        tag, (offset,), size, part = node
        if tag != "P":
            raise ProtocolError("a malformed object of pandas")
        data = self._received.piece(offset, size, "an object of pandas")
        inner = Decoder(data, Memo(), _no_reference, self._limits, self._adopt)
        inner._nodes, inner._received.taken = self._nodes, self._received.taken
        value = inner._part(part, depth)
        self._nodes, self._received.taken = inner._nodes, inner._received.taken
        if not dataframes.is_container(value):
            raise ProtocolError("no object of pandas where one was expected")
        return value

    def _part(self, node: Node, depth: int) -> Any:
        parts = PartDecoder(
            self.decode,
            self._parts_as_sent,
            self._count_parts,
            self._adopt,
            self._received,
            self._limits.depth,
        )
        return parts.part(node, depth)

    def _pandas_scalar(self, node: Node, depth: int) -> Any:
        _tag, kind, *parts = node
        read = self._parts if kind == "interval" else self._parts_as_sent
        return built(kind, read(parts, depth))

    def _known(self, index: object) -> Any:
        entry = self._memo.entry(index)
        if entry is None:
            raise ProtocolError(f"a reference to an object that was never sent: {index!r:.40}")
        return entry.value

    def _scalar(self, node: Node, _: int) -> Any:
        _tag, name, data = node
        dtype = dtype_named(name)
        if len(data) != dtype.itemsize:
            raise ProtocolError("a NumPy scalar of the wrong length")
        if not data:  # np.str_("")
            return dtype.type()
        return self._adopt(true_bools(np.frombuffer(bytearray(data), dtype))[0], False)

    def _int(self, node: Node, _: int) -> Any:
        _tag, data = node
        if not isinstance(data, bytes) or len(data) > self._limits.int_bytes:
            raise ProtocolError(f"an int of more than {self._limits.int_bytes:,} bytes")
        return self._adopt(int.from_bytes(data, "little", signed=True), False)

    def _reference(self, node: Node, _: int) -> Any:
        identity = node[1]
        if type(identity) is not int:
            raise ProtocolError("a reference whose identity is not an int")
        return self._resolve(node[0], identity, node[2] if node[0] == "h" else None)

    def _parts(self, nodes: list[Node], depth: int) -> list[Any]:
        return [self.decode(part, depth) for part in nodes]

    def _parts_as_sent(self, nodes: list[Node], depth: int) -> list[Any]:
        """Parts that no test computes with: what a range or a date is made of, a mask."""
        adopt, self._adopt = self._adopt, _copied
        try:
            return self._plain_parts(nodes, depth)
        finally:
            self._adopt = adopt


def _no_reference(*_: object) -> Any:
    raise ProtocolError("a reference where only plain data may be")


def _known_type(name: object) -> type:
    if not isinstance(name, str) or name not in TYPES:
        raise ProtocolError(f"not a type that may cross: {name!r:.60}")
    return TYPES[name]


#: What taking a malformed node apart may raise.
MALFORMED = (
    ArithmeticError, AttributeError, BufferError, LookupError, MemoryError, TypeError, ValueError,
)  # fmt: skip
#: Products of a few of these do not wrap around, whatever array they get into.
_USUAL = range(-(1 << 24) + 1, 1 << 24)
#: The types that need no tag, since MessagePack has them.
_THEMSELVES = frozenset({type(None), bool, int, float, str, bytes})
_DECODERS: dict[str, Callable[[Decoder, Node, int], Any]] = {
    "i": Decoder._int,
    "s": lambda _, node, __: node[1].decode("utf-8", "surrogatepass"),
    "c": lambda self, node, _: self._adopt(complex(float(node[1]), float(node[2])), False),
    "l": Decoder._list,
    "p": Decoder._packed,
    "d": Decoder._dict,
    "S": Decoder._set,
    "t": lambda self, node, depth: tuple(self._parts(node[1:], depth)),
    "F": lambda self, node, depth: frozenset(self._plain_parts(node[1:], depth)),
    "a": Decoder._array,
    "O": Decoder._objects,
    "w": Decoder._view,
    "n": Decoder._scalar,
    "r": lambda self, node, _: self._known(node[1]),
    "T": lambda _, node, __: _known_type(node[1]),
    "D": lambda _, node, __: dtype_named(node[1]),
    "R": lambda self, node, depth: range(*self._parts_as_sent(node[1:], depth)),
    "L": lambda self, node, depth: slice(*self._plain_parts(node[1:], depth)),
    "E": lambda *_: ...,
    "v": Decoder._of_library,
    "V": Decoder._container,
    "N": Decoder._fields,
    "M": Decoder._masked,
    "P": Decoder._pandas,
    "m": Decoder._pandas_scalar,
    "k": Decoder._own_class,
    "j": Decoder._own_class,
    "K": Decoder._with_class,
    "h": Decoder._reference,
    "b": Decoder._reference,
}
