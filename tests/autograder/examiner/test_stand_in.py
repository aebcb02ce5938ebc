"""All items of what can be iterated over, or a person decides."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from autograder.examiner import stand_in
from autograder.examiner.places import Places
from autograder.examiner.proxy import Proxy, proxy_type
from autograder.examiner.stand_in import StandIn
from autograder.grading.score import TOO_LONG
from autograder.results import Outcome
from tests.autograder.workers.bench import Bench, answer, check_cell, open_bench, source


def items_of(count: int) -> tuple[list[Any], Places]:
    """What a test gets of an object that gives so many items, one by one."""
    places = Places({"f()": ["a list"]})
    numbers = iter(range(count))

    def request(op: str, *operands: Any) -> Any:
        return list(islice(numbers, operands[1])) if op == "take" else iterator

    proxy, iterator = (
        proxy_type(False, True, is_iterator)(request, lambda *_: TypeError(), number, "x")  # type: ignore[arg-type]
        for number, is_iterator in enumerate((False, True))
    )
    assert isinstance(iterator, Proxy)
    found = StandIn("f()", ("a list",), type(proxy)).perform("iter", (proxy,), places, request)
    return list(found), places


def test_all_items_are_read() -> None:
    items, places = items_of(150_000)
    assert len(items) == 150_000
    assert not places.cut


def test_too_many_items_are_not_cut_but_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stand_in, "_MAX_ITEMS", 10)
    assert items_of(10)[0] == [*range(10)]
    with pytest.raises(ValueError, match=r"f\(\) gave more than 10 items"):
        items_of(11)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=False) as made:
        yield made


PRINTS = "def f(n): print('x' * n)"
READS = (
    "import io, contextlib\nwith contextlib.redirect_stdout(io.StringIO()) as out: f({n})\n"
    "assert out.getvalue().strip('x') == '\\n'"
)


def test_a_person_decides_about_printed_text_that_is_too_long(bench: Bench) -> None:
    [graded] = bench.grade(source(answer(PRINTS), check_cell(READS.format(n=200_000)))).questions
    assert (graded.outcome, graded.message) == (Outcome.GRADER_ERROR, TOO_LONG)


@pytest.mark.parametrize("test", [READS.format(n=20_000), "f(200_000)"])
def test_what_no_test_reads_may_be_as_long_as_it_is(bench: Bench, test: str) -> None:
    [graded] = bench.grade(source(answer(PRINTS), check_cell(test))).questions
    assert graded.outcome is Outcome.PASSED
