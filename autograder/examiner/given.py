"""Data of setup cells, of which each process has its own, and the student's code may spoil one.

A test that says that data must be as it was has to look at the candidate's. A test that computes
with data must not: the student's code could replace it by what makes a wrong answer right. So a
test meets data that the student's code has changed, and the solution's has not, in both forms:
whoever passes with the candidate's has to pass with the instructor's as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
from msgspec.structs import replace

from autograder.examiner.endpoint import CandidateGone
from autograder.examiner.namespace import MissingName
from autograder.examiner.proxy import Proxy
from autograder.examiner.report import TestReport
from autograder.wire import dataframes
from autograder.wire.encode import snapshot
from autograder.wire.frames import FrameLimits

_SAME = "the same"  # what the solution's run notes of data that is the same on both sides
#: Types of data that can be changed in place.
_MUTABLE = (list, dict, set, np.ndarray)
_FAMILIES = (list, tuple, dict, set, frozenset, str, bytes)
#: So deep data is compared, and no larger containers and arrays (items and bytes): each test that
#: uses them has them cross.
_MAX_DEPTH, _MAX_ITEMS, _MAX_BYTES = 50, 100_000, 16 << 20


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
        The candidate's data, by name, where that is not so.
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
    request: Callable[[str, str], Any],
) -> Found:
    """What the candidate has of ``given`` data, and whether it has what it was to import.

    ``here`` are the examiner's values; ``request`` has the candidate read a name.
    """
    found = Found()
    try:
        found.missing = _missing_import(imported, here, request)
        for name in given:
            if _is_looked_at(here.get(name)):
                there = _read(name, request)
                if _is_surely_same(here[name], there):
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
    if dataframes.is_changeable(value):
        return bool(value.size <= _MAX_ITEMS)
    if isinstance(value, np.ndarray):
        return value.nbytes <= _MAX_BYTES
    return isinstance(value, _MUTABLE) and len(value) <= _MAX_ITEMS


def _is_surely_same(here: Any, there: Any) -> bool:
    try:
        return is_same(here, there)
    except Exception:  # an object of the student's among the keys of a dict
        return False


def is_same(here: Any, there: Any, depth: int = 0) -> bool:
    """Whether plain data is equal; objects, of which nothing is known, count as equal.

    Examples
    --------
    >>> is_same([1, {"a": 2.0}], [1, {"a": 2.0}]), is_same([1], [1.0]), is_same([1], [1, 2])
    (True, False, False)
    """
    if dataframes.is_container(here):
        return snapshot(here, FrameLimits()) == snapshot(there, FrameLimits())
    family: Any = next((kind for kind in _FAMILIES if isinstance(here, kind)), None)
    if depth > _MAX_DEPTH or (family is None and isinstance(there, Proxy)):
        return True
    if isinstance(here, np.ndarray | np.generic):
        return (
            isinstance(there, np.ndarray | np.generic)
            and (here.shape, here.dtype) == (there.shape, there.dtype)
            and here.tobytes() == there.tobytes()
        )
    if family is None:
        return here is there or (type(here) is type(there) and _is_equal(here, there))
    if not isinstance(there, family) or len(here) != len(there):
        return False
    if isinstance(here, dict):
        return all(key in there and is_same(here[key], there[key], depth + 1) for key in here)
    if isinstance(here, list | tuple):
        pairs = zip(here, there, strict=True)
        return all(is_same(one, other, depth + 1) for one, other in pairs)
    return _is_equal(here, there)


def _is_equal(here: Any, there: Any) -> bool:
    # Not a number is what it was.
    return bool(here == there) or bool(here != here and there != there)


def _read(name: str, request: Callable[[str, str], Any]) -> Any:
    try:
        return request("read", name)
    except Exception:  # it has been deleted, or has become too large to cross
        return None


def _missing_import(
    names: Iterable[str], here: Mapping[str, Any], request: Callable[[str, str], Any]
) -> MissingName | None:
    # The examiner has these imports itself, or a test's own functions would be the student's.
    for name in names:
        own = here.get(name)
        try:
            there = request("read", name)
        except Exception:
            return MissingName(name, None)
        kind = there.__proxy_kind__ if isinstance(there, Proxy) else type(there).__name__
        if isinstance(own, ModuleType) and kind != "module":
            return MissingName(name, None)
        if callable(own) and not callable(there):
            return MissingName(name, None)
    return None
