from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.course.settings import NAMES, Settings, settings_from
from autograder.errors import CourseError
from autograder.sandbox.limits import Limits

MANUAL = Path(__file__).parents[3] / "docs" / "autograder.md"


def test_nothing_set_means_the_defaults() -> None:
    assert settings_from({}) == Settings()


def test_unknown_setting_names_the_nearest_known_one() -> None:
    with pytest.raises(CourseError, match="Did you mean hidden_modules"):
        settings_from({"hiden_module": []})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("cell_seconds", "10", "a positive number"),
        ("cell_seconds", 0, "a positive number"),
        ("cell_seconds", -1.5, "a positive number"),
        ("cell_seconds", float("nan"), "a positive number"),
        ("cell_seconds", float("inf"), "a positive number"),
        ("cell_seconds", True, "a positive number"),
        ("memory_bytes", None, "a positive number"),
        ("memory_bytes", 0.5, "a whole number"),
        ("hidden_modules", "scipy", "a list of module names"),
        ("hidden_modules", ["not a module"], "a list of module names"),
        ("hidden_modules", [3], "a list of module names"),
    ],
)
def test_wrong_value_is_named_with_what_was_expected(
    name: str, value: object, expected: str
) -> None:
    with pytest.raises(CourseError, match=rf"c\.Autograder\.{name} is .*expected {expected}"):
        settings_from({name: value})


def test_numbers_get_the_type_of_the_setting() -> None:
    settings = settings_from({"memory_bytes": 1e9, "cell_seconds": 2})
    limits = settings.limits
    assert (type(limits.memory_bytes), type(limits.cell_seconds)) == (int, float)


def test_the_manual_lists_every_setting_with_its_default() -> None:
    rows = re.findall(
        r"^\| `c\.Autograder\.(\w+)` \| (.+?) \|", MANUAL.read_text("utf-8"), re.MULTILINE
    )
    defaults = {name: in_words(value) for name, value in vars(Limits()).items()}
    assert dict(rows) == {"hidden_modules": "`[]`", "meant_to_be_seen": "`[]`"} | defaults
    assert [name for name, _ in rows] == list(NAMES)


def in_words(number: float) -> str:
    """A number as the manual writes it.

    >>> in_words(2 << 30), in_words(10.0)
    ('2 GiB', '10')
    """
    for unit, size in {"GiB": 1 << 30, "MiB": 1 << 20, "KiB": 1 << 10}.items():
        if number % size == 0:
            return f"{number // size:g} {unit}"
    return f"{number:g}"
