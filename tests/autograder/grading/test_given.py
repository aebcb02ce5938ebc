"""Data of the instructor's that the student's code changes, and imports that are an answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.autograder.workers.bench import (
    Bench,
    answer,
    check_cell,
    open_bench,
    plain,
    scores,
    source,
)

GIVEN = plain(
    "import numpy as np\ndata = [3, 1, 2]\nwanted = np.array([1.0, 2.0])\nprices = {'a': 1}"
)
ODD = """
class Odd:
    def __hash__(self): return hash('a')
    def __eq__(self, other): return True
"""
IMPORT = source(answer("from math import sqrt"), check_cell("assert sqrt(9) == 3"))


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=True) as made:
        yield made


def earned(bench: Bench, solution: str, test: str, submitted: str) -> float | None:
    """What an answer earns that is compared with the solution's run."""
    made = source(GIVEN, answer(solution), check_cell(test))
    expected = bench.grade(made)
    assert scores(expected) == {"test": 2}
    result = bench.grade(made, GIVEN, answer(submitted), check_cell(test), solution=expected)
    return scores(result)["test"]


@pytest.mark.parametrize(
    "spoils",
    [
        "data.sort()\ns = data",
        "data[0] = 7\ns = [1, 2, 3]",
        "s = sorted(data)\ndata.clear()",
        "s = sorted(data)\ndata[0] = 3.0000001",
        "s = sorted(data)\ndata = None",
        "s = sorted(data)\ndel data",
        ODD + "s = sorted(data)\ndata.clear()\nprices.clear()\nprices[Odd()] = 1",
        "s = sorted(data)\ndel wanted\ndata.sort()",
    ],
)
def test_a_test_that_data_is_as_it_was_sees_that_it_is_not(bench: Bench, spoils: str) -> None:
    test = "assert s == [1, 2, 3] and len(wanted) == 2\nassert prices\nassert data == [3, 1, 2]"
    solution = "s = sorted(data)\nlowest = min(wanted), min(prices)"
    assert earned(bench, solution, test, spoils) == 0


def test_data_that_is_changed_without_harm_costs_nothing(bench: Bench) -> None:
    test = "assert s == sorted(data)"
    assert earned(bench, "s = sorted(data)", test, "data.sort()\ns = list(data)") == 2


def test_data_that_makes_a_wrong_answer_right_is_left_to_a_person(bench: Bench) -> None:
    test = "assert abs(p - wanted).max() < 1e-9"
    solution = "p = wanted + 0"
    assert earned(bench, solution, test, "wanted[:] = [7, 8]\np = np.array([7.0, 8.0])") is None
    assert earned(bench, solution, test, "wanted = 3\np = np.array([3.0, 3.0])") is None
    assert earned(bench, solution, test, "p = np.array([7.0, 8.0])") == 0


def test_a_function_may_spoil_it_too(bench: Bench) -> None:
    test = "assert f() == 6\nassert data == [3, 1, 2]"
    assert earned(bench, "def f(): return sum(data)", test, "def f(): return sum(data)") == 2


def test_random_data_differs_on_both_sides_and_tells_nothing(bench: Bench) -> None:
    made = source(
        plain("import numpy as np\nx = np.random.rand(3)"),
        answer("def f(): return len(x)"),
        check_cell("assert f() == len(x)"),
    )
    solution = bench.grade(made)
    assert scores(bench.grade(made, solution=solution)) == {"test": 2}


def test_who_imports_nothing_does_not_get_the_point(bench: Bench) -> None:
    assert scores(bench.grade(IMPORT)) == {"test": 2}
    for nothing in ("", "import math", "sqrt = 3"):
        result = bench.grade(IMPORT, answer(nothing), check_cell("assert sqrt(9) == 3"))
        assert scores(result) == {"test": 0}, nothing
    assert "does not define 'sqrt'" in result.questions[0].message


