"""The command line of ``autograder watch``."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner

from autograder.cli import main
from tests.autograder.tiny_course import make_course


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--hidden-after", "soon"], "'soon' is no time: expected one such as 2026-11-30T18:00"),
        (["--hidden-after", "+2d"], "'+2d' is a span; expected a time"),
        (["--attempts", "0"], "0 is not in the range x>=1"),
        (["other"], "There is no assignment 'other'"),
        (["--jobs", "2", "--cluster", "local:1"], "name one of --jobs and --cluster"),
    ],
    ids=["time", "span", "attempts", "assignment", "jobs"],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, arguments: list[str], said: str) -> None:
    root = make_course(tmp_path / "course")
    result = CliRunner().invoke(main, ["--course-dir", str(root), "watch", *arguments])
    assert result.exit_code == 2
    assert said in result.output


def test_a_date_alone_counts_to_the_end_of_that_day(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    (root / "deadlines.toml").write_text('timezone = "UTC"\n')
    arguments = ["--course-dir", str(root), "watch", "--hidden-after", "2026-12-03"]
    with (
        mock.patch("autograder.cli.watch.executor_of", return_value=nullcontext()),
        mock.patch("autograder.watch.watch.Watch", side_effect=KeyboardInterrupt) as watch,
    ):
        result = CliRunner().invoke(main, arguments)
    policy = watch.call_args.args[3]
    assert policy.hidden_until == datetime(2026, 12, 4, tzinfo=UTC)
    assert "What hidden tests find is shown after 2026-12-04 00:00 UTC." in result.output
