"""Frames: a header, a MessagePack structure, and raw buffers for the arrays in it.

A frame on the wire (little endian)::

    4 bytes  b"AGW1"
    u32      length of the structure in bytes
    u64      length of the buffers in bytes
    ...      the structure, then the buffers

Lengths are checked against :class:`FrameLimits` before a byte of the body is read.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from autograder.errors import PeerGone, ProtocolError, TooLarge

# Whatever a student writes to the descriptor does not begin like this by chance. The digit is the
# protocol's version, although both sides always come from the same installation.
MAGIC = b"AGW1"
HEADER = struct.Struct("<4sIQ")
#: Up to so many bytes it is cheaper to copy buffers than to send or receive them apart.
SMALL = 1 << 16


@dataclass(frozen=True)
class FrameLimits:
    """Bounds on what one message may hold.

    Attributes
    ----------
    structure_bytes
        Size of the MessagePack structure. It is the smaller number because decoding multiplies
        it: an empty list is one byte on the wire and 56 in memory.
    buffer_bytes
        Size of all arrays together, which decoding does not copy.
    nodes
        Parts of the data, each of which becomes a Python object.
    depth
        How deep data may be nested: decoding recurses, and must not exhaust Python's stack.
    int_bytes
        Size of one int. Showing an int as text takes time quadratic in its length.
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

    It uses ``readv`` and ``write`` in place of the calls for sockets, since the sandbox allows few
    of these.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def readinto(self, buffer: memoryview, /) -> int:
        return os.readv(self._connection.fileno(), [buffer])

    def write(self, data: memoryview, /) -> int:
        return os.write(self._connection.fileno(), data)


class Channel:
    """Sends and receives whole frames; blocks, since the coordinator keeps the deadlines."""

    def __init__(self, reader: Stream, writer: Stream, limits: FrameLimits | None = None) -> None:
        self._reader = reader
        self._writer = writer
        self.limits = limits or FrameLimits()

    @classmethod
    def over(cls, connection: socket.socket, limits: FrameLimits | None = None) -> Channel:
        """A channel over a connected stream socket."""
        stream = SocketStream(connection)
        return cls(stream, stream, limits)

    def send(
        self, structure: bytes, buffers: Sequence[bytes | bytearray | memoryview] = ()
    ) -> None:
        """Send one frame.

        Raises
        ------
        TooLarge
            The frame is larger than the limits; nothing was sent.
        PeerGone
            Nobody reads any more.
        """
        size = sum(map(len, buffers))
        self._check(len(structure), size, TooLarge)
        parts = [HEADER.pack(MAGIC, len(structure), size) + structure, *buffers]
        if size <= SMALL:
            # One write for most frames: each one more can wake the reader for nothing.
            parts = [b"".join(parts)]
        for part in parts:
            rest = memoryview(part)
            while rest:  # a pipe or a socket that is full takes a piece at a time
                try:
                    count = self._writer.write(rest)
                except (OSError, ValueError) as error:  # ValueError: the file has been closed
                    raise PeerGone(f"the connection broke: {error}") from error
                rest = rest[count or 0 :]

    def receive(self) -> tuple[bytearray, bytearray]:
        """Receive the next frame, as ``(structure, buffers)``.

        Raises
        ------
        ProtocolError
            It is no frame, or larger than the limits.
        PeerGone
            The other side ended, perhaps in the middle of a frame.
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
        rest = memoryview(data)
        while rest:
            try:
                count = self._reader.readinto(rest)
            except (OSError, ValueError) as error:
                raise PeerGone(f"the connection broke: {error}") from error
            if not count:
                raise PeerGone("the other process closed the connection")
            rest = rest[count:]
        return data
