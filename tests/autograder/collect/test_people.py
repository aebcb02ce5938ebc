"""A class's table: whom a platform's name means, and that nobody is taken for another."""

from __future__ import annotations

import csv
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.collect.people import read_roster
from autograder.collect.roster import keep_names
from autograder.course.directory import Course, load_course
from autograder.course.submissions import read_submission, write_timestamp
from autograder.gradebook import Gradebook
from autograder.report.export import Marks, wide_table
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
        ("Groß_Jürgen_jgross_9072/20261123101500_tiny.ipynb", "s1"),
        ("Gross_Juergen_jg_9072/20261123101500_tiny.ipynb", "s1"),
        ("O'Brien_Kate_kob_9071/20261123101500_tiny.ipynb", "s2"),
        ("x_y_kobrien_9071/20261123101500_tiny.ipynb", "s2"),
        ("kate-99/tiny.ipynb", "s2"),
    ],
)
def test_logins_have_names_beside_them_and_users_names_may_be_told(
    course: Course, name: str, student: str
) -> None:
    roster = "id,name,email,platform_id\ns1,Jürgen Groß,j@x.org,\n"
    roster += "s2,Kate O'Brien,kobrien@x.org,kate-99\n"
    done = with_roster(course, [name], roster=roster)
    assert done.exit_code == 0, done.output
    assert course.students(ASSIGNMENT) == (student,)
    assert "Not in class.csv: nobody" in done.output


def test_groups_of_groups_csv_are_known_beside_a_table_of_the_class(course: Course) -> None:
    (course.root / "groups.csv").write_text("student,group\ns32,lab1red\ns33,lab1red\n")
    done = with_roster(course, ["lab1red_8001_9901_tiny.ipynb"])
    assert done.exit_code == 0, done.output
    assert course.students(ASSIGNMENT) == ("s32", "s33")
    assert "Missing: s30, s31, s34." in done.output
    assert "Not in class.csv: nobody" in done.output


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


def test_who_came_in_another_download_is_not_missing(course: Course) -> None:
    with_roster(course, ["Ada Lovelace/tiny.ipynb"])
    told = with_roster(course, ["leeparkkim_4110_77_tiny.ipynb"])
    assert "Missing: s31, s33, s34." in told.output


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
    assert "as Ada Lovelace: autograder rename 'Ada Lovelace' s32 lets" in " ".join(
        told.output.split()
    )
    assert course.students(ASSIGNMENT) == ("Ada Lovelace",)


NUMBERED = (
    "id,name,platform_id\ns1,Ada Lovelace,4110\ns2,Ben Byron,4111\ns3,Cy Roe,4112\ns4,Di Doe,4113\n"
)


def kept(course: Course) -> dict[str, str]:
    """The numbers that were kept, by student."""
    with (course.root / "submitted" / ".collected" / f"{ASSIGNMENT}.csv").open() as file:
        return {row["student"]: row["platform_id"] for row in csv.DictReader(file)}


def test_moodle_numbers_people_anew_for_each_assignment(course: Course) -> None:
    people = ("Ada Lovelace_9001", "Ben Byron_9002")
    names = [f"{each}_assignsubmission_file/tiny.ipynb" for each in people]
    told = with_roster(course, names, roster=NUMBERED).output
    assert course.students(ASSIGNMENT) == ("s1", "s2")
    assert "Not in class.csv: nobody." in told


def test_elsewhere_a_number_is_one_persons(course: Course) -> None:
    names = ["lovelaceada_9001_1_tiny.ipynb", "byronben_4111_2_tiny.ipynb"]
    with_roster(course, names, roster=NUMBERED)
    assert course.students(ASSIGNMENT) == ("lovelaceada", "s2")


def test_another_classs_table_is_refused(course: Course) -> None:
    told = with_roster(course, ["Eve/tiny.ipynb", "Mallory/tiny.ipynb"], roster=NUMBERED)
    assert told.exit_code == 2
    assert "has Eve, Mallory, and the table has s1, s2, s3" in " ".join(told.output.split())
    assert not course.students(ASSIGNMENT)


