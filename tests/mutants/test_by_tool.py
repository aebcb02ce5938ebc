"""What survives mutation is told, and the table of explained survivors fits the solutions."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.mutants.by_tool import Explained, complaints, explanations
from tests.mutants.mutations import changed_line, mutations, plain
from tests.mutants.survival import Mutation, solutions, survives, time_limit, with_helpers

ENTRIES = [
    pytest.param(assignment, function, each, id=f"{function}-{number}")
    for assignment, functions in explanations().items()
    for function, entries in functions.items()
    for number, each in enumerate(entries)
]


@pytest.fixture(autouse=True)
def _seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADING_SEED", "20")


def entropy(change: Callable[[str], str]) -> Mutation:
    source = solutions("information_theory")["entropy"]
    answer = change(source)
    return Mutation("information_theory", "entropy", *changed_line(source, answer), answer)


@pytest.mark.parametrize(("assignment", "function", "each"), ENTRIES)
def test_explained_survivor_changes_a_line_of_the_solution(
    assignment: str, function: str, each: Explained
) -> None:
    lines = [line.strip() for line in plain(solutions(assignment)[function]).splitlines()]
    assert lines.count(each.line) == 1
    assert each.becomes != each.line
    assert len(each.why.split()) >= 5
    assert each.why.endswith(".")


@pytest.mark.parametrize(("assignment", "function", "each"), ENTRIES)
def test_explained_survivor_survives(assignment: str, function: str, each: Explained) -> None:
    answer = plain(solutions(assignment)[function]).replace(each.line, each.becomes)
    assert survives(Mutation(assignment, function, each.line, each.becomes, answer))


def test_no_survivor_is_explained_twice() -> None:
    entries = [
        (assignment, function, each.line, each.becomes)
        for assignment, functions in explanations().items()
        for function, found in functions.items()
        for each in found
    ]
    assert len(set(entries)) == len(entries)


def test_wrong_mutation_is_caught() -> None:
    assert not survives(entropy(lambda source: source.replace("return -(", "return (")))


def test_mutation_that_defines_no_function_is_caught() -> None:
    assert not survives(entropy(lambda _: "entropy = nothing_of_this_name"))


def test_mutation_that_never_ends_is_stopped() -> None:
    with pytest.raises(TimeoutError), time_limit(0.05):
        time.sleep(60)


def test_survivor_without_explanation_is_named() -> None:
    survivor = entropy(lambda source: source.replace("p[p > 0]", "p[0 < p]"))
    assert survives(survivor)
    (said,) = complaints([survivor], {}, ["information_theory"])
    assert "survives and is not explained" in said
    assert "possible = p[0 < p]" in said


def test_explanation_of_what_no_longer_survives_is_named() -> None:
    known = {"information_theory": {"entropy": [Explained("old", "new", "no reason")]}}
    (said,) = complaints([], known, ["information_theory"])
    assert "does not survive" in said
    assert complaints([], known, ["loss_functions"]) == []


def test_explained_survivor_is_no_complaint() -> None:
    survivor = entropy(lambda source: source.replace("p[p > 0]", "p[0 < p]"))
    entry = Explained(survivor.line, survivor.becomes, "the same")
    known = {"information_theory": {"entropy": [entry]}}
    assert complaints([survivor], known, ["information_theory"]) == []


def test_answer_comes_with_the_functions_it_may_call() -> None:
    mutation = Mutation("softmax_regression", "softmax_cross_entropy", "", "", "# mutated")
    sent = with_helpers(mutation)
    assert "def log_softmax" in sent
    assert "def softmax_cross_entropy" not in sent
    assert sent.endswith("# mutated")


def test_tools_change_operators_numbers_and_arguments() -> None:
    for tool in ("cosmic_ray", "mutmut"):
        pytest.importorskip(tool, reason="`make mutants` has an environment for the tools")
    found = mutations("def f(x):\n    return x.sum(axis=1) / 2  # half")
    assert "def f(x):\n    return x.sum(axis=1) * 2" in found
    assert "def f(x):\n    return x.sum(axis=1) / 3" in found
    assert "def f(x):\n    return x.sum(axis=None) / 2" in found
    assert len(set(found)) == len(found)
