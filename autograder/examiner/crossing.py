"""What crossing the wire costs, measured here, where a submission cannot influence it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import Any

from autograder.errors import PeerGone
from autograder.wire import Channel, Conversation, End

REPEATS = 3


class _Echo(End):
    def perform(self, op: str, operands: list[Any]) -> object:
        # Copies, since an object that came with the question would cross back as a reference.
        return [operand.copy() if hasattr(operand, "copy") else operand for operand in operands]

    def export(self, value: object) -> Any:
        return None

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        return None


def crossing_seconds(*operands: object) -> float:
    """Seconds that ``operands`` take to cross to another process and back, the best of three.

    A test of speed subtracts this from the time of a call through a proxy: for small inputs the
    crossing alone takes longer than the work.
    """
    ours, theirs = socket.socketpair()
    with ours, theirs:
        threading.Thread(target=_serve, args=(theirs,), daemon=True).start()
        conversation = Conversation(Channel.over(ours), _Echo())
        best = float("inf")
        for _ in range(REPEATS):
            start = time.perf_counter()
            conversation.ask("echo", *operands)
            best = min(best, time.perf_counter() - start)
    return best


def _serve(connection: socket.socket) -> None:
    with contextlib.suppress(PeerGone):
        Conversation(Channel.over(connection), _Echo()).serve()
