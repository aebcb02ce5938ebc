"""The seed of a grading is recorded with the grade, and repeats it: the instructor's answer to an
appeal, by the commands that the manual names.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.assignments.student_notebooks import OUR_CONFIG, make_course
from tests.autograder.stock.nbgrader_runs import gradebook_rows, output, start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

ASSIGNMENT = "loss_functions"
#: What tests say of it depends on their numbers, and it prints them.
ANSWER = """\
def squared_loss(y_true, y_pred):
    residual = y_pred - y_true
    print(residual)
    return 0.5 * residual**2, np.where(residual > 0.7, 1.1, 1.0) * residual
"""
OTHER_SEED = 1


@dataclass(frozen=True)
class Grading:
    """What grading printed as JSON, and what it left behind."""

    result: dict[str, Any]
    rows: dict[str, list[tuple[Any, ...]]]
    page: str
    notebook: dict[str, Any]

    @property
    def seed(self) -> int:
        seed: int = self.result["seed"]
        return seed


def graded(root: Path, *options: str) -> Grading:
    command = ["-m", "autograder", "--course-dir", "."]
    text = output(start(root, *command, "grade", ASSIGNMENT, "--json", "-", *options))
    output(start(root, *command, "feedback", ASSIGNMENT))
    (result,) = json.loads(text)["results"]
    result.pop("seconds")
    folder = Path("ada") / ASSIGNMENT
    page = root / "feedback" / folder / f"{ASSIGNMENT}.html"
    notebook = root / "autograded" / folder / f"{ASSIGNMENT}.ipynb"
    return Grading(
        result,
        dict(gradebook_rows(root)),
        page.read_text(encoding="utf-8"),
        json.loads(notebook.read_text(encoding="utf-8")),
    )


@pytest.fixture(scope="module")
def gradings(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Grading]:
    """The first one; the appeal; one with another seed; one more with a seed of its own."""
    root = tmp_path_factory.mktemp("seed")
    class_ = {"ada": {"squared_loss": ANSWER}}
    make_course(root, OUR_CONFIG, ASSIGNMENT, class_)
    first = graded(root)
    return (
        first,
        graded(root, "--student", "ada", "--seed", str(first.seed)),
        graded(root, "--student", "ada", "--seed", str(OTHER_SEED)),
        graded(root, "--force"),
    )


def test_same_seed_gives_the_same_points_and_messages(gradings: Sequence[Grading]) -> None:
    first, again, *_ = gradings
    assert any(question["message"] for question in first.result["questions"])
    assert again.result == first.result


def test_same_seed_leaves_the_same_behind_to_the_last_digit(gradings: Sequence[Grading]) -> None:
    first, again, *_ = gradings
    assert again.rows == first.rows
    assert again.page == first.page
    assert again.notebook == first.notebook


def test_another_seed_draws_other_numbers(gradings: Sequence[Grading]) -> None:
    first, _, other, _ = gradings
    assert other.seed == OTHER_SEED
    assert other.notebook["cells"] != first.notebook["cells"]


def test_every_grading_has_a_seed_of_its_own(gradings: Sequence[Grading]) -> None:
    first, *_, forced = gradings
    assert forced.seed != first.seed
    assert forced.notebook["cells"] != first.notebook["cells"]


def test_seed_is_on_the_students_page_and_in_the_graded_notebook(
    gradings: Sequence[Grading],
) -> None:
    for grading in gradings:
        assert f"the seed {grading.seed}," in grading.page
        assert grading.notebook["metadata"]["autograder"]["seed"] == grading.seed
