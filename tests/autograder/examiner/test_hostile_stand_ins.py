"""What the examiner raises or answers in an object's place, and tests that would pass by it.

In each case a test, the solution's code, and answers that deserve nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from autograder.grading.score import GRADERS_EXCEPTION
from tests.autograder.workers.bench import Bench, answer, check_cell, open_bench, scores, source


@dataclass(frozen=True)
class Case:
    """A question, its solution, and hostile answers; `honest` ones earn as much as the solution."""

    test: str
    solution: str
    hostile: tuple[str, ...]
    honest: tuple[str, ...] = ()


def raising(kind: str, use: str) -> str:
    return (
        f"import collections.abc, contextlib, copy, math, pickle\n"
        f"try:\n    {use}\nexcept {kind}:\n    pass\nelse:\n    raise AssertionError('no error')"
    )


class_ = "class V:\n    def __init__(self, x): self.x = x\n"
LAX = class_ + "".join(
    f"    def __{name}__(self, *_): return {result}\n"
    for name, result in {
        "add": "self", "lt": "True", "eq": "True", "int": "1", "floor": "1", "bool": "True",
        "divmod": "(1, 1)", "pow": "self", "index": "0", "contains": "True", "ceil": "1",
    }.items()
)  # fmt: skip
AWAITABLE = class_ + "    def __await__(self): return iter(())\n"
#: Tests that catch what the grader raises whatever the student's code does.
CAUGHT = {
    "an operator": raising("TypeError", "V(1) + 3"),
    "an operator in place": raising("TypeError", "v = V(1); v += 3"),
    "an operator with three operands": raising("TypeError", "pow(V(1), V(2), 3)"),
    "divmod": raising("TypeError", "divmod(V(1), 3)"),
    "an order": raising("TypeError", "V(1) < V(2)"),
    "an equality": raising("TypeError", "V(1) == V(2)"),
    "an int": raising("TypeError", "int(V(1))"),
    "a floor": raising("TypeError", "math.floor(V(1))"),
    "an index": raising("TypeError", "[1, 2][V(1)]"),
    "a truth value": raising("TypeError", "bool(V(1))"),
    "a pickle": raising("Exception", "pickle.dumps(V(1))"),
    "a subclass": raising("TypeError", "type('W', (), {}); exec('class W(V): pass')"),
    "an argument that cannot be passed": raising("TypeError", "V(object())"),
    "an argument that is too deep": "deep = []\nfor _ in range(500): deep = [deep]\n"
    + raising("ValueError", "V(deep)"),
}
STRICT = class_ + "    def __add__(self, other): return V(self.x + other.x)\n"
CASES = {
    "an exit is no RuntimeError": Case(
        raising("RuntimeError", "f()"),
        "def f(): raise RuntimeError('no')",
        (
            "def f(): raise SystemExit",
            "def f(): raise KeyboardInterrupt",
            "def f(): raise GeneratorExit",
            "def f(): raise StopIteration",
            "class Odd(BaseException): pass\ndef f(): raise Odd",
        ),
    ),
    "an exit is an exit": Case(
        raising("SystemExit as e", "f()") + "\n",
        "def f(): raise SystemExit(2)",
        ("def f(): raise RuntimeError('builtins.SystemExit: 2')", "def f(): return 2"),
        ("import sys\ndef f(): sys.exit()",),
    ),
    "too deep to be sent": Case(
        raising("ValueError", "f()"),
        "def f(): raise ValueError('negative')",
        ("def f():\n    deep = []\n    for _ in range(500): deep = [deep]\n    return deep",),
    ),
    "calls back and forth": Case(
        "def back(n): return f(back, n)\n" + raising("RecursionError", "f(back, 1)"),
        "def f(back, n): return f(back, n)",
        ("def f(back, n): return n if n > 60 else back(n + 1)",),
    ),
    "the end by an explicit step": Case(
        "it = f()\nassert it.__next__() == 1\n" + raising("StopIteration", "it.__next__()"),
        "def f(): return iter([1])",
        ("import itertools\ndef f(): return itertools.repeat(1)",),
    ),
    "an end that is not that of a loop": Case(
        "assert [x for x in map(f, [1, 2])] == [1, 2]",
        "def f(x): return x",
        ("def f(x): raise StopIteration",),
    ),
    "a cause": Case(
        raising("ValueError as e", "f()").replace("pass", "assert e.__cause__ is not None"),
        "def f():\n    try: {}[1]\n    except KeyError as e: raise ValueError('x') from e",
        ("def f(): raise ValueError('x')",),
    ),
    "no cause": Case(
        raising("ValueError as e", "f()").replace("pass", "assert e.__cause__ is None"),
        "def f(): raise ValueError('x')",
        ("def f():\n    try: {}[1]\n    except KeyError as e: raise ValueError('x') from e",),
    ),
    "unhashable": Case(
        raising("TypeError", "{V(1): 1}") + "\nfrom collections.abc import Hashable\n"
        "assert not isinstance(V(1), Hashable)",
        class_ + "    def __eq__(self, other): return self.x == other.x",
        (class_, class_ + "    def __hash__(self): return 1"),
    ),
    "equal objects are one in a set": Case(
        "assert len({V(1), V(1)}) == 2",
        class_,
        (
            class_ + "    def __eq__(self, other): return self.x == other.x\n"
            "    def __hash__(self): return hash(self.x)",
            class_ + "    def __hash__(self): return 5",
        ),
    ),
    "a hash by value": Case(
        "assert hash(V(1)) == hash(V(1)) != hash(V(2))\nv = V(1)\nassert {v: 3}[v] == 3",
        class_ + "    def __hash__(self): return hash(self.x)",
        (class_, class_ + "    def __hash__(self): return 1"),
        (class_ + "    def __hash__(self): return hash(str(self.x))",),
    ),
    "objects in a set that comes": Case(
        "s = f()\na, b = sorted(s, key=lambda v: v.x)\nassert len(s) == 2 and a.x == 1\n"
        "assert a in s and f.last in s",
        class_ + "def f(): f.last = V(2); return {V(1), f.last}",
        (class_ + "def f(): f.last = V(2); return {V(2), f.last}",),
        (
            class_ + "    def __hash__(self): return self.x\ndef f(): f.last = V(2); return"
            " {V(1), f.last}",
        ),
    ),
    "in place": Case(
        "a = b = V([1])\na += V([2])\nassert a is b and a.x == [1, 2]",
        class_ + "    def __iadd__(self, other): self.x = self.x + other.x; return self",
        (class_ + "    def __add__(self, other): return V(self.x + other.x)",),
    ),
    "not in place": Case(
        "a = b = V([1])\na += V([2])\nassert a is not b and a.x == [1, 2] and b.x == [1]",
        STRICT,
        (STRICT + "    def __iadd__(self, other): self.x = self.x + other.x; return self",),
    ),
    "membership of what can hold nothing": Case(
        raising("TypeError", "3 in V(1)"),
        class_,
        (LAX,),
    ),
    "membership by another loop": Case(
        "assert 2 in V([1, 2])",
        class_ + "    def __iter__(self): return iter(self.x)",
        (
            class_ + "    def __iter__(self): return iter(self.x)\n"
            "    def __contains__(self, item): return False",
        ),
    ),
    "a format": Case(
        "assert f'{V(1):>5}' == '    1' and format(V(2), '') == '2'",
        class_ + "    def __format__(self, how): return format(self.x, how)",
        (class_ + "    def __str__(self): return f'{self.x:>5}'",),
    ),
    "what it can do": Case(
        "from collections.abc import Container, Iterable, Reversible, Sized\n"
        "from contextlib import AbstractContextManager\n"
        "kinds = Sized, Container, Iterable, Reversible, AbstractContextManager\n"
        "assert [isinstance(V(1), kind) for kind in kinds] == [True, False, False, False, True]",
        class_ + "    def __len__(self): return 1\n    def __enter__(self): return self\n"
        "    def __exit__(self, *_): pass",
        (
            class_,
            class_ + "    def __len__(self): return 1",
            class_ + "    def __len__(self): return 1\n    def __contains__(self, x): return x == 1"
            "\n    def __enter__(self): pass\n    def __exit__(self, *_): pass",
        ),
    ),
    "no class at all": Case(
        "assert not isinstance(3, V) and not issubclass(int, V) and isinstance(V(1), V)",
        class_,
        ("def V(x): return x", f"{class_}W = V\ndef V(x): return W(x)"),
    ),
    "a path": Case(
        raising("TypeError", "import os; os.fspath(V(1))"),
        class_,
        (class_ + "    def __fspath__(self): return 'a'",),
    ),
    "a coroutine": Case(
        raising("TypeError", "v = V(1)\n    async def f(): await v\n    f().send(None)"),
        class_,
        (AWAITABLE,),
    ),
    "one class": Case(
        "assert type(V(1)) is type(V(2)) and type(W(1)) is not type(V(1))",
        f"{class_}class W(V): pass",
        (f"{class_}W = V", f"{class_}W = V\ndef V(x): return type('V', (W,), {{}})(x)"),
    ),
    "a copy": Case(
        "import copy\na = V([1])\nb, c = copy.copy(a), copy.deepcopy(a)\n"
        "b.x.append(2)\nassert a.x == [1, 2] and c.x == [1] and b is not a is not c\n"
        "b.x = c.x = 5\nassert a.x == [1, 2]",
        class_,
        (class_ + "    def __copy__(self): return self",),
    ),
    "special names": Case(
        "assert not hasattr(V(1), '__enter__') and not hasattr(V, '__slots__')\n"
        "assert not hasattr(V(1), '__copy__') and not hasattr(V(1), '__len__')\n"
        "assert V.__module__ == '__main__' and V.__hash__ is not None",
        class_,
        (
            class_ + "    __slots__ = ('x',)",
            class_ + "    def __copy__(self): return self",
            class_ + "    __hash__ = None",
            class_ + "    __module__ = 'autograder.examiner.proxy'",
        ),
    ),
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=True) as made:
        yield made


@pytest.mark.parametrize("test", CAUGHT.values(), ids=CAUGHT.keys())
def test_an_exception_of_the_graders_passes_no_test(bench: Bench, test: str) -> None:
    check = check_cell(test, "test")
    instructor = source(answer(STRICT), check)
    solution = bench.grade(instructor)
    assert scores(solution) == {"test": None}
    assert solution.questions[0].message == GRADERS_EXCEPTION
    for hostile in (LAX, AWAITABLE, class_):
        graded = bench.grade(instructor, answer(hostile), check, solution=solution)
        assert scores(graded) == {"test": None}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_an_object_would_do_is_not_answered_for_it(bench: Bench, case: Case) -> None:
    check = check_cell(case.test, "test")
    instructor = source(answer(case.solution), check)
    solution = bench.grade(instructor)
    assert scores(solution) == {"test": 2.0}, solution.questions
    for honest in case.honest:
        graded = bench.grade(instructor, answer(honest), check, solution=solution)
        assert scores(graded) == {"test": 2.0}, graded.questions
    for hostile in case.hostile:
        graded = bench.grade(instructor, answer(hostile), check, solution=solution)
        assert not scores(graded)["test"], (hostile, graded.questions)
