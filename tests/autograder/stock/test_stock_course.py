"""A stock nbgrader course, as ``nbgrader quickstart`` makes it, graded by us and by nbgrader.

Honest submissions get the same scores, row by row; where stock's answer is wrong, ours differs on
purpose, and each difference is asserted here.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.autograder.stock.nbgrader_runs import (
    GENERATE_AND_AUTOGRADE,
    gradebook_rows,
    output,
    start,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

#: Bundled with nbgrader; bitdiddle has edited some of the tests.
BUNDLED = ("bitdiddle", "hacker")
#: Whom both graders have to score alike. ``cleo`` is right in part, ``dan`` is blank, ``eve``
#: has handed in only one of the two notebooks.
HONEST = ("ada", *BUNDLED, "cleo", "dan", "eve")
#: Whom stock nbgrader scores wrongly.
WRONGED = ("warns", "exits", "twins")
CLEO = """\
def squares(n):
    return [i ** 2 for i in range(1, n + 1)]
"""
REIMPLEMENTS = """\
def sum_of_squares(n):
    return sum(i ** 2 for i in range(1, n + 1))
"""
WARNS = """\
import warnings
def sum_of_squares(n):
    warnings.warn("slow")
    return sum(squares(n))
"""
EXITS = """\
def sum_of_squares(n):
    import os
    os._exit(0)
"""
#: The commands that quickstart starts would only fill a gradebook outside of the course.
QUICKSTART = """
import subprocess
from nbgrader.apps.nbgraderapp import NbGraderApp
call = subprocess.call
subprocess.call = lambda c, **options: call(c, **options) if "generate_config" in c else 0
NbGraderApp.launch_instance(["quickstart", "course101"])
"""


@dataclass(frozen=True)
class Class:
    """A graded course: the rows of its gradebook, and what ``nbgrader export`` shows of it."""

    root: Path
    grades: Mapping[tuple[str, str, str], tuple[float | None, int]]
    exported: Mapping[str, Mapping[str, str]]
    printed: str = ""


def graded(root: Path, printed: str) -> Class:
    rows = {
        (student, notebook, name): (score, manual)
        for student, notebook, name, score, _, _, manual in gradebook_rows(root)["grade"]
    }
    output(start(root, "-m", "nbgrader", "export"))
    with (root / "grades.csv").open(newline="") as file:
        exported = {row["student_id"]: row for row in csv.DictReader(file)}
    return Class(root, rows, exported, printed)


def edited(path: Path, answers: Mapping[str, str], twice: str = "") -> dict[str, Any]:
    """A notebook with other answers, and with one of its cells there twice."""
    node: dict[str, Any] = json.loads(path.read_text())
    for cell in list(node["cells"]):
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = answers[name]
        if name == twice:
            node["cells"].append(cell)
    return node


def hand_in(root: Path, student: str, answers: Mapping[str, str], twice: str = "") -> None:
    """Hand in the instructor's solution with some answers replaced."""
    folder = root / "submitted" / student / "ps1"
    folder.mkdir(parents=True)
    for file in (root / "source" / "ps1").glob("*.ipynb"):
        (folder / file.name).write_text(json.dumps(edited(file, answers, twice)))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, stock_files: Path) -> Path:
    """What quickstart makes, with submissions; nothing has been run in it yet."""
    folder = tmp_path_factory.mktemp("stock")
    output(start(folder, "-c", QUICKSTART))
    root = folder / "course101"
    for student in BUNDLED:
        shutil.copytree(stock_files / "submitted" / student, root / "submitted" / student)
    hand_in(root, "ada", {})
    hand_in(root, "cleo", {"squares": CLEO, "sum_of_squares": REIMPLEMENTS})
    hand_in(root, "dan", dict.fromkeys(["squares", "sum_of_squares"], "# YOUR CODE HERE"))
    hand_in(root, "eve", {})
    (root / "submitted" / "eve" / "ps1" / "problem2.ipynb").unlink()
    hand_in(root, "warns", {"sum_of_squares": WARNS})
    hand_in(root, "exits", {"sum_of_squares": EXITS})
    hand_in(root, "twins", {}, twice="correct_squares")
    return root


