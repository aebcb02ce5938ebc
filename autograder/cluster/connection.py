"""A client of a Dask cluster, whose workers fit: elsewhere, or on this machine for a grading."""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import dask
from distributed import Client, LocalCluster, Scheduler, Security, WorkerPlugin

from autograder.cluster.plugin import why_unfit
from autograder.errors import ClusterError
from autograder.workers.processors import usable_processors

_LOCAL = "local:"
#: What Dask's configuration says of an encrypted address, below ``distributed.comm.tls``.
_TLS = ("ca-file", "client.cert", "client.key")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: Seconds to wait for a scheduler, and for its first worker.
_SECONDS = 30.0
_TRIES = 3
#: How the names of plugins begin; then come the client and what it is.
_OURS = "autograder/"
#: Of each cluster. Dask keeps the last messages for its developers, and with them the submissions
#: that they carry; these may be as large as a course allows, of which Dask would warn.
_ALWAYS = {
    "distributed.admin.low-level-log-length": 8,
    "distributed.admin.large-graph-warning-threshold": "1TiB",
}
#: Of a cluster of this machine: nobody reads profiles; without a worker for so long, it will not
#: get one again; and its pages, which are not encrypted, would tell others here what it does.
_CONFIG = {
    "distributed.worker.profile.enabled": False,
    "distributed.scheduler.no-workers-timeout": "300s",
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


def is_open_to_others(where: str) -> bool:
    """Whether a cluster's address can be reached by other machines, and nothing is encrypted.

    >>> is_open_to_others("tcp://10.0.0.1:8786"), is_open_to_others("tls://10.0.0.1:8786")
    (True, False)
    """
    if where.startswith((_LOCAL, "tls://")):
        return False
    return urlsplit(where if "://" in where else f"tcp://{where}").hostname not in _LOOPBACK


@contextlib.contextmanager
def connected(where: str) -> Iterator[Client]:
    """A client of the cluster at an address; for ``local:N`` of one that ends with the context.

    Raises
    ------
    ClusterError
        There is none, or it has no worker.
    """
    with _quiet(), dask.config.set(_ALWAYS), contextlib.ExitStack() as stack:
        if where.startswith(_LOCAL):
            client = stack.enter_context(_local(_count(where)))
        else:
            client = stack.enter_context(_remote(where))
        try:
            client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError as error:
            raise ClusterError(
                f"The cluster at {where} has no worker. Start some, with: dask worker {where} "
                "(where workers are started as they are needed, have at least one at any time)"
            ) from error
        yield client


def expect_fit(client: Client, order: bytes) -> None:
    """Make sure that every worker can grade what a `PoolOrder` says.

    Raises
    ------
    ClusterError
        One cannot: which, and why.
    """
    reasons = client.run(why_unfit, order, on_error="return")
    found = [
        f"- {worker}: {_could_not_say(reason) if isinstance(reason, Exception) else reason}"
        for worker, reason in reasons.items()
        if reason
    ]
    if found:
        lines = "\n".join(found)
        raise ClusterError(
            f"{len(found)} of {len(reasons)} workers cannot grade this course:\n{lines}\n"
            "Grades would depend on which worker makes them. Install there what is installed here, "
            "or start the workers from one environment; then run the same command again."
        )


def plugin_name(client: Client, what: str) -> str:
    """The name of a plugin that belongs to a client's grading."""
    return f"{_OURS}{client.id}/{what}"


def abandoned(dask_scheduler: Scheduler) -> list[str]:
    """The plugins that killed gradings have left, whose clients are gone."""
    return [
        name
        for name in dask_scheduler.worker_plugins
        if name.startswith(_OURS) and name.split("/")[1] not in dask_scheduler.clients
    ]


def end_abandoned(client: Client) -> None:
    """Have the workers end what killed gradings have left there."""
    # Where the scheduler has no autograder, it stays until the workers are started again.
    with contextlib.suppress(ImportError):
        for name in client.run_on_scheduler(abandoned):
            client.unregister_worker_plugin(name)


async def register(client: Client, plugin: WorkerPlugin, name: str) -> str:
    """Give a plugin to each worker, also to those that will join; its name.

    Raises
    ------
    ClusterError
        The scheduler cannot be reached.
    """
    for _ in range(_TRIES):
        # A worker that is lost meanwhile ends the broadcast, but not what the others have got.
        with contextlib.suppress(OSError):
            await client.register_plugin(plugin, name=name)
            return name
    raise ClusterError("The scheduler of the cluster does not answer any more.")


@contextlib.contextmanager
def _remote(where: str) -> Iterator[Client]:
    try:
        security = Security()  # what Dask's own configuration says of TLS
        _expect_keys(where, security)
        client = Client(where, timeout=_SECONDS, security=security, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(
            f"No Dask scheduler can be used at {where}: {error}. Expected an address such as "
            "tls://10.0.0.1:8786, or local:N for N workers on this machine."
        ) from error
    with client:
        yield client


@contextlib.contextmanager
def _local(workers: int) -> Iterator[Client]:
    """A cluster on this machine that nobody else can use: its keys are in its memory alone."""
    with (
        dask.config.set(_CONFIG),
        LocalCluster(
            n_workers=min(workers, len(usable_processors())),
            threads_per_worker=1,
            host="127.0.0.1",
            security=Security.temporary(),
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
            memory_limit=0,
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


def _expect_keys(where: str, security: Security) -> None:
    """Make sure that there is what an encrypted address needs; Dask's own errors name no file."""
    if not where.startswith("tls://"):
        return
    named = {key: dask.config.get(f"distributed.comm.tls.{key}") for key in _TLS}
    for key, path in named.items():
        if path and "\n" not in path and not os.access(path, os.R_OK):  # else it is the key itself
            raise ClusterError(
                f"{where} is encrypted, and {path}, which Dask's configuration names here "
                f"(distributed.comm.tls.{key}), cannot be read: is it there, and yours to read?"
            )
    try:
        has_keys = security.get_connection_args("client")["ssl_context"]
    except OSError as error:
        raise ClusterError(
            f"{where} is encrypted, and the certificates that Dask's configuration names here "
            f"cannot be used ({', '.join(filter(None, named.values()))}): {error}"
        ) from error
    if not has_keys:
        raise ClusterError(
            f"{where} is encrypted, and Dask's configuration names no certificates here: "
            "distributed.comm.tls.ca-file, and client.cert and client.key below it "
            "(docs/cluster.md)."
        )


def _count(where: str) -> int:
    found = re.fullmatch(r"local:([1-9][0-9]?)", where)
    if found is None:
        raise ClusterError(f"--cluster {where}: expected local:N, with N workers from 1 to 99.")
    return int(found[1])


def _could_not_say(error: Exception) -> str:
    if isinstance(error, ImportError):
        return f"the autograder is not installed there, or another one is ({error})"
    return f"it cannot be asked: {error!r}"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own log off the terminal: what matters is said in one sentence."""
    # Dask gives some of these a level of their own.
    names = [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]
    levels = {logger: logger.level for logger in map(logging.getLogger, names)}
    for logger in levels:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)
