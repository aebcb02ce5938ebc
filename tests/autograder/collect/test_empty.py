"""A student's folder with nothing in it: the student has handed in nothing, and is in the plan."""

from __future__ import annotations

import csv
import io
import tarfile
import zipfile
from collections.abc import Collection
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.collect import Action, PlannedSubmission, plan_collection
from autograder.course.directory import Course, load_course
from autograder.gradebook import Gradebook
from tests.autograder.tiny_course import ASSIGNMENT, make_course, notebook

MOODLE = "{}_assignsubmission_file_/"
ILIAS = "P/Abgaben/Roe_{0}_{0}_{1}/"
SCHOOLOGY = "PS 1/Roe, {} - {}/"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


def write(source: Path, names: Collection[str]) -> Path:
    """An archive with the notebook under each name, or a folder where it ends with a slash."""
    with zipfile.ZipFile(source, "w") as archive:
        for name in names:
            archive.writestr(name, b"" if name.endswith("/") else notebook().encode())
    return source


def plan(course: Course, *names: str) -> dict[str, PlannedSubmission]:
    source = write(course.root.parent / "download.zip", names)
    return {each.student: each for each in plan_collection(course, ASSIGNMENT, source)}


def run(course: Course, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--course-dir", str(course.root), *map(str, arguments)])


def collect(course: Course, names: Collection[str], *options: object) -> Result:
    source = write(course.root.parent / "download.zip", names)
    return run(course, "collect", source, "--assignment", ASSIGNMENT, *options)


def marks(course: Course) -> dict[str, str]:
    run(course, "grade", "--isolation", "none")
    table = run(course, "export", "-o", "-").stdout
    return {row["student"]: row[ASSIGNMENT] for row in csv.DictReader(io.StringIO(table))}


@pytest.mark.parametrize(
    ("names", "student"),
    [
        (("ada/tiny.ipynb", "ben/tiny.ipynb", "cy/"), "cy"),
        (("ada/tiny.ipynb", "cy/"), "cy"),
        (("download/ada/tiny.ipynb", "download/cy/"), "cy"),
        (("ada/tiny.ipynb", "ben/tiny.ipynb", "cy/work/"), "cy"),
        (("ada/tiny.ipynb", "ben/tiny.ipynb", "cy/.DS_Store"), "cy"),
        (("ada/tiny.ipynb", "ben/tiny.ipynb", "cy/.ipynb_checkpoints/"), "cy"),
        ((MOODLE.format("A B_1") + "tiny.ipynb", MOODLE.format("C D_2")), "C D"),
        ((ILIAS.format("ada", 1) + "20240102030405_tiny.ipynb", ILIAS.format("cy", 2)), "cy"),
        ((SCHOOLOGY.format("Ada", 1) + "Revision 1 - On time/tiny.ipynb",
          SCHOOLOGY.format("Cy", 2)), "Roe, Cy"),
        (("S/Ada/PS 1/Version 1/tiny.ipynb", "S/Ben/PS 1/Version 2/tiny.ipynb", "S/Cy/"), "Cy"),
        (("P/R, A(ada)/Submission attachment(s)/tiny.ipynb",
          "P/R, C(cy)/Submission attachment(s)/"), "cy"),
    ],
)  # fmt: skip
def test_an_empty_folder_stands_in_the_plan(
    course: Course, names: tuple[str, ...], student: str
) -> None:
    planned = plan(course, *names)
    assert planned.pop(student).action is Action.NOTHING
    assert planned
    assert {each.action for each in planned.values()} == {Action.ADD}


@pytest.mark.parametrize(
    "names",
    [
        ("ada/tiny.ipynb", "ben/tiny.ipynb", "ben/work/", "__MACOSX/"),
        ("PS/ada/tiny.ipynb", "PS/ben/tiny.ipynb", "Feedback/"),
        (MOODLE.format("ada_1") + "tiny.ipynb", MOODLE.format("ben_2") + "tiny.ipynb", "other/"),
    ],
)
def test_an_empty_folder_that_is_no_students_is_nobody(
    course: Course, names: tuple[str, ...]
) -> None:
    planned = plan(course, *names)
    assert {who: each.action for who, each in planned.items()} == {
        "ada": Action.ADD,
        "ben": Action.ADD,
    }


@pytest.mark.parametrize("kind", ["folder", "tar"])
def test_an_empty_folder_is_seen_in_every_kind_of_download(
    course: Course, tmp_path: Path, kind: str
) -> None:
    source = tmp_path / "download"
    for name in ("ada", "ben", "cy"):
        (source / name).mkdir(parents=True)
    for name in ("ada", "ben"):
        (source / name / "tiny.ipynb").write_text(notebook())
    if kind == "tar":
        with tarfile.open(tmp_path / "download.tar.gz", "w:gz") as archive:
            archive.add(source, ".")
        source = tmp_path / "download.tar.gz"
    planned = {each.student: each for each in plan_collection(course, ASSIGNMENT, source)}
    assert planned["cy"].action is Action.NOTHING


def test_who_handed_in_nothing_has_0_and_is_named(course: Course) -> None:
    done = collect(course, ["ada/tiny.ipynb", "ben/tiny.ipynb", "cy/"])
    assert (done.exit_code, "3 students, 2 submissions written, 0 refused" in done.output) == (0, 1)
    assert marks(course) == {"ada": "3", "ben": "3", "cy": "0"}
    said = f"{ASSIGNMENT}: 1 handed in nothing, which is 0 in the marks: cy."
    assert said in run(course, "export").stderr
    assert said in run(course, "report").output


def test_who_handed_in_nothing_is_missing_from_the_class(course: Course, tmp_path: Path) -> None:
    roster = tmp_path / "class.csv"
    roster.write_text("id\nada\nben\ncy\n")
    names = ["ada/tiny.ipynb", "ben/tiny.ipynb", "cy/", "dan/"]
    done = collect(course, names, "--roster", roster)
    assert "Missing: cy." in done.output
    assert "Not in class.csv: dan." in done.output
    with Gradebook.of(course) as gradebook:
        assert gradebook.students() == {"ada", "ben", "cy"}


def test_what_was_collected_before_stays_where_the_folder_is_empty_now(course: Course) -> None:
    collect(course, ["ada/tiny.ipynb", "ben/tiny.ipynb"])
    done = collect(course, ["ada/tiny.ipynb", "ben/"], "--replace")
    assert "what was collected before stays" in done.output
    assert marks(course) == {"ada": "3", "ben": "3"}


def test_a_refusal_does_not_become_a_0_by_a_later_empty_folder(course: Course) -> None:
    course_archive = course.root.parent / "download.zip"
    with zipfile.ZipFile(course_archive, "w") as archive:
        archive.writestr("ada/tiny.ipynb", notebook())
        archive.writestr("cy/answer.docx", "words")
    run(course, "collect", course_archive, "--assignment", ASSIGNMENT)
    collect(course, ["ada/tiny.ipynb", "cy/"])
    assert marks(course) == {"ada": "3", "cy": ""}


def test_nothing_is_written_of_who_handed_in_nothing(course: Course) -> None:
    collect(course, ["ada/tiny.ipynb", "cy/"])
    assert course.students(ASSIGNMENT) == ("ada",)


def test_what_comes_later_is_taken(course: Course) -> None:
    collect(course, ["ada/tiny.ipynb", "cy/"])
    done = collect(course, ["ada/tiny.ipynb", "cy/tiny.ipynb"])
    assert "1 submission written, 0 refused" in done.output
    assert marks(course) == {"ada": "3", "cy": "3"}


def test_an_empty_folder_of_a_group_is_its_members(course: Course) -> None:
    (course.root / "groups.csv").write_text("student,group\nben,red\ncy,red\n")
    collect(course, ["ada/tiny.ipynb", "red/"])
    assert marks(course) == {"ada": "3", "ben": "0", "cy": "0"}


@pytest.mark.parametrize(
    "text", ["_assignsubmission_onlinetext_onlinetext.html", "_assignsubmission_onlinetext/o.html"]
)
def test_who_typed_a_text_and_handed_in_no_notebook_has_no_silent_zero(
    course: Course, text: str
) -> None:
    names = ("Ada Roe_11_assignsubmission_file_tiny.ipynb", f"Ben Roe_12{text}")
    done = collect(course, names)
    assert (done.exit_code, "Ben Roe  refused  no notebook" in done.output) == (1, True)
    assert "refused, so without a mark: Ben Roe (no notebook)" in " ".join(
        run(course, "grade", "--isolation", "none").output.split()
    )
    assert marks(course) == {"Ada Roe": "3", "Ben Roe": ""}


def test_a_text_that_was_typed_beside_a_notebook_lies_beside_it(course: Course) -> None:
    mine = "Ada Roe_11_assignsubmission_"
    theirs = "Ben Roe_12_assignsubmission_file_/tiny.ipynb"
    planned = plan(course, f"{mine}file_/tiny.ipynb", f"{mine}onlinetext_/o.html", theirs)
    assert sorted(planned["Ada Roe"].files) == ["o.html", "tiny.ipynb"]
