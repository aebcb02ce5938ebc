"""What makes the grader grade again, and what does not."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import autograder
from autograder.autograded import record as recorder
from autograder.course.directory import Course, load_course
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import LocalExecutor, open_executor
from autograder.grading.graded import Graded
from tests.autograder.tiny_course import ASSIGNMENT, TESTS, hand_in, make_course

Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalExecutor]:
    course = load_course(make_course(tmp_path_factory.mktemp("executor") / "course"))
    with open_executor(course, 1, isolate=False) as executor:
        yield executor


@pytest.fixture(scope="module")
def graded_course(tmp_path_factory: pytest.TempPathFactory, executor: LocalExecutor) -> Path:
    """A course in which ada's submission has been graded."""
    root = make_course(tmp_path_factory.mktemp("graded") / "course")
    (root / "source" / ASSIGNMENT / "data.csv").write_text("1,2")
    hand_in(root, "ada").with_name("mine.csv").write_text("3,4")
    hand_in(root, "ben")
    assert not grade(load_course(root), executor).was_up_to_date
    return root


@pytest.fixture
def root(graded_course: Path, tmp_path: Path) -> Path:
    """A copy of it, elsewhere."""
    return shutil.copytree(graded_course, tmp_path / "elsewhere")


def grade(course: Course, executor: LocalExecutor, **options: Any) -> Graded:
    """Grade ada's submission."""
    grader = Batch(course, executor, Options(**options))
    (graded,) = grader.grade(ASSIGNMENT, ["ada"], lambda _: None)
    return graded


def edit(path: Path, change: Callable[[Any], None]) -> None:
    node = json.loads(path.read_text())
    change(node)
    path.write_text(json.dumps(node))


def source(root: Path) -> Path:
    return root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"


def submitted(root: Path) -> Path:
    return root / "submitted" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"


def configure(root: Path, line: str) -> None:
    with (root / "nbgrader_config.py").open("a") as file:
        file.write(line + "\n")


