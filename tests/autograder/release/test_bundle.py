"""The student bundle of a small course: what goes in, what is refused, and that it repeats."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.course.directory import Course, load_course
from autograder.errors import CourseError, StorageError
from autograder.release.bundle import bundle_files, write_bundle
from autograder.release.student_version import release_files
from tests.autograder.tiny_course import ASSIGNMENT, make_course

TABLE = """\
[tool.autograder.bundle]
files = ["lectures/*.ipynb", "library/**/*"]
constraints = "requirements.lock"
top = "for_students"
"""
LOCK = "# a lock\nnumpy==2.4.6 \\\n    --hash=sha256:00ff \\\n    --hash=sha256:ff00\nwheel==1.0\n"
OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["seen"]}
LECTURE: dict[str, Any] = {
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# One\n", "text"]},
        {
            "cell_type": "code",
            "execution_count": 7,
            "metadata": {},
            "outputs": [OUTPUT],
            "source": ["print('seen')"],
        },
    ],
    "metadata": {"widgets": {"state": "of a slider"}},
    "nbformat": 4,
    "nbformat_minor": 4,
}
NAMES = [
    "README.md",
    "lectures/one.ipynb",
    "library/plots.py",
    f"release/{ASSIGNMENT}/{ASSIGNMENT}.ipynb",
    "requirements.lock",
]


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course with lectures, a library, a lock and the student edition."""
    root = make_course(tmp_path / "course")
    write(root / "pyproject.toml", TABLE)
    write(root / "requirements.lock", LOCK)
    write(root / "lectures" / "one.ipynb", json.dumps(LECTURE))
    write(root / "library" / "plots.py", "def plot(x):\n    return x\n")
    write(root / "library" / "__pycache__" / "plots.cpython-311.pyc", "cache")
    write(root / "for_students" / "README.md", "Welcome")
    release_files(load_course(root), ASSIGNMENT)
    return root


@pytest.fixture
def course(root: Path) -> Course:
    return load_course(root)


def files(root: Path) -> dict[str, bytes]:
    return bundle_files(load_course(root), [ASSIGNMENT])


def release(root: Path, *arguments: object) -> Result:
    options = ["--course-dir", root, "release", "--isolation", "none", *arguments]
    return CliRunner().invoke(main, [str(each) for each in options])


class TestContents:
    def test_student_edition_and_what_the_table_names(self, root: Path) -> None:
        assert sorted(files(root)) == NAMES

    def test_a_course_without_a_table_gives_the_student_edition(self, root: Path) -> None:
        (root / "pyproject.toml").unlink()
        assert list(files(root)) == [f"release/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"]

    def test_lectures_have_no_outputs(self, root: Path) -> None:
        lecture = json.loads(files(root)["lectures/one.ipynb"])
        code = lecture["cells"][1]
        assert (code["outputs"], code["execution_count"], lecture["metadata"]) == ([], None, {})
        assert [cell["source"] for cell in lecture["cells"]] == [
            cell["source"] for cell in LECTURE["cells"]
        ]

    def test_constraints_are_the_locked_versions(self, root: Path) -> None:
        assert files(root)["requirements.lock"] == b"# a lock\nnumpy==2.4.6\nwheel==1.0\n"

    def test_files_for_the_top_replace_those_of_the_course(self, root: Path) -> None:
        write(root / "README.md", "How to grade")
        write(root / "pyproject.toml", TABLE.replace('"library', '"README.md", "library'))
        assert files(root)["README.md"] == b"Welcome"

    def test_patterns_do_not_reach_other_student_editions(self, root: Path) -> None:
        write(root / "release" / "later" / "later.ipynb", "{}")
        write(root / "pyproject.toml", TABLE.replace('"lectures/', '"[lr]e*/**/'))
        assert sorted(files(root)) == NAMES


