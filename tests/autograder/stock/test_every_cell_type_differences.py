"""Where we differ from stock nbgrader on purpose: each row of the manual's table, by an example."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbgrader.preprocessors import Execute

from autograder.course.settings import Settings
from tests.autograder.stock.every_cell_course import (
    ASSIGNMENT,
    Change,
    Node,
    cell,
    hand_in,
    make_course,
    solved,
)
from tests.autograder.stock.nbgrader_runs import (
    GENERATE_AND_AUTOGRADE,
    gradebook_rows,
    output,
    start,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(500)]

MANUAL = Path(__file__).parents[3] / "docs" / "autograder.md"

#: What decides each question: the test of an answer that is the number 1 in the solution.
TESTS = {
    "warned": "import warnings\nif warned == 2:\n    warnings.warn('old')\nassert warned",
    "partial": "{1: None, 2: float('nan'), 3: -1.0, 4: 9.0}[partial]",
    "scalar": "import numpy as np\nnp.float64(0.5) if scalar == 2 else None",
    "number": "2 * number",
    "wrong": "assert wrong == 7",
    "deleted": "assert deleted",
    "skipped": "assert skipped",
    "parameter": "assert parameter == size - 2",
    "program": "assert program == 1",
    "dead": "assert dead == 1",
    "sized": "from collections.abc import Sized\nassert isinstance(sized, Sized) or sized == 1",
}
QUESTIONS = [cell("size = 3")]  # neither locked nor an answer: students may edit it
for _name, _test in TESTS.items():
    QUESTIONS += [
        cell(solved(f"{_name} = 1"), "answer", f"{_name}_answer"),
        cell(_test, "test", _name, 2),
    ]
STARTS = """\
import subprocess, sys
program = int(subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True).stdout)
"""


def with_a_copy(cells: list[Node]) -> list[Node]:
    return [*cells, next(node for node in cells if node["id"] == "warned")]


def with_a_tag(cells: list[Node]) -> None:
    next(n for n in cells if n["id"] == "skipped")["metadata"]["tags"] = ["skip-execution"]


def without_a_test(cells: list[Node]) -> list[Node]:
    return [node for node in cells if node["id"] != "deleted"]


def misnamed(file: Path) -> None:
    file.rename(file.with_name("only (1).ipynb"))


def with_another_size(cells: list[Node]) -> None:
    next(node for node in cells if "size = 3" in node["source"])["source"] = "size = 8"


#: A score and whether a person has to look; None if nothing of the submission was graded.
Verdict = tuple[float | None, int] | None
GOOD, ZERO, TO_A_PERSON = (2.0, 0), (0.0, 0), (None, 1)


@dataclass(frozen=True)
class Difference:
    """What a submission with this answer gets for a question; ``row`` is the manual's.

    ``change`` is made to the notebook's cells, ``done`` with its file.
    """

    row: str
    question: str
    stock: Verdict
    ours: Verdict
    answer: str = ""
    change: Change | None = None
    done: Callable[[Path], None] | None = None


DIFFERENCES = {
    "warns": Difference(
        "a warning, or text on stderr, in a test cell", "warned", ZERO, GOOD, "warned = 2"
    ),
    "not-a-number": Difference(
        "partial credit that is NaN", "partial", GOOD, TO_A_PERSON, "partial = 2"
    ),
    "negative": Difference(
        "partial credit that is negative", "partial", GOOD, TO_A_PERSON, "partial = 3"
    ),
    "too-much": Difference(
        "partial credit above the cell's points", "partial", None, TO_A_PERSON, "partial = 4"
    ),
    "numpy": Difference(
        "partial credit as a NumPy 2 scalar", "scalar", GOOD, (0.5, 0), "scalar = 2"
    ),
    "list": Difference(
        "a last value that is no number, where your solution's is one",
        "number",
        GOOD,
        ZERO,
        "number = [1]",
    ),
    "right": Difference("a test that also fails on the solution", "wrong", ZERO, TO_A_PERSON),
    "copies": Difference("a duplicated cell", "warned", None, GOOD, change=with_a_copy),
    "deletes": Difference("a deleted test cell", "deleted", TO_A_PERSON, GOOD, "", without_a_test),
    "skips": Difference(
        "the tag `skip-execution`", "skipped", GOOD, ZERO, "skipped = 0", with_a_tag
    ),
    "edits": Difference(
        "an edited cell that is neither locked nor an answer",
        "parameter",
        GOOD,
        ZERO,
        "parameter = size - 2",
        with_another_size,
    ),
    "starts": Difference(
        "code that starts a program or uses the network", "program", GOOD, ZERO, STARTS
    ),
    "dies": Difference("a dead kernel", "warned", None, GOOD, "import os\nos._exit(1)"),
    "misnames": Difference(
        "no notebook of the right name, but another", "warned", None, TO_A_PERSON, done=misnamed
    ),
    "absent": Difference(
        "a folder without any notebook", "warned", None, ZERO, done=lambda file: file.unlink()
    ),
    "measures": Difference(
        "`isinstance(x, collections.abc.Sized)` and its like, which ask for a method only",
        "sized",
        ZERO,
        GOOD,
        "sized = object()",
    ),
}
Scores = Mapping[tuple[str, str], tuple[float | None, int]]


def scores(root: Path) -> Scores:
    """Each student's questions: the score, and whether a person has to look at it."""
    rows = gradebook_rows(root)["grade"]
    return {(student, name): (auto, manual) for student, _, name, auto, *_, manual in rows}


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Scores, Scores]:
    """Whom stock could grade, its scores, and ours."""
    folder = tmp_path_factory.mktemp("differences")
    stock, ours = make_course(folder / "stock", {"only": QUESTIONS}), folder / "ours"
    output(start(stock, "-c", GENERATE_AND_AUTOGRADE, ASSIGNMENT))
    right = {f"{name}_answer": f"{name} = 1" for name in TESTS}
    for student, case in DIFFERENCES.items():
        place = "dead" if student == "dies" else case.question
        answers = right | ({f"{place}_answer": case.answer} if case.answer else {})
        hand_in(stock, student, answers, change=case.change)
        if case.done is not None:
            case.done(stock / "submitted" / student / ASSIGNMENT / "only.ipynb")
    shutil.copytree(stock, ours, ignore=shutil.ignore_patterns("gradebook.db"))
    by_stock = start(stock, "-c", GENERATE_AND_AUTOGRADE, ASSIGNMENT, *DIFFERENCES)
    by_us = start(ours, "-m", "autograder", "grade", ASSIGNMENT, "--jobs", "2")
    by_us.communicate()
    assert by_us.returncode == 1  # one has no notebook of the right name
    return output(by_stock), scores(stock), scores(ours)


