"""A conversation with a thread at its other end."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

from autograder.errors import PeerGone
from autograder.wire import Channel, Conversation, Endpoint, FrameLimits


class Callback:
    """Stands at the peer for a function of the caller's."""

    def __init__(self, conversation: Conversation, number: int) -> None:
        self._conversation = conversation
        self.number = number

    def __call__(self, *args: Any) -> Any:
        return self._conversation.request("call", self, args)


class Caller(Endpoint):
    """Passes functions by reference and runs them when it is called back."""

    def __init__(self) -> None:
        self.functions: list[Callable[..., Any]] = []
        self.printed: list[str] = []
        self.lost = False

    def perform(self, op: str, operands: list[Any]) -> object:
        function, args = operands
        return function(*args)

    def export(self, value: object) -> Any:
        if not callable(value):
            raise TypeError(f"{type(value).__name__} may not cross")
        self.functions.append(value)
        return ["h", len(self.functions) - 1, "f"]

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        return self.functions[identity]

    def show_printed(self, text: str, stderr: str) -> None:
        self.printed.append(text + stderr)

    def note_lost(self) -> None:
        self.lost = True


class Peer(Endpoint):
    """Performs every request with one function."""

    catches = BaseException

    def __init__(self, function: Callable[..., object]) -> None:
        self.function = function
        self.received: list[Any] = []
        self.to_print = ""
        self.conversation: Conversation

    def perform(self, op: str, operands: list[Any]) -> object:
        self.received = list(operands)
        return self.function(*operands)

    def export(self, value: object) -> Any:
        if isinstance(value, Callback):
            return ["b", value.number]
        raise TypeError(f"{type(value).__name__} may not cross")

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        return Callback(self.conversation, identity)

    def take_printed(self) -> tuple[str, str]:
        text, self.to_print = self.to_print, ""
        return text, ""


class Talk:
    """Both ends of a conversation: `request` here, look at what the `peer` got."""

    def __init__(self, connection: socket.socket, peer: Peer, limits: FrameLimits) -> None:
        self.end = Caller()
        self.peer = peer
        self.conversation = Conversation(Channel.over(connection, limits), self.end)

    def request(self, *operands: object) -> Any:
        return self.conversation.request("do", *operands)


@contextlib.contextmanager
def talking(function: Callable[..., object], limits: FrameLimits | None = None) -> Iterator[Talk]:
    """A talk whose peer performs ``function``; it must end because we hang up, not by an error."""
    ours, theirs = socket.socketpair()
    peer, ended = Peer(function), []

    def serve() -> None:
        peer.conversation = Conversation(Channel.over(theirs, limits or FrameLimits()), peer)
        try:
            peer.conversation.serve()
        except BaseException as error:
            ended.append(error)
        finally:
            theirs.close()  # or whoever made the request would wait for ever

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield Talk(ours, peer, limits or FrameLimits())
    finally:
        ours.close()
        thread.join()
        for error in ended:
            if not isinstance(error, PeerGone):
                raise error
