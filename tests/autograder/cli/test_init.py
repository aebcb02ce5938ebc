"""`autograder init`: a new course that grades at once."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result

from autograder.cli import COMMANDS, main
from autograder.course.directory import load_course
from autograder.course.starter import EXAMPLES, make_course

#: Mistakes in the examples' functions, each with the points that are left of 10.
MISTAKES = {
    "numeric": {
        ("np.sqrt(np.mean(np.square(x)))", "np.mean(np.abs(x))"): 7,
        ("np.sqrt(np.mean(np.square(x)))", "np.sqrt(np.sum(np.square(x)) / 2)"): 8,
        ("np.where(spread == 0, 1, spread)", "spread"): 9,
        ("centred = X - X.mean(axis=0)", "X -= X.mean(axis=0); centred = X"): 9,
        ("axis=0", "axis=1"): 6,
        ("sliding_window_view(x, width)", "sliding_window_view(x, 2)"): 8,
    },
    "pandas": {
        (', parse_dates=["date"]', ""): 8,
        ("ascending=[True, False, True]", "ascending=[True, False, False]"): 8,
        (".reset_index(drop=True)", ""): 8,
        (".mean().unstack()", ".max().unstack()"): 6,
        ('.rename("month")', ""): 8,
    },
}
kinds = pytest.mark.parametrize("kind", EXAMPLES)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def hand_in(root: Path, student: str, source: Path) -> Path:
    """Hand in a copy of a folder; the path of its notebook."""
    folder = root / "submitted" / student / source.name
    shutil.copytree(source, folder)
    return folder / f"{source.name}.ipynb"


@kinds
def test_its_example_is_released_graded_and_reported_at_once(kind: str, tmp_path: Path) -> None:
    root = tmp_path / "stats101"
    name = EXAMPLES[kind]
    assert run("init", root, *(["--pandas"] if kind == "pandas" else [])).exit_code == 0
    released = run("--course-dir", root, "release", "--isolation", "none")
    assert released.exit_code == 0, released.output
    assert "the solution earns 10 of 10, the blank release 0 of 10" in released.output
    assert "Note" not in released.output
    expected = {"solved": 10.0, "blank": 0.0}
    hand_in(root, "solved", root / "source" / name)
    hand_in(root, "blank", root / "release" / name)
    for number, ((right, wrong), points) in enumerate(MISTAKES[kind].items()):
        notebook = hand_in(root, f"wrong-{number}", root / "source" / name)
        text = notebook.read_text()
        right, wrong = (json.dumps(each)[1:-1] for each in (right, wrong))
        assert right in text
        notebook.write_text(text.replace(right, wrong))
        expected[f"wrong-{number}"] = float(points)
    for arguments in (["grade", "--isolation", "none"], ["feedback"], ["report"], ["export"]):
        done = run("--course-dir", root, *arguments)
        assert done.exit_code == 0, done.output
    rows = csv.DictReader((root / "marks.csv").read_text().splitlines())
    marks = {row["student"]: float(row[name]) for row in rows}
    assert marks == expected


@kinds
def test_its_notebooks_are_valid_and_hold_no_output(kind: str, tmp_path: Path) -> None:
    make_course(tmp_path, kind)
    (path,) = tmp_path.glob("source/*/*.ipynb")
    notebook: Any = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_nothing_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    result = run("init", tmp_path)
    assert result.exit_code == 2
    assert "already holds README.md" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine"


def test_other_files_in_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("mine")
    assert run("init", tmp_path).exit_code == 0
    assert (tmp_path / "LICENSE").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("init", tmp_path / "file" / "course")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("stats101", "stats101"),
        ("Stats 101 (autumn)", "Stats-101-autumn"),
        ('it\'s "quoted" \\ {{x}}', "it-s-quoted-x"),
        ("Statistik für Ärzte", "Statistik-für-Ärzte"),
        ("...", "course"),
    ],
)
def test_a_folder_of_any_name_becomes_a_course_that_can_be_loaded(
    name: str, identifier: str, tmp_path: Path
) -> None:
    folder = tmp_path / "courses" / name if name != "..." else tmp_path / "..." / "..."
    make_course(folder)
    assert load_course(folder).course_id == identifier


def test_students_work_and_marks_stay_out_of_a_repository(tmp_path: Path) -> None:
    make_course(tmp_path)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    private = [
        "submitted/ada/x/x.ipynb", "submitted/.collected/x.csv", "autograded/ada/x/x.ipynb",
        "feedback/ada/x/x.html", "report/x.html", "similar/x.html", "gradebook.db",
        "gradebook.db-journal", "marks.csv", "marks-moodle.csv", "grades.csv",
        "download.zip", "grading.log",
    ]  # fmt: skip
    command = ["git", "-C", str(tmp_path), "check-ignore", "--stdin"]
    done = subprocess.run(
        command, input="\n".join([*private, "source/x/x.ipynb", "README.md", "source/x/x.csv"]),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == private


def test_where_the_shell_does_not_find_the_program_its_path_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.argv", [str(tmp_path / "my env" / "bin" / "autograder")])
    said = CliRunner().invoke(main, ["init", str(tmp_path / "stats")]).output
    assert f"'{tmp_path}/my env/bin/autograder' release sample_statistics" in said
    assert "bin/activate" in said


def test_the_list_of_commands_fits_a_terminal() -> None:
    commands = CliRunner().invoke(main, ["--help"]).output.partition("Commands:")[2]
    assert "..." not in commands
    assert len(commands.strip().splitlines()) == len(COMMANDS)
