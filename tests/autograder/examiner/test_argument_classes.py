"""What a test passes keeps its class where the student's process has that class as well."""

from __future__ import annotations

import pytest

from tests.autograder.workers.bench import Bench, answer, check_cell, plain, scores, source

CLASSES = """
import enum, time
from collections import OrderedDict, defaultdict, namedtuple
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlparse
import numpy as np
Point = namedtuple("Point", "x y")
class Vec(NamedTuple):
    x: float
    y: float
    def norm(self): return (self.x**2 + self.y**2) ** 0.5
class Named(namedtuple("Named", "name age")):
    def greet(self): return "Hi " + self.name
class Color(enum.IntEnum):
    RED = 1
    BLUE = 2
class Mode(enum.StrEnum):
    FAST = "fast"
class Can(enum.IntFlag):
    READ = 1
    WRITE = 2
class Grid(list):
    def __init__(self, rows, wide):
        super().__init__(rows)
        self.wide = wide
    def corner(self): return self[0][0]
class Temp(float):
    def kelvin(self): return self + 273.15
class Bag(dict):
    def __missing__(self, key): return 0
class Tags(set):
    def both(self, other): return self & other
"""
# The argument, and what the solution and another student make of it.
USES = {
    "a namedtuple, matched": (
        "Point(3, 4)",
        "return p[0]",
        "match p:\n        case Point(x, y): return x",
    ),
    "a namedtuple by its class": (
        "Point(3, 4)",
        "return p[0]",
        "return p.x if isinstance(p, Point) else 0",
    ),
    "a method of a namedtuple": ("Vec(3, 4)", "return (p[0]**2 + p[1]**2)**0.5", "return p.norm()"),
    "who inherits from a namedtuple": (
        "Named('Ada', 36)",
        "return 'Hi ' + p[0]",
        "return p.greet() if p.age else 0",
    ),
    "a whole enumeration": ("Color.BLUE", "return 'BLUE' if p == 2 else 'RED'", "return p.name"),
    "a member by identity": ("Color.BLUE", "return p == 2", "return p is Color.BLUE"),
    "an enumeration of texts": ("Mode.FAST", "return p == 'fast'", "return p is Mode.FAST"),
    "flags": ("Can.READ | Can.WRITE", "return bool(p & 2)", "return Can.WRITE in p"),
    "keys": ("{Color.RED: 5}", "return p[1]", "return sum(v for k, v in p.items() if k.name)"),
    "in a list": (
        "[Point(3, 4)]",
        "return p[0][1]",
        "return [q.y for q in p if type(q) is Point].pop()",
    ),
    "a list with attributes": (
        "Grid([[7]], 9)",
        "return p[0][0] + 9",
        "return p.corner() + p.wide",
    ),
    "a number": ("Temp(1.0)", "return p + 273.15", "return p.kelvin()"),
    "a dict": ("Bag(a=1)", "return p.get('b', 0) + p['a']", "return p['b'] + p['a']"),
    "a set": ("Tags({1, 2})", "return {*p} & {2}", "return set(p.both({2}))"),
    "a factory": (
        "defaultdict(lambda: 7, a=1)",
        "return p.get('b', 7) + p['a']",
        "return p['b'] + p['a']",
    ),
    "a status": ("HTTPStatus.NOT_FOUND", "return p == 404", "return p.phrase == 'Not Found'"),
    "a time": ("time.gmtime(0)", "return p[0]", "return p.tm_year"),
    "an address": ("urlparse('http://x/y')", "return p[1]", "return p.netloc"),
    "a matrix": ("np.matrix([[1, 2], [3, 4]])", "return (np.asarray(p) @ np.asarray(p))[0, 0]",
                 "return (p * p)[0, 0]"),
}  # fmt: skip


def graded(bench: Bench, setup: str, solution: str, test: str, submitted: str) -> float | None:
    check = check_cell(test, "t", 1)
    instructor = source(plain(setup), answer(solution), check)
    expected = bench.grade(instructor)
    assert scores(expected) == {"t": 1.0}, [each.detail for each in expected.questions]
    result = bench.grade(instructor, plain(setup), answer(submitted), check, solution=expected)
    return scores(result)["t"]


@pytest.mark.parametrize(("argument", "solution", "other"), USES.values(), ids=USES.keys())
def test_its_methods_and_fields_are_there(
    bench: Bench, argument: str, solution: str, other: str
) -> None:
    def function(body: str) -> str:
        return f"def f(p):\n    {body}"

    test = f"p = {argument}\nspace = {{}}\nexec({function(solution)!r}, globals(), space)\n"
    test += "assert f(p) == space['f'](p)"
    assert graded(bench, CLASSES, function(solution), test, function(other)) == 1.0


def test_it_is_changed_in_place(bench: Bench) -> None:
    solution = "def f(p, x): p.append(x)\ndef g(p): return len(p)"
    other = "def f(p, x): p.extend([x] * p.wide)\ndef g(p): return len(p)"
    test = "p = Grid([1], 1)\nf(p, 5)\nassert p == [1, 5]\np.append(6)\nassert g(p) == 3"
    test += "\nassert type(p) is Grid and p.wide == 1"
    assert graded(bench, CLASSES, solution, test, other) == 1.0


def test_changed_rows_of_a_matrix_are_seen(bench: Bench) -> None:
    solution = "def f(p): p[0] = 9"
    test = "p = np.matrix([[1, 2], [3, 4]])\nf(p)\nassert p.sum() == 25"
    assert graded(bench, CLASSES, solution, test, "def f(p): p[0, :] = 9") == 1.0
    assert graded(bench, CLASSES, solution, test, "def f(p): p[1] = 9") == 0.0


def test_a_students_namedtuple_comes_back_in_its_class(bench: Bench) -> None:
    solution = "def f(): return (3, 4)\ndef g(p): return p[0]"
    other = "class V(NamedTuple):\n    x: int\n    y: int\n    def first(self): return self.x\n"
    other += "def f(): return V(3, 4)\ndef g(p): return p.first()"
    assert graded(bench, CLASSES, solution, "assert g(f()) == 3", other) == 1.0


def test_what_only_the_test_has_is_data(bench: Bench) -> None:
    test = (
        "class Own(list): pass\nP = namedtuple('P', 'x')\nassert f(Own([1])) == 1 and f(P(1)) == 1"
    )
    solution = "def f(p): return p[0]"
    assert graded(bench, CLASSES, solution, test, "def f(p): return max(p)") == 1.0


def test_attributes_that_stay_do_not_keep_its_data(bench: Bench) -> None:
    test = "p = Grid([1], object())\nassert f(p) == 1"
    assert graded(bench, CLASSES, "def f(p): return p[0]", test, "def f(p): return max(p)") == 1.0


def test_a_class_that_the_student_has_replaced_by_another_is_not_taken(bench: Bench) -> None:
    test = "assert f(Point(3, 4)) == 3"
    other = "class Point:\n    pass\ndef f(p): return p.x"
    assert graded(bench, CLASSES, "def f(p): return p[0]", test, other) == 1.0
