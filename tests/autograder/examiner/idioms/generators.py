"""Tests of generators and iterators."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import Idiom

AT_EXAMINER = [
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
        "isinstance of collections.abc.Iterator",
        "def f(): return iter([1])",
        "def f(): return [1]",
        ("from collections.abc import Iterator\nassert isinstance(f(), Iterator)"),
    ),
    Idiom(
        "isinstance of Iterable and Callable",
        "def f(): return {1}",
        "def f(): return 3",
        (
            "from collections.abc import Iterable, Callable\n"
            "assert isinstance(f, Callable) and isinstance(f(), Iterable)"
        ),
    ),
    Idiom(
        "a generator expression",
        "gen = (i for i in range(4))",
        "gen = (i for i in range(3))",
        "assert sum(gen) == 6",
    ),
    Idiom(
        "pairs from an iterator",
        "def f(): return zip([1,2],[3,4])",
        "def f(): return zip([1],[3])",
        "assert [(a, b) for a, b in f()] == [(1,3),(2,4)]",
    ),
    Idiom(
        "send and close",
        (
            "def avg():\n"
            "    t = n = 0\n"
            "    x = None\n"
            "    while True:\n"
            "        x = yield (t / n if n else None)\n"
            "        t += x; n += 1"
        ),
        ("def avg():\n    while True: yield 1"),
        ("g = avg()\nnext(g)\nassert g.send(10) == 10 and g.send(20) == 15\ng.close()"),
    ),
    Idiom(
        "in, by iteration",
        ("class B:\n    def __iter__(s): return iter([1,2])"),
        ("class B:\n    def __iter__(s): return iter([1])"),
        "assert 2 in B() and list(B()) == [1, 2]",
    ),
    Idiom(
        "__next__() called until the end",
        "def f(): return iter([1])",
        "def f(): return iter([1, 2])",
        "it = f()\nassert it.__next__() == 1\ntry:\n    it.__next__()\nexcept StopIteration:\n"
        "    pass\nelse:\n    raise AssertionError('goes on')",
    ),
    Idiom(
        "isinstance of types.GeneratorType",
        ("def f():\n    yield 1"),
        "def f(): return [1]",
        ("import types\nassert isinstance(f(), types.GeneratorType)"),
    ),
    Idiom(
        "inspect.isgeneratorfunction",
        ("def f():\n    yield 1"),
        "def f(): return [1]",
        ("import inspect\nassert inspect.isgeneratorfunction(f)"),
    ),
]

IN_CANDIDATE = [
    Idiom(
        "a generator passed in",
        "def f(items): return sum(items)",
        "def f(items): return 0",
        "assert f(i for i in range(4)) == 6",
    ),
]
