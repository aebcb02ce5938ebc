"""What a course may set under ``c.Autograder`` in its ``nbgrader_config.py``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import Any

from autograder.errors import CourseError
from autograder.notebook.read import ReadLimits

KIB, MIB = 1 << 10, 1 << 20


@dataclass(frozen=True)
class Settings:
    """Limits for grading one submission, in seconds and bytes, and what it may not import.

    ``hidden_modules`` cannot be imported or read while grading. A cell, and a call from a test,
    may take ``cell_seconds``; once a function has hung, later tests wait only
    ``repeated_seconds`` for it; ``notebook_seconds`` bounds one run of all. ``memory_bytes`` is
    what the student's process may allocate; a file of its may hold ``file_bytes``, and its folder
    ``scratch_bytes`` in ``scratch_files`` files. Of one cell's output ``output_bytes`` are kept;
    a submitted notebook may have ``notebook_bytes``.
    """

    hidden_modules: tuple[str, ...] = ()
    cell_seconds: float = 10.0
    repeated_seconds: float = 2.0
    notebook_seconds: float = 120.0
    memory_bytes: int = 2048 * MIB
    file_bytes: int = 32 * MIB
    scratch_bytes: int = 64 * MIB
    scratch_files: int = 2000
    output_bytes: int = 256 * KIB
    notebook_bytes: int = 32 * MIB

    @property
    def read_limits(self) -> ReadLimits:
        """The limits for :func:`autograder.notebook.read.read_notebook`."""
        return ReadLimits(bytes=self.notebook_bytes)


def settings_from(section: Mapping[str, Any]) -> Settings:
    """The settings of a configuration section; what it does not name keeps its default.

    Raises ``CourseError`` for an unknown name, or a value of the wrong type or range.

    >>> settings_from({"cell_seconds": 5, "hidden_modules": ["scipy"]}).cell_seconds
    5.0
    >>> settings_from({"cell_second": 5})
    Traceback (most recent call last):
    autograder.errors.CourseError: c.Autograder.cell_second is not a setting. Did you mean ...
    """
    defaults = {each.name: each.default for each in fields(Settings)}
    values: dict[str, Any] = {}
    for name, value in section.items():
        if name not in defaults:
            near = get_close_matches(name, defaults, n=1, cutoff=0)[0]
            raise CourseError(
                f"c.Autograder.{name} is not a setting. Did you mean {near}? "
                f"All of them: {', '.join(defaults)}."
            )
        values[name] = _checked(name, value, type(defaults[name]))
    return Settings(**values)


def _checked(name: str, value: Any, kind: type) -> Any:
    if kind is tuple:
        if isinstance(value, list | tuple) and all(map(_is_module, value)):
            return tuple(value)
        raise _wrong(name, value, "a list of module names such as ['scipy', 'course_lib.losses']")
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value <= 0:
        raise _wrong(name, value, "a positive number")
    if kind is int and value != int(value):
        raise _wrong(name, value, "a whole number")
    return kind(value)


def _is_module(name: Any) -> bool:
    return isinstance(name, str) and re.fullmatch(r"\w+(\.\w+)*", name) is not None


def _wrong(name: str, value: Any, expected: str) -> CourseError:
    return CourseError(f"c.Autograder.{name} is {value!r}, expected {expected}.")
