"""Users of its own for each grading run, where it runs as root.

A limit on threads counts all that a user runs, on the whole machine. Candidates of two runs that
shared a user could starve each other.
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.errors import IsolationUnavailable
from autograder.sandbox import DEFAULT_UID

_CANDIDATES, _EXAMINERS = 64, 36
_BLOCK = _CANDIDATES + _EXAMINERS
#: Of the range that Debian and systemd keep free of people: a block for each run at a time.
_BLOCKS = (*range(DEFAULT_UID, DEFAULT_UID + 1000, _BLOCK), *range(61200, DEFAULT_UID, _BLOCK))


@dataclass(frozen=True)
class Users:
    """A run's block of user ids."""

    first: int = DEFAULT_UID

    def candidate(self, slot: int) -> int:
        """The user of a slot's candidates."""
        return self.first + slot % _CANDIDATES

    def examiner(self, number: int) -> int:
        """The user of one notebook's examiners."""
        return self.first + _CANDIDATES + number % _EXAMINERS


@contextlib.contextmanager
def users_of_this_run(*, isolate: bool) -> Iterator[Users]:
    """A block that no other run has, for as long as the context lasts; not needed but by root.

    Raises:
        IsolationUnavailable: every block is taken.
    """
    if not isolate or os.geteuid() != 0:
        yield Users()
        return
    with socket.socket(socket.AF_UNIX) as claim:
        first = next((first for first in _BLOCKS if _claimed(claim, first)), None)
        if first is None:
            raise IsolationUnavailable(
                f"{len(_BLOCKS)} gradings run on this machine as root, and there are users for no "
                "more. Wait until one has ended, or run this one as an ordinary user."
            )
        yield Users(first)


def _claimed(claim: socket.socket, first: int) -> bool:
    """Whether nobody else has this name in the kernel's memory; it ends with this process."""
    try:
        claim.bind(f"\0autograder-users-{first}")
    except OSError:
        return False
    return True
