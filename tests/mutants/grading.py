"""Answers graded for real: in student editions, all in one sandboxed batch."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from autograder.course.directory import load_course
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import open_executor
from autograder.grading.graded import Graded
from autograder.results import Outcome, Question
from tests.mutants.answers import Case, Forger
from tests.mutants.instructor_notebook import COURSE

# No more than can compute at once: answers that are slow, not endless, are to be seen as that.
JOBS = len(os.sched_getaffinity(0))

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
    done: Callable[[int], object] = lambda _: None,
) -> list[list[Question]]:
    """For each answer, the questions about its function.

    `done` hears of each notebook how many answers it held.
    """
    # Not pytest's own folder: that is closed to the users that candidates become.
    root = Path(tempfile.mkdtemp(prefix="mutants-"))
    root.chmod(0o755)
    try:
        (root / "nbgrader_config.py").write_text(CONFIG.format(root=str(root)), encoding="utf-8")
        course = load_course(root)
        submitted = {f"student-{i}": each for i, each in enumerate(notebooks(answers))}
        for student, together in submitted.items():
            folder = course.submitted_folder(student, assignment)
            folder.mkdir(parents=True)
            text = json.dumps(submission(assignment, together))
            (folder / f"{assignment}.ipynb").write_text(text, encoding="utf-8")
        questions: dict[Case, list[Question]] = {}

        def sort_out(graded: Graded) -> None:
            together = submitted[graded.submission.student]
            for answer in together:
                questions[answer] = [
                    question
                    for question in graded.results[0].questions
                    if question.grade_id.startswith(f"{answer.function}-")
                ]
            done(len(together))

        with open_executor(course, JOBS) as executor:
            batch = Batch(course, executor, Options(force=True, seed=seed))
            batch.grade(assignment, list(submitted), sort_out)
        return [questions[answer] for answer in answers]
    finally:
        shutil.rmtree(root)


def notebooks(answers: Sequence[Case]) -> list[list[Case]]:
    """The answers by the notebook that they are handed in with, at most one to each function.

    So most notebooks hold an answer to every function, as students' do, and fewer have to be
    graded. Forgers are among themselves: what they overwrite may be anybody's.
    """
    together: dict[tuple[bool, int], list[Case]] = {}
    before: Counter[tuple[bool, str]] = Counter()
    for answer in answers:
        forges = isinstance(answer.expected, Forger)
        place = before[forges, answer.function]
        together.setdefault((forges, place), []).append(answer)
        before[forges, answer.function] += 1
    return list(together.values())


def submission(assignment: str, answers: Sequence[Case]) -> dict[str, Any]:
    """The student edition with these answers in it; the other functions are left blank.

    It has no cell that tries the functions out: nobody grades what that shows, and training a model
    takes longer than all tests.
    """
    path = COURSE / "notebooks" / "assignments" / assignment / f"{assignment}.ipynb"
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"] = [cell for cell in notebook["cells"] if "nbgrader" in cell["metadata"]]
    cells = {cell["id"]: cell for cell in notebook["cells"]}
    for answer in answers:
        cells[answer.function]["source"] = answer.source
    return notebook


def complaint(answer: Case, questions: Sequence[Question]) -> str | None:
    """What is wrong with how an answer was graded; None if it is as it should be."""
    if not questions or any(question.score is None for question in questions):
        return f"not graded: {[question.outcome for question in questions]}"
    failed = {
        question.grade_id: question.message
        for question in questions
        if question.outcome is not Outcome.PASSED
    }
    return answer.complaint(failed, sum(question.score or 0 for question in questions))
