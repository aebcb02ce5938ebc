from __future__ import annotations

import pytest

from autograder.course.settings import Settings, settings_from
from autograder.errors import CourseError


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
    assert (type(settings.memory_bytes), type(settings.cell_seconds)) == (int, float)


def test_limit_on_submitted_notebooks_reaches_the_reader() -> None:
    assert settings_from({"notebook_bytes": 1000}).read_limits.bytes == 1000
