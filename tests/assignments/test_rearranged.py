"""Right answers to a real assignment earn all points, wherever their student has put the cells."""

from __future__ import annotations

import copy
import json
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course.directory import load_course
from autograder.grading.batch import grade
from tests.assignments.student_notebooks import OUR_CONFIG, answered, make_course, solutions

ASSIGNMENT = "loss_functions"

Node = dict[str, Any]


def is_code(cell: Node, role: str) -> bool:
    return cell["cell_type"] == "code" and bool(cell["metadata"].get("nbgrader", {}).get(role))


def questions(cells: list[Node]) -> list[list[Node]]:
    """What is before the first answer, and each answer with what is below it."""
    found: list[list[Node]] = [[]]
    for cell in cells:
        if is_code(cell, "solution"):
            found.append([])
        found[-1].append(cell)
    return found


def all_tests_last(cells: list[Node]) -> list[Node]:
    return sorted(cells, key=lambda cell: is_code(cell, "grade"))


def questions_reversed(cells: list[Node]) -> list[Node]:
    first, *others = questions(cells)
    return sum(reversed(others), first)


def first_answer_last(cells: list[Node]) -> list[Node]:
    (answer, *_), first = questions(cells)[1], questions(cells)[0]
    return [*first, *(cell for cell in cells if cell not in (answer, *first)), answer]


def two_answers_in_one_cell(cells: list[Node]) -> list[Node]:
    made = copy.deepcopy(cells)
    first, second, *_ = [cell for cell in made if is_code(cell, "solution")]
    first["source"] += "\n\n\n" + second["source"]
    made.remove(second)
    return made


def every_cell_twice(cells: list[Node]) -> list[Node]:
    return [each for cell in cells for each in (cell, copy.deepcopy(cell))]


def shuffled(cells: list[Node]) -> list[Node]:
    return random.Random(2).sample(cells, len(cells))


ARRANGEMENTS: dict[str, Callable[[list[Node]], list[Node]]] = {
    each.__name__: each
    for each in (
        all_tests_last,
        questions_reversed,
        first_answer_last,
        two_answers_in_one_cell,
        every_cell_twice,
        shuffled,
    )
} | {"upside_down": lambda cells: cells[::-1]}


@pytest.fixture(scope="module")
def scores() -> Iterator[dict[str, tuple[float | None, float]]]:
    """What each arrangement has earned, and what it could."""
    # Not pytest's own folder: that is closed to the users that candidates become.
    root = Path(tempfile.mkdtemp(prefix="rearranged-"))
    root.chmod(0o755)
    made = answered(ASSIGNMENT, solutions(ASSIGNMENT))
    try:
        make_course(root, OUR_CONFIG, ASSIGNMENT, {name: {} for name in ARRANGEMENTS})
        for name, rearrange in ARRANGEMENTS.items():
            path = root / "submitted" / name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
            path.write_text(json.dumps({**made, "cells": rearrange(made["cells"])}))
        graded = grade(load_course(root), ASSIGNMENT)
        yield {
            each.submission.student: (result.score, result.max_score)
            for each in graded
            for result in each.results
        }
    finally:
        shutil.rmtree(root)


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_right_answers_earn_all_points(
    name: str, scores: dict[str, tuple[float | None, float]]
) -> None:
    assert scores[name] == (20.0, 20.0)
