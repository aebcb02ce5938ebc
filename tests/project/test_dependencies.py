"""pyproject.toml, requirements.lock and environment.yml describe one environment."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def locked_requirements() -> list[Requirement]:
    """One requirement per entry of the lock, which goes on while lines end in a backslash."""
    entries = LOCK.replace("\\\n", " ").splitlines()
    return [
        Requirement(entry.split("--hash=")[0].strip())
        for entry in entries
        if entry and not entry.startswith("#")
    ]


def locked_versions() -> dict[str, str]:
    return {
        canonicalize_name(requirement.name): str(requirement.specifier).removeprefix("==")
        for requirement in locked_requirements()
    }


def project() -> dict[str, Any]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]


def declared_requirements() -> list[Requirement]:
    table = project()
    extras = table["optional-dependencies"].values()
    return [Requirement(line) for lines in [table["dependencies"], *extras] for line in lines]


def conda_entries() -> tuple[list[str], list[str]]:
    """What conda installs and what it leaves to pip."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    from_conda = [entry for entry in entries if isinstance(entry, str)]
    (from_pip,) = [entry["pip"] for entry in entries if isinstance(entry, dict)]
    return from_conda, from_pip


def conda_versions() -> dict[str, str]:
    from_conda, from_pip = conda_entries()
    pinned = dict(entry.split("=", 1) for entry in from_conda if re.match(r"[\w-]+=[\w.]+$", entry))
    for entry in from_pip:
        if not entry.startswith("-"):
            requirement = Requirement(entry)
            pinned[requirement.name] = str(requirement.specifier).removeprefix("==")
    return {canonicalize_name(name): version for name, version in pinned.items()}


def test_every_declared_dependency_is_locked_at_a_version_it_allows() -> None:
    locked = locked_versions()
    for requirement in declared_requirements():
        assert requirement.specifier.contains(locked[canonicalize_name(requirement.name)])


def test_lock_holds_one_version_of_each_package() -> None:
    names = [canonicalize_name(requirement.name) for requirement in locked_requirements()]
    assert sorted(names) == sorted(set(names))


def test_lock_pins_and_hashes_every_package() -> None:
    entries = [
        entry for entry in LOCK.replace("\\\n", " ").splitlines() if not entry.startswith("#")
    ]
    assert entries
    for entry in entries:
        assert re.match(r"[\w.-]+==\S+ .*--hash=sha256:[0-9a-f]{64}\b", entry), entry[:80]


def test_lock_names_no_place_to_download_from() -> None:
    assert not re.search(r"://|file:|^-|--(?!hash=sha256:)", LOCK, re.MULTILINE)


def test_build_backend_is_locked() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        (requirement,) = map(Requirement, tomllib.load(file)["build-system"]["requires"])
    assert requirement.specifier.contains(locked_versions()[requirement.name])


def test_conda_environment_has_the_declared_dependencies_at_their_locked_versions() -> None:
    locked = locked_versions()
    declared = [canonicalize_name(requirement.name) for requirement in declared_requirements()]
    assert conda_versions() == {name: locked[name] for name in declared}


def test_conda_environment_pins_whatever_it_installs() -> None:
    from_conda, from_pip = conda_entries()
    loose = [entry for entry in from_conda if not re.fullmatch(r"[\w-]+=[\w.]+", entry)]
    assert loose == [f"python{project()['requires-python']}", "pip"]
    assert [entry for entry in from_pip if "==" not in entry] == ["--editable ."]


def test_conda_and_pip_install_the_platform_dependent_packages_on_the_same_platforms() -> None:
    markers = {str(r.marker) for r in declared_requirements() if r.name == "pyseccomp"}
    _, from_pip = conda_entries()
    (conda,) = [Requirement(entry) for entry in from_pip if entry.startswith("pyseccomp")]
    assert markers == {str(conda.marker)}


@pytest.mark.skipif(
    not (ROOT / ".venv" / ".stamp").exists() or Path(sys.prefix) != ROOT / ".venv",
    reason="not the environment that make made from the lock",
)
def test_environment_is_the_locked_one() -> None:
    locked = locked_requirements()
    wanted = [r for r in locked if r.marker is None or r.marker.evaluate()]
    different = {
        requirement.name: installed_version(requirement.name)
        for requirement in wanted
        if not requirement.specifier.contains(installed_version(requirement.name))
    }
    assert different == {}
