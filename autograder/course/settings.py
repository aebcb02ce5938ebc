"""What a course may set under ``c.Autograder`` in its ``nbgrader_config.py``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Any

from autograder.errors import CourseError
from autograder.sandbox.limits import Limits


@dataclass(frozen=True)
class Settings:
    """What a course sets.

    Attributes
    ----------
    hidden_modules
        Dotted names of modules that student code can neither import nor read while graded.
    meant_to_be_seen
        What students may get although it is a solution's or a hidden test's, as `release` names it.
    limits
        Each field of `Limits` is a setting of its own, see there.
    """

    hidden_modules: tuple[str, ...] = ()
    meant_to_be_seen: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def means(self, leak: str) -> bool:
        """Whether what `release` or its bundle has found is meant to be seen.

        >>> Settings(meant_to_be_seen=("tools.py: 'x = 1'",)).means("ps1/tools.py: 'x = 1'")
        True
        """
        return any(leak == each or leak.endswith(f"/{each}") for each in self.meant_to_be_seen)


#: The type of each limit, by its name.
_KINDS: Mapping[str, type] = {each.name: type(each.default) for each in fields(Limits)}
_HIDDEN_MODULES = "hidden_modules"
_SECTION = "autograder"  # of a notebook's metadata
_MEANT_TO_BE_SEEN = "meant_to_be_seen"
#: The names of all settings.
NAMES = (_HIDDEN_MODULES, _MEANT_TO_BE_SEEN, *_KINDS)


def settings_from(section: Mapping[str, Any]) -> Settings:
    """The settings of a configuration section; what it does not name keeps its default.

    Raises
    ------
    CourseError
        A name is unknown, or a value has the wrong type or range.

    Examples
    --------
    >>> settings_from({"cell_seconds": 5, "hidden_modules": ["scipy"]}).limits.cell_seconds
    5.0
    >>> settings_from({"cell_second": 5})
    Traceback (most recent call last):
    autograder.errors.CourseError: c.Autograder.cell_second is not a setting. Did you mean ...
    """
    for name in section:
        if name not in NAMES:
            near = get_close_matches(name, NAMES, n=1, cutoff=0)[0]
            raise CourseError(
                f"c.Autograder.{name} is not a setting. Did you mean {near}? "
                f"All of them: {', '.join(NAMES)}."
            )
    limits = {name: _number(name, section[name]) for name in _KINDS if name in section}
    return Settings(
        _modules(section.get(_HIDDEN_MODULES, ())),
        _lines(section.get(_MEANT_TO_BE_SEEN, ())),
        Limits(**limits),
    )


def hidden_modules_in(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """What a student edition says of hidden modules, as `with_hidden_modules` has noted it.

    >>> hidden_modules_in(with_hidden_modules({}, ["scipy"]))
    ('scipy',)
    >>> hidden_modules_in({"autograder": {"hidden_modules": [1, "a b"]}})
    ()
    """
    section = metadata.get(_SECTION)
    value = section.get(_HIDDEN_MODULES) if isinstance(section, Mapping) else ()
    return tuple(filter(_is_module, value)) if isinstance(value, list | tuple) else ()


def with_hidden_modules(metadata: Mapping[str, Any], modules: Sequence[str]) -> dict[str, Any]:
    """A notebook's metadata that say, wherever it goes, what its code cannot import when graded."""
    return {**metadata, _SECTION: {_HIDDEN_MODULES: list(modules)}} if modules else {**metadata}


def _lines(value: Any) -> tuple[str, ...]:
    if isinstance(value, list | tuple) and all(isinstance(line, str) for line in value):
        return tuple(value)
    raise _wrong(_MEANT_TO_BE_SEEN, value, "a list of lines as 'autograder release' prints them")


def _modules(value: Any) -> tuple[str, ...]:
    if isinstance(value, list | tuple) and all(map(_is_module, value)):
        return tuple(value)
    expected = "a list of module names such as ['scipy', 'course_lib.losses']"
    raise _wrong(_HIDDEN_MODULES, value, expected)


def _is_module(name: Any) -> bool:
    return isinstance(name, str) and re.fullmatch(r"\w+(\.\w+)*", name) is not None


def _number(name: str, value: Any) -> Any:
    """A positive number as the type of its field."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value <= 0:
        raise _wrong(name, value, "a positive number")
    kind = _KINDS[name]
    if kind is int and value != int(value):
        raise _wrong(name, value, "a whole number")
    return kind(value)


def _wrong(name: str, value: Any, expected: str) -> CourseError:
    return CourseError(f"c.Autograder.{name} is {value!r}, expected {expected}.")
