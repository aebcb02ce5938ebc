"""The gradebook against stock nbgrader's, row by row, for honest submissions of its example."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import cast

import pytest
from traitlets.config import Config

from autograder.gradebook import Gradebook
from autograder.notebook.read import read_notebook
from autograder.results import CellRun, NotebookResult, Outcome, Question
from tests.autograder.gradebook.sql import COMMENTS, GRADES, query
from tests.autograder.stock.nbgrader_runs import output, start

pytestmark = pytest.mark.slow

SUBMITTED_AT = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)  # a day late
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "course101"
c.LateSubmissionPlugin.penalty_method = "zero"
"""
#: One process for everything, because importing nbgrader takes seconds.
GRADE_AS_STOCK = """
import shutil
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.nbgraderapp import NbGraderApp
app = NbGraderApp()
app.initialize(["--NbGrader.log_level=ERROR"])
app.load_config_file()
api = NbGraderAPI(config=app.config)
with api.gradebook as gradebook:
    gradebook.add_assignment("ps1", duedate="2026-01-09 12:00:00 UTC")
assert api.generate_assignment("ps1")["success"]
shutil.copytree("release/ps1", "submitted/bob/ps1", dirs_exist_ok=True)
assert api.autograde("ps1", "ada")["success"]
assert api.autograde("ps1", "bob")["success"]
"""


def make_course(root: Path) -> None:
    """nbgrader's example, in which ada has handed in the solution, a day late."""
    package = find_spec("nbgrader")
    assert package is not None
    assert package.origin is not None
    example = Path(package.origin).parent / "docs/source/user_guide/source/ps1"
    for folder in ("source/ps1", "submitted/ada/ps1"):
        (root / folder).mkdir(parents=True)
        shutil.copy(example / "problem1.ipynb", root / folder)
        shutil.copy(example / "jupyter.png", root / folder)
    (root / "submitted/ada/ps1/timestamp.txt").write_text(f"{SUBMITTED_AT:%Y-%m-%d %H:%M:%S} UTC")
    (root / "nbgrader_config.py").write_text(CONFIG)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Graded by nbgrader; bob handed in what he was given."""
    root = tmp_path_factory.mktemp("stock")
    make_course(root)
    output(start(root, "-c", GRADE_AS_STOCK))
    return root


@pytest.fixture(scope="module")
def ours(stock: Path) -> Path:
    """The same scores, written by our gradebook into a course of the same configuration."""
    root = stock.with_name("ours")
    shutil.copytree(stock, root)
    (root / "gradebook.db").unlink()
    late = Config({"LateSubmissionPlugin": {"penalty_method": "zero"}})
    release = read_notebook((stock / "release/ps1/problem1.ipynb").read_bytes())
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "course101", late) as gradebook:
        gradebook.register("ps1", "problem1", release)
        query(root / "gradebook.db", "UPDATE assignment SET duedate = '2026-01-09 12:00:00.000000'")
        for student, at in (("ada", SUBMITTED_AT), ("bob", None)):
            file = stock / "autograded" / student / "ps1" / "problem1.ipynb"
            notebook = read_notebook(file.read_bytes())
            questions = tuple(
                Question(str(name), cast("float | None", score), 0.0, Outcome.PASSED)
                for who, name, score, _, _ in query(stock / "gradebook.db", GRADES)
                if who == student
            )
            cells = tuple(CellRun(cell) for cell in notebook.cells)
            gradebook.record_submission(
                [NotebookResult("ps1", student, "problem1", questions, cells, notebook.metadata)],
                at,
            )
    return root


@pytest.mark.parametrize(
    "rows",
    [
        GRADES,
        COMMENTS,
        "SELECT name, duedate, course_id FROM assignment",
        "SELECT name, kernelspec FROM notebook",
        "SELECT name, type FROM base_cell ORDER BY type, rowid",
        "SELECT name, type, max_score, cell_type FROM base_cell JOIN grade_cells USING (id)",
        "SELECT name FROM base_cell JOIN solution_cells USING (id)",
        "SELECT name, cell_type, locked, source, checksum FROM source_cell",
        "SELECT * FROM student",
        "SELECT student_id, timestamp, extension FROM submitted_assignment",
        "SELECT flagged, late_submission_penalty FROM submitted_notebook",
        "SELECT * FROM alembic_version",
    ],
)
def test_the_rows_are_those_of_stock_nbgrader(stock: Path, ours: Path, rows: str) -> None:
    expected = query(stock / "gradebook.db", rows)
    assert expected
    assert query(ours / "gradebook.db", rows) == expected


def test_nbgrader_export_shows_the_same_grades(stock: Path, ours: Path) -> None:
    for root in (stock, ours):
        output(start(root, "-m", "nbgrader", "export"))
    assert (ours / "grades.csv").read_text() == (stock / "grades.csv").read_text()
    assert "ada" in (ours / "grades.csv").read_text()


def test_stock_nbgrader_can_go_on_with_our_gradebook(ours: Path) -> None:
    before = query(ours / "gradebook.db", GRADES)
    output(start(ours, "-m", "nbgrader", "autograde", "ps1", "--student=ada", "--force"))
    assert query(ours / "gradebook.db", GRADES) == before
