"""What importing the package costs and brings, and what it exports."""

from __future__ import annotations

import subprocess
import sys

import pytest


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
        *("softmax", "tiling", "arguments"),
    )
    hidden = {f"course_lib.{name}" for name in references}
    assert not modules_after(f"import course_lib.{module}") & hidden
