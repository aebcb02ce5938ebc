"""Docstrings are numpydoc: every parameter is described, and so is what comes back."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

MODULES = (
    *("checks", "datasets", "diagnosis", "exponential_families", "figures", "gradients"),
    *("information", "likelihood", "losses", "map_estimation", "softmax"),
)
SECTIONS = ("Parameters", "Returns", "Raises", "Notes", "References", "Examples")


def documented(module: str) -> Iterator[Any]:
    namespace = importlib.import_module(f"course_lib.{module}")
    for name in namespace.__all__:
        if inspect.isfunction(getattr(namespace, name)):
            yield pytest.param(getattr(namespace, name), id=f"{module}.{name}")


each_function = pytest.mark.parametrize(
    "function", [function for module in MODULES for function in documented(module)]
)


def sections(function: Callable[..., Any]) -> dict[str, str]:
    """The text of each section, by its heading."""
    parts = re.split(r"^(\w+)\n-{3,}\n", inspect.getdoc(function) or "", flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@each_function
def test_sections_are_those_of_numpydoc_in_its_order(function: Callable[..., Any]) -> None:
    found = list(sections(function))
    assert found == [name for name in SECTIONS if name in found]


@each_function
def test_every_parameter_is_described(function: Callable[..., Any]) -> None:
    text = sections(function).get("Parameters", "")
    described = re.findall(r"^(\S.*) : \S.*\n    \S", text, re.MULTILINE)
    names = [name.strip("* ") for each in described for name in each.split(",")]
    assert names == list(inspect.signature(function).parameters)


@each_function
def test_what_comes_back_is_described(function: Callable[..., Any]) -> None:
    comes_back = inspect.signature(function).return_annotation not in {"None", "Iterator[None]"}
    assert ("Returns" in sections(function)) == comes_back
