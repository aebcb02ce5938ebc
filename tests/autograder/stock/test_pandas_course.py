"""A course on data science, graded by us and by stock nbgrader: the same scores, row by row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.autograder.stock.every_cell_course import ASSIGNMENT, hand_in, make_course
from tests.autograder.stock.nbgrader_runs import (
    GENERATE_AND_AUTOGRADE,
    gradebook_rows,
    output,
    start,
)
from tests.autograder.stock.pandas_course import QUESTIONS, SALES, cells

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

RIGHT = {each.name: each.right for each in QUESTIONS}
WRONG = {each.name: each.wrong for each in QUESTIONS}
STUDENTS = {
    "right": RIGHT,
    "partly": {each.name: each[1 + number % 2] for number, each in enumerate(QUESTIONS)},
    "blank": {},
    "wrong": RIGHT | {each.name: each.wrong for each in QUESTIONS if each.name != "load"},
    "unread": RIGHT | {"load": WRONG["load"]},
}


@pytest.fixture(scope="module")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[tuple[str, str], object]]:
    """By grader: the automatic score of each student for each test."""
    root = tmp_path_factory.mktemp("pandas") / "ours"
    make_course(root, {"data": cells()})
    (root / "source" / ASSIGNMENT / "data" / "sales.csv").write_text(SALES)
    output(start(root, "-m", "autograder", "release", ASSIGNMENT))
    for student, answers in STUDENTS.items():
        hand_in(root, student, answers)
    stock = shutil.copytree(
        root, root.with_name("stock"), ignore=shutil.ignore_patterns("gradebook.db")
    )
    theirs = start(stock, "-c", GENERATE_AND_AUTOGRADE, ASSIGNMENT, *STUDENTS)
    output(start(root, "-m", "autograder", "grade", ASSIGNMENT))
    output(theirs)
    return {"ours": _scores(root), "stock": _scores(stock)}


def _scores(root: Path) -> dict[tuple[str, str], object]:
    return {
        (student, test): auto_score
        for student, _, test, auto_score, *_ in gradebook_rows(root)["grade"]
    }


def test_there_are_thirty_tests() -> None:
    assert len(QUESTIONS) >= 30


def test_every_row_is_as_in_stock(scores: dict[str, dict[tuple[str, str], object]]) -> None:
    ours, stock = scores["ours"], scores["stock"]
    assert len(stock) == len(QUESTIONS) * len(STUDENTS)
    differing = {row: (ours.get(row), want) for row, want in stock.items() if ours[row] != want}
    assert differing == {}


def test_right_and_wrong_answers_get_what_they_deserve(
    scores: dict[str, dict[tuple[str, str], object]],
) -> None:
    unexpected = [
        (student, each.name)
        for student, expected in (("right", 1), ("blank", 0), ("wrong", 0))
        for each in QUESTIONS
        if scores["ours"][student, f"{each.name}_test"] != expected
        and (student, each.name) != ("wrong", "load")
    ]
    assert unexpected == []
