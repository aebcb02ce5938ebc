"""Frames: bytes in, the same bytes out; nothing is read that was not announced and allowed."""

from __future__ import annotations

import io
import socket
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import PeerGone, ProtocolError, TooLarge, WireError
from autograder.wire.frames import HEADER, MAGIC, Channel, FrameLimits
from tests.autograder.wire.strategies import untimed

SMALL = FrameLimits(structure_bytes=100, buffer_bytes=200)


class Memory:
    """A stream that hands out at most three bytes at a time, as a slow pipe does."""

    def __init__(self, data: bytes = b"") -> None:
        self._bytes = io.BytesIO(data)
        self.getvalue = self._bytes.getvalue

    def readinto(self, buffer: memoryview, /) -> int:
        return self._bytes.readinto(buffer[:3])

    def write(self, data: memoryview, /) -> int:
        return self._bytes.write(data[:3])


def receive(data: bytes) -> tuple[bytes, bytes]:
    structure, buffers = Channel(Memory(data), Memory(), SMALL).receive()
    return bytes(structure), bytes(buffers)


@untimed
@given(st.binary(max_size=100), st.lists(st.binary(max_size=60), max_size=3))
def test_a_frame_arrives_as_it_was_sent(structure: bytes, buffers: list[bytes]) -> None:
    sent = Memory()
    Channel(Memory(), sent, SMALL).send(structure, buffers)
    assert receive(sent.getvalue()) == (structure, b"".join(buffers))


@untimed
@given(st.binary(max_size=400))
def test_other_bytes_are_no_frame(data: bytes) -> None:
    with pytest.raises(WireError):
        receive(data)


@pytest.mark.parametrize("sizes", [(101, 0), (0, 201), ((1 << 32) - 1, 0), (0, (1 << 64) - 1)])
def test_a_frame_that_claims_too_much_is_refused_unread(sizes: tuple[int, int]) -> None:
    # Were it read, the error would be that the stream ends.
    with pytest.raises(ProtocolError, match="at most"):
        receive(HEADER.pack(MAGIC, *sizes))


@untimed
@given(st.integers(0, HEADER.size + 29))
def test_a_frame_that_breaks_off_means_that_the_peer_has_gone(length: int) -> None:
    data = HEADER.pack(MAGIC, 10, 20) + bytes(30)
    with pytest.raises(PeerGone):
        receive(data[:length])


@pytest.mark.parametrize(("structure", "buffer"), [(101, 0), (0, 201)])
def test_too_large_a_frame_is_not_sent(structure: int, buffer: int) -> None:
    sent = Memory()
    with pytest.raises(TooLarge, match="at most"):
        Channel(Memory(), sent, SMALL).send(bytes(structure), [bytes(buffer)])
    assert sent.getvalue() == b""


def test_sending_to_nobody_means_that_the_peer_has_gone() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours, pytest.raises(PeerGone):
        Channel.over(ours).send(b"x")


def test_the_header_is_as_documented() -> None:
    sent = Memory()
    Channel(Memory(), sent, SMALL).send(b"ab", [b"cde"])
    assert sent.getvalue() == b"AGW1" + struct.pack("<IQ", 2, 3) + b"abcde"
