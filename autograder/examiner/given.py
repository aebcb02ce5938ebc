"""Data of setup cells, of which each process has its own, and the student's code may spoil one.

A test that says that data must be as it was has to look at the candidate's. A test that computes
with data must not: the student's code could replace it by what makes a wrong answer right. So a
test meets data that the student's code has changed, and the solution's has not, in both forms:
whoever passes with the candidate's has to pass with the instructor's as well.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
from msgspec.structs import replace

from autograder.examiner.endpoint import CandidateGone
from autograder.examiner.library_classes import is_library
from autograder.examiner.namespace import MissingName
from autograder.examiner.proxy import Proxy, own_class
from autograder.examiner.report import TestReport
from autograder.wire import dataframes
from autograder.wire.encode import snapshot
from autograder.wire.frames import FrameLimits

_SAME = "the same"  # what the solution's run notes of data that is the same on both sides
#: Types of data that can be changed in place.
_MUTABLE = (list, dict, set, deque, bytearray)
_FAMILIES = (list, tuple, dict, set, frozenset, deque, str, bytes, bytearray)
#: So deep data is compared, and no larger containers and arrays (items and bytes): each test that
#: uses them has them cross.
_MAX_DEPTH, _MAX_ITEMS, _MAX_BYTES = 50, 100_000, 16 << 20
#: Objects whose attributes are looked at in one value.
_MAX_OBJECTS = 100
#: What functions and classes are told by.
_NAMES = ("__module__", "__qualname__", "__name__")


@dataclass
class Found:
    """What the candidate has of the instructor's data and imports.

    Attributes
    ----------
    missing
        The error of a test that uses an import which the candidate does not have.
    same
        The names of data that is the same on both sides.
    changed
        The candidate's data, by name, where that is not so, and what it has imported otherwise.
    """

    missing: MissingName | None = None
    same: list[str] = field(default_factory=list)
    changed: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> dict[str, list[str]]:
        """What the solution's run notes, as `Places` does."""
        return {_place(name): [_SAME] for name in self.same}

    def changed_by_student(self, expected: Mapping[str, Sequence[str]]) -> dict[str, Any]:
        """What the solution has left as it was; random data differs in its run as well."""
        if self.missing:
            return {}
        return {name: data for name, data in self.changed.items() if _place(name) in expected}


def look(
    given: Iterable[str],
    imported: Iterable[str],
    here: Mapping[str, Any],
    request: Callable[..., Any],
) -> Found:
    """What the candidate has of ``given`` data, and whether it has what it was to import.

    ``here`` are the examiner's values; ``request`` has the candidate perform an operation.
    """
    found = Found()
    try:
        _look_at_imports(imported, here, request, found)
        for name in given:
            if _is_looked_at(here.get(name)):
                there = _read(name, request)
                if _is_surely_same(here[name], there, _Attributes(request).are_same):
                    found.same.append(name)
                else:
                    found.changed[name] = there
    except CandidateGone:  # which the test will tell
        return found
    return found


def passed_with(changed: Iterable[str], report: TestReport, again: TestReport) -> TestReport:
    """The report on a test that has passed with the data that the student's code has ``changed``.

    ``again`` is that on its run with the instructor's data.
    """
    if again.gone or (again.error is None and again.value == report.value):
        return replace(
            again,
            unjudged=report.unjudged or again.unjudged,
            lost=report.lost or again.lost,
            own=report.own or again.own,
            refused=report.refused or again.refused,
        )
    detail = (
        f"The student's code has changed {', '.join(sorted(changed))}. The test passes with that, "
        "but not with the instructor's data."
    )
    return replace(report, unjudged=True, detail=f"{detail}\n{again.detail}")


def _place(name: str) -> str:
    return f"given {name}"


def _is_looked_at(value: Any) -> bool:
    if isinstance(value, tuple):
        return _fits(value) and any(map(_is_looked_at, value))
    is_data = dataframes.is_changeable(value) or isinstance(value, (*_MUTABLE, np.ndarray))
    return (is_data or _attributes(value) is not None) and _fits(value)


