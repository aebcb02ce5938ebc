"""What importing the package costs and brings, and what it exports."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

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
    hidden = {"course_lib.losses", "course_lib.tiling", "course_lib.arguments"}
    assert not modules_after(f"import course_lib.{module}") & hidden


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (
            "losses",
            "absolute_loss huber_location huber_loss influence squared_loss trimmed_mean",
        ),
        ("gradients", "GradientCheck central_difference check_gradient complex_step"),
        (
            "datasets",
            """ALPHABET Batters CHECKSUMS batters belgian_calls checksum diabetes digits
            frankenstein iris letters mnist newcomb stack_loss werther""",
        ),
        (
            "checks",
            """CheckFailed assert_between assert_close assert_fast assert_gradient
            assert_loss_and_gradient assert_not_mutated assert_shape context rng""",
        ),
    ],
)
def test_exported_names(module: str, names: str) -> None:
    exported = import_module(f"course_lib.{module}")
    assert sorted(exported.__all__) == sorted(names.split())
    assert all(hasattr(exported, name) for name in exported.__all__)
