"""A worker pair without a sandbox and without a zygote, for one's own machine.

The tests run in this process, the notebook in another one that talks over pipes: nothing here
needs Linux, and a crash or an endless loop is found and named as in grading.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import msgspec

from autograder.candidate.endpoint import Start
from autograder.course.files import write_files
from autograder.course.settings import Settings
from autograder.errors import PeerGone
from autograder.examiner.examiner import Examiner
from autograder.sandbox.paths import forget_modules_in, prefer_modules_in
from autograder.wire import Channel
from autograder.workers.candidates import SEED_VARIABLE, Candidates, end
from autograder.workers.messages import MAX_CANDIDATES, CellRequest, ExaminerSetup, SetupRequest
from autograder.workers.pair import Execution, TooManyCrashes
from autograder.workers.zygote import begin, execute_cell

if TYPE_CHECKING:
    import io
    import subprocess


class LocalPair:
    """The examiner in this process, a candidate in a child process.

    Parameters
    ----------
    setup
        What the notebook's tests need.
    files
        What both sides find in their working folders, which are temporary.
    settings
        Those of the course. Limits that only a sandbox can enforce have no effect.
    seed
        Where the random inputs come from.
    candidates
        Where the child processes come from.
    """

    def __init__(
        self,
        setup: ExaminerSetup,
        files: Mapping[str, bytes],
        settings: Settings,
        seed: int,
        candidates: Candidates,
    ) -> None:
        self._settings = settings
        self._candidates = candidates
        self._files = files
        self._count = 0
        self._former_seed = os.environ.get(SEED_VARIABLE)
        self._folder = tempfile.TemporaryDirectory(
            prefix="autograder-check-", ignore_cleanup_errors=True
        )
        # The first candidate becomes ready while the setup cells run here.
        first = self._start()
        self._examiners_folder = Path(self._folder.name) / "examiner"
        write_files(files, self._examiners_folder)
        self._examiner = Examiner(
            setup.student_names,
            settings.limits.output_bytes,
            setup.dependent_names,
            setup.handed_over,
            modules=prefer_modules_in(self._examiners_folder),
        )
        self._process: subprocess.Popen[bytes] | None = None
        # In the order of grading, so that the same seed makes the same random inputs.
        for source in setup.early_setup:
            self.execute(SetupRequest(source), settings.limits.cell_seconds)
        begin(self._examiner, seed)
        self._attach(first)

    def execute(self, request: CellRequest, seconds: float) -> Execution:
        process, late = self._process, threading.Event()

        def stop() -> None:
            late.set()
            if process is not None:
                process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            with contextlib.chdir(self._examiners_folder), self._examiner.in_use():
                report = execute_cell(self._examiner, request)
        finally:
            timer.cancel()
        if late.is_set():
            return Execution(report, timed_out=True)
        if report.gone is not None:
            return Execution(report, ended=self._end() or report.gone.reason)
        return Execution(report)

    def renew(self) -> bool:
        self._end()
        if self._count >= MAX_CANDIDATES:
            raise TooManyCrashes
        self._attach(self._start())
        return False

    def close(self) -> None:
        self._end()
        forget_modules_in(self._examiners_folder)
        self._folder.cleanup()
        if self._former_seed is None:
            os.environ.pop(SEED_VARIABLE, None)
        else:
            os.environ[SEED_VARIABLE] = self._former_seed

    def _start(self) -> Started:
        """Start a candidate in a folder of its own."""
        self._count += 1
        scratch = Path(self._folder.name) / str(self._count)
        write_files(self._files, scratch)
        process = self._candidates.take()
        # Without a buffer these are raw files, which is more than their declared type says.
        reader = cast("io.FileIO", process.stdout)
        writer = cast("io.FileIO", process.stdin)
        channel = Channel(reader, writer)
        limit, hidden = self._settings.limits.output_bytes, self._settings.hidden_modules
        with contextlib.suppress(PeerGone):  # which the first request will tell
            channel.send(msgspec.msgpack.encode(Start(str(scratch), limit, hidden)))
        return Started(process, channel)

    def _attach(self, candidate: Started) -> None:
        self._process = candidate.process
        self._examiner.attach(candidate.channel)

    def _end(self) -> str:
        """Kill the candidate, if there is one; how it ended."""
        if self._process is None:
            return ""
        status = end(self._process)
        self._process = None
        return f"it exited with status {status}"


class Started(NamedTuple):
    """A candidate that was told what to be."""

    process: subprocess.Popen[bytes]
    channel: Channel
