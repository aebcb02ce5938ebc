"""Classes of the student's that inherit from built-in ones, where the solution's do not."""

from __future__ import annotations

import pytest

from tests.autograder.workers.bench import Bench, answer, check_cell, scores, source

STACK = """
class Stack:
    def __init__(self): self.items = []
    def push(self, x): self.items.append(x)
    def pop(self): return self.items.pop()
    def __len__(self): return len(self.items)
def made():
    s = Stack()
    s.push(1)
    return {"it": [s]}
"""
USED = """
s = Stack()
s.push(1); s.push(2)
assert len(s) == 2 and s.pop() == 2 and len(s) == 1
assert made()["it"][0].pop() == 1
t = s
t.push(7)
assert s.pop() == 7
"""
INHERITING = {
    "a list": "class Stack(list):\n    def push(self, x): self.append(x)",
    "a dict": "class Stack(dict):\n    def push(self, x): self[len(self)] = x\n"
    "    def pop(self): return self.popitem()[1]",
    "a deque": "from collections import deque\nclass Stack(deque):\n    push = deque.append",
    "a set": "class Stack(set):\n"
    "    def push(self, x):\n"
    "        self.add(x)\n"
    "        self.__dict__.setdefault('order', []).append(x)\n"
    "    def pop(self):\n        x = self.order.pop()\n        self.discard(x)\n        return x",
    "an array": "import numpy as np\nclass Stack(np.ndarray):\n"
    "    def __new__(cls):\n"
    "        new = np.zeros(0).view(cls)\n        new.items = []\n        return new\n"
    "    def push(self, x): self.items.append(x)\n"
    "    def pop(self): return self.items.pop()\n"
    "    def __len__(self): return len(self.items)",
    "a text": "class Stack(str):\n"
    "    def __init__(self): self.items = []\n"
    "    def push(self, x): self.items.append(x)\n"
    "    def pop(self): return self.items.pop()\n"
    "    def __len__(self): return len(self.items)",
}
MADE = "\ndef made():\n    s = Stack()\n    s.push(1)\n    return {'it': [s]}"


def graded(
    bench: Bench, solution: str, test: str, submitted: str, *, deserves: float | None = 2.0
) -> None:
    instructor = source(answer(solution), check_cell(test, "t", 2))
    expected = bench.grade(instructor)
    assert scores(expected) == {"t": 2.0}
    result = bench.grade(instructor, answer(submitted), check_cell(test, "t", 2), solution=expected)
    assert scores(result) == {"t": deserves}, [each.detail for each in result.questions]


@pytest.mark.parametrize("submitted", INHERITING.values(), ids=INHERITING.keys())
def test_an_object_may_be_of_a_class_that_inherits(bench: Bench, submitted: str) -> None:
    graded(bench, STACK, USED, submitted + MADE)


VALUES = {
    "a float": (
        (
            "class Temp:\n    def __init__(self, c): self.c = c\n"
            "    def kelvin(self): return self.c + 273.15"
        ),
        "assert Temp(1.0).kelvin() == 274.15",
        "class Temp(float):\n    def kelvin(self): return self + 273.15",
    ),
    "a namedtuple": (
        (
            "class Vec:\n    def __init__(self, x, y): self.x, self.y = x, y\n"
            "    def norm(self): return (self.x**2 + self.y**2) ** 0.5"
        ),
        "v = Vec(3, 4)\nassert v.norm() == 5 and v.x == 3",
        (
            "from typing import NamedTuple\nclass Vec(NamedTuple):\n    x: int\n    y: int\n"
            "    def norm(self): return (self.x**2 + self.y**2) ** 0.5"
        ),
    ),
    "an enumeration": (
        "from enum import Enum\nclass Suit(Enum):\n    A = 1\n    B = 2",
        "assert Suit.A.name == 'A' and Suit(2).value == 2 and Suit.B is Suit(2)",
        "from enum import IntEnum\nclass Suit(IntEnum):\n    A = 1\n    B = 2",
    ),
    "nodes": (
        "class Node:\n    def __init__(self, v, n=None): self.value, self.next = v, n",
        "n = Node(1, Node(2))\nassert n.next.value == 2 and n.next.next is None",
        "class Node(list):\n    def __init__(self, v, n=None): self.value, self.next = v, n",
    ),
}


@pytest.mark.parametrize(("solution", "test", "submitted"), VALUES.values(), ids=VALUES.keys())
def test_its_methods_and_attributes_are_there(
    bench: Bench, solution: str, test: str, submitted: str
) -> None:
    graded(bench, solution, test, submitted)


DATA = {
    "a list": ("def f(): return [1, 2]", "assert f() == [1, 2] and type(f()) is list", "list"),
    "a set of tuples": ("def f(): return {(1, 2)}", "assert f() == {(1, 2)}", "tuple"),
    "keys": ("def f(): return {'a': 1}", "assert f() == {'a': 1} and f()['a'] == 1", "str"),
}


@pytest.mark.parametrize(("solution", "test", "kind"), DATA.values(), ids=DATA.keys())
def test_where_the_solution_gave_plain_data_it_is_plain_data(
    bench: Bench, solution: str, test: str, kind: str
) -> None:
    own = {"list": "Own([1, 2])", "tuple": "{Own((1, 2))}", "str": "{Own('a'): 1}"}[kind]
    graded(bench, solution, test, f"class Own({kind}): pass\ndef f(): return {own}")


def test_what_it_says_of_itself_is_not_asked_where_data_was_given(bench: Bench) -> None:
    liar = "class Own(list):\n    def __eq__(self, other): return True\ndef f(): return Own([9])"
    graded(bench, "def f(): return [1]", "assert f() == [1]", liar, deserves=0.0)


def test_it_is_changed_in_place_where_data_was_given(bench: Bench) -> None:
    submitted = "class Own(list): pass\nx = Own([1])\ndef f(): x.append(2)\ndef g(): return x"
    solution = "x = [1]\ndef f(): x.append(2)\ndef g(): return x"
    graded(bench, solution, "y = g()\nf()\nassert y == [1, 2] and g() is y", submitted)
