"""Released notebooks with answers in their solution cells, as this course's students hand them in.

For the tests of this folder, and of the browser, which need a student's notebook or a course in a
folder of its own in which some students have handed in.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.mutants.answers import Case, cases
from tests.mutants.instructor_notebook import COURSE, read_cells

#: The configuration of a course in a folder of its own, ``{root}``, with the settings of this one.
OUR_CONFIG = f"""\
c = get_config()
load_subconfig({str(COURSE / "nbgrader_config.py")!r})
c.CourseDirectory.root = {{root!r}}
c.CourseDirectory.source_directory = "source"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"
c.CourseDirectory.db_url = "sqlite:///gradebook.db"
"""
MARKS = {"### BEGIN SOLUTION", "### END SOLUTION"}


def solutions(assignment: str) -> dict[str, str]:
    """The instructor's answers, by function."""
    return {
        cell["id"]: "\n".join(
            line for line in cell["source"].splitlines() if line.strip() not in MARKS
        )
        for cell in read_cells(assignment)
        if cell["metadata"]["nbgrader"]["solution"]
    }


def known_answer(assignment: str, function: str, name: str) -> Case:
    """An answer of ``tests/mutants/inputs``."""
    (found,) = [
        case for case in cases(assignment) if (case.function, case.name) == (function, name)
    ]
    return found


def answered(assignment: str, answers: Mapping[str, str]) -> dict[str, Any]:
    """The student edition with these answers, by function."""
    path = COURSE / "notebooks" / "assignments" / assignment / f"{assignment}.ipynb"
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    return notebook


def make_course(
    root: Path, config: str, assignment: str, class_: Mapping[str, Mapping[str, str]]
) -> None:
    """A course of one assignment, and what each student has handed in, by function."""
    name = f"{assignment}.ipynb"
    source = root / "source" / assignment
    source.mkdir(parents=True)
    shutil.copy(COURSE / "solutions" / assignment / name, source)
    (root / "nbgrader_config.py").write_text(config.format(root=str(root)), encoding="utf-8")
    for student, answers in class_.items():
        folder = root / "submitted" / student / assignment
        folder.mkdir(parents=True)
        (folder / name).write_text(json.dumps(answered(assignment, answers)), encoding="utf-8")


def strings(node: object) -> Iterator[str]:
    """Every string in a notebook as JSON has it, names of keys included."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from (key, *strings(value))
    elif isinstance(node, list):
        for value in node:
            yield from strings(value)
