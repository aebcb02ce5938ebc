"""Whatever bytes a hostile process sends, the worst is the end of the conversation."""

from __future__ import annotations

import contextlib
import datetime as dt
import tracemalloc
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.errors import WireError
from autograder.wire import (
    Channel,
    Conversation,
    Endpoint,
    FrameLimits,
    library,
    remote_traceback,
)
from autograder.wire.frames import HEADER, MAGIC
from autograder.wire.memo import Memo
from autograder.wire.update import UpdatingDecoder
from autograder.wire.values import EXCEPTIONS, TYPES
from tests.autograder.wire.strategies import untimed, wild_leaves, wild_nodes, wild_places
from tests.autograder.wire.test_frames import Memory

LIMITS = FrameLimits(structure_bytes=1 << 16, buffer_bytes=1 << 20, nodes=1000)
ALLOWED = (type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset,
           np.generic, np.ndarray, np.dtype, range, slice, type, type(...),
           pd.DataFrame, pd.Series, pd.Index, pd.api.extensions.ExtensionArray, pd.Timestamp,
           pd.Timedelta, pd.Period, pd.Interval, type(pd.NaT), type(pd.NA),
           *library.REDUCERS, *library.CONTAINERS)  # fmt: skip
much = settings(untimed, max_examples=200)


class Reference:
    """What the resolver of these tests makes of a reference."""


class Caller(Endpoint):
    """Receives replies and calls; a stranger's function is never called."""

    def perform(self, op: str, operands: list[Any]) -> object:
        raise ValueError("there is no such function")

    def export(self, value: object) -> Any:
        raise TypeError

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        return Reference()


def parts(value: Any) -> list[Any]:
    """A value and everything in it."""
    seen: dict[int, Any] = {}
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen[id(part)] = part
            if isinstance(part, (list, tuple, set, frozenset)):
                waiting.extend(part)
            elif isinstance(part, np.ndarray) and part.dtype == object:
                waiting.extend(part.flat)
            elif isinstance(part, dict):
                waiting.extend([*part.keys(), *part.values()])
    return list(seen.values())


def owned() -> list[Any]:
    """The examiner's own objects, which its request held."""
    read_only = np.arange(4.0)
    read_only.flags.writeable = False
    return [[1, 2], {"a": 1}, {3}, np.arange(8.0), read_only, np.zeros((2, 3))[:, ::2]]


def decoder(buffers: bytearray, objects: list[Any]) -> UpdatingDecoder:
    memo = Memo()
    for each in objects:
        memo.add(each)
    return UpdatingDecoder(buffers, memo, lambda *_: Reference(), LIMITS)


@much
@given(wild_nodes, st.binary(max_size=64))
@example(["s", 3], b"")
@example(["r"], b"")
@example(["w", 4, "|b1", [[32], [1], 0]], b"")
@example(["w", 3, "|b1", [[1 << 40], [0], 0]], b"")
@example(["a", "|b1", [[8], [1], 0], True], b"\x02" * 8)
@example(["S", ["l"]], b"")
@example(["R", 1, 2, 0], b"")
@example(["n", "<U0", b""], b"")
@example(["p", "q", 1 << 61, [0]], b"")
@example(["k", ["h", 1, []], ["k", ["h", 2, []], 1]], b"")
@example(["k", ["l"], 1], b"")
@example(["k", ["h", 1, []], ["h", 2, []]], b"")
def test_a_tree_is_data_or_a_protocol_error(node: Any, buffers: bytes) -> None:
    objects = owned()
    before = objects[4].tobytes()
    try:
        value = decoder(bytearray(buffers), objects).decode(node)
    except WireError:
        pass
    else:
        for part in parts(value):
            assert type(part) is Reference or isinstance(part, ALLOWED)
            if isinstance(part, np.ndarray):
                assert part.dtype.kind not in "OV"
                part.tobytes()  # reads all of it: a wrong stride would end this process
    assert objects[4].tobytes() == before


@much
@given(wild_leaves, wild_nodes, st.binary(max_size=64))
@example(0, ["p", "d", 2, [0]], bytes(16))
@example(1, ["d", ["l"], 1], b"")
@example(2, ["S", ["d"]], b"")
@example(3, ["a", "<f8", [[8], [8], 0], True], bytes(64))
@example(4, ["a", "<f8", [[4], [8], 0], True], bytes(64))
@example(3, ["a"], b"")
@example(3, ["a", "<f8", 1, True], b"")
@example(0, ["p"], b"")
def test_an_update_changes_only_what_may_change(index: Any, node: Any, buffers: bytes) -> None:
    objects = owned()
    kinds = [type(each) for each in objects]
    labels = [(a.shape, a.dtype, a.strides) for a in objects[3:]]
    before = objects[4].tobytes()
    with contextlib.suppress(WireError):
        decoder(bytearray(buffers), objects).update(index, node)
    assert [type(each) for each in objects[:6]] == kinds
    assert [(a.shape, a.dtype, a.strides) for a in objects[3:6]] == labels
    assert objects[4].tobytes() == before


def frame(structure: bytes, buffers: bytes = b"") -> bytes:
    return HEADER.pack(MAGIC, len(structure), len(buffers)) + structure + buffers


