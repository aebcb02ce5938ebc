"""Nodes to values: the receiving half of :mod:`autograder.wire.values`, and the suspicious one."""

from __future__ import annotations

from array import array as packed_array
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, TypeVar

import numpy as np

from autograder.errors import ProtocolError
from autograder.wire import dataframes
from autograder.wire.constructors import build
from autograder.wire.encode import is_made_of
from autograder.wire.frames import FrameLimits
from autograder.wire.values import (
    LONG_LIST,
    TYPES,
    Array,
    Layout,
    Memo,
    Node,
    dtype_named,
    overlaps_itself,
)

T = TypeVar("T")


class Decoder:
    """Turns the nodes of one message back into values, checking each.

    Parameters
    ----------
    buffers
        The raw bytes of the message's arrays.
    memo
        The objects of the exchange so far.
    resolve
        Gives the object for a reference, from its tag, its number and what is said about it.
    limits
        Bounds on the nodes of the message.
    adopt
        Gives what to go on with for an array, a NumPy scalar, a large int, an item that is a
        bool, or an object of pandas, from it and whether it is a view of an array that this side
        has sent; ``is_update=True`` says that it goes into a frame which this side has sent.
    keep_pristine
        Whether to keep a copy of ``buffers``, so that :meth:`changed` can tell which arrays a
        call has written to.
    """

    def __init__(
        self,
        buffers: bytearray | memoryview,
        memo: Memo,
        resolve: Callable[[str, int, Any], Any],
        limits: FrameLimits,
        adopt: Callable[..., Any] = lambda value, *_, **__: value,
        *,
        keep_pristine: bool = False,
    ) -> None:
        self._buffers = buffers
        self._pristine = bytes(buffers) if keep_pristine else b""
        self._memo = memo
        self._resolve = resolve
        self._limits = limits
        self._adopt = adopt
        self._sent = len(memo.objects)
        self._array_bytes = 0
        self._nodes = 0
        self._originals: dict[int, Any] = {}

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
            if (type(node) is bool and depth) or (type(node) is int and node not in _USUAL):
                return self._adopt(node, False)
            return node
        decode = _DECODERS.get(node[0]) if node and isinstance(node[0], str) else None
        if decode is None:
            raise ProtocolError(f"data with an unknown tag: {node[:1]!r:.60}")
        try:
            return decode(self, node, depth + 1)
        except _MALFORMED as error:
            raise ProtocolError(f"malformed data with tag {node[0]!r}: {error}") from error

    def changed(self) -> list[int]:
        """Which remembered objects of the request differ now from what was received."""
        return [
            index
            for index, original in self._originals.items()
            if _differs(self._memo.objects[index], original, self._limits)
        ]

    def update(self, index: object, node: Node) -> None:
        """Give a remembered object the contents that the other side reports.

        Raises
        ------
        ProtocolError
            There is no such object, or the contents are of another kind.
        """
        if type(index) is not int or not 0 <= index < len(self._memo.objects):
            raise ProtocolError(f"an update of an object that was never sent: {index!r:.40}")
        target: Any = self._memo.objects[index]
        try:
            if isinstance(target, np.ndarray):
                self._update_array(target, node)
            elif dataframes.is_changeable(target):
                adopt = partial(self._adopt, is_update=True)
                dataframes.replace_contents(target, self._pandas_contents(node, 1, adopt))
            else:
                self._update_container(target, node)
        except _MALFORMED as error:
            raise ProtocolError(f"malformed contents for an update: {error}") from error

    def _update_array(self, target: Array, node: Node) -> None:
        if not isinstance(node, list) or node[:1] != ["a"]:
            raise ProtocolError("an update whose kind is not that of the array")
        new = self._array_over_buffer(node)
        if new.shape != target.shape or new.dtype != target.dtype:
            raise ProtocolError("an update of another shape or dtype than the array has")
        if target.flags.writeable:  # a read-only array of the test's stays as it is
            target[...] = new

    def _update_container(self, target: list[Any] | dict[Any, Any] | set[Any], node: Node) -> None:
        tag = node[0] if isinstance(node, list) and node else None
        if not isinstance(tag, str) or not isinstance(target, _REMEMBERED.get(tag, ())):
            raise ProtocolError("an update whose kind is not that of the object")
        contents: Any = self._unpacked(node) if tag == "p" else self._parts(node, 1)
        if tag == "d":
            contents = dict(zip(contents[::2], contents[1::2], strict=True))
        target.clear()
        if isinstance(target, list):
            target.extend(contents)
        else:
            target.update(contents)

    def _remember(self, value: T) -> T:
        self._memo.add(value)
        return value

    # Containers are remembered before their items are decoded, since an item may refer to its own
    # container, and since the encoder numbers them in that order.

    def _list(self, node: Node, depth: int) -> list[Any]:
        index, items = len(self._memo.objects), self._remember(list[Any]())
        items.extend(self.decode(part, depth) for part in node[1:])
        self._originals[index] = list(items)
        return items

    def _packed(self, node: Node, _: int) -> list[Any]:
        index, items = len(self._memo.objects), self._remember(self._unpacked(node))
        self._originals[index] = list(items)
        return items

    def _unpacked(self, node: Node) -> list[Any]:
        _tag, code, count, (offset,) = node
        if code not in ("d", "q") or type(count) is not int or type(offset) is not int:
            raise ProtocolError("a malformed packed list")
        end = offset + 8 * count
        if not 0 <= offset <= end <= len(self._buffers):
            raise ProtocolError("a packed list that claims more bytes than were sent")
        self._nodes += count // LONG_LIST  # which costs far less than nodes of their own
        values = packed_array(code)
        values.frombytes(self._buffers[offset:end])
        if code == "q" and values:
            for extreme in (min(values), max(values)):
                if extreme not in _USUAL:
                    self._adopt(extreme, False)
        return values.tolist()

    def _dict(self, node: Node, depth: int) -> dict[Any, Any]:
        index, items = len(self._memo.objects), self._remember(dict[Any, Any]())
        parts = iter(node[1:])
        for key in parts:
            decoded = self.decode(key, depth)
            items[decoded] = self.decode(next(parts, None), depth)
        self._originals[index] = dict(items)
        return items

    def _set(self, node: Node, depth: int) -> set[Any]:
        index, items = len(self._memo.objects), self._remember(set[Any]())
        items.update(self.decode(part, depth) for part in node[1:])
        self._originals[index] = set(items)
        return items

    def _array(self, node: Node, _: int) -> Any:
        index = len(self._memo.objects)
        value = self._remember(self._adopt(self._array_over_buffer(node), False))
        if self._pristine:
            _tag, dtype, place, _writeable = node
            layout = Layout.checked(dtype, *place)
            self._originals[index] = np.ndarray(
                layout.shape, layout.dtype, self._pristine, layout.offset, layout.strides
            )
        if node[3] is False:
            value.flags.writeable = False
        return value

    def _array_over_buffer(self, node: Node) -> Array:
        _tag, dtype, place, _writeable = node
        layout = Layout.checked(dtype, *place)
        return self._counted(layout.array(self._buffers, limit=self._limits.buffer_bytes))

    def _view(self, node: Node, _: int) -> Any:
        _tag, index, dtype, place = node
        base = self._known(index)
        if not isinstance(base, np.ndarray) or not base.flags.c_contiguous:
            raise ProtocolError("a view of something that is not a contiguous array")
        layout = Layout.checked(dtype, *place)
        memory = base.reshape(-1).view(np.uint8)
        value = layout.array(memory, limit=self._limits.buffer_bytes)
        if index < self._sent and not overlaps_itself(value):
            return self._adopt(_true_bools(value), True)
        return self._adopt(self._counted(value), False)

    def _counted(self, value: Array) -> Array:
        # Strides of zero make many bytes of a few, and whoever copies arrays allocates them all.
        self._array_bytes += value.nbytes
        if self._array_bytes > self._limits.buffer_bytes:
            limit = self._limits.buffer_bytes
            raise ProtocolError(f"arrays of more than {limit:,} bytes in all")
        return _true_bools(value)

    def _pandas(self, node: Node, depth: int) -> Any:
        value = self._pandas_contents(node, depth, self._adopt)
        index, wanted = len(self._memo.objects), self._adopt(value, False)
        if not dataframes.is_changeable(value):
            return wanted
        if self._pristine and wanted is value:
            _tag, (offset,), size, part = node
            data = memoryview(self._pristine)[offset : offset + size]
            self._originals[index] = _Original(part, data)
        return self._remember(wanted)

    def _pandas_contents(self, node: Node, depth: int, adopt: Callable[..., Any]) -> Any:
        tag, (offset,), size, part = node
        if tag != "P" or type(offset) is not int or type(size) is not int:
            raise ProtocolError("a malformed object of pandas")
        if not 0 <= offset <= offset + size <= len(self._buffers):
            raise ProtocolError("an object of pandas that claims more bytes than were sent")
        data = memoryview(self._buffers)[offset : offset + size]
        inner = Decoder(data, Memo(), _no_reference, self._limits, adopt)
        inner._nodes, inner._array_bytes = self._nodes, self._array_bytes
        value = inner._part(part, depth)
        self._nodes, self._array_bytes = inner._nodes, inner._array_bytes
        if not dataframes.is_container(value):
            raise ProtocolError("no object of pandas where one was expected")
        return value

    def _part(self, node: Node, depth: int) -> Any:
        """What a constructor takes: codes, a column, what another one makes, or plain data."""
        match node:
            case ["B", dtype, count, [offset]]:
                return dataframes.Codes(self._column(dtype, count, offset))
            case ["A", dtype, count, [offset]]:
                return self._adopt(self._column(dtype, count, offset), False)
            case ["Q", kind, *parts]:
                self._nodes += 1 + (len(parts[0]) // LONG_LIST if kind == "texts" else 0)
                if self._nodes > self._limits.nodes or depth > self._limits.depth:
                    raise ProtocolError("data with too many parts or nested too deeply")
                return self._built(kind, [self._part(each, depth + 1) for each in parts])
        return self.decode(node, depth)

    def _column(self, dtype: object, count: object, offset: object) -> Array:
        layout = Layout.checked(dtype, [count], [dtype_named(dtype).itemsize], offset)
        return self._counted(layout.array(self._buffers, limit=self._limits.buffer_bytes))

    def _pandas_scalar(self, node: Node, depth: int) -> Any:
        kind, *parts = self._parts(node, depth)
        return self._built(kind, parts)

    def _built(self, kind: object, parts: list[Any]) -> Any:
        try:
            return build(kind, parts)
        except Exception as error:  # pandas raises what it likes
            raise ProtocolError(f"no object of pandas: {kind!r:.40}: {error!s:.200}") from error

    def _known(self, index: object) -> Any:
        if type(index) is not int or not 0 <= index < len(self._memo.objects):
            raise ProtocolError(f"a reference to an object that was never sent: {index!r:.40}")
        return self._memo.objects[index]

    def _scalar(self, node: Node, _: int) -> Any:
        _tag, name, data = node
        dtype = dtype_named(name)
        if len(data) != dtype.itemsize:
            raise ProtocolError("a NumPy scalar of the wrong length")
        if not data:  # np.str_("")
            return dtype.type()
        return self._adopt(_true_bools(np.frombuffer(bytearray(data), dtype))[0], False)

    def _int(self, node: Node, _: int) -> int:
        _tag, data = node
        if not isinstance(data, bytes) or len(data) > self._limits.int_bytes:
            raise ProtocolError(f"an int of more than {self._limits.int_bytes:,} bytes")
        return int.from_bytes(data, "little", signed=True)

    def _reference(self, node: Node, _: int) -> Any:
        identity = node[1]
        if type(identity) is not int:
            raise ProtocolError("a reference whose identity is not an int")
        return self._resolve(node[0], identity, node[2] if node[0] == "h" else None)

    def _parts(self, node: Node, depth: int) -> list[Any]:
        return [self.decode(part, depth) for part in node[1:]]


class _Original(NamedTuple):
    """What a frame or a series was made of."""

    part: Node
    data: memoryview


def _no_reference(*_: object) -> Any:
    raise ProtocolError("a reference in an object of pandas")


def _differs(now: Any, original: Any, limits: FrameLimits) -> bool:
    """Whether contents were replaced: items are compared by identity, arrays by their bytes."""
    if isinstance(original, _Original):
        return not is_made_of(now, original.part, original.data, limits)
    # Equality would run the ``__eq__`` of a student's object, and would miss -0.0 in place of 0.0.
    if isinstance(now, np.ndarray):
        if now.shape != original.shape or now.dtype != original.dtype:
            return False  # only the label was changed in place; the sender keeps its own
        return bool(now.tobytes() != original.tobytes())
    if len(now) != len(original):
        return True
    if isinstance(now, list):
        return any(a is not b for a, b in zip(now, original, strict=True))
    if isinstance(now, dict):
        pairs = zip(now.items(), original.items(), strict=True)
        return any(a is not c or b is not d for (a, b), (c, d) in pairs)
    return {id(item) for item in now} != {id(item) for item in original}


def _true_bools(value: Array) -> Array:
    """Boolean arrays hold only the bytes 0 and 1; others make NumPy contradict itself."""
    if value.dtype.kind == "b" and value.size:
        value.view(np.uint8)[...] = value.view(np.uint8) != 0
    return value


def _known_type(name: object) -> type:
    if not isinstance(name, str) or name not in TYPES:
        raise ProtocolError(f"not a type that may cross: {name!r:.60}")
    return TYPES[name]


#: What taking a malformed node apart may raise.
_MALFORMED = (ArithmeticError, AttributeError, LookupError, MemoryError, TypeError, ValueError)
#: Differences of these do not wrap around, whatever array they get into.
_USUAL = range(-(1 << 62), 1 << 62)
#: The types that need no tag, since MessagePack has them.
_THEMSELVES = frozenset({type(None), bool, int, float, str, bytes})
_REMEMBERED: dict[str, type] = {"l": list, "p": list, "d": dict, "S": set}
_DECODERS: dict[str, Callable[[Decoder, Node, int], Any]] = {
    "i": Decoder._int,
    "s": lambda _, node, __: node[1].decode("utf-8", "surrogatepass"),
    "c": lambda _, node, __: complex(float(node[1]), float(node[2])),
    "l": Decoder._list,
    "p": Decoder._packed,
    "d": Decoder._dict,
    "S": Decoder._set,
    "t": lambda self, node, depth: tuple(self._parts(node, depth)),
    "F": lambda self, node, depth: frozenset(self._parts(node, depth)),
    "a": Decoder._array,
    "w": Decoder._view,
    "n": Decoder._scalar,
    "r": lambda self, node, _: self._known(node[1]),
    "T": lambda _, node, __: _known_type(node[1]),
    "D": lambda _, node, __: dtype_named(node[1]),
    "R": lambda self, node, depth: range(*self._parts(node, depth)),
    "L": lambda self, node, depth: slice(*self._parts(node, depth)),
    "E": lambda *_: ...,
    "P": Decoder._pandas,
    "m": Decoder._pandas_scalar,
    "h": Decoder._reference,
    "b": Decoder._reference,
}
