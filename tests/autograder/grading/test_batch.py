"""Grading many: who is graded again, what a fault costs, and how a grade is reproduced."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from autograder.course.directory import Course, load_course
from autograder.errors import GraderFault
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import TRIES, LocalExecutor, open_executor
from autograder.grading.graded import Graded
from autograder.results import NotebookResult, Outcome
from autograder.workers import slot
from tests.autograder.tiny_course import ANSWERS, ASSIGNMENT, TESTS, hand_in, make_course, notebook
from tests.autograder.workers.test_processes import session_of

GRADES = """
    SELECT student_id, base_cell.name, auto_score, needs_manual_grade
    FROM grade JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
    ORDER BY student_id, base_cell.name
"""


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


def grade(course: Course, executor: LocalExecutor, **options: Any) -> dict[str, Graded]:
    """Grade everybody; who got what."""
    batch = Batch(course, executor, Options(**options))
    graded = batch.grade(ASSIGNMENT, course.students(ASSIGNMENT), lambda _: None)
    return {each.submission.student: each for each in graded}


def without_solution(monkeypatch: pytest.MonkeyPatch, result: NotebookResult) -> None:
    """Have the solution not graded: this is taken for its result."""
    future: Future[NotebookResult] = Future()
    future.set_result(result)
    monkeypatch.setattr(Batch, "_grade_solutions", lambda *_: {"tiny": future})


def result_of(graded: Graded) -> NotebookResult:
    (result,) = graded.results
    return result


def scores(graded: dict[str, Graded]) -> dict[str, float | None]:
    return {student: result_of(each).score for student, each in graded.items()}


def grades_in(course: Course) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(course.root / "gradebook.db")
    try:
        return connection.execute(GRADES).fetchall()
    finally:
        connection.close()


def fail(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Have the grader fail the first few times that a candidate is wanted."""
    left = [True] * times
    candidate = slot.Slot.candidate

    def failing(*arguments: Any) -> Any:
        if left:
            left.pop()
            raise GraderFault("the lights went out")
        return candidate(*arguments)

    monkeypatch.setattr(slot.Slot, "candidate", failing)


