"""The table of grades that ``nbgrader export`` writes, and what a spreadsheet makes of it."""

from __future__ import annotations

import csv
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from nbgrader.plugins import CsvExportPlugin

from autograder.cli import main
from autograder.nbgrader_plugin import CsvExporter
from autograder.sanitise import defused
from tests.autograder.tiny_course import hand_in, make_course

FORMULAS = [
    "=1+1", '=HYPERLINK("http://x.org","ann")', "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    " =1", "＝1+1", "=cmd|' /C calc'!A0", "\u3000=1", "\u200b=1", "\ufeff@x", "\u2003+1", "\x85-1",
    "\u3164=1", "\u034f=1", "﹢1", "\u2212 1", "\u202e=1", "\x00=1", "\x9b=1",
]  # fmt: skip


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook with an assignment; making one takes seconds."""
    path = tmp_path_factory.mktemp("export") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader starts `alembic` by name.
        patch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        with Gradebook(f"sqlite:///{path}") as gradebook:
            gradebook.add_assignment("ps1", duedate="2030-01-01 12:00:00.000000 UTC")
    return path


@pytest.fixture
def gradebook(tmp_path: Path, database: Path) -> Iterator[Any]:
    copy = shutil.copy(database, tmp_path)
    with Gradebook(f"sqlite:///{copy}") as gradebook:
        yield gradebook


def written(exporter: Any, gradebook: Any, path: Path) -> str:
    exporter.to = str(path)
    exporter.export(gradebook)
    return path.read_bytes().decode()


@pytest.mark.filterwarnings("ignore:Object of type <SubmittedAssignment>")  # nbgrader's own
def test_an_honest_class_gets_nbgraders_table_to_the_byte(gradebook: Any, tmp_path: Path) -> None:
    gradebook.add_student("ann", first_name="Ann", last_name="O'Neil", email="ann@x.org")
    gradebook.add_student("bob")
    gradebook.add_submission("ps1", "ann")
    files = (tmp_path / "ours.csv", tmp_path / "theirs.csv")
    ours = written(CsvExporter(), gradebook, files[0])
    assert ours == written(CsvExportPlugin(), gradebook, files[1])


@pytest.mark.parametrize("text", FORMULAS)
def test_no_name_is_a_formula(gradebook: Any, tmp_path: Path, text: str) -> None:
    gradebook.add_student(text, first_name=text, last_name=text, email=text)
    written(CsvExporter(), gradebook, tmp_path / "grades.csv")
    with (tmp_path / "grades.csv").open(newline="", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    texts = {row[column] for column in ("student_id", "first_name", "last_name", "email")}
    [shown] = texts
    assert shown.startswith(("'", "["))  # or an invisible character's number
    assert shown.lstrip("'").endswith(text[-1])


def test_commas_quotes_and_line_breaks_shift_nothing(gradebook: Any, tmp_path: Path) -> None:
    gradebook.add_student('a",b\nc', first_name='"x",,,,')
    written(CsvExporter(), gradebook, tmp_path / "grades.csv")
    with (tmp_path / "grades.csv").open(newline="", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert (row["student_id"], row["first_name"]) == ('a",b c', '"x",,,,')
    assert (row["score"], row["max_score"]) == ("0.0", "0.0")


@pytest.mark.parametrize("text", ["a\u202eb", "a\x9b31mb", "\x1b[2J", "a\u200bb", "a\u2066b"])
def test_nothing_invisible_is_written_raw(text: str) -> None:
    shown = defused(text)
    assert shown != text
    assert not set(shown) & set("\u202e\x9b\x1b\u200b\u2066")


@pytest.mark.parametrize("text", ["ann", "", "O'Neil", "a=b", "1-2", "Ö-Ü", "ann@x.org"])
def test_other_names_stay_as_they_are(text: str) -> None:
    assert defused(text) == text


def test_the_students_and_assignments_that_are_named_are_exported(
    gradebook: Any, tmp_path: Path
) -> None:
    for name in ("ann", "bob"):
        gradebook.add_student(name)
    gradebook.add_assignment("ps2")
    exporter = CsvExporter()
    exporter.student, exporter.assignment = ["bob"], ["ps2"]
    lines = written(exporter, gradebook, tmp_path / "grades.csv").splitlines()
    assert [line.split(",")[:4] for line in lines[1:]] == [["ps2", "", "", "bob"]]


def test_what_could_not_be_graded_is_empty_and_never_0(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    hand_in(root, "ann", "no notebook")
    hand_in(root, "bob", double="def double(x):\n    return x")
    CliRunner().invoke(main, ["--course-dir", str(root), "grade", "--isolation", "none"])
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as gradebook:
        written(CsvExporter(), gradebook, tmp_path / "grades.csv")
    with (tmp_path / "grades.csv").open(newline="", encoding="utf-8") as file:
        scores = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
    assert scores == {"ann": "", "bob": "2.0"}
