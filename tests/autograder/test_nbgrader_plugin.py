"""Stock ``nbgrader autograde`` with one more line of configuration grades as we do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.autograder.tiny_course import ASSIGNMENT, CONFIG, hand_in, make_course, notebook

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

REPOSITORY = Path(__file__).parents[2]
PLUGIN = """\
c.Autograde.exporter_class = "autograder.nbgrader_plugin.SandboxedExporter"
c.GenerateFeedback.exporter_class = "autograder.nbgrader_plugin.FeedbackExporter"
"""
GRADES = """
    SELECT student_id, notebook.name, base_cell.name, auto_score, manual_score,
           needs_manual_grade, submitted_assignment.timestamp, late_submission_penalty
    FROM grade JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN notebook ON notebook.id = submitted_notebook.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    ORDER BY student_id, notebook.name, base_cell.name
"""
COMMENTS = """
    SELECT student_id, notebook.name, base_cell.name, auto_comment
    FROM comment JOIN base_cell ON base_cell.id = comment.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = comment.notebook_id
    JOIN notebook ON notebook.id = submitted_notebook.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    ORDER BY student_id, notebook.name, base_cell.name
"""
#: Answers of ``double`` that attack the grader, or whoever runs them.
HOSTILE = {
    "forges": "class Equal:\n    __eq__ = lambda self, other: True\ndef double(x): return Equal()",
    "exits": "import os\ndef double(x): os._exit(0)",
    "hangs": "def double(x):\n    while True: pass",
    "kills": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\ndef double(x): return 0",
    "writes": (
        "import os\nfor up in range(6):\n    try:\n        open('../' * up + 'mark', 'w')\n"
        "    except OSError: pass\ndef double(x): return 2 * x"
    ),
}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    scripts = str(Path(sys.executable).parent)  # nbgrader starts `alembic` by name
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "PATH": scripts + os.pathsep + os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def query(root: Path, sql: str, database: str = "gradebook.db") -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(root / database)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def plant_odd_files(folder: Path) -> None:
    """What stops stock nbgrader before it has looked at the notebook."""
    (folder / "timestamp.txt").write_text("midnight")
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to("/nowhere")
    (folder / "devouring").symlink_to("/dev/zero")


def make_class(root: Path) -> Path:
    make_course(root)
    (root / "nbgrader_config.py").write_text(CONFIG + PLUGIN)
    on_time = hand_in(root, "ada").with_name("timestamp.txt")
    on_time.write_text("2026-01-09 12:00:00 UTC")
    hand_in(root, "ben", halve="def halve(x): return x // 2")
    for student, answer in HOSTILE.items():
        hand_in(root, student, double=answer)
    hand_in(root, "odd-files")
    plant_odd_files(root / "submitted" / "odd-files" / ASSIGNMENT)
    hand_in(root, "half", notebook()[:200])
    hand_in(root, "link").unlink()
    (root / "submitted/link/tiny/tiny.ipynb").symlink_to("../../../source/tiny/tiny.ipynb")
    twins = hand_in(root, "twins")
    text = twins.read_text().replace("halve(5) == 2.5", "True")  # students do not have that line
    twins.write_text(text.replace('"test-halve"', '"x"').replace("test_halve", "halve"))
    return root


class Class:
    """Copies of a course: graded by ``autograder grade``, and by ``nbgrader autograde``."""

    def __init__(self, ours: Path, stock: Path, said: str, status: int) -> None:
        self.ours, self.stock, self.said, self.status = ours, stock, said, status


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Class:
    folder = tmp_path_factory.mktemp("tiny")
    ours, stock = make_class(folder / "ours"), make_class(folder / "stock")
    assert run(ours, "autograder", "grade", "--jobs", "2").returncode == 1
    done = run(stock, "nbgrader", "autograde", ASSIGNMENT)
    return Class(ours, stock, done.stderr, done.returncode)


@pytest.mark.parametrize("rows", [GRADES, COMMENTS, "SELECT id FROM student ORDER BY id"])
def test_the_gradebook_is_that_of_autograder_grade(tiny: Class, rows: str) -> None:
    expected = query(tiny.ours, rows)
    assert len(expected) >= len(HOSTILE)
    assert query(tiny.stock, rows) == expected


def test_the_scores_are_deserved(tiny: Class) -> None:
    scores = dict(
        query(
            tiny.stock,
            "SELECT student_id, sum(auto_score) FROM grade JOIN submitted_notebook "
            "ON submitted_notebook.id = grade.notebook_id JOIN submitted_assignment "
            "ON submitted_assignment.id = submitted_notebook.assignment_id GROUP BY student_id",
        )
    )
    assert scores == {
        "ada": 3, "ben": 1, "odd-files": 3, "twins": 3, "half": None, "link": None,
        "forges": 2, "exits": 2, "hangs": 2, "kills": 2, "writes": 3,
    }  # fmt: skip


def test_what_cannot_be_graded_is_named_and_nothing_else_fails(tiny: Class) -> None:
    assert tiny.status == 1
    errors = [line for line in tiny.said.splitlines() if "ERROR" in line]
    assert [name in "".join(errors) for name in ("half/tiny/tiny", "link/tiny/tiny")] == [True] * 2
    assert len(errors) == 3  # and the summary


def test_students_write_nothing_to_the_course(tiny: Class) -> None:
    assert list(tiny.stock.rglob("mark")) == []


def test_formgrader_finds_the_graded_notebook_with_nbgraders_permissions(tiny: Class) -> None:
    graded = tiny.stock / "autograded" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    assert graded.stat().st_mode & 0o777 == 0o444


def test_feedback_is_that_of_autograder_feedback(tiny: Class) -> None:
    assert run(tiny.ours, "autograder", "feedback").returncode == 0
    done = run(tiny.stock, "nbgrader", "generate_feedback", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    folders = tiny.ours / "feedback", tiny.stock / "feedback"
    ours, stock = (sorted(page.relative_to(f) for page in f.rglob("*.html")) for f in folders)
    assert len(ours) > len(HOSTILE)
    assert stock == ours
    pages = [(folders[1] / page).read_text() for page in stock]
    assert sum(">4<" in page for page in pages) > len(HOSTILE)  # what students may read
    assert [page for page in pages if ">2.5<" in page] == []


def test_a_second_run_grades_what_has_changed(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    (root / "nbgrader_config.py").write_text(CONFIG + PLUGIN)
    hand_in(root, "ada")
    hand_in(root, "ben", halve="def halve(x): return x // 2")
    assert "ben/tiny/tiny: 1 / 3" in run(root, "nbgrader", "autograde", ASSIGNMENT).stderr
    hand_in(root, "ben")
    said = run(root, "nbgrader", "autograde", ASSIGNMENT).stderr
    assert "ben/tiny/tiny: 3 / 3" in said
    assert "ada/tiny/tiny is unchanged" in said
    said = run(root, "nbgrader", "autograde", ASSIGNMENT, "--student=a*", "--force").stderr
    assert "ada/tiny/tiny: 3 / 3" in said
    assert "ben" not in said


def test_hooks_run_and_students_are_made_only_if_allowed(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    hooks = (
        "def told(**about):\n    print('told', about['notebooks'])\n"
        "c.Autograde.pre_convert_hook = c.Autograde.post_convert_hook = told\n"
        "c.Autograde.create_student = False\n"
    )
    (root / "nbgrader_config.py").write_text(CONFIG + PLUGIN + hooks)
    hand_in(root, "ada")
    hand_in(root, "stranger")
    assert run(root, "nbgrader", "db", "student", "add", "ada").returncode == 0
    done = run(root, "nbgrader", "autograde", ASSIGNMENT)
    assert "No student with ID 'stranger' exists" in done.stderr
    assert done.stdout.count("submitted/ada/tiny/tiny.ipynb") == 2
    assert query(root, "SELECT id FROM student") == [("ada",)]


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("c.Autograder.cell_second = 3", "is not a setting"),
        ("c.CourseDirectory.source_directory = 'elsewhere'", "no instructor edition of 'tiny'"),
        ("c.BaseConverter.exporter_class = c.Autograde.exporter_class", "c.Autograde.exporter"),
        ("c.Autograde.exporter_class = c.GenerateFeedback.exporter_class", "c.GenerateFeedback"),
    ],
)
def test_a_wrong_configuration_is_explained(tmp_path: Path, setting: str, reason: str) -> None:
    root = make_course(tmp_path / "course")
    (root / "nbgrader_config.py").write_text(f"{CONFIG}{PLUGIN}{setting}\n")
    hand_in(root, "ada")
    command = "autograde" if "BaseConverter" not in setting else "generate_assignment"
    done = run(root, "nbgrader", command, ASSIGNMENT)
    assert done.returncode == 1
    assert reason in done.stderr


def test_the_sample_class_gets_the_same_grades(tmp_path: Path) -> None:
    by_us, by_nbgrader = tmp_path / "ours", tmp_path / "stock"
    for root in (by_us, by_nbgrader):
        root.mkdir()
        shutil.copy(REPOSITORY / "nbgrader_config.py", root)
        shutil.copytree(REPOSITORY / "solutions", root / "solutions")
        shutil.copytree(REPOSITORY / "examples" / "class", root / "grading" / "submitted")
    run(by_us, "autograder", "grade", "loss_functions", "--jobs", "2")
    run(by_nbgrader, "nbgrader", "autograde", "loss_functions")
    expected = query(by_us, GRADES, "grading/gradebook.db")
    assert len(expected) > 100
    assert query(by_nbgrader, GRADES, "grading/gradebook.db") == expected
    comments = query(by_us, COMMENTS, "grading/gradebook.db")
    assert query(by_nbgrader, COMMENTS, "grading/gradebook.db") == comments


def test_nbgrader_means_the_same_course_as_we_do(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    (root / "ps1" / "submitted").mkdir(parents=True)
    odd = (
        "c.CourseDirectory.directory_structure = '{assignment_id}/{nbgrader_step}/{student_id}'\n"
        "c.CourseDirectory.autograded_directory = '/srv/autograded'\n"
        "c.CourseDirectory.db_url = 'sqlite:///grades/all.db'\n"
        "c.Autograder.hidden_modules = ['scipy']\n"
    )
    (root / "nbgrader_config.py").write_text(f"{CONFIG}{PLUGIN}{odd}")
    program = (
        "from nbgrader.apps import NbGrader; from nbgrader.converters import Autograde;"
        "from nbgrader.coursedir import CourseDirectory;"
        "from autograder.course.directory import load_course;"
        "from autograder.nbgrader_plugin import course_of;"
        "app = NbGrader(); app.load_config_file(); config = app.config;"
        "converter = Autograde(coursedir=CourseDirectory(config=config), config=config);"
        "theirs, ours = course_of(converter), load_course('.');"
        "assert theirs.settings == ours.settings, theirs.settings;"
        "assert theirs.private_paths() == ours.private_paths(), theirs.private_paths();"
        "assert ours.settings.hidden_modules and ours.settings.limits.cell_seconds == 3"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
