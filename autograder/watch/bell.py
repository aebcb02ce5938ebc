"""Rings when something changes in a folder."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

from watchfiles import watch
from watchfiles._rust_notify import WatchfilesRustInternalError

log = logging.getLogger(__name__)

#: Seconds until listening is begun anew.
PAUSE = 0.1


class Bell:
    """Rings when something changes in one of some folders; a context manager.

    Each folder is watched for itself, and none within it: a link in one would lead elsewhere. What
    a file system does not tell of, as over a network, has to be looked for now and then.

    Parameters
    ----------
    ring
        Called from another thread.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._folders: frozenset[Path] = frozenset()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def listen(self, folders: frozenset[Path]) -> None:
        """Ring for these folders from now on."""
        if folders == self._folders and self._thread is not None and self._thread.is_alive():
            return
        self._end()
        self._folders, self._stop = folders, threading.Event()
        arguments = (folders, self._stop)
        self._thread = threading.Thread(target=self._listen, args=arguments, daemon=True)
        self._thread.start()

    def _end(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _listen(self, folders: frozenset[Path], stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                for _ in watch(
                    *folders, watch_filter=None, recursive=False, step=10, debounce=50,
                    stop_event=stop, raise_interrupt=False,
                ):  # fmt: skip
                    self._ring()
            except OSError as error:  # a folder is gone, or the kernel watches no more of them
                log.warning("folders are looked at now and then, since watching fails: %s", error)
                return
            except WatchfilesRustInternalError as error:  # such as for a name that is not UTF-8
                log.debug("listening anew: %s", error)
                self._ring()
                stop.wait(PAUSE)
