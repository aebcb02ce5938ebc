"""The visible example of a function tells the mistakes that it lists from one another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, zip_longest
from typing import Any

import numpy as np
import pytest

from course_lib import checks
from tests.assignments.test_assignments import FUNCTIONS, cells
from tests.mutants.answers import Mistake, cases
from tests.mutants.instructor_notebook import run_tests

Listed = list[tuple[tuple[Any, ...], Mapping[str, tuple[Any, ...]]]]

each_function = pytest.mark.parametrize(
    ("assignment", "function"), [(name, each) for name in FUNCTIONS for each in FUNCTIONS[name]]
)


def example(assignment: str, function: str) -> list[dict[str, Any]]:
    """The cells of an assignment, of its tests only this function's example."""
    return [
        cell
        for cell in cells(assignment)
        if not cell["metadata"]["nbgrader"]["grade"] or cell["id"] == f"{function}-example"
    ]


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> Listed:
    """What the checks of an example expect, and what each mistake gives, part by part."""
    found: Listed = []

    def noting(check: Callable[..., None], *, parts: bool) -> Callable[..., None]:
        def note(actual: Any, expected: Any, **options: Any) -> None:
            mistakes = options.get("mistakes") or {}
            found.append(
                (
                    tuple(expected) if parts else (expected,),
                    {text: tuple(wrong) if parts else (wrong,) for text, wrong in mistakes.items()},
                )
            )
            check(actual, expected, **options)

        return note

    def note_interval(actual: Any, low: Any, high: Any, **options: Any) -> None:
        between = np.mean([low, high], axis=1)
        wrong = {text: (np.asarray(ends),) for text, ends in options.get("mistakes", {}).items()}
        found.append(((between,), wrong))
        checks.judged.assert_interval(actual, low, high, **options)

    monkeypatch.setattr(checks, "assert_interval", note_interval)
    for name in ("assert_close", "assert_loss_and_gradient", "assert_index"):
        several = name == "assert_loss_and_gradient"
        monkeypatch.setattr(checks, name, noting(getattr(checks, name), parts=several))
    return found


def alike(one: Any, other: Any) -> bool:
    """Whether a result cannot be told from another, as closely as a diagnosis looks."""
    if one is None or other is None or np.shape(one) != np.shape(other):
        return False
    return bool(np.allclose(one, other, rtol=2e-7, atol=1e-12, equal_nan=True))


def confused(
    right: tuple[Any, ...], mistakes: Mapping[str, tuple[Any, ...]]
) -> Iterator[tuple[str, str]]:
    """Pairs of mistakes of which the first difference from the right results is the same."""
    for (first, one), (second, other) in combinations(mistakes.items(), 2):
        for a, b, _ in zip_longest(one, other, right):
            if a is not None or b is not None:
                if alike(a, b):
                    yield first, second
                break


@each_function
def test_every_two_listed_mistakes_give_different_results(
    assignment: str, function: str, listed: Listed
) -> None:
    run_tests(example(assignment, function), {})
    assert listed
    assert [pair for right, wrong in listed for pair in confused(right, wrong)] == []


@each_function
def test_no_listed_mistake_gives_the_right_result(
    assignment: str, function: str, listed: Listed
) -> None:
    run_tests(example(assignment, function), {})
    unseen = [
        text
        for right, mistakes in listed
        for text, wrong in mistakes.items()
        if all(part is None or alike(part, it) for part, it in zip(wrong, right, strict=True))
    ]
    assert unseen == []


@each_function
def test_no_mistake_is_called_by_the_name_of_another(
    assignment: str, function: str, listed: Listed
) -> None:
    run_tests(example(assignment, function), {})
    names = {text for _, mistakes in listed for text in mistakes}
    wrongly = {}
    for case in cases(assignment):
        if case.function == function and isinstance(case.expected, Mistake):
            outcome = run_tests(example(assignment, function), {function: case.source})
            failure = outcome[f"{function}-example"]
            said = " ".join(str(getattr(failure, "student_feedback", "")).split())
            other = [name for name in names if said.endswith(f" {name}")]
            if other and case.expected.says not in said:
                wrongly[case.name] = said
    assert wrongly == {}
