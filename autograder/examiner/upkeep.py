"""Puts the examiner's own parts back in order after each test.

A test shares the process with what judges it. What it binds in the notebook's namespace is there
for later tests; what it does to modules is undone, so that no test decides about another.
"""

from __future__ import annotations

import builtins
import math
import operator
import random
import sys
from collections.abc import Sequence
from operator import eq
from types import ModuleType
from typing import NamedTuple

import numpy as np

# Seeded by a text for the first time, Python 3.13 sets `random._sha512`: no test has replaced it.
random.Random("")

#: Modules that tests compare with, and whose parts a test may replace while it runs.
_SHARED: tuple[ModuleType, ...] = (
    builtins, math, operator, random, np, np.linalg, np.random, np.testing,
)  # fmt: skip
_OWN = "autograder."
#: What is replaced while a test runs though not by the test, and what the student's code is given.
_NOT_THE_TESTS = frozenset(
    ["builtins.exit", "builtins.input", "builtins.quit", "numpy.bmat", "operator.attrgetter",
     "operator.methodcaller"]
)  # fmt: skip
#: The packages of the grader's whose code runs at the examiner.
_AT_EXAMINER = tuple(f"{_OWN}{name}." for name in ("examiner", "ipython", "wire", "workers"))


class Restored(NamedTuple):
    """The names of what a test has replaced in shared modules, and in the grader's own parts."""

    shared: list[str]
    own: list[str]


class Upkeep:
    """Remembers what modules and the grader's classes hold, and puts it back."""

    def __init__(self) -> None:
        own = {
            name: module
            for name, module in sys.modules.items()
            if name.startswith(_AT_EXAMINER) and isinstance(module, ModuleType)
        }
        classes = [
            value
            for name, module in own.items()
            for value in vars(module).values()
            if isinstance(value, type) and value.__module__ == name
        ]
        self._modules = {**own, **{module.__name__: module for module in _SHARED}}
        parts: list[ModuleType | type] = [*own.values(), *classes]
        self._own = [_Contents(part) for part in parts]
        self._shared: list[_Contents] = []
        self._noticed: set[str] = set()
        self.accept()

    def accept(self) -> None:
        """Take what shared modules hold now as what they should: a setup cell may change them."""
        self._shared = [_Contents(module) for module in _SHARED]

    def look(self) -> None:
        """Notice what is replaced at present: a test may put it back itself."""
        found = {name for contents in self._shared for name in contents.named(contents.replaced())}
        self._noticed |= found - _NOT_THE_TESTS

    def restore(self) -> Restored:
        """Put everything back, and say what that was."""
        shared = sorted(self._noticed)
        self._noticed.clear()
        if not _all_as_before(self._shared):
            for contents in self._shared:
                shared += [name for name in contents.restore() if name not in shared]
        own: list[str] = []
        if not _all_as_before(self._own):
            own += [name for contents in self._own for name in contents.restore()]
        for name, module in self._modules.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
                (own if name.startswith(_OWN) else shared).append(name)
        return Restored(shared, own)


class _Contents:
    """What a module or a class holds, by name."""

    def __init__(self, owner: ModuleType | type) -> None:
        self._owner = owner
        self.now = vars(owner)
        self.before = dict(self.now)

    def replaced(self) -> list[str]:
        """The names of what was replaced or deleted."""
        if _all_as_before([self]):
            return []
        missing = object()
        return [
            name
            for name, value in self.before.items()
            if self.now.get(name, missing) is not value and name != "__warningregistry__"
        ]

    def restore(self) -> list[str]:
        """Put back what was replaced or deleted; its names, with that of the module or class."""
        changed = self.replaced()
        for name in changed:
            setattr(self._owner, name, self.before[name])
        if len(self.now) != len(self.before):
            self.before = dict(self.now)  # modules grow: importing np.fft sets it there
        return self.named(changed)

    def named(self, names: list[str]) -> list[str]:
        """Names of parts, with that of the module or class."""
        prefix = getattr(self._owner, "__qualname__", "")
        place = f"{self._owner.__module__}.{prefix}" if prefix else self._owner.__name__
        return [f"{place}.{name}" for name in names]


def _all_as_before(contents: Sequence[_Contents]) -> bool:
    # Equality looks at identity first, and takes a microsecond. What a test has put there may have
    # an equality of its own.
    try:
        return all(map(eq, [each.now for each in contents], [each.before for each in contents]))
    except Exception:
        return False
