"""What is committed runs on any machine: no path of this one, no address of a package registry."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Written apart, so that this file does not hold what it forbids.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("conda", "anaconda", "org"),
        ("proxy", "golang", "org"),
    ]
]


def machine_folders() -> set[Path]:
    """Folders that exist under this name on this machine only."""
    folders = {ROOT, Path(sys.prefix), Path(sys.base_prefix), Path.home()}
    # /usr, /root or /usr/local are the same everywhere, so that naming them is harmless.
    everywhere = {Path("/usr/local"), Path("/opt/python")}
    return {folder for folder in folders if len(folder.parts) > 2} - everywhere


def occurrences(pattern: str, texts: dict[str, str]) -> list[str]:
    return [
        f"{name}:{number}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if re.search(pattern, line)
    ]


def test_files_are_found(project_texts: dict[str, str]) -> None:
    assert {"pyproject.toml", "Makefile", "requirements.lock"} <= project_texts.keys()
    assert not any(name.startswith((".venv/", "grading/")) for name in project_texts)


@pytest.mark.parametrize("host", REGISTRIES)
def test_no_file_names_a_package_registry(host: str, project_texts: dict[str, str]) -> None:
    assert occurrences(re.escape(host), project_texts) == []


@pytest.mark.parametrize("folder", sorted(machine_folders()), ids=str)
def test_no_file_names_a_folder_of_this_machine(
    folder: Path, project_texts: dict[str, str]
) -> None:
    assert occurrences(re.escape(str(folder)) + r"(?![\w-])", project_texts) == []


def test_no_file_names_a_folder_outside_the_project(project_texts: dict[str, str]) -> None:
    assert occurrences(r"\.\./" + r"shared\b", project_texts) == []
