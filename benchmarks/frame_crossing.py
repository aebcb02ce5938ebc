"""What it costs that a frame of a million rows crosses, and that it comes back changed.

Times are CPU time of both sides, the least of five, next to what `pickle` takes to dump and load
the same frame. Memory is what a process needs beyond what it held, the frame included.

    .venv/bin/python benchmarks/frame_crossing.py
"""

from __future__ import annotations

import contextlib
import os
import pickle
import re
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from autograder.errors import PeerGone
from autograder.wire import Channel, Conversation, Endpoint, FrameLimits
from autograder.wire.decode import Decoder
from autograder.wire.encode import Encoder
from autograder.wire.memo import Memo

ROWS, TIMES = 1_000_000, 5


class Keeper(Endpoint):
    """Keeps the frame, changes it, and tells the memory of its process."""

    catches = BaseException

    def perform(self, op: str, operands: list[Any]) -> object:
        match op, operands:
            case "take", [pd.DataFrame()]:
                return None
            case "change", [pd.DataFrame() as frame]:
                frame.iloc[0, 0] += 1
            case "begin", []:
                return begin()
            case "most", []:
                return most()
        return None

    def export(self, value: object) -> Any:
        raise TypeError(type(value).__name__)

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        raise LookupError(tag)


def frames() -> dict[str, pd.DataFrame]:
    """Five columns of numbers, and five of several kinds."""
    rng = np.random.default_rng(1)
    numbers = pd.DataFrame(rng.normal(size=(ROWS, 5)), columns=list("abcde"))
    kinds = pd.DataFrame(
        {
            "number": rng.normal(size=ROWS),
            "count": rng.integers(0, 100, ROWS),
            "day": pd.date_range("2024-01-01", periods=ROWS, freq="s"),
            "city": pd.Categorical.from_codes(rng.integers(0, 3, ROWS), ["Bonn", "Kiel", "Ulm"]),
            "is_new": rng.random(ROWS) < 0.5,
        }
    )
    return {"five columns of floats": numbers, "five kinds of columns": kinds}


def begin() -> int:
    """Bytes that this process holds; from now on their most is measured."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def most() -> int:
    """The most bytes that this process has held since it began to measure."""
    return _status("VmHWM")


def _status(name: str) -> int:
    found = re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) << 10


def cpu_seconds(action: Callable[[], object]) -> float:
    """The least CPU time of this process, all its threads, for one of some calls."""
    best = float("inf")
    for _ in range(TIMES):
        start = time.process_time()
        action()
        best = min(best, time.process_time() - start)
    return best


def start_keeper(*, forks: bool) -> Conversation:
    """A conversation with a process, or a thread, that keeps what it is given."""
    ours, theirs = socket.socketpair()
    if not forks:
        threading.Thread(target=_keep, args=(theirs,), daemon=True).start()
    elif os.fork() == 0:
        ours.close()
        _keep(theirs)
        os._exit(0)
    else:
        theirs.close()
    return Conversation(Channel.over(ours), Keeper())


def _keep(connection: socket.socket) -> None:
    with contextlib.suppress(PeerGone):
        Conversation(Channel.over(connection), Keeper()).serve()


def memory(frame: pd.DataFrame, op: str) -> list[float]:
    """Memory that a frame needs while it crosses, here and there, in sizes of the frame."""
    conversation = start_keeper(forks=True)
    conversation.request("take", frame.head())
    before = [begin(), conversation.request("begin")]
    conversation.request(op, frame)
    needed = [most(), conversation.request("most")]
    return [(most - least) / _size(frame) for most, least in zip(needed, before, strict=True)]


def times(frame: pd.DataFrame) -> dict[str, float]:
    """CPU seconds by what was done."""
    conversation = start_keeper(forks=False)

    def cross() -> None:
        conversation.request("take", frame)
        conversation.end_association()

    taken = {
        "pickle": cpu_seconds(lambda: pickle.loads(pickle.dumps(frame, protocol=5))),  # noqa: S301
        "encode and decode": cpu_seconds(lambda: in_one_process(frame)),
        "cross": cpu_seconds(cross),
    }
    conversation.request("take", frame)
    return taken | {"change": cpu_seconds(lambda: conversation.request("change", frame))}


def in_one_process(frame: pd.DataFrame) -> object:
    """The frame that is made of what crosses of another."""
    limits = FrameLimits()
    encoder = Encoder(Memo(), _refuse, limits)
    node = encoder.encode(frame)
    data = bytearray().join(encoder.buffers())
    return Decoder(data, Memo(), _refuse, limits, lambda value, _: value).decode(node)


def _refuse(*_: object) -> Any:
    raise LookupError


def _size(frame: pd.DataFrame) -> int:
    return int(frame.memory_usage(index=False).sum())


def main() -> None:
    """Print the table."""
    made = frames()
    for name, frame in made.items():
        print(f"{name}, {_size(frame) / 1e6:.0f} MB:")
        for op in ("take", "change"):
            here, there = memory(frame, op)
            print(f"  memory to {op} it: {here:.1f} sizes here, {there:.1f} there")
    for name, frame in made.items():
        told = (f"{what} {1000 * seconds:.0f}" for what, seconds in times(frame).items())
        print(f"{name}, milliseconds: {', '.join(told)}")


if __name__ == "__main__":
    main()
