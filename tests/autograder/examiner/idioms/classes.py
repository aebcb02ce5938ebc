"""Tests of classes and of the student's objects."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import ACCOUNT, Idiom

AT_EXAMINER = [
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
        "an Enum",
        ("from enum import Enum\nclass C(Enum):\n    RED = 1"),
        "class C: pass",
        "assert C.RED.value == 1 and C['RED'].name == 'RED'",
    ),
    Idiom(
        "a dataclass",
        ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: int = 0"),
        ("class P:\n    def __init__(s, x): s.x = x; s.y=1"),
        ("p = P(3)\nassert (p.x, p.y) == (3, 0)"),
    ),
    Idiom(
        "an object that is called",
        ("class F:\n    def __call__(s, x): return x + 1"),
        ("class F:\n    def __call__(s, x): return x"),
        "assert F()(1) == 2",
    ),
    Idiom(
        "a property with a setter",
        (
            "class T:\n"
            "    def __init__(s): s._c = 0\n"
            "    @property\n"
            "    def c(s): return s._c\n"
            "    @c.setter\n"
            "    def c(s, v):\n"
            "        if v < -273: raise ValueError('cold')\n"
            "        s._c = v"
        ),
        ("class T:\n    def __init__(s): s.c = 0"),
        (
            "t = T()\n"
            "t.c = 5\n"
            "assert t.c == 5\n"
            "try:\n"
            "    t.c = -300\n"
            "except ValueError:\n"
            "    pass\n"
            "else:\n"
            "    raise AssertionError"
        ),
    ),
    Idiom(
        "class and static methods",
        (
            "class T:\n"
            "    n = 0\n"
            "    @classmethod\n"
            "    def make(cls): cls.n += 1; return cls()\n"
            "    @staticmethod\n"
            "    def two(): return 2"
        ),
        (
            "class T:\n"
            "    n = 0\n"
            "    @classmethod\n"
            "    def make(cls): return cls()\n"
            "    @staticmethod\n"
            "    def two(): return 2"
        ),
        ("T.make()\nassert T.n == 1 and T.two() == 2"),
    ),
    Idiom(
        "a method called on the class",
        ACCOUNT,
        ACCOUNT.replace("+=", "="),
        ("a = Account(1)\nAccount.deposit(a, 2)\nassert a.balance == 3"),
    ),
    Idiom(
        "vars() of an object",
        ("class P:\n    def __init__(s): s.x = 1"),
        ("class P:\n    pass"),
        "assert vars(P()) == {'x': 1} and P().__dict__ == {'x': 1}",
    ),
    Idiom(
        "__bases__ and __mro__",
        ("class A: pass\nclass B(A): pass"),
        ("class A: pass\nclass B: pass"),
        "assert B.__bases__ == (A,) and B.__mro__[1] is A",
    ),
    Idiom(
        "TypeError of an abstract class",
        (
            "from abc import ABC, abstractmethod\n"
            "class S(ABC):\n"
            "    @abstractmethod\n"
            "    def area(s): ..."
        ),
        "class S: pass",
        ("try:\n    S()\nexcept TypeError:\n    pass\nelse:\n    raise AssertionError"),
    ),
    Idiom(
        "a contextlib.contextmanager",
        ("from contextlib import contextmanager\n@contextmanager\ndef cm():\n    yield 3"),
        ("from contextlib import contextmanager\n@contextmanager\ndef cm():\n    yield 2"),
        ("with cm() as x:\n    assert x == 3"),
    ),
    Idiom(
        "a context manager that swallows an exception",
        (
            "class S:\n"
            "    def __enter__(s): return s\n"
            "    def __exit__(s, kind, e, tb): return kind is ValueError"
        ),
        (
            "class S:\n"
            "    def __enter__(s): return s\n"
            "    def __exit__(s, kind, e, tb): return False"
        ),
        ("with S():\n    raise ValueError('x')"),
    ),
    Idiom(
        "indices and slices",
        (
            "class L:\n"
            "    def __len__(s): return 3\n"
            "    def __getitem__(s, i): return list(range(3))[i]"
        ),
        ("class L:\n    def __len__(s): return 3\n    def __getitem__(s, i): return 0"),
        ("l = L()\nassert l[1] == 1 and l[-1] == 2 and l[0:2] == [0, 1] and len(l) == 3"),
    ),
    Idiom(
        "a student's object as a key",
        ("class K:\n    pass\nk = K()"),
        "k = []",
        ("d = {k: 1}\nassert d[k] == 1"),
    ),
    Idiom(
        "a linked list, node by node",
        (
            "class Node:\n"
            "    def __init__(s, v, nxt=None): s.v = v; s.nxt = nxt\n"
            "def push(h, v): return Node(v, h)"
        ),
        (
            "class Node:\n"
            "    def __init__(s, v, nxt=None): s.v = v; s.nxt = nxt\n"
            "def push(h, v): return h"
        ),
        (
            "h = None\n"
            "for v in [1, 2, 3]:\n"
            "    h = push(h, v)\n"
            "out = []\n"
            "while h is not None:\n"
            "    out.append(h.v)\n"
            "    h = h.nxt\n"
            "assert out == [3, 2, 1]"
        ),
    ),
    Idiom(
        "a list of the student's objects",
        ("class P:\n    def __init__(s, x): s.x = x\ndef make(n): return [P(i) for i in range(n)]"),
        ("class P:\n    def __init__(s, x): s.x = x\ndef make(n): return []"),
        "assert [p.x for p in make(3)] == [0, 1, 2] and all(isinstance(p, P) for p in make(2))",
    ),
    Idiom(
        "a class attribute set by the test",
        ("class P:\n    rate = 2\n    def f(s): return s.rate"),
        ("class P:\n    rate = 2\n    def f(s): return 2"),
        ("P.rate = 5\nassert P().f() == 5"),
    ),
    Idiom(
        "a method replaced by the test",
        ("class P:\n    def a(s): return 1\n    def b(s): return s.a() + 1"),
        ("class P:\n    def a(s): return 1\n    def b(s): return 2"),
        ("P.a = lambda self: 10\nassert P().b() == 11"),
    ),
    Idiom(
        "mock.patch.object of a method",
        ("class P:\n    def a(s, x): return 1\n    def b(s): return s.a(3) + 1"),
        ("class P:\n    def a(s, x): return 1\n    def b(s): return 2"),
        (
            "from unittest import mock\n"
            "with mock.patch.object(P, 'a', return_value=10) as a:\n"
            "    assert P().b() == 11\n"
            "a.assert_called_once_with(3)"
        ),
    ),
    Idiom(
        "an operator in place",
        "class V:\n    def __init__(s, x): s.x = x\n    def __iadd__(s, o): s.x += o.x; return s",
        "class V:\n    def __init__(s, x): s.x = x\n    def __add__(s, o): return V(s.x + o.x)",
        "a = b = V(1)\na += V(2)\nassert a is b and a.x == 3",
    ),
    Idiom(
        "the hash of the student's objects",
        "class V:\n    def __init__(s, x): s.x = x\n    def __hash__(s): return hash(s.x)",
        "class V:\n    def __init__(s, x): s.x = x",
        "assert hash(V(1)) == hash(V(1)) and hash(V(1)) != hash(V(2))",
    ),
    Idiom(
        "objects that cannot be keys",
        "class V:\n    def __eq__(s, o): return True",
        "class V: pass",
        "try:\n    {V(): 1}\nexcept TypeError:\n    pass\nelse:\n    raise AssertionError",
    ),
    Idiom(
        "a format of the student's",
        "class V:\n    def __format__(s, how): return f'V:{how}'",
        "class V:\n    def __str__(s): return 'V:a'",
        "assert f'{V():a}' == 'V:a'",
    ),
    Idiom(
        "copy.copy and copy.deepcopy of a student's object",
        "class V:\n    def __init__(s): s.x = [1]",
        "class V:\n    def __init__(s): s.x = [1]\n    def __deepcopy__(s, memo): return s",
        "import copy\na = V()\nb, c = copy.copy(a), copy.deepcopy(a)\nb.x.append(2)\n"
        "a.x = 3\nassert c.x == [1] and b is not a",
    ),
    Idiom(
        "isinstance of Sized, Hashable and Container",
        "class V:\n    def __len__(s): return 1\n    __hash__ = None",
        "class V:\n    def __contains__(s, x): return True",
        "from collections.abc import Container, Hashable, Sized\nv = V()\n"
        "assert isinstance(v, Sized) and not isinstance(v, (Container, Hashable))",
    ),
    Idiom(
        "type(x) is the student's class",
        ("class P: pass\nclass Q(P): pass\ndef f(): return P()"),
        ("class P: pass\nclass Q(P): pass\ndef f(): return Q()"),
        "assert type(f()) is P and type(f()) == P and type(f()) != Q",
    ),
    Idiom(
        "the name of an object's type",
        ("class P: pass\ndef f(): return P()"),
        ("class P: pass\nclass Q: pass\ndef f(): return Q()"),
        "assert type(f()).__name__ == 'P' and f().__class__.__name__ == 'P'",
    ),
    Idiom(
        "isinstance of a library's class",
        "from queue import LifoQueue\ndef f(): return LifoQueue()",
        "from queue import LifoQueue\nclass Queue: pass\ndef f(): return Queue()",
        "from queue import Queue\nassert isinstance(f(), Queue)",
    ),
    Idiom(
        "type(x) is a library's class",
        "from queue import Queue, LifoQueue\ndef f(): return Queue()",
        "from queue import Queue, LifoQueue\ndef f(): return LifoQueue()",
        "assert type(f()) is Queue and type(f()).__name__ == 'Queue'",
    ),
    Idiom(
        "a class derived from two of a library's",
        (
            "from queue import Queue\nfrom string import Template\n"
            "class Both(Queue, Template):\n    def __init__(self): pass"
        ),
        "class Queue: pass\nclass Template: pass\nclass Both(Queue, Template): pass",
        (
            "import inspect\nimport queue\nimport string\n"
            "assert issubclass(Both, queue.Queue) and issubclass(Both, string.Template)\n"
            "assert isinstance(Both(), queue.Queue) and isinstance(Both(), string.Template)\n"
            "assert string.Template in inspect.getmro(Both)\nassert type(Both()) is not queue.Queue"
        ),
    ),
    Idiom(
        "assertIsInstance of a library's class",
        "from string import Template\ndef f(): return Template('$x')",
        "def f():\n    class Template: pass\n    return Template()",
        "import string\nimport unittest\n"
        "unittest.TestCase().assertIsInstance(f(), string.Template)",
    ),
]

IN_CANDIDATE = [
    Idiom(
        "a subclass of the student's class",
        ACCOUNT,
        ACCOUNT.replace("+=", "="),
        "class Mine(Account):\n    pass\nassert Mine(1).deposit(2).balance == 3",
    ),
    Idiom(
        "equality of the student's objects",
        ACCOUNT,
        ACCOUNT.replace("self.balance == other.balance", "False"),
        "assert Account(3) == Account(3)",
    ),
    Idiom(
        "equality of dataclasses",
        ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int"),
        ("class P:\n    def __init__(s, x): s.x = x"),
        "assert P(3) == P(3)",
    ),
    Idiom(
        "dataclasses.asdict",
        ("from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int"),
        ("class P:\n    def __init__(s, x): s.x = x"),
        ("from dataclasses import asdict\nassert asdict(P(3)) == {'x': 3}"),
    ),
    Idiom(
        "order of the student's objects",
        ("class V:\n    def __init__(s, x): s.x = x\n    def __lt__(s, o): return s.x < o.x"),
        ("class V:\n    def __init__(s, x): s.x = x\n    def __lt__(s, o): return False"),
        "assert V(1) < V(2)",
    ),
    Idiom(
        "a student's object times a number",
        (
            "class V:\n"
            "    def __init__(s, x): s.x = x\n"
            "    def __mul__(s, k): return V(s.x * k)\n"
            "    __rmul__ = __mul__"
        ),
        (
            "class V:\n"
            "    def __init__(s, x): s.x = x\n"
            "    def __mul__(s, k): return s\n"
            "    __rmul__ = __mul__"
        ),
        "assert (V(2) * 3).x == 6 and (3 * V(2)).x == 6",
    ),
    Idiom(
        "sorted student's objects",
        ("class V:\n    def __init__(s, x): s.x = x\n    def __lt__(s, o): return s.x < o.x"),
        ("class V:\n    def __init__(s, x): s.x = x\n    def __lt__(s, o): return False"),
        "assert [v.x for v in sorted([V(2), V(1)])] == [1, 2]",
    ),
    Idiom(
        "__contains__ and __bool__",
        (
            "class B:\n"
            "    def __contains__(s, x): return x == 3\n"
            "    def __getitem__(s, i): return i * 2\n"
            "    def __bool__(s): return False"
        ),
        (
            "class B:\n"
            "    def __contains__(s, x): return False\n"
            "    def __getitem__(s, i): return i\n"
            "    def __bool__(s): return True"
        ),
        ("b = B()\nassert b[3] == 6 and 3 in b and not b"),
    ),
    Idiom(
        "inspect.isclass",
        "class C: pass",
        "def C(): pass",
        ("import inspect\nassert inspect.isclass(C)"),
    ),
    Idiom(
        "bool of a student's object",
        (
            "class Node:\n"
            "    def __init__(s, v, nxt=None): s.v = v; s.nxt = nxt\n"
            "def push(h, v): return Node(v, h)"
        ),
        (
            "class Node:\n"
            "    def __init__(s, v, nxt=None): s.v = v; s.nxt = nxt\n"
            "def push(h, v): return h"
        ),
        (
            "h = None\n"
            "for v in [1, 2, 3]:\n"
            "    h = push(h, v)\n"
            "out = []\n"
            "while h:\n"
            "    out.append(h.v)\n"
            "    h = h.nxt\n"
            "assert out == [3, 2, 1]"
        ),
    ),
    Idiom(
        "an object of the test's passed in",
        "def f(shape): return shape.area() * 2",
        "def f(shape): return 0",
        ("class Square:\n    def area(self): return 9\nassert f(Square()) == 18"),
    ),
]
