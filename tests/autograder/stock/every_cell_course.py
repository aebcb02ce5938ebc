"""A course with every kind of cell, made in code, and what its students hand in.

`cell`, `make_course` and `hand_in` also make the small courses of other tests, from other cells.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ASSIGNMENT = "hw"
CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "every"
c.IncludeHeaderFooter.header = "source/header.ipynb"
c.Autograde.exclude_overwriting = {"hw": ["level.txt"]}
"""
Node = dict[str, Any]


def cell(source: str, kind: str = "", name: str = "", points: float = 0, *tags: str) -> Node:
    """A cell as nbgrader's formbuilder leaves it; ``kind`` is a key of `ROLES`."""
    cell_type, roles = ROLES[kind]
    node: Node = {"cell_type": cell_type, "metadata": {}, "source": source}
    if cell_type == "code":
        node |= {"execution_count": None, "outputs": []}
    if name:
        marks = {role: role in roles for role in ("grade", "solution", "locked", "task")}
        scored = {"points": points} if marks["grade"] or marks["task"] else {}
        node["metadata"]["nbgrader"] = marks | scored | {"grade_id": name, "schema_version": 3}
        node["id"] = name
    if tags:
        node["metadata"]["tags"] = list(tags)
    return node


#: The kinds of cells in nbgrader's sidebar: type and roles of each.
ROLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "": ("code", ()),
    "text": ("markdown", ()),
    "answer": ("code", ("solution",)),
    "test": ("code", ("grade", "locked")),
    "manual code": ("code", ("grade", "solution")),
    "manual text": ("markdown", ("grade", "solution")),
    "task": ("markdown", ("task", "locked")),
    "read-only": ("code", ("locked",)),
    "read-only text": ("markdown", ("locked",)),
}


def solved(source: str, shown: str = "") -> str:
    """An answer cell's text: what students keep of it, then the region that they do not see."""
    return f"{shown}### BEGIN SOLUTION\n{source}\n### END SOLUTION"


def hidden(source: str) -> str:
    """A hidden part of a test."""
    return f"\n### BEGIN HIDDEN TESTS\n{source}\n### END HIDDEN TESTS"


MEAN = "def mean(x):\n    return sum(x) / len(x)"
VARIANCE = "def variance(x):\n    return mean([(v - mean(x)) ** 2 for v in x])"
SCALED = "scaled = [(v - mean(sample)) / spread(sample) for v in sample]"
PLOT = "fig, ax = plt.subplots()\nax.plot(table[:, 0], table[:, 1])\nax.set_title('Table')"
LEVEL = "level = int(open('level.txt').read())"
LARGEST = "largest = float(table.max())"
COUNTS = "counts = {word: text.split().count(word) for word in set(text.split())}"

