"""An examination without a sandbox and without warm processes, for one's own machine.

The tests run in this process, the notebook in another one that talks over pipes: nothing here
needs Linux, and a crash or an endless loop is found and named as in grading.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

from autograder.course.settings import Settings
from autograder.examiner.examiner import Examiner
from autograder.grading.plan import Plan
from autograder.wire import Channel
from autograder.workers.messages import CellRequest, SetupRequest
from autograder.workers.pair import Execution, TooManyCrashes
from autograder.workers.zygote import execute_cell

if TYPE_CHECKING:
    import io


MAX_CANDIDATES = 24


class LocalPair:
    """The examiner in this process, a candidate in a child process.

    ``files`` are laid out in a temporary working folder for the candidate.
    """

    def __init__(
        self, plan: Plan, files: Mapping[str, bytes], settings: Settings, seed: int
    ) -> None:
        self._settings = settings
        self._files = files
        self._seed = seed
        self._count = 0
        self._streams = sys.stdout, sys.stderr
        self._folder = tempfile.TemporaryDirectory(
            prefix="autograder-check-", ignore_cleanup_errors=True
        )
        self._examiner = Examiner(plan.student_names, settings.output_bytes, plan.dependent_names)
        self._examiner.seed(seed)
        self._process: subprocess.Popen[bytes] | None = None
        self._attach()
        for position in plan.early_setup:
            self.execute(SetupRequest(plan.setup[position]), settings.cell_seconds)

    def execute(self, request: CellRequest, seconds: float) -> Execution:
        process, late = self._process, threading.Event()

        def stop() -> None:
            late.set()
            if process is not None:
                process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        self._examiner.use()
        try:
            report = execute_cell(self._examiner, request)
        finally:
            timer.cancel()
            sys.stdout, sys.stderr = self._streams
        if late.is_set():
            return Execution(report, timed_out=True)
        if report.gone is not None:
            return Execution(report, ended=self._end() or report.gone.reason)
        return Execution(report)

    def renew(self) -> bool:
        self._end()
        if self._count >= MAX_CANDIDATES:
            raise TooManyCrashes
        self._attach()
        return False

    def close(self) -> None:
        self._end()
        self._folder.cleanup()

    def _attach(self) -> None:
        self._count += 1
        scratch = Path(self._folder.name) / str(self._count)
        for name, content in {"": b"", **self._files}.items():
            path = scratch / name
            (path if not name else path.parent).mkdir(parents=True, exist_ok=True)
            if name:
                path.write_bytes(content)
        command = [sys.executable, "-P", "-m", "autograder.candidate.endpoint"]
        arguments = [str(self._settings.output_bytes), *self._settings.hidden_modules]
        self._process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=scratch,
            bufsize=0,
        )
        # Without a buffer these are raw files, which is more than their declared type says.
        reader = cast("io.FileIO", self._process.stdout)
        writer = cast("io.FileIO", self._process.stdin)
        self._examiner.attach(Channel(reader, writer), self._seed)

    def _end(self) -> str:
        if self._process is None:
            return ""
        self._process.kill()
        status = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None
        return f"it exited with status {status}"
