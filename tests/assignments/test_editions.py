"""What every assignment promises: its points, its seeds, and that it shows nothing it hides."""

from __future__ import annotations

import ast
import json
import re
import symtable
import warnings
from collections import Counter
from functools import cache
from typing import Any

import pytest

from tests.assignments.student_edition import strings
from tests.mutants.answers import CASES, Case, Right
from tests.mutants.instructor_notebook import COURSE, points, read_cells, run_tests

#: Points of each function, as the text of the assignment promises them.
FUNCTIONS: dict[str, dict[str, float]] = {
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
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS(.*)### END HIDDEN TESTS", re.DOTALL)
SOLUTION = re.compile(r"### BEGIN SOLUTION(.*)### END SOLUTION", re.DOTALL)


@cache
def cells(assignment: str) -> list[dict[str, Any]]:
    return read_cells(assignment)


def whole(assignment: str) -> list[dict[str, Any]]:
    """All cells of the instructor notebook, as the file has them."""
    path = COURSE / "solutions" / assignment / f"{assignment}.ipynb"
    stored: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return stored


CELLS = [
    pytest.param(assignment, cell, id=f"{assignment}-{cell['id']}")
    for assignment in FUNCTIONS
    for cell in cells(assignment)
]
RIGHT = [case for case in CASES if isinstance(case.expected, Right)]
every_assignment = pytest.mark.parametrize("assignment", FUNCTIONS)
every_cell = pytest.mark.parametrize(("assignment", "cell"), CELLS)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def student_edition(assignment: str) -> list[str]:
    """Every line that a student gets: of cells, outputs, attachments and metadata."""
    path = COURSE / "notebooks" / "assignments" / assignment / f"{assignment}.ipynb"
    return [
        line
        for text in strings(json.loads(path.read_text(encoding="utf-8")))
        for line in lines(text)
    ]


def lines_between(region: re.Pattern[str], assignment: str) -> set[str]:
    """Every line of an assignment's regions of one kind."""
    return {
        line
        for cell in cells(assignment)
        for text in region.findall(cell["source"])
        for line in lines(text)
    }


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
def test_student_edition_holds_no_solution_line(assignment: str) -> None:
    """Not even a short one, and not as a part of another line."""
    secret = lines_between(SOLUTION, assignment)
    assert len(secret) >= len(FUNCTIONS[assignment])
    text = "\n".join(student_edition(assignment))
    assert [line for line in secret if line in text] == []


@every_assignment
def test_student_edition_holds_no_hidden_test_line(assignment: str) -> None:
    """Lines such as `rng = checks.rng()` are shown as well: then as often as there."""
    hidden = lines_between(HIDDEN, assignment)
    assert len(hidden) > 100
    sources = ["".join(cell["source"]) for cell in whole(assignment)]
    shown = Counter(
        line for source in sources for line in lines(HIDDEN.sub("", SOLUTION.sub("", source)))
    )
    assert len(hidden & shown.keys()) < len(hidden) / 10
    given = Counter(student_edition(assignment))
    assert {line: given[line] for line in hidden} == {line: shown[line] for line in hidden}


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: f"{case.assignment}-{case}")
def test_right_answers_warn_in_no_visible_test(case: Case) -> None:
    """The button *Validate* counts a warning as a failure."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells(case.assignment):
        source, grade_id = cell["source"], cell["id"]
        with warnings.catch_warnings():
            if not cell["metadata"]["nbgrader"]["grade"]:
                warnings.simplefilter("ignore")
                exec(case.source if grade_id == case.function else source, namespace)
            elif grade_id.startswith(f"{case.function}-") and not HIDDEN.search(source):
                warnings.simplefilter("error")
                exec(source, namespace)


@every_assignment
def test_notebook_is_stored_without_outputs(assignment: str) -> None:
    stored = whole(assignment)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in stored)
