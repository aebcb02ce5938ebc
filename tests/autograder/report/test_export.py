"""Marks as tables: the gradebook's points, and nothing that is not known as 0."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.errors import CourseError
from autograder.report.export import Marks, long_table, wide_table
from autograder.report.platforms import canvas_table, moodle_table
from autograder.report.worksheet import filled_worksheet, named_in
from autograder.results import NotebookResult, Outcome, Question, Review
from tests.autograder.tiny_course import ANSWERS, ASSIGNMENT, hand_in, make_course, notebook

IDS = {"ada": {"platform_id": "17", "name": "Ada Lovelace"}}
QUESTIONS = (
    Question("first", 1.0, 2.0, Outcome.PARTIAL),
    Question("essay", None, 3.0, Outcome.MANUAL),
)


def marks(review: Review, student: str = "ada", error: str | None = None) -> Marks:
    result = NotebookResult("ps1", student, "p1", () if error else QUESTIONS, error=error)
    return Marks(student, "ps1", {"p1": (result, review)}, handed_in=True)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def run(course: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--course-dir", str(course), *map(str, arguments)])


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course in which Ada is right, Ben half right, and Cleo's file is no notebook."""
    root = make_course(tmp_path / "course")
    hand_in(root, "ada")
    hand_in(root, "ben", double="def double(x):\n    return x")
    hand_in(root, "cleo", "no notebook")
    run(root, "grade", "--isolation", "none")
    return root


def test_a_row_for_each_student_has_all_questions_and_the_total() -> None:
    review = Review({"essay": 2.5}, {"first": 0.5}, {}, 1.0)
    (row,) = rows(wide_table([marks(review)]))
    assert row == {
        "student": "ada",
        "ps1/p1/first": "1",
        "ps1/p1/essay": "2.5",
        "ps1 extra credit": "0.5",
        "ps1 hours late": "",
        "ps1 hours extended": "",
        "ps1 late penalty": "1",
        "ps1": "3",
    }


def test_there_is_a_column_for_extra_credit_where_somebody_has_some() -> None:
    (row,) = rows(wide_table([marks(Review({"essay": 2.5}))]))
    assert "ps1 extra credit" not in row


def test_what_a_person_has_not_decided_is_empty() -> None:
    (row,) = rows(wide_table([marks(Review())]))
    assert (row["ps1/p1/essay"], row["ps1"]) == ("", "")


def test_what_could_not_be_graded_is_empty() -> None:
    (row,) = rows(wide_table([marks(Review(), error="not JSON")]))
    assert row["ps1"] == ""


def test_who_handed_in_nothing_has_0() -> None:
    (row,) = rows(wide_table([Marks("bob", "ps1")]))
    assert row["ps1"] == "0"


def test_who_was_refused_when_collecting_has_no_mark(course: Path) -> None:
    kept = course / "submitted" / ".collected" / f"{ASSIGNMENT}.csv"
    kept.parent.mkdir()
    kept.write_text("student,refused\nben,an old refusal\ndan,no notebook\n")
    result = run(course, "export", "-o", "-")
    marks = {row["student"]: row[ASSIGNMENT] for row in rows(result.stdout)}
    assert (marks["dan"], marks["ben"]) == ("", "2")
    assert "autograder collect has refused: dan." in result.stderr


def test_a_row_for_each_question_says_who_graded_it() -> None:
    review = Review({"essay": 2.5}, {}, {"essay": "Nice."})
    first, essay = rows(long_table([marks(review)]))
    assert (first["graded_by"], first["score"], first["max_score"]) == ("tests", "1", "2")
    assert (essay["graded_by"], essay["score"], essay["comment"]) == ("person", "2.5", "Nice.")


def test_moodle_knows_its_people_by_their_numbers() -> None:
    (row,) = rows(moodle_table([marks(Review({"essay": 2.0}))], IDS))
    assert row["Identifier"] == "Participant 17"
    assert (row["Grade"], row["Maximum Grade"]) == ("3", "5")


