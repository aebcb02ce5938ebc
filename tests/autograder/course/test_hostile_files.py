"""What students can do by the names and folders of what they hand in, before any code runs."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.collect import Action, PlannedSubmission, plan_collection, store
from autograder.course.directory import Course, load_course
from autograder.course.submissions import read_submission
from autograder.sandbox.limits import remove
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course, notebook

NOTEBOOK = notebook().encode()
ESCAPES = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e[/red]"
MOODLE = "Wei Zhang_{}_assignsubmission_file_/{}"


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "course"
    yield make_course(folder)
    remove(folder)  # pytest, too, breaks on what is nested deep


@pytest.fixture
def course(root: Path) -> Course:
    return load_course(root)


def nest(folder: Path, depth: int) -> None:
    """Folders within folders, deeper than a path can say."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        for _ in range(depth):
            Path("d").mkdir()
            os.chdir("d")
        Path("deep.txt").write_text("x")
    finally:
        os.chdir(here)


def collected(course: Course, source: Path, files: list[str]) -> dict[str, PlannedSubmission]:
    with zipfile.ZipFile(source, "w") as archive:
        for name in files:
            archive.writestr(name, NOTEBOOK)
    plan = plan_collection(course, ASSIGNMENT, source)
    assert list(store(course, ASSIGNMENT, plan)) == [p for p in plan if p.action is Action.ADD]
    return {each.student: each for each in plan}


@pytest.mark.parametrize("depth", [30, 1500])
def test_folders_within_folders_are_read_so_far_only(
    root: Path, course: Course, depth: int
) -> None:
    folder = hand_in(root, "ada").parent
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "data.csv").write_text("1")
    nest(folder, depth)
    submission = read_submission(course, ASSIGNMENT, "ada")
    assert set(submission.files) == {"a/b/data.csv"}
    assert set(submission.notebooks) == {ASSIGNMENT}


def test_a_download_of_folders_within_folders_costs_its_student_only(
    course: Course, tmp_path: Path
) -> None:
    source = tmp_path / "download"
    for student in ("ada", "eve"):
        (source / student).mkdir(parents=True)
        (source / student / "tiny.ipynb").write_bytes(NOTEBOOK)
    nest(source / "eve", 1500)
    try:
        plan = {each.student: each.action for each in plan_collection(course, ASSIGNMENT, source)}
    finally:
        remove(source)
    assert plan == {"ada": Action.ADD, "eve": Action.REFUSE}


def test_what_is_there_already_may_be_nested_deep(
    root: Path, course: Course, tmp_path: Path
) -> None:
    nest(hand_in(root, "eve").parent, 1500)
    plan = collected(course, tmp_path / "a.zip", ["ada/tiny.ipynb", "eve/tiny.ipynb"])
    assert plan["ada"].action is Action.ADD


@pytest.mark.parametrize(
    "name",
    ["x" * 300, "ä" * 150, "d/" * 1500 + "x", "/".join(["x" * 190] * 19)],
    ids=["long", "long in bytes", "deep", "long path"],
)
def test_a_name_that_no_disk_takes_costs_its_student_only(
    course: Course, tmp_path: Path, name: str
) -> None:
    names = ["ada/tiny.ipynb", "eve/tiny.ipynb", f"eve/{name}", "zoe/tiny.ipynb"]
    plan = collected(course, tmp_path / "a.zip", names)
    assert {who: each.action.value for who, each in plan.items()} == {
        "ada": "new",
        "eve": "refused",
        "zoe": "new",
    }


def test_nobody_says_oneself_when_something_was_handed_in(course: Course, tmp_path: Path) -> None:
    plan = collected(course, tmp_path / "a.zip", ["eve/tiny.ipynb", "eve/timestamp.txt"])
    assert list(plan["eve"].files) == ["tiny.ipynb"]
    assert read_submission(course, ASSIGNMENT, "eve").submitted_at is None


def test_people_of_one_name_do_not_become_one(course: Course, tmp_path: Path) -> None:
    names = [MOODLE.format(1, "tiny.ipynb"), MOODLE.format(2, "numpy.py"), "Ada" + MOODLE[9:]]
    names[2] = names[2].format(3, "tiny.ipynb")
    plan = collected(course, tmp_path / "a.zip", names)
    assert {who: each.action.value for who, each in plan.items()} == {
        "Ada": "new",
        "Wei Zhang": "refused",
    }


def test_no_terminal_obeys_what_is_in_a_download(root: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for name in (f"{ESCAPES}/tiny.ipynb", "ada/tiny.ipynb", f"ada/{ESCAPES}.txt"):
            archive.writestr(name, NOTEBOOK)
    assert_tame(root, "collect", str(source), "--assignment", ASSIGNMENT)


def test_nor_a_complaint_about_it(root: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr(f"{ESCAPES}.ipynb", NOTEBOOK)
    assert_tame(root, "collect", str(source), "--assignment", ASSIGNMENT)


def test_nor_what_students_are_told(root: Path) -> None:
    hand_in(root, "ada", double=f"def double(x): raise ValueError({ESCAPES!r})")
    misnamed = hand_in(root, "eve")
    misnamed.rename(misnamed.with_name(f"{ESCAPES.replace('/', '')}.ipynb"))
    assert_tame(root, "grade", "--isolation", "none")
    assert_tame(root, "report")
    assert_tame(root, "release", "--isolation", "none")


def test_nor_what_a_test_says_of_the_solution(tmp_path: Path) -> None:
    tests = {"test_double": f"assert double(2) == 5, {ESCAPES!r}", "test_halve": "halve(1)"}
    assert_tame(make_course(tmp_path, tests), "release", "--isolation", "none")


def assert_tame(root: Path, *command: str) -> None:
    """A command ends in order, and prints nothing that moves a cursor or reorders text."""
    result = CliRunner().invoke(main, ["--course-dir", str(root), *command])
    assert isinstance(result.exception, SystemExit | None)
    assert not set(result.output) & set("\x1b\x07\x9b\u202e")
