"""Starts stock nbgrader or us on a course, and reads the rows that either leaves in a gradebook.

For every test that compares the two: those of this folder, of ``tests/assignments`` and of kernels.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

#: A program that generates an assignment and autogrades the students named. It is one process for
#: all of them, because importing nbgrader takes seconds.
GENERATE_AND_AUTOGRADE = """
import sys
from nbgrader.apps import NbGraderAPI
from nbgrader.apps.nbgraderapp import NbGraderApp
app = NbGraderApp()
app.initialize(["--NbGrader.log_level=CRITICAL"])
app.load_config_file()
api = NbGraderAPI(config=app.config)
assignment, *students = sys.argv[1:]
assert api.generate_assignment(assignment)["success"]
for student in students:
    print(student, api.autograde(assignment, student)["success"])
"""

Row = tuple[Any, ...]
#: The columns that grading fills, each table's rows after those that name the cell.
QUERIES = {
    "cell": """
        SELECT notebook.name, base_cell.name, base_cell.type,
            COALESCE(grade_cells.max_score, task_cells.max_score),
            COALESCE(grade_cells.cell_type, task_cells.cell_type)
        FROM base_cell JOIN notebook ON notebook.id = base_cell.notebook_id
        LEFT JOIN grade_cells ON grade_cells.id = base_cell.id
        LEFT JOIN task_cells ON task_cells.id = base_cell.id
    """,
    "source": """
        SELECT notebook.name, source_cell.name, source, checksum, locked, cell_type
        FROM source_cell JOIN notebook ON notebook.id = source_cell.notebook_id
    """,
    "submission": """
        SELECT student_id, notebook.name, timestamp, extension, late_submission_penalty, flagged
        FROM submitted_notebook JOIN notebook ON notebook.id = submitted_notebook.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    """,
}
for _table, _columns in {
    "grade": "auto_score, manual_score, extra_credit, needs_manual_grade",
    "comment": "auto_comment, manual_comment",
}.items():
    QUERIES[_table] = f"""
        SELECT student_id, notebook.name, base_cell.name, {_columns}
        FROM {_table} JOIN base_cell ON base_cell.id = {_table}.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = {_table}.notebook_id
        JOIN notebook ON notebook.id = submitted_notebook.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    """


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start Python with these arguments in a course folder."""
    scripts = str(Path(sys.executable).parent)  # nbgrader starts `alembic` by name
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": scripts + os.pathsep + os.environ["PATH"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output(process: subprocess.Popen[str]) -> str:
    """What a process prints, which has to end well."""
    stdout, stderr = process.communicate()
    assert process.returncode == 0, stdout + stderr
    return stdout


def gradebook_rows(root: Path) -> Mapping[str, list[Row]]:
    """Every row that grading makes, by table, in order, without the ids."""
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        return {
            table: sorted(connection.execute(query).fetchall(), key=repr)
            for table, query in QUERIES.items()
        }
