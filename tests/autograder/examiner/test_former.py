"""Data that the student's code changes, and the solution's does not, is itself in the next test."""

from __future__ import annotations

import pytest

from tests.autograder.workers.bench import Bench, answer, check_cell, plain, scores, source

SETUP = """\
import collections
import numpy as np
import pandas as pd
class Shop:
    prices = [1.0, 2.0]
    nested = {"a": [1.0, 2.0]}
heights = np.array([1.0, 2.0])
objects = np.array([1, "a"], dtype=object)
numbers = [1.0, 2.0]
names = {"a": 1.0, "b": 2.0}
chosen = {1.0, 2.0}
queue = collections.deque([1.0, 2.0])
counted = collections.Counter("ab")
in_order = collections.OrderedDict(a=1.0, b=2.0)
data = bytearray(b"ab")
frame = pd.DataFrame({"a": [1.0, 2.0]})
series = pd.Series([1.0, 2.0])
"""
SPOILS = {
    "heights": "v[:] = 0.0",
    "heights[:1]": "v[:] = 0.0",
    "objects": "v[0] = 5",
    "numbers": "v.clear()",
    "names": "v['c'] = 3.0",
    "chosen": "v.add(3.0)",
    "queue": "v.pop()",
    "counted": "v.update('a')",
    "in_order": "v.move_to_end('a')",
    "data": "v[0] = 99",
    "frame": "v['a'] = 0.0",
    "series": "v[:] = 0.0",
    "Shop.prices": "v.append(3.0)",
    "Shop.nested": "v['a'][0] = 5.0",
}
CELLS = plain(SETUP), plain("former = repr([heights, objects, numbers, names, chosen, queue, "
                            "counted, in_order, data, frame, series, vars(Shop)])")  # fmt: skip
IS_AS_BEFORE = (
    "assert repr([heights, objects, numbers, names, chosen, queue, counted, in_order, data, frame, "
    "series, vars(Shop)]) == former, 'something is not as it was'\nassert f([0]) is None"
)


@pytest.mark.parametrize("argument", SPOILS)
def test_what_only_the_student_changes_is_put_back(bench: Bench, argument: str) -> None:
    tests = check_cell(f"f({argument})", "first"), check_cell(IS_AS_BEFORE, "second")
    instructor = source(*CELLS, answer("def f(v): pass"), *tests)
    solution = bench.grade(instructor)
    spoils = answer(f"def f(v):\n    if not (type(v) is list and v == [0]): {SPOILS[argument]}")
    result = bench.grade(instructor, *CELLS, spoils, *tests, solution=solution)
    assert scores(result)["second"] == scores(solution)["second"], result.questions


def test_within_the_test_it_is_as_the_student_has_made_it(bench: Bench) -> None:
    test = check_cell("f(numbers)\nassert numbers == [1.0, 2.0]", "test")
    instructor = source(*CELLS, answer("def f(v): pass"), test)
    solution = bench.grade(instructor)
    spoils = answer("def f(v): v.clear()")
    assert scores(bench.grade(instructor, *CELLS, spoils, test, solution=solution)) == {"test": 0.0}


@pytest.mark.parametrize(
    "mine", ["v.sort()", "v[:] = sorted(v)", "a = v[0]; v[0] = v[1]; v[1] = a"]
)
def test_what_the_solution_changes_stays_changed(bench: Bench, mine: str) -> None:
    tests = (
        check_cell("numbers.reverse()\nf(numbers)", "first"),
        check_cell("assert numbers == [1.0, 2.0]", "second"),
    )
    instructor = source(*CELLS, answer("def f(v): v.sort()"), *tests)
    solution = bench.grade(instructor)
    result = bench.grade(instructor, *CELLS, answer(f"def f(v): {mine}"), *tests, solution=solution)
    assert scores(result) == scores(solution), result.questions
