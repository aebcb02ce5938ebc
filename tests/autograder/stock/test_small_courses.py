"""Small notebooks as in real courses: the scores of stock nbgrader, or a sentence why not."""

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
from tests.autograder.stock.small_courses import HELPER, SAID, SMALL, cells

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

STUDENTS = {
    "right": {name: each.right for name, each in SMALL.items()},
    "wrong": {name: each.wrong for name, each in SMALL.items()},
    "blank": {},
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What release said, and by grader the score of each student for each notebook."""
    root = tmp_path_factory.mktemp("small") / "ours"
    make_course(root, {name: cells(name) for name in SMALL})
    (root / "source" / ASSIGNMENT / "tests.py").write_text(HELPER)
    released = start(root, "-m", "autograder", "release", ASSIGNMENT, "--force")
    said = " ".join(released.communicate()[0].split())
    for student, answers in STUDENTS.items():
        hand_in(root, student, answers)
    stock = shutil.copytree(
        root, root.with_name("stock"), ignore=shutil.ignore_patterns("gradebook.db")
    )
    theirs = start(stock, "-c", GENERATE_AND_AUTOGRADE, ASSIGNMENT, *STUDENTS)
    start(root, "-m", "autograder", "grade", ASSIGNMENT).communicate()
    output(theirs)
    return {"said": said, "ours": _scores(root), "stock": _scores(stock)}


def _scores(root: Path) -> dict[tuple[str, str], object]:
    return {
        (student, notebook): auto_score
        for student, notebook, _, auto_score, *_ in gradebook_rows(root)["grade"]
    }


def test_every_row_is_as_in_stock(graded: dict[str, dict[tuple[str, str], object]]) -> None:
    ours, stock = graded["ours"], graded["stock"]
    assert len(stock) == len(SMALL) * len(STUDENTS)
    assert {row for row, score in stock.items() if score} == {("right", name) for name in SMALL}
    differing = {row: (ours.get(row), want) for row, want in stock.items() if ours[row] != want}
    assert {name for _, name in differing} == set(SAID), differing
    assert {score for score, _ in differing.values()} == {None}  # left to a person, no zero


def test_release_says_why_not(graded: dict[str, str]) -> None:
    assert [name for name, why in SAID.items() if why not in graded["said"]] == []