class TestRefusals:
    @pytest.mark.parametrize(
        ("pattern", "reason"),
        [
            ("source/**/*", "for instructors only"),
            ("gradebook.db", "for instructors only"),
            ("../*/nbgrader_config.py", "outside the course"),
            ("nothing/*.py", "no such file"),
            ("", "no pattern of files"),
            ("/etc/*", "no pattern of files"),
        ],
    )
    def test_pattern(self, root: Path, pattern: str, reason: str) -> None:
        write(root.parent / "other" / "nbgrader_config.py", "")
        write(root / "pyproject.toml", TABLE.replace("lectures/*.ipynb", pattern))
        with pytest.raises(CourseError, match=reason):
            files(root)

    def test_link_to_the_instructor_edition(self, root: Path) -> None:
        (root / "library" / "more").symlink_to(root / "source" / ASSIGNMENT / "tiny.ipynb")
        with pytest.raises(CourseError, match="for instructors only"):
            files(root)

    @pytest.mark.parametrize(
        ("table", "reason"),
        [
            ("file = []", "no 'file', only files, constraints, top"),
            ("files = 'library'", "expected files = "),
            ("files = [1]", "expected files = "),
            ("files = [", "not valid TOML"),
        ],
    )
    def test_table(self, root: Path, table: str, reason: str) -> None:
        write(root / "pyproject.toml", f"[tool.autograder.bundle]\n{table}\n")
        with pytest.raises(CourseError, match=reason):
            files(root)

    def test_student_edition_that_is_out_of_date(self, root: Path) -> None:
        write(root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", "{}")
        with pytest.raises(CourseError, match=f"out of date .*autograder release {ASSIGNMENT}`"):
            files(root)

    def test_hidden_test_in_a_lecture(self, root: Path) -> None:
        lecture = json.dumps(LECTURE).replace("print('seen')", "assert halve(5) == 2.5")
        write(root / "lectures" / "one.ipynb", lecture)
        with pytest.raises(CourseError, match=r"give away .*\nlectures/one.ipynb: 'assert halve"):
            files(root)

    @pytest.mark.parametrize(
        ("place", "reason"),
        [
            (lambda folder: folder / "bundle.tar", "end it in .zip"),
            (lambda folder: folder / "nowhere" / "bundle.zip", "There is no folder"),
            (lambda folder: write(folder / "old.zip", "old"), "exists: .* --force"),
        ],
    )
    def test_target(self, course: Course, place: Callable[[Path], Path], reason: str) -> None:
        with pytest.raises(StorageError, match=reason):
            write_bundle(course, [ASSIGNMENT], place(course.root))

    def test_old_bundle_stays_if_the_new_one_is_refused(self, course: Course) -> None:
        old = write(course.root / "old.zip", "old")
        write(course.release_folder(ASSIGNMENT) / f"{ASSIGNMENT}.ipynb", "{}")
        with pytest.raises(CourseError):
            write_bundle(course, [ASSIGNMENT], old, force=True)
        assert old.read_text() == "old"


class TestZip:
    def test_same_files_make_the_same_bytes(self, course: Course, tmp_path: Path) -> None:
        first, second = tmp_path / "first.zip", tmp_path / "second.zip"
        write_bundle(course, [ASSIGNMENT], first)
        (course.root / "library" / "plots.py").chmod(0o700)
        write_bundle(course, [ASSIGNMENT], second)
        assert first.read_bytes() == second.read_bytes()

    def test_files_keep_their_dates(self, course: Course, tmp_path: Path) -> None:
        for path in course.root.rglob("*"):
            os.utime(path, (0, 1_000_000_000))
        write_bundle(course, [ASSIGNMENT], tmp_path / "bundle.zip")
        with ZipFile(tmp_path / "bundle.zip") as archive:
            dates = {entry.date_time for entry in archive.infolist()}
        assert dates == {time.localtime(1_000_000_000)[:6]}

    def test_files_are_in_one_folder_in_order(self, course: Course, tmp_path: Path) -> None:
        path = tmp_path / "bundle.zip"
        assert write_bundle(course, [ASSIGNMENT], path) == NAMES
        with ZipFile(path) as archive:
            assert archive.namelist() == [f"course/{name}" for name in NAMES]


class TestCommand:
    def test_last_line_names_file_size_and_count(self, root: Path) -> None:
        path = root.parent / "students.zip"
        result = release(root, "--bundle", path)
        assert result.exit_code == 0, result.output
        assert result.output.splitlines()[-1] == f"{path}: {len(NAMES)} files, 1 kB"

    def test_existing_file_is_replaced_with_force_only(self, root: Path) -> None:
        path = write(root.parent / "students.zip", "old")
        refused = release(root, "--bundle", path)
        assert (refused.exit_code, path.read_text()) == (2, "old")
        assert "add --force" in refused.output
        assert release(root, "--bundle", path, "--force").exit_code == 0
        assert path.read_bytes().startswith(b"PK")

    def test_stale_student_edition_gives_no_bundle(self, root: Path) -> None:
        path = root.parent / "students.zip"
        write(root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", "{}")
        result = release(root, "--check", "--bundle", path)
        assert result.exit_code == 1
        assert "is not written: first mend" in result.output
        assert not path.exists()

    def test_stale_student_edition_is_made_anew(self, root: Path) -> None:
        path = root.parent / "students.zip"
        write(root / "release" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", "{}")
        assert release(root, "--bundle", path).exit_code == 0
        with ZipFile(path) as archive:
            assert b"nbgrader" in archive.read(f"course/release/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