def test_moodles_own_worksheet_is_filled_in_its_language(tmp_path: Path) -> None:
    path = tmp_path / "Bewertungen.csv"
    path.write_text(
        "ID;Name;Status;Bewertung;Bestwertung;Zuletzt geändert (Bewertung);Kommentar\n"
        "Teilnehmer/in16;Ben;-;2,00;5,00;Freitag, 3. Januar 2025, 23:59;gut\n"
        "Teilnehmer/in17;Ada;-;;5,00;-;\n",
        encoding="utf-8-sig",
    )
    table, left_out = filled_worksheet(path, [marks(Review({"essay": 2.0}))], IDS)
    ben, ada = rows(table)
    assert (ben["ID"], ben["Bewertung"], ada["ID"], ada["Bewertung"]) == (
        "Teilnehmer/in16", "2,00", "Teilnehmer/in17", "3"
    )  # fmt: skip
    assert (ada["Zuletzt geändert (Bewertung)"], ada["Bestwertung"], left_out) == ("-", "5,00", [])


def test_who_handed_in_nothing_has_0_there_unless_there_is_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(
        "ID,Name,Grade,Max,Modified\nParticipant 17,Ada,,5,-\nParticipant 18,Ben,2,5,-\n"
    )
    absent = [Marks("ada", "ps1"), Marks("ben", "ps1")]
    ids = IDS | {"ben": {"platform_id": "18", "name": "Ben"}}
    table, left_out = filled_worksheet(path, absent, ids)
    assert ([row["Grade"] for row in rows(table)], left_out) == (["0", "2"], [])