def _fits(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.nbytes <= _MAX_BYTES
    if dataframes.is_changeable(value):
        return bool(value.size <= _MAX_ITEMS)
    return not isinstance(value, _FAMILIES) or len(value) <= _MAX_ITEMS


def _attributes(value: object) -> dict[str, Any] | None:
    """What an object of one of the instructor's own classes consists of; None for others."""
    kind = type(value)
    if isinstance(value, (Proxy, type, ModuleType)) or not hasattr(value, "__dict__"):
        return None
    module = kind.__module__
    is_other = module == "builtins" or is_library(sys.modules.get(module))
    return None if is_other else vars(value)


class _Attributes:
    """Compares objects of the instructor's classes, each once, by their attributes."""

    def __init__(self, request: Callable[..., Any]) -> None:
        self._request = request
        self._seen: set[int] = set()

    def are_same(self, here: object, there: Proxy, depth: int) -> bool:
        """Whether the attributes are; objects of which nothing is known count as equal."""
        own = _attributes(here)
        if own is None or id(here) in self._seen or len(self._seen) >= _MAX_OBJECTS:
            return True
        self._seen.add(id(here))
        if not all(map(_fits, own.values())):
            return True
        return is_same(own, self._request("getattr", there, "__dict__"), depth, self.are_same)


def _is_surely_same(here: Any, there: Any, are_same: Callable[..., bool]) -> bool:
    try:
        return is_same(here, there, 0, are_same)
    except Exception:  # an object of the student's among the keys of a dict
        return False


def is_same(
    here: Any, there: Any, depth: int = 0, are_same: Callable[..., bool] = lambda *_: True
) -> bool:
    """Whether plain data is equal; ``are_same`` says so of an object here and a proxy.

    Examples
    --------
    >>> is_same([1, {"a": 2.0}], [1, {"a": 2.0}]), is_same([1], [1.0]), is_same([1], [1, 2])
    (True, False, False)
    """
    if dataframes.is_container(here):
        return snapshot(here, FrameLimits()) == snapshot(there, FrameLimits())
    family: Any = next((kind for kind in _FAMILIES if isinstance(here, kind)), None)
    if depth > _MAX_DEPTH:
        return True
    if family is None and isinstance(there, Proxy):
        return are_same(here, there, depth + 1)
    if isinstance(here, np.ndarray | np.generic):
        alike = isinstance(there, np.ndarray | np.generic)
        if not alike or (here.shape, here.dtype) != (there.shape, there.dtype):
            return False
        if here.dtype == object:
            return is_same(list(here.flat), list(there.flat), depth + 1, are_same)
        return bool(here.tobytes() == there.tobytes())
    if family is None:
        return here is there or (type(here) is type(there) and _is_equal(here, there))
    if not isinstance(there, family) or len(here) != len(there):
        return False
    if isinstance(here, dict):
        known = all(key in there for key in here)
        return known and all(is_same(here[key], there[key], depth + 1, are_same) for key in here)
    if isinstance(here, list | tuple | deque):
        pairs = zip(here, there, strict=True)
        return all(is_same(one, other, depth + 1, are_same) for one, other in pairs)
    return _is_equal(here, there)


def _is_equal(here: Any, there: Any) -> bool:
    # Not a number is what it was.
    return bool(here == there) or bool(here != here and there != there)


def _read(name: str, request: Callable[..., Any]) -> Any:
    try:
        return request("read", name)
    except Exception:  # it has been deleted, or has become too large to cross
        return None


def _look_at_imports(
    names: Iterable[str], here: Mapping[str, Any], request: Callable[..., Any], found: Found
) -> None:
    # The examiner has these imports itself, or a test's own functions would be the student's.
    for name in names:
        own = here.get(name)
        try:
            there = request("read", name)
        except Exception:
            found.missing = MissingName(name, None)
            return
        kind = there.__proxy_kind__ if isinstance(there, Proxy) else type(there).__name__
        is_module = isinstance(own, ModuleType)
        if (is_module and kind != "module") or (callable(own) and not callable(there)):
            found.missing = MissingName(name, None)
            return
        if is_module:  # whatever its name: there are packages that hold one another's
            continue
        if _is_same_import(own, there):
            found.same.append(name)
        else:
            found.changed[name] = there


def _is_same_import(own: Any, there: Any) -> bool:
    """Whether a function, a class or a constant has been imported from where it should be."""
    if not isinstance(there, Proxy):
        return _is_surely_same(own, there, lambda *_: True)
    return own_class(there) is own or all(
        _text_at(own, name) == _text_at(there, name) for name in _NAMES
    )


def _text_at(value: Any, name: str) -> str | None:
    try:
        text = getattr(value, name)
    except Exception:  # the student's object raises what it likes
        return None
    return text if isinstance(text, str) else None
