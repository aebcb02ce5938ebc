"""A student's own check: the grader's verdict on one's own machine, whatever the notebook does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import autograder.grading.check as check_module
from autograder.course.directory import Course, find_course
from autograder.course.settings import Settings
from autograder.errors import CourseError, UnreadableSubmission
from autograder.grading.check import check
from autograder.release.student_version import release_files
from autograder.results import Outcome, Question
from autograder.sandbox.limits import Limits
from tests.autograder.tiny_course import ANSWERS, ASSIGNMENT, TESTS, make_course, notebook

WRONG_IN_SECRET = "def halve(x):\n    return x // 2"
LOOP = "def double(x):\n    while True:\n        pass"


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside a course the limits are the default ones: too long for a test of endless loops."""

    def course_with_short_limits(folder: Path) -> Course:
        return Course(folder, Settings(limits=Limits(cell_seconds=2.0)))

    monkeypatch.setattr(check_module, "Course", course_with_short_limits)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with a student edition."""
    made = find_course(make_course(tmp_path / "course"))
    release_files(made, ASSIGNMENT)
    return made


def questions(path: Path, **options: Any) -> dict[str, Question]:
    return {each.grade_id: each for each in check(path, **options).result.questions}


def write(path: Path, text: str = "", **answers: str) -> Path:
    path.write_text(text or notebook(ANSWERS | answers))
    return path


def test_right_answers_pass(tmp_path: Path) -> None:
    outcomes = {each.outcome for each in questions(write(tmp_path / "mine.ipynb")).values()}
    assert outcomes == {Outcome.PASSED}


def test_right_answers_pass_though_the_questions_are_upside_down(tmp_path: Path) -> None:
    made = json.loads(notebook())
    made["cells"] = made["cells"][2:] + made["cells"][:2]
    shown = questions(write(tmp_path / "mine.ipynb", json.dumps(made)))
    outcomes = {each.outcome for each in shown.values()}
    assert outcomes == {Outcome.PASSED}


def test_a_wrong_answer_comes_with_the_tests_message(tmp_path: Path) -> None:
    shown = questions(write(tmp_path / "mine.ipynb", double="def double(x):\n    return x"))
    assert shown["test_double"].outcome is Outcome.FAILED
    assert shown["test_double"].message == "double(2) should be 4"
    assert shown["test_halve"].outcome is Outcome.PASSED


def test_an_answer_that_is_not_python_costs_its_own_question_only(tmp_path: Path) -> None:
    shown = questions(write(tmp_path / "mine.ipynb", double="def double(x:"))
    assert shown["test_double"].outcome is Outcome.MISSING
    assert shown["test_halve"].outcome is Outcome.PASSED


def test_an_exception_in_an_answer_is_told(tmp_path: Path) -> None:
    shown = questions(write(tmp_path / "mine.ipynb", double="def double(x):\n    return x[0]"))
    assert shown["test_double"].outcome is Outcome.ERROR
    assert shown["test_double"].message.startswith("Your code raised TypeError: ")
    assert shown["test_double"].message.endswith("(line 2: return x[0])")


def test_a_renamed_function_is_found_missing(course: Course) -> None:
    shown = questions(write(course.root / "tiny.ipynb", double="def doubl(x):\n    return 2 * x"))
    assert shown["test_double"].outcome is Outcome.MISSING
    assert "'doubl'" in shown["test_double"].message


def test_an_endless_loop_ends_and_costs_its_own_question_only(tmp_path: Path) -> None:
    shown = questions(write(tmp_path / "mine.ipynb", double=LOOP))
    assert shown["test_double"].outcome is Outcome.TIMEOUT
    assert shown["test_halve"].outcome is Outcome.PASSED


def test_a_cell_that_ends_the_process_costs_its_own_question_only(tmp_path: Path) -> None:
    shown = questions(write(tmp_path / "mine.ipynb", double="import os\nos._exit(3)"))
    assert shown["test_double"].outcome is Outcome.MISSING
    assert shown["test_halve"].outcome is Outcome.PASSED


def test_a_call_that_ends_the_process_says_how(tmp_path: Path) -> None:
    ends = "import os\ndef double(x):\n    os._exit(3)"
    shown = questions(write(tmp_path / "mine.ipynb", double=ends))
    assert shown["test_double"].outcome is Outcome.CRASHED
    assert "it exited with status 3" in shown["test_double"].message
    assert shown["test_halve"].outcome is Outcome.PASSED


def test_the_files_beside_the_notebook_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "factor.txt").write_text("2")
    reads = "def double(x):\n    return int(open('factor.txt').read()) * x"
    shown = questions(write(tmp_path / "mine.ipynb", double=reads))
    assert shown["test_double"].outcome is Outcome.PASSED


def test_what_the_notebook_writes_does_not_stay(tmp_path: Path) -> None:
    writes = "open('left.txt', 'w').close()\ndef double(x):\n    return 2 * x"
    questions(write(tmp_path / "mine.ipynb", double=writes))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.ipynb"]


def test_a_seed_repeats_the_random_inputs(tmp_path: Path) -> None:
    tests = TESTS | {"test_double": "import numpy as np\nnp.random.rand()"}
    path = write(tmp_path / "mine.ipynb", notebook(tests=tests))
    first = check(path).result
    assert 0 < (first.questions[0].score or 0) < 1
    assert check(path, seed=first.seed).result.questions == first.questions


def test_what_is_no_notebook_cannot_be_checked(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSubmission, match="JSON"):
        check(write(tmp_path / "mine.ipynb", "print('hello')"))


def test_in_a_course_the_released_tests_count_not_the_students(
    course: Course, tmp_path: Path
) -> None:
    edited = TESTS | {"test_double": "pass"}
    answers = ANSWERS | {"double": "def double(x):\n    return x"}
    path = write(course.root / "tiny.ipynb", notebook(answers, edited))
    assert questions(path)["test_double"].outcome is Outcome.FAILED


def test_hidden_tests_do_not_run_on_their_own(course: Course) -> None:
    path = write(course.root / "tiny.ipynb", halve=WRONG_IN_SECRET)
    assert questions(path)["test_halve"].outcome is Outcome.PASSED


def test_hidden_tests_run_if_asked_for(course: Course) -> None:
    path = write(course.root / "tiny.ipynb", halve=WRONG_IN_SECRET)
    assert questions(path, with_hidden=True)["test_halve"].outcome is Outcome.FAILED


def test_tests_that_the_student_edition_lacks_are_named(tmp_path: Path) -> None:
    hidden = "### BEGIN HIDDEN TESTS\nassert double(2) == 4\n### END HIDDEN TESTS"
    made = find_course(make_course(tmp_path / "course", TESTS | {"test_double": hidden}))
    release_files(made, ASSIGNMENT)
    checked = check(write(made.root / "tiny.ipynb"))
    assert checked.unseen == ("test_double",)
    assert [each.grade_id for each in checked.result.questions] == ["test_halve"]


def test_without_the_instructor_edition_hidden_tests_cannot_run(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="--all needs the instructor edition"):
        check(write(tmp_path / "mine.ipynb"), with_hidden=True)


IMPORTS = "import wave\n\n\ndef double(x):\n    return 2 * x"


@pytest.fixture
def hiding(tmp_path: Path) -> Course:
    """A course that hides a module, with a student edition."""
    root = make_course(tmp_path / "course")
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograder.hidden_modules = ['wave']\n")
    made = find_course(root)
    release_files(made, ASSIGNMENT)
    return made


def test_a_hidden_module_is_not_there_wherever_the_student_edition_lies(
    hiding: Course, tmp_path: Path
) -> None:
    edition = json.loads((hiding.release_folder(ASSIGNMENT) / "tiny.ipynb").read_text())
    solution = next(cell for cell in edition["cells"] if cell["id"] == "double")
    solution["source"] = IMPORTS
    shown = questions(write(tmp_path / "downloaded.ipynb", json.dumps(edition)))
    assert shown["test_double"].outcome is Outcome.MISSING
    assert "no module named 'wave' while this is graded" in shown["test_double"].message


def test_the_course_around_the_working_folder_is_that_of_its_notebooks(
    hiding: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(hiding.root)
    assert questions(write(tmp_path / "tiny.ipynb", double=IMPORTS))["test_double"].score == 0
    assert questions(write(tmp_path / "other.ipynb", double=IMPORTS))["test_double"].score == 1


def test_a_course_that_is_named_but_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"nbgrader_config\.py"):
        check(write(tmp_path / "mine.ipynb"), tmp_path)


def test_a_course_around_the_environment_counts_for_its_notebooks(
    hiding: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.prefix", str(hiding.root / ".venv"))
    assert questions(write(tmp_path / "tiny.ipynb", double=IMPORTS))["test_double"].score == 0


def test_of_tests_that_may_be_old_it_is_said(course: Course, tmp_path: Path) -> None:
    (said,) = check(write(tmp_path / "mine.ipynb")).unknown
    assert said.startswith("The tests are those in the notebook, since no course here has a note")
    assert "called mine.ipynb" in said
    assert check(write(course.root / "tiny.ipynb")).unknown == ()


def test_in_the_bundle_nothing_is_said_of_old_tests(tmp_path: Path) -> None:
    """A folder without any instructor edition is a student's: there is no other notebook."""
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    assert check(write(tmp_path / "mine.ipynb")).unknown == ()


