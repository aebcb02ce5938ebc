"""Submissions with grades on record, as grading leaves them, in no time; and commands on them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.autograded.record import Record, save
from autograder.cli import main
from autograder.course.directory import Course, load_course
from autograder.course.source import load_source
from autograder.gradebook import Gradebook
from autograder.results import NotebookResult, Outcome, Question
from tests.autograder.tiny_course import ASSIGNMENT, POINTS, hand_in


@pytest.fixture
def course(graded: Path, tmp_path: Path) -> Course:
    """A copy of the course ``graded``, which a module makes once."""
    return load_course(Path(shutil.copytree(graded, tmp_path / "course")))


def run(course: Course, *arguments: object) -> Result:
    """What a command of the autograder's does in a course."""
    return CliRunner().invoke(main, ["--course-dir", str(course.root), *map(str, arguments)])


def put_on_record(course: Course, student: str, **scores: float | None) -> None:
    """A submission whose questions have these points; None: a person has to give them."""
    questions = tuple(
        Question(
            name,
            scores.get(name, points),
            points,
            Outcome.MANUAL if scores.get(name, points) is None else Outcome.PARTIAL,
        )
        for name, points in POINTS.items()
    )
    result = NotebookResult(ASSIGNMENT, student, ASSIGNMENT, questions)
    if student not in course.students(ASSIGNMENT):
        hand_in(course.root, student)
    with Gradebook.of(course) as gradebook:
        source = load_source(course, ASSIGNMENT, ASSIGNMENT)
        gradebook.register(ASSIGNMENT, ASSIGNMENT, source.graded)
        gradebook.record_submission([result])
    save(course.autograded_folder(student, ASSIGNMENT), Record("digest", result, "work"))
