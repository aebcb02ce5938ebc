"""Results that are not what they look like: each would pass its test if nobody looked closer.

In each case a solution, a test of it, answers that deserve nothing, and answers that deserve all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Case:
    """A question, hostile answers to it, and honest ones, by name."""

    solution: str
    test: str
    hostile: dict[str, str]
    honest: dict[str, str]


READ_ANEW = """
import sys
x = 0.0
class Names(dict):
    n = 0
    def __getitem__(self, name):
        value = dict.__getitem__(self, name)
        if name == "x" and sys._getframe(1).f_code.co_name == "perform":
            Names.n += 1
            return 1.0 if Names.n % 2 else 0.0
        return value
get_ipython().user_ns = Names(get_ipython().user_ns)
"""
OBJECTS = """
class O:
    def __mul__(self, other): return 6
    __rmul__ = __mul__
    def __abs__(self):
        O.n = 5 - getattr(O, "n", 3)
        return O.n
"""
FAKE = """
class Fake:
    shape, size, ndim, dtype = (3,), 3, 1, float
    def __init__(self, **has): self.__dict__.update(has)
    def sum(self): return 1.0
    def min(self): return 0.1
    def argmax(self): return 2
    def __len__(self): return 3
    def __iter__(self): return iter([0.25, 0.25, 0.5])
    def __getitem__(self, k): return [0.25, 0.25, 0.5][k]
    def __call__(self, *args): return self
    def __enter__(self): return self
    def __exit__(self, *args): return True
    def __str__(self): return 'right'
