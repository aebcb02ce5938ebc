"""A tiny course made to be attacked, and secrets to look for.

Each assignment is a file in ``assignments/``, whose cells are setup cells, answers as the solution
has them, and tests. An honest submission earns all points, a blank one none. Every secret is
searched for in all that a student gets to see; the *argument* has to cross to the student's
process, the others never do.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ASSIGNMENTS = Path(__file__).with_name("assignments")

ARGUMENT = "7919.25"  # a hidden test calls a function with it
EXPECTED = "104729.5"  # a hidden test compares a result with it
HIDDEN_LINE = "line_of_a_hidden_test_that_nobody_may_see"
SOLUTION_LINE = "line_of_the_solution_that_nobody_may_see"
SECRETS = (ARGUMENT, EXPECTED, HIDDEN_LINE, SOLUTION_LINE)

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "attacked"
c.ClearHiddenTests.begin_test_delimeter = "BEGIN SECRET TESTS"
c.ClearHiddenTests.end_test_delimeter = "END SECRET TESTS"
c.Autograder.cell_seconds = 3
c.Autograder.repeated_seconds = 0.5
c.Autograder.notebook_seconds = 20
c.Autograder.memory_bytes = 512 << 20
c.Autograder.scratch_bytes = 16 << 20
c.Autograder.scratch_files = 200
c.Autograder.hidden_modules = ["colorsys", "course_lib.kept_digits"]
"""
#: Not nbgrader's default words.
HIDDEN_TESTS = "\n### BEGIN SECRET TESTS"

Node = dict[str, Any]


@dataclass(frozen=True)
class Assignment:
    """One assignment: its cells in order, each with ``kind``, ``id``, ``source`` and ``points``."""

    name: str
    about: str
    cells: Sequence[Mapping[str, Any]]

    @property
    def points(self) -> float:
        """What all its tests are worth."""
        return sum(float(cell.get("points", 0)) for cell in self.cells)

    @property
    def answers(self) -> dict[str, str]:
        """The answers of the solution, by their ids."""
        return {cell["id"]: cell["source"] for cell in self.cells if cell["kind"] == "answer"}

    @property
    def blank(self) -> dict[str, str]:
        """The answers as students find them."""
        return {name: _stub(source) for name, source in self.answers.items()}

    def submitted_cells(self, answers: Mapping[str, str]) -> list[Node]:
        """The cells of a student edition with ``answers`` in it."""
        return [
            _cell(cell, answers.get(cell["id"], cell["source"].split(HIDDEN_TESTS)[0]))
            for cell in self.cells
        ]

    def source_cells(self) -> list[Node]:
        """The cells of the instructor edition."""
        return [
            _cell(cell, _solved(cell["source"]) if cell["kind"] == "answer" else cell["source"])
            for cell in self.cells
        ]


@cache
def assignments() -> dict[str, Assignment]:
    """All assignments of the course, by name."""
    read = {
        path.stem: tomllib.loads(path.read_text("utf-8")) for path in ASSIGNMENTS.glob("*.toml")
    }
    return {
        name: Assignment(name, read[name]["about"], tuple(read[name]["cells"]))
        for name in sorted(read)
    }


def write_course(root: Path) -> None:
    """Configuration and instructor editions."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    for name, assignment in assignments().items():
        folder = root / "source" / name
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "table.csv").write_text("1,2\n")
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook(assignment.source_cells())))


def notebook(cells: list[Node]) -> Node:
    """A notebook file with these cells."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def code_cell(name: str, source: str, nbgrader: Node | None = None) -> Node:
    """A code cell that has not been run."""
    metadata = {} if nbgrader is None else {"nbgrader": {"schema_version": 3, **nbgrader}}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": metadata,
        "outputs": [],
        "source": source,
    }


def _cell(cell: Mapping[str, Any], source: str) -> Node:
    about = {
        "grade_id": cell["id"],
        "grade": cell["kind"] == "test",
        "solution": cell["kind"] == "answer",
        "locked": cell["kind"] != "answer",
        "task": False,
    }
    if cell["kind"] == "test":
        about["points"] = cell["points"]
    return code_cell(cell["id"], source, about)


def _is_function(source: str) -> bool:
    """Whether it is one function, whose head can stay in the stub."""
    head, *body = source.split("\n")
    return head.startswith("def ") and bool(body) and all(line[:4].isspace() for line in body)


def _solved(source: str) -> str:
    begin, end = f"### BEGIN SOLUTION\n# {SOLUTION_LINE}\n", "\n### END SOLUTION"
    if not _is_function(source):
        return f"{begin}{source}{end}"
    head, _, body = source.partition("\n")
    return f"{head}\n{begin}".replace("\n#", "\n    #") + body + end.replace("\n", "\n    ")


def _stub(source: str) -> str:
    todo = "# YOUR CODE HERE\nraise NotImplementedError()"
    if not _is_function(source):
        return todo
    return f"{source.partition(chr(10))[0]}\n    {todo.replace(chr(10), chr(10) + '    ')}"
