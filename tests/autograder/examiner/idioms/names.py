"""Tests of names: globals, helpers, cells that depend on each other."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import IMPORT, SQUARES, Idiom

AT_EXAMINER = [
    Idiom(
        "nbgrader's: a helper deleted and restored",
        SQUARES + "def sum_of_squares(n): return sum(squares(n))",
        SQUARES + "def sum_of_squares(n): return sum(i ** 2 for i in range(1, n + 1))",
        "tmp = squares\ndel squares\ntry:\n    sum_of_squares(1)\nexcept NameError:\n    pass\n"
        "else:\n    raise AssertionError('sum_of_squares does not use squares')\n"
        "finally:\n    squares = tmp",
    ),
    Idiom(
        "a helper replaced by a counting one",
        SQUARES + "def total(n): return sum(squares(n))",
        SQUARES + "def total(n): return sum(squares(n)) + 0 * sum(squares(n))",
        "calls = []\noriginal = squares\n"
        "def squares(n):\n    calls.append(n)\n    return [100]\n"
        "assert total(4) == 100 and calls == [4]\nsquares = original",
    ),
    Idiom(
        "a global parameter set by the test",
        "rate = 2\ndef f(x): return rate * x",
        "rate = 2\ndef f(x): return 2 * x",
        "rate = 5\nassert f(3) == 15",
    ),
    Idiom(
        "an instructor's helper deleted and restored",
        "def f(x): return helper(x) + 1",
        "def f(x): return x + 2",
        "assert f(1) == 3\nsaved = helper\ndel helper\ntry:\n    f(1)\nexcept NameError:\n"
        "    pass\nelse:\n    raise AssertionError('f does not use helper')\n"
        "finally:\n    helper = saved\nassert f(1) == 3",
        setup="def helper(x): return x + 1",
    ),
    Idiom(
        "an instructor's helper replaced by a counting one",
        "def f(x): return helper(x) + 1",
        "def f(x): return helper(x) + 1 + 0 * helper(x)",
        "calls = []\noriginal = helper\n"
        "def helper(x):\n    calls.append(x)\n    return original(x)\n"
        "assert f(1) == 3 and calls == [1]\nhelper = original",
        setup="def helper(x): return x + 1",
    ),
    Idiom(
        "an instructor's parameter set by the test",
        "def f(x): return rate * x",
        "def f(x): return 2 * x",
        "assert f(3) == 6\nrate = 5\nassert f(3) == 15\nrate = 2\nassert f(3) == 6",
        setup="rate = 2",
    ),
    Idiom(
        "an instructor's parameter set by a function of the test",
        "def f(x): return rate * x",
        "def f(x): return 2 * x",
        "def with_rate(number):\n    global rate\n    rate = number\n    return f(3)\n"
        "assert [with_rate(1), with_rate(4)] == [3, 12]",
        setup="rate = 2",
    ),
    Idiom(
        "mock.patch of an instructor's helper",
        "def f(x): return helper(x) + 1",
        "def f(x): return x + 2",
        "from unittest import mock\nwith mock.patch('__main__.helper', lambda x: 10):\n"
        "    assert f(1) == 11\nassert f(1) == 3",
        setup="def helper(x): return x + 1",
    ),
    Idiom(
        "a helper of an earlier test",
        "def f(x): return 2 * x",
        "def f(x): return x",
        "check(3, 6)",
        earlier="def check(x, expected):\n    assert f(x) == expected",
    ),
    Idiom(
        "data of an earlier test",
        "def f(x): return max(x)",
        "def f(x): return x[0]",
        "assert f(cases) == 9",
        earlier="cases = [3, 9, 4]",
    ),
    Idiom(
        "data of an instructor's cell on both sides",
        "def f(): return sum(data)",
        "def f(): return len(data)",
        "assert f() == sum(data)",
        setup="data = [1, 2, 4]",
    ),
    Idiom(
        "an instructor's cell that uses the answer",
        "def f(x): return x + 1",
        "def f(x): return x",
        "assert result == 11",
        setup="result = f(10)",
    ),
    Idiom(
        "imports of the answer cell",
        "import math\ndef f(x): return math.sqrt(x)",
        "import math\ndef f(x): return x",
        "assert f(2) == math.sqrt(2)",
    ),
    Idiom(
        "mock.patch of a helper",
        SQUARES + "def total(n): return sum(squares(n))",
        SQUARES + "def total(n): return 14",
        "from unittest import mock\nwith mock.patch('__main__.squares', return_value=[5]):\n"
        "    assert total(3) == 5",
    ),
    Idiom(
        "an answer used in the body of a class",
        "def f(x): return x + 1",
        "def f(x): return x",
        "class Cases:\n    value = f(1)\nassert Cases.value == 2",
    ),
    Idiom(
        "a name in globals()",
        "answer = 42",
        "other = 42",
        "assert 'answer' in globals() and globals()['answer'] == 42",
    ),
    Idiom(
        "globals().get",
        "answer = 42",
        "answer = 41",
        "assert globals().get('answer') == 42",
    ),
    Idiom(
        "a name in dir()",
        "answer = 42",
        "other = 42",
        "assert 'answer' in dir()",
    ),
    Idiom(
        "a name in locals() or vars()",
        "answer = 42",
        "other = 42",
        "assert 'answer' in vars() and 'answer' in locals()",
    ),
    Idiom(
        "get_ipython().user_ns",
        "answer = 42",
        "answer = 41",
        "assert get_ipython().user_ns['answer'] == 42",
    ),
    Idiom(
        "get_ipython().ev",
        "def f(x): return x+1",
        "def f(x): return x",
        "assert get_ipython().ev('f(1)') == 2",
    ),
    Idiom(
        "eval",
        "def f(x): return x+1",
        "def f(x): return x",
        "assert eval('f(1)') == 2",
    ),
    Idiom(
        "exec",
        "def f(x): return x+1",
        "def f(x): return x",
        ("exec('y = f(1)')\nassert y == 2"),
    ),
    Idiom(
        "import __main__",
        "def f(x): return x+1",
        "def f(x): return x",
        ("import __main__\nassert __main__.f(1) == 2"),
    ),
    Idiom(
        "hasattr of __main__",
        "answer = 1",
        "other = 1",
        ("import sys\nassert hasattr(sys.modules['__main__'], 'answer')"),
    ),
    Idiom(
        "mock.patch.object of __main__",
        SQUARES + "def total(n): return sum(squares(n))",
        SQUARES + "def total(n): return 14",
        (
            "import __main__\n"
            "from unittest import mock\n"
            "with mock.patch.object(__main__, 'squares', return_value=[5]):\n"
            "    assert total(3) == 5"
        ),
    ),
    Idiom(
        "mock.patch.dict of globals()",
        ("rate = 2\ndef f(x): return rate * x"),
        "def f(x): return 2*x",
        (
            "from unittest import mock\n"
            "with mock.patch.dict(globals(), rate=5):\n"
            "    assert f(1) == 5"
        ),
    ),
    Idiom(
        "globals() assigned to",
        ("rate = 2\ndef f(x): return rate * x"),
        "def f(x): return 2 * x",
        ("globals()['rate'] = 5\nassert f(1) == 5"),
    ),
    Idiom(
        "a parameter increased by the test",
        ("rate = 2\ndef f(): return rate"),
        ("rate = 2\ndef f(): return 2"),
        ("rate += 1\nassert f() == 3"),
    ),
    Idiom(
        "a counter that the answer changes",
        ("counter = 0\ndef inc():\n    global counter\n    counter += 1"),
        ("counter = 0\ndef inc(): pass"),
        ("before = counter\ninc()\nassert counter == before + 1"),
    ),
    Idiom(
        "a variable deleted by the test",
        "x = 3",
        "x = 4",
        ("y = x\ndel y\nassert x == 3"),
    ),
    Idiom(
        "an answer in the body of a test case",
        ("def f(x): return x + 1\ncases = [(1, 2)]"),
        ("def f(x): return x\ncases = [(1, 2)]"),
        (
            "import unittest\n"
            "class T(unittest.TestCase):\n"
            "    table = [(f(a), b) for a, b in cases]\n"
            "    got = f(1)\n"
            "    def test(self):\n"
            "        self.assertEqual(self.got, 2)\n"
            "program = unittest.main(argv=[''], exit=False, verbosity=0, defaultTest='T')\n"
            "assert program.result.wasSuccessful()"
        ),
    ),
    Idiom(
        "an answer cell under %%time",
        ("%%time\ndef f(x): return x + 1"),
        ("%%time\ndef f(x): return x"),
        "assert f(1) == 2",
    ),
    Idiom(
        "an answer cell under %%capture",
        ("%%capture\nx = 3\nprint(x)"),
        ("%%capture\nx = 4"),
        "assert x == 3",
    ),
    Idiom(
        "an answer under %time",
        "%time x = 3",
        "%time x = 4",
        "assert x == 3",
    ),
    Idiom(
        "a library that may be missing",
        "def f(): return 1",
        "def f(): return 2",
        (
            "try:\n"
            "    import pandas as pd\n"
            "except ImportError:\n"
            "    pd = None\n"
            "assert f() == 1 and (pd is None or not isinstance(f(), pd.DataFrame))"
        ),
    ),
    Idiom(
        "a student's list changed by the test",
        ("items = []\ndef count(): return len(items)"),
        ("items = []\ndef count(): return 0"),
        ("items.append(3)\nassert count() == 1"),
    ),
    Idiom(
        "a student's array changed by the test",
        IMPORT + ("w = np.zeros(2)\ndef s(): return w.sum()"),
        IMPORT + ("w = np.zeros(2)\ndef s(): return 0"),
        ("w[0] = 3\nassert s() == 3"),
    ),
    Idiom(
        "a list that the answer keeps",
        "class Bag:\n    def __init__(self, items): self.items = list(items)",
        "class Bag:\n    def __init__(self, items): self.items = items",
        "given = [1]\nb = Bag(given)\ngiven.append(2)\nassert b.items == [1]",
    ),
    Idiom(
        "a list that the answer shares",
        "class Log:\n    def __init__(self, lines): self.lines = lines\n"
        "    def write(self, line): self.lines.append(line)",
        "class Log:\n    def __init__(self, lines): self.lines = list(lines)\n"
        "    def write(self, line): self.lines.append(line)",
        "lines = []\nlog = Log(lines)\nlog.write('a')\nassert lines == ['a']",
    ),
    Idiom(
        "a list that a property gives out",
        "class Bag:\n    _items = [1]\n    @property\n"
        "    def items(self): return list(self._items)",
        "class Bag:\n    _items = [1]\n    @property\n    def items(self): return self._items",
        "b = Bag()\nb.items.append(3)\nassert b.items == [1]",
    ),
    Idiom(
        "the same object in two reads of a name",
        IMPORT + "x = np.arange(3)\npair = [0, x]\nrow = x",
        IMPORT + "x = np.arange(3)\npair = [0, x]\nrow = x.copy()",
        "assert pair == [0, x] and row is x",
    ),
    Idiom(
        "a generator that yields one list",
        "def rows():\n    for i in range(3): yield [i]",
        "def rows():\n    row = []\n    for i in range(3):\n"
        "        row[:] = [i]\n        yield row",
        "assert list(rows()) == [[0], [1], [2]]",
    ),
    Idiom(
        "arguments of a callback that are kept",
        "def walk(visit):\n    for i in range(3): visit([i])",
        "def walk(visit):\n    at = []\n    for i in range(3):\n"
        "        at[:] = [i]\n        visit(at)",
        "seen = []\nwalk(seen.append)\nassert seen == [[0], [1], [2]]",
    ),
]

IN_CANDIDATE: list[Idiom] = []
