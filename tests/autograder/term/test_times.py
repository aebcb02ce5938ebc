"""When something was handed in: what is said where nobody knows, and how a person says it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.course.directory import load_course
from autograder.course.submissions import kept_ids_file
from autograder.course.times_table import times_in
from autograder.errors import CourseError
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course

POLICY = (
    "timezone = 'UTC'\n[due]\ntiny = 2026-01-10T12:00:00\n"
    "[late]\npolicy = 'per day'\npercent = 10\n"
)
KEPT = "student,platform_id,name,submitted_at,late\nlia,7,lia,,late\n"


def run(root: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--course-dir", str(root), *map(str, arguments)])


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ada handed in on time, of Ben nobody knows it, and the platform calls Lia late."""
    root = make_course(tmp_path_factory.mktemp("times") / "course")
    (root / "deadlines.toml").write_text(POLICY)
    for student in ("ada", "ben", "lia"):
        hand_in(root, student)
    (root / "submitted/ada/tiny/timestamp.txt").write_text("2026-01-10T11:00:00 UTC")
    (root / "submitted/.collected").mkdir()
    (root / f"submitted/.collected/{ASSIGNMENT}.csv").write_text(KEPT)
    run(root, "grade", "--isolation", "none")
    return root


def said(done: Result) -> str:
    return " ".join(done.output.split())


UNKNOWN = "tiny: nothing tells when 1 of 3 students handed in"
CALLED = "tiny: late, says the platform, but not by how much: lia."
ADVICE = "autograder submitted lia tiny TIME"


@pytest.mark.parametrize("command", ["grade", "report", "export"])
def test_a_time_that_nobody_knows_is_told_with_what_to_do(graded: Path, command: str) -> None:
    done = run(graded, command, *(["--isolation", "none"] if command == "grade" else []))
    assert done.exit_code == 0
    missing = [text for text in (UNKNOWN, CALLED, ADVICE) if text not in said(done)]
    assert missing == [], done.output


def test_json_knows_who_is_late_and_of_whom_nobody_knows(graded: Path) -> None:
    done = run(graded, "grade", "--isolation", "none", "--json", "-")
    results = json.loads(done.stdout)["results"]
    assert {each["student"]: each["late"] for each in results} == {
        "ada": False,
        "ben": None,
        "lia": True,
    }


@pytest.mark.parametrize("kind", ["csv", "long"])
def test_a_table_says_of_whom_nobody_knows(graded: Path, kind: str) -> None:
    done = run(graded, "export", "--format", kind, "-o", "-")
    column = "late" if kind == "long" else "tiny late"
    found = {row["student"]: row[column] for row in csv.DictReader(io.StringIO(done.stdout))}
    assert found == {"ada": "no", "ben": "not known", "lia": "yes, says the platform"}


@pytest.mark.parametrize(
    ("student", "words"),
    [("ben", "when it was handed in is not known."), ("lia", "late, says the platform")],
)
def test_a_page_says_so(graded: Path, student: str, words: str) -> None:
    run(graded, "feedback")
    assert words in (graded / f"feedback/{student}/tiny/tiny.html").read_text()


def test_a_report_says_so(graded: Path) -> None:
    run(graded, "report")
    page = (graded / "report/tiny.html").read_text()
    assert "nothing tells when 1 of 3 students" in page
    assert "late, says the platform, but not by how much: lia." in page


