"""Which files a confined Python is given."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path
from types import ModuleType

import pytest

from autograder.sandbox.paths import python_paths


@pytest.fixture
def site_packages(tmp_path, monkeypatch):
    """A folder of installed packages on ``sys.path``: a, b with submodules, and metadata."""
    folder = tmp_path / "site-packages"
    for file in (
        "alpha/__init__.py",
        "alpha.libs/libopenblas.so",
        "alpha_dist-1.0.dist-info/METADATA",
        "alphabet/__init__.py",
        "beta/__init__.py",
        "beta/__pycache__/__init__.cpython-311.pyc",
        "beta/__pycache__/hidden.cpython-311.pyc",
        "beta/hidden.py",
        "beta/hidden.pyi",
        "beta/hidden_not.py",
        "beta/inner/__init__.py",
        "beta/inner/deep.py",
        "single.py",
        "__pycache__/single.cpython-311.pyc",
    ):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()
    record = "alpha/__init__.py,,\nalpha.libs/libopenblas.so,,\nalpha_dist-1.0.dist-info/RECORD,,\n"
    (folder / "alpha_dist-1.0.dist-info" / "RECORD").write_text(record)
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    return folder


def granted(folder: Path, hidden: list[str], withheld: tuple[Path, ...] = ()) -> set[str]:
    """Files below ``folder`` that can be read, by relative name."""
    readable = python_paths(hidden, withheld).readable
    return {
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and any(file.is_relative_to(path) for path in readable)
    }


def everything(folder: Path) -> set[str]:
    return granted(folder, [])


def test_all_is_granted_when_nothing_is_hidden(site_packages):
    assert everything(site_packages) == {
        str(file.relative_to(site_packages)) for file in site_packages.rglob("*") if file.is_file()
    }


def test_a_hidden_package_is_missing_with_libraries_and_metadata(site_packages):
    missing = everything(site_packages) - granted(site_packages, ["alpha"])
    assert missing == {
        "alpha/__init__.py",
        "alpha.libs/libopenblas.so",
        "alpha_dist-1.0.dist-info/METADATA",
        "alpha_dist-1.0.dist-info/RECORD",
    }


def test_a_hidden_submodule_is_missing_in_every_form(site_packages):
    missing = everything(site_packages) - granted(site_packages, ["beta.hidden"])
    assert missing == {
        "beta/hidden.py",
        "beta/hidden.pyi",
        "beta/__pycache__/hidden.cpython-311.pyc",
    }


def test_a_hidden_subpackage_is_missing(site_packages):
    missing = everything(site_packages) - granted(site_packages, ["beta.inner"])
    assert missing == {"beta/inner/__init__.py", "beta/inner/deep.py"}


def test_a_hidden_module_two_levels_down_is_missing(site_packages):
    missing = everything(site_packages) - granted(site_packages, ["beta.inner.deep"])
    assert missing == {"beta/inner/deep.py"}


def test_a_hidden_single_file_is_missing(site_packages):
    missing = everything(site_packages) - granted(site_packages, ["single"])
    assert missing == {"single.py", "__pycache__/single.cpython-311.pyc"}


def test_withheld_paths_are_missing(site_packages):
    withheld = (site_packages / "beta" / "inner",)
    missing = everything(site_packages) - granted(site_packages, [], withheld)
    assert missing == {"beta/inner/__init__.py", "beta/inner/deep.py"}


def test_a_folder_that_holds_hidden_parts_can_be_listed(site_packages):
    assert site_packages / "beta" in python_paths(["beta.hidden"]).listable


def test_a_link_does_not_uncover_a_hidden_package(site_packages):
    (site_packages / "alias").symlink_to(site_packages / "alpha")
    paths = python_paths(["alpha"]).readable
    assert site_packages / "alias" not in paths


def test_of_a_checkout_only_packages_are_granted(tmp_path, monkeypatch):
    checkout = tmp_path / "course"
    for file in ("library/__init__.py", "source/ps1/problem.ipynb", "nbgrader_config.py"):
        (checkout / file).parent.mkdir(parents=True, exist_ok=True)
        (checkout / file).touch()
    monkeypatch.setattr(sys, "path", [*sys.path, str(checkout)])
    found = python_paths([])
    assert ("library", checkout / "library") in found.packages
    assert granted(checkout, []) == {"library/__init__.py"}
    assert checkout not in found.listable


def test_a_package_mapped_by_an_editable_install_is_granted(tmp_path, monkeypatch):
    package = tmp_path / "src" / "mapped"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "hidden.py").touch()
    finder = ModuleType("__editable___mapped_1_0_finder")
    vars(finder)["MAPPING"] = {"mapped": str(package)}
    monkeypatch.setitem(sys.modules, finder.__name__, finder)
    assert granted(package, []) == {"__init__.py", "hidden.py"}
    assert granted(package, ["mapped.hidden"]) == {"__init__.py"}


def test_other_environments_of_the_same_python_are_not_granted():
    standard = Path(sysconfig.get_path("stdlib"))
    readable = python_paths([]).readable
    assert standard / "os.py" in readable
    assert standard / "site-packages" not in readable


@pytest.mark.parametrize("private", ["/proc", "/etc/passwd", "/home", "/root", "/tmp", "/sys"])
def test_private_places_are_never_granted(private):
    readable = python_paths([]).readable
    assert not any(Path(private).is_relative_to(path) for path in readable)


def test_the_home_folder_is_not_granted():
    found = python_paths([])
    assert not any(Path.home().is_relative_to(path) for path in (*found.readable, *found.listable))
    assert Path(os.__file__) in found.readable
