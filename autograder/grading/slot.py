"""Where one submission at a time is graded, and the student's process in it."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path

from autograder.grading.folder import expect_room, write_files
from autograder.sandbox import remove
from autograder.settings import Settings
from autograder.warm.forkserver import ForkServer


class Slot:
    """Room for one submission: a warm candidate parent and a folder of its own.

    ``owner`` is the user to whom a candidate's files are given, None if they are ours.
    """

    def __init__(
        self, settings: Settings, parent: ForkServer, folder: Path, owner: int | None
    ) -> None:
        self.settings = settings
        self._parent = parent
        self._folder = folder
        self._owner = owner

    def candidate(self, wire: socket.socket, files: Mapping[str, bytes]) -> Candidate:
        """Fork a candidate that talks over ``wire`` and finds ``files`` in its folder.

        Raises:
            StorageError: there is no room for what a candidate may write.
            GraderFault: the warm parent has ended.
        """
        self.expect_room()
        for left in self._folder.iterdir():  # by a candidate whose warm parent was killed
            remove(left)
        scratch = Path(tempfile.mkdtemp(prefix="submission-", dir=self._folder))
        write_files(files, scratch)
        if self._owner is not None:
            for path in scratch.rglob("*"):
                os.chown(path, self._owner, self._owner)
        pid = self._parent.fork(os.fsencode(scratch), [wire.fileno()])
        return Candidate(self._parent, pid, scratch)

    def expect_room(self) -> None:
        """Make sure that a student's code can write what it may write.

        Raises:
            StorageError: it could not, and would fail through no fault of its own.
        """
        expect_room(self._folder, self.settings.scratch_bytes, self.settings.scratch_files)


class Candidate:
    """One forked candidate and its scratch folder."""

    def __init__(self, parent: ForkServer, pid: int, scratch: Path) -> None:
        self._parent = parent
        self._pid = pid
        self.scratch = scratch
        self.status: int | None = None

    def end(self) -> int:
        """Kill it if it still runs, and remove what it wrote; its wait status."""
        if self.status is None:
            try:
                self.status = self._parent.end(self._pid)
            finally:
                remove(self.scratch)
        return self.status
