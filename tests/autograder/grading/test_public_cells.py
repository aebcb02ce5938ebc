"""Test cells as public courses write them: a right answer earns all, a wrong one not all.

Stock nbgrader gives the same points for all of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course.directory import Course, load_course
from autograder.course.source import support_files
from autograder.grading.executor import LocalExecutor, open_executor
from autograder.grading.plan import load_plans
from autograder.grading.task import BLANK, SOLUTION, Task
from autograder.results import NotebookResult
from tests.autograder.stock.every_cell_course import cell, notebook, solved

CASES: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("public_cells.toml").read_text("utf-8")
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Course, LocalExecutor]]:
    root = tmp_path_factory.mktemp("public")
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    for name, case in CASES.items():
        for file, text in {"n.ipynb": _notebook(case), **case.get("files", {})}.items():
            path = root / "source" / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    course = load_course(root)
    with open_executor(course, 1) as executor:
        yield course, executor


def _notebook(case: dict[str, Any], answer: str = "") -> str:
    setup = [cell(case["setup"])] if "setup" in case else []
    answers = cell(answer or solved(case["answer"]), "answer", "answer")
    return notebook([*setup, answers, cell(case["test"], "test", "test", 2)])


def grade(course: Course, executor: LocalExecutor, name: str, answer: str) -> NotebookResult:
    """Grade an answer to one of the cases, compared with its solution."""
    source, plan = load_plans(course, name)["n"]
    files = support_files(course, name)
    solution = executor.submit(Task(SOLUTION, source, plan, 1, source.notebook, files)).result()
    submitted = _notebook(CASES[name], answer).encode()
    task = Task(BLANK, source, plan, 1, submitted, files, solution.expected)
    return executor.submit(task).result()


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_right_answer_earns_all_and_a_wrong_one_not(
    bench: tuple[Course, LocalExecutor], name: str
) -> None:
    right, wrong = (grade(*bench, name, CASES[name][kind]) for kind in ("answer", "wrong"))
    assert right.questions[0].score == 2, right.questions
    assert wrong.questions[0].score in (0, 1), wrong.questions
