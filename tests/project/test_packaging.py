"""What an installation of the project holds."""

from __future__ import annotations

import tomllib
from importlib.metadata import entry_points
from pathlib import Path, PurePath
from typing import Any

import pytest

import autograder

ROOT = Path(__file__).parents[2]


def pyproject() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)


def test_packages_are_installed_with_all_their_files(project_files: list[Path]) -> None:
    patterns = ["*.py", *pyproject()["tool"]["setuptools"]["package-data"]["*"]]
    in_packages = [
        path.relative_to(ROOT)
        for path in project_files
        if path.relative_to(ROOT).parts[0] in {"autograder", "course_lib"}
    ]
    assert in_packages
    left_out = [path for path in in_packages if not any(map(path.match, patterns))]
    assert left_out == []


@pytest.mark.parametrize("package", ["autograder", "course_lib"])
def test_package_declares_its_types(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_command_is_installed() -> None:
    (command,) = entry_points(group="console_scripts", name="autograder")
    assert command.value == pyproject()["project"]["scripts"]["autograder"]
    assert callable(command.load())


def test_the_version_is_told_by_pyproject_alone() -> None:
    assert autograder.__version__ == pyproject()["project"]["version"]


def test_licence_files_exist() -> None:
    for name in pyproject()["project"]["license-files"]:
        assert (ROOT / PurePath(name)).is_file()
