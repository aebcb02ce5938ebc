"""The messages of a conversation: a request, and the two kinds of reply to it."""

from __future__ import annotations

from typing import Any

import msgspec

# The messages are arrays on the wire, which are shorter than maps and quicker to decode. Their
# tags are part of the protocol: attacks and the fuzzer's corpus are recorded with them.


class CallRequest(msgspec.Struct, array_like=True, tag="ask"):
    """A request to perform ``op`` on ``operands``.

    ``printed`` and ``stderr`` are what was printed before it. ``random`` is a state of the global
    generators to adopt first. In the replies as well, ``rebound`` are names that the other side has
    read or bound, and that are bound to other objects by now, ``updates`` are the new contents of
    objects that have crossed, ``forgotten`` those that this side does not hold any more (all of
    them, if None), and ``lost`` says that something was changed which cannot be told.
    """

    id: int
    op: str
    operands: list[Any]
    printed: str = ""
    random: bytes | None = None
    rebound: list[str] = []
    updates: list[tuple[int, Any]] = []
    forgotten: list[int] | None = []
    lost: bool = False
    stderr: str = ""


class ResultReply(msgspec.Struct, array_like=True, tag="answer"):
    """The result."""

    id: int
    result: Any
    updates: list[tuple[int, Any]] = []
    printed: str = ""
    rebound: list[str] = []
    forgotten: list[int] | None = []
    lost: bool = False
    stderr: str = ""


class ErrorReply(msgspec.Struct, array_like=True, tag="failure"):
    """Performing the request raised an exception.

    ``bases`` are the names of the exception's type and its bases, nearest first. ``causes`` are
    bases and message of its cause, of that one's cause and so on.
    """

    id: int
    bases: list[str]
    message: str
    traceback: str
    updates: list[tuple[int, Any]] = []
    printed: str = ""
    rebound: list[str] = []
    causes: list[tuple[list[str], str]] = []
    forgotten: list[int] | None = []
    lost: bool = False
    stderr: str = ""


Message = CallRequest | ResultReply | ErrorReply
