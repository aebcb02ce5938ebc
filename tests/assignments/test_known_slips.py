"""What a student reads of slips that were once told wrongly, or told by what else they break."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder.course.settings import hidden_modules_in
from autograder.grading.check import Check, check
from autograder.results import Outcome
from tests.assignments.student_notebooks import answered
from tests.assignments.test_assignments import cells
from tests.mutants.instructor_notebook import run_tests

TURNED_BERNOULLI = """
def bernoulli_nll(x, logit):
    n, ones = len(x), np.sum(x)
    p = 1 / (1 + np.exp(-logit)) if logit >= 0 else np.exp(logit) / (1 + np.exp(logit))
    return ones * np.logaddexp(0, -logit) + (n - ones) * np.logaddexp(0, logit), ones - n * p
"""
SINGLE_PRIOR = """
def gaussian_neg_log_prior(w, sigma2):
    w = np.asarray(w, dtype=np.float32)
    cost = w @ w / (2 * sigma2) + w.size * np.log(2 * np.pi * sigma2) / 2
    return float(cost), w / sigma2
"""
SINGLE_NLL = """
def gaussian_nll(x, mu, sigma2):
    r = np.float32(mu) - np.float32(x)
    n, squares = r.size, np.sum(r * r)
    nll = (n * np.log(2 * np.pi * sigma2) + squares / sigma2) / 2
    return nll, np.sum(r) / sigma2, (n - squares / sigma2) / (2 * sigma2)
"""
SINGLE_MLE = """
def gaussian_mle(x):
    x = np.array(x, dtype="float32")
    mu = x.mean()
    return mu, ((x - mu) ** 2).mean()
"""
LISTS = """
def log_softmax(logits):
    rows = []
    for row in np.asarray(logits, dtype=float).tolist():
        top = max(row)
        total = sum(float(np.exp(each - top)) for each in row)
        rows.append([each - top - float(np.log(total)) for each in row])
    return rows if rows else np.zeros(np.shape(logits))
"""
BY_WEIGHTS = """
def ridge_loss(w, X, y, lam):
    off, d = X @ w - y, len(w)
    return off @ off / (2 * d) + lam / 2 * (w @ w), X.T @ off / d + lam * w
"""
SCIPY = """
from scipy.stats import trim_mean

def trimmed_mean(x, trim):
    return trim_mean(x, trim / len(x))
"""
NO_COLON = """
def squared_loss(y_true, y_pred)
    r = y_pred - y_true
    return r**2 / 2, r
"""
PLOTS = """
import matplotlib.pyplot as plt

def squared_loss(y_true, y_pred):
    r = np.asarray(y_pred, dtype=float) - y_true
    plt.hist(r)
    plt.show()
    return r**2 / 2, r
"""


def messages(assignment: str, function: str, answer: str) -> dict[str, str]:
    """What the tests of a function say, visible and hidden ones, by what comes after its name."""
    outcome = run_tests(cells(assignment), {function: answer}, f"{function}-")
    return {
        grade_id.removeprefix(f"{function}-"): str(getattr(error, "student_feedback", error))
        for grade_id, error in outcome.items()
        if error is not None
    }


@pytest.fixture(autouse=True)
def seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADING_SEED", "20")


def test_a_turned_sign_is_told_as_that_everywhere() -> None:
    said = messages("maximum_likelihood", "bernoulli_nll", TURNED_BERNOULLI)
    assert said["example"] == "dlogit is observed minus expected: change its sign"
    assert "has the wrong sign, or is the loss wrong?" in said["gradient"]
    others = [text for text in said.values() if "sign" not in text]
    assert not [text for text in others if "argument" in text or "counts" in text]


@pytest.mark.parametrize(
    ("assignment", "function", "answer"),
    [
        ("map_estimation", "gaussian_neg_log_prior", SINGLE_PRIOR),
        ("maximum_likelihood", "gaussian_nll", SINGLE_NLL),
        ("maximum_likelihood", "gaussian_mle", SINGLE_MLE),
    ],
    ids=["prior", "nll", "mle"],
)
def test_single_precision_is_told_and_nothing_is_said_of_sign_or_size(
    assignment: str, function: str, answer: str
) -> None:
    said = messages(assignment, function, answer)
    assert "float32" in said["example"] or "float32" in said["gradient"]
    assert [test for test, text in said.items() if "sign" in text or "times" in text] == []
    assert [test for test, text in said.items() if "large" in text or "small as" in text] == []


def test_lists_get_full_marks() -> None:
    assert messages("softmax_regression", "log_softmax", LISTS) == {}


def test_dividing_by_the_weights_is_not_taken_for_a_half() -> None:
    said = messages("map_estimation", "ridge_loss", BY_WEIGHTS)
    assert said["example"] == "loss is divided by the number of weights, not of examples"
    assert [text for text in said.values() if "1/2" in text] == []


def test_a_plot_in_an_answer_costs_nothing() -> None:
    assert messages("loss_functions", "squared_loss", PLOTS) == {}


def checked(path: Path, assignment: str, answers: Mapping[str, str], *, old: bool = False) -> Check:
    """A check of a notebook that has the cells of these functions only, in a folder of its own.

    An `old` edition says nothing of hidden modules, and has no tests of corners.
    """
    notebook: dict[str, Any] = answered(assignment, answers)
    assert hidden_modules_in(notebook["metadata"])
    wanted = {"setup", *answers}
    notebook["cells"] = [
        cell
        for cell in notebook["cells"]
        if cell["id"].partition("-")[0] in wanted and not (old and cell["id"].endswith("-corners"))
    ]
    if old:
        del notebook["metadata"]["autograder"]
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return check(path)


def test_a_missing_module_is_the_cause_that_all_tests_tell(tmp_path: Path) -> None:
    result = checked(tmp_path / "mine.ipynb", "loss_functions", {"trimmed_mean": SCIPY}).result
    assert {each.outcome for each in result.questions} == {Outcome.MISSING}
    assert all("no module named 'scipy' while this" in each.message for each in result.questions)


def test_of_a_missing_module_an_old_edition_outside_the_course_says_what_is_known(
    tmp_path: Path,
) -> None:
    found = checked(tmp_path / "mine.ipynb", "loss_functions", {"trimmed_mean": SCIPY}, old=True)
    tests, modules = found.unknown
    assert "may be older than the ones that it is graded with" in tests
    assert modules.startswith("Your code imports scipy.stats. Neither the notebook nor a course")


def test_a_syntax_error_is_the_cause_that_all_tests_tell(tmp_path: Path) -> None:
    result = checked(tmp_path / "mine.ipynb", "loss_functions", {"squared_loss": NO_COLON}).result
    assert {each.outcome for each in result.questions} == {Outcome.MISSING}
    assert all("SyntaxError: expected ':' (line 2)" in each.message for each in result.questions)
