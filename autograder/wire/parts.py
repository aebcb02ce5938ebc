"""The parts of objects of pandas to nodes, and back: a message in the message.

A part is an array of numbers, codes, what another constructor makes of parts, or plain data, which
the encoder and the decoder of the message in the message know.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.errors import ProtocolError, TooLarge
from autograder.wire import dataframes
from autograder.wire.buffers import Received, Spans
from autograder.wire.constructors import build
from autograder.wire.packed import LONG_LIST
from autograder.wire.values import Node, NotPlain, dtype_name


class PartEncoder:
    """Turns what constructors take into nodes.

    ``encode`` makes the node of plain data at a depth, ``count`` counts nodes, and ``spans``
    collects the arrays.
    """

    def __init__(
        self,
        encode: Callable[[Any, int], Node],
        count: Callable[[int], None],
        spans: Spans,
        most_depth: int,
    ) -> None:
        self._encode = encode
        self._count = count
        self._spans = spans
        self._most_depth = most_depth
        self._containers = dataframes.types().containers

    def part(self, value: Any, depth: int) -> Node:
        """The node of what a constructor of :mod:`autograder.wire.constructors` takes.

        Raises
        ------
        NotPlain
            There is something in it that is no plain data.
        TooLarge
            It is nested too deeply, or has too many parts.
        """
        if isinstance(value, dataframes.Codes):
            return ["B", *self._column(value.array)]
        if isinstance(value, np.ndarray):
            if dataframes.is_of_numbers(value) and dtype_name(value.dtype) is not None:
                return ["A", *self._column(value)]
            if value.dtype != object:
                raise NotPlain(f"an array of dtype {value.dtype}")
            kind, *parts = dataframes.reduced_objects(value)
        elif type(value) in self._containers:
            kind, *parts = self._containers[type(value)](value)
        else:
            return self._encode(value, depth)
        if depth > self._most_depth:
            raise TooLarge(f"data nested more than {self._most_depth} levels deep")
        self._count(1)
        return ["Q", kind, *(self.part(each, depth + 1) for each in parts)]

    def _column(self, array: Any) -> list[Any]:
        return [dtype_name(array.dtype), len(array), self._spans.add_column(array)]


class PartDecoder:
    """Turns the nodes of parts back into what constructors take.

    ``decode`` gives the plain data of a node at a depth, ``as_sent`` that of several with which no
    test computes, ``count`` counts nodes, ``adopt`` is that of the decoder, and ``received`` has
    the arrays.
    """

    def __init__(
        self,
        decode: Callable[[Node, int], Any],
        as_sent: Callable[[list[Node], int], list[Any]],
        count: Callable[[int], None],
        adopt: Callable[..., Any],
        received: Received,
        most_depth: int,
    ) -> None:
        self._decode = decode
        self._as_sent = as_sent
        self._count = count
        self._adopt = adopt
        self._received = received
        self._most_depth = most_depth

    def part(self, node: Node, depth: int) -> Any:
        """What a constructor takes: codes, a column, what another one makes, or plain data.

        Raises
        ------
        ProtocolError
            The node is malformed or beyond the limits.
        """
        match node:
            case ["B", dtype, count, [offset]]:
                return dataframes.Codes(self._received.column(dtype, count, offset))
            case ["A", dtype, count, [offset]]:
                return self._adopt(self._received.column(dtype, count, offset), False)
            case ["Q", kind, *parts]:
                self._count(1 + (len(parts[0]) // LONG_LIST if kind == "texts" else 0))
                if depth > self._most_depth:
                    raise ProtocolError("data with too many parts or nested too deeply")
                if kind == "range":
                    return built(kind, self._as_sent(parts, depth))
                return built(kind, [self.part(each, depth + 1) for each in parts])
        return self._decode(node, depth)


def built(kind: object, parts: list[Any]) -> Any:
    """What a constructor makes of its parts.

    Raises
    ------
    ProtocolError
        Nothing.
    """
    try:
        return build(kind, parts)
    except Exception as error:  # pandas raises what it likes
        raise ProtocolError(f"no object of pandas: {kind!r:.40}: {error!s:.200}") from error
