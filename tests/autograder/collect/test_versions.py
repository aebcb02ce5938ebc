"""Several files of one student's in a download: which counts, and when a person has to say."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.collect import Action, PlannedSubmission, plan_collection
from autograder.course.directory import Course, load_course
from autograder.course.submissions import read_submission
from autograder.errors import CourseError
from tests.autograder.tiny_course import ASSIGNMENT, make_course, notebook

OLD, NEW = b"{}", notebook().encode()


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


def packed(course: Course, files: Mapping[str, bytes]) -> Path:
    source = course.root.parent / "download.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return source


def planned(course: Course, files: Mapping[str, bytes], *take: str) -> PlannedSubmission:
    plan = plan_collection(course, ASSIGNMENT, packed(course, files), take=take)
    return next(each for each in plan if each.student == "ada")


BEN = {"ben_13_346_tiny.ipynb": NEW}


def test_the_newest_version_is_taken_where_the_platform_numbers_them(course: Course) -> None:
    files = {"ada_12_345_tiny.ipynb": OLD, "ada_12_999_tiny-1.ipynb": NEW}
    ada = planned(course, {**files, **BEN})
    assert (ada.origins, ada.earlier, ada.handed_in.upload) == (
        {"tiny.ipynb": "tiny-1.ipynb"},
        1,
        "999",
    )


def test_a_number_of_thousands_of_digits_stops_nobody(course: Course) -> None:
    inside = {"tiny.ipynb": OLD, f"tiny-{'1' * 5000}.ipynb": NEW}
    work = packed(course, inside).read_bytes()
    plan = plan_collection(course, ASSIGNMENT, packed(course, {"ada_12_345_work.zip": work, **BEN}))
    assert {each.student: each.action for each in plan}["ben"] is Action.ADD


@pytest.mark.parametrize(
    "files",
    [
        {"ada_12_999_tiny.ipynb": OLD, "ada_12_345_tiny-1.ipynb": NEW},
        {"ada_12_345_tiny.ipynb": OLD, "ada_12_999_tiny (1).ipynb": NEW},
    ],
    ids=["a number of the student's own", "a copy"],
)
def test_where_nothing_tells_the_newest_a_person_decides(
    course: Course, files: Mapping[str, bytes]
) -> None:
    ada = planned(course, {**files, **BEN})
    assert (ada.action, sorted(ada.choices)) == (Action.REFUSE, sorted(files))


def test_the_same_file_twice_is_no_question(course: Course) -> None:
    ada = planned(course, {"ada/tiny.ipynb": NEW, "ada/tiny (1).ipynb": NEW, "b/tiny.ipynb": NEW})
    assert (ada.action, ada.origins) == (Action.ADD, {"tiny.ipynb": "tiny.ipynb"})


def test_what_a_person_has_named_counts(course: Course) -> None:
    files = {"ada/tiny.ipynb": OLD, "ada/tiny (1).ipynb": NEW, "b/tiny.ipynb": NEW}
    ada = planned(course, files, "ada/tiny (1).ipynb")
    assert (ada.action, ada.origins) == (Action.ADD, {"tiny.ipynb": "tiny (1).ipynb"})


def test_a_file_that_is_not_there_cannot_be_named(course: Course) -> None:
    with pytest.raises(CourseError, match="has no file ada/other.ipynb"):
        planned(course, {"ada/tiny.ipynb": OLD}, "ada/other.ipynb")


def test_the_command_says_how_to_choose(course: Course) -> None:
    files = {"ada/tiny.ipynb": OLD, "ada/tiny (1).ipynb": NEW, "b/tiny.ipynb": NEW}
    command = ["--course-dir", course.root, "collect", packed(course, files)]
    told = CliRunner().invoke(main, [*map(str, command), "--assignment", ASSIGNMENT, "--dry-run"])
    assert "--take ada/tiny.ipynb or --take 'ada/tiny (1).ipynb'" in told.output.replace("\n", " ")


@pytest.mark.parametrize(
    "name", ["tiny.ipynb", "tiny.ipynb.txt", "tiny.ipynb.json", "work/tiny.ipynb", "TINY.IPYNB"]
)
def test_a_notebook_of_any_name_has_the_time_of_the_archive(course: Course, name: str) -> None:
    source = packed(course, {f"ada/{name}": NEW, "b/tiny.ipynb": NEW})
    plan = plan_collection(course, ASSIGNMENT, source, submitted_at="archive")
    assert all(each.handed_in.time is not None for each in plan)


def test_a_time_within_a_students_archive_is_not_believed(course: Course, tmp_path: Path) -> None:
    inner = tmp_path / "work.zip"
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(zipfile.ZipInfo("tiny.ipynb", (2020, 1, 1, 0, 0, 0)), NEW)
    source = packed(course, {"ada/work.zip": inner.read_bytes(), "b/tiny.ipynb": NEW})
    plan = plan_collection(course, ASSIGNMENT, source, submitted_at="archive")
    assert all(each.handed_in.time is not None and each.handed_in.time.year > 2020 for each in plan)


def test_a_time_that_no_program_has_set_is_none(course: Course) -> None:
    source = course.root.parent / "download.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for name in ("ada/tiny.ipynb", "b/tiny.ipynb"):
            archive.writestr(zipfile.ZipInfo(name), NEW)
    plan = plan_collection(course, ASSIGNMENT, source, submitted_at="archive")
    assert [each.handed_in.time for each in plan] == [None, None]


def test_times_without_a_zone_are_in_the_courses(course: Course) -> None:
    (course.root / "deadlines.toml").write_text('timezone = "Asia/Tokyo"\n')
    files = {f"Home_{who}_attempt_2026-10-01-09-00-00_tiny.ipynb": NEW for who in ("ada", "ben")}
    moment = planned(course, files).handed_in.time
    assert moment is not None
    assert moment.isoformat() == "2026-10-01T09:00:00+09:00"


def test_a_time_can_be_told_after_the_files_were_collected(course: Course) -> None:
    source = packed(course, {"ada/tiny.ipynb": NEW})
    command = ["--course-dir", course.root, "collect", source, "--assignment", ASSIGNMENT]
    for options in ([], ["--submitted-at", "2026-10-01T12:00Z"], ["--submitted-at", "2027-01-01"]):
        done = CliRunner().invoke(main, [*map(str, command), *options])
        assert done.exit_code == 0, done.output
    told = read_submission(course, ASSIGNMENT, "ada").submitted_at
    assert str(told) == "2026-10-01 12:00:00+00:00"