def listen(data: bytes) -> Any:
    """What making one request gives, if this is all that the other side sends."""
    conversation = Conversation(Channel(Memory(data), Memory(), LIMITS), Caller())
    return conversation.request("call", [1], np.arange(3.0))


wild_updates = st.lists(st.tuples(wild_leaves, wild_nodes).map(list), max_size=3)
wild_messages = st.one_of(
    st.tuples(st.just("answer"), st.just(1), wild_nodes, wild_updates, st.text(max_size=3)),
    st.tuples(st.just("answer"), wild_leaves, wild_nodes),
    st.tuples(
        st.just("failure"),
        st.just(1),
        st.lists(st.sampled_from([*EXCEPTIONS, *TYPES, "x"]), max_size=4),
        st.text(max_size=5),
        st.text(max_size=5),
        wild_updates,
    ),
    st.tuples(
        st.just("ask"), st.integers(0, 3), st.text(max_size=4), st.lists(wild_nodes, max_size=3)
    ),
    st.tuples(st.text(max_size=6), wild_leaves),
    wild_nodes,
)


def listens_safely(data: bytes) -> None:
    try:
        value = listen(data)
    except BaseException as error:
        kinds = (type(error), *type(error).__bases__)  # of several that are told, it is each
        claimed = (
            any(kind in EXCEPTIONS.values() for kind in kinds)
            and remote_traceback(error) is not None
        )
        if not claimed and not isinstance(error, WireError):
            raise
    else:
        assert isinstance(value, (*ALLOWED, Reference))


@much
@given(st.lists(wild_messages, min_size=1, max_size=3), st.binary(max_size=32))
def test_any_messages_are_a_reply_or_the_end(messages: list[Any], buffers: bytes) -> None:
    encode = msgspec.msgpack.Encoder().encode
    listens_safely(b"".join(frame(encode(message), buffers) for message in messages))


@much
@given(st.binary(max_size=80))
def test_any_bytes_in_a_frame_are_a_reply_or_the_end(structure: bytes) -> None:
    listens_safely(frame(structure))


@much
@given(st.binary(max_size=60), st.integers(0, 100), st.integers(0, 255))
def test_a_reply_with_a_wrong_byte_is_a_reply_or_the_end(
    extra: bytes, place: int, byte: int
) -> None:
    reply = ["answer", 1, ["l", ["a", "<f8", [[3], [8], 0], True], "x", 5], [[0, ["l", 2]]], "out"]
    data = bytearray(frame(msgspec.msgpack.encode(reply), bytes(24)) + extra)
    data[place % len(data)] = byte
    listens_safely(bytes(data))


@pytest.mark.parametrize(
    "result",
    [
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xdd\x00\xff\xff\xff" * 90,
        msgspec.msgpack.encode(["a", "<f8", [[1 << 40], [8], 0], True]),
        msgspec.msgpack.encode(["a", "<f8", [[1 << 40], [0], 0], True]),
        msgspec.msgpack.encode(["a", "<f8", [[0, 1 << 40], [0, 0], 0], True]),
        msgspec.msgpack.encode(["a", "<U999999", [[1 << 20], [0], 0], True]),
        msgspec.msgpack.encode(["p", "d", 1 << 50, [0]]),
        msgspec.msgpack.encode(["p", "d", -1, [8]]),
        msgspec.msgpack.encode(["n", "<U999999", b""]),
        msgspec.msgpack.encode(["l", *[["l"]] * 1001]),
        b"\x91" * 60_000,
    ],
    ids=lambda result: repr(result[:30]),
)
def test_claiming_much_costs_little(result: bytes) -> None:
    data = frame(b"\x94\xa6answer\x01" + result + b"\x90", bytes(16))
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            listen(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize(
    "value",
    [dt.datetime(2026, 1, 1, tzinfo=dt.UTC), msgspec.msgpack.Ext(5, b"x"), {"a": 1}],
    ids=lambda value: type(value).__name__,
)
def test_types_that_only_messagepack_knows_are_refused(value: Any) -> None:
    with pytest.raises(WireError, match="bare"):
        listen(frame(msgspec.msgpack.encode(["answer", 1, value, []])))


@pytest.mark.parametrize("identity", [0, 2, -1])
def test_a_reply_to_another_request_is_refused(identity: int) -> None:
    with pytest.raises(WireError, match="not made"):
        listen(frame(msgspec.msgpack.encode(["answer", identity, None, []])))


def test_an_exception_type_that_is_none_becomes_a_plain_error() -> None:
    names = ["builtins.int", "builtins.eval", "os.system"]
    with pytest.raises(RuntimeError, match="builtins.int: 0"):
        listen(frame(msgspec.msgpack.encode(["failure", 1, names, "0", "", []])))


@untimed
@given(wild_places)
def test_an_array_never_reaches_beyond_what_was_sent(place: list[Any]) -> None:
    buffers = bytearray(b"\x01" * 64)
    try:
        array = decoder(buffers, []).decode(["a", "|u1", place, True])
    except WireError:
        return
    assert array.size == 0 or set(array.tobytes()) == {1}
