"""Honest submissions of all assignments, graded by us and by stock nbgrader: the same gradebooks.

Stock nbgrader runs them with its own executors, in an ordinary kernel. Nothing has to be set for
that: the package `course_lib` is installed, reference solutions included, and tests without
`GRADING_SEED` draw random inputs of their own.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.assignments.student_notebooks import OUR_CONFIG, known_answer, make_course, solutions
from tests.autograder.stock.nbgrader_runs import (
    GENERATE_AND_AUTOGRADE,
    Row,
    gradebook_rows,
    output,
    start,
)
from tests.mutants.answers import Case, Mistake
from tests.mutants.instructor_notebook import points, read_cells, run_tests

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

#: Half the work done: for some functions, by name, an answer of `tests/mutants/inputs`; the others
#: stay blank. No mistake here depends on the random inputs.
PARTLY: Mapping[str, Mapping[str, str]] = {
    "maximum_likelihood": {"gaussian_nll": "averaged", "gaussian_mle": "np.var"},
    "map_estimation": {
        "map_discrete": "argsort",
        "gaussian_neg_log_prior": "no factor 1/2",
        "ridge_fit": "lam without n",
    },
    "loss_functions": {
        "squared_loss": "no factor 1/2",
        "absolute_loss": "loop with if",
        "huber_loss": "sign without delta",
    },
    "softmax_regression": {
        "log_softmax": "np.logaddexp",
        "softmax_cross_entropy": "sum in the gradient only",
        "binary_cross_entropy_with_logits": "tanh",
        "softmax_regression_loss": "no penalty",
    },
    "information_theory": {
        "entropy": "sum of surprises",
        "kl_divergence": "a loop with an early return",
        "kl_with_logits": "q forgotten in the gradient",
    },
    "mutual_information": {
        "pair_frequencies": "every pair once",
        "conditional_entropy": "two entropies",
        "information_gain": "weights exchanged",
    },
    "exponential_families": {
        "log_partition": "mean for sum",
        "mean_parameters": "np.average",
        "match_moments": "one step",
    },
    "capstone": {
        "interval": "upper end first",
        "diagnoses": "too few steps for the third",
        "line_fit": "polyfit",
        "steepness_fit": "twice the penalty",
    },
}
STUDENTS = ("right", "partly", "blank")
STOCK_CONFIG = "c = get_config()\nc.CourseDirectory.course_id = 'stock'\n"


def chosen(assignment: str) -> list[Case]:
    return [known_answer(assignment, *names) for names in PARTLY[assignment].items()]


def answers(assignment: str) -> dict[str, dict[str, str]]:
    """What each student answers, by function."""
    partly = {case.function: case.source for case in chosen(assignment)}
    return {"right": solutions(assignment), "partly": partly, "blank": {}}


def deserved(assignment: str) -> dict[str, dict[str, float]]:
    """The points of each test that each student deserves."""
    worth = points(read_cells(assignment))
    held = {
        f"{case.function}-{kind}"
        for case in chosen(assignment)
        for kind in {grade_id.partition("-")[2] for grade_id in worth}
        if not isinstance(case.expected, Mistake) or kind not in case.expected.loses.split()
    }
    return {
        "right": worth,
        "partly": {name: value * (name in held) for name, value in worth.items()},
        "blank": dict.fromkeys(worth, 0.0),
    }


@dataclass(frozen=True)
class Outcome:
    """One assignment, graded twice and validated."""

    assignment: str
    stock: Mapping[str, list[Row]]
    ours: Mapping[str, list[Row]]
    validated: Mapping[str, str]


@pytest.fixture(scope="module", params=PARTLY)
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    assignment: str = request.param
    folder = tmp_path_factory.mktemp(assignment)
    stock, ours, student = folder / "stock", folder / "ours", folder / "student"
    for root, config in ((stock, STOCK_CONFIG), (ours, OUR_CONFIG)):
        make_course(root, config, assignment, answers(assignment))
    shutil.copytree(stock / "submitted", student)  # a folder without an instructor's configuration
    by_stock = start(stock, "-c", GENERATE_AND_AUTOGRADE, assignment, *STUDENTS)
    grade = ["-m", "autograder", "--course-dir", ".", "grade", assignment, "--jobs", "1"]
    output(start(ours, *grade))
    validated = {
        name: output(
            start(student / name / assignment, "-m", "nbgrader", "validate", f"{assignment}.ipynb")
        )
        for name in ("right", "partly")
    }
    assert "False" not in output(by_stock)
    return Outcome(assignment, gradebook_rows(stock), gradebook_rows(ours), validated)


def of(rows: Mapping[str, list[Row]], table: str, student: str) -> list[Row]:
    return [row for row in rows[table] if row[0] == student]


@pytest.mark.parametrize("table", ["cell", "source"])
def test_the_same_cells_are_registered(outcome: Outcome, table: str) -> None:
    assert len(outcome.stock[table]) > 20
    assert outcome.ours[table] == outcome.stock[table]


@pytest.mark.parametrize("table", ["submission", "grade", "comment"])
@pytest.mark.parametrize("student", STUDENTS)
def test_a_submission_gets_the_same_rows(outcome: Outcome, table: str, student: str) -> None:
    assert of(outcome.stock, table, student)
    assert of(outcome.ours, table, student) == of(outcome.stock, table, student)


@pytest.mark.parametrize("student", STUDENTS)
def test_each_test_gives_the_deserved_points(outcome: Outcome, student: str) -> None:
    scores = {grade_id: score for _, _, grade_id, score, *_ in of(outcome.ours, "grade", student)}
    assert scores == deserved(outcome.assignment)[student]


def test_validate_passes_the_right_answers(outcome: Outcome) -> None:
    assert "Success! Your notebook passes all the tests." in outcome.validated["right"]


def test_validate_reports_the_visible_tests_that_fail(outcome: Outcome) -> None:
    # A test that is worth nothing fails as well: what its author earns does not tell.
    visible = [
        cell
        for cell in read_cells(outcome.assignment)
        if "BEGIN HIDDEN TESTS" not in cell["source"]
    ]
    answers = {case.function: case.source for case in chosen(outcome.assignment)}
    ended = run_tests(visible, answers)
    failing = {
        cell["source"]
        for cell in visible
        if cell["id"] in ended and (ended[cell["id"]] or cell["id"].split("-")[0] not in answers)
    }
    printed = outcome.validated["partly"]
    assert f"VALIDATION FAILED ON {len(failing)} CELL(S)!" in printed
    for source in failing:
        assert source.splitlines()[0][:80] in printed


def test_validate_names_the_mistakes(outcome: Outcome) -> None:
    for case in chosen(outcome.assignment):
        # A wrong choice that a test in sight named would be one of three to try next.
        if isinstance(case.expected, Mistake) and case.function != "diagnoses":
            assert case.expected.says in outcome.validated["partly"]
