"""What every assignment promises: its points, its seeds, and that it shows nothing it hides."""

from __future__ import annotations

import ast
import json
import re
import symtable
from functools import cache
from typing import Any

import pytest

from tests.mutants.instructor_notebook import COURSE, points, read_cells, run_tests

#: Points of each function, as the text of the assignment promises them.
FUNCTIONS = {
    "maximum_likelihood": {"gaussian_nll": 8, "gaussian_mle": 6, "bernoulli_nll": 6},
    "map_estimation": {
        "map_discrete": 5,
        "gaussian_neg_log_prior": 4,
        "ridge_loss": 5,
        "ridge_fit": 6,
    },
    "loss_functions": {"squared_loss": 4, "absolute_loss": 5, "huber_loss": 6, "trimmed_mean": 5},
    "softmax_regression": {
        "log_softmax": 4,
        "softmax_cross_entropy": 6,
        "soft_cross_entropy": 4,
        "binary_cross_entropy_with_logits": 4,
        "multiclass_hinge_loss": 4,
        "softmax_regression_loss": 3,
    },
    "information_theory": {
        "entropy": 2.5,
        "kl_divergence": 3.5,
        "kl_with_logits": 3.5,
        "entropy_with_logits": 3,
        "mutual_information": 2.5,
    },
}
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*### END HIDDEN TESTS", re.DOTALL)


@cache
def cells(assignment: str) -> list[dict[str, Any]]:
    return read_cells(assignment)


CELLS = [
    pytest.param(assignment, cell, id=f"{assignment}-{cell['id']}")
    for assignment in FUNCTIONS
    for cell in cells(assignment)
]
every_assignment = pytest.mark.parametrize("assignment", FUNCTIONS)
every_cell = pytest.mark.parametrize(("assignment", "cell"), CELLS)


@pytest.fixture(autouse=True)
def _seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADING_SEED", "20")


def test_every_assignment_is_tested_here() -> None:
    folders = {path.parent.name for path in COURSE.glob("solutions/*/*.ipynb")}
    assert folders == FUNCTIONS.keys()


@every_assignment
@pytest.mark.parametrize("seed", range(10))
def test_solution_gets_full_marks_for_any_seed(
    assignment: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADING_SEED", str(seed))
    outcome = run_tests(cells(assignment), {})
    assert outcome == dict.fromkeys(outcome)


@every_assignment
def test_blank_answers_get_nothing(assignment: str) -> None:
    blank = "def {0}(*args, **kwargs):\n    raise NotImplementedError()\n"
    outcome = run_tests(
        cells(assignment), {name: blank.format(name) for name in FUNCTIONS[assignment]}
    )
    assert all(isinstance(error, NotImplementedError) for error in outcome.values())


@every_assignment
def test_points_add_up_to_what_the_text_promises(assignment: str) -> None:
    worth = points(cells(assignment))
    assert FUNCTIONS[assignment] == {
        name: sum(value for grade_id, value in worth.items() if grade_id.startswith(f"{name}-"))
        for name in FUNCTIONS[assignment]
    }


@every_cell
def test_students_function_gets_none_of_the_arrays_that_the_test_uses(
    assignment: str, cell: dict[str, Any]
) -> None:
    """It is called through `checks`, which copies, or with arrays made in the call itself."""
    if not cell["metadata"]["nbgrader"]["grade"]:
        return
    for node in ast.walk(ast.parse(cell["source"])):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS[assignment]:
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            names = {name.id for arg in given for name in ast.walk(arg) if type(name) is ast.Name}
            assert names <= {"np"}, ast.unparse(node)


@every_cell
def test_no_test_puts_another_function_in_place_of_the_students(
    assignment: str, cell: dict[str, Any]
) -> None:
    """For instance by importing the reference under its own name."""
    if cell["metadata"]["nbgrader"]["grade"]:
        symbols = symtable.symtable(cell["source"], "test", "exec").get_symbols()
        bound = {each.get_name() for each in symbols if each.is_assigned() or each.is_imported()}
        assert not bound & FUNCTIONS[assignment].keys()


@every_cell
def test_first_line_of_a_test_tells_its_function_kind_and_points(
    assignment: str, cell: dict[str, Any]
) -> None:
    mark = cell["metadata"]["nbgrader"]
    assert cell["id"] == mark["grade_id"]
    if mark["grade"]:
        source = cell["source"]
        kind = "hidden" if "BEGIN HIDDEN TESTS" in source else "visible"
        function = mark["grade_id"].split("-")[0]
        assert function in FUNCTIONS[assignment]
        assert source.startswith(f"# {function}, {kind} test ({mark['points']} points): ")


@every_cell
def test_reference_is_imported_in_hidden_regions_only(
    assignment: str, cell: dict[str, Any]
) -> None:
    shown = ast.parse(HIDDEN.sub("", cell["source"]))
    imported = {node.module for node in ast.walk(shown) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"course_lib"}


@every_cell
def test_each_test_is_shown_whole_or_hidden_whole(assignment: str, cell: dict[str, Any]) -> None:
    """What students see of a hidden test is one comment, so that points say what is wrong."""
    if "BEGIN HIDDEN TESTS" in cell["source"]:
        assert all(
            line.startswith("#") for line in HIDDEN.sub("", cell["source"]).split("\n") if line
        )


@every_assignment
def test_notebook_is_stored_without_outputs(assignment: str) -> None:
    path = COURSE / "solutions" / assignment / f"{assignment}.ipynb"
    stored = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in stored)