def test_who_is_in_no_download_is_found_by_e_mail_or_name(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(
        "ID,Name,Mail,Grade,Max,Modified,Text\n"
        "Participant 17,Ada,ada@x.edu,,5,-,\n"
        "Participant 18,B. Mate,Ben@x.edu,,5,-,Cy Cole\n"
        "Participant 19,Cy Cole,cy@y.edu,,5,-,\n"
        "Participant 20,Dan,dan@x.edu,,5,-,eve@x.edu\n"
        "Participant 21,Dan,d@x.edu,,5,-,\n"
    )
    people = [
        Marks("s1", "ps1", email="ada@x.edu"),
        Marks("s2", "ps1", name="Ben Mate", email="ben@x.edu"),
        Marks("s3", "ps1", name="Cy Cole"),
        Marks("s4", "ps1", name="Dan"),  # two are called so
        Marks("s5", "ps1", email="eve@x.edu"),  # somebody else has written that
    ]
    ids = {"ada": {"platform_id": "17", "name": "Ada"}}  # whose line is taken
    assert named_in(path, people, ids) == {
        "s2": {"platform_id": "18", "name": "Ben Mate"},
        "s3": {"platform_id": "19", "name": "Cy Cole"},
    }


def test_a_table_that_is_no_worksheet_is_not_filled(tmp_path: Path) -> None:
    path = tmp_path / "class.csv"
    path.write_text("id,name\ns1,Ada\n")
    with pytest.raises(CourseError, match="is no grading worksheet of Moodle's"):
        filled_worksheet(path, [marks(Review())], IDS)


def test_canvas_has_a_row_of_points_and_one_for_each_student() -> None:
    points, row = rows(canvas_table([marks(Review({"essay": 2.0}))], IDS))
    assert (points["Student"].strip(), points["ps1"]) == ("Points Possible", "5")
    assert (row["Student"], row["ID"], row["ps1"]) == ("Ada Lovelace", "17", "3")


@pytest.mark.parametrize("handed_in", [True, False])
def test_who_is_excused_is_so_in_canvas(handed_in: bool) -> None:
    excused = replace(marks(Review({"essay": 2.0})), excused=True, handed_in=handed_in)
    _, row = rows(canvas_table([excused], IDS))
    assert row["ps1"] == "EX"


@pytest.mark.parametrize("text", ["=1+1", "\u3000=1+1", "@x", "+cmd"])
def test_no_cell_is_a_formula(text: str) -> None:
    review = Review({}, {}, {"first": text})
    first, _ = rows(long_table([marks(review, student=text)]))
    assert first["student"].startswith("'")
    assert first["comment"].startswith("'")


def test_negative_extra_credit_stays_a_number() -> None:
    first, _ = rows(long_table([marks(Review({}, {"first": -0.5}))]))
    assert first["extra_credit"] == "-0.5"


def test_the_command_writes_what_the_gradebook_has(course: Path) -> None:
    with sqlite3.connect(course / "gradebook.db") as gradebook:
        gradebook.execute("UPDATE grade SET extra_credit = 0.25 WHERE auto_score = 2")
    result = run(course, "export", "-o", "-")
    assert result.exit_code == 0, result.output
    totals = {row["student"]: row[ASSIGNMENT] for row in rows(result.stdout)}
    assert totals == {"ada": "3.25", "ben": "2.25", "cleo": ""}


def test_without_an_output_it_goes_into_the_courses_folder(course: Path) -> None:
    assert run(course, "export").exit_code == 0
    assert (course / "marks.csv").read_text().startswith("student,")


def test_a_platform_that_nobody_collected_from_is_said(course: Path) -> None:
    result = run(course, "export", "--format", "moodle")
    assert result.exit_code == 2
    assert "autograder collect" in result.output


def test_before_anything_is_graded_that_is_said(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    hand_in(root, "ada")
    result = run(root, "export")
    assert result.exit_code == 2
    assert "Nothing of tiny has been graded yet" in result.output


def test_from_a_moodle_download_and_back(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    with zipfile.ZipFile(tmp_path / "download.zip", "w") as archive:
        for name, number in (("Ada Lovelace", 17), ("Ben Bitdiddle", 18)):
            folder = f"{name}_{number}_assignsubmission_file"
            archive.writestr(f"{folder}/{ASSIGNMENT}.ipynb", notebook(ANSWERS))
    collected = run(root, "collect", tmp_path / "download.zip", "--assignment", ASSIGNMENT)
    assert collected.exit_code == 0, collected.output
    run(root, "grade", "--isolation", "none")
    run(root, "feedback")
    run(root, "void", ASSIGNMENT, "test_double")  # of which no page knows yet
    pages = tmp_path / "pages.zip"
    done = run(root, "export", "--format", "moodle", "-o", "-", "--feedback", pages)
    assert done.exit_code == 0, done.output
    table = rows(done.stdout[: done.stdout.index(str(pages))])
    assert [row["Identifier"] for row in table] == ["Participant 17", "Participant 18"]
    assert [row["Grade"] for row in table] == ["2", "2"]
    with zipfile.ZipFile(pages) as archive:
        first = archive.namelist()[0]
        assert first == f"Ada Lovelace_17_assignsubmission_file_/{ASSIGNMENT}.html"
        assert "2 / 2" in archive.read(first).decode()


def test_the_tables_fit_the_json(course: Path) -> None:
    run(course, "grade", "--isolation", "none", "--json", course / "results.json")
    results = json.loads((course / "results.json").read_text())["results"]
    shown = rows(run(course, "export", "-o", "-").stdout)
    table = {row["student"]: row[ASSIGNMENT] for row in shown}
    for result in results:
        told = "" if result["score"] is None else f"{result['score']:g}"
        assert table[result["student"]] == told


DOWNLOADS = {
    "moodle": f"{{name}}_{{number}}_assignsubmission_file_/{ASSIGNMENT}.ipynb",
    "canvas": f"{{name}}_{{number}}_90{{number}}_{ASSIGNMENT}.ipynb",
}
PAGES = {
    "moodle": f"{{name}}_{{number}}_assignsubmission_file_/{ASSIGNMENT}.html",
    "canvas": f"{{name}}_{{number}}_90{{number}}_{ASSIGNMENT}.html",
}


def collected_and_graded(root: Path, names: Iterable[str], kind: str = "moodle") -> None:
    """A course with what a platform's download of these people, numbered from 1, holds."""
    with zipfile.ZipFile(root / "download.zip", "w") as archive:
        for number, name in enumerate(names, 1):
            path = DOWNLOADS[kind].format(name=name, number=number)
            archive.writestr(path, notebook(ANSWERS))
    run(root, "collect", root / "download.zip", "--assignment", ASSIGNMENT)
    run(root, "grade", "--isolation", "none")


def test_marks_that_moodle_would_not_take_are_named_or_capped(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    collected_and_graded(root, ["Ada", "Bob"])
    shutil.rmtree(root / "submitted/Bob")
    hand_in(root, "Bob", double="def double(x):\n    return x")
    run(root, "grade", "--isolation", "none")
    run(root, "add", ASSIGNMENT, "test_halve", "0.5")
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        'ID,Name,Grade,Max,Modified\nParticipant 1,Ada,,"2,50",-\nParticipant 2,Bob,,"2,50",-\n'
    )
    for arguments, said, grades in (
        ((), "Above the maximum of 3: Ada (3.5). Moodle", ["3.5", "2.5"]),
        (("--worksheet", sheet), "Above the maximum of 2.5: Ada (3.5). Moodle", ["3.5", "2.5"]),
        (("--cap",), "", ["3", "2.5"]),
    ):
        done = run(root, "export", "--format", "moodle", "-o", root / "out.csv", *arguments)
        assert ("tiny is out of 3 here, and out of 2.5 in" in done.output) == (sheet in arguments)
        assert said in done.output.replace("\n", " ")
        assert ("Above" in done.output) == bool(said)
        table = rows((root / "out.csv").read_text())
        assert [row["Grade"] for row in table] == grades
    assert "Above" not in run(root, "export", "--format", "canvas").output


ODD_NAMES = ("@Mal", "=x", "+x", "T\U000e0041ag", "Zal" + "\u0301" * 12 + "go")


@pytest.mark.parametrize("kind", ["moodle", "canvas"])
def test_odd_names_find_their_way_back(tmp_path: Path, kind: str) -> None:
    root = make_course(tmp_path / "course")
    collected_and_graded(root, ["Ada", *ODD_NAMES], kind)
    run(root, "feedback")
    pages = tmp_path / "pages.zip"
    done = run(root, "export", "--format", kind, "-o", root / "out.csv", "--feedback", pages)
    assert done.exit_code == 0, done.output
    table = rows((root / "out.csv").read_text())
    known = [row.get("Identifier", "").removeprefix("Participant ") or row["ID"] for row in table]
    assert sorted(filter(None, known)) == list("123456")
    assert PAGES[kind].format(name="@Mal", number=2) in zipfile.ZipFile(pages).namelist()


@pytest.mark.parametrize("kind", ["moodle", "canvas"])
def test_who_has_no_number_is_named_and_the_rest_written(tmp_path: Path, kind: str) -> None:
    root = make_course(tmp_path / "course")
    hand_in(root, "by hand")
    collected_and_graded(root, ["Ada", "Bob"], kind)
    done = run(root, "export", "--format", kind, "-o", root / "out.csv")
    assert done.exit_code == 1
    assert "Left out of the table: by hand." in done.output
    assert "Ada" in (root / "out.csv").read_text()
    assert "by hand" not in (root / "out.csv").read_text()


@pytest.mark.parametrize(("kind", "other"), [("moodle", "canvas"), ("canvas", "moodle")])
def test_each_platform_has_its_own_students(tmp_path: Path, kind: str, other: str) -> None:
    root = make_course(tmp_path / "course")
    collected_and_graded(root, ["Ada", "Bob"], kind)
    collected_and_graded(root, ["Cy", "Di", "Eli"], other)
    pages = tmp_path / "pages.zip"
    done = run(root, "export", "--format", kind, "-o", root / "out.csv", "--feedback", pages)
    assert done.exit_code == 0, done.output
    assert f"collected from {other}: Cy, Di, Eli" in " ".join(done.output.split())
    assert "Cy" not in (root / "out.csv").read_text()
    assert sorted(zipfile.ZipFile(pages).namelist()) == [
        PAGES[kind].format(name=name, number=number) for number, name in ((1, "Ada"), (2, "Bob"))
    ]


def test_a_platform_of_which_nobody_is_is_said(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    collected_and_graded(root, ["Ada"], "moodle")
    done = run(root, "export", "--format", "canvas")
    assert done.exit_code == 2
    assert "was collected from canvas. Use: --format moodle" in done.output


def test_whose_page_canvas_would_not_take_is_named_until_it_is_collected_anew(
    tmp_path: Path,
) -> None:
    root = make_course(tmp_path / "course")
    collected_and_graded(root, ["Ada", "Bob"], "canvas")
    kept = root / "submitted" / ".collected" / f"{ASSIGNMENT}.csv"
    kept.write_text(kept.read_text().replace(",901,", ",,"))  # as a former version has kept it
    command = ("export", "--format", "canvas", "-o", root / "out.csv", "--feedback")
    done = run(root, *command, tmp_path / "pages.zip")
    assert done.exit_code == 1
    assert "pages.zip: Ada. Canvas takes a page back by the number" in " ".join(done.output.split())
    collected_and_graded(root, ["Ada", "Bob"], "canvas")
    assert run(root, *command, tmp_path / "pages.zip").exit_code == 0


def test_without_a_platform_pages_are_under_our_own_names(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    collected_and_graded(root, ["Ada"], "canvas")
    run(root, "export", "-o", root / "out.csv", "--feedback", tmp_path / "pages.zip")
    assert zipfile.ZipFile(tmp_path / "pages.zip").namelist() == [f"Ada/{ASSIGNMENT}.html"]


def test_a_number_that_two_hold_is_nobodys(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    collected_and_graded(root, ["Ada", "Bob", "Cy"])
    kept = root / "submitted" / ".collected" / f"{ASSIGNMENT}.csv"
    kept.write_text(kept.read_text().replace("Bob,2", "Bob,1"))
    done = run(root, "export", "--format", "moodle", "-o", root / "out.csv")
    assert "Left out of the table: Ada, Bob." in done.output
    assert [row["Full name"] for row in rows((root / "out.csv").read_text())] == ["Cy"]


def test_names_that_a_table_shows_alike_are_said(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    hand_in(root, "=Ada")
    hand_in(root, "'=Ada")
    run(root, "grade", "--isolation", "none")
    done = run(root, "export", "-o", root / "out.csv")
    assert "Cannot be told apart in the table: \"'=Ada\", '=Ada'." in done.output


def test_points_for_an_answer_that_came_anew_are_no_final_ones(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    hand_in(root, "ada")
    hand_in(root, "ben")
    run(root, "grade", "--isolation", "none")
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        gradebook.execute("UPDATE grade SET manual_score = 1.5, needs_manual_grade = 0")
    hand_in(root, "ada", double="def double(x):\n    return x")
    (root / "submitted" / "ben" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").unlink()
    told = run(root, "grade", "--isolation", "none", "--json", root / "results.json").output
    assert told.count("0+?") == told.count("look again: ") == 2, told
    results = json.loads((root / "results.json").read_text())["results"]
    assert [each["needs_manual_grade"] for each in results if each["student"] == "ada"] == [True]
    totals = {
        row["student"]: row[ASSIGNMENT] for row in rows(run(root, "export", "-o", "-").stdout)
    }
    assert totals == {"ada": "", "ben": ""}
    questions = rows(run(root, "export", "--format", "long", "-o", "-").stdout)
    assert {row["score"] for row in questions if row["student"] == "ada"} == {""}


def test_the_class_is_in_the_table_and_who_handed_in_nothing_is_named(course: Path) -> None:
    roster = course / "class.csv"
    roster.write_text(
        "id,name,email\nada,Ada Roe,ada@x.org\ndan,Dan Poe,dan@x.org\neve,Eve Loe,eve@x.org\n"
        "liwei,Li Wei,\nweili,Li Wei,\nzoe,Zoe Fay,zoe@x.org\n"
    )
    download = course / "download"
    for name, text in {"Ada Roe": notebook(), "Dan Poe": "", "Li Wei": notebook()}.items():
        path = download / f"{name}_7{len(name)}_assignsubmission_file_" / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(text)
    (path.parents[1] / "Dan Poe_77_assignsubmission_file_" / f"{ASSIGNMENT}.ipynb").rename(
        path.parents[1] / "Dan Poe_77_assignsubmission_file_" / "answers.html"
    )
    run(course, "collect", download, "--assignment", ASSIGNMENT, "--roster", roster, "--replace")
    result = run(course, "export", "-o", "-")
    table = {row["student"]: row for row in rows(result.stdout)}
    assert (table["dan"]["name"], table["dan"][ASSIGNMENT]) == ("Dan Poe", "")
    assert (table["zoe"]["email"], table["zoe"][ASSIGNMENT]) == ("zoe@x.org", "0")
    assert "tiny: 2 handed in nothing, which is 0 in the marks: eve, zoe." in result.stderr
    told = run(course, "report", ASSIGNMENT).output
    assert "2 handed in nothing" in told
    assert "refused, so without a mark: dan (no notebook), " in told
    assert "dan (no notebook)" in run(course, "grade", "--isolation", "none").output