def test_what_the_platform_leaves_unmarked_was_in_time(graded: Path, tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(graded, root)
    kept = root / f"submitted/.collected/{ASSIGNMENT}.csv"
    kept.write_text(kept.read_text() + "ben,18,ben,,in time\n")
    done = run(root, "export", "--format", "long", "-o", "-")
    late = {row["student"]: row["late"] for row in csv.DictReader(io.StringIO(done.stdout))}
    assert late["ben"] == "no, says the platform"
    assert "nothing tells when" not in said(done)
    assert "in time, says the platform, of 1 of 3 students" in said(done)
    run(root, "feedback")
    page = (root / "feedback/ben/tiny/tiny.html").read_text()
    assert "when it was handed in is not known: in time, says the platform." in page


def test_what_a_platform_calls_late_is_said_without_a_due_date(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    hand_in(root, "lia")
    (root / "submitted/.collected").mkdir()
    (root / f"submitted/.collected/{ASSIGNMENT}.csv").write_text(KEPT)
    done = run(root, "grade", "--isolation", "none")
    assert said(done).count("late, says the platform, but not by how much") == 2


@pytest.mark.parametrize(
    ("when", "score"), [("+1d", 2.7), ("2026-01-11T12:00", 2.7), ("+0m", 3.0), ("2026-01-09", 3.0)]
)
def test_a_person_says_when_it_was(tmp_path: Path, when: str, score: float) -> None:
    root = make_course(tmp_path / "course")
    (root / "deadlines.toml").write_text(POLICY)
    hand_in(root, "lia")
    run(root, "grade", "--isolation", "none")
    done = run(root, "submitted", "lia", ASSIGNMENT, when)
    assert done.exit_code == 0, done.output
    (row,) = csv.DictReader(io.StringIO(run(root, "export", "-o", "-").stdout))
    assert float(row["tiny"]) == score


def test_a_time_for_a_group_is_told_by_any_member(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    (root / "deadlines.toml").write_text(POLICY)
    (root / "groups.csv").write_text("student,group\nlia,red\nmo,red\n")
    hand_in(root, "lia")
    run(root, "grade", "--isolation", "none")
    assert run(root, "submitted", "mo", ASSIGNMENT, "+1d").exit_code == 0
    rows = csv.DictReader(io.StringIO(run(root, "export", "-o", "-").stdout))
    assert [row["tiny"] for row in rows] == ["2.7", "2.7"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lya", ASSIGNMENT, "+1d"), "lya has handed in nothing for tiny. Did you mean lia?"),
        (("../lia", ASSIGNMENT, "+1d"), "has handed in nothing"),
        (("lia", ASSIGNMENT, "soon"), "is no time"),
        (("lia", ASSIGNMENT, "+1d"), "tiny has no due date to count from"),
    ],
)
def test_a_time_that_cannot_be_noted_is_said(
    tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    root = make_course(tmp_path / "course")
    hand_in(root, "lia")
    done = run(root, "submitted", *arguments)
    assert (done.exit_code, words in said(done)) == (2, True), done.output
    assert not (root / "submitted/lia/tiny/timestamp.txt").exists()


MANY = {
    "a table": "student;time\nada;2026-01-10T11:30\nzoe;2026-01-10\n",
    "of Moodle": (
        "Identifier,Full name,Last modified (submission)\n"
        'Participant 4,Ada,"Saturday, 10 January 2026, 11:30 AM"\n'
        'Participant 5,Ben,-\nParticipant 6,Zoe,"Saturday, 10 January 2026, 11:30 AM"\n'
    ),
}


@pytest.mark.parametrize("table", MANY.values(), ids=MANY)
def test_a_table_tells_the_times_of_many(tmp_path: Path, table: str) -> None:
    course = load_course(make_course(tmp_path / "course"))
    kept = kept_ids_file(course, ASSIGNMENT)
    kept.parent.mkdir(parents=True)
    kept.write_text("student,platform_id\nada,4\nben,5\n")
    path = tmp_path / "times.csv"
    path.write_text(table)
    times, unknown = times_in(course, ASSIGNMENT, path)
    assert times.pop("ada").startswith("2026-01-10T11:30")
    assert [*times, *unknown] in (["zoe"], ["Participant 6"])


def test_the_times_of_many_are_said_at_once(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    for student in ("ada", "ben"):
        hand_in(root, student)
    table = tmp_path / "times.csv"
    table.write_text("student,time\nada,2026-01-10T11:30Z\nben,2026-01-11T11:30Z\nzoe,2026-01-11\n")
    done = run(root, "submitted", ASSIGNMENT, "--from", table)
    assert done.exit_code == 1
    assert "nothing of theirs is here: zoe" in done.output
    for student, day in (("ada", 10), ("ben", 11)):
        noted = (root / "submitted" / student / ASSIGNMENT / "timestamp.txt").read_text()
        assert noted == f"2026-01-{day}T11:30:00+00:00\n"


def test_the_next_command_is_said_once_for_many(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    for student in ("ada", "ben"):
        hand_in(root, student)
    table = tmp_path / "times.csv"
    table.write_text("student,time\nada,2026-01-10T11:30Z\nben,2026-01-11T11:30Z\n")
    done = run(root, "submitted", ASSIGNMENT, "--from", table)
    assert done.output.count("Next:") == 1
    assert done.output.endswith(f"Next: autograder grade {ASSIGNMENT}\n")


def test_of_times_of_which_one_cannot_be_none_is_noted(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    for student in ("ada", "ben"):
        hand_in(root, student)
    table = tmp_path / "times.csv"
    table.write_text("student,time\nada,2026-01-10T11:30Z\nben,+1d\n")
    done = run(root, "submitted", ASSIGNMENT, "--from", table)
    assert (done.exit_code, "no due date to count from" in said(done)) == (2, True)
    assert not (root / "submitted/ada/tiny/timestamp.txt").exists()


def test_a_table_without_times_is_refused(tmp_path: Path) -> None:
    course = load_course(make_course(tmp_path / "course"))
    path = tmp_path / "times.csv"
    path.write_text("student,points\nada,1\n")
    with pytest.raises(CourseError, match="needs the columns student and time"):
        times_in(course, ASSIGNMENT, path)


#: The same worksheet in the words and the forms of Moodle's language packs: the titles of number,
#: maximum and times, the word before a number, and 10 January 2026, 11:30.
WORKSHEETS = {
    "de": ("ID", "Bestwertung", "Zuletzt geändert", "Teilnehmer/in",
           "Samstag, 10. Januar 2026, 11:30"),
    "es": ("Identificador", "Calificación máxima", "Última modificación", "Participante",
           "sábado, 10 de enero de 2026, 11:30"),
    "fr": ("Identifiant", "Note maximale", "Dernière modification", "Participant",
           "samedi 10 janvier 2026, 11:30"),
    "it": ("Identificativo", "Valutazione massima", "Ultima modifica", "Partecipante",
           "sabato, 10 gennaio 2026, 11:30"),
    "ja": ("ID", "最大評点", "最終更新日時", "参加者", "2026年 01月 10日(土曜日) 11:30"),
    "nl": ("Identificatie", "Maximaal cijfer", "Laatst gewijzigd", "Deelnemer",
           "zaterdag, 10 januari 2026, 11:30"),
    "pl": ("Identyfikator", "Maks. ocena", "Ostatnia modyfikacja", "Uczestnik",
           "sobota, 10 stycznia 2026, 11:30"),
    "pt": ("Identificador", "Nota máxima", "Última atualização", "Participante",
           "sábado, 10 de janeiro de 2026 às 11:30"),
    "ru": ("Идентификатор", "Максимальная оценка", "Последнее изменение", "Участник",
           "суббота, 10 января 2026, 11:30"),
    "tr": ("Tanımlayıcı", "Enyüksek not", "Son düzenleme", "Katılımcı",
           "Cumartesi, 10 Ocak 2026, 11:30 ÖÖ"),
    "zh": ("标识符", "最高分", "上次修改", "参与人", "2026年01月10日 星期六 11:30"),
}  # fmt: skip


def worksheet(number: str, maximum: str, time: str, word: str, when: str) -> str:
    due = when.replace("10", "12", 1)  # as where somebody has more time: before the grade
    return (
        f'{number};Name;E-Mail;Status;?;"{maximum}";x;"{time} (1)";"{time} (2)"\n'
        f'{word}4;Ada;a@x.org;-;;100,00;Ja;"{when}";-\n'
        f'{word}5;Ben;b@x.org;-;;100,00;Ja;-;"{due}"\n'
    )


@pytest.mark.parametrize("language", WORKSHEETS)
def test_moodles_worksheet_is_read_in_its_language(tmp_path: Path, language: str) -> None:
    course = load_course(make_course(tmp_path / "course"))
    kept = kept_ids_file(course, ASSIGNMENT)
    kept.parent.mkdir(parents=True)
    kept.write_text("student,platform_id,name\nada,4,Ada\nben,5,Ben\n")
    path = tmp_path / "times.csv"
    path.write_text(worksheet(*WORKSHEETS[language]), encoding="utf-8-sig")
    assert times_in(course, ASSIGNMENT, path) == ({"ada": "2026-01-10T11:30:00"}, [])


def test_a_number_of_somebody_else_is_nobodys(tmp_path: Path) -> None:
    course = load_course(make_course(tmp_path / "course"))
    kept = kept_ids_file(course, ASSIGNMENT)
    kept.parent.mkdir(parents=True)
    kept.write_text("student,platform_id,name\nzoe,4,Zoe\n")  # of another assignment, it seems
    path = tmp_path / "times.csv"
    path.write_text(worksheet(*WORKSHEETS["fr"]))
    assert times_in(course, ASSIGNMENT, path) == ({}, ["Participant4"])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("student,time\nada,10/01/2026 11:30\n", "'10/01/2026 11:30' cannot be read as a time"),
        ("student,time\nada,3 listopada 2026 11:30\n", "cannot be read as a time for certain"),
        ("student,A,B\nada,3 May 2026 11:30,4 May 2026 11:30\n", "columns A, B: write time above"),
    ],
    ids=["which is the month", "October or November", "two columns"],
)
def test_what_is_not_certain_is_refused_and_how_to_say_it(
    tmp_path: Path, table: str, words: str
) -> None:
    course = load_course(make_course(tmp_path / "course"))
    path = tmp_path / "times.csv"
    path.write_text(table)
    with pytest.raises(CourseError, match=words):
        times_in(course, ASSIGNMENT, path)
