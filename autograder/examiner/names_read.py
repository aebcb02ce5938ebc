"""What student names gave, which is the same until the student's code can run again."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.examiner.places import Places
from autograder.examiner.proxy import CallableProxy, Proxy

#: Seconds for which a name is not read again while none of the student's code is asked to run.
_STILL = 0.05


class NamesRead:
    """Values of student names that need not be read again."""

    def __init__(self) -> None:
        # Functions, until the candidate says that the name is bound to something else. It could
        # lie about that, but no more than it could in reply to "read".
        self._functions: dict[object, CallableProxy] = {}
        # What other names gave, and when, until the student's code can run again.
        self._others: dict[object, tuple[Any, float]] = {}

    def read(self, name: object, ask: Callable[..., Any], places: Places) -> Any:
        """What a name gives, which ``ask`` asks for if need be.

        Only a thread of the student's changes it meanwhile, for which a test may wait.
        """
        if name in self._functions:
            places.note(str(name), self._functions[name])
            return self._functions[name]
        before, when = self._others.get(name, (None, -math.inf))
        if time.monotonic() - when < _STILL:
            places.note(str(name), before)
            return before
        result = ask("read", name)
        if isinstance(result, CallableProxy) and not result.__proxy_stand_in__:
            self._functions[name] = result
        else:
            if name in self._others and not _is_still(before, result):
                places.note_changing(str(name))
            self._others[name] = result, time.monotonic()
        return result

    def forget(self, name: object) -> None:
        """A name is bound anew."""
        self._functions.pop(name, None)
        self._others.pop(name, None)

    def expire(self) -> None:
        """The student's code can run."""
        self._others.clear()


def _is_still(before: Any, now: Any) -> bool:
    """Whether a name still gives what it gave. What can be changed is the same object, or another.

    >>> _is_still((1, 2.0), (1, 2.0)), _is_still(1, True), _is_still([1], [1])
    (True, False, False)
    """
    if isinstance(before, tuple) and isinstance(now, tuple):
        return len(before) == len(now) and all(map(_is_still, before, now))
    if before is now or isinstance(before, (Proxy, list, dict, set, np.ndarray)):
        return before is now
    if type(before) is not type(now):
        return False
    try:
        return bool(before == now) or bool(before != before and now != now)
    except ValueError:  # an index of pandas
        return False
