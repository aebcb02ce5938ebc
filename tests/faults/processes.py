"""The processes of a grading, as /proc shows them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 20.0  # seconds


@dataclass(frozen=True)
class Process:
    """One living process."""

    pid: int
    parent: int
    session: int

    @property
    def folder(self) -> str:
        """Its working folder; empty if it keeps that to itself."""
        try:
            return str(Path(f"/proc/{self.pid}/cwd").readlink())
        except OSError:
            return ""


def processes() -> Iterator[Process]:
    """All that live."""
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] not in "ZX":
            yield Process(int(file.parent.name), int(fields[1]), int(fields[3]))


def sessions_started_by(pid: int) -> list[int]:
    """The sessions of its children that have one of their own."""
    return [each.pid for each in processes() if each.parent == pid and each.session == each.pid]


def still_running(sessions: list[int]) -> list[Process]:
    """What lives of the sessions even after a while."""
    deadline = time.monotonic() + PATIENCE
    while left := [each for each in processes() if each.session in sessions]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.01)
    return left
