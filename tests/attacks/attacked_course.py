"""A tiny course made to be attacked: four functions, ten points, and secrets to look for.

An honest submission earns ten points, a blank one none. Every secret is searched for in all that
a student gets to see; the *argument* has to cross to the student's process, the others never do.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ASSIGNMENT = "waves"

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
c.Autograder.hidden_modules = ["colorsys"]
"""

SETUP = "import numpy as np"
ANSWERS = {
    "mean": "def mean(x):\n    return sum(x) / len(x)",
    "slope": "def slope(f, x):\n    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5",
    "scale": "def scale(x, factor):\n    return [factor * item for item in x]",
    "max": "def max(x):\n    return sorted(x)[-1]",  # named like a builtin
}
BLANK = {
    name: f"{source.split(chr(10))[0]}\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    for name, source in ANSWERS.items()
}
HIDDEN = "\n### BEGIN SECRET TESTS\n{}\n### END SECRET TESTS"  # not nbgrader's default words
TESTS = {
    "mean-visible": (1, "assert mean([1.0, 2.0, 6.0]) == 3.0"),
    "mean-hidden": (
        2,
        "assert mean([2.0]) == 2.0"
        + HIDDEN.format(
            f"{HIDDEN_LINE} = mean(np.array([{ARGUMENT}, {ARGUMENT}]))\n"
            f"np.testing.assert_allclose({HIDDEN_LINE}, float('{ARGUMENT}'))\n"
            f"assert mean([{EXPECTED}, {EXPECTED}]) == {EXPECTED}"
        ).replace(f"mean([{EXPECTED}, {EXPECTED}])", "mean([104728.5, 104730.5])"),
    ),
    "slope-visible": (1, "assert abs(slope(lambda t: t * t, 3.0) - 6) < 1e-6"),
    "slope-hidden": (
        2,
        "assert abs(slope(lambda t: t, 1.0) - 1) < 1e-6\ndef cube(t):\n    return t ** 3"
        + HIDDEN.format("np.testing.assert_allclose(slope(cube, 2.0), 12.0, rtol=1e-6)"),
    ),
    "scale-visible": (1, "assert scale([1, 2], 3) == [3, 6]"),
    # Two ways of asking that an object with a mind of its own could twist.
    "scale-contains": (0.5, "assert 6 in scale([1, 2], 3)"),
    "scale-loop": (
        0.5,
        "for each, wanted in zip(map(lambda x: scale([x], 2), [1]), [[2]]): assert each == wanted",
    ),
    "scale-hidden": (
        1,
        "\n\n\n\ndata = [1.0, 5.0]"  # IPython drops the empty lines, and counts without them
        + HIDDEN.format(
            f"assert scale(data, 2.0) == [2.0, 10.0]\n"
            f"assert data == [1.0, 5.0]\n"
            f"np.testing.assert_equal(104727.5 + 2 * scale([1.0], 1.0)[0], {EXPECTED})"
        ),
    ),
    "max-visible": (1, "assert max([1, 3, 2]) == 3"),
}
POINTS = sum(points for points, _ in TESTS.values())

Node = dict[str, Any]


def write_course(root: Path) -> None:
    """Configuration and instructor edition."""
    folder = root / "source" / ASSIGNMENT
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    (folder / "data").mkdir()
    (folder / "data" / "table.csv").write_text("1,2\n")
    answers = {
        name: source.replace("\n    ", f"\n    ### BEGIN SOLUTION\n    # {SOLUTION_LINE}\n    ", 1)
        + "\n    ### END SOLUTION"
        for name, source in ANSWERS.items()
    }
    cells = _cells(answers, {name: source for name, (_, source) in TESTS.items()})
    (folder / f"{ASSIGNMENT}.ipynb").write_text(json.dumps(notebook(cells)))


def submitted_cells(answers: dict[str, str]) -> list[Node]:
    """The cells of a student edition with ``answers`` in it."""
    return _cells(answers, {name: source.split("\n###")[0] for name, (_, source) in TESTS.items()})


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


def _cells(answers: dict[str, str], tests: dict[str, str]) -> list[Node]:
    locked = {"grade_id": "setup", "grade": False, "solution": False, "locked": True, "task": False}
    cells = [code_cell("setup", SETUP, locked)]
    for name, source in answers.items():
        answer = {"grade": False, "solution": True, "locked": False, "task": False}
        cells.append(code_cell(name, source, {"grade_id": name, **answer}))
        for test, (points, _) in TESTS.items():
            if test.startswith(f"{name}-"):
                kept = {"grade": True, "solution": False, "locked": True, "task": False}
                about = {"grade_id": test, "points": points, **kept}
                cells.append(code_cell(test, tests[test], about))
    return cells
