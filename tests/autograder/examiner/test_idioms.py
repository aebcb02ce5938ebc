"""Every idiom gives full marks for the answer and none for the mistake."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.notebook.cells import Cell
from autograder.plan import RUN_IN_CANDIDATE
from autograder.results import Outcome
from tests.autograder.examiner.idioms import AT_EXAMINER, IN_CANDIDATE, Idiom
from tests.autograder.warm.bench import (
    Bench,
    answer,
    check_cell,
    edition,
    open_bench,
    plain,
    scores,
)


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


@pytest.mark.parametrize("idiom", AT_EXAMINER, ids=lambda idiom: idiom.name)
def test_an_idiom_works_at_the_examiner(sandboxed: Bench, idiom: Idiom) -> None:
    instructor = edition(*cells(idiom, idiom.answer))
    right = sandboxed.grade(instructor)
    assert scores(right)["test"] == 2.0, right.questions[-1]
    wrong = sandboxed.grade(instructor, *cells(idiom, idiom.mistake))
    assert scores(wrong)["test"] == 0.0


@pytest.mark.parametrize("idiom", IN_CANDIDATE, ids=lambda idiom: idiom.name)
def test_an_idiom_that_needs_the_students_process_works_there_only(
    sandboxed: Bench, idiom: Idiom
) -> None:
    untagged = sandboxed.grade(edition(*cells(idiom, idiom.answer)))
    assert untagged.questions[-1].outcome in (Outcome.ERROR, Outcome.FAILED)
    instructor = edition(*cells(idiom, idiom.answer, RUN_IN_CANDIDATE))
    right = sandboxed.grade(instructor)
    assert scores(right)["test"] == 2.0, right.questions[-1]
    wrong = sandboxed.grade(instructor, *cells(idiom, idiom.mistake, RUN_IN_CANDIDATE))
    assert scores(wrong)["test"] == 0.0


def test_no_idiom_stands_there_twice() -> None:
    names = [idiom.name for idiom in AT_EXAMINER + IN_CANDIDATE]
    assert len(set(names)) == len(names) >= 60
