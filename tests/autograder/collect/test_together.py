"""Partners: where a download tells who handed in together, groups.csv can have it."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.course.directory import Course, load_course
from autograder.course.groups import add_groups, read_groups
from autograder.errors import CourseError
from tests.autograder.collect.test_layouts import LAYOUTS
from tests.autograder.tiny_course import ASSIGNMENT, make_course, notebook

PAIR = LAYOUTS["Gradescope, groups"][0]
ROSTER = "id,name\ns1,Ada Lee-Park\ns2,Ben Roe\ns3,Cy Dee\n"
LINES = "student,group,assignment\nPair One,Pair One & Pair Two,tiny\n"
LINES += "Pair Two,Pair One & Pair Two,tiny\n"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


def collect(course: Course, files: Mapping[str, bytes], *options: object) -> Result:
    source = course.root.parent / "download.zip"
    with zipfile.ZipFile(source, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    command = ["--course-dir", course.root, "collect", source, "--assignment", ASSIGNMENT]
    return CliRunner().invoke(main, [*map(str, (*command, *options))])


def with_roster(course: Course, folder: str, *options: object) -> Result:
    roster = course.root.parent / "class.csv"
    roster.write_text(ROSTER)
    files = {f"{name}/tiny.ipynb": notebook().encode() for name in (folder, "Cy Dee")}
    return collect(course, files, "--roster", roster, *options)


def test_the_lines_that_make_partners_count_are_shown(course: Course) -> None:
    assert LINES in collect(course, PAIR).output
    assert not (course.root / "groups.csv").exists()


def test_the_lines_are_written_if_wanted(course: Course) -> None:
    done = collect(course, PAIR, "--groups")
    assert "as groups.csv has it now: Pair One, Pair Two" in done.output
    assert (course.root / "groups.csv").read_text() == LINES


def test_a_team_of_ilias_is_one_also_where_a_member_handed_in_nothing(course: Course) -> None:
    work = notebook().encode()
    files = {
        "P/Abgaben/Team 12/Roe_Ada_ada_77/tiny.ipynb": work,
        "P/Abgaben/Team 12/Roe_Ben_ben_78/": b"",
        "P/Abgaben/Team 13/Dee_Cy_cy_79/tiny.ipynb": work,
    }
    done = collect(course, files, "--groups")
    assert "as groups.csv has it now: ada, ben." in done.output
    assert read_groups(course.root, ASSIGNMENT) == {"ada & ben": ("ada", "ben")}


def test_a_try_writes_no_group(course: Course) -> None:
    collect(course, PAIR, "--groups", "--dry-run")
    assert not (course.root / "groups.csv").exists()


def test_partners_that_are_known_are_not_proposed_again(course: Course) -> None:
    collect(course, PAIR, "--groups")
    assert "Handed in together" not in collect(course, PAIR).output


def test_where_the_file_says_otherwise_a_person_decides(course: Course) -> None:
    (course.root / "groups.csv").write_text("student,group\nPair One,red\nEve,red\n")
    done = collect(course, PAIR, "--groups")
    assert "groups.csv has Pair One in red, Pair Two in no group: correct it" in " ".join(
        done.output.split()
    )
    assert "Pair Two" not in (course.root / "groups.csv").read_text()


@pytest.mark.parametrize(
    "folder", ["Ada Lee-Park & Ben Roe", "Lee-Park, Ada and Roe, Ben", "Ada Lee-Park, Ben Roe",
               "s1+s2", "s1-s2", "s1_s2"],
)  # fmt: skip
def test_a_folder_may_have_the_names_of_several_of_the_class(course: Course, folder: str) -> None:
    done = with_roster(course, folder, "--groups")
    assert read_groups(course.root, ASSIGNMENT) == {folder: ("s1", "s2")}
    assert "Missing: nobody" in done.output
    assert "Not in class.csv: nobody" in done.output
    assert course.students(ASSIGNMENT) == ("s1", "s2", "s3")


@pytest.mark.parametrize("folder", ["Ada Lee-Park", "Lee-Park, Ada", "Ada Lee-Park & Eve", "red"])
def test_a_name_that_is_not_several_peoples_is_no_group(course: Course, folder: str) -> None:
    with_roster(course, folder, "--groups")
    assert not (course.root / "groups.csv").exists()


def test_lines_go_to_the_end_in_the_files_own_form(course: Course) -> None:
    path = course.root / "groups.csv"
    path.write_text("Team;Assignment;Student\nred;;eve")
    add_groups(course.root, "ps1", {"a & b": ["a", "b"]})
    added = "a & b;ps1;a\na & b;ps1;b\n"
    assert path.read_text() == f"Team;Assignment;Student\nred;;eve\n{added}"


def test_a_file_without_assignments_is_left_to_a_person(course: Course) -> None:
    (course.root / "groups.csv").write_text("student,group\n")
    done = collect(course, PAIR, "--groups")
    assert (done.exit_code, "no column assignment" in done.output) == (2, True)
    assert not (course.root / "submitted").exists()


def test_a_name_that_a_spreadsheet_would_run_is_not_written(course: Course) -> None:
    with pytest.raises(CourseError, match="a spreadsheet would run it"):
        add_groups(course.root, "ps1", {"x": ["=1+1", "b"]})
