"""What crossing the wire costs, measured where no submission can influence it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any

from autograder.errors import PeerGone
from autograder.wire import Channel, Conversation, Endpoint

_REPEATS = 3


def crossing_seconds(*operands: object) -> float:
    """Seconds that ``operands`` take to cross to another thread and back, the best of three.

    A test of speed subtracts this from the time of a call through a proxy: for small inputs the
    crossing alone takes longer than the work.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        threading.Thread(target=_echo, args=(theirs,), daemon=True).start()
        conversation = Conversation(Channel.over(ours), _EchoEndpoint())
        best = float("inf")
        for _ in range(_REPEATS):
            start = time.perf_counter()
            conversation.request("echo", *operands)
            best = min(best, time.perf_counter() - start)
    return best


def _echo(connection: socket.socket) -> None:
    with contextlib.suppress(PeerGone):
        Conversation(Channel.over(connection), _EchoEndpoint()).serve()


class _EchoEndpoint(Endpoint):
    def perform(self, op: str, operands: list[Any]) -> object:
        # Copies, since an object that came with the request would cross back as a reference.
        return [operand.copy() if hasattr(operand, "copy") else operand for operand in operands]

    def export(self, value: object) -> Any:
        return None

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        return None