def test_a_function_of_ones_own_in_place_of_an_import(bench: Bench) -> None:
    own = answer("def sqrt(x): return x ** 0.5")
    assert scores(bench.grade(IMPORT, own, check_cell("assert sqrt(9) == 3"))) == {"test": 2}


def test_imports_beside_an_answer_need_not_be_the_same(bench: Bench) -> None:
    test = check_cell("assert f() == math.pi")
    made = source(answer("import math\ndef f(): return math.pi"), test)
    assert scores(bench.grade(made, answer("def f(): return 3.141592653589793"), test)) == {
        "test": 2
    }


KINDS = """
from collections import deque
class Account:
    def __init__(self, balance): self.balance, self.log, self.itself = balance, [], self
acc, accounts = Account(10), [Account(1), Account(2)]
queue = deque([1, 2, 3])
rows = ([1, 2], [3])
raw = bytearray(b"abc")
"""
KINDS_SOLVED = (
    "richer = Account(acc.balance + 5)\nlast = queue[-1]\nflat = [x for row in rows for x in row]\n"
    "both = sum(each.balance for each in accounts)\ntext = bytes(raw)"
)
KINDS_TEST = (
    "assert richer.balance == 15 and last == 3 and flat == [1, 2, 3] and both == 3\n"
    "assert text == b'abc' and raw == b'abc'\nassert acc.balance == 10 and not acc.log\n"
    "assert len(queue) == 3 and rows == ([1, 2], [3]) and accounts[0].balance == 1"
)


def earned_of(bench: Bench, setup: str, solution: str, test: str, submitted: str) -> float | None:
    made = source(plain(setup), answer(solution), check_cell(test))
    expected = bench.grade(made)
    assert scores(expected) == {"test": 2}
    cells = plain(setup), answer(submitted), check_cell(test)
    return scores(bench.grade(made, *cells, solution=expected))["test"]


@pytest.mark.parametrize(
    "spoils",
    [
        "acc.balance += 5\nricher = acc",
        "last = queue.pop()",
        "flat = rows[0]\nflat.extend(rows[1])",
        "acc.log.append(1)",
        "accounts[1].balance += accounts[0].balance\naccounts[0].balance = 0",
        "raw.clear()",
    ],
)
def test_data_of_other_kinds_is_seen_to_be_changed(bench: Bench, spoils: str) -> None:
    assert earned_of(bench, KINDS, KINDS_SOLVED, KINDS_TEST, f"{KINDS_SOLVED}\n{spoils}") == 0


def test_data_of_other_kinds_that_stays_costs_nothing(bench: Bench) -> None:
    submitted = KINDS_SOLVED.replace("queue[-1]", "list(queue).pop()")
    assert earned_of(bench, KINDS, KINDS_SOLVED, KINDS_TEST, submitted) == 2


@pytest.mark.parametrize(
    ("submitted", "points"),
    [
        ("from math import isqrt as sqrt, pi", 0),
        ("from math import sqrt, e as pi", 0),
        ("def sqrt(x): return 3\npi = 3.14", 0),
        ("from math import sqrt\npi = 3", 0),
        ("from numpy import sqrt, pi", 2),
        ("from math import *", 2),
        ("import math\nsqrt, pi = math.sqrt, math.pi", 2),
    ],
)
def test_what_is_imported_is_what_the_name_says(
    bench: Bench, submitted: str, points: float
) -> None:
    test = "assert sqrt(9) == 3 and abs(sqrt(2) - 1.41421356) < 1e-6 and abs(pi - 3.14159) < 1e-5"
    assert earned_of(bench, "", "from math import sqrt, pi", test, submitted) == points


def test_classes_are_compared_too(bench: Bench) -> None:
    test = "assert Counter('aab')['a'] == 2"
    solution = "from collections import Counter"
    wrong = (
        "class Counter:\n    def __init__(self, _): pass\n    def __getitem__(self, _): return 1"
    )
    assert earned_of(bench, "", solution, test, wrong) == 0
    assert (
        earned_of(bench, "", solution, test, "import collections\nCounter = collections.Counter")
        == 2
    )
