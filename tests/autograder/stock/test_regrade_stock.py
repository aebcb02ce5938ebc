"""Manual grades, comments and late penalties through a regrade: as in stock nbgrader, row by row.

The same class goes through the same steps twice: graded, then looked at by a person, then handed
in again in part, then graded again. nbgrader does the grading once, and we do it once.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.autograder.stock.nbgrader_runs import Row, gradebook_rows, output, start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

#: When each has handed in, as timestamp.txt says it; the due date is the 9th, at noon UTC.
TIMES = {
    "in-time": "2026-01-09 11:59:59 UTC",
    "late": "2026-01-09 14:10:00.000000 UTC",
    "late-elsewhere": "2026-01-09 18:30:00 Europe/Paris",
    "very-late": "2026-02-09 12:00:00 UTC",
    "extended": "2026-01-10 11:00:00 UTC",
    "extended-and-late": "2026-01-10 13:30:00 UTC",
    "blank-and-late": "2026-01-09 14:10:00 UTC",
    "no-time": None,
}
LATE_MODULE = """
from nbgrader.plugins import LateSubmissionPlugin

class PerHour(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if student_id == "very-late":
            return 1e9
        if student_id == "late-elsewhere":
            return None
        return total_seconds_late / 3600 - 2
"""
CONFIG = """
c = get_config()
c.CourseDirectory.course_id = "course101"
c.IncludeHeaderFooter.header = ""
c.AssignLatePenalties.plugin_class = "late_policy.PerHour"
"""
START = """
import sys
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.nbgraderapp import NbGraderApp
app = NbGraderApp()
app.initialize(["--NbGrader.log_level=CRITICAL"])
app.load_config_file()
api = NbGraderAPI(config=app.config)
"""
GENERATE = f"""{START}
from datetime import timedelta
with api.gradebook as gradebook:
    gradebook.add_assignment("ps1", duedate="2026-01-09 12:00:00 UTC")
assert api.generate_assignment("ps1")["success"]
with api.gradebook as gradebook:
    for student in ("extended", "extended-and-late"):
        gradebook.add_student(student)
        gradebook.add_submission("ps1", student)
        gradebook.find_submission("ps1", student).extension = timedelta(days=1)
        gradebook.db.commit()
"""
AUTOGRADE = f"""{START}
for student in sys.argv[1:]:
    assert api.autograde("ps1", student, force=True)["success"]
"""
#: What formgrader's handlers do with what a person has entered.
REVIEW = f"""{START}
def grade(student, notebook, name, manual, extra=None):
    grade = gradebook.find_grade(name, notebook, "ps1", student)
    grade.manual_score, grade.extra_credit = manual, extra
    grade.needs_manual_grade = grade.manual_score is None and grade.auto_score is None
def comment(student, notebook, name, text):
    gradebook.find_comment(name, notebook, "ps1", student).manual_comment = text
with api.gradebook as gradebook:
    for student in ("in-time", "late", "very-late"):
        grade(student, "problem1", "correct_squares", 0.5)
        grade(student, "problem1", "sum_of_squares_application", 1.5, 0.25)
        comment(student, "problem1", "sum_of_squares_application", "Nearly.")
        comment(student, "problem1", "squares", "Nice.")
    grade("extended-and-late", "problem1", "squares_invalid_input", None, 2.0)
    grade("extended-and-late", "problem1", "sum_of_squares_equation", 0.0)
    comment("extended-and-late", "problem1", "sum_of_squares_equation", "<b>No.</b>")
    gradebook.db.commit()
"""
REVIEWED = ("in-time", "late", "very-late", "extended-and-late")
Rows = Mapping[str, list[Row]]


def grade(root: Path, students: Iterable[str], *, ours: bool) -> None:
    if ours:
        chosen = [f"--student={student}" for student in students]
        command = ["-m", "autograder", "grade", "ps1", "--force", "--isolation", "none"]
        output(start(root, *command, *chosen))
    else:
        output(start(root, "-c", AUTOGRADE, *students))


def go_through(root: Path, *, ours: bool) -> tuple[Rows, Rows]:
    """All the steps; what the gradebook holds after the first grading, and after the last."""
    output(start(root, "-c", GENERATE))
    shutil.copytree(
        root / "release" / "ps1", root / "submitted" / "blank-and-late" / "ps1", dirs_exist_ok=True
    )
    grade(root, TIMES, ours=ours)
    before = gradebook_rows(root)
    output(start(root, "-c", REVIEW))
    for student in ("late", "extended-and-late"):
        hand_in_again(root / "submitted" / student / "ps1")
    grade(root, REVIEWED, ours=ours)
    return before, gradebook_rows(root)


def hand_in_again(folder: Path) -> None:
    """Something wrong in place of something right, a day later."""
    notebook = folder / "problem1.ipynb"
    notebook.write_text(notebook.read_text().replace("i ** 2 for i", "i ** 3 for i"))
    (folder / "timestamp.txt").write_text("2026-01-11 12:00:00 UTC")


@pytest.fixture(scope="module")
def graded(
    tmp_path_factory: pytest.TempPathFactory, stock_files: Path
) -> Iterator[tuple[tuple[Rows, Rows], tuple[Rows, Rows]]]:
    """What nbgrader makes of it, and what we do."""
    folder = tmp_path_factory.mktemp("regrade")
    root = folder / "stock"
    (root / "source" / "ps1").mkdir(parents=True)
    for file in ("problem1.ipynb", "jupyter.png"):
        shutil.copy(stock_files / "source" / "ps1" / file, root / "source" / "ps1")
    for student, time in TIMES.items():
        submitted = shutil.copytree(root / "source" / "ps1", root / "submitted" / student / "ps1")
        if time is not None:
            (submitted / "timestamp.txt").write_text(time + "\n")
    (root / "late_policy.py").write_text(LATE_MODULE)
    (root / "nbgrader_config.py").write_text(CONFIG)
    ours = shutil.copytree(root, folder / "ours")
    with ThreadPoolExecutor(2) as pool:
        by_stock = pool.submit(go_through, root, ours=False)
        by_us = pool.submit(go_through, ours, ours=True)
        yield by_stock.result(), by_us.result()


@pytest.mark.parametrize("table", ["submission", "grade", "comment"])
def test_first_grading(graded: tuple[tuple[Rows, Rows], tuple[Rows, Rows]], table: str) -> None:
    (stock, _), (ours, _) = graded
    assert stock[table]
    assert ours[table] == stock[table]


@pytest.mark.parametrize("table", ["submission", "grade", "comment"])
def test_regrade(graded: tuple[tuple[Rows, Rows], tuple[Rows, Rows]], table: str) -> None:
    (before, stock), (_, ours) = graded
    assert stock[table] != before[table]
    expected = stock[table]
    if table == "grade":
        # nbgrader has a person look again at all of it; we, where something was handed in anew.
        same = {"in-time", "very-late"}
        expected = [
            (*row[:-1], 0) if row[0] in same and row[4] is not None else row for row in expected
        ]
    assert ours[table] == expected
