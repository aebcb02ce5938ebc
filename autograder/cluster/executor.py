"""An executor whose tasks are graded by the workers of a Dask cluster."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

from distributed import Client, KilledWorker, WorkerPlugin
from distributed.client import FutureCancelledError
from distributed.scheduler import NoWorkerError

from autograder.cluster.connection import (
    connected,
    end_abandoned,
    expect_fit,
    plugin_name,
    register,
)
from autograder.cluster.plugin import ExpectedPlugin, NotebookPlugin, PoolPlugin, grade
from autograder.cluster.records import (
    NotebookRecord,
    PoolOrder,
    Reply,
    SubmissionRecord,
    decode,
    encode,
    encode_submission,
)
from autograder.cluster.versions import versions_here
from autograder.course.directory import Course
from autograder.errors import ClusterError, GraderFault
from autograder.grading.executor import ENDS_THE_RUN
from autograder.grading.task import Task
from autograder.results import NotebookResult

T = TypeVar("T")

log = logging.getLogger(__name__)

_BY_NAME = {error.__name__: error for error in ENDS_THE_RUN}
#: Seconds between two looks at how many workers there are.
_LOOK = 1.0
_GO_ON = (
    "What was graded is recorded: once the cluster is up again, the same command goes on with the "
    "others."
)


class ClusterExecutor:
    """Hands tasks to Dask, as many as it is given: the batch holds the others back.

    Dask grades elsewhere what a lost worker had. It gives up on what was with several lost workers.
    One of these has to be the reason: each is graded once more while nothing else is.

    Parameters
    ----------
    client
        Of the cluster.
    pool
        The name of the plugin that holds the worker pools.
    isolate
        Whether these run student code in the sandbox.
    """

    def __init__(self, client: Client, pool: str, *, isolate: bool) -> None:
        self.isolate = isolate
        self.jobs = sum(client.nthreads().values())
        self._client: Any = client  # what its calls give depends on the thread
        self._pool = pool
        self._numbers = itertools.count()
        self._shared: dict[int, tuple[object, Future[str]]] = {}
        self._turns = _Turns()
        self._counting = self._start(self._keep_counting())

    def submit(self, task: Task) -> Future[NotebookResult]:
        notebook = self._share(
            task.source, lambda: NotebookPlugin(encode(NotebookRecord.of(task.source, task.plan)))
        )
        expected = None
        if task.expected is not None:
            expected = self._share(task.expected, lambda: ExpectedPlugin(encode(task.expected)))
        return self._start(self._grade(task, notebook, expected))

    def close(self) -> None:
        """Have the workers end what they hold for this grading."""
        self._counting.cancel()
        if self._client.status != "running":  # the cluster is gone, and with it what it held
            return
        shared = [f.result() for _, f in self._shared.values() if f.done() and not f.exception()]
        for name in (*shared, self._pool):
            with contextlib.suppress(OSError, RuntimeError, ValueError):  # it is just going
                self._client.unregister_worker_plugin(name)

    def _start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._client.loop.asyncio_loop)

    def _share(self, thing: object, plugin: Callable[[], WorkerPlugin]) -> Future[str]:
        """Send to each worker what submissions share, unless that was done; the plugin's name."""
        if id(thing) not in self._shared:
            name = plugin_name(self._client, str(next(self._numbers)))
            sent = self._start(register(self._client, plugin(), name))
            self._shared[id(thing)] = thing, sent  # kept, so that no other object gets this id
        return self._shared[id(thing)][1]

    async def _grade(
        self, task: Task, notebook: Future[str], expected: Future[str] | None
    ) -> NotebookResult:
        try:
            compared = "" if expected is None else await _arrived(expected)
            submission = encode_submission(SubmissionRecord.of(task))
            work = (self._pool, await _arrived(notebook), compared, submission)
            try:
                async with self._turns.together():
                    return await self._reply(task, *work)
            except KilledWorker as error:
                log.warning("%s: %s; it is graded once more, alone", task, error)
            async with self._turns.alone():
                return await self._reply(task, *work)
        except KilledWorker as error:
            log.exception("%s: no worker survives it", task)
            return task.faulted(GraderFault(f"each worker that was to grade it was lost: {error}"))
        except (FutureCancelledError, OSError) as error:
            raise ClusterError(
                f"The scheduler of the cluster cannot be reached. {_GO_ON}"
            ) from error
        except NoWorkerError as error:
            raise ClusterError(f"The cluster has lost all its workers. {_GO_ON}") from error

    async def _reply(self, task: Task, *work: object) -> NotebookResult:
        log.info("%s: handed to the cluster", task)
        # Names are for no dashboard.
        key = f"grade-{secrets.token_hex(16)}"
        future = self._client.submit(grade, *work, key=key, pure=False)
        try:
            reply = decode(await future.result(), Reply)
        finally:
            future.release()  # whatever holds its result forgets it
        if reply.result is None:
            raise _BY_NAME.get(reply.error, ClusterError)(reply.message)
        return reply.result

    async def _keep_counting(self) -> None:
        """Workers come and go, and with them the number of submissions that are read ahead."""
        while True:
            await asyncio.sleep(_LOOK)
            with contextlib.suppress(OSError):
                threads = await self._client.scheduler.ncores(workers=None)
                self.jobs = sum(threads.values()) or self.jobs


@contextlib.contextmanager
def open_cluster(course: Course, where: str, *, isolate: bool = True) -> Iterator[ClusterExecutor]:
    """Have a cluster's workers grade a course; their processes end with the context.

    Parameters
    ----------
    course
        Which.
    where
        The address of a Dask scheduler, or ``local:N`` for one on this machine with N workers.
    isolate
        False runs student code with all rights of whoever started the workers.

    Raises
    ------
    ClusterError
        There is no such cluster, or its workers do not run what runs here.
    IsolationUnavailable
        A worker's machine cannot isolate student code.
    """
    with connected(where) as client:
        order = encode(
            PoolOrder(
                course.settings,
                isolate,
                tuple(map(str, course.private_paths())),
                versions_here(),
                is_local=where.startswith("local:"),
            )
        )
        expect_fit(client, order)
        end_abandoned(client)
        pool = plugin_name(client, "pool")
        client.sync(register, client, PoolPlugin(order), pool)
        executor = ClusterExecutor(client, pool, isolate=isolate)
        try:
            yield executor
        finally:
            executor.close()


async def _arrived(shared: Future[str]) -> str:
    """Wait for it; that a submission is cancelled cancels nothing that others wait for."""
    return await asyncio.shield(asyncio.wrap_future(shared))


class _Turns:
    """Many may be graded at a time, or one alone."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._grading = 0
        self._one_alone = False

    @contextlib.asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """Once nobody wants to be alone."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._one_alone)
            self._grading += 1
        try:
            yield
        finally:
            async with self._changed:
                self._grading -= 1
                self._changed.notify_all()

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Once all others have ended, while nobody else begins."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._one_alone)
            self._one_alone = True
            await self._changed.wait_for(lambda: not self._grading)
        try:
            yield
        finally:
            async with self._changed:
                self._one_alone = False
                self._changed.notify_all()
