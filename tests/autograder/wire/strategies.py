"""Every kind of data that may cross the wire, and bytes and trees that may not."""

from __future__ import annotations

import datetime as dt
import struct
from collections import OrderedDict, deque
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.wire.packed import LONG_LIST
from autograder.wire.values import TYPES

#: A slow machine is no fault, and a hang ends by pytest's timeout.
untimed = settings(deadline=None, max_examples=60)

DTYPES = ["?", "i1", "u1", "<i2", ">i4", "<i8", ">u8", "<f2", "<f4", "<f8", ">f8", "<c8", "<c16",
          "S3", "<U2", "<M8[s]", "<m8[ns]", np.dtype(np.longdouble).str]  # fmt: skip

#: Every bit pattern: -0.0, infinities, subnormal numbers, NaN of every payload and sign.
floats = st.integers(0, (1 << 64) - 1).map(
    lambda n: struct.unpack("<d", n.to_bytes(8, "little"))[0]
)
floats |= st.sampled_from([-0.0, 0.0, float("inf"), float("nan")])
edges = st.builds(
    lambda power, sign, off: sign * (1 << power) + off,
    st.sampled_from([7, 31, 32, 63, 64, 4000]),
    st.sampled_from([1, -1]),
    st.integers(-1, 1),
)
integers = st.integers() | edges
texts = st.text(st.characters(exclude_categories=()))  # lone surrogates too
dtypes = st.sampled_from(DTYPES).map(np.dtype)


#: NumPy ends a text at its last character that is not NUL.
names = st.text(max_size=3).map(lambda text: text.rstrip("\0"))


@st.composite
def scalars(draw: st.DrawFn) -> np.generic:
    dtype = draw(dtypes)
    return draw(hnp.arrays(dtype, 1))[0] if dtype.kind != "U" else np.str_(draw(names))


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    """Contiguous or not, in any order, reversed, read-only, empty, without axes."""
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
    array = draw(hnp.arrays(draw(dtypes), shape))
    if draw(st.booleans()):
        array = array.T
    if draw(st.booleans()):
        steps = [slice(None, None, draw(st.sampled_from([1, 2, -1, -2]))) for _ in array.shape]
        index: tuple[Any, ...] = (*steps, ...)
        array = array[index]
    if draw(st.booleans()):
        array.flags.writeable = False
    return array


@st.composite
def hashable_leaves(draw: st.DrawFn) -> Any:
    # Functions have a short `repr`; Hypothesis minds the long one of all these together.
    return draw(_hashable_leaves)


@st.composite
def leaves(draw: st.DrawFn) -> Any:
    return draw(_leaves)


_hashable_leaves = (
    st.none() | st.booleans() | integers | floats | texts | st.binary(max_size=20)
    | st.builds(complex, floats, floats) | scalars() | st.just(...)
    | st.fractions() | st.decimals(allow_nan=False) | st.dates() | st.timedeltas()
    | st.datetimes(timezones=st.none() | st.just(dt.timezone(dt.timedelta(hours=2), "x")))
    | st.times() | names.map(PurePosixPath)
)  # fmt: skip
hashables = st.recursive(
    hashable_leaves(),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)
_bounds = st.none() | integers
_leaves = (
    _hashable_leaves | arrays() | dtypes | st.sampled_from(list(TYPES.values()))
    | st.builds(range, integers, integers, integers.filter(bool))
    | st.builds(slice, _bounds, _bounds, _bounds)
    | st.builds(lambda item, n: [item] * (LONG_LIST + n), floats | integers, st.integers(-1, 1))
)  # fmt: skip


def of_objects(items: st.SearchStrategy[Any]) -> st.SearchStrategy[np.ndarray]:
    """Arrays of objects: of one item or many, in rows, in columns, read-only, empty."""
    shapes = hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3)
    return st.builds(_filled, shapes, st.lists(items, min_size=1, max_size=6), st.booleans())


def _filled(shape: tuple[int, ...], items: list[Any], is_read_only: bool) -> np.ndarray:
    array = np.empty(shape, object)
    for place in range(array.size):
        array.reshape(-1)[place] = items[place % len(items)]
    array.flags.writeable = not is_read_only
    return array


values: st.SearchStrategy[Any] = st.recursive(
    leaves(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | of_objects(leaves())
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(hashables, inner, max_size=4)
        | st.sets(hashables, max_size=4)
        | st.builds(deque, st.lists(inner, max_size=4), st.sampled_from([None, 4]))
        | st.dictionaries(hashables, inner, max_size=4).map(OrderedDict)
        | st.binary(max_size=4).map(bytearray)
    ),
    max_leaves=12,
)


def bits(value: Any) -> Any:
    """All that can be told about a value, hashable; two values are the same if this is equal."""
    kind = type(value)
    if kind is float:
        return kind, struct.pack("<d", value)
    if kind is complex:
        return kind, struct.pack("<dd", value.real, value.imag)
    if isinstance(value, np.generic):
        return kind, value.dtype.str, value.tobytes()
    if kind is np.ndarray and value.dtype == object:
        return kind, value.shape, value.flags.writeable, *map(bits, value.flat)
    if kind is np.ndarray:
        return kind, value.dtype.str, value.shape, value.tobytes(), value.flags.writeable
    if kind in (list, tuple):
        return kind, *map(bits, value)
    if kind is deque:
        return kind, value.maxlen, *map(bits, value)
    if kind is bytearray:
        return kind, bytes(value)
    if kind in (dt.datetime, dt.time):
        return kind, str(value), value.fold
    if kind in (set, frozenset):
        return kind, frozenset(map(bits, value)), len(value)
    if kind in (dict, OrderedDict):
        return kind, *((bits(key), bits(item)) for key, item in value.items())
    if kind is slice:
        return kind, bits(value.start), bits(value.stop), bits(value.step)
    if kind is range:
        return kind, value.start, value.stop, value.step
    return kind, value


def layout(array: np.ndarray) -> tuple[Any, ...]:
    """How an array lies in memory: what a function that assumes too much would trip over."""
    return (
        array.strides if array.size > 1 else (),
        array.flags.c_contiguous,
        array.flags.f_contiguous,
    )


# What a hostile process may send: trees that look like nodes, in MessagePack's types.

TAGS = [*"iscldSptFawnrTDRLEhbvVNMOj", "", "x", "ll"]
wild_numbers = st.sampled_from(
    [-1, 0, 1, 2, 7, 8, 63, 64, 1 << 31, (1 << 63) - 1, -(1 << 63), 10**9]
)
wild_leaves = (
    st.none() | st.booleans() | wild_numbers | st.floats() | st.text(max_size=3)
    | st.binary(max_size=9) | st.sampled_from(["<f8", "|b1", "|O", "|V8", "<U0", "builtins.list"])
)  # fmt: skip
wild_places = st.builds(
    lambda *parts: list(parts),
    st.lists(wild_numbers, max_size=3),
    st.lists(wild_numbers, max_size=3),
    wild_numbers,
)
wild_arrays = st.builds(
    lambda *parts: list(parts),
    st.sampled_from("aw"),
    wild_leaves,
    wild_places | wild_leaves,
    wild_places | wild_leaves,
)
wild_lists = st.builds(
    lambda code, count, offset: ["p", code, count, [offset]],
    st.sampled_from(["d", "q", "B", 4]),
    wild_numbers,
    wild_numbers,
)
wild_nodes = st.recursive(
    wild_leaves | wild_arrays | wild_lists,
    lambda inner: (
        st.builds(
            lambda tag, parts: [tag, *parts], st.sampled_from(TAGS), st.lists(inner, max_size=4)
        )
        | st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=15,
)
