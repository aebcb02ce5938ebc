"""Ways in which instructors write tests: an answer that passes each, and a mistake that does not.

``setup`` is an instructor's cell between answer and test; ``earlier`` is a test cell before it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Idiom:
    """One way to write a test."""

    name: str
    answer: str
    mistake: str
    test: str
    setup: str = ""
    earlier: str = ""


SQUARES = """\
def squares(n):
    if n < 1: raise ValueError("n must be >= 1")
    return [i ** 2 for i in range(1, n + 1)]
"""
ACCOUNT = """\
class Account:
    def __init__(self, balance=0): self.balance = balance
    def deposit(self, amount): self.balance += amount; return self
    def __len__(self): return 2
    def __eq__(self, other): return self.balance == other.balance
"""
IMPORT = "import numpy as np\n"

#: These work at the examiner.
AT_EXAMINER = [
    Idiom("equal numbers", "def f(x): return x + 1", "def f(x): return x", "assert f(1) == 2"),
    Idiom(
        "numpy.testing",
        IMPORT + "def f(x): return np.sqrt(x)",
        IMPORT + "def f(x): return np.sqrt(x) + 1e-3",
        IMPORT + "np.testing.assert_allclose(f(np.arange(5.0)) ** 2, np.arange(5.0), rtol=1e-9)",
    ),
    Idiom(
        "several cases in a loop",
        "def f(x, y=1): return x * y",
        "def f(x, y=1): return x",
        "for args, expected in [((1,), 1), ((2, 3), 6)]:\n    assert f(*args) == expected, args\n"
        "assert f(x=2, y=2) == 4",
    ),
    Idiom(
        "try, except, else",
        SQUARES,
        "def squares(n): return []",
        "try:\n    squares(0)\nexcept ValueError:\n    pass\nelse:\n"
        "    raise AssertionError('no ValueError for 0')",
    ),
    Idiom(
        "unittest's assertRaises and its message",
        SQUARES,
        "def squares(n): raise ValueError('wrong')",
        "from unittest import TestCase\n"
        "with TestCase().assertRaisesRegex(ValueError, 'must be >= 1'):\n    squares(0)",
    ),
    Idiom(
        "unittest's test case",
        SQUARES,
        "def squares(n): return [0] * n",
        "import unittest, io\n"
        "class Test(unittest.TestCase):\n"
        "    def test_three(self): self.assertEqual(squares(3), [1, 4, 9])\n"
        "suite = unittest.defaultTestLoader.loadTestsFromTestCase(Test)\n"
        "assert unittest.TextTestRunner(io.StringIO()).run(suite).wasSuccessful()",
    ),
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
    Idiom("a variable", "answer = 6 * 7", "answer = 13", "assert answer == 42"),
    Idiom(
        "an array and its type",
        IMPORT + "weights = np.ones((2, 3), dtype=np.float32)",
        IMPORT + "weights = np.ones((2, 3))",
        "assert weights.shape == (2, 3) and weights.dtype == 'float32' and weights.sum() == 6",
    ),
    Idiom(
        "a column of an array",
        IMPORT + "table = np.arange(6).reshape(2, 3)",
        IMPORT + "table = np.arange(6).reshape(3, 2).T.copy()",
        IMPORT + "np.testing.assert_array_equal(table[:, 1], [1, 4])",
    ),
    Idiom(
        "printed output, redirected",
        "def f(name): print('Hello,', name)",
        "def f(name): return 'Hello, ' + name",
        "import io, contextlib\nout = io.StringIO()\nwith contextlib.redirect_stdout(out):\n"
        "    f('Ada')\nassert out.getvalue().strip() == 'Hello, Ada'",
    ),
    Idiom(
        "printed output, stdout replaced",
        "def f(): print(1); print(2)",
        "def f(): print(2)",
        "import io, sys\nkept, sys.stdout = sys.stdout, io.StringIO()\ntry:\n    f()\n"
        "    lines = sys.stdout.getvalue().split()\nfinally:\n    sys.stdout = kept\n"
        "assert lines == ['1', '2']",
    ),
    Idiom(
        "printed output, captured by IPython",
        "def f(): print('x' * 3)",
        "def f(): print('x')",
        "from IPython.utils.capture import capture_output\nwith capture_output() as out:\n    f()\n"
        "assert out.stdout == 'xxx\\n'",
    ),
    Idiom(
        "cell magic %%capture",
        "def f(): print('x' * 3)",
        "def f(): print('x')",
        "assert out.stdout == 'xxx\\n'",
        earlier="%%capture out\nf()",
    ),
    Idiom(
        "line magic %timeit",
        "def f(n): return n",
        "def f(n):\n    import time\n    time.sleep(0.2)",
        "t = %timeit -o -q -n1 -r1 f(10)\nassert t.best < 0.1",
    ),
    Idiom(
        "time of a call",
        "def f(n): return n * (n + 1) // 2",
        "def f(n):\n    import time\n    time.sleep(2.5)\n    return n * (n + 1) // 2",
        "import time\nstart = time.perf_counter()\nassert f(10**6) == 500000500000\n"
        "assert time.perf_counter() - start < 2",
    ),
    Idiom(
        "a callback that counts its calls",
        "def bisect(f, a, b):\n    for _ in range(60):\n        m = (a + b) / 2\n"
        "        a, b = (a, m) if f(a) * f(m) <= 0 else (m, b)\n    return (a + b) / 2",
        "def bisect(f, a, b): return 2 ** 0.5",
        "calls = []\ndef g(x):\n    calls.append(x)\n    return x * x - 2\n"
        "assert abs(bisect(g, 0.0, 2.0) - 2 ** 0.5) < 1e-9 and len(calls) > 20",
    ),
    Idiom(
        "functions that are passed in and given back",
        "def compose(g, h): return lambda x: g(h(x))",
        "def compose(g, h): return lambda x: h(g(x))",
        "assert compose(lambda x: x + 1, lambda x: x * 2)(5) == 11",
    ),
    Idiom(
        "a closure",
        "def adder(n): return lambda x: x + n",
        "def adder(n): return lambda x: x",
        "add = adder(3)\nassert [add(1), adder(4)(1)] == [4, 5]",
    ),
    Idiom(
        "a method of NumPy's as callback",
        "def apply(f, x): return f(x)",
        "def apply(f, x): return x",
        IMPORT + "np.testing.assert_allclose(apply(np.sin, np.ones(2)), np.sin(1))",
    ),
    Idiom(
        "a numerical gradient by a helper",
        "def f(x): return (x ** 2).sum()\ndef gradient(x): return 2 * x",
        "def f(x): return (x ** 2).sum()\ndef gradient(x): return x",
        "check(f, gradient, np.array([1.0, -2.0]))",
        setup=IMPORT + "def check(f, gradient, x, h=1e-5):\n"
        "    eye = h * np.eye(len(x))\n"
        "    slope = [(f(x + e) - f(x - e)) / (2 * h) for e in eye]\n"
        "    np.testing.assert_allclose(gradient(x), slope, rtol=1e-6)",
    ),
    Idiom(
        "a generator",
        "def count(n):\n    for i in range(n): yield i",
        "def count(n):\n    for i in range(n + 1): yield i",
        "assert list(count(4)) == [0, 1, 2, 3] and sum(count(3)) == 3",
    ),
    Idiom(
        "a generator, step by step",
        "def naturals():\n    n = 0\n    while True:\n        yield n\n        n += 1",
        "def naturals(): return iter([0, 1])",
        "import itertools\nnumbers = naturals()\nassert next(numbers) == 0\n"
        "assert list(itertools.islice(numbers, 3)) == [1, 2, 3]",
    ),
    Idiom(
        "an iterator that ends",
        "def f(): return iter([1])",
        "def f(): return iter([1, 2])",
        "it = f()\nnext(it)\ntry:\n    next(it)\nexcept StopIteration:\n    pass\n"
        "else:\n    raise AssertionError('goes on')",
    ),
    Idiom(
        "map, zip and dict views",
        "def f(): return map(str, [1, 2]), zip('ab', [1, 2]), {'k': 1}.keys()",
        "def f(): return map(str, [1, 3]), zip('ab', [1, 2]), {'k': 1}.keys()",
        "a, b, c = f()\nassert (list(a), dict(b), set(c)) == (['1', '2'], {'a': 1, 'b': 2}, {'k'})",
    ),
    Idiom(
        "a class",
        ACCOUNT,
        ACCOUNT.replace("+=", "="),
        "a = Account(10)\na.deposit(5).deposit(1)\nassert a.balance == 16 and len(a) == 2",
    ),
    Idiom(
        "isinstance of the student's class",
        ACCOUNT + "def open_account(): return Account()",
        ACCOUNT + "def open_account(): return 0",
        "assert isinstance(open_account(), Account)",
    ),
    Idiom(
        "inheritance",
        ACCOUNT + "class Savings(Account): pass",
        ACCOUNT + "class Savings: balance = 3",
        "assert issubclass(Savings, Account) and isinstance(Savings(3), Account)",
    ),
    Idiom(
        "operators of the student's class",
        "class V:\n    def __init__(s, x): s.x = x\n    def __add__(s, o): return V(s.x + o.x)",
        "class V:\n    def __init__(s, x): s.x = x\n    def __add__(s, o): return V(s.x)",
        "assert (V(1) + V(2)).x == 3",
    ),
    Idiom(
        "str and repr of the student's class",
        "class V:\n    def __repr__(self): return 'V()'",
        "class V: pass",
        "assert str(V()) == repr(V()) == f'{V()}' == 'V()'",
    ),
    Idiom(
        "a context manager",
        "class Log:\n    lines = ()\n    def __enter__(self): self.lines = ['in']; return self\n"
        "    def __exit__(self, *_): self.lines.append('out')",
        "class Log:\n    lines = ()\n    def __enter__(self): self.lines = ['in']; return self\n"
        "    def __exit__(self, *_): pass",
        "with Log() as log:\n    assert log.lines == ['in']\nassert log.lines == ['in', 'out']",
    ),
    Idiom(
        "attributes: hasattr, getattr, docstring, name",
        "def f():\n    'Documented.'\nf.version = 3",
        "def f(): pass\nf.version = 3",
        "assert callable(f) and f.__doc__ and f.__name__ == 'f'\n"
        "assert hasattr(f, 'version') and getattr(f, 'other', 5) == 5",
    ),
    Idiom(
        "a list changed in place",
        "def order(numbers): numbers.sort()",
        "def order(numbers): return sorted(numbers)",
        "numbers = [3, 1, 2]\nassert order(numbers) is None and numbers == [1, 2, 3]",
    ),
    Idiom(
        "a dictionary changed in place",
        "def count(words, seen):\n    for w in words: seen[w] = seen.get(w, 0) + 1",
        "def count(words, seen):\n    for w in words: seen[w] = 1",
        "seen = {'a': 1}\ncount(['a', 'b'], seen)\nassert seen == {'a': 2, 'b': 1}",
    ),
    Idiom(
        "an array changed in place",
        "def clip(x): x[x < 0] = 0",
        "def clip(x): x = x.clip(0)",
        IMPORT + "x = np.array([-1.0, 2.0])\nclip(x)\nassert x.tolist() == [0, 2]",
    ),
    Idiom(
        "the argument stays as it was",
        "def centred(x): return x - x.mean()",
        "def centred(x):\n    x -= x.mean()\n    return x",
        IMPORT
        + "x = np.arange(4.0)\nx0 = x.copy()\ncentred(x)\nnp.testing.assert_array_equal(x, x0)",
    ),
    Idiom(
        "a copy, not a view",
        "def head(x): return x[:2].copy()",
        "def head(x): return x[:2]",
        IMPORT + "x = np.arange(4.0)\nassert not np.shares_memory(head(x), x)\ny = [1]\n",
    ),
    Idiom(
        "a view, not a copy",
        "def head(x): return x[:2]",
        "def head(x): return x[:2].copy()",
        IMPORT + "x = np.arange(4.0)\nhead(x)[0] = 9\nassert x[0] == 9",
    ),
    Idiom(
        "the very same object",
        "def f(x): return x",
        "def f(x): return list(x)",
        "x = [1]\nassert f(x) is x",
    ),
    Idiom(
        "a default argument that is not shared",
        "def f(x, to=None):\n    to = [] if to is None else to\n    to.append(x)\n    return to",
        "def f(x, to=[]):\n    to.append(x)\n    return to",
        "assert f(1) == [1] and f(2) == [2]",
    ),
    Idiom(
        "a read-only array",
        "def f(x): return x - x.min()",
        "def f(x):\n    x -= x.min()\n    return x",
        IMPORT
        + "x = np.arange(1.0, 4)\nx.flags.writeable = False\nassert f(x).tolist() == [0, 1, 2]",
    ),
    Idiom(
        "a strided array",
        "def f(x): return x.reshape(-1)",
        "def f(x): return x.view().reshape(-1, copy=False)",
        IMPORT
        + "x = np.arange(12.0).reshape(3, 4)\nassert f(x[:, :2]).tolist() == [0, 1, 4, 5, 8, 9]",
    ),
    Idiom(
        "an array in Fortran's order",
        "def f(x): return x.flatten().tolist()",
        "def f(x): return x.flatten(order='K').tolist()",
        IMPORT + "assert f(np.asfortranarray([[1, 2], [3, 4]])) == [1, 2, 3, 4]",
    ),
    Idiom(
        "an empty array",
        "def f(x): return float(x.sum())",
        "def f(x): return float(x.sum() / x.size) * x.size",
        IMPORT + "assert f(np.array([])) == 0.0 and f(np.zeros((0, 3))) == 0.0",
    ),
    Idiom(
        "a large array",
        "def f(x): return x.mean()",
        "def f(x): return x[:1000].mean()",
        IMPORT + "x = np.arange(1e6)\nassert abs(f(x) - x.mean()) < 1e-6",
    ),
    Idiom(
        "a seed, then the same draws",
        IMPORT + "def draw(n): return np.random.normal(size=n)",
        IMPORT + "def draw(n):\n    np.random.rand()\n    return np.random.normal(size=n)",
        IMPORT + "np.random.seed(42)\nx = draw(3)\nnp.random.seed(42)\n"
        "np.testing.assert_array_equal(x, np.random.normal(size=3))",
    ),
    Idiom(
        "the standard library's seed",
        "import random\ndef roll(): return random.randint(1, 6)",
        "import random\ndef roll(): return random.randint(1, 7)",
        "import random\nrandom.seed(1)\nrolls = [roll() for _ in range(200)]\nrandom.seed(1)\n"
        "assert rolls == [random.randint(1, 6) for _ in range(200)]",
    ),
    Idiom(
        "a seed argument",
        IMPORT + "def draw(seed): return np.random.default_rng(seed).normal(size=2)",
        IMPORT + "def draw(seed): return np.random.default_rng().normal(size=2)",
        IMPORT + "np.testing.assert_array_equal(draw(3), np.random.default_rng(3).normal(size=2))",
    ),
    Idiom(
        "random inputs of the test",
        IMPORT + "def total(x): return x.sum()",
        IMPORT + "def total(x): return x[0]",
        IMPORT + "x = np.random.rand(10)\nassert np.isclose(total(x), x.sum())",
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
        "partial credit by a number",
        "def f(x): return abs(x)",
        "def f(x): return None",
        "sum([f(1) == 1, f(-1) == 1])",
    ),
    Idiom(
        "not-a-number and infinity",
        "def f(x): return x / x if x else float('nan')",
        "def f(x): return 0.0",
        "import math\nassert math.isnan(f(0)) and math.isnan(f(math.inf))",
    ),
    Idiom(
        "complex numbers and large ints",
        "def f(n): return n ** 50, n * 1j",
        "def f(n): return float(n) ** 50, n * 1j",
        "assert f(7) == (7 ** 50, 7j) and type(f(7)[0]) is int",
    ),
    Idiom(
        "the type of the result",
        "def f(x): return {'mean': sum(x) / len(x), 'n': len(x), 'ok': True}",
        "def f(x): return {'mean': sum(x) / len(x), 'n': len(x), 'ok': 1}",
        "r = f((1, 2))\nassert isinstance(r, dict) and isinstance(r['mean'], float)\n"
        "assert type(r['ok']) is bool",
    ),
    Idiom(
        "text, bytes, sets and nothing",
        "def f(): return 'é☃', b'\\x00', {1, 2}, None",
        "def f(): return 'é☃', b'\\x00', [1, 2], None",
        "assert f() == ('é☃', b'\\x00', {2, 1}, None)",
    ),
    Idiom(
        "recursion",
        "def f(n): return 1 if n == 0 else n * f(n - 1)",
        "def f(n): return 1",
        "import math\nassert f(300) == math.factorial(300)",
    ),
    Idiom(
        "a sort key",
        "def key(word): return -len(word)",
        "def key(word): return len(word)",
        "assert sorted(['a', 'bbb', 'cc'], key=key) == ['bbb', 'cc', 'a']",
    ),
    Idiom(
        "functools.partial",
        "def f(a, b): return a - b",
        "def f(a, b): return b - a",
        "from functools import partial\nassert partial(f, 5)(3) == 2 and partial(f, b=1)(a=3) == 2",
    ),
    Idiom(
        "labels and lines of a figure that a function returns",
        "import matplotlib.pyplot as plt\ndef plot(x):\n    fig, ax = plt.subplots()\n"
        "    ax.plot(x, label='data')\n    ax.set_xlabel('time')\n    return ax",
        "import matplotlib.pyplot as plt\ndef plot(x):\n    fig, ax = plt.subplots()\n"
        "    ax.plot(x)\n    return ax",
        "ax = plot([1, 4, 9])\nassert ax.get_xlabel() == 'time' and len(ax.lines) == 1\n"
        "assert ax.lines[0].get_ydata().tolist() == [1, 4, 9]",
    ),
    Idiom(
        "imports of the answer cell",
        "import math\ndef f(x): return math.sqrt(x)",
        "import math\ndef f(x): return x",
        "assert f(2) == math.sqrt(2)",
    ),
    Idiom(
        "a message of the test's own",
        "def f(x): return 2 * x",
        "def f(x): return x",
        "if f(2) != 4:\n    raise AssertionError(f'f(2) should be 4, got {f(2)}')",
    ),
    Idiom(
        "mock.patch of a helper",
        SQUARES + "def total(n): return sum(squares(n))",
        SQUARES + "def total(n): return 14",
        "from unittest import mock\nwith mock.patch('__main__.squares', return_value=[5]):\n"
        "    assert total(3) == 5",
    ),
    Idiom(
        "doctest",
        "def f(x):\n    '''Twice.\n\n    >>> f(2)\n    4\n    '''\n    return 2 * x",
        "def f(x):\n    '''Twice.\n\n    >>> f(2)\n    4\n    '''\n    return x",
        "import doctest\n(example,) = doctest.DocTestFinder().find(f, 'f', globs={'f': f})\n"
        "assert doctest.DocTestRunner(verbose=False).run(example).failed == 0",
    ),
    Idiom(
        "np.vectorize of a function of the test",
        "def f(x): return 1 if x > 0 else 0",
        "def f(x): return 1",
        IMPORT + "assert np.vectorize(lambda x: f(x))(np.array([-1, 2])).tolist() == [0, 1]",
    ),
]

#: These need the student's process; release says so and advises to tag them.
IN_CANDIDATE = [
    Idiom(
        "input() mocked",
        "def ask(): return int(input('n? '))",
        "def ask(): return 0",
        "from unittest import mock\nwith mock.patch('builtins.input', return_value='7'):\n"
        "    assert ask() == 7",
    ),
    Idiom(
        "a subclass of the student's class",
        ACCOUNT,
        ACCOUNT.replace("+=", "="),
        "class Mine(Account):\n    pass\nassert Mine(1).deposit(2).balance == 3",
    ),
    Idiom(
        "the student's exception caught by its class",
        "class Broke(Exception): pass\ndef pay(): raise Broke()",
        "class Broke(Exception): pass\ndef pay(): raise ValueError()",
        "try:\n    pay()\nexcept Broke:\n    pass",
    ),
    Idiom(
        "the signature",
        "def f(x, *, tolerance=1e-6): pass",
        "def f(x): pass",
        "import inspect\nassert list(inspect.signature(f).parameters) == ['x', 'tolerance']",
    ),
    Idiom(
        "the source text",
        "def f(x):\n    return sum(x)",
        "def f(x):\n    total = 0\n    for i in x: total += i\n    return total",
        "import inspect\nassert 'for ' not in inspect.getsource(f)",
    ),
    Idiom(
        "a warning that the student's code gives",
        "import warnings\ndef f(): warnings.warn('old', DeprecationWarning)",
        "def f(): pass",
        "import warnings\nwith warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n    f()\nassert len(caught) == 1",
    ),
    Idiom(
        "a file that the student's code writes",
        "def save(x):\n    with open('out.txt', 'w') as file: file.write(str(x))",
        "def save(x): pass",
        "save(3)\nassert open('out.txt').read() == '3'",
    ),
    Idiom(
        "equality of the student's objects",
        ACCOUNT,
        ACCOUNT.replace("self.balance == other.balance", "False"),
        "assert Account(3) == Account(3)",
    ),
    Idiom(
        "a generator object handed to the answer",
        IMPORT + "def draw(rng): return rng.normal()",
        IMPORT + "def draw(rng): return 0.0",
        IMPORT + "assert draw(np.random.default_rng(3)) == np.random.default_rng(3).normal()",
    ),
    Idiom(
        "an answer used in the body of a class",
        "def f(x): return x + 1",
        "def f(x): return x",
        "class Cases:\n    value = f(1)\nassert Cases.value == 2",
    ),
    Idiom(
        "np.vectorize of the answer itself",
        "def f(x): return 1 if x > 0 else 0",
        "def f(x): return 1",
        IMPORT + "assert np.vectorize(f)(np.array([-1, 2])).tolist() == [0, 1]",
    ),
    Idiom(
        "isinstance of a library's class",
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()",
        "ax = None",
        "from matplotlib.axes import Axes\nassert isinstance(ax, Axes)",
    ),
]
