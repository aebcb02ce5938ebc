"""The instructor's objects as they were before the student's code changed them.

A function may change what it is given: in one process the test sees that, and so it does here until
it ends. Then what the solution's code leaves as it was is put back, or a test would compare with
what the student's code has made of the data.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograder.wire import dataframes, inherited, library


class Former:
    """Former contents of objects, each from before its first change in the present test."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[object, Callable[[], None]]] = {}
        self._spoiled: set[int] = set()

    def keep(self, value: Any) -> None:
        """Keep the contents of an object that is about to be changed."""
        if id(value) not in self._kept:
            # The object as well, so that no other one gets its id.
            self._kept[id(value)] = value, _restoring(value)

    def note_spoiled(self, value: object) -> None:
        """Put this object back at the end of the test."""
        self._spoiled.add(id(value))

    @property
    def is_needed(self) -> bool:
        """Whether anything was changed in this test."""
        return bool(self._kept)

    def put_back(self) -> None:
        """Give all that was spoiled its former contents; the test has ended."""
        for key, (_, restore) in reversed(self._kept.items()):  # views of one array may overlap
            if key in self._spoiled:
                restore()
        self._kept.clear()
        self._spoiled.clear()


def _restoring(value: Any) -> Callable[[], None]:
    """What gives an object of a kind that crosses by value its present contents again."""
    if isinstance(value, np.ndarray):
        return partial(value.__setitem__, ..., value.copy())
    if dataframes.is_changeable(value):
        return partial(dataframes.replace_contents, value, value.copy())
    contents = library.contents_of(value)
    if isinstance(value, dict):
        pairs = zip(contents[::2], contents[1::2], strict=True)
        return partial(inherited.refill, value, dict(pairs))
    if isinstance(value, (list, set)):
        return partial(inherited.refill, value, contents)
    return partial(library.replace_contents, value, contents)
