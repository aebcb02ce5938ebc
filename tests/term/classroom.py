"""A course of three assignments and a class of 120, of whom each one's points are known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "stats"
c.Autograder.cell_seconds = 5
c.Autograde.exporter_class = "autograder.nbgrader_plugin.SandboxedExporter"
c.GenerateFeedback.exporter_class = "autograder.nbgrader_plugin.FeedbackExporter"
c.ExportApp.plugin_class = "autograder.nbgrader_plugin.CsvExporter"
"""
DEADLINES = """\
[due]
ps1 = 2026-10-12T18:00:00
ps2 = 2026-10-19T18:00:00
ps3 = 2026-10-26T18:00:00

[late]
policy = "per day"
percent = 10
at_most = 50
"""
#: Of each assignment the names of the questions that tests grade, with their points.
QUESTIONS: Mapping[str, Mapping[str, int]] = {
    "ps1": {"double": 4, "halve": 2},
    "ps2": {"square": 4, "cube": 2, "root": 2},
    "ps3": {"add": 5},
}
ESSAY, ESSAY_POINTS = "why", 4
RIGHT = {
    "double": "def double(x):\n    return 2 * x",
    "halve": "def halve(x):\n    return x / 2",
    "square": "def square(x):\n    return x * x",
    "cube": "def cube(x):\n    return x**3",
    "root": "def root(x):\n    return x**0.5",
    "add": "def add(x, y):\n    return x + y",
}
TESTS = {
    "double": (
        "assert double(2) == 4\n"
        "### BEGIN HIDDEN TESTS\nassert double(5) == 10\n### END HIDDEN TESTS"
    ),
    "halve": "assert halve(4) == 2",
    "square": "assert square(3) == 9",
    "cube": "assert cube(2) == 8",
    "root": "assert root(9) == 3",
    "add": "assert add(2, 3) == 5",
}
ODD = (
    "zoë", "jürgen", "nguyễn", "chloé", "łukasz", "søren", "李雷", "דוד", "محمد", "שירה", "björk",
    "ștefan", "ana", "o", "x1", "null",
)  # fmt: skip
#: Names that all platforms leave as they are, so that a student has one name in the whole term.
CLASS = (*ODD, *(f"student{number:03}" for number in range(len(ODD), 120)))


def make_course(root: Path) -> Path:
    """The course before term: sources, deadlines, groups, and the class as a table."""
    for assignment, questions in QUESTIONS.items():
        solved = {
            name: f"### BEGIN SOLUTION\n{RIGHT[name]}\n### END SOLUTION" for name in questions
        }
        folder = root / "source" / assignment
        folder.mkdir(parents=True)
        (folder / "sheet.ipynb").write_text(
            notebook(assignment, solved, "### BEGIN SOLUTION\nx\n### END SOLUTION")
        )
    (root / "nbgrader_config.py").write_text(CONFIG)
    (root / "deadlines.toml").write_text(DEADLINES)
    (root / "groups.csv").write_text(
        "student,group,assignment\n"
        + "".join(f"{who},team{number // 4},ps3\n" for number, who in enumerate(CLASS))
    )
    (root / "class.csv").write_text(
        "id,name,email\n" + "".join(f"{who},{who},{who}@example.org\n" for who in CLASS)
    )
    return root


def wrong_in(student: str, assignment: str) -> str:
    """The question that a student gets wrong; every third has all right."""
    number, names = CLASS.index(student), [*QUESTIONS[assignment], ""]
    return names[number % len(names)]


def handed_in(student: str, assignment: str) -> bytes:
    """A student's notebook."""
    wrong = wrong_in(student, assignment)
    answers = {
        name: f"def {name}(*x):\n    return -1" if name == wrong else RIGHT[name]
        for name in QUESTIONS[assignment]
    }
    content = json.loads(notebook(assignment, answers, f"Because {student} says so."))
    content["metadata"]["author"] = student  # so that no two hand in the same bytes
    return json.dumps(content).encode()


def auto_points(student: str, assignment: str) -> int:
    """The points that the tests give a student."""
    points = QUESTIONS[assignment]
    return sum(points.values()) - points.get(wrong_in(student, assignment), 0)


def notebook(assignment: str, answers: Mapping[str, str], essay: str) -> str:
    """The notebook of an assignment with these answers."""
    cells = []
    for name, points in QUESTIONS[assignment].items():
        cells.append(_cell("code", name, answers[name], solution=True))
        test = _cell("code", f"test_{name}", TESTS[name], grade=True, locked=True, points=points)
        cells.append(test)
    if assignment == "ps1":
        flags: dict[str, Any] = {"solution": True, "grade": True, "points": ESSAY_POINTS}
        cells.append(_cell("markdown", ESSAY, essay, **flags))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _cell(kind: str, name: str, source: str, **nbgrader: Any) -> dict[str, Any]:
    flags = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    cell = {
        "cell_type": kind,
        "id": name.replace("_", "-"),
        "metadata": {"nbgrader": flags | {"grade_id": name} | nbgrader},
        "source": source,
    }
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
