"""What a test and the student's code share, and answers that would deceive it.

In each case a test, the solution's code, and answers that deserve nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from autograder.grading.score import CHANGED_UNSEEN, GRADERS_EXCEPTION
from tests.autograder.workers.bench import Bench, answer, check_cell, open_bench, scores, source


@dataclass(frozen=True)
class Case:
    """A question, its solution, and answers that are wrong."""

    test: str
    solution: str
    hostile: tuple[str, ...]


BAG = "import numpy as np\nclass Bag:\n"
TOTAL = f"{BAG}    def total(self): return self.a.sum()\n"
#: Makes a candidate's messages say that it holds nothing, or everything, whatever the truth.
LIES = "import sys\nmemo = sys.modules['autograder.wire.memo'].Memo\n"
HOLDS_ALL = f"{LIES}memo.release = lambda self: []\n"
#: Has every message bring new contents for everything that has crossed.
CHANGES_ALL = (
    "import sys\nConversation = sys.modules['autograder.wire.conversation'].Conversation\n"
    "memo = sys.modules['autograder.wire.memo'].Memo\nmemo.release = lambda self: []\n"
    "def changes(self, encoder, strictly_from):\n"
    "    found = []\n"
    "    for number, entry in list(self._memo._entries.items()):\n"
    "        if isinstance(entry.value, list): found.append((number, ['l', 1, 2, 3]))\n"
    "    return found, []\n"
    "Conversation._changes = changes\n"
)
CASES = {
    "the caller's list is kept": Case(
        "given = [1]\nb = Bag(given)\ngiven.append(2)\nassert b.items == [1]",
        f"{BAG}    def __init__(self, items): self.items = list(items)",
        (f"{BAG}    def __init__(self, items): self.items = items",),
    ),
    "the caller's nested dict is kept": Case(
        "given = {'a': {'b': [1]}}\nb = Bag(given)\ngiven['a']['b'].append(2)\n"
        "assert b.items == {'a': {'b': [1]}}",
        f"{BAG}    def __init__(self, items):\n        import copy\n"
        "        self.items = copy.deepcopy(items)",
        (
            f"{BAG}    def __init__(self, items): self.items = items",
            f"{BAG}    def __init__(self, items): self.items = dict(items)",
        ),
    ),
    "the caller's array is kept": Case(
        "import numpy as np\ngiven = np.zeros(3)\nb = Bag(given)\ngiven[0] = 1\n"
        "assert b.total() == 0",
        f"{TOTAL}    def __init__(self, a): self.a = a.copy()",
        (
            f"{TOTAL}    def __init__(self, a): self.a = a",
            f"{TOTAL}    def __init__(self, a): self.a = a[:]",
            f"{TOTAL}    def __init__(self, a): self.a = np.asarray(a)",
        ),
    ),
    "the caller's array is changed later": Case(
        "import numpy as np\ngiven = np.ones(3)\nb = Bag(given)\nb.scale()\n"
        "assert given.tolist() == [1, 1, 1]",
        f"{BAG}    def __init__(self, a): self.a = a.copy()\n    def scale(self): self.a *= 2",
        (
            f"{BAG}    def __init__(self, a): self.a = a\n    def scale(self): self.a *= 2",
            f"{BAG}    def __init__(self, a): self.a = a[1:]\n    def scale(self): self.a *= 2",
        ),
    ),
    "what a getter gives is the object's own": Case(
        "b = Bag()\ngot = b.get()\ngot.append(3)\nassert b.get() == [1] and got is not b.get()",
        f"{BAG}    items = [1]\n    def get(self): return list(self.items)",
        (
            f"{BAG}    items = [1]\n    def get(self): return self.items",
            f"{BAG}    items = [1]\n    def get(self, memo=[1]): return memo",
        ),
    ),
    "a default value is shared": Case(
        "a, b = collect(1), collect(2)\nassert a == [1] and b == [2]",
        "def collect(x, into=None):\n    into = [] if into is None else into\n"
        "    into.append(x)\n    return into",
        ("def collect(x, into=[]):\n    into.append(x)\n    return into",),
    ),
    "a class attribute is shared": Case(
        "a, b = Bag(), Bag()\na.items.append(1)\nassert b.items == [] and a.items == [1]",
        f"{BAG}    def __init__(self): self.items = []",
        (f"{BAG}    items = []",),
    ),
    "rows of a table are one list": Case(
        "t = table(2)\nt[0][0] = 1\nassert t == [[1, 0], [0, 0]]\nagain = table(2)\n"
        "assert again == [[0, 0], [0, 0]] and t == [[1, 0], [0, 0]]",
        "def table(n): return [[0] * n for _ in range(n)]",
        (
            "def table(n): return [[0] * n] * n",
            "def table(n, made={}):\n    return made.setdefault(n, [[0] * n for _ in range(n)])",
        ),
    ),
    "a result is a view of what was passed earlier": Case(
        "import numpy as np\nx = np.arange(4.0)\nb = Bag(x)\nfirst = b.first(2)\nfirst[:] = 9\n"
        "assert x.tolist() == [0, 1, 2, 3]",
        f"{BAG}    def __init__(self, x): self.x = x\n"
        "    def first(self, n): return self.x[:n].copy()",
        (f"{BAG}    def __init__(self, x): self.x = x\n    def first(self, n): return self.x[:n]",),
    ),
    "a list of the test's own, which never crossed": Case(
        "want = [1, 2, 4]\ngot = f([5, 6])\nmore = f([7])\nassert got == [5, 6] and want[2] == 4\n"
        "assert f(list(want)) == want",
        "def f(x): return list(x)",
        (f"{CHANGES_ALL}def f(x): return [1, 2, 3]",),
    ),
    "what is claimed to be held": Case(
        "for i in range(50):\n    assert f([i]) == [2 * i]",
        "def f(x): return [2 * each for each in x]",
        (f"{HOLDS_ALL}def f(x): return [0]",),
    ),
}
#: Tests whose changes cannot be told, though the answer is right.
UNTOLD = {
    "an object of the test's": (
        "b = Bag([1])\ngot = b.items\ngot.append(object())\nassert b.size() >= 1"
    ),
    "a view of the other's": (
        "import numpy as np\nb = Bag(np.zeros(3))\nlast, all_ = b.last(), b.whole()\n"
        "last[0] = 5\nassert all_[2] == 0"
    ),
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=True) as made:
        yield made


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_shared_in_one_process_is_shared_here(bench: Bench, case: Case) -> None:
    check = check_cell(case.test, "test")
    instructor = source(answer(case.solution), check)
    solution = bench.grade(instructor)
    assert scores(solution) == {"test": 2.0}, solution.questions
    for hostile in case.hostile:
        graded = bench.grade(instructor, answer(hostile), check, solution=solution)
        assert scores(graded) == {"test": 0.0}, (hostile, graded.questions)


@pytest.mark.parametrize("test", UNTOLD.values(), ids=UNTOLD.keys())
def test_a_change_that_cannot_be_told_is_for_a_person(bench: Bench, test: str) -> None:
    right = (
        f"{BAG}    def __init__(self, items): self.items = items\n"
        "    def size(self): return len(self.items)\n"
        "    def last(self): return self.items[2:]\n"
        "    def whole(self): return self.items.view()"
    )
    graded = bench.grade(source(answer(right), check_cell(test, "test")))
    assert scores(graded) == {"test": None}
    assert graded.questions[0].message in (CHANGED_UNSEEN, GRADERS_EXCEPTION)
