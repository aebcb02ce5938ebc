"""The command line of ``autograder watch``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from tests.autograder.tiny_course import make_course


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--hidden-after", "soon"], "'soon' is no time, expected one such as 2026-11-30T18:00"),
        (["--attempts", "0"], "0 is not in the range x>=1"),
        (["other"], "There is no assignment 'other'"),
        (["--jobs", "2", "--cluster", "local:1"], "name one of --jobs and --cluster"),
    ],
    ids=["time", "attempts", "assignment", "jobs"],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, arguments: list[str], said: str) -> None:
    root = make_course(tmp_path / "course")
    result = CliRunner().invoke(main, ["--course-dir", str(root), "watch", *arguments])
    assert result.exit_code == 2
    assert said in result.output
