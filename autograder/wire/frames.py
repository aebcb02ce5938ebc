"""Frames: a header, a MessagePack structure, and raw buffers for the arrays in it.

A frame on the wire (little endian)::

    4 bytes  b"AGW1"
    u32      length of the structure in bytes
    u64      length of the buffers in bytes
    ...      the structure, then the buffers

Lengths are checked against :class:`Limits` before a byte of the body is read.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from autograder.errors import PeerGone, ProtocolError, TooLarge

MAGIC = b"AGW1"
HEADER = struct.Struct("<4sIQ")
#: Up to so many bytes it is cheaper to copy buffers than to send or receive them apart.
SMALL = 1 << 16


@dataclass(frozen=True)
class Limits:
    """Bounds on what one message may hold; sizes in bytes.

    The structure is the smaller number because decoding it multiplies it: an empty list is one
    byte on the wire and 56 in memory.
    """

    structure_bytes: int = 4 << 20
    buffer_bytes: int = 256 << 20
    nodes: int = 1_000_000
    depth: int = 100
    int_bytes: int = 1 << 16


class Stream(Protocol):
    """What a channel needs of a transport; unbuffered files and :class:`SocketStream` have it."""

    def readinto(self, buffer: memoryview, /) -> int | None: ...
    def write(self, data: memoryview, /) -> int | None: ...


class SocketStream:
    """A connected stream socket with the two methods of an unbuffered file.

    Through ``read`` and ``write``: the sandbox allows few system calls for sockets.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def readinto(self, buffer: memoryview, /) -> int:
        return os.readv(self._connection.fileno(), [buffer])

    def write(self, data: memoryview, /) -> int:
        return os.write(self._connection.fileno(), data)


class Channel:
    """Sends and receives whole frames; blocks, since deadlines are the coordinator's affair."""

    def __init__(self, reader: Stream, writer: Stream, limits: Limits | None = None) -> None:
        self._reader = reader
        self._writer = writer
        self.limits = limits or Limits()

    @classmethod
    def over(cls, connection: socket.socket, limits: Limits | None = None) -> Channel:
        """A channel over a connected stream socket."""
        stream = SocketStream(connection)
        return cls(stream, stream, limits)

    def send(self, structure: bytes, buffers: Sequence[bytes | bytearray] = ()) -> None:
        """Send one frame.

        Raises:
            TooLarge: the frame is larger than the limits; nothing was sent.
            PeerGone: nobody reads any more.
        """
        size = sum(map(len, buffers))
        self._check(len(structure), size, TooLarge)
        parts = [HEADER.pack(MAGIC, len(structure), size) + structure, *buffers]
        # One write for most frames: each one more can wake the reader for nothing.
        for part in parts if size > SMALL else [b"".join(parts)]:
            view = memoryview(part)
            try:
                while view:
                    view = view[self._writer.write(view) or 0 :]
            except (OSError, ValueError) as error:
                raise PeerGone(f"the connection broke: {error}") from error

    def receive(self) -> tuple[bytearray, bytearray]:
        """The next frame as ``(structure, buffers)``.

        Raises:
            ProtocolError: not a frame, or larger than the limits.
            PeerGone: the other side ended, perhaps in the middle of a frame.
        """
        magic, structure_size, buffer_size = HEADER.unpack(self._read(HEADER.size))
        if magic != MAGIC:
            raise ProtocolError(f"expected a frame, got bytes that begin with {magic!r}")
        self._check(structure_size, buffer_size, ProtocolError)
        if buffer_size > SMALL:
            return self._read(structure_size), self._read(buffer_size)
        body = self._read(structure_size + buffer_size)
        return body[:structure_size], body[structure_size:]

    def _check(self, structure_size: int, buffer_size: int, error: type[ProtocolError]) -> None:
        for what, size, limit in (
            ("structure", structure_size, self.limits.structure_bytes),
            ("arrays", buffer_size, self.limits.buffer_bytes),
        ):
            if size > limit:
                raise error(
                    f"a message whose {what} take {size:,} bytes; at most {limit:,} may cross"
                )

    def _read(self, size: int) -> bytearray:
        data = bytearray(size)
        view = memoryview(data)
        while view:
            try:
                count = self._reader.readinto(view)
            except (OSError, ValueError) as error:
                raise PeerGone(f"the connection broke: {error}") from error
            if not count:
                raise PeerGone("the other process closed the connection")
            view = view[count:]
        return data
