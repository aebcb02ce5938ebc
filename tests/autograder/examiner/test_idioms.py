"""Every idiom gives full marks for the answer and none for the mistake."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course.source import SourceNotebook
from autograder.grading.plan import RUN_IN_CANDIDATE, make_plan
from autograder.notebook.cells import Cell
from autograder.release.audit import advice_on
from autograder.results import Outcome
from tests.autograder.examiner.idioms.catalogue import AT_EXAMINER, IN_CANDIDATE, manual_table
from tests.autograder.examiner.idioms.idiom import Idiom
from tests.autograder.workers.bench import (
    Bench,
    answer,
    check_cell,
    open_bench,
    plain,
    scores,
    source,
)

MANUAL = Path(__file__).parents[3] / "docs" / "autograder.md"


@pytest.fixture(scope="module")
def sandboxed() -> Iterator[Bench]:
    with open_bench(isolate=True) as bench:
        yield bench


def cells(idiom: Idiom, solution: str, tag: str = "") -> list[Cell]:
    tags = [tag] if tag else []
    return [
        answer(solution),
        *([plain(idiom.setup)] if idiom.setup else []),
        *([check_cell(idiom.earlier, "earlier", tags=tags)] if idiom.earlier else []),
        check_cell(idiom.test, "test", tags=tags),
    ]


def advises_the_tag(instructor: SourceNotebook) -> bool:
    plan = make_plan(instructor.notebook, instructor.released)
    return any(RUN_IN_CANDIDATE in advice for advice in advice_on(instructor, plan))


@pytest.mark.parametrize("idiom", AT_EXAMINER, ids=lambda idiom: idiom.name)
def test_an_idiom_works_at_the_examiner(sandboxed: Bench, idiom: Idiom) -> None:
    instructor = source(*cells(idiom, idiom.answer))
    solution = sandboxed.grade(instructor)
    assert scores(solution)["test"] == 2.0, solution.questions[-1]
    right = sandboxed.grade(instructor, *cells(idiom, idiom.answer), solution=solution)
    assert scores(right)["test"] == 2.0, right.questions[-1]
    wrong = sandboxed.grade(instructor, *cells(idiom, idiom.mistake), solution=solution)
    assert scores(wrong)["test"] == 0.0, wrong.questions[-1]
    assert not advises_the_tag(instructor)


@pytest.mark.parametrize("idiom", IN_CANDIDATE, ids=lambda idiom: idiom.name)
def test_an_idiom_that_needs_the_students_process_is_found(sandboxed: Bench, idiom: Idiom) -> None:
    instructor = source(*cells(idiom, idiom.answer))
    passes = sandboxed.grade(instructor).questions[-1].outcome is Outcome.PASSED
    assert not passes or advises_the_tag(instructor)


@pytest.mark.parametrize("idiom", IN_CANDIDATE, ids=lambda idiom: idiom.name)
def test_with_the_tag_it_works(sandboxed: Bench, idiom: Idiom) -> None:
    instructor = source(*cells(idiom, idiom.answer, RUN_IN_CANDIDATE))
    right = sandboxed.grade(instructor)
    assert scores(right)["test"] == 2.0, right.questions[-1]
    wrong = sandboxed.grade(instructor, *cells(idiom, idiom.mistake, RUN_IN_CANDIDATE))
    assert scores(wrong)["test"] == 0.0


def test_no_idiom_stands_there_twice() -> None:
    names = [idiom.name for idiom in AT_EXAMINER + IN_CANDIDATE]
    assert len(set(names)) == len(names) >= 200


def test_the_manual_shows_them_all() -> None:
    assert manual_table() in MANUAL.read_text("utf-8")
