"""Indices and arrays of pandas that are changed in place, which cannot be told the other side."""

from __future__ import annotations

import pytest

from tests.autograder.workers.bench import Bench, answer, check_cell, plain, scores, source

SETUP = plain("import pandas as pd")
CASES = {
    "an array": (
        "def f(a): return a.fillna(0)",
        "a = pd.array([1, None])\nassert f(a).isna().sum() == 0\nassert a.isna().sum() == 1",
        "def f(a):\n    a[a.isna()] = 0\n    return a",
    ),
    "the name of an index": (
        "def f(index): return index.rename('k')",
        "i = pd.Index([1, 2])\nassert f(i).name == 'k'\nassert i.name is None",
        "def f(index):\n    index.name = 'k'\n    return index",
    ),
    "one of the student's": (
        "x = pd.array([1, None])\ndef f(): return x\ndef g(): return x.fillna(0)",
        "a = f()\nassert g().isna().sum() == 0\nassert a.isna().sum() == 1",
        "x = pd.array([1, None])\ndef f(): return x\ndef g():\n    x[:] = 0\n    return x",
    ),
}


@pytest.mark.parametrize(("solution", "test", "submitted"), CASES.values(), ids=CASES.keys())
def test_it_is_left_to_a_person(bench: Bench, solution: str, test: str, submitted: str) -> None:
    check = check_cell(test, "t", 1)
    instructor = source(SETUP, answer(solution), check)
    expected = bench.grade(instructor)
    assert scores(expected) == {"t": 1.0}, [each.detail for each in expected.questions]
    result = bench.grade(instructor, SETUP, answer(submitted), check, solution=expected)
    assert scores(result)["t"] in (None, 0.0)


def test_it_is_the_same_object_when_it_comes_back(bench: Bench) -> None:
    check = check_cell("i = pd.Index([1, 2])\nassert f(i) is i and list(f(i)) == [1, 2]", "t", 1)
    instructor = source(SETUP, answer("def f(index): return index"), check)
    assert scores(bench.grade(instructor)) == {"t": 1.0}
