"""A course of one assignment with two answers, and classes that hand in for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course.directory import Course, load_course
from autograder.notebook.cells import Cell, notebook_json

ASSIGNMENT = "descent"
SOLUTION = """\
def descend(f, x):
    for _ in range(50):
        x = x - 0.1 * (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
    return x
"""
#: Answers that have nothing in common but what they compute.
OWN = [
    f"""\
def descend(f, x):
    history = [x]
    while len(history) < {20 + number}:
        slope = (f(history[-1] + {number}e-5) {sign} f(history[-1])) / {number}e-5
        history.append(history[-1] - {number} * slope)
        if abs(slope) {compared} {number}e-3:
            print("flat", slope, len(history) + {number})
    return history[-{number}]
"""
    for number, (sign, compared) in enumerate(
        [("-", "<"), ("+", "<"), ("-", ">"), ("+", ">"), ("*", "<"), ("*", ">"), ("/", "<")] * 3, 1
    )
]
Handed = Callable[..., Course]


def notebook(answer: str, *more: str) -> str:
    marks = {
        "grade_id": "descend", "grade": False, "solution": True, "locked": False,
        "schema_version": 3, "task": False,
    }  # fmt: skip
    test = {**marks, "grade_id": "test", "grade": True, "solution": False, "points": 1}
    cells = [
        Cell("code", answer, {"nbgrader": marks}),
        Cell("code", "assert abs(descend(lambda x: (x - 1) ** 2, 0.0) - 1) < 1e-3, 'no'",
             {"nbgrader": {**test, "locked": True}}),
        *(Cell("code", text) for text in more),
    ]  # fmt: skip
    return notebook_json([(cell, []) for cell in cells], {})


@pytest.fixture
def hand_in(tmp_path: Path) -> Handed:
    """Makes the course with what students hand in: an answer, or an answer and further cells."""

    def make(**answers: str | tuple[str, ...]) -> Course:
        files = {"source": f"### BEGIN SOLUTION\n{SOLUTION}### END SOLUTION\n", **answers}
        for student, texts in files.items():
            text = notebook(*((texts,) if isinstance(texts, str) else texts))
            folder = tmp_path / ("source" if student == "source" else f"submitted/{student}")
            (folder / ASSIGNMENT).mkdir(parents=True)
            (folder / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").write_text(text, encoding="utf-8")
        (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
        return load_course(tmp_path)

    return make
