"""A course with every kind of cell, graded by us and by stock nbgrader: the same gradebooks.

All submissions are honest; where the two graders differ on purpose is in
``test_every_cell_type_differences``.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.autograder.stock.every_cell_course import (
    ASSIGNMENT,
    COUNTS,
    LARGEST,
    LEVEL,
    MEAN,
    PLOT,
    SCALED,
    VARIANCE,
    cell,
    hand_in,
    make_course,
)
from tests.autograder.stock.nbgrader_runs import (
    GENERATE_AND_AUTOGRADE,
    Row,
    gradebook_rows,
    output,
    start,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

ANSWERS = {
    "mean": MEAN,
    "variance": VARIANCE,
    "scaled": "%%time\n" + SCALED,
    "plot": PLOT,
    "simulate": "def simulate(n):\n    return np.random.rand(n) ** 2",
    "why": "It is where the derivative is zero.",
    "counts": COUNTS,
    "level": LEVEL,
    "max": "table = np.loadtxt('data/table.csv', delimiter=',')\n" + LARGEST,
}
PARTLY = {
    **ANSWERS,
    "mean": "def mean(x):\n    return sum(x) // len(x)",
    "variance": "def variance(x):\n    return 0 * mean(x)",
    "plot": "fig, ax = plt.subplots()\nax.set_title('Other')",
    "why": "YOUR ANSWER HERE",
    "max": "largest = 9",
}
#: Cells of one's own: what earlier cells define, tests included, can be used in them.
OWN = [
    cell("twice(calls[0][0]), sqrt(4), spread([1, 3])"),
    cell("helper = 3\nprint(helper)"),
    cell("not Python at all"),
    cell("My notes: <b>bold</b>", "text"),
]
ON_ONES_OWN = (
    "import mine\nfrom lib.more import one\ndef mean(x):\n    return mine.total(x) / len(x)"
)
FILES = {
    "mine.py": "total = sum",
    "lib/more.py": "one = 1",
    "level.txt": "2",
    "data/table.csv": "0,0\n",  # the instructor's is used
    "timestamp.txt": "2026-10-01 12:30:00 UTC",
}
KERNEL = {"name": "conda-env-ml-py", "display_name": "ML", "language": "python"}
CLASS: Mapping[str, dict[str, Any]] = {
    "right": {"answers": ANSWERS},
    "partly": {"answers": PARTLY},
    "blank": {"answers": {}},
    "second-only": {"answers": ANSWERS, "only": "second"},
    "own-cells": {"answers": ANSWERS, "change": lambda cells: [*cells[:-2], *OWN, *cells[-2:]]},
    "edited-tests": {"answers": PARTLY | {"mean_visible": "pass", "mean_hidden": "# mine"}},
    "broken": {"answers": ANSWERS | {"variance": "def variance(x:", "plot": "ax ="}},
    "own-files": {"answers": ANSWERS | {"mean": ON_ONES_OWN}, "files": FILES},
    "own-kernel": {"answers": ANSWERS, "kernel": KERNEL},
    "without-setup": {
        "answers": ANSWERS
        | {"simulate": "def simulate(n):\n    return [np.random.rand()] * n", "plot": "ax = 3"}
    },
}

#: Those who are graded a second time.
AGAIN = ("right", "blank", "second-only")


def decide(root: Path) -> None:
    """What a person does in formgrader: scores, extra credit and comments."""
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        for column, value, name in (
            ("manual_score", 2.5, "simulate"),
            ("manual_score", 0.5, "mean_visible"),
            ("extra_credit", 3.0, "bonus"),
        ):
            connection.execute(
                f"UPDATE grade SET {column} = ? WHERE cell_id IN "
                "(SELECT id FROM base_cell WHERE name = ?)",
                (value, name),
            )
        connection.execute("UPDATE comment SET manual_comment = 'Well done.'")
        connection.commit()


Tables = Mapping[str, list[Row]]


@pytest.fixture(scope="module")
def gradebooks(tmp_path_factory: pytest.TempPathFactory, stock_files: Path) -> tuple[Tables, ...]:
    """Stock's and ours; then both after people have decided and all was graded again."""
    folder = tmp_path_factory.mktemp("every")
    stock, ours = make_course(folder / "stock"), folder / "ours"
    shutil.copyfile(stock_files / "autotests.yml", stock / "autotests.yml")
    output(start(stock, "-c", GENERATE_AND_AUTOGRADE, ASSIGNMENT))
    for student, submission in CLASS.items():
        hand_in(stock, student, **submission)
    shutil.copytree(stock, ours, ignore=shutil.ignore_patterns("gradebook.db"))
    grade = [
        "-m",
        "autograder",
        "--course-dir",
        ".",
        "grade",
        ASSIGNMENT,
        "--jobs",
        "2",
        "--force",
    ]
    by_stock = start(stock, "-c", GENERATE_AND_AUTOGRADE, ASSIGNMENT, *CLASS)
    output(start(ours, *grade))
    printed = output(by_stock)
    assert "False" not in printed, printed
    first = gradebook_rows(stock), gradebook_rows(ours)
    for root in (stock, ours):
        decide(root)
    by_stock = start(stock, "-c", GENERATE_AND_AUTOGRADE, ASSIGNMENT, *AGAIN)
    output(start(ours, *grade))
    output(by_stock)
    return *first, gradebook_rows(stock), gradebook_rows(ours)


def of(tables: Tables, table: str, student: str) -> list[Row]:
    return [row for row in tables[table] if row[0] == student]


@pytest.mark.parametrize("table", ["cell", "source"])
def test_the_same_cells_are_registered(gradebooks: tuple[Tables, ...], table: str) -> None:
    stock, ours, *_ = gradebooks
    assert len(stock[table]) > 20
    assert ours[table] == stock[table]


@pytest.mark.parametrize("table", ["submission", "grade", "comment"])
@pytest.mark.parametrize("student", CLASS)
def test_a_submission_gets_the_same_rows(
    gradebooks: tuple[Tables, ...], table: str, student: str
) -> None:
    stock, ours, *_ = gradebooks
    assert of(stock, table, student)
    assert of(ours, table, student) == of(stock, table, student)


@pytest.mark.parametrize("table", ["submission", "grade", "comment"])
@pytest.mark.parametrize("student", AGAIN)
def test_so_it_does_when_graded_again_after_people_have_decided(
    gradebooks: tuple[Tables, ...], table: str, student: str
) -> None:
    *_, stock, ours = gradebooks
    expected = of(stock, table, student)
    if (table, student) == ("grade", "second-only"):
        # Whoever has given points for a notebook that is gone is asked to look again.
        expected = [
            (*row[:-1], 1) if row[1] == "first" and row[4] is not None else row for row in expected
        ]
    elif table == "grade" and student in AGAIN:
        # nbgrader has a person look again at what is as it was.
        expected = [(*row[:-1], 0) if None not in row[3:5] else row for row in expected]
    assert of(ours, table, student) == expected


def test_the_scores_are_those_that_the_answers_deserve(gradebooks: tuple[Tables, ...]) -> None:
    _, ours, *_ = gradebooks
    earned = {
        student: sum(score or 0 for *_, score, _, _, _ in of(ours, "grade", student))
        for student in CLASS
    }
    assert earned == {
        "right": 13.5, "partly": 6, "blank": 0, "second-only": 2.5, "own-cells": 13.5,
        "edited-tests": 6, "broken": 6.5, "own-files": 14.5, "own-kernel": 13.5,
        "without-setup": 10,
    }  # fmt: skip
