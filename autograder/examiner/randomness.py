"""When the candidate has to adopt the examiner's random state.

Only in this direction: a candidate that could set the examiner's generators could make every
"random" test input zero. The state crosses when it has changed since it last crossed, and also
when the test seeded a generator to the very state that it had before.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.wire import random_state

_SEEDING = (
    (random, "seed"),
    (random, "setstate"),
    (np.random, "seed"),
    (np.random, "set_state"),
)


class Randomness:
    """Watches the global generators of this process; `watch` it once, in the examiner only."""

    def __init__(self) -> None:
        self._sent: object = None
        self._seeded = False

    def watch(self) -> None:
        """Notice from now on when code seeds a global generator."""
        for module, name in _SEEDING:
            setattr(module, name, self._noticing(getattr(module, name)))

    def to_send(self) -> bytes | None:
        """The state that the candidate should adopt before it goes on, or None."""
        fingerprint = random_state.fingerprint()
        if fingerprint == self._sent and not self._seeded:
            return None
        self._sent, self._seeded = fingerprint, False
        return random_state.capture()

    def forget(self) -> None:
        """A fresh candidate has not adopted anything yet."""
        self._sent = None

    def _noticing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def seed(*args: Any, **kwargs: Any) -> Any:
            self._seeded = True
            return function(*args, **kwargs)

        seed.__doc__ = function.__doc__
        return seed
