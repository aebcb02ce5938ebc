"""Reading what students handed in: everything that may be there is only data."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course.directory import Course, load_course
from autograder.course.settings import Settings
from autograder.course.submissions import Submission, kept_ids_file, read_submission
from autograder.sandbox.limits import Limits
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course, notebook


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


@pytest.fixture
def folder(course: Course) -> Path:
    """Where ada's submission lies."""
    return hand_in(course.root, "ada").parent


def read(course: Course) -> Submission:
    return read_submission(course, ASSIGNMENT, "ada")


def test_a_notebook_is_read_as_it_is(course: Course, folder: Path) -> None:
    (folder / "tiny.ipynb").write_bytes(b"\xff not even text")
    assert read(course).notebooks == {"tiny": b"\xff not even text"}


def test_a_notebook_that_was_not_handed_in_is_missing(course: Course, folder: Path) -> None:
    (folder / "tiny.ipynb").unlink()
    submission = read(course)
    assert submission.missing == ("tiny",)
    assert submission.notebooks == {}


def test_of_a_notebook_beyond_the_limit_no_more_is_read_than_tells_so(
    course: Course, folder: Path
) -> None:
    small = replace(course, settings=Settings(limits=Limits(notebook_bytes=100)))
    (folder / "tiny.ipynb").write_bytes(b"x" * 1000)
    assert len(read(small).notebooks["tiny"]) == 101


def test_a_link_is_not_followed(course: Course, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "private").write_text(notebook())
    (folder / "tiny.ipynb").unlink()
    (folder / "tiny.ipynb").symlink_to(tmp_path / "private")
    submission = read(course)
    assert submission.notebooks == {}
    assert "tiny.ipynb cannot be read" in submission.unreadable["tiny"]


def test_a_pipe_keeps_nobody_waiting(course: Course, folder: Path) -> None:
    (folder / "tiny.ipynb").unlink()
    os.mkfifo(folder / "tiny.ipynb")
    assert "not a plain file" in read(course).unreadable["tiny"]


def test_files_beside_the_notebook_come_along(course: Course, folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "mine.csv").write_text("1,2")
    assert read(course).files == {"data/mine.csv": b"1,2"}


def test_notebooks_and_the_time_stamp_are_not_among_the_files(course: Course, folder: Path) -> None:
    (folder / "other.ipynb").write_text("{}")
    (folder / "timestamp.txt").write_text("2026-01-10 12:00:00 UTC")
    assert read(course).files == {}


def test_links_to_files_and_folders_are_left_out(
    course: Course, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("hidden tests")
    (folder / "file").symlink_to(tmp_path / "secret")
    (folder / "sub").symlink_to(tmp_path)
    assert read(course).files == {}


def test_the_instructors_files_replace_the_students(course: Course, folder: Path) -> None:
    (course.source_folder(ASSIGNMENT) / "data.csv").write_text("the instructor's")
    (folder / "data.csv").write_text("the student's")
    assert read(course).files == {"data.csv": b"the instructor's"}


def test_files_beyond_half_of_the_scratch_folder_are_left_out(course: Course, folder: Path) -> None:
    small = replace(course, settings=Settings(limits=Limits(scratch_bytes=200)))
    (folder / "a").write_bytes(b"x" * 80)
    (folder / "b").write_bytes(b"x" * 80)
    assert read(small).files == {"a": b"x" * 80}


def test_no_more_files_come_along_than_half_of_what_the_scratch_folder_holds(
    course: Course, folder: Path
) -> None:
    few = replace(course, settings=Settings(limits=Limits(scratch_files=4)))
    for name in "abc":
        (folder / name).write_text(name)
    assert sorted(read(few).files) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-10 12:00:00 UTC", datetime(2026, 1, 10, 12, tzinfo=UTC)),
        ("2026-01-10 12:00:00.5 UTC", datetime(2026, 1, 10, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-01-10 14:00:00 +0200", datetime(2026, 1, 10, 12, tzinfo=UTC)),
        ("2026-01-10 13:00:00 Europe/Paris", datetime(2026, 1, 10, 12, tzinfo=UTC)),
        ("2026-01-10T12:00:00Z", datetime(2026, 1, 10, 12, tzinfo=UTC)),
        ("2026-01-10T12:00:00.5+00:00", datetime(2026, 1, 10, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-01-10 07:00:00 -05:00", datetime(2026, 1, 10, 12, tzinfo=UTC)),
        ("2026-01-10 12:00:00", datetime(2026, 1, 10, 12).astimezone()),  # this machine's zone
        ("2026-01-10T12:00:00 UTC", datetime(2026, 1, 10, 12, tzinfo=UTC)),
    ],
)
def test_the_time_stamp_is_read_as_nbgrader_and_iso_8601_write_it(
    course: Course, folder: Path, text: str, moment: datetime
) -> None:
    (folder / "timestamp.txt").write_text(text + "\n")
    assert read(course).submitted_at == moment


@pytest.mark.parametrize(
    "data",
    [b"", b"soon", b"\xff\xfe", b"2026-99-99 12:00:00 UTC", b"2026-01-10 12:00:00 Mars/Rover"],
)
def test_a_time_stamp_that_says_nothing_is_named_and_counts_as_none(
    course: Course, folder: Path, data: bytes
) -> None:
    (folder / "timestamp.txt").write_bytes(data)
    submission = read(course)
    assert submission.submitted_at is None
    assert "timestamp.txt holds" in submission.note


def test_what_a_platform_calls_late_without_a_time_is_said(course: Course, folder: Path) -> None:
    kept = kept_ids_file(course, ASSIGNMENT)
    kept.parent.mkdir()
    kept.write_text("student,platform_id,name,submitted_at,late\nada,17,Ada,,late\n")
    assert "late, says the platform" in read(course).note
    (folder / "timestamp.txt").write_text("2026-01-10T12:00:00Z")
    assert read(course).note == ""


@pytest.mark.parametrize(
    ("form", "zone", "text"),
    [
        ("%d.%m.%Y %H:%M %z", "UTC", "10.07.2026 14:00 +0200"),
        ("", "Europe/Berlin", "2026-07-10 14:00:00.000000 CEST"),
    ],
)
def test_the_time_stamp_is_read_as_the_course_has_it_written(
    course: Course, folder: Path, form: str, zone: str, text: str
) -> None:
    course.config.Exchange.timestamp_format = form
    course.config.Exchange.timezone = zone
    (folder / "timestamp.txt").write_text(text)
    assert read(course).submitted_at == datetime(2026, 7, 10, 12, tzinfo=UTC)