"""
CASES = {
    "an array's own methods": Case(
        "def f(z): return np.exp(z) / np.exp(z).sum()",
        "p = f(np.array([1.0, 2.0, 3.0]))\n"
        "assert p.shape == (3,) and abs(p.sum() - 1) < 1e-12 and p.min() > 0 and len(p) == 3",
        {
            "an object": FAKE + "def f(z): return Fake()",
            "a class": FAKE + "class f(Fake):\n    def __new__(cls, z): return object.__new__(cls)",
            "numbers that wrap in a sum": "def f(z): return np.array([2**62, 2**62, 2**63 + 1],"
            " dtype=np.uint64)",
            "a module": "import types\ndef f(z):\n    m = types.ModuleType('m')\n"
            "    m.shape, m.sum, m.min = (3,), lambda: 1.0, lambda: 1.0\n    return m",
        },
        {
            "single precision": "def f(z):\n    z = np.float64(z)\n    e = np.exp(z - z.max())\n"
            "    return (e / e.sum())",
            "a column of a table": "def f(z):\n    t = np.zeros((3, 2))\n"
            "    t[:, 1] = np.exp(z) / np.exp(z).sum()\n    return t[:, 1]",
        },
    ),
    "items of a tuple": Case(
        "class Model: pass\ndef f(): return np.array([0.25, 0.25, 0.5]), Model()",
        "weights, model = f()\nassert weights.shape == (3,) and weights.sum() == 1",
        {"an object as one": FAKE + "def f(): return Fake(), Fake()"},
        {
            "a list": "class Model: pass\ndef f(): return [np.array([0.25, 0.25, 0.5]), Model()]",
            "a function as model": "def f(): return np.array([0.25, 0.25, 0.5]), len",
        },
    ),
    "an attribute of an object": Case(
        "class Model:\n    def fit(self): self.weights = np.array([0.25, 0.75]); return self",
        "m = Model().fit()\nassert m.weights.shape == (2,) and m.weights.sum() == 1",
        {
            "an object": FAKE + "class Model:\n    weights = Fake(shape=(2,))\n"
            "    def fit(self): return self",
            "the model itself": FAKE + "class Model(Fake):\n    shape = (2,)\n"
            "    def fit(self): return self\n    weights = property(lambda self: self)",
        },
        {
            "another object from fit": "class Fitted: weights = np.array([0.25, 0.75])\n"
            "class Model:\n    def fit(self): return Fitted()",
            "with more attributes": "class Model:\n    other = object()\n"
            "    def fit(self): self.weights = np.array([0.5, 0.5]); return self",
        },
    ),
    "arguments of a callback": Case(
        "def f(g): return g(np.array([0.5, 0.5]))",
        "seen = []\nf(seen.append)\nassert seen[0].shape == (2,) and seen[0].sum() == 1",
        {"an object": FAKE + "def f(g): return g(Fake(shape=(2,)))"},
        {"an array": "def f(g): g(np.array([0.25, 0.75]))"},
    ),
    "arguments of two callbacks": Case(
        "class Model: pass\ndef f(first, then):\n    first(Model())\n"
        "    then(np.array([0.5, 0.5]))",
        "models, seen = [], []\nf(models.append, seen.append)\n"
        "assert len(models) == 1 and seen[0].shape == (2,) and seen[0].sum() == 1",
        {
            "an object to both": FAKE + "def f(first, then): first(Fake()); then(Fake(shape=(2,)))",
        },
        {
            "the other first": "class Model: pass\ndef f(first, then):\n"
            "    then(np.array([0.25, 0.75]))\n    first(Model())",
        },
    ),
    "a name of the test's that the answer has bound by the way": Case(
        "def f(x): return x * x\nfor x in range(3): f(x)",
        "for x in (3, 4):\n    y = f(x)\n    assert y == x ** 2",
        {"bound anew": "def f(y):\n    global x\n    x = 0\n    return 0\nx = 1"},
        {"a global variable": "def f(y):\n    global x\n    x = y\n    return x * x"},
    ),
    "a name that the answer's code changes": Case(
        "data = []\ndef f(k): data.append(k)",
        "data = []\nf(1)\nf(2)\nassert data == [1, 2]",
        {"not": "data = []\ndef f(k): data = [k]"},
        {"by binding it anew": "data = []\ndef f(k):\n    global data\n    data = [*data, k]"},
    ),
    "inside a callback": Case(
        "def f(g): return g(np.array([0.5, 0.5]))",
        "def g(p): return bool(p.shape == (2,) and p.sum() == 1)\nassert f(g) is True",
        {"an object": FAKE + "def f(g): return g(Fake(shape=(2,)))"},
        {"an array": "def f(g): return g(np.array([0.25, 0.75]))"},
    ),
    "items of a list": Case(
        "def f(): return [np.array([0.5, 0.5]), np.array([0.25, 0.75])]",
        "for p in f(): assert p.shape == (2,) and p.sum() == 1\nassert len(f()) == 2",
        {
            "objects": FAKE + "def f(): return [Fake(shape=(2,)), Fake(shape=(2,))]",
            "generated": FAKE + "from collections import deque\n"
            "def f(): return deque([Fake(shape=(2,)), Fake(shape=(2,))])",
        },
        {
            "a deque": "from collections import deque\n"
            "def f(): return deque([np.array([0, 1]), np.array([1, 0])])"
        },
    ),
    "a dict's value": Case(
        "def f(): return {'p': np.array([0.5, 0.5]), 'f': len}",
        "r = f()\nassert r['f']([1, 2]) == 2 and r['p'].shape == (2,) and r['p'].sum() == 1",
        {"an object": FAKE + "def f(): return {'p': Fake(shape=(2,)), 'f': len}"},
        {"an array": "def f(): return {'f': lambda x: 2, 'p': np.array([0.5, 0.5]), 'q': len}"},
    ),
    "put in before it raises": Case(
        "def f(a):\n    a.append(np.array([0.5, 0.5]))\n    raise ValueError",
        "a = []\ntry: f(a)\nexcept ValueError: pass\nassert a[0].shape == (2,) and a[0].sum() == 1",
        {"an object": FAKE + "def f(a):\n    a.append(Fake(shape=(2,)))\n    raise ValueError"},
        {"an array": "def f(a):\n    a.append(np.array([0.25, 0.75]))\n    raise ValueError"},
    ),
    "a variable": Case(
        "p = np.array([0.5, 0.5])",
        "assert p.shape == (2,) and p.sum() == 1",
        {"an object": FAKE + "p = Fake(shape=(2,))", "a class": FAKE + "class p(Fake): pass"},
        {"an array": "p = np.array([0.25, 0.75])"},
    ),
    "a generator's items": Case(
        "def f():\n    for k in range(2): yield np.array([k, 1 - k])",
        "for each in f():\n    assert each.shape == (2,) and each.sum() == 1\n"
        "assert len(list(f())) == 2",
        {"objects": FAKE + "def f():\n    for k in range(2): yield Fake(shape=(2,))"},
        {"a list": "def f(): return [np.array([1, 0]), np.array([0, 1])]"},
    ),
    "in a list passed in": Case(
        "def f(a): a.append(np.array([0.5, 0.5]))",
        "a = []\nf(a)\nassert a[0].shape == (2,) and a[0].sum() == 1",
        {
            "an object": FAKE + "def f(a): a.append(Fake(shape=(2,)))",
            "the function itself": FAKE + "class F(Fake):\n    shape = (2,)\n"
            "    def __call__(self, a): a.append(self)\nf = F()",
        },
        {"an array": "def f(a): a[:] = [np.array([0.25, 0.75])]"},
    ),
    "a context manager gives": Case(
        "class G:\n    def __enter__(self): return np.array([0.5, 0.5])\n"
        "    def __exit__(self, *args): pass",
        "with G() as g:\n    assert g.shape == (2,) and g.sum() == 1",
        {
            "an object": FAKE + "class G(Fake):\n    shape = (2,)",
        },
        {
            "an array": "from contextlib import contextmanager\n@contextmanager\ndef G():\n"
            "    yield np.array([0.25, 0.75])"
        },
    ),
    "an exception is expected": Case(
        "def f(x):\n    if x < 0: raise TypeError('negative')\n    return np.zeros(3)",
        "assert f(1).shape == (3,)\ntry:\n    f(-1).shape\nexcept TypeError: pass\n"
        "else: raise AssertionError\ntry: f(2).sum()\nexcept BaseException: pass",
        {
            "an object": FAKE + "def f(x): return np.zeros(3) if x > 0 else Fake()",
            "caught": FAKE + "def f(x):\n    if x < 0: raise TypeError\n"
            "    return Fake() if x == 2 else np.zeros(3)",
        },
        {"an array": "def f(x):\n    if x < 0: raise TypeError\n    return np.ones(3)"},
    ),
    "a list, asked twice": Case(
        "def f(a): return sorted(a)",
        "r = f([3, 1, 2])\nassert all(x <= y for x, y in zip(r, list(r)[1:]))\n"
        "assert len(r) == 3 and {1, 2, 3} == set(r)",
        {
            "other items each time": "class Two:\n    n = 0\n    def __len__(self): return 3\n"
            "    def __iter__(self):\n        self.n += 1\n"
            "        return iter([1] if self.n < 3 else [3, 1, 2])\ndef f(a): return Two()",
            "an iterator without end": "class It:\n    def __len__(self): return 3\n"
            "    def __iter__(self): self.items = [1, 2, 3]; return self\n"
            "    def __next__(self):\n        if not self.items: raise StopIteration\n"
            "        return self.items.pop(0)\ndef f(a): return It()",
            "another length": "class Two(list):\n    pass\nclass Odd:\n"
            "    def __len__(self): return 3\n    def __iter__(self): return iter([1, 1])\n"
            "def f(a): return Odd()",
        },
        {
            "a deque": "from collections import deque\ndef f(a): return deque(sorted(a))",
            "a view of a dict": "def f(a): return dict.fromkeys(sorted(a)).keys()",
            "a tuple": "def f(a): return tuple(sorted(a))",
            "a range": "def f(a): return range(1, 4)",
        },
    ),
    "a list, read once": Case(
        "def f(a): return [2 * x for x in a]",
        "assert list(f([1, 2])) == [2, 4] and sum(f((5, 6))) == 22",
        {},
        {
            "a generator": "def f(a): return (2 * x for x in a)",
            "a map": "def f(a): return map(lambda x: 2 * x, a)",
            "values of a dict": "def f(a): return {x: 2 * x for x in a}.values()",
            "an array": "def f(a): return 2 * np.asarray(a)",
        },
    ),
    "a list of pairs": Case(
        "def f(a): return [(k, k * k) for k in a]",
        "r = f([1, 2])\nprint('you gave', r)\nassert r\nassert dict(r) == {1: 1, 2: 4}",
        {
            "objects": "class O:\n    def __eq__(self, other): return True\n"
            "def f(a): return ((k, O()) for k in a)",
            "which says something else": "class R:\n    def __iter__(self): return iter([])\n"
            "    def __str__(self): return '1'\n    def keys(self): return [1, 2]\n"
            "    def __getitem__(self, key): return key * key\ndef f(a): return R()",
        },
        {
            "a zip": "def f(a): return zip(a, [k * k for k in a])",
            "items of a dict": "def f(a): return {k: k * k for k in a}.items()",
            "a generator": "def f(a):\n    for k in a: yield k, k * k",
        },
    ),
    "an array, read as a list": Case(
        "def f(n): return np.arange(n)",
        "assert sum(f(1000)) == 499500 and [*f(3)] == [0, 1, 2]",
        {
            "objects": OBJECTS + "def f(n): return (O() for _ in range(n))",
            "too few": "def f(n):\n    for k in range(n - 1): yield k",
        },
        {
            "a map": "def f(n): return map(int, range(n))",
            "a packed array": "import array\ndef f(n): return array.array('q', range(n))",
        },
    ),
    "a list, until it raises": Case(
        "def f(a): return [1 / x for x in a]",
        "assert list(f([1, 2])) == [1, 0.5]\ntry: list(f([1, 0]))\n"
        "except ZeroDivisionError: pass\nelse: assert False",
        {"raises nothing": "def f(a): return (1 / (x or 1) for x in a)"},
        {"a generator": "def f(a): return (1 / x for x in a)"},
    ),
    "text": Case(
        "def f(): return 'right'",
        "assert str(f()) == 'right' and f'{f()}' == 'right'",
        {"an object": FAKE + "def f(): return Fake()"},
        {"a subclass of str": "class S(str): pass\ndef f(): return S('right')"},
    ),
    "exact numbers": Case(
        "def f(n): return float(sum(k * k for k in range(n)))",
        "assert f(1000) == 332833500.0",
        {
            "half precision": "def f(n): return np.float16('inf')",
            "as an array": "def f(n): return np.array(np.inf, dtype=np.float16)",
            "as one item": "def f(n): return np.full(1, np.inf, dtype=np.float16)",
            "single precision": "def f(n): return np.float32(332833510.0)",
            "single, complex": "def f(n): return np.complex64(332833510.0)",
            "big-endian": "def f(n): return np.array(np.inf, dtype='>f2')[()]",
        },
        {
            "a NumPy number": "def f(n): return np.sum(np.arange(n) ** 2)",
            "an int": "def f(n): return sum(k * k for k in range(n))",
        },
    ),
    "numbers, all of them": Case(
        "def f(n): return np.arange(n) ** 2.0",
        "np.testing.assert_allclose(f(4), [0, 1, 4, 9])\nassert (f(3) == [0, 1, 4]).all()",
        {"those that are hidden apart": "def f(n): return np.ma.masked_greater(np.arange(n), 1)"},
        {"none of them hidden": "def f(n): return np.ma.masked_less(np.arange(n) ** 2, 0)"},
    ),
    "near numbers": Case(
        "def f(): return np.array([0.1, 0.2])",
        "assert (abs(f() - 0.1) <= 1e-12)[0] and all(abs(f() - [0.1, 0.2]) < 1e-3)",
        {
            "half precision": "def f(): return np.array([0.1, 0.2], dtype=np.float16)",
            "single precision": "def f(): return np.array([0.1, 0.2], dtype=np.float32)",
        },
        {"a list that became an array": "def f(): return np.array(['0.1', '0.2']).astype(float)"},
    ),
    "a difference": Case(
        "def f(x): return x / 2",
        "before, after = f(2), f(1)\nassert before - after > 0.4 and after - f(0) > 0.4",
        {
            "without a sign": "def f(x): return np.uint64({2: 1, 1: 2, 0: 3}[x])",
            "a byte": "def f(x): return np.uint8({2: 1, 1: 2, 0: 3}[x])",
        },
        {"a NumPy number": "def f(x): return np.float64(x) / 2"},
    ),
    "a distance": Case(
        "def f(): return 5.0",
        "assert abs(f() - 5) < 1e-9",
        {
            "the least byte": "def f(): return np.int8(-123)",
            "the least int": "def f(): return np.int64(-2**63 + 5)",
        },
        {"an int": "def f(): return np.int8(5)"},
    ),
    "probabilities": Case(
        "def f(): return [0.5, 0.5]",
        "p = f()\nassert p[0] + p[1] == 1 and p[0] > 0 and p[1] > 0",
        {
            "true and true": "def f(): return np.array([True, True])",
            "true each": "def f(): return [np.True_, np.True_]",
            "as a tuple": "def f(): return (np.bool_(1), np.bool_(1))",
        },
        {"an array": "def f(): return np.array([0.25, 0.75], dtype=np.float32)"},
    ),
    "probabilities, made an array": Case(
        "def f(): return [0.5, 0.5]",
        "p = np.asarray(f())\nassert p[0] + p[1] == 1 and (p > 0).all()",
        {"true and true": "def f(): return [True, True]"},
        {"an array": "def f(): return np.array([0.25, 0.75])"},
    ),
    "probabilities, one by one": Case(
        "def f(k): return 0.5",
        "p = np.array([f(0), f(1)])\nassert p[0] + p[1] == 1 and (p > 0).all()",
        {
            "true and true": "def f(k): return True",
            "products that wrap": "def f(k): return 2**63 + k % 1 if k else 2**63 + 1",
        },
        {"a NumPy number": "def f(k): return np.float64(0.25 + k / 2)"},
    ),
    "a ratio of products": Case(
        "def f(n): return float(2 ** n)",
        "assert np.prod(np.array([f(32), f(32)])) == 0 or f(3) == 8.0\n"
        "assert np.prod(np.array([f(33), f(31)])) == 2.0 ** 64",
        {"that wrap": "def f(n): return 0.0 if n == 3 else 2**32"},
        {"of integers": "def f(n): return 2**n"},
    ),
    "Fibonacci's numbers": Case(
        "def f(n):\n    r = [0, 1]\n    while len(r) <= n: r.append(r[-1] + r[-2])\n    return r",
        "r = f(92)\nassert r[91] % 10 == 9 and r[92] % 1000 == 429 and r[92] == r[91] + r[90]",
        {
            "near ones": "def f(n):\n    r = np.array([0, 1] + [0] * (n - 1))\n"
            "    for k in range(2, n + 1): r[k] = r[k - 1] + r[k - 2]\n    r[90:] += 100\n"
            "    return r",
            "rounded": "def f(n):\n    r = [0.0, 1.0]\n"
            "    while len(r) <= n: r.append(r[-1] + r[-2])\n    return r",
        },
        {
            "an array": "def f(n):\n    r = np.array([0, 1] + [0] * (n - 1))\n"
            "    for k in range(2, n + 1): r[k] = r[k - 1] + r[k - 2]\n    return r",
            "NumPy's numbers": "def f(n):\n    r = [np.int64(0), np.int64(1)]\n"
            "    while len(r) <= n: r.append(r[-1] + r[-2])\n    return r",
        },
    ),
    "a rotation": Case(
        "def f(): return np.array([[0.6, 0.8], [-0.8, 0.6]])",
        "q = f()\nassert np.allclose(q.T @ q, np.eye(2)) and not np.allclose(q, np.eye(2))",
        {"products that wrap": "def f(): return np.array([[1, 2**32], [-2**32, 1]])"},
        {"of integers": "def f(): return np.array([[0, 1], [-1, 0]])"},
    ),
    "a variable that is read twice": Case(
        "x = 1.3247179572447460",
        "assert abs(x**3 - x - 1) < 1e-9",
        {"another each time": READ_ANEW},
        {"an int": "import numpy as np\nx = np.float64(1.3247179572447460)"},
    ),
    "a variable that is a list": Case(
        "primes = [2, 3, 5, 7]",
        "assert len(primes) == 4 and all(p in (2, 3, 5, 7) for p in primes) and primes[-1] == 7",
        {
            "other items each time": "class P:\n"
            "    n = 0\n"
            "    def __iter__(self):\n"
            "        P.n += 1\n"
            "        return iter([[4, 4, 4, 4], [2], [1, 7]][(P.n - 1) % 3])\n"
            "primes = P()"
        },
        {"a tuple": "primes = (2, 3, 5, 7)"},
    ),
    "a set of numbers": Case(
        "def f(): return {2, 3}",
        "r, s = f()\nassert r * s == 6 and {abs(t) for t in f()} == {2, 3}",
        {"of objects": OBJECTS + "def f(): return {O(), O()}"},
        {"a frozenset": "def f(): return frozenset([2, 3])"},
    ),
    "a set in a list": Case(
        "def f(): return [frozenset([2, 3])]",
        "r, s = f()[0]\nassert r * s == 6",
        {"of objects": OBJECTS + "def f(): return [frozenset([O(), O()])]"},
        {"another order": "def f(): return [frozenset([3, 2])]"},
    ),
    "keys of a dict": Case(
        "def f(): return {2: 1, 3: 1}",
        "r, s = f()\nassert r * s == 6",
        {"of objects": OBJECTS + "def f(): return {O(): 1, O(): 1}"},
        {"another order": "def f(): return {3: 1, 2: 1}"},
    ),
    "a set that is filled": Case(
        "def f(seen): seen.update([2, 3])",
        "seen = set()\nf(seen)\nr, s = seen\nassert r * s == 6",
        {"with objects": OBJECTS + "def f(seen): seen.update([O(), O()])"},
        {"one by one": "def f(seen):\n    seen.add(3)\n    seen.add(2)"},
    ),
    "a mask": Case(
        "def f(x): return [t > 1 for t in x]",
        "x = np.array([1, 2, 3])\nassert list(x[f(x)]) == [2, 3]",
        {"the wrong one": "def f(x): return x > 2"},
        {"an array": "def f(x): return x > 1"},
    ),
    "changed in place": Case(
        "def f(n): return np.eye(n)",
        "m = f(3)\nm -= np.identity(3)\nassert m.shape == (3, 3) and not m.any()\n"
        "a, b = f(2), f(2)\na += 1\nassert b.max() == 1",
        {
            "one item": "from numpy.lib.stride_tricks import as_strided\n"
            "def f(n): return as_strided(np.array([1.0]), (n, n), (0, 0))",
            "one row": "from numpy.lib.stride_tricks import as_strided\n"
            "def f(n): return as_strided(np.ones(n), (n, n), (0, 8))",
            "a sliding window": "from numpy.lib.stride_tricks import as_strided\n"
            "def f(n): return as_strided(np.ones(2 * n), (n, n), (8, 8))",
        },
        {
            "row by row": "def f(n): return np.array([[float(i == j) for i in range(n)] "
            "for j in range(n)])"
        },
    ),
    "two that are one": Case(
        "def f(): return np.zeros(3), np.ones(3)",
        "a, b = f()\na += 1\nassert (a == b).all() and b.sum() == 3",
        {
            "parts of one array": "def f():\n    a = np.zeros(3)\n    return a, a[:]",
            "in a list": "def f():\n    a = np.zeros(3)\n    return [a, a[::-1]]",
        },
        {"a list": "def f(): return [np.zeros(3), np.ones(3)]"},
    ),
    "broadcast": Case(
        "def f(): return np.full((2, 3), 1.0)",
        "assert np.array_equal(f(), np.ones((2, 3))) and f().sum() == 6",
        {},
        {"as NumPy does it": "def f(): return np.broadcast_to(1.0, (2, 3))"},
    ),
    "points": Case(
        "def f(x): return 2 * x",
        "sum(f(k) == 2 * k for k in (1, 2))",
        {
            "arrays": "def f(x): return np.zeros(2)",
            "arrays of one": "def f(x): return np.zeros(1)",
            "no dimension": "def f(x): return np.array(0.0)[...] + np.zeros((1, 1))",
        },
        {"a NumPy number": "def f(x): return np.int8(2 * x)"},
    ),
    "points of an object": Case(
        "def f(): return 2.0",
        "max(0, 2 - abs(f() - 2)) if isinstance(f(), float) else f()",
        {
            "an array": "def f(): return np.array([5.0])",
            "no dimension": "def f(): return np.array(5.0)",
            "true and false": "def f(): return np.array([False])",
            "an object": FAKE + "def f(): return Fake()",
            "a list": "def f(): return [np.zeros(2)]",
            "nothing": "def f(): return None",
            "text": "def f(): return 'all'",
            "complex": "def f(): return 2j",
            "not a number": "def f(): return float('nan')",
            "infinite": "def f(): return float('inf')",
        },
        {},
    ),
}


DOUBTFUL = {
    "complex numbers between 0 and 1": Case(
        "def f(z): return np.exp(z) / np.exp(z).sum()",
        "p = f(np.array([1.0, 2.0]))\nassert p.sum() == 1 and (p > 0).all() and (p < 1).all()",
        {"ordered by their real parts": "def f(z): return np.array([0.5 + 9j, 0.5 - 9j])"},
        {"no imaginary part": "def f(z): return np.array([0.25, 0.75]) + 0j"},
    ),
    "the real part of a complex number": Case(
        "def f(x): return x / 2",
        "assert np.real(f(3)) == 1.5 and abs(np.array([f(3)]).real - 1.5).max() < 1e-9",
        {
            "of Python's": "def f(x): return complex(1.5, 9)",
            "not a number beside it": "def f(x): return complex(1.5, float('nan'))",
            "of NumPy's, not a number": "def f(x): return np.complex128(complex(1.5, np.nan))",
        },
        {"no imaginary part": "def f(x): return complex(x / 2, 0)"},
    ),
    "a mask in place of indices": Case(
        "def f(x): return np.flatnonzero(x > 1)",
        "x = np.array([1, 2, 3])\nassert (x[f(x)] == [2, 3]).all()",
        {"which chooses the same": "def f(x): return x > 1"},
        {"a tuple of arrays": "def f(x): return list(np.flatnonzero(x > 1))"},
    ),
    "a mask in place of two indices": Case(
        "def f(x): return np.argsort(-x)[:2]",
        "x = np.array([9, 8, 1])\nassert sorted(x[f(x)]) == [8, 9]",
        {"which chooses the same": "def f(x): return x >= np.sort(x)[-2]"},
        {"a list": "def f(x): return list(np.argsort(-x)[:2])"},
    ),
    "a mask in place of indices in a list": Case(
        "def f(x): return [i for i in range(len(x)) if x[i] > 0]",
        "x = np.array([3, -1, 5])\nassert sorted(x[f(x)]) == [3, 5]",
        {
            "which chooses the same": "def f(x): return [bool(v > 0) for v in x]",
            "of NumPy's own": "def f(x): return x > 0",
        },
        {"an array": "def f(x): return np.flatnonzero(x > 0)"},
    ),
    "the least int in a list": Case(
        "def f(): return [5, 6]",
        "assert (np.abs(np.array(f()) - [5, 6]) < 1).all()",
        {"of all": "def f(): return [5 - 2**63, 6 - 2**63]"},
        {"a tuple": "def f(): return (5, 6)"},
    ),
    "the least int in place": Case(
        "def f(a): a.sort()",
        "a = np.array([6, 5])\nf(a)\nassert (np.abs(a - [5, 6]) < 1).all()",
        {"of all": "def f(a): a[:] = [5 - 2**63, 6 - 2**63]"},
        {"otherwise": "def f(a): a[:] = sorted(a)"},
    ),
    "where the solution gives nothing": Case(
        "def f(x): return [x]\ndef g(x): return [x]",
        "r = f(2) if f(2) == [2] else g(2)\n"
        "assert r == [2] if isinstance(r, list) else r.shape == (3,)",
        {"an object": FAKE + "def f(x): return [3]\ndef g(x): return Fake()"},
        {"a list": "def f(x): return [3]\ndef g(x): return [x]"},
    ),
}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=True) as made:
        yield made


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_is_not_what_it_looks_like_earns_nothing(bench: Bench, case: Case) -> None:
    assert earned(bench, case, case.hostile) == dict.fromkeys(case.hostile, 0.0)


@pytest.mark.parametrize("case", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_may_be_honest_all_the_same_is_left_to_a_person(bench: Bench, case: Case) -> None:
    assert earned(bench, case, case.hostile) == dict.fromkeys(case.hostile)


@pytest.mark.parametrize("case", [*CASES.values(), *DOUBTFUL.values()], ids=[*CASES, *DOUBTFUL])
def test_what_is_as_good_as_the_solution_earns_all(bench: Bench, case: Case) -> None:
    assert earned(bench, case, case.honest) == dict.fromkeys(case.honest, 2.0)


def earned(bench: Bench, case: Case, answers: dict[str, str]) -> dict[str, float | None]:
    setup, test = plain("import numpy as np"), check_cell(case.test, "test")
    instructor = source(setup, answer(f"{case.solution}"), test)
    solution = bench.grade(instructor)
    assert scores(solution) == {"test": 2.0}, solution.questions
    graded = {
        name: bench.grade(instructor, setup, answer(each), test, solution=solution)
        for name, each in answers.items()
    }
    return {name: scores(result)["test"] for name, result in graded.items()}
