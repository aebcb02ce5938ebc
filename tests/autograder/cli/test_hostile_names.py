"""Names that act on a terminal, hide what is beside them, or look like something else."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from autograder.cli import main
from autograder.cli.terminal import NAME_WIDTH, Terminal, name
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course, notebook

STUDENTS = {
    "escapes": "a\x1b[2J\x1b]0;title\x07",
    "one character escapes": "b\x9b2J",
    "reorders": "c\u202etxt\u2066",
    "is invisible": "d\u200b\u2060\ufeff\u3164",
    "breaks lines": "e\n[9:9] ann\nann  tiny  3 of 3",
    "returns": "f\rann  3 of 3",
    "breaks in Unicode": "g\u2028ann\u2029\x85",
    "is long": "h" * 200,
    "is wide": "漢" * 80,
    "piles accents up": "i" + "\u0301" * 100,
    "is of emoji": "👩‍👩‍👧‍👦" * 9,
    "is an option": "-rf",
    "formats": "%s%n{}{0.__class__}",
    "is markup": "[bold red]x[end]",
    "is HTML": '<script>alert("1")</script>'.replace("/", "\\"),
    "quotes": "o'n\"e`id`$(id)",
    "is a formula": "=1+1",
    "is another formula": "@SUM(A1)",
    "is a tab": "\t=1",
    "is no UTF-8": "j\udcff",
    "has commas": "k,l;m",
}
CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\udc80-\udcff]"
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("names") / "course")
    for student in STUDENTS.values():
        hand_in(root, student, double="def double(x):\n    return 3 * x")
    hand_in(root, "ann")
    return root


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


@pytest.fixture(scope="module")
def graded(course: Path) -> Result:
    options = ["--isolation", "none", "--jobs", "2", "--json", course.parent / "grades.json"]
    return run("-v", "--course-dir", course, "grade", *options)


def acting(result: Result) -> list[str]:
    return [line for line in result.output.split("\n") if CONTROL.search(line)]


def test_grading_prints_nothing_that_acts(graded: Result) -> None:
    assert acting(graded) == []


def test_every_score_is_in_sight(graded: Result) -> None:
    table = graded.output[graded.output.index("student  ") :].split("\n")
    assert max(map(cell_len, table)) <= 120
    # One is no text, and formgrader would take two for scripts.
    assert sum("2 / 3" in line for line in table) == len(STUDENTS) - 3
    assert sum("rename the folder" in line for line in table) == 3
    assert [line.split() for line in table if line.startswith("ann ")] == [
        ["ann", "tiny", "3", "/", "3"]
    ]


def test_progress_has_one_line_for_each(graded: Result) -> None:
    count = len(STUDENTS) + 1
    lines = [line for line in graded.output.split("\n") if re.match(r"\[\d+/\d+\] ", line)]
    assert [line.split("]")[0] for line in lines] == [f"[{n}/{count}" for n in range(1, count + 1)]


def test_json_has_the_names_as_they_are(graded: Result, course: Path) -> None:
    results = json.loads((course.parent / "grades.json").read_text())["results"]
    known = {name for name in STUDENTS.values() if name.isprintable()}
    assert {result["student"] for result in results} >= known


@pytest.mark.parametrize("command", ["feedback", "report"])
@pytest.mark.usefixtures("graded")
def test_commands_after_it_print_nothing_that_acts(course: Path, command: str) -> None:
    result = run("--course-dir", course, command)
    assert result.exit_code == 0
    assert acting(result) == []


@pytest.mark.usefixtures("graded")
def test_feedback_says_one_line_for_each_page(course: Path) -> None:
    lines = run("--course-dir", course, "feedback").output.rstrip("\n").split("\n")
    assert [line for line in lines if not line.startswith((str(course), " "))] == []


@pytest.mark.parametrize("student", STUDENTS.values(), ids=STUDENTS)
def test_a_name_is_bounded_and_on_one_line(student: str) -> None:
    shown = name(student).plain
    assert cell_len(shown) <= NAME_WIDTH
    assert len(shown) <= 2 * NAME_WIDTH
    assert CONTROL.search(shown) is None


def test_long_names_that_differ_in_the_middle_are_told_apart() -> None:
    assert name("a" * 50 + "b" + "a" * 50).plain != name("a" * 50 + "c" + "a" * 50).plain


def test_what_nobody_has_made_plain_acts_on_nothing() -> None:
    console = Terminal(width=80, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print("a\x1b[2J\u202eb", markup=False)
    console.file.close()
    assert console.export_text() == "a[U+001B][2J[U+202E]b\n"


@pytest.mark.parametrize("arguments", [["check", "\x1b[2J.ipynb"], ["grade", "-\x1b[2J"]])
def test_complaints_about_the_command_line_act_on_nothing(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert acting(result) == []


def test_a_notebook_of_a_hostile_name_can_be_checked(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2J\u202e{0} %s.ipynb"
    path.write_text(notebook())
    result = run("check", path)
    assert (result.exit_code, acting(result)) == (0, [])
    path.write_text("{")
    result = run("check", path)
    assert (result.exit_code, acting(result)) == (2, [])


def test_a_download_of_hostile_names_prints_nothing_that_acts(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    archive = tmp_path / "download.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        for student in STUDENTS.values():
            if student.isprintable():
                opened.writestr(f"{student}/tiny.ipynb", notebook())
        opened.writestr("ann/tiny.ipynb", notebook())
        opened.writestr("ann/\u202e\x1b[2J\nx.csv", "1")
        opened.writestr("ann/.git/\x1b[2J", "1")
    result = run("--course-dir", root, "collect", archive, "--assignment", ASSIGNMENT)
    assert acting(result) == []
    assert "left out, since hidden: .git" in " ".join(result.output.split())


def test_a_fault_of_ours_is_told_without_what_acts(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("\x1b[2J\u202e")

    monkeypatch.setattr("autograder.feedback.write.write_pages", fail)
    result = run("--course-dir", course, "feedback")
    assert result.exit_code == 1
    assert acting(result) == []
    assert "RuntimeError" in result.output
