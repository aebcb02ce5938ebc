"""The same answers as in `test_loss_functions`, graded for real: one batch, sandboxed."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.batch import Batch, Options
from autograder.course import load_course
from autograder.grading.slots import Lab
from autograder.results import Question
from tests.assignments.instructor_notebook import COURSE
from tests.assignments.loss_functions_forgers import FORGERS, Forger
from tests.assignments.loss_functions_variants import MISTAKES, RIGHT_ANSWERS, Mistake, RightAnswer

pytestmark = pytest.mark.slow

ASSIGNMENT = "loss_functions"
STUDENT_EDITION = COURSE / "notebooks" / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
JOBS = 4

CONFIG = f"""\
c = get_config()
c.CourseDirectory.course_id = "variants"
c.CourseDirectory.source_directory = {str(COURSE / "solutions")!r}
c.Autograder.hidden_modules = ["course_lib.losses"]
"""

Answer = Mistake | RightAnswer | Forger
#: The name as a student's, since a submission's folder is named after its student.
STUDENTS: dict[str, Answer] = {
    f"{kind}-{number}": answer
    for kind, answers in (("mistake", MISTAKES), ("right", RIGHT_ANSWERS), ("forger", FORGERS))
    for number, answer in enumerate(answers.values())
}
MISTAKEN = dict(zip(MISTAKES, (name for name in STUDENTS if name.startswith("m")), strict=True))
RIGHT = dict(zip(RIGHT_ANSWERS, (name for name in STUDENTS if name.startswith("r")), strict=True))
FORGING = dict(zip(FORGERS, (name for name in STUDENTS if name.startswith("f")), strict=True))

#: The questions about the function that the student has answered; the others are left blank.
Questions = dict[str, list[Question]]


@pytest.fixture(scope="module")
def graded() -> Iterator[Questions]:
    # Not pytest's own folder: that is closed to the users that candidates become.
    root = Path(tempfile.mkdtemp(prefix="variants-"))
    root.chmod(0o755)
    try:
        (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
        course = load_course(root)
        for student, answer in STUDENTS.items():
            folder = course.submitted_folder(student, ASSIGNMENT)
            folder.mkdir(parents=True)
            text = json.dumps(submission(answer))
            (folder / f"{ASSIGNMENT}.ipynb").write_text(text, encoding="utf-8")
        with Lab(course.settings, JOBS, isolate=True, withheld=[root / "submitted"]) as lab:
            batch = Batch(course, lab, Options(jobs=JOBS, force=True, seed=20))
            results = batch.grade(ASSIGNMENT, list(STUDENTS), lambda _: None)
        yield {
            each.submission.student: [
                question
                for question in each.results[0].questions
                if question.grade_id.startswith(f"{STUDENTS[each.submission.student].function}-")
            ]
            for each in results
        }
    finally:
        shutil.rmtree(root)


def submission(answer: Answer) -> dict[str, object]:
    """The student edition with this answer in it."""
    notebook: dict[str, object] = json.loads(STUDENT_EDITION.read_text(encoding="utf-8"))
    cells = notebook["cells"]
    assert isinstance(cells, list)
    (cell,) = (cell for cell in cells if cell["id"] == answer.function)
    cell["source"] = answer.source
    return notebook


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_loses_points_and_is_named(name: str, graded: Questions) -> None:
    mistake, questions = MISTAKES[name], graded[MISTAKEN[name]]
    failed = {question.grade_id: question.message for question in questions if not question.score}
    assert mistake.fails <= failed.keys() <= mistake.may_fail
    assert any(mistake.says in message for message in failed.values())


@pytest.mark.parametrize("name", RIGHT_ANSWERS)
def test_right_answer_gets_full_marks(name: str, graded: Questions) -> None:
    questions = graded[RIGHT[name]]
    assert questions
    assert all(question.score == question.max_score for question in questions), questions


@pytest.mark.parametrize("name", FORGERS)
def test_forger_earns_no_more_than_can_be_helped(name: str, graded: Questions) -> None:
    questions = graded[FORGING[name]]
    assert questions
    earned = {question.grade_id: question.score for question in questions if question.score}
    assert all(question.score is not None for question in questions)
    assert sum(earned.values()) <= FORGERS[name].at_most, earned