FIRST = [
    cell("# Every kind of cell", "text"),
    cell("Read this.", "read-only text", "read_this"),
    cell(
        "%matplotlib inline\n!ls\nimport matplotlib.pyplot as plt\nimport numpy as np\n"
        "from helpers import twice\ntable = np.loadtxt('data/table.csv', delimiter=',')",
        "read-only",
        "setup",
    ),
    cell(solved(MEAN), "answer", "mean"),
    cell("assert mean([1, 2, 3]) == 2", "test", "mean_visible", 1),
    cell(
        "assert mean([4]) == 4"
        + hidden("assert abs(mean([0.1, 0.2]) - 0.15) < 1e-12\nassert mean((1, 1)) == 1"),
        "test",
        "mean_hidden",
        2,
    ),
    cell("### AUTOTEST mean([1, 2, 6])\n### HASHED AUTOTEST mean([3, 5])", "test", "mean_auto", 1),
    cell(solved(VARIANCE, "# Use mean.\n"), "answer", "variance"),
    cell(
        "points = 0.0\nfor x, expected in [([1, 1], 0), ([1, 3], 1), ([0, 0, 3], 2), ([], None)]:\n"
        "    try:\n        points += 0.25 * (variance(x) == expected)\n"
        "    except ZeroDivisionError:\n        points += 0.25\npoints",
        "test",
        "variance_partial",
        1,
    ),
    cell(
        "calls = []\nsaved = mean\ndef mean(x):\n    calls.append(x)\n    return saved(x)\n"
        "variance([1, 2])\nmean = saved\nassert calls",
        "test",
        "variance_uses_mean",
        0.5,
    ),
    cell(
        "from math import sqrt\nsample = [2.0, 4.0, 9.0]\n\ndef spread(x):\n"
        "    return sqrt(variance(x))\n\nassert abs(spread(sample) - sqrt(26 / 3)) < 1e-9",
        "test",
        "spread",
        1,
    ),
    cell(solved(SCALED, "%%time\n"), "answer", "scaled"),
    cell("assert abs(mean(scaled)) < 1e-9\nTrue", "test", "scaled_centred", 1),
    cell(solved(PLOT), "answer", "plot"),
    cell(
        "from matplotlib.axes import Axes\nassert isinstance(ax, Axes)\nax.get_title() != ''",
        "test",
        "plot_axes",
        1.5,
        "run-in-candidate",
    ),
    cell("2 * (ax.get_title() == 'Table')", "test", "plot_title", 2),
    cell(solved("def simulate(n):\n    return np.random.rand(n)"), "manual code", "simulate", 3),
    cell("Why does the mean minimise squares?", "text"),
    cell(solved("Because its derivative is zero there."), "manual text", "why", 4),
    cell(
        "Draw a map.\n\n### BEGIN MARK SCHEME\nA point for each street.\n### END MARK SCHEME",
        "task",
        "draw_a_map",
        5,
    ),
    cell(solved("A bonus for a proof."), "manual text", "bonus", 0),
]
SECOND = [
    cell(
        "import os\nimport numpy as np\ntext = 'to be or not to be'\ntwo = 2", "read-only", "text"
    ),
    cell("1 / 0  # this is what an error looks like"),
    cell(solved(COUNTS), "answer", "counts"),
    cell("assert counts['to'] == two\n'well done'", "test", "counts_to", 1),
    cell("assert os.environ['NBGRADER_EXECUTION'] == 'autograde'", "test", "graded", 0),
    cell(solved(LEVEL), "answer", "level"),
    cell("level / 2", "test", "level_of_the_students_file", 1),
    cell(solved(LARGEST, "table = np.loadtxt('data/table.csv', delimiter=',')\n"), "answer", "max"),
    cell("assert largest == 9\n" + hidden("type(largest) is float"), "test", "max_value", 1.5),
]
NOTEBOOKS = {"first": FIRST, "second": SECOND}
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def notebook(cells: list[Node], kernel: Mapping[str, str] = KERNEL) -> str:
    """The text of a notebook file."""
    for number, node in enumerate(cells):
        node.setdefault("id", f"cell-{number}")
    metadata = {"kernelspec": dict(kernel)}
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def make_course(root: Path, notebooks: Mapping[str, list[Node]] = NOTEBOOKS) -> Path:
    """The course folder with its instructor edition."""
    folder = root / "source" / ASSIGNMENT
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "table.csv").write_text("1,2\n3,9\n")
    (folder / "level.txt").write_text("1")
    (folder / "helpers.py").write_text("def twice(x):\n    return 2 * x\n")
    header = cell("A header.", "text") | {"id": "header"}
    (root / "source" / "header.ipynb").write_text(notebook([header]))
    (root / "nbgrader_config.py").write_text(CONFIG)
    for name, cells in notebooks.items():
        (folder / f"{name}.ipynb").write_text(notebook(cells))
    return root


Change = Callable[[list[Node]], list[Node] | None]


def hand_in(
    root: Path,
    student: str,
    answers: Mapping[str, str],
    *,
    change: Change | None = None,
    files: Mapping[str, str] | None = None,
    only: str = "*",
    kernel: Mapping[str, str] = KERNEL,
) -> None:
    """The released notebooks with these answers, as a student hands them in."""
    folder = root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    for file in (root / "release" / ASSIGNMENT).glob(f"{only}.ipynb"):
        cells = json.loads(file.read_text())["cells"]
        for node in cells:
            name = node["metadata"].get("nbgrader", {}).get("grade_id")
            if name in answers:
                node["source"] = answers[name]
        if change is not None:
            cells = change(cells) or cells
        (folder / file.name).write_text(notebook(cells, kernel))
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