def test_everybody_gets_the_deserved_score_and_it_is_in_the_gradebook(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ada")
    hand_in(course.root, "ben", halve="def halve(x):\n    return x // 2")
    assert scores(grade(course, executor)) == {"ada": 3.0, "ben": 1.0}
    assert grades_in(course) == [
        ("ada", "test_double", 1.0, 0),
        ("ada", "test_halve", 2.0, 0),
        ("ben", "test_double", 1.0, 0),
        ("ben", "test_halve", 0.0, 0),
    ]


def test_each_submission_is_announced_when_it_is_recorded(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ada")
    recorded: list[tuple[str, bool]] = []

    def note(graded: Graded) -> None:
        student = graded.submission.student
        path = course.autograded_folder(student, ASSIGNMENT) / "tiny.ipynb"
        recorded.append((student, path.is_file()))

    Batch(course, executor, Options()).grade(ASSIGNMENT, ["ada"], note)
    assert recorded == [("ada", True)]


def test_what_students_wrote_is_not_kept_until_the_class_is_graded(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ada")
    (course.submitted_folder("ada", ASSIGNMENT) / "data.csv").write_text("1,2")
    announced: list[Graded] = []
    (kept,) = Batch(course, executor, Options()).grade(ASSIGNMENT, ["ada"], announced.append)
    assert announced[0].submission.files
    assert announced[0].results[0].cells
    assert (kept.submission.notebooks, kept.submission.files) == ({}, {})
    assert (kept.results[0].cells, kept.results[0].metadata) == ((), {})
    assert kept.results[0].questions == announced[0].results[0].questions


def test_what_has_not_changed_is_not_graded_again(course: Course, executor: LocalExecutor) -> None:
    hand_in(course.root, "ada")
    hand_in(course.root, "ben")
    first = grade(course, executor)
    hand_in(course.root, "ben", double="def double(x):\n    return x")
    second = grade(course, executor)
    assert second["ada"].was_up_to_date
    assert result_of(second["ada"]) == result_of(first["ada"])
    assert not second["ben"].was_up_to_date
    assert scores(second) == {"ada": 3.0, "ben": 2.0}


def test_a_new_file_beside_the_notebook_is_a_change(
    course: Course, executor: LocalExecutor
) -> None:
    file = hand_in(course.root, "ada")
    grade(course, executor)
    file.with_name("data.csv").write_text("1,2")
    assert not grade(course, executor)["ada"].was_up_to_date


def test_force_grades_again(course: Course, executor: LocalExecutor) -> None:
    hand_in(course.root, "ada")
    grade(course, executor)
    assert not grade(course, executor, force=True)["ada"].was_up_to_date


def test_a_seed_reproduces_a_grade(tmp_path: Path) -> None:
    tests = TESTS | {"test_double": "import numpy as np\nnp.random.rand()"}
    course = load_course(make_course(tmp_path / "course", tests))
    hand_in(course.root, "ada")
    with open_executor(course, 1, isolate=False) as executor:
        first = result_of(grade(course, executor)["ada"])
        again = result_of(grade(course, executor, seed=first.seed)["ada"])
        other = result_of(grade(course, executor, seed=first.seed ^ 1)["ada"])
    assert first.questions[0].outcome is Outcome.PARTIAL
    assert again.questions == first.questions
    assert other.questions != first.questions


def test_a_broken_submission_costs_nobody_else(course: Course, executor: LocalExecutor) -> None:
    hand_in(course.root, "ada")
    hand_in(course.root, "ben", '{"cells": [')
    hand_in(course.root, "cleo")
    graded = grade(course, executor)
    assert scores(graded) == {"ada": 3.0, "ben": None, "cleo": 3.0}
    assert "JSON" in (result_of(graded["ben"]).error or "")
    assert [row for row in grades_in(course) if row[0] == "ben"] == [
        ("ben", "test_double", None, 1),
        ("ben", "test_halve", None, 1),
    ]


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", 'x";alert(1);"'])
def test_a_name_that_is_a_script_to_formgrader_stays_out_of_the_gradebook(
    course: Course, executor: LocalExecutor, name: str
) -> None:
    hand_in(course.root, "ada")
    hand_in(course.root, name)
    graded = grade(course, executor)
    assert scores(graded) == {"ada": 3.0, name: None}
    assert "rename the folder" in (result_of(graded[name]).error or "")
    assert {row[0] for row in grades_in(course)} == {"ada"}


def test_a_broken_submission_that_is_mended_is_graded(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ada", "")
    grade(course, executor)
    hand_in(course.root, "ada")
    assert scores(grade(course, executor)) == {"ada": 3.0}
    assert ("ada", "test_halve", 2.0, 0) in grades_in(course)


def test_an_endless_loop_costs_its_own_question_only(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ada", double="def double(x):\n    while True:\n        pass")
    result = result_of(grade(course, executor)["ada"])
    assert [q.outcome for q in result.questions] == [Outcome.TIMEOUT, Outcome.PASSED]
    assert result.waited_seconds > 0


def test_after_a_fault_of_the_grader_it_is_tried_again(
    course: Course, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course.root, "ada")
    fail(monkeypatch, times=TRIES - 1)
    assert scores(grade(course, executor)) == {"ada": 3.0}


def test_a_fault_that_stays_needs_a_person_and_is_no_zero(
    course: Course, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course.root, "ada")
    without_solution(monkeypatch, NotebookResult("tiny", "", "tiny"))
    fail(monkeypatch, times=TRIES)
    result = result_of(grade(course, executor)["ada"])
    assert result.score is None
    assert result.needs_manual_grade
    assert "The grader failed, not the submission" in (result.error or "")
    assert "the lights went out" in (result.error or "")
    assert grades_in(course)[0] == ("ada", "test_double", None, 1)


def test_after_a_fault_the_submission_is_graded_next_time(
    course: Course, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course.root, "ada")
    with monkeypatch.context() as patched:
        without_solution(patched, NotebookResult("tiny", "", "tiny"))
        fail(patched, times=TRIES)
        grade(course, executor)
    assert scores(grade(course, executor)) == {"ada": 3.0}


def test_a_test_that_the_solution_fails_too_is_the_graders_error(tmp_path: Path) -> None:
    tests = TESTS | {"test_double": "assert double(2) == 5"}
    course = load_course(make_course(tmp_path / "course", tests))
    hand_in(course.root, "ada")
    with open_executor(course, 1, isolate=False) as executor:
        result = result_of(grade(course, executor)["ada"])
    assert result.questions[0].outcome is Outcome.GRADER_ERROR
    assert result.questions[0].score is None
    assert result.score == 2.0


def test_a_submission_without_any_notebook_scores_zero(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ada").unlink()
    graded = grade(course, executor)["ada"]
    assert graded.submission.missing == ("tiny",)
    assert graded.results == ()
    assert grades_in(course) == [("ada", "test_double", 0.0, 0), ("ada", "test_halve", 0.0, 0)]


def test_where_several_notebooks_can_be_meant_a_person_decides(
    course: Course, executor: LocalExecutor
) -> None:
    file = hand_in(course.root, "ada")
    file.with_name("tiny (2).ipynb").write_text(notebook(ANSWERS | {"halve": "halve = 1"}))
    file.rename(file.with_name("tiny (1).ipynb"))
    error = result_of(grade(course, executor)["ada"]).error or ""
    assert "each of these can be meant: tiny (1).ipynb, tiny (2).ipynb" in error
    assert grades_in(course) == [("ada", "test_double", None, 1), ("ada", "test_halve", None, 1)]


def test_where_the_solution_could_not_be_graded_everybody_is_graded_again_next_time(
    course: Course, executor: LocalExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(course.root, "ada", double="def double(x):\n    return x")
    failed = NotebookResult("tiny", "", "tiny", error="The grader failed.")
    with monkeypatch.context() as patched:
        without_solution(patched, failed)
        assert (
            result_of(grade(course, executor)["ada"]).questions[0].outcome is Outcome.GRADER_ERROR
        )
    assert result_of(grade(course, executor)["ada"]).questions[0].outcome is Outcome.FAILED


def test_a_notebook_that_was_withdrawn_scores_zero_at_last(
    tmp_path: Path, executor: LocalExecutor
) -> None:
    root = make_course(tmp_path / "course")
    source = root / "source" / ASSIGNMENT / "tiny.ipynb"
    source.with_name("twin.ipynb").write_text(source.read_text())
    course = load_course(root)
    file = hand_in(root, "ada")
    file.with_name("twin.ipynb").write_text(file.read_text())
    grade(course, executor)
    file.unlink()
    graded = grade(course, executor)["ada"]
    assert graded.submission.missing == ("tiny",)
    assert sum(row[2] for row in grades_in(course)) == 3.0


@pytest.mark.parametrize("victim", ["the zygote", "everything else"])
def test_a_kill_in_the_middle_of_a_class_costs_nobody_anything(course: Course, victim: str) -> None:
    for number in range(8):
        hand_in(course.root, f"s{number}")
    with open_executor(course, 2, isolate=False) as executor:

        def kill(graded: Graded) -> None:
            if graded.submission.student == "s2":
                session = executor.session
                others = [pid for pid in session_of(session) if pid != session]
                for pid in [session] if victim == "the zygote" else others:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)

        batch = Batch(course, executor, Options())
        graded = batch.grade(ASSIGNMENT, course.students(ASSIGNMENT), kill)
    assert [result_of(each).score for each in graded] == [3.0] * 8
