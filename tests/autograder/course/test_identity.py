"""A file counts as the notebook that its cells say: it is no zero under another one's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.course.directory import Course, load_course
from autograder.course.identity import other_notebook
from autograder.course.submissions import Submission, read_submission
from tests.autograder.tiny_course import CONFIG, code_cell

COMMON = ("setup",)
CELLS = {("hw", "a"): ("sum", "mean"), ("hw", "b"): ("mode", "range"), ("later", "c"): ("slope",)}


def notebook(*names: str) -> str:
    cells = [code_cell(name, f"{name} = 1", solution=True) for name in (*COMMON, *names)]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


A, B, C = (notebook(*names) for names in CELLS.values())
NAMELESS = json.dumps(
    {
        "cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": "mean = 1"}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Three notebooks of two assignments, which begin with the same cell."""
    root = tmp_path_factory.mktemp("course")
    (root / "nbgrader_config.py").write_text(CONFIG)
    for (assignment, name), cells in CELLS.items():
        path = root / "source" / assignment / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook(*cells))
    return load_course(root)


def handed_in(course: Course, student: str, **files: str) -> Submission:
    folder = Path(course.submitted_folder(student, "hw"))
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.ipynb").write_text(text)
    return read_submission(course, "hw", student)


def test_two_that_were_named_the_wrong_way_round_are_each_found(course: Course) -> None:
    submission = handed_in(course, "swapped", a=B, b=A)
    assert submission.notebooks == {"a": A.encode(), "b": B.encode()}
    assert submission.found_at == {"a": "b.ipynb", "b": "a.ipynb"}
    assert submission.unreadable == {}


def test_the_same_notebook_twice_leaves_the_other_one_to_a_person(course: Course) -> None:
    submission = handed_in(course, "twice", a=A, b=A)
    assert submission.notebooks == {"a": A.encode()}
    assert submission.missing == ()
    assert submission.unreadable == {
        "b": "b.ipynb is the notebook a by its cells, and has none of those of b. Put the one that "
        "was meant in its place; if there is none, delete it."
    }


def test_a_notebook_of_another_assignment_is_no_attempt(course: Course) -> None:
    submission = handed_in(course, "other", a=A, b=C)
    assert submission.notebooks == {"a": A.encode()}
    assert submission.unreadable["b"].startswith("b.ipynb is the notebook c of later by its cells")


@pytest.mark.parametrize(
    "text",
    [A, notebook("mean"), notebook("mean", "mode", "range"), notebook(), NAMELESS, '{"cells": ['],
    ids=["whole", "a part", "with cells of another", "shared cells alone", "nameless", "broken"],
)
def test_what_may_be_it_is_what_it_is_named(course: Course, text: str) -> None:
    assert other_notebook(course, "hw", "a", text.encode()) is None


def test_a_source_that_has_changed_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    source = tmp_path / "source" / "hw" / "a.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(A)
    course = load_course(tmp_path)
    (source.parent / "b.ipynb").write_text(B)
    assert other_notebook(course, "hw", "a", B.encode()) == ("hw", "b")
    source.write_text(notebook("mode", "range", "new"))
    assert other_notebook(course, "hw", "a", B.encode()) is None
