"""An examiner and a candidate for each test, in processes of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.autograder.workers.bench import (
    Bench,
    Stage,
    answer,
    check_cell,
    open_bench,
    open_stage,
    source,
)

NAMES_STUDENTS_DEFINE = source(answer("f = g = h = Thing = data = total = None"), check_cell("0"))


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=False) as bench:
        yield bench


@pytest.fixture
def stage(bench: Bench) -> Iterator[Stage]:
    """The student names here are f, g, h, Thing, data and total."""
    with open_stage(bench, NAMES_STUDENTS_DEFINE) as stage:
        yield stage