def query(root: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        rows = connection.execute(sql).fetchall()
        connection.commit()
        return rows


def change_hidden_test(root: Path) -> None:
    tests = {**TESTS, "test_halve": TESTS["test_halve"].replace("5", "7").replace("2.7", "3.5")}
    other = make_course(root.with_name("other"), tests)
    shutil.copy(source(other), source(root))


def change_points(root: Path) -> None:
    def more(node: Any) -> None:
        node["cells"][1]["metadata"]["nbgrader"]["points"] = 5

    edit(source(root), more)


AGAIN: dict[str, Change] = {
    "the submitted notebook": lambda root: edit(
        submitted(root), lambda node: node["cells"][0].update(source="def double(x): return x + x")
    ),
    "a submitted file": lambda root: submitted(root).with_name("mine.csv").write_text("5") and None,
    "a submitted file taken away": lambda root: submitted(root).with_name("mine.csv").unlink(),
    "a hidden test": change_hidden_test,
    "the points of a question": change_points,
    "the instructor's data": lambda root: (
        source(root).with_name("data.csv").write_text("7") and None
    ),
    "more of the instructor's data": lambda root: (
        source(root).with_name("more.csv").write_text("7") and None
    ),
    "a time limit": lambda root: configure(root, "c.Autograder.cell_seconds = 4"),
    "a memory limit": lambda root: configure(root, "c.Autograder.memory_bytes = 1 << 30"),
    "a hidden module": lambda root: configure(root, "c.Autograder.hidden_modules = ['scipy']"),
    "the mark of hidden tests": lambda root: configure(
        root,
        "c.ClearHiddenTests.begin_test_delimeter = 'BEGIN SECRET'\n"
        "c.ClearHiddenTests.end_test_delimeter = 'END SECRET'",
    ),
    "the record removed": lambda root: (
        root / "autograded" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.grading.json"
    ).unlink(),
}


def touch_everything(root: Path) -> None:
    for path in root.rglob("*"):
        os.utime(path, (1, 1))


NOT_AGAIN: dict[str, Change] = {
    "nothing": lambda root: None,
    "times of files": lambda root: touch_everything(root),
    "outputs of the instructor's notebook": lambda root: edit(
        source(root),
        lambda node: node["cells"][0].update(
            execution_count=7,
            outputs=[{"output_type": "stream", "name": "stdout", "text": "done"}],
        ),
    ),
    "another course's settings": lambda root: configure(root, "c.CourseDirectory.course_id = 'x'"),
    "a setting as it is by default": lambda root: configure(
        root, "c.Autograder.notebook_seconds = 120"
    ),
    "somebody else's submission": lambda root: hand_in(root, "ben", double=""),
    "a newcomer": lambda root: hand_in(root, "cleo"),
    "the graded notebook": lambda root: (
        (root / "autograded" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text("{}") and None
    ),
    "a grade by a person": lambda root: query(root, "UPDATE grade SET manual_score = 1") and None,
    "the gradebook removed": lambda root: (root / "gradebook.db").unlink(),
    "the time of submission": lambda root: (
        submitted(root).with_name("timestamp.txt").write_text("2026-01-10 12:00:00 UTC") and None
    ),
    "an ignored file of the instructor's": lambda root: (
        source(root).with_name("helper.pyc").write_text("") and None
    ),
}


@pytest.mark.parametrize("change", AGAIN)
def test_graded_again_after_a_change_of(root: Path, executor: LocalExecutor, change: str) -> None:
    AGAIN[change](root)
    assert not grade(load_course(root), executor).was_up_to_date
    assert grade(load_course(root), executor).was_up_to_date


@pytest.mark.parametrize("change", NOT_AGAIN)
def test_not_graded_again_after_a_change_of(
    root: Path, executor: LocalExecutor, change: str
) -> None:
    NOT_AGAIN[change](root)
    assert grade(load_course(root), executor).was_up_to_date


def test_graded_again_by_another_version(
    root: Path, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autograder, "__version__", "99.0")
    assert not grade(load_course(root), executor).was_up_to_date


def test_graded_again_by_another_code_of_the_same_version(
    root: Path, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    changed = shutil.copytree(Path(autograder.__file__).parent, tmp_path / "autograder")
    code_digest = recorder.code_digest
    monkeypatch.setattr(recorder, "code_digest", partial(code_digest, changed))
    assert grade(load_course(root), executor).was_up_to_date  # no line is changed yet
    score = changed / "grading" / "score.py"
    score.write_text(score.read_text().replace("return Outcome.PASSED, cell.points", "pass"))
    code_digest.cache_clear()
    assert not grade(load_course(root), executor).was_up_to_date
    assert grade(load_course(root), executor).was_up_to_date


def test_what_was_graded_without_the_sandbox_is_graded_again_in_it(root: Path) -> None:
    course = load_course(root)
    with open_executor(course, 1, isolate=True) as sandboxed:
        assert not grade(course, sandboxed).was_up_to_date
        assert grade(course, sandboxed).was_up_to_date


@pytest.mark.parametrize("options", [{"force": True}, {"seed": 7}])
def test_graded_again_if_told_so(
    root: Path, executor: LocalExecutor, options: dict[str, Any]
) -> None:
    assert not grade(load_course(root), executor, **options).was_up_to_date


def test_the_time_of_submission_is_recorded_without_grading_again(
    root: Path, executor: LocalExecutor
) -> None:
    submitted(root).with_name("timestamp.txt").write_text("2026-01-10 12:00:00 UTC")
    grade(load_course(root), executor)
    sql = "SELECT timestamp FROM submitted_assignment"
    assert query(root, sql) == [("2026-01-10 12:00:00.000000",)]


def test_a_due_date_set_later_brings_its_penalty_without_grading_again(
    root: Path, executor: LocalExecutor
) -> None:
    submitted(root).with_name("timestamp.txt").write_text("2026-01-10 12:00:00 UTC")
    configure(root, "c.LateSubmissionPlugin.penalty_method = 'zero'")
    penalties = "SELECT late_submission_penalty FROM submitted_notebook"
    grade(load_course(root), executor)
    assert query(root, penalties) == [(None,)]
    query(root, "UPDATE assignment SET duedate = '2026-01-09 12:00:00.000000'")
    assert grade(load_course(root), executor).was_up_to_date
    assert query(root, penalties) == [(3.0,)]


def test_a_manual_grade_is_not_put_in_doubt_when_nothing_has_changed(
    root: Path, executor: LocalExecutor
) -> None:
    query(root, "UPDATE grade SET manual_score = 0.5, needs_manual_grade = 0")
    grade(load_course(root), executor)
    grades = "SELECT DISTINCT manual_score, needs_manual_grade FROM grade"
    assert query(root, grades) == [(0.5, 0)]


@pytest.mark.parametrize(
    ("what", "waits"),
    [("a hidden test", 0), ("the instructor's data", 0), ("the submitted notebook", 1)],
    ids=["test", "data", "answer"],
)
def test_a_manual_grade_waits_for_a_look_where_the_work_is_another(
    root: Path, executor: LocalExecutor, what: str, waits: int
) -> None:
    query(root, "UPDATE grade SET manual_score = 0.5, needs_manual_grade = 0")
    AGAIN[what](root)
    grade(load_course(root), executor)
    grades = (
        "SELECT DISTINCT manual_score, needs_manual_grade FROM grade JOIN submitted_notebook n"
        " ON n.id = grade.notebook_id JOIN submitted_assignment a ON a.id = n.assignment_id"
        " WHERE a.student_id = 'ada'"
    )
    assert query(root, grades) == [(0.5, waits)]


def test_scores_that_somebody_else_has_written_are_put_right(
    root: Path, executor: LocalExecutor
) -> None:
    query(root, "UPDATE grade SET auto_score = 0")
    assert grade(load_course(root), executor).was_up_to_date
    assert query(root, "SELECT sum(auto_score) FROM grade") == [(3.0,)]


def test_limits_stay_the_same_in_a_copy_of_the_course(root: Path, executor: LocalExecutor) -> None:
    course = load_course(root)
    assert grade(replace(course, root=course.root), executor).was_up_to_date
