"""Gradebooks that are locked, damaged, gone or of another nbgrader."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from autograder.gradebook import gradebook
from tests.faults.conftest import Disturbed
from tests.faults.course import grades_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(database: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process has the database to itself until its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOCK, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process


def test_locked_for_longer_than_our_patience(
    disturbed: Disturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradebook, "PATIENCE", 0.3)
    with locked(disturbed.root / "gradebook.db"):
        result = disturbed.grade()
    assert result.exit_code == 2
    assert "gradebook.db cannot be used: database is locked" in result.output
    assert "let that finish or close it, and try again" in result.output
    disturbed.expect_that_the_next_run_finishes()


def test_locked_in_the_middle_of_the_class(
    disturbed: Disturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert disturbed.grade("--student", "ada").exit_code == 0
    monkeypatch.setattr(gradebook, "PATIENCE", 0.3)
    with locked(disturbed.root / "gradebook.db"):
        assert disturbed.grade().exit_code == 2
    before = {key: grade for key, grade in disturbed.grades.items() if key[0] == "ada"}
    assert grades_in(disturbed.root) == before
    disturbed.expect_that_the_next_run_finishes()


def test_locked_for_less_than_our_patience(disturbed: Disturbed) -> None:
    with locked(disturbed.root / "gradebook.db") as process:
        assert process.stdin is not None
        timer = threading.Timer(3.0, process.stdin.close)
        timer.start()
        disturbed.expect_that_the_next_run_finishes()
        timer.join()


def test_a_reader_keeps_nobody_from_grading(disturbed: Disturbed) -> None:
    disturbed.grade("--student", "ada")
    with closing(sqlite3.connect(disturbed.root / "gradebook.db")) as formgrader:
        formgrader.execute("SELECT * FROM grade").fetchall()
        disturbed.expect_that_the_next_run_finishes()


@pytest.mark.parametrize("place", [0, 0.3, 0.6])
def test_damaged(regraded: Disturbed, place: float) -> None:
    database = regraded.root / "gradebook.db"
    data = bytearray(database.read_bytes())
    start = int(place * len(data)) // 4096 * 4096
    data[start : start + 8192] = b"\xa5" * 8192
    database.write_bytes(data)
    result = regraded.grade()
    assert result.exit_code == 2
    assert "gradebook.db cannot be used" in result.output
    assert "The file is damaged. Put a backup in its place, or move it away" in result.output
    assert database.read_bytes() == data
    database.unlink()
    regraded.expect_that_the_next_run_finishes()


def test_cut_off(regraded: Disturbed) -> None:
    database = regraded.root / "gradebook.db"
    data = database.read_bytes()
    database.write_bytes(data[: len(data) // 2])
    assert "The file is damaged" in regraded.grade().output
    database.unlink()
    regraded.expect_that_the_next_run_finishes()


def test_a_lost_gradebook_is_filled_without_grading_again(regraded: Disturbed) -> None:
    (regraded.root / "gradebook.db").unlink()
    assert "4 submissions had not changed" in regraded.grade().output
    regraded.expect_that_the_next_run_finishes()


def test_a_backup_from_before_some_were_graded_is_filled(
    disturbed: Disturbed, tmp_path: Path
) -> None:
    disturbed.grade("--student", "ada")
    shutil.copy(disturbed.root / "gradebook.db", tmp_path / "backup.db")
    disturbed.grade()
    shutil.copy(tmp_path / "backup.db", disturbed.root / "gradebook.db")
    disturbed.expect_that_the_next_run_finishes()


def test_of_an_older_nbgrader(disturbed: Disturbed) -> None:
    """nbgrader ships one, of a time when gradebooks did not even tell their revision."""
    package = find_spec("nbgrader")
    assert package is not None
    assert package.origin is not None
    old = Path(package.origin).parent / "tests" / "apps" / "files" / "gradebook.db"
    shutil.copy(old, disturbed.root / "gradebook.db")
    result = disturbed.grade()
    assert result.exit_code == 2
    assert "tables of revision unknown" in result.output
    assert "then run: nbgrader db upgrade" in result.output
    assert (disturbed.root / "gradebook.db").read_bytes() == old.read_bytes()
    scripts = Path(sys.executable).parent
    subprocess.run(
        [sys.executable, "-m", "nbgrader", "db", "upgrade"],
        cwd=disturbed.root,
        env={**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"},
        check=True,
        capture_output=True,
    )
    disturbed.expect_that_the_next_run_finishes()


def test_of_a_newer_nbgrader(regraded: Disturbed) -> None:
    database = regraded.root / "gradebook.db"
    before = database.read_bytes()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
        connection.commit()
    result = regraded.grade()
    assert result.exit_code == 2
    assert "tables of revision ffffffffffff" in result.output
    assert "A newer nbgrader than the installed one has made it" in result.output
    database.write_bytes(before)
    regraded.expect_that_the_next_run_finishes()
