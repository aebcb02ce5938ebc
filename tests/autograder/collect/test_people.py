"""A class's table: whom a platform's name means, and that nobody is taken for another."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.course.directory import Course, load_course
from tests.autograder.tiny_course import ASSIGNMENT, make_course, notebook

ROSTER = """\
id,name,email
s30,Kim Lee-Park,kim@x.org
s31,"García López, José",jose@x.org
s32,Ada Lovelace,ada.l@x.org
s33,Lars O'Brien,lars@x.org
s34,Una Byron,una@x.org
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


def collect(course: Course, names: list[str], *options: str, roster: str = ROSTER) -> Result:
    source, people = course.root.parent / "download.zip", course.root.parent / "class.csv"
    people.write_text(roster, encoding="utf-8")
    with zipfile.ZipFile(source, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr(name, notebook() + " " * number)
    command = ["--course-dir", course.root, "collect", source, "--assignment", ASSIGNMENT]
    return CliRunner().invoke(main, [*map(str, command), *options])


def with_roster(course: Course, names: list[str], *options: str, roster: str = ROSTER) -> Result:
    people = str(course.root.parent / "class.csv")
    return collect(course, names, "--roster", people, *options, roster=roster)


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("leeparkkim_4110_77_tiny.ipynb", "s30"),
        ("Lee-Park, Kim/tiny.ipynb", "s30"),
        ("garcialopezjose_4111_78_tiny.ipynb", "s31"),
        ("Jose\u0301 Garci\u0301a Lo\u0301pez/tiny.ipynb", "s31"),
        ("ADA.L@x.org/tiny.ipynb", "s32"),
        ("obrienlars_LATE_4112_79_tiny.ipynb", "s33"),
        ("s34/tiny.ipynb", "s34"),
    ],
)
def test_a_platforms_name_becomes_the_id(course: Course, name: str, student: str) -> None:
    told = with_roster(course, [name])
    assert told.exit_code == 0, told.output
    assert f"→ {student}" in told.output or name.startswith(student)
    assert course.students(ASSIGNMENT) == (student,)


def test_who_is_not_of_the_class_keeps_the_name_and_is_listed(course: Course) -> None:
    told = with_roster(course, ["Ada Lovelace/tiny.ipynb", "Ada Lovelock/tiny.ipynb"])
    assert course.students(ASSIGNMENT) == ("Ada Lovelock", "s32")
    assert "Not in class.csv: Ada Lovelock." in told.output
    assert "Missing: s30, s31, s33, s34." in told.output


def test_two_people_of_one_name_in_the_class_are_not_guessed(course: Course) -> None:
    roster = ROSTER + "s35,Ada Lovelace,other@x.org\n"
    told = with_roster(course, ["Ada Lovelace_12_assignsubmission_file_/t.ipynb"], roster=roster)
    assert "s32, s35 of the class can be meant" in " ".join(told.output.split())
    assert course.students(ASSIGNMENT) == ()


def test_the_platforms_numbers_tell_people_of_one_name_apart(course: Course) -> None:
    roster = "id,name,platform_id\ns1,Kim Lee,4110\ns2,Kim Lee,4300\n"
    names = ["leekim_4110_77_tiny.ipynb", "leekim_4300_78_tiny.ipynb"]
    assert with_roster(course, names, roster=roster).exit_code == 0
    assert course.students(ASSIGNMENT) == ("s1", "s2")


@pytest.mark.parametrize("options", [[], ["--replace"]], ids=["first", "replacing"])
def test_a_second_person_of_the_name_is_no_new_attempt(course: Course, options: list[str]) -> None:
    collect(course, ["leekim_4110_77_tiny.ipynb"])
    told = collect(course, ["x_1_2_tiny.ipynb", "leekim_4300_78_tiny.ipynb"], *options)
    said = " ".join(told.output.split())
    assert told.exit_code == 1
    assert "number 4110, and this has 4300: two people of one name, it seems" in said
    kept = (course.root / "submitted/.collected" / f"{ASSIGNMENT}.csv").read_text()
    assert "leekim,4110" in kept


def test_who_was_collected_by_another_name_is_not_graded_twice(course: Course) -> None:
    collect(course, ["Ada Lovelace/tiny.ipynb"])
    told = with_roster(course, ["Ada Lovelace/tiny.ipynb"])
    assert "collected before as Ada Lovelace: rename the folder" in " ".join(told.output.split())
    assert course.students(ASSIGNMENT) == ("Ada Lovelace",)
