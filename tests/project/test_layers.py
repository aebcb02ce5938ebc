"""What the modules of `course_lib` may import, beside the contracts that `make lint` checks."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import grimp
import pytest
from traitlets.config.loader import PyFileConfigLoader

if TYPE_CHECKING:
    from grimp import ImportGraph

ROOT = Path(__file__).parents[2]
VISIBLE = {"arguments", "checks", "datasets", "diagnosis", "figures", "gradients", "questions"}
VISIBLE |= {"selfcheck", "tables"}


@cache
def graph() -> ImportGraph:
    return grimp.build_graph("course_lib", include_external_packages=True, cache_dir=None)


def hidden_modules() -> list[str]:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    names: list[str] = config.Autograder.hidden_modules
    return names


def is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def test_imports_are_read() -> None:
    assert graph().direct_import_exists(
        importer="course_lib.checks.calls", imported="course_lib.gradients"
    )


@pytest.mark.parametrize("name", sorted(VISIBLE))
def test_what_students_import_while_grading_needs_no_hidden_module(name: str) -> None:
    assert "course_lib.losses" in hidden_modules()
    reached = graph().find_upstream_modules(f"course_lib.{name}", as_package=True)
    assert not [each for each in reached if any(is_in(each, one) for one in hidden_modules())]


def test_reference_implementations_need_no_other_library() -> None:
    foreign = {name for name in graph().modules if graph().is_module_squashed(name)}
    foreign -= set(sys.stdlib_module_names)
    # The autograder's words on errors are shown where it is installed.
    assert foreign <= {"numpy", "matplotlib", "IPython", "ipywidgets", "autograder"}


def test_every_module_of_the_library_is_either_hidden_or_for_students() -> None:
    hidden = {name.removeprefix("course_lib.") for name in hidden_modules()}
    parts = {name.removeprefix("course_lib.") for name in graph().find_children("course_lib")}
    assert parts == VISIBLE | {name for name in hidden if f"course_lib.{name}" in hidden_modules()}