@pytest.mark.parametrize("student", DIFFERENCES)
def test_stock_does_as_the_manual_says(graded: tuple[str, Scores, Scores], student: str) -> None:
    printed, stock, _ = graded
    case = DIFFERENCES[student]
    assert (f"{student} True" in printed) is (case.stock is not None)
    if case.stock is not None:
        assert stock[student, case.question] == case.stock


@pytest.mark.parametrize("student", DIFFERENCES)
def test_so_do_we(graded: tuple[str, Scores, Scores], student: str) -> None:
    *_, ours = graded
    assert ours[student, DIFFERENCES[student].question] == DIFFERENCES[student].ours


@pytest.mark.parametrize("student", [who for who, each in DIFFERENCES.items() if not each.done])
def test_nothing_else_differs(graded: tuple[str, Scores, Scores], student: str) -> None:
    *_, ours = graded
    differing = {DIFFERENCES[student].question, "wrong"}
    if student == "dies":
        differing.add("dead")
    others = {name: ours[student, name] for name in TESTS if name not in differing}
    assert others == dict.fromkeys(others, GOOD)


def test_the_manual_lists_these_differences() -> None:
    section = MANUAL.read_text("utf-8").partition("## Where it differs from stock")[2]
    listed = re.findall(r"^\| (.+?) \|", section.partition("\n## ")[0], re.MULTILINE)
    assert listed[1:] == [case.row for case in DIFFERENCES.values()]


def test_the_manual_has_both_deadlines_of_a_cell() -> None:
    ours, stock = Settings().limits.cell_seconds, Execute.timeout.default_value
    sentence = f"A cell may take {ours:g} seconds here, {stock} in nbgrader"
    assert sentence in MANUAL.read_text("utf-8")
