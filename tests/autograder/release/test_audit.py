"""What release finds out by grading the solution and the blank release."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course.directory import load_course
from autograder.grading.executor import open_executor
from autograder.grading.plan import make_plan
from autograder.notebook.cells import Notebook
from autograder.release.audit import Audit, audit
from autograder.release.causes import cause_of
from tests.autograder.stock.every_cell_course import ASSIGNMENT, cell, make_course, solved
from tests.autograder.workers.bench import check_cell

FINE = [
    cell(solved("def f(x): return x"), "answer", "f"),
    cell("assert f(1) == 1", "test", "fine", 1),
]
NOTEBOOKS = {
    "fine": FINE,
    "subclass": [
        cell(solved("class A: pass"), "answer", "a"),
        cell("class B(A): pass\nassert B()", "test", "inside", 1),
    ],
    "together": [
        *FINE,
        cell("made = [f(1)]\nassert made", "test", "makes", 1),
        cell(solved("double = made * 2"), "answer", "double"),
        cell("assert double == [1, 1]", "test", "needs", 1),
    ],
    "wrong": [*FINE, cell("assert f(1) == 2", "test", "wrong", 1)],
    "generous": [*FINE, cell("assert True", "test", "always", 1)],
    "text": [
        cell(solved("class A:\n    def __repr__(self): return 'A()'"), "answer", "a"),
        cell("assert isinstance(eval(repr(A())), A)", "test", "runs", 1),
    ],
    "setup": [cell("open('nowhere')"), *FINE],
    "refused": [
        cell(solved("class A: pass"), "answer", "a"),
        cell("try:\n    A() + 3\nexcept TypeError:\n    pass", "test", "catches", 1),
    ],
    "generator": [
        cell("import numpy as np"),
        cell(solved("def draw(rng): return rng.normal()"), "answer", "draw"),
        cell("assert abs(draw(np.random.default_rng(1))) < 9", "test", "draws", 1),
    ],
    "helper": [
        cell("import math\nfrom unittest import mock"),
        cell("def forbid(*names): return mock.patch(*names, side_effect=OSError)"),
        *FINE,
        cell("with forbid('math.sqrt'):\n    assert f(2) == 2", "test", "forbids", 1),
    ],
    "twice": [
        cell("import math\nfrom unittest import mock"),
        *FINE,
        cell("with mock.patch('math.sqrt'):\n    assert f(2) == 2", "test", "forbids", 1),
    ],
    "unread": [
        cell("These are notes, not code."),
        cell(solved("def f(x) return x"), "answer", "f"),
        cell("assert f(1) == 1", "test", "fine", 1),
    ],
    "notes": [cell("These are notes, not code."), *FINE],
    "hidden": [
        *FINE,
        cell(
            "x = 2\n### BEGIN HIDDEN TESTS\nassert f(x) == 3\n### END HIDDEN TESTS",
            "test",
            "hides",
            1,
        ),
    ],
    "worthless": [*FINE, cell("assert f(1) == 2", "test", "worthless", 0)],
    "always": [*FINE, cell("assert True", "test", "always", 0)],
    "borrows": [
        cell(solved("def f(x): return rate * x"), "answer", "f"),
        cell("rate = 2\nassert f(1) == rate", "test", "lends", 1),
    ],
    "set": [
        cell("import decimal"),
        cell(solved("decimal.getcontext().prec = 5"), "answer", "precise"),
        cell("assert str(decimal.Decimal(1) / 3) == '0.33333'", "test", "third", 1),
    ],
    "seeded": [
        cell("import random"),
        cell(solved("random.seed(1)"), "answer", "seeds"),
        cell("assert abs(random.random() - 0.134364) < 1e-6", "test", "draws", 1),
    ],
    "setting": [
        cell("import os"),
        cell(solved("os.environ['MODE'] = 'x'"), "answer", "mode"),
        cell("assert os.environ['MODE'] == 'x'", "test", "reads", 1),
    ],
    "setup needed": [
        cell("table = open('nowhere')"),
        *FINE,
        cell("assert f(table)", "test", "needs", 1),
    ],
}


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Audit]]:
    root = make_course(tmp_path_factory.mktemp("audit"), NOTEBOOKS)
    course = load_course(root)
    with open_executor(course, 1, isolate=False) as executor:
        yield dict(zip(sorted(NOTEBOOKS), audit(course, executor, ASSIGNMENT), strict=True))


def test_nothing_is_wrong_with_a_good_notebook(audits: dict[str, Audit]) -> None:
    assert audits["fine"].line.endswith("the solution earns 1 of 1, the blank release 0 of 1")
    assert (audits["fine"].problems, audits["fine"].warnings) == ((), ())


@pytest.mark.parametrize(
    ("notebook", "says"),
    [
        ("subclass", "inside: the solution does not pass (error). The test needs plain data here"),
        ("together", "needs: the solution does not pass (missing). "),
        (
            "wrong",
            "wrong: the solution does not pass (failed). assert f(1) == 2; f(1) was 1. It fails",
        ),
        ("unread", "cell 3 ('f') is not Python, so that it fails: SyntaxError: "),
        ("hidden", "hides: the solution does not pass (failed). assert f(x) == 3; f(x) was 2."),
        ("worthless", "worthless: the solution does not pass (failed). assert f(1) == 2;"),
        ("borrows", "lends: the solution does not pass (error). The solution's code raised "),
        ("text", "runs: the solution does not pass (grader error). The examiner runs no text of"),
        ("refused", "catches: the solution does not pass (grader error). It catches an exception"),
        ("generator", "draws: the solution does not pass (grader error). At the examiner, "),
        ("generous", "always: the blank release earns 1 of 1 point."),
    ],
)
def test_a_problem_is_named_with_what_to_do(
    audits: dict[str, Audit], notebook: str, says: str
) -> None:
    problem, *_ = audits[notebook].problems
    assert problem.startswith(says)


def test_a_generator_is_replaced_by_a_seed(audits: dict[str, Audit]) -> None:
    (problem,) = audits["generator"].problems
    assert problem.endswith("In place of a random Generator, hand over its seed.")
    assert "catches" not in problem


def test_what_the_grader_raised_is_said(audits: dict[str, Audit]) -> None:
    (problem,) = audits["refused"].problems
    assert "At the examiner, OpaqueError: an object of the student's type 'A'" in problem


@pytest.mark.parametrize("notebook", ["helper", "twice"])
def test_a_part_of_a_module_that_a_test_replaces_is_named_once(
    audits: dict[str, Audit], notebook: str
) -> None:
    assert audits[notebook].problems == ()
    (warning,) = audits[notebook].warnings
    assert warning.startswith("forbids: ")
    assert "replace" in warning
    assert "math.sqrt" in warning


@pytest.mark.parametrize(
    ("notebook", "says"),
    [
        ("subclass", "A class that stays with the student has no subclass here"),
        ("together", "It does pass where every test runs inside the student's process"),
        ("borrows", "Only the test defines 'rate', and it stays there."),
        ("set", "An answer uses 'getcontext', and what that sets holds in the student's process"),
        ("seeded", "An answer uses 'seed', and what that sets holds in the student's process"),
        ("setting", "Settings that the student's code makes hold in its own process."),
        ("setup needed", "Cell 2, which would have defined 'table', raised FileNotFoundError"),
    ],
)
def test_the_cause_is_told(audits: dict[str, Audit], notebook: str, says: str) -> None:
    (problem,) = audits[notebook].problems
    assert says in problem


def test_that_no_process_may_be_started_is_told() -> None:
    test = check_cell("from multiprocessing import Pool\nPool(2)", "starts")
    notebook = Notebook((test,))
    told = "PermissionError: [Errno 13] Permission denied."
    cause = cause_of(
        "starts",
        told,
        notebook,
        make_plan(notebook),
        {},
        passes_in_candidate=False,
        passes_together=False,
    )
    assert cause.startswith("Neither tests nor answers may start processes")


def test_a_worthless_test_that_the_blank_release_passes_is_mentioned(
    audits: dict[str, Audit],
) -> None:
    assert audits["always"].problems == ()
    assert audits["always"].warnings == (
        "always: worth 0 points, it passes with the blank release as well.",
    )


def test_which_text_a_test_would_run_is_said(audits: dict[str, Audit]) -> None:
    (problem,) = audits["text"].problems
    assert "run-in-candidate" in problem
    assert problem.endswith("run a text as code, which came from the student's process: 'A()'")


def test_a_setup_cell_that_raises_is_mentioned(audits: dict[str, Audit]) -> None:
    assert audits["setup"].problems == ()
    (warning,) = audits["setup"].warnings
    assert warning.startswith("cell 2, which is neither answer nor test, raised FileNotFoundError")


def test_a_cell_that_is_no_code_costs_nothing(audits: dict[str, Audit]) -> None:
    assert audits["notes"].problems == ()
    assert audits["notes"].line.endswith("the solution earns 1 of 1, the blank release 0 of 1")


def test_a_limit_that_the_solution_exceeds_is_named_with_how_much(tmp_path: Path) -> None:
    slow = solved("import time\ndef f(): time.sleep(1.5); return 1")
    cells = [cell(slow, "answer", "f"), cell("assert f() == 1", "test", "slow", 1)]
    root = make_course(tmp_path, {"slow": cells})
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograder.cell_seconds = 1\n")
    course = load_course(root)
    with open_executor(course, 1, isolate=False) as executor:
        [found] = audit(course, executor, ASSIGNMENT)
    [problem] = found.problems
    assert problem.startswith(
        "slow: the solution does not pass (timeout). It exceeds c.Autograder.cell_seconds = 1: "
        "raise that, or let the test do less. With 6 times as long it passes, the whole notebook in"
    )