def test_a_partner_who_handed_in_nothing_is_not_missing_and_has_a_number(course: Course) -> None:
    (course.root / "groups.csv").write_text("student,group\ns1,red\ns2,red\n")
    names = ["lovelaceada_4110_1_tiny.ipynb", "roecy_4112_2_tiny.ipynb"]
    for options in (["--dry-run"], []):
        assert "Missing: s4." in with_roster(course, names, *options, roster=NUMBERED).output
    assert kept(course) == {"s1": "4110", "s2": "4111", "s3": "4112", "s4": "4113"}


def test_a_time_for_all_is_not_for_those_who_were_late(course: Course) -> None:
    names = ["ada_12_345_tiny.ipynb", "ben_LATE_13_346_tiny.ipynb"]
    told = collect(course, names, "--submitted-at", "2026-10-01T12:00Z").output
    assert "The platform calls ben late, so --submitted-at is not for them" in told
    submissions = [read_submission(course, ASSIGNMENT, student) for student in ("ada", "ben")]
    assert [each.submitted_at is None for each in submissions] == [False, True]


def test_the_plan_tells_the_time_that_holds(course: Course) -> None:
    for hour in (12, 13):
        told = collect(course, ["ada/tiny.ipynb"], "--submitted-at", f"2026-10-01T{hour}:00Z")
    assert "handed in 2026-10-01 12:00" in told.output


def test_a_day_counts_to_its_end(course: Course) -> None:
    told = collect(course, ["ada/tiny.ipynb"], "--submitted-at", "2026-10-01").output
    assert "handed in 2026-10-02 00:00" in told


def test_what_comes_next_is_said(course: Course) -> None:
    assert collect(course, ["ada/tiny.ipynb"]).output.endswith("Next: autograder grade tiny\n")


ROSTERS = {
    "two columns": "id,first name,surname,email\nada,Ada,Lovelace,ada@example.org\n",
    "one column": "id,name,email\nada,Ada Lovelace,ada@example.org\n",
    "family first": 'id,name,email\nada,"Lovelace, Ada",ada@example.org\n',
}


@pytest.mark.parametrize("table", ROSTERS.values(), ids=ROSTERS)
def test_the_names_of_the_class_are_in_the_gradebook_and_beside_the_marks(
    tmp_path: Path, table: str
) -> None:
    course = load_course(make_course(tmp_path / "course"))
    roster = tmp_path / "class.csv"
    roster.write_text(f"{table}eve,<b>Eve</b> X,\n")
    keep_names(course, read_roster(roster))
    with Gradebook.of(course) as gradebook:
        assert gradebook.names() == {"ada": ("Ada Lovelace", "ada@example.org"), "eve": ("", "")}
    ada = Marks("ada", ASSIGNMENT, name="Ada Lovelace", email="ada@example.org")
    marks = [ada, Marks("eve", "x")]
    assert wide_table(marks).startswith("student,name,email,")
    assert "ada,Ada Lovelace,ada@example.org," in wide_table(marks)
    assert wide_table(marks[1:]).startswith("student,x")


def test_moodles_worksheet_in_any_language_is_a_table_of_the_class(tmp_path: Path) -> None:
    path = tmp_path / "Bewertungen.csv"
    path.write_text(
        "ID;Vollständiger Name;Adresse;Bewertung;Bestwertung\n"
        "Teilnehmer/in17;Ada Lovelace;ada@x.org;;5,00\n"
        "Teilnehmer/in18;Ben Roe;ben@x.org;;5,00\n"
    )
    ada, ben = read_roster(path)
    assert (ada.id, ada.platform_id, ada.first, ada.email) == ("", "17", "Ada", "ada@x.org")
    assert (ben.label, ben.platform_id) == ("Ben Roe", "18")


def test_times_are_shown_in_the_courses_zone(course: Course) -> None:
    (course.root / "deadlines.toml").write_text('timezone = "Asia/Tokyo"\n')
    told = collect(course, ["ada/tiny.ipynb"], "--submitted-at", "2026-10-01T12:00Z").output
    assert "handed in 2026-10-01 21:00 JST" in told


def test_where_one_is_late_the_platform_marks_somebody(course: Course) -> None:
    names = ["ada_12_345_tiny.ipynb", "ben_LATE_13_346_tiny.ipynb"]
    assert "marks nobody late" in collect(course, names[:1], "--dry-run").output
    collect(course, names)
    write_timestamp(course.submitted_folder("ben", ASSIGNMENT), datetime(2026, 10, 1, tzinfo=UTC))
    assert "marks nobody late" not in collect(course, names).output