def test_of_a_module_that_nobody_speaks_of_it_is_said(tmp_path: Path) -> None:
    """Whether it is there when the notebook is graded cannot be known: an old edition is silent."""
    asks = "import math\nfrom colorsys2 import hue\n\n\ndef double(x):\n    return 2 * x"
    *_, said = check(write(tmp_path / "mine.ipynb", double=asks)).unknown
    assert said.startswith(
        "Your code imports colorsys2. Neither the notebook nor a course here says"
    )


def test_of_a_module_that_a_course_speaks_of_nothing_is_unknown(
    hiding: Course, tmp_path: Path
) -> None:
    edition = json.loads((hiding.release_folder(ASSIGNMENT) / "tiny.ipynb").read_text())
    edition["cells"].insert(0, {**edition["cells"][0], "id": "own", "metadata": {}})
    edition["cells"][0]["source"] = "import yaml"
    for path in (tmp_path / "downloaded.ipynb", hiding.root / "renamed.ipynb"):
        (said,) = check(write(path, json.dumps(edition))).unknown
        assert said.startswith("The tests are those")


WORDS = {
    "cell_type": "markdown", "id": "words", "source": "",
    "metadata": {"nbgrader": {
        "grade": True, "grade_id": "words", "locked": False, "points": 2, "schema_version": 3,
        "solution": True, "task": False,
    }},
}  # fmt: skip
TEXTS = {
    "an answer": ("It is linear.", Outcome.MANUAL),
    "as handed out": ("YOUR ANSWER HERE", Outcome.NO_RESPONSE),
    "nothing": ("", Outcome.NO_RESPONSE),
}


@pytest.mark.parametrize(("text", "outcome"), TEXTS.values(), ids=TEXTS)
def test_outside_a_course_an_answer_in_words_is_for_a_person(
    tmp_path: Path, text: str, outcome: Outcome
) -> None:
    made = json.loads(notebook())
    made["cells"].append(WORDS | {"source": text})
    file = write(tmp_path / "mine.ipynb", json.dumps(made))
    assert questions(file)["words"].outcome is outcome


@pytest.mark.parametrize("with_hidden", [False, True], ids=["seen", "all"])
def test_the_assignments_own_files_are_there(
    course: Course, tmp_path: Path, *, with_hidden: bool
) -> None:
    (course.source_folder(ASSIGNMENT) / "factor.txt").write_text("2")
    reads = (
        "with open('factor.txt') as file:\n    f = int(file.read())\ndef double(x): return f * x"
    )
    folder = course.submitted_folder("ada", ASSIGNMENT)
    folder.mkdir(parents=True)
    file = write(folder / f"{ASSIGNMENT}.ipynb", double=reads)
    outcomes = {each.outcome for each in questions(file, with_hidden=with_hidden).values()}
    assert outcomes == {Outcome.PASSED}
