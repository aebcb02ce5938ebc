"""Answers graded for real: each in a student edition of its own, all in one sandboxed batch."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograder.course.directory import load_course
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import open_executor
from autograder.results import Question
from tests.mutants.answers import Case, Forger, Mistake, Right
from tests.mutants.instructor_notebook import COURSE

JOBS = 4

CONFIG = f"""\
c = get_config()
load_subconfig({str(COURSE / "nbgrader_config.py")!r})
c.CourseDirectory.root = {{root!r}}
c.CourseDirectory.source_directory = {str(COURSE / "solutions")!r}
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.db_url = "sqlite:///" + {{root!r}} + "/gradebook.db"
"""


def grade(
    assignment: str,
    answers: Sequence[Case],
    *,
    seed: int = 20,
    done: Callable[[], None] = lambda: None,
) -> list[list[Question]]:
    """For each answer, the questions about its function; the other functions are left blank.

    `done` is called after each submission.
    """
    # Not pytest's own folder: that is closed to the users that candidates become.
    root = Path(tempfile.mkdtemp(prefix="mutants-"))
    root.chmod(0o755)
    try:
        (root / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)), encoding="utf-8")
        course = load_course(root)
        students = [f"student-{number}" for number in range(len(answers))]
        for student, answer in zip(students, answers, strict=True):
            folder = course.submitted_folder(student, assignment)
            folder.mkdir(parents=True)
            text = json.dumps(submission(answer))
            (folder / f"{assignment}.ipynb").write_text(text, encoding="utf-8")
        with open_executor(course, JOBS) as executor:
            batch = Batch(course, executor, Options(force=True, seed=seed))
            graded = batch.grade(assignment, students, lambda _: done())
        results = {each.submission.student: each.results[0] for each in graded}
        return [
            [
                question
                for question in results[student].questions
                if question.grade_id.startswith(f"{answer.function}-")
            ]
            for student, answer in zip(students, answers, strict=True)
        ]
    finally:
        shutil.rmtree(root)


def submission(answer: Case) -> dict[str, Any]:
    """The student edition with this answer in it."""
    folder = COURSE / "notebooks" / "assignments" / answer.assignment
    path = folder / f"{answer.assignment}.ipynb"
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == answer.function)
    cell["source"] = answer.source
    return notebook


def complaint(answer: Case, questions: Sequence[Question]) -> str | None:
    """What is wrong with how an answer was graded; None if it is as it should be."""
    if not questions or any(question.score is None for question in questions):
        return f"not graded: {[question.outcome for question in questions]}"
    failed = {
        question.grade_id: question.message
        for question in questions
        if question.score != question.max_score
    }
    match answer.expected:
        case Right():
            return f"a right answer lost points: {failed}" if failed else None
        case Forger(at_most=at_most):
            earned = sum(question.score or 0 for question in questions)
            return f"forged {earned} points, {at_most} are allowed" if earned > at_most else None
        case Mistake(loses=loses, may_lose=may_lose, says=says):
            must = answer.tests(loses)
            if not failed or not must <= failed.keys() <= must | answer.tests(may_lose):
                return f"should fail {sorted(must)}, failed {sorted(failed)}"
            if not any(says in message for message in failed.values()):
                return f"no message names {says!r}: {failed}"
    return None
