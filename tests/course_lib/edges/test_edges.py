"""Every exported function at the edges of its input: no warning, no surprise."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from tests.course_lib.edges.expected import EDGES, check_call
from tests.course_lib.public import FUNCTIONS, MODULES

CASES: dict[str, dict[str, Any]] = {
    f"{module}.{name}": cases
    for module in MODULES
    for name, cases in importlib.import_module(f"tests.course_lib.edges.{module}").CASES.items()
}


def test_every_exported_function_has_every_edge() -> None:
    assert set(CASES) == set(FUNCTIONS)
    assert all(set(cases) == set(EDGES) for cases in CASES.values())


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("name", CASES)
def test_edge(name: str, edge: str) -> None:
    args, expected = CASES[name][edge]
    check_call(FUNCTIONS[name], args, expected)
