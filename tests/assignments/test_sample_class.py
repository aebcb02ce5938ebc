"""The sample class: its files, and the score that each of its harmless members deserves."""

from __future__ import annotations

import json
import re
import textwrap

import pytest

from examples.build_class import ASSIGNMENT, CLASS, COURSE, STUDENT_EDITION, submission
from examples.sample_class import STUDENTS, Student
from tests.mutants.instructor_notebook import points, read_cells, run_tests

CELLS = read_cells(ASSIGNMENT)
POINTS = points(CELLS)
EXPECTED = json.loads((COURSE / "examples/expected_scores.json").read_text(encoding="utf-8"))

#: What these do to the process that they run in is for the sandbox to withstand.
HOSTILE = {"nora-never-ends", "otto-exits", "pia-hoards-memory", "remy-patches-the-checks"}
UNREADABLE = {"sam-sends-half-a-file"}
HARMLESS = [name for name in STUDENTS if name not in HOSTILE | UNREADABLE]

#: The functions that hostile students spoil for some input only, and the tests that see it.
SPOILT = {
    "nora-never-ends": {"absolute_loss-kink"},
    "otto-exits": {grade_id for grade_id in POINTS if grade_id.startswith("absolute_loss-")},
    "pia-hoards-memory": {"huber_loss-speed"},
    "remy-patches-the-checks": set(POINTS),
}


def with_body(source: str, body: str) -> str:
    """A solution cell with another function body between its marks."""
    indented = textwrap.indent(body, "    ")
    region = r"    ### BEGIN SOLUTION.*### END SOLUTION"
    return re.sub(region, lambda _: indented, source, flags=re.DOTALL)


def answers_of(student: Student) -> dict[str, str]:
    """The student's solution cells as source code."""
    sources = {}
    for cell in CELLS:
        function = cell["metadata"]["nbgrader"]["grade_id"]
        if cell["metadata"]["nbgrader"]["solution"]:
            body = student.answers.get(function, "raise NotImplementedError()").strip()
            source = with_body(cell["source"], body)
            name = student.rename.get(function, function)
            sources[function] = source.replace(f"def {function}(", f"def {name}(")
    sources["squared_loss"] = f"{student.first_cell}\n\n{sources['squared_loss']}"
    return sources


def test_every_student_has_an_expected_score() -> None:
    assert EXPECTED["students"].keys() == STUDENTS.keys()
    assert EXPECTED["max_score"] == sum(POINTS.values())


@pytest.mark.parametrize("name", HARMLESS)
def test_expected_score_is_the_deserved_one(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = run_tests(CELLS, answers_of(STUDENTS[name]))
    earned = sum(POINTS[grade_id] for grade_id, error in outcome.items() if error is None)
    assert earned == EXPECTED["students"][name]["score"]


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_student_deserves_what_the_spoilt_tests_leave(name: str) -> None:
    lost = sum(POINTS[grade_id] for grade_id in SPOILT[name])
    assert sum(POINTS.values()) - lost == EXPECTED["students"][name]["score"]


def test_forged_answers_deserve_nothing_without_the_forgery() -> None:
    student = STUDENTS["remy-patches-the-checks"]
    outcome = run_tests(CELLS, answers_of(Student(student.answers)))
    assert all(outcome.values())


@pytest.mark.parametrize("name", sorted(UNREADABLE))
def test_unreadable_file_is_no_json(name: str) -> None:
    text = (CLASS / name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_text(encoding="utf-8")
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    assert EXPECTED["students"][name]["score"] is None


@pytest.mark.parametrize("name", STUDENTS)
def test_committed_submission_is_in_step_with_the_student_edition(name: str) -> None:
    committed = (CLASS / name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()
    built = submission(STUDENTS[name], STUDENT_EDITION.read_text(encoding="utf-8"))
    assert committed == built.encode(), "run: python examples/build_class.py"


def test_class_folder_holds_the_class_and_nobody_else() -> None:
    assert {path.name for path in CLASS.iterdir()} == STUDENTS.keys()
