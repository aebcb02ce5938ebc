"""What runs on a Dask worker: one worker pool for a grading, and the function that grades in it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Reschedule, Worker, WorkerPlugin, get_worker

from autograder.cluster.records import (
    NotebookRecord,
    PoolOrder,
    Reply,
    decode,
    decode_submission,
    encode,
)
from autograder.cluster.versions import Versions, differences, versions_here
from autograder.errors import ClusterError, IsolationUnavailable
from autograder.grading.executor import ENDS_THE_RUN, LocalExecutor
from autograder.results import Expected
from autograder.sandbox import require
from autograder.workers.pool import WorkerPool

log = logging.getLogger(__name__)


class PoolPlugin(WorkerPlugin):
    """Holds a grading's worker pool in a Dask worker, with a slot for each of its threads.

    A worker that does not fit leaves the cluster: Dask hands the plugin to whoever joins while a
    class is graded, and could be told in no other way that it must not be given submissions.

    Parameters
    ----------
    order
        A `PoolOrder`, encoded.
    """

    def __init__(self, order: bytes) -> None:
        self._order = order
        self.executor: LocalExecutor | None = None
        self._undo = contextlib.ExitStack()

    def __reduce__(self) -> tuple[type[PoolPlugin], tuple[bytes]]:
        return PoolPlugin, (self._order,)

    async def setup(self, worker: Worker) -> None:
        order = decode(self._order, PoolOrder)
        if order.is_local and threading.current_thread() is threading.main_thread():
            # Ctrl-C is for the coordinator, which ends its workers.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            if problem := await why_unfit(self._order):
                raise ClusterError(problem)
            # The zygote ends with the thread that starts it, so that has to be this one.
            workers = WorkerPool(
                order.settings,
                worker.state.nthreads,
                isolate=order.isolate,
                withheld=map(Path, order.withheld),
            )
            self.executor = LocalExecutor(self._undo.enter_context(workers))
        except Exception as error:
            log.exception("This worker leaves the cluster, since it cannot grade")
            reason = f"autograder: {error}"
            worker.loop.add_callback(partial(worker.close, nanny=True, reason=reason))

    def teardown(self, worker: Worker) -> None:
        """End the worker processes; nobody wants what they are about any more."""
        if self.executor is not None:
            self.executor.abandon()
        self._undo.close()


class NotebookPlugin(WorkerPlugin):
    """Holds a source notebook and its plan in a Dask worker; ``record`` is its `NotebookRecord`."""

    def __init__(self, record: bytes) -> None:
        self._record = record

    def setup(self, worker: Worker) -> None:
        notebook = decode(self._record, NotebookRecord)
        self.source, self.plan = notebook.source(), notebook.plan


class ExpectedPlugin(WorkerPlugin):
    """Holds what a solution's run has shown, by ``grade_id``; ``record`` is that, encoded."""

    def __init__(self, record: bytes) -> None:
        self._record = record

    def setup(self, worker: Worker) -> None:
        self.expected = decode(self._record, dict[str, Expected])


async def why_unfit(order: bytes) -> str:
    """Why this machine cannot grade what a `PoolOrder` says; empty if it can."""
    # It takes a second, in which Dask may need the thread of this worker.
    return await asyncio.to_thread(_why_unfit, decode(order, PoolOrder))


def _why_unfit(wanted: PoolOrder) -> str:
    try:
        ours, here = decode(wanted.versions, Versions), decode(versions_here(), Versions)
        if found := differences(ours, here):
            return f"it does not run what the coordinator runs: {found}"
        if wanted.isolate:
            require(wanted.settings.limits)
    except (ClusterError, IsolationUnavailable) as error:
        return str(error)
    return ""


def grade(pool: str, notebook: str, expected: str, submission: bytes) -> bytes:
    """Grade a submission; a `Reply`, encoded.

    Parameters
    ----------
    pool, notebook, expected
        The names of plugins. Without ``expected`` there is nothing to compare with.
    submission
        A `SubmissionRecord`, encoded.
    """
    worker = get_worker()
    plugins: Mapping[str, Any] = worker.plugins
    try:
        executor = plugins[pool].executor
        source, plan = plugins[notebook].source, plugins[notebook].plan
        compared = plugins[expected].expected if expected else None
    except (KeyError, AttributeError):  # it is about to leave the cluster, or has just joined
        raise Reschedule from None
    if executor is None:
        raise Reschedule
    task = decode_submission(submission).task(source, plan, compared)
    try:
        return encode(Reply(executor.submit(task).result()))
    except ENDS_THE_RUN as error:
        return encode(Reply(error=type(error).__name__, message=f"On {worker.address}: {error}"))
