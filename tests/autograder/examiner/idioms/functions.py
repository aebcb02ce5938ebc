"""Tests of functions: callbacks, decorators, signatures, source."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import Idiom

AT_EXAMINER = [
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
        "attributes: hasattr, getattr, docstring, name",
        "def f():\n    'Documented.'\nf.version = 3",
        "def f(): pass\nf.version = 3",
        "assert callable(f) and f.__doc__ and f.__name__ == 'f'\n"
        "assert hasattr(f, 'version') and getattr(f, 'other', 5) == 5",
    ),
    Idiom(
        "the signature",
        "def f(x, *, tolerance=1e-6): pass",
        "def f(x): pass",
        "import inspect\nassert list(inspect.signature(f).parameters) == ['x', 'tolerance']",
    ),
    Idiom(
        "defaults, kinds and annotations in a signature",
        "def f(x, y=2, *, z: int = 3) -> float: pass",
        "def f(x): pass",
        (
            "import inspect\n"
            "s = inspect.signature(f)\n"
            "y, z = s.parameters['y'], s.parameters['z']\n"
            "assert y.default == 2 and z.annotation is int and s.return_annotation is float\n"
            "assert z.kind is inspect.Parameter.KEYWORD_ONLY"
        ),
    ),
    Idiom(
        "__defaults__",
        "def f(x, y=2): pass",
        "def f(x): pass",
        "assert f.__defaults__ == (2,)",
    ),
    Idiom(
        "__annotations__",
        "def f(x: int) -> float: pass",
        "def f(x): pass",
        "assert f.__annotations__ == {'x': int, 'return': float}",
    ),
    Idiom(
        "names of parameters by __code__",
        "def f(x, y): pass",
        "def f(a): pass",
        "assert f.__code__.co_argcount == 2 and f.__code__.co_varnames[:2] == ('x', 'y')",
    ),
    Idiom(
        "names used by __code__",
        "def f(x): return sum(x)",
        "def f(x): return x",
        "assert 'sum' in f.__code__.co_names",
    ),
    Idiom(
        "callable()",
        "def f(x): return x",
        "f = 3",
        "assert callable(f)",
    ),
    Idiom(
        "lambdas in a dict",
        "ops = {'add': lambda a, b: a + b, 'neg': lambda a: -a}",
        "ops = {'add': lambda a, b: a, 'neg': lambda a: a}",
        "assert ops['add'](1, 2) == 3 and ops['neg'](1) == -1",
    ),
    Idiom(
        "a list of functions",
        "fs = [lambda x: x, lambda x: x**2]",
        "fs = [lambda x: x, lambda x: x]",
        "assert [f(3) for f in fs] == [3, 9]",
    ),
    Idiom(
        "map and the answer",
        "def f(x): return x*x",
        "def f(x): return x",
        "assert list(map(f, [1,2,3])) == [1,4,9]",
    ),
    Idiom(
        "filter and the answer",
        "def f(x): return x > 1",
        "def f(x): return x > 2",
        "assert list(filter(f, [1,2,3])) == [2,3]",
    ),
    Idiom(
        "functools.reduce",
        "def f(a, b): return a + b",
        "def f(a, b): return a",
        ("from functools import reduce\nassert reduce(f, [1,2,3]) == 6"),
    ),
    Idiom(
        "max with a key",
        "def f(a): return -a",
        "def f(a): return a",
        "assert max([1,2,3], key=f) == 1",
    ),
    Idiom(
        "functools.cmp_to_key",
        "def f(a, b): return b - a",
        "def f(a, b): return a - b",
        ("from functools import cmp_to_key\nassert sorted([1,3,2], key=cmp_to_key(f)) == [3,2,1]"),
    ),
    Idiom(
        "itertools.takewhile",
        "def f(i): return i < 2",
        "def f(i): return True",
        ("import itertools\nassert list(itertools.takewhile(f, range(5))) == [0,1]"),
    ),
    Idiom(
        "recursive calls counted",
        "def fib(n): return n if n < 2 else fib(n-1) + fib(n-2)",
        "def fib(n): return [0,1,1,2,3,5][n]",
        (
            "original, calls = fib, []\n"
            "def fib(n):\n"
            "    calls.append(n)\n"
            "    return original(n)\n"
            "assert fib(5) == 5 and len(calls) == 15\n"
            "fib = original"
        ),
    ),
    Idiom(
        "RecursionError for deep recursion",
        "def f(n): return 0 if n == 0 else 1 + f(n-1)",
        "def f(n): return n",
        (
            "import sys\n"
            "try:\n"
            "    f(100000)\n"
            "except RecursionError:\n"
            "    pass\n"
            "else:\n"
            "    raise AssertionError('not recursive')"
        ),
    ),
    Idiom(
        "a decorator that the student wrote",
        ("def twice(f):\n    def g(*a): return f(f(*a))\n    return g"),
        "def twice(f): return f",
        ("@twice\ndef inc(x): return x + 1\nassert inc(1) == 3"),
    ),
    Idiom(
        "functools.wraps by the student",
        (
            "import functools\n"
            "def deco(f):\n"
            "    @functools.wraps(f)\n"
            "    def g(*a): return f(*a)\n"
            "    return g"
        ),
        ("def deco(f):\n    def g(*a): return f(*a)\n    return g"),
        ("@deco\ndef inc(x): return x + 1\nassert inc.__name__ == 'inc'"),
    ),
    Idiom(
        "the answer cached by the test",
        "def f(x): return x + 1",
        "def f(x): return x",
        (
            "import functools\n"
            "@functools.lru_cache\n"
            "def cached(x): return f(x)\n"
            "assert cached(1) == 2 and cached(1) == 2"
        ),
    ),
    Idiom(
        "TypeError for a wrong call",
        "def f(*, a): return a",
        "def f(a): return a",
        (
            "try:\n"
            "    f(1)\n"
            "except TypeError:\n"
            "    pass\n"
            "else:\n"
            "    raise AssertionError('positional')\n"
            "assert f(a=1) == 1"
        ),
    ),
    Idiom(
        "*args and **kwargs",
        "def f(*a, **k): return len(a), sorted(k)",
        "def f(*a, **k): return 0",
        "assert f(1, 2, x=3, y=4) == (2, ['x', 'y'])",
    ),
    Idiom(
        "a type passed in",
        "def f(kind): return kind('3')",
        "def f(kind): return '3'",
        "assert f(int) == 3 and f(float) == 3.0",
    ),
    Idiom(
        "an exception type passed in",
        "def f(kind): raise kind('m')",
        "def f(kind): raise ValueError('m')",
        ("try:\n    f(KeyError)\nexcept KeyError:\n    pass"),
    ),
    Idiom(
        "a callback that raises",
        ("def safe(g):\n    try: return g()\n    except ValueError: return None"),
        "def safe(g): return g()",
        ("def g(): raise ValueError('x')\nassert safe(g) is None"),
    ),
    Idiom(
        "an exception of a callback comes back",
        "def apply(g): return g()",
        ("def apply(g):\n    try: return g()\n    except Exception: return None"),
        (
            "def g(): raise KeyError('x')\n"
            "try:\n"
            "    apply(g)\n"
            "except KeyError:\n"
            "    pass\n"
            "else:\n"
            "    raise AssertionError"
        ),
    ),
    Idiom(
        "a callback that gets a student's object",
        ("class P: x = 3\ndef f(g): return g(P())"),
        ("class P: x = 3\ndef f(g): return 0"),
        "assert f(lambda p: p.x) == 3",
    ),
    Idiom(
        "a docstring",
        ("def f():\n    '''Says.'''"),
        "def f(): pass",
        "assert f.__doc__ is not None and len(f.__doc__) > 3",
    ),
    Idiom(
        "a Mock passed in",
        "def f(g): g(1)",
        "def f(g): g(2)",
        (
            "from unittest.mock import Mock\n"
            "g = Mock(return_value=3)\n"
            "f(g)\n"
            "g.assert_called_once_with(1)"
        ),
    ),
    Idiom(
        "inspect.isfunction",
        "def f(x): return x",
        "class C:\n    def __call__(self, x): return x\nf = C()",
        ("import inspect\nassert inspect.isfunction(f)"),
    ),
    Idiom(
        "isinstance of types.FunctionType",
        "def f(x): return x",
        "class C:\n    def __call__(self, x): return x\nf = C()",
        ("import types\nassert isinstance(f, types.FunctionType)"),
    ),
]

IN_CANDIDATE = [
    Idiom(
        "the source text",
        "def f(x):\n    return sum(x)",
        "def f(x):\n    total = 0\n    for i in x: total += i\n    return total",
        "import inspect\nassert 'for ' not in inspect.getsource(f)",
    ),
    Idiom(
        "cache_info of an lru_cache",
        ("from functools import lru_cache\n@lru_cache\ndef f(x): return x + 1"),
        "def f(x): return x + 1",
        ("f(1); f(1)\nassert f.cache_info().hits == 1"),
    ),
    Idiom(
        "asyncio.run of a coroutine",
        ("import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x + 1"),
        "async def f(x): return x",
        ("import asyncio\nassert asyncio.run(f(1)) == 2"),
    ),
    Idiom(
        "await in a cell",
        ("import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x + 1"),
        "async def f(x): return x",
        "assert await f(1) == 2",
    ),
    Idiom(
        "bytecode by dis",
        "def f(x): return sum(x)",
        ("def f(x):\n    for i in x: pass"),
        ("import dis\nassert not any(i.opname == 'FOR_ITER' for i in dis.get_instructions(f))"),
    ),
    Idiom(
        "the syntax tree of the source",
        ("def f(x):\n    return sum(x)"),
        ("def f(x):\n    for i in x: pass\n    return sum(x)"),
        (
            "import ast, inspect\n"
            "nodes = ast.walk(ast.parse(inspect.getsource(f)))\n"
            "assert not any(isinstance(node, ast.For) for node in nodes)"
        ),
    ),
    Idiom(
        "a Mock with methods passed in",
        "def f(db): return db.get(1)",
        "def f(db): return 3",
        (
            "from unittest.mock import Mock\n"
            "db = Mock()\n"
            "db.get.return_value = 3\n"
            "assert f(db) == 3\n"
            "db.get.assert_called_with(1)"
        ),
    ),
]
