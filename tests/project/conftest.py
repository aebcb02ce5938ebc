"""The project's own files: what is, or is about to be, under version control."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MADE_BY_TOOLS = {
    *(".git", ".venv", ".venv-bench", ".venv-lock", ".venv-mutants", ".venv-otter"),
    *("__pycache__", "grading", "build"),
}


@pytest.fixture(scope="session")
def project_files() -> list[Path]:
    """Tracked files and those to be added; without git, all but what tools made."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:
        paths = [
            path
            for path in ROOT.rglob("*")
            if not any(
                part in MADE_BY_TOOLS or part.endswith(("_cache", ".egg-info"))
                for part in path.relative_to(ROOT).parts
            )
        ]
    return [path for path in paths if path.is_file()]


@pytest.fixture(scope="session")
def project_texts(project_files: list[Path]) -> dict[str, str]:
    """The text files among them, by their path from the root."""
    contents = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in project_files}
    return {
        name: content.decode("utf-8", errors="replace")
        for name, content in contents.items()
        if b"\0" not in content
    }
