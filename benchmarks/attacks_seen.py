"""What a graded course shows: scores, outputs, pages, and files that have changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.attacks_table import Found
from tests.attacks.attack import Attack
from tests.attacks.attacked_course import HIDDEN_LINE, SECRETS

#: What a browser would run, if a page holds it unescaped.
ACTIVE = ("<script>alert(1)", "onerror=alert(1)>", 'href="javascript:')
GRADES = """
    SELECT student_id, auto_score FROM grade
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
"""


def found_in(attack: Attack, *, shown: list[dict[str, Any]], page: str, **seen: Any) -> Found:
    """What one attack has achieved: its notebook's outputs are ``shown``, and then a ``page``."""
    own_words = " ".join([attack.edit, *attack.answer.values(), *attack.own.values()])
    text = json.dumps(shown)
    # A traceback quotes the student's code, what was not reached included.
    printed = json.dumps([output for output in shown if output["output_type"] != "error"])
    active = [*attack.active, *attack.secrets, *ACTIVE] if attack.kind == "injection" else []
    return Found(
        secrets=[each for each in SECRETS if each in text and each not in own_words],
        reached="ESCAPED" in printed,
        active=[each for each in active if each in page],
        shows_hidden_tests=HIDDEN_LINE in page,
        **seen,
    )


def scores(course: Path, assignment: str) -> dict[str, float]:
    """Who is graded, and with how many points, as the gradebook and the folders say."""
    grades: dict[str, list[float | None]] = {}
    try:
        connection = sqlite3.connect(f"file:{course / 'gradebook.db'}?mode=ro", uri=True)
        for student, score in connection.execute(GRADES):
            grades.setdefault(student, []).append(score)
        connection.close()
    except sqlite3.Error:
        return {}
    return {
        student: sum(score for score in graded if score is not None)
        for student, graded in grades.items()
        if None not in graded
        and (course / "autograded" / student / assignment / f"{assignment}.ipynb").is_file()
    }


def outputs(course: Path, student: str, assignment: str) -> list[dict[str, Any]]:
    """All outputs of an autograded notebook."""
    path = course / "autograded" / student / assignment / f"{assignment}.ipynb"
    try:
        cells = json.loads(path.read_bytes())["cells"]
    except (OSError, ValueError):
        return []
    return [output for cell in cells for output in cell.get("outputs", [])]


def read(path: Path) -> str:
    """The text of a page, if there is one."""
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def digests(course: Path, students: Iterable[str]) -> dict[str, str]:
    """The files that grading somebody else has no reason to change."""
    names = ("source", "release", "nbgrader_config.py", *(f"submitted/{each}" for each in students))
    kept = [course / name for name in names]
    files = [file for path in kept for file in (path, *path.rglob("*")) if file.is_file()]
    return {
        file.relative_to(course).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The names of files that are not what they were."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))
