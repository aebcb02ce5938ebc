"""The order of the autograder's layers: each imports only from those before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib.util import resolve_name
from pathlib import Path

import pytest

import autograder

PACKAGE = Path(autograder.__file__).parent

#: From the bottom to the top; what stands together may import from each other.
LAYERS = [
    ["errors"],
    ["wire", "sandbox", "atomic", "notebook", "course", "settings", "kernels"],
    ["names", "plan", "candidate"],
    ["examiner"],
    ["results", "review", "warm"],
    ["grading"],
    ["gradebook", "feedback", "record", "autograded", "submissions"],
    ["lock", "recorder"],
    ["batch", "check", "checked", "collect", "pages", "report"],
    ["release", "nbgrader_plugin"],
    ["cli"],
    ["__main__"],
]


def modules() -> dict[str, Path]:
    """Every module of the package, by its name below it."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path) -> Iterator[str]:
    """The modules that one names in import statements, wherever in it they stand."""
    package = f"autograder.{name}".rstrip(".")
    package = package if path.stem == "__init__" else package.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = resolve_name("." * node.level + (node.module or ""), package)
            yield origin
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def layer_of(name: str) -> int | None:
    """Where a module's layer stands; None if it is not one of ours."""
    parts = name.split(".")
    if parts[0] != "autograder" or len(parts) < 2:
        return None
    return next((i for i, layer in enumerate(LAYERS) if parts[1] in layer), None)


def test_every_module_has_a_layer() -> None:
    known = {part for layer in LAYERS for part in layer}
    assert {name.split(".")[0] for name in modules() if name} == known


@pytest.mark.parametrize("name", [name for name in modules() if name])
def test_a_module_imports_nothing_from_above(name: str) -> None:
    own = layer_of(f"autograder.{name}")
    above = {
        other
        for other in imported(name, modules()[name])
        if (layer := layer_of(other)) is not None and own is not None and layer > own
    }
    assert above == set()
