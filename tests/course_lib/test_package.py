"""What importing the package costs and brings, and how long its functions are."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import course_lib

(FOLDER,) = map(Path, course_lib.__path__)
SCREEN = 40
"""Lines."""


def modules_after(statement: str) -> set[str]:
    script = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing() -> None:
    loaded = modules_after("import course_lib")
    assert "numpy" not in loaded
    assert {name for name in loaded if name.startswith("course_lib")} == {"course_lib"}


@pytest.mark.parametrize(
    "module",
    [
        "losses",
        "gradients",
        "checks",
        "datasets",
        "information",
        "exponential_families",
        "likelihood",
        "map_estimation",
        "softmax",
    ],
)
def test_modules_need_numpy_only(module: str) -> None:
    loaded = modules_after(f"import course_lib.{module}")
    assert "numpy" in loaded
    assert not loaded & {"scipy", "matplotlib", "sklearn", "autograder", "IPython"}


@pytest.mark.parametrize("module", ["gradients", "checks", "datasets"])
def test_what_a_candidate_may_import_needs_no_reference_module(module: str) -> None:
    references = (
        *("exponential_families", "information", "likelihood", "losses", "map_estimation"),
        *("softmax", "arguments"),
    )
    hidden = {f"course_lib.{name}" for name in references}
    assert not modules_after(f"import course_lib.{module}") & hidden


def test_what_takes_long_to_import_is_imported_when_it_is_needed() -> None:
    """All modules together take about 15 ms beside NumPy; these would take several more."""
    names = ["checks", "datasets", "exponential_families", "gradients", "information"]
    names += ["likelihood", "losses", "map_estimation", "softmax"]
    everything = modules_after("; ".join(f"import course_lib.{name}" for name in names))
    brought = everything - modules_after("import numpy")
    assert "course_lib.softmax.probabilities" in brought
    assert not brought & {
        "asyncio",
        "gzip",
        "hashlib",
        "http",
        "pooch",
        "ssl",
        "tomllib",
        "zipfile",
    }


# ── Nothing longer than a screen ──────────────────────────────────────────────────────────────────


def bodies() -> Iterator[tuple[str, int]]:
    """Each function with the number of lines after its docstring."""
    for file in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                first, *rest = node.body
                start = rest[0] if ast.get_docstring(node) and rest else first
                yield f"{file.name}: {node.name}", (node.end_lineno or 0) - start.lineno + 1


def test_no_function_is_longer_than_a_screen() -> None:
    lengths = dict(bodies())
    assert len(lengths) > 100
    assert {name: lines for name, lines in lengths.items() if lines > SCREEN} == {}
