"""What the tests of the assignment `loss_functions` accept, refuse, and say."""

from __future__ import annotations

import ast
import json
import re
from typing import Any

import pytest

from tests.assignments.instructor_notebook import COURSE, points, read_cells, run_tests
from tests.assignments.loss_functions_forgers import FORGERS
from tests.assignments.loss_functions_variants import MISTAKES, RIGHT_ANSWERS

CELLS = read_cells("loss_functions")
POINTS = points(CELLS)
FUNCTIONS = ("squared_loss", "absolute_loss", "huber_loss", "trimmed_mean")
STUB = "def {name}(*args):\n    raise NotImplementedError()\n"


@pytest.fixture(autouse=True)
def _seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADING_SEED", "20")


def feedback(error: Exception) -> str:
    return str(getattr(error, "student_feedback", error))


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_loses_points_and_is_named(name: str) -> None:
    mistake = MISTAKES[name]
    outcome = run_tests(CELLS, {mistake.function: mistake.source}, f"{mistake.function}-")
    failed = {grade_id: error for grade_id, error in outcome.items() if error}
    assert mistake.fails <= failed.keys() <= mistake.may_fail
    assert any(mistake.says in feedback(error) for error in failed.values())


@pytest.mark.parametrize("name", RIGHT_ANSWERS)
def test_right_answer_gets_full_marks(name: str) -> None:
    answer = RIGHT_ANSWERS[name]
    outcome = run_tests(CELLS, {answer.function: answer.source}, f"{answer.function}-")
    assert outcome
    assert not any(outcome.values()), outcome


@pytest.mark.parametrize("seed", range(10))
def test_solution_gets_full_marks_for_any_seed(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADING_SEED", str(seed))
    assert run_tests(CELLS, {}) == dict.fromkeys(POINTS)


def test_blank_answers_get_nothing() -> None:
    outcome = run_tests(CELLS, {name: STUB.format(name=name) for name in FUNCTIONS})
    assert all(isinstance(error, NotImplementedError) for error in outcome.values())


@pytest.mark.parametrize("name", FORGERS)
def test_forger_earns_no_more_than_can_be_helped(name: str) -> None:
    forger = FORGERS[name]
    outcome = run_tests(CELLS, {forger.function: forger.source}, f"{forger.function}-")
    assert outcome
    earned = [grade_id for grade_id, error in outcome.items() if error is None]
    assert sum(POINTS[grade_id] for grade_id in earned) <= forger.at_most, earned


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell["id"])
def test_students_function_gets_none_of_the_arrays_that_the_test_uses(cell: dict[str, Any]) -> None:
    """It is called through `checks`, which copies, or with arrays made in the call itself."""
    if not cell["metadata"]["nbgrader"]["grade"]:
        return
    for node in ast.walk(ast.parse(cell["source"])):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS:
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            names = {name.id for arg in given for name in ast.walk(arg) if type(name) is ast.Name}
            assert names <= {"np"}, ast.unparse(node)


def test_points_add_up_to_what_the_text_promises() -> None:
    per_function = {
        name: sum(value for grade_id, value in POINTS.items() if grade_id.startswith(f"{name}-"))
        for name in FUNCTIONS
    }
    assert per_function == {
        "squared_loss": 4,
        "absolute_loss": 5,
        "huber_loss": 6,
        "trimmed_mean": 5,
    }


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell["id"])
def test_first_line_of_a_test_tells_its_function_kind_and_points(cell: dict[str, Any]) -> None:
    mark = cell["metadata"]["nbgrader"]
    assert cell["id"] == mark["grade_id"]
    if mark["grade"]:
        source = cell["source"]
        kind = "hidden" if "BEGIN HIDDEN TESTS" in source else "visible"
        function = mark["grade_id"].split("-")[0]
        assert source.startswith(f"# {function}, {kind} test ({mark['points']} points): ")


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell["id"])
def test_reference_is_imported_in_hidden_regions_only(cell: dict[str, Any]) -> None:
    shown = re.sub(
        r"### BEGIN HIDDEN TESTS.*### END HIDDEN TESTS", "", cell["source"], flags=re.DOTALL
    )
    imported = {
        node.module for node in ast.walk(ast.parse(shown)) if isinstance(node, ast.ImportFrom)
    }
    assert "course_lib.losses" not in imported


def test_hidden_feedback_holds_none_of_the_numbers_tested() -> None:
    """Wrong in every way, and still told nothing but words and powers of ten."""
    for mistake in MISTAKES.values():
        outcome = run_tests(CELLS, {mistake.function: mistake.source}, f"{mistake.function}-")
        for error in outcome.values():
            numbers = re.findall(r"-?\d+\.\d{3,}", feedback(error)) if error else []
            assert not numbers


def test_notebook_is_stored_without_outputs() -> None:
    path = COURSE / "solutions/loss_functions/loss_functions.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
