"""Cells that leave lines to the reader: what a folded solution shows is what they take."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest
from nbformat import NotebookNode

from course_lib import exercises
from tests.notebooks import references

LECTURES = sorted(path.stem for path in references.lectures() if re.match(r"\d\d_", path.name))
BLOCK = re.compile(r"```python\n(.+?)\n```", re.DOTALL)


@cache
def cells(lecture: str) -> list[NotebookNode]:
    return references.read(references.ROOT / "notebooks" / f"{lecture}.ipynb").cells


def places(lecture: str) -> list[int]:
    return [
        place
        for place, cell in enumerate(cells(lecture))
        if "your-turn" in cell.metadata.get("tags", [])
    ]


def check_of(source: str) -> str:
    """The line `name = your_turn(…)` of a cell."""
    return source[source.rindex("\n\n") :]


@pytest.mark.parametrize("lecture", LECTURES)
def test_a_turn_comes_between_its_task_and_its_folded_solution(lecture: str) -> None:
    for place in places(lecture):
        before, cell, after = cells(lecture)[place - 1 : place + 2]
        assert "**Your turn.** " in before.source
        assert "..." in cell.source
        assert after.source.startswith("<details>\n<summary><b>Solution</b></summary>\n")
        assert "solution" in after.metadata["tags"]


@pytest.mark.parametrize("lecture", LECTURES)
def test_each_solution_that_is_shown_is_right(
    lecture: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in places(lecture):
        blocks = BLOCK.findall(cells(lecture)[place + 1].source)
        assert len(blocks) == 1, cells(lecture)[place].id
        names = {"np": np, "your_turn": exercises.your_turn}
        exec(blocks[0] + check_of(cells(lecture)[place].source), names)  # the lecture's own code
        assert capsys.readouterr().out == "Right.\n", blocks[0]


@pytest.mark.parametrize("lecture", LECTURES)
def test_each_task_is_asked_once(lecture: str) -> None:
    code = "\n".join(cells(lecture)[place].source for place in places(lecture))
    asked = re.findall(r'your_turn\("(\d\d)", "(\w+)", \w+\)', code)
    assert {number for number, _ in asked} <= {lecture[:2]}
    tasks = exercises.tasks_of(lecture[:2]) if asked else {}
    assert sorted(name for _, name in asked) == sorted(tasks)


def test_there_are_such_cells() -> None:
    assert sum(len(places(lecture)) for lecture in LECTURES) >= 8


def test_no_line_but_the_readers_is_left_out() -> None:
    """Whatever else a lecture's code holds, it holds no dots."""
    dotted = [
        (lecture, cell.id)
        for lecture in LECTURES
        for place, cell in enumerate(cells(lecture))
        if cell.cell_type == "code" and "return ..." in cell.source and place not in places(lecture)
    ]
    assert dotted == []


@pytest.mark.parametrize("lecture", LECTURES)
def test_the_code_of_a_solution_is_folded_and_prints_nothing(lecture: str) -> None:
    """Whoever runs all cells is not told: JupyterLab unfolds what a cell prints."""
    shown = [
        cell.id
        for cell in cells(lecture)
        if "hide-cell" in cell.metadata.get("tags", [])
        and (
            not cell.metadata.jupyter.source_hidden
            or re.search(r"print\(|show_table\(", cell.source)
        )
    ]
    assert shown == []
