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

from tests.assignments.student_notebooks import strings
from tests.mutants.answers import Case, Right, cases
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
    "mutual_information": {
        "pair_frequencies": 2,
        "conditional_entropy": 3,
        "information_gain": 3,
        "best_question": 2,
    },
    "exponential_families": {"log_partition": 3, "mean_parameters": 3, "match_moments": 4},
    "capstone": {
        "interval": 4,
        "diagnoses": 2,
        "line_fit": 2,
        "classifier_fit": 2,
        "steepness_fit": 2,
        "digit_probabilities": 8,
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


every_assignment = pytest.mark.parametrize("assignment", FUNCTIONS)


def graded_cells(assignment: str) -> list[dict[str, Any]]:
    return [cell for cell in cells(assignment) if cell["metadata"]["nbgrader"]["grade"]]


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
@pytest.mark.parametrize("first", range(0, 60, 10))
def test_solution_gets_full_marks_for_any_seed(
    assignment: str, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(first, first + 10):
        monkeypatch.setenv("GRADING_SEED", str(seed))
        outcome = run_tests(cells(assignment), {})
        assert (seed, outcome) == (seed, dict.fromkeys(outcome))


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


@every_assignment
def test_students_function_gets_none_of_the_arrays_that_the_test_uses(assignment: str) -> None:
    """It is called through `checks`, which copies, or with arrays made in the call itself."""
    given = {
        (cell["id"], ast.unparse(node)): {
            name.id
            for arg in (*node.args, *(keyword.value for keyword in node.keywords))
            for name in ast.walk(arg)
            if isinstance(name, ast.Name)
        }
        for cell in graded_cells(assignment)
        for node in ast.walk(ast.parse(cell["source"]))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in FUNCTIONS[assignment]
    }
    assert given
    assert {call: names for call, names in given.items() if not names <= {"np"}} == {}


@every_assignment
def test_no_test_puts_another_function_in_place_of_the_students(assignment: str) -> None:
    """For instance by importing the reference under its own name."""
    bound = [
        (cell["id"], symbol.get_name())
        for cell in graded_cells(assignment)
        for symbol in symtable.symtable(cell["source"], "test", "exec").get_symbols()
        if symbol.is_assigned() or symbol.is_imported()
    ]
    assert len(bound) > 20
    assert [(test, name) for test, name in bound if name in FUNCTIONS[assignment]] == []


@every_assignment
def test_cells_are_called_by_their_grade_ids(assignment: str) -> None:
    named = {cell["id"]: cell["metadata"]["nbgrader"]["grade_id"] for cell in cells(assignment)}
    assert named == {name: name for name in named}


@every_assignment
def test_first_line_of_a_test_tells_its_function_kind_and_points(assignment: str) -> None:
    wrong = []
    for cell in graded_cells(assignment):
        kind = "hidden" if "BEGIN HIDDEN TESTS" in cell["source"] else "visible"
        function, worth = cell["id"].split("-")[0], cell["metadata"]["nbgrader"]["points"]
        assert function in FUNCTIONS[assignment]
        if not cell["source"].startswith(f"# {function}, {kind} test ({worth} points): "):
            wrong.append((cell["id"], cell["source"].splitlines()[0]))
    assert wrong == []


@every_assignment
def test_reference_is_imported_in_hidden_regions_only(assignment: str) -> None:
    imported = [
        (cell["id"], node.module)
        for cell in cells(assignment)
        for node in ast.walk(ast.parse(HIDDEN.sub("", cell["source"])))
        if isinstance(node, ast.ImportFrom)
    ]
    assert imported
    assert [(name, module) for name, module in imported if module != "course_lib"] == []


@every_assignment
def test_each_test_is_shown_whole_or_hidden_whole(assignment: str) -> None:
    """What students see of a hidden test is one comment, so that points say what is wrong."""
    shown = [
        (cell["id"], line)
        for cell in cells(assignment)
        if "BEGIN HIDDEN TESTS" in cell["source"]
        for line in HIDDEN.sub("", cell["source"]).split("\n")
        if line
    ]
    assert shown
    assert [(test, line) for test, line in shown if not line.startswith("#")] == []


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
    released = Counter(student_edition(assignment))
    assert {line: released[line] for line in hidden} == {line: shown[line] for line in hidden}


@every_assignment
def test_right_answers_warn_in_no_visible_test(assignment: str) -> None:
    """The button *Validate* counts a warning as a failure."""
    right = [each for each in cases(assignment) if isinstance(each.expected, Right)]
    assert right
    assert {str(each): said for each in right if (said := warning_of(each))} == {}


def warning_of(case: Case) -> str | None:
    """The first warning that an answer gives in the visible tests of its function."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in cells(case.assignment):
        source, grade_id = cell["source"], cell["id"]
        with warnings.catch_warnings():
            if not cell["metadata"]["nbgrader"]["grade"]:
                warnings.simplefilter("ignore")
                exec(case.source if grade_id == case.function else source, namespace)
            elif grade_id.startswith(f"{case.function}-") and not HIDDEN.search(source):
                warnings.simplefilter("error")
                try:
                    exec(source, namespace)
                except Warning as warning:
                    return f"{grade_id}: {warning!r}"
    return None


@every_assignment
def test_notebook_is_stored_without_outputs(assignment: str) -> None:
    stored = whole(assignment)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in stored)
