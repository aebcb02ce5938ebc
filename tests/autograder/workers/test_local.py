"""A pair without a sandbox comes to the same as the processes of a grading."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.course.directory import load_course
from autograder.course.source import load_source, support_files
from autograder.grading.check import check
from autograder.grading.executor import open_executor
from autograder.grading.plan import make_plan
from autograder.grading.task import Task
from tests.autograder.stock.every_cell_course import cell, notebook, solved

CONFIG = """\
c = get_config()
c.Autograder.hidden_modules = ["colorsys"]
c.Autograder.cell_seconds = 2
c.Autograder.repeated_seconds = 0.5
"""
SETUP = """\
import os
from pathlib import Path
import numpy as np
factor = int(Path("factor.txt").read_text())
noise = np.random.rand(3)
"""
ANSWERS = {
    "twice": "def twice(x): return factor * x",
    "draw": "def draw(): return np.random.rand()",
    "hide": "def hide():\n    import colorsys",
    "end": "def end(): os._exit(3)",
    "loop": "def loop():\n    while True: pass",
    "fail": "def fail(): return 1 / 0",
}
TESTS = {
    "twice": "assert factor == int(Path('factor.txt').read_text())\nassert twice(4) == 8",
    "draw": "draw()",
    "seed": "np.random.default_rng(int(os.environ['GRADING_SEED'])).random() + 0 * draw()",
    "own_draw": "np.random.rand() + 0 * draw()",
    "hide": "hide()",
    "end": "end()",
    "loop": "loop()",
    "loop_again": "loop()",
    "fail": "fail()",
    "after": "assert twice(1) == 2, twice(1)",
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course whose only notebook has answers of all kinds."""
    root = tmp_path / "course"
    folder = root / "source" / "hw"
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    (folder / "factor.txt").write_text("2")
    cells = [cell(SETUP)]
    cells += [cell(solved(text), "answer", name) for name, text in ANSWERS.items()]
    cells += [cell(text, "test", f"test_{name}", 1) for name, text in TESTS.items()]
    (folder / "all.ipynb").write_text(notebook(cells))
    return root


def test_a_check_comes_to_what_grading_comes_to(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADING_SEED", "somebody else's")
    path = course / "source" / "hw" / "all.ipynb"
    checked = check(path, with_hidden=True, seed=7).result
    loaded = load_course(course)
    edition = load_source(loaded, "hw", "all")
    plan, files = make_plan(edition.notebook, edition.released), support_files(loaded, "hw")
    task = Task("", edition, plan, 7, path.read_bytes(), files)
    with open_executor(loaded, 1) as executor:
        graded = executor.submit(task).result()
    by_name = {each.grade_id: (each.outcome, each.score, each.message) for each in graded.questions}
    assert {
        each.grade_id: (each.outcome, each.score, each.message) for each in checked.questions
    } == by_name
    assert {str(outcome) for outcome, _, _ in by_name.values()} == {
        "passed", "partial", "error", "crashed", "timeout"
    }  # fmt: skip
    assert os.environ["GRADING_SEED"] == "somebody else's"
