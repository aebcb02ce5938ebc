"""The random generators of the examiner, which a test seeds for the student's code as well.

`Randomness` says when the candidate has to adopt their state.
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
    # Whoever keeps a state will bring it back, and compares what was drawn in between.
    (random, "getstate"),
    (np.random, "get_state"),
)


class Randomness:
    """Watches the global generators of this process; `watch` once, and in the examiner only.

    State crosses in one direction only: a candidate that could set the examiner's generators could
    make every "random" test input zero. None crosses before the instructor's code has seeded one of
    the generators: whoever has the state knows all that tests will draw from them. From then on it
    crosses when it has changed since it last crossed, and also when the test seeded a generator to
    the very state that it had before.
    """

    def __init__(self) -> None:
        self._sent: object = None
        self._seeded = self._shared = False

    def watch(self) -> None:
        """Notice from now on when code seeds a global generator."""
        for module, name in _SEEDING:
            setattr(module, name, self._noticing(getattr(module, name)))

    def to_send(self) -> bytes | None:
        """The state that the candidate should adopt before it goes on, or None."""
        if not self._shared:
            return None
        fingerprint = random_state.fingerprint()
        if fingerprint == self._sent and not self._seeded:
            return None
        self._sent, self._seeded = fingerprint, False
        return random_state.capture()

    def begin(self) -> None:
        """Share nothing with the candidates of a new submission until the generators are seeded."""
        self._seeded = self._shared = False

    def forget(self) -> None:
        """Send the state again, since a fresh candidate has not adopted any yet."""
        self._sent = None

    def _noticing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def seed(*args: Any, **kwargs: Any) -> Any:
            self._seeded = self._shared = True
            return function(*args, **kwargs)

        seed.__doc__ = function.__doc__
        return seed
