"""A Dask cluster of separate processes, any of which a test may kill."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

PATIENCE = 60.0  # seconds
#: What takes Dask minutes by default takes seconds here. One lost worker is enough to suspect what
#: it had.
SETTINGS = {
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0",
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "30s",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "15s",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "20s",
    "OPENBLAS_NUM_THREADS": "1",
}


class DaskProcesses:
    """A scheduler and its workers; a context manager.

    Parameters
    ----------
    host
        Where the scheduler listens.
    """

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._host = host
        self._started: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="dask-")
        self._log = (Path(self._folder.name) / "log").open("wb")
        self._file = Path(self._folder.name) / "scheduler.json"
        self.scheduler = self._start(
            ["scheduler", "--host", self._host, "--port", "0", "--no-dashboard"]
        )
        deadline = time.monotonic() + PATIENCE
        self.address = ""
        while not self.address:
            assert time.monotonic() < deadline, "the scheduler has not started"
            time.sleep(0.05)
            with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):  # half written
                self.address = json.loads(self._file.read_text())["address"]
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._started:
            each.kill()
        for each in self._started:
            each.wait()
        self._log.close()
        self._folder.cleanup()

    @property
    def log(self) -> str:
        """What all of them have said."""
        return Path(self._log.name).read_text()

    def add_worker(
        self,
        *,
        threads: int = 1,
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start one more worker, which grades as many submissions at a time as it has threads."""
        options = ["worker", "--nthreads", str(threads), "--no-nanny", "--no-dashboard"]
        folder = ["--local-directory", self._folder.name]
        worker = self._start([*options, *folder], prefix, environment or {})
        self.workers.append(worker)
        return worker

    def _start(
        self,
        arguments: Sequence[str],
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        dask = str(Path(sys.executable).with_name("dask"))
        command = [*prefix, dask, *arguments, "--scheduler-file", str(self._file)]
        process = subprocess.Popen(
            command,
            env={**os.environ, **SETTINGS, **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=self._log,
        )
        self._started.append(process)
        return process