@pytest.fixture(scope="module")
def graders(course: Path) -> tuple[Class, Class, Class]:
    """By nbgrader; by us; by us where nbgrader had already generated the assignment."""
    stock, ours, generated = (course.parent / name for name in ("graded", "ours", "generated"))
    for copy in (stock, ours, generated):
        shutil.copytree(course, copy)
    grade = [
        "-m",
        "autograder",
        "--course-dir",
        ".",
        "grade",
        "ps1",
        "--json",
        "-",
        "--jobs",
        "2",
    ]
    by_stock = start(stock, "-c", GENERATE_AND_AUTOGRADE, "ps1", *HONEST, *WRONGED)
    by_us = output(start(ours, *grade))
    output(start(generated, "-c", GENERATE_AND_AUTOGRADE, "ps1"))
    after_generating = output(start(generated, *grade))
    return (
        graded(stock, output(by_stock)),
        graded(ours, by_us),
        graded(generated, after_generating),
    )


@pytest.fixture(scope="module")
def stock(graders: tuple[Class, Class, Class]) -> Class:
    return graders[0]


@pytest.fixture(scope="module")
def ours(graders: tuple[Class, Class, Class]) -> Class:
    return graders[1]


def rows(graded: Class, student: str) -> dict[tuple[str, str], tuple[float | None, int]]:
    return {key[1:]: row for key, row in graded.grades.items() if key[0] == student}


@pytest.mark.parametrize("student", HONEST)
def test_an_honest_submission_gets_the_same_scores_row_by_row(
    stock: Class, ours: Class, student: str
) -> None:
    assert rows(stock, student)
    assert rows(ours, student) == rows(stock, student)


def test_a_test_that_deletes_a_students_function_works_as_in_stock(ours: Class) -> None:
    cell = ("problem1", "sum_of_squares_uses_squares")
    assert rows(ours, "ada")[cell] == (0.5, 0)
    assert rows(ours, "cleo")[cell] == (0.0, 0)


def test_the_scores_are_those_that_the_answers_deserve(ours: Class) -> None:
    earned = {
        student: sum(score or 0 for score, _ in rows(ours, student).values()) for student in HONEST
    }
    assert earned == {
        "ada": 3.0, "hacker": 3.0, "bitdiddle": 1.5, "cleo": 1.5, "dan": 0.0, "eve": 3.0,
    }  # fmt: skip


@pytest.mark.parametrize("student", HONEST)
def test_nbgrader_export_shows_the_same(stock: Class, ours: Class, student: str) -> None:
    assert ours.exported[student] == stock.exported[student]


def test_json_and_gradebook_agree(ours: Class) -> None:
    shown = {
        (result["student"], result["notebook"], question["grade_id"]): question["score"]
        for result in json.loads(ours.printed)["results"]
        for question in result["questions"]
    }
    recorded = {key: score for key, (score, _) in ours.grades.items()}
    assert shown == {key: recorded[key] for key in shown}
    assert {key[0] for key in shown} == {*HONEST, *WRONGED}


def test_it_does_not_matter_whether_nbgrader_has_generated_the_assignment(
    graders: tuple[Class, Class, Class],
) -> None:
    _, ours, generated = graders
    assert generated.grades == ours.grades
    assert generated.exported == ours.exported


def test_a_warning_costs_points_in_stock_but_not_here(stock: Class, ours: Class) -> None:
    cell = ("problem1", "correct_sum_of_squares")
    assert rows(stock, "warns")[cell][0] == 0.0
    assert rows(ours, "warns") == rows(ours, "ada")


def test_a_dead_kernel_costs_the_whole_notebook_in_stock_but_one_function_here(
    stock: Class, ours: Class
) -> None:
    assert "exits False" in stock.printed
    assert rows(ours, "exits") == rows(ours, "ada") | {
        ("problem1", "correct_sum_of_squares"): (0.0, 0),
        ("problem1", "sum_of_squares_uses_squares"): (0.0, 0),
    }


def test_a_duplicated_test_cell_stops_stock_but_costs_nothing_here(
    stock: Class, ours: Class
) -> None:
    assert "twins False" in stock.printed
    assert rows(ours, "twins") == rows(ours, "ada")
