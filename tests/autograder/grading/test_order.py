"""Where a student has a cell does not change what a test compares with, nor costs right answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.grading.order import MAX_TURNS, turns
from autograder.grading.plan import make_plan
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.restore import RestoredCell, restore
from tests.autograder.workers.bench import (
    Bench,
    answer,
    check_cell,
    open_bench,
    plain,
    scores,
    source,
)


def locked(grade_id: str, text: str) -> Cell:
    marks = {"solution": False, "grade": False, "locked": True, "grade_id": grade_id}
    return Cell("code", text, {"nbgrader": marks})


# Data and tolerance are bound anew between the questions, and changed in place at the examiner;
# the tests use each other's names; two answers bind the same name.
SETUP = locked("setup", "import math\ncases = [(1, 1.0), (2, 8.0)]\ntolerance = 1e-9\nseen = []")
CUBE = answer(
    "best = 1\ndef cube(x):\n    return float(x ** 3)\ndef size():\n    return len(cases)", "cube"
)
CUBE_TEST = check_cell(
    "assert best == 1 and size() == len(cases) == 2 and not seen\n"
    "inputs = [2, 3]\n"
    "for x, wanted in cases:\n    assert abs(cube(x) - wanted) <= tolerance",
    "cube-test",
    4,
)
CUBE_MORE = check_cell(
    "assert inputs == [2, 3] and [cube(x) for x in inputs] == [8, 27]\ninputs.clear()",
    "cube-more",
    8,
)
ROUGH = locked("rough", "cases = [(0, 0.0)]\ntolerance = math.inf\nseen.append('rough')")
ZERO = answer("def zero(x):\n    return 0.0\ndef sizes():\n    return len(cases)", "zero")
ZERO_TEST = check_cell(
    "assert sizes() == len(cases) == 1\ninputs = []\n"
    "for x, wanted in cases:\n    assert abs(zero(x) - wanted) <= tolerance",
    "zero-test",
    1,
)
MORE = plain("cases = [*cases, (5, 5.0)]\ntolerance = 1.0")
SAME = answer(
    "best = 3\ndef same(x):\n    return float(x)\ndef all_sizes():\n    return len(cases)",
    "same",
)
SAME_TEST = check_cell(
    "assert best == 3 and all_sizes() == len(cases) == 2 and seen == ['rough']\n"
    "for x, wanted in cases:\n    assert abs(same(x) - wanted) <= tolerance",
    "same-test",
    2,
)
CELLS = (
    SETUP, CUBE, CUBE_TEST, CUBE_MORE, ROUGH, ZERO, ZERO_TEST, MORE, SAME, SAME_TEST
)  # fmt: skip
INSTRUCTOR = source(*CELLS)
POINTS = {"cube-test": 4.0, "cube-more": 8.0, "zero-test": 1.0, "same-test": 2.0}
OF = {"cube-test": "cube", "cube-more": "cube", "zero-test": "zero", "same-test": "same"}
WRONG = {
    "cube": "best = 1\ndef cube(x):\n    return 0.0\ndef size():\n    return len(cases)",
    "zero": "def zero(x):\n    return None\ndef sizes():\n    return len(cases)",
    "same": SAME.source.replace("float(x)", "x + 1.5"),
}

#: Real processes: each example takes a tenth of a second and more.
REAL = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=False) as bench:
        yield bench


def earned(bench: Bench, *cells: Cell) -> dict[str, float | None]:
    return scores(bench.grade(INSTRUCTOR, *cells))


def restored(cells: Sequence[Cell]) -> tuple[RestoredCell, ...]:
    return restore(Notebook(tuple(cells)), INSTRUCTOR.notebook, INSTRUCTOR.released).cells


def names(cells: Sequence[Cell]) -> list[list[str]]:
    """Each turn, as the names of its cells."""
    kept = restored(cells)
    found = turns(kept, make_plan(INSTRUCTOR.notebook, INSTRUCTOR.released))
    return [[kept[at].cell.grade_id or kept[at].cell.source[:6] for at in each] for each in found]


def answers_first(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with each answer in the first of the places that it and its tests have."""
    made = list(cells)
    for question in ((CUBE, CUBE_TEST, CUBE_MORE), (ZERO, ZERO_TEST), (SAME, SAME_TEST)):
        first, here = min(map(made.index, question)), made.index(question[0])
        made[first], made[here] = made[here], made[first]
    return made


def right_in_jupyter(cells: list[Cell]) -> bool:
    """Whether no other answer's ``best`` comes between an answer and a test that looks at it."""
    cube, cube_test, same, same_test = map(cells.index, (CUBE, CUBE_TEST, SAME, SAME_TEST))
    return not (cube < same < cube_test or same < cube < same_test)


def test_the_solution_earns_all_points(bench: Bench) -> None:
    assert earned(bench, *CELLS) == POINTS


@REAL
@given(cells=st.permutations(CELLS).map(answers_first).filter(right_in_jupyter))
def test_right_answers_lose_nothing_wherever_the_cells_are(bench: Bench, cells: list[Cell]) -> None:
    assert earned(bench, *cells) == POINTS, names(cells)


