"""Whether an attack was held: what its submission has earned, and what it has brought to light."""

from __future__ import annotations

import json

from autograder.cli.tables import as_json
from autograder.course.directory import Course
from autograder.results import NotebookResult
from tests.attacks.attack import Attack
from tests.attacks.attacked_course import SECRETS


def expect_held(attack: Attack, result: NotebookResult, course: Course, page: str) -> None:
    """Expect that it has earned what it deserves, and that no secret is where its author looks.

    Parameters
    ----------
    attack, result
        What was handed in, and what came of it.
    course
        Where it was graded.
    page
        What its author is shown; empty if there is none.
    """
    if attack.unreadable:
        assert result.error
        assert not result.error.startswith("The grader failed")
    else:
        assert result.error is None
        told = [(q.grade_id, q.score, q.outcome.value, q.message) for q in result.questions]
        assert result.score == attack.deserved, "\n".join(map(str, told))
        for_a_person = [q.grade_id for q in result.questions if q.score is None]
        assert sorted(for_a_person) == sorted(attack.manual), told
    outputs = json.dumps([list(run.outputs) for run in result.cells])
    assert attack.reaches in outputs
    assert "ESCAPED" not in outputs
    for active in attack.active:
        assert active not in page
    own_words = " ".join([attack.edit, *attack.answer.values(), *attack.own.values()])
    for secret in {*SECRETS, *attack.secrets} - {each for each in SECRETS if each in own_words}:
        assert secret not in _autograded(attack, course)
        assert secret not in page
        assert secret not in json.dumps(as_json(result))


def _autograded(attack: Attack, course: Course) -> str:
    """What the student's cells show; the tests in it are the instructor's to see."""
    folder = course.autograded_folder(attack.student, attack.assignment)
    path = folder / f"{attack.assignment}.ipynb"
    if not path.exists():
        return ""
    return json.dumps([cell.get("outputs", []) for cell in json.loads(path.read_text())["cells"]])
