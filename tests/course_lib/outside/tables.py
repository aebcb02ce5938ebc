"""Test tables of installed packages, taken apart into cases that run against our functions."""

from __future__ import annotations

import functools
import importlib.util
import inspect
import itertools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import pytest


class NotOurs(BaseException):
    """The table asks for what our function does not have; the message says what.

    No `Exception`, so that nothing in the tables catches it: they expect errors and warnings.
    """


class Counted:
    """A function of ours behind another package's signature; counts the calls that reached it."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.calls = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls += 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # the tables' own arithmetic may warn, ours must not
            return self.function(*args, **kwargs)


@dataclass(frozen=True)
class Case:
    name: str
    test: functools.partial[object]
    adapters: tuple[Counted, ...]

    def run(self) -> int:
        """Run the test; return how many of its calls reached our code."""
        before = sum(adapter.calls for adapter in self.adapters)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            self.test()
        return sum(adapter.calls for adapter in self.adapters) - before


def installed_module(name: str) -> ModuleType:
    """A module of an installed package, loaded anew: names in it may be rebound."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cases_of_class(tests: type, *adapters: Counted) -> list[Case]:
    """Every test method of a class with every combination of its parameters."""
    instance = tests()
    methods = [getattr(instance, name) for name in dir(tests) if name.startswith("test")]
    return [case for method in methods for case in cases_of(method, *adapters)]


def cases_of(test: Callable[..., Any], *adapters: Counted) -> list[Case]:
    """A test with every combination of its parameters."""
    return [
        Case(f"{test.__name__}{label}", functools.partial(test, **values), adapters)
        for label, values in combinations(test)
    ]


def combinations(function: Callable[..., Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The arguments that pytest would call a test with; NumPy is the array library."""
    sets = [list(_rows(mark)) for mark in getattr(function, "pytestmark", []) if _varies(mark)]
    wanted = inspect.signature(function).parameters
    given = {"xp": np, "devices": [None]}
    for chosen in itertools.product(*sets):
        values = {name: value for row in chosen for name, value in row.items()}
        label = f"[{'-'.join(map(repr, values.values()))}]" if values else ""
        yield label, values | {name: value for name, value in given.items() if name in wanted}


def _varies(mark: pytest.Mark) -> bool:
    return mark.name == "parametrize"


def _rows(mark: pytest.Mark) -> Iterator[dict[str, Any]]:
    names, table = mark.args[:2]
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else names
    for row in table:
        values = getattr(row, "values", row)  # pytest.param
        yield dict(zip(names, [values] if len(names) == 1 else values, strict=True))