@REAL
@given(cells=st.permutations(CELLS), wrong=st.sets(st.sampled_from(sorted(WRONG)), min_size=1))
def test_wrong_answers_earn_nothing_wherever_the_cells_are(
    bench: Bench, cells: list[Cell], wrong: set[str]
) -> None:
    submitted = [
        replace(cell, source=WRONG[cell.grade_id]) if cell.grade_id in wrong else cell
        for cell in cells
    ]
    for test, points in earned(bench, *submitted).items():
        assert points == 0 or OF[test] not in wrong


#: What can be done to a notebook's cells: two places, and what is done to the cells there.
DEEDS: dict[str, Callable[[list[Cell], int, int], object]] = {
    "move": lambda cells, a, b: cells.insert(b, cells.pop(a)),
    "copy": lambda cells, a, b: cells.insert(b, cells[a]),
    "delete": lambda cells, a, b: cells.pop(a),
    "forget": lambda cells, a, b: _change(cells, a, metadata={}),
    "retype": lambda cells, a, b: _change(cells, a, cell_type="markdown"),
    "empty": lambda cells, a, b: _change(cells, a, source="pass"),
    "imitate": lambda cells, a, b: _change(cells, a, metadata=cells[b].metadata),
    "hide": lambda cells, a, b: _change(cells, a, attachments={"a": {"text": cells[b].source}}),
    "rename": lambda cells, a, b: _change(
        cells, a, metadata={"nbgrader": {**cells[a].nbgrader, "grade_id": "another"}}
    ),
}


def _change(cells: list[Cell], place: int, **changes: Any) -> None:
    cells[place] = replace(cells[place], **changes)


@REAL
@given(
    deeds=st.lists(
        st.tuples(st.sampled_from(sorted(DEEDS)), st.integers(0, 99), st.integers(0, 99)),
        min_size=1,
    )
)
def test_a_wrong_answer_earns_nothing_whatever_is_done_to_the_cells(
    bench: Bench, deeds: list[tuple[str, int, int]]
) -> None:
    cells = [replace(CUBE, source=WRONG["cube"]) if cell is CUBE else cell for cell in CELLS]
    for name, a, b in deeds:
        if cells:
            DEEDS[name](cells, a % len(cells), b % len(cells))
    found = earned(bench, *cells) if cells else {}
    assert {found.get("cube-test", 0), found.get("cube-more", 0)} == {0}


@given(cells=st.permutations(CELLS))
def test_tests_run_once_and_in_the_instructors_order(cells: list[Cell]) -> None:
    run = [name for turn in names(cells) for name in turn if name in POINTS]
    assert run == list(POINTS)


@given(cells=st.permutations(CELLS))
def test_before_a_test_a_candidate_has_run_what_the_student_has_before_it(
    cells: list[Cell],
) -> None:
    kept = restored(cells)
    for turn in turns(kept, make_plan(INSTRUCTOR.notebook, INSTRUCTOR.released)):
        code: list[int] = []
        for position in turn:
            if kept[position].cell.is_test:
                assert code == [at for at in range(position) if not kept[at].cell.is_test]
            else:
                code.append(position)


@given(cells=st.permutations(CELLS))
def test_every_cell_runs(cells: list[Cell]) -> None:
    assert {name for turn in names(cells) for name in turn} == set(itertools.chain(*names(CELLS)))


def test_in_the_instructors_order_one_turn_is_enough() -> None:
    assert len(names(CELLS)) == 1


def test_tests_side_by_side_need_one_turn_in_whatever_order() -> None:
    tests = [SAME_TEST, CUBE_MORE, ZERO_TEST, CUBE_TEST]
    assert len(names([SETUP, CUBE, ROUGH, ZERO, MORE, SAME, *tests])) == 1


def test_a_test_that_was_moved_to_the_end_costs_one_turn() -> None:
    assert names([cell for cell in CELLS if cell is not CUBE_TEST] + [CUBE_TEST]) == [
        ["setup", "cube", "rough", "zero", "cases ", "same", "cube-test"],
        ["setup", "cube", "cube-more", "rough", "zero", "zero-test", "cases ", "same", "same-test"],
    ]


def test_a_notebook_upside_down_has_a_bounded_number_of_turns() -> None:
    pairs = [
        (answer(f"def f{n}(): pass", f"f{n}"), check_cell(f"f{n}()", f"t{n}")) for n in range(30)
    ]
    instructor = Notebook(tuple(itertools.chain(*pairs)))
    plan = make_plan(instructor)
    upside_down = Notebook(tuple(itertools.chain(*reversed(pairs))))
    kept = restore(upside_down, instructor, {c.grade_id or "": "" for c in instructor.cells}).cells
    found = turns(kept, plan)
    assert len(found) == MAX_TURNS
    assert sum(kept[at].cell.is_test for turn in found for at in turn) == len(pairs)
