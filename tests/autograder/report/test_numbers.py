"""Points as they are shown: two decimals where a person reads, all digits where a program does."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from autograder.cli import main
from autograder.cli.report import _table
from autograder.report.analysis import FORMGRADER, Analysis, Item
from autograder.report.page import render_report
from autograder.results import Outcome
from tests.autograder.tiny_course import ASSIGNMENT, TESTS, hand_in, make_course

#: Who doubles rightly has the point, anybody else a third of it.
PARTIAL = TESTS | {"test_double": "1 if double(2) == 4 else 1 / 3"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course in which ben has a third of a point, and two for the other question."""
    root = make_course(tmp_path_factory.mktemp("numbers") / "course", PARTIAL)
    hand_in(root, "ben", double="def double(x):\n    return x")
    run(root, "grade", "--isolation", "none")
    run(root, "feedback")
    return root


def run(root: Path, *arguments: str) -> str:
    done = CliRunner().invoke(main, ["--course-dir", str(root), *arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_person_reads_two_decimals_everywhere(root: Path) -> None:
    page = (root / f"feedback/ben/{ASSIGNMENT}/{ASSIGNMENT}.html").read_text()
    table = run(root, "grade", "--isolation", "none")
    run(root, "report")
    report = (root / f"report/{ASSIGNMENT}.html").read_text()
    assert "<strong>2.33</strong> / 3" in page
    assert re.search(r"ben +tiny +2\.33 / 3 .*Partial credit: 0\.33 of 1 point", table)
    assert "at most 3 points; mean 2.33, median 2.33" in report


def test_a_program_reads_all_digits(root: Path) -> None:
    result = json.loads(run(root, "grade", "--isolation", "none", "--json", "-"))["results"][0]
    (row,) = csv.DictReader(io.StringIO(run(root, "export", "-o", "-")))
    assert result["score"] == pytest.approx(7 / 3, abs=1e-12)
    assert float(row[ASSIGNMENT]) == pytest.approx(7 / 3, abs=1e-11)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_number_of_the_report_is_cut_beside_a_long_message(width: int) -> None:
    item = Item("n", "huber-loss", 2.5, (1.0, 2.0, 0.5), (2.0, 4.0, 1.0), {}, (("why " * 60, 3),))
    console = Console(width=width, file=io.StringIO(), record=True)
    console.print(_table(Analysis("ps1", 2.5, {}, (item,), {}, 0)))
    titles, first, *_ = console.export_text().splitlines()
    assert titles.split()[:4] == ["question", "points", "share", "discr."]
    assert first.split()[:4] == ["huber-loss", "2.5", "0.47", "1.00"]


def test_the_report_says_where_a_person_grades() -> None:
    waits = Item("n", "essay", 2.0, (), (), {Outcome.MANUAL: 2}, (), waiting=2)
    pages = [render_report(Analysis("ps1", 2.0, {}, (waits,), {}, n)) for n in (2, 0)]
    assert [FORMGRADER in page for page in pages] == [True, False]
