"""A test that is itself wrong is the grader's error: it needs a person and costs nobody a point."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course.directory import load_course
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import open_executor
from autograder.grading.graded import Graded
from autograder.results import Outcome
from tests.autograder.tiny_course import ASSIGNMENT, TESTS, hand_in, make_course
from tests.faults.course import grades_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

WRONG = {
    "raises": "raise RuntimeError('never tried')",
    "expects a wrong value": "assert double(2) == 5",
    "asks for a name that nobody binds": "assert double(2) == expected",
    "asks for a name that nobody binds, in a helper": (
        "def check():\n    assert treble(1) == 3\ncheck()"
    ),
    "imports what is not there": "import no_such_module",
    "hangs": "while True: pass",
    "hangs without an interruption": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass"
    ),
    "waits": "import time\ntime.sleep(1000)",
    "ends the examiner": "import os\nos._exit(0)",
    "kills the examiner": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "crashes the examiner": "import ctypes\nctypes.string_at(0)",
    "leaves": "import sys\nsys.exit()",
    "recurses": "def again(): return again()\nagain()",
    "gives too many points": "7",
    "gives no number of points": "float('nan')",
}


def grade(root: Path, *, isolate: bool) -> dict[str, Graded]:
    course = load_course(root)
    limits = replace(course.settings.limits, cell_seconds=1.0)
    course = replace(course, settings=replace(course.settings, limits=limits))
    with open_executor(course, 2, isolate=isolate) as executor:
        batch = Batch(course, executor, Options())
        graded = batch.grade(ASSIGNMENT, course.students(ASSIGNMENT), lambda _: None)
    return {each.submission.student: each for each in graded}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_hidden_test(tmp_path: Path, wrong: str) -> None:
    hidden = f"### BEGIN HIDDEN TESTS\n{WRONG[wrong]}\n### END HIDDEN TESTS"
    root = make_course(tmp_path / "course", {**TESTS, "test_double": hidden})
    hand_in(root, "ada")
    hand_in(root, "ben", double="def double(x):\n    return x")
    hand_in(root, "cleo", halve="def halve(x):\n    return x")
    for student, each in grade(root, isolate=True).items():
        (result,) = each.results
        assert result.error is None
        double, halve = result.questions
        assert (double.outcome, double.score) == (Outcome.GRADER_ERROR, None)
        assert halve.score == (0.0 if student == "cleo" else 2.0)
    grades = grades_in(root)
    for student in ("ada", "ben", "cleo"):
        assert grades[student, "test_double"] == (None, None, 1)
        assert grades[student, "test_halve"] == (0.0 if student == "cleo" else 2.0, None, 0)


def test_one_that_is_not_python_is_for_a_person_and_the_others_are_graded(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course", {**TESTS, "test_double": "assert double(2 = 4"})
    hand_in(root, "ada")
    (result,) = grade(root, isolate=True)["ada"].results
    double, halve = result.questions
    assert (double.outcome, double.score) == (Outcome.GRADER_ERROR, None)
    assert halve.score == 2.0


def test_a_submission_that_ends_the_examiner_gets_no_zero_and_no_points(tmp_path: Path) -> None:
    """Whatever makes a sound test kill the examiner, a person has to look at it."""
    test = "import os\nif double(2) != 4:\n    os._exit(0)"
    root = make_course(tmp_path / "course", {**TESTS, "test_double": test})
    hand_in(root, "ada")
    hand_in(root, "ben", double="def double(x):\n    return x")
    graded = grade(root, isolate=True)
    assert [q.outcome for q in graded["ada"].results[0].questions] == ["passed", "passed"]
    double, halve = graded["ben"].results[0].questions
    assert (double.outcome, double.score) == (Outcome.GRADER_ERROR, None)
    assert "stopped the grader" in double.message
    assert halve.score == 2.0
