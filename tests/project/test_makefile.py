"""`make` explains itself, and sets up only once."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def make(*arguments: str) -> str:
    # These tests run under `make test` too, whose flags the inner make would inherit.
    environment = {name: value for name, value in os.environ.items() if "MAKE" not in name}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def phony_targets() -> list[str]:
    (checks,) = re.findall(r"^CHECKS := (.+)$", MAKEFILE, re.MULTILINE)
    (phony,) = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    return phony.replace("$(CHECKS)", checks).split()


def test_plain_make_shows_the_help() -> None:
    assert make() == make("help")


def test_help_lists_every_target() -> None:
    listed = re.findall(r"^  make (\w+) +\w", make("help"), re.MULTILINE)
    assert sorted(listed) == sorted(phony_targets())


def test_help_of_test_names_every_check() -> None:
    (checks,) = re.findall(r"^CHECKS := (.+)$", MAKEFILE, re.MULTILINE)
    (text,) = re.findall(r"^  make test +(.+)$", make("help"), re.MULTILINE)
    assert text.endswith(", ".join(checks.split()))


@pytest.mark.parametrize("target", ["demo", "lab", "quick", "lint", "types", "unit", "notebooks"])
def test_target_makes_the_environment_only_when_it_is_missing_or_old(target: str) -> None:
    set_up = ".ci/make-environment"
    current = ["--old-file=.venv/.stamp", "--dry-run", target]
    assert set_up not in make(*current)
    for file in ["requirements.lock", "pyproject.toml"]:  # the latter has the version
        assert set_up in make(f"--what-if={file}", "--dry-run", target)


THREADS = ["MKL_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"]


def exported(makefile: str, target: str) -> list[str]:
    found = re.findall(r"^([\w ]+): export (\w+) := 1$", makefile, re.MULTILINE)
    return sorted(name for targets, name in found if target in targets.split())


@pytest.mark.parametrize("target", ["lab", "notebooks", "site"])
def test_linear_algebra_has_one_thread(target: str) -> None:
    assert exported(MAKEFILE, target) == THREADS


def test_linear_algebra_has_one_thread_for_students() -> None:
    bundle = ROOT / "docs" / "student_bundle"
    assert exported((bundle / "Makefile").read_text(encoding="utf-8"), "lab") == THREADS
    for folder in (bundle, ROOT):
        conda = yaml.safe_load((folder / "environment.yml").read_text(encoding="utf-8"))
        assert conda["variables"] == dict.fromkeys(THREADS, "1")
