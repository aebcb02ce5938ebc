"""The image that the Dockerfile makes: no student's work in it, and a Python that will do."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[2]


def lines(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_what_grading_makes_is_in_no_image() -> None:
    left_out = lines(".dockerignore")
    for private in ("grading", ".git", ".venv", ".venv-bench"):
        assert any(fnmatch(private, pattern) for pattern in left_out), private


def test_the_image_installs_what_the_lock_says_and_runs_as_no_root() -> None:
    text = "\n".join(lines("Dockerfile"))
    assert "make --directory /opt/autograder .venv/.stamp" in text
    assert re.search(r"^USER (?!root|0)", text, re.MULTILINE)
    assert text.index("USER instructor") < text.index("ENTRYPOINT")


def test_the_page_names_the_calls_that_doctor_names() -> None:
    page = (ROOT / "docs" / "containers.md").read_text(encoding="utf-8")
    probe = (ROOT / "autograder" / "sandbox" / "probe.py").read_text(encoding="utf-8")
    calls = set(re.findall(r"landlock_\w+", page))
    assert calls == set(re.findall(r"landlock_(?:create|add|restrict)_\w+", probe))
