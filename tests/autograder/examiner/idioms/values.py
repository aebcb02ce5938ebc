"""Tests of values: types, containers, what changes in place."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import Idiom

AT_EXAMINER = [
    Idiom("equal numbers", "def f(x): return x + 1", "def f(x): return x", "assert f(1) == 2"),
    Idiom(
        "several cases in a loop",
        "def f(x, y=1): return x * y",
        "def f(x, y=1): return x",
        "for args, expected in [((1,), 1), ((2, 3), 6)]:\n    assert f(*args) == expected, args\n"
        "assert f(x=2, y=2) == 4",
    ),
    Idiom("a variable", "answer = 6 * 7", "answer = 13", "assert answer == 42"),
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
        "the very same object",
        "def f(x): return x",
        "def f(x): return list(x)",
        "x = [1]\nassert f(x) is x",
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
        "a default argument that is not shared",
        "def f(x, to=None):\n    to = [] if to is None else to\n    to.append(x)\n    return to",
        "def f(x, to=[]):\n    to.append(x)\n    return to",
        "assert f(1) == [1] and f(2) == [2]",
    ),
    Idiom(
        "partial credit by a number",
        "def f(x): return abs(x)",
        "def f(x): return None",
        "sum([f(1) == 1, f(-1) == 1])",
    ),
    Idiom(
        "a message of the test's own",
        "def f(x): return 2 * x",
        "def f(x): return x",
        "if f(2) != 4:\n    raise AssertionError(f'f(2) should be 4, got {f(2)}')",
    ),
    Idiom(
        "a digest of the answer",
        "answer = 42",
        "answer = 41",
        (
            "import hashlib\n"
            "assert hashlib.md5(str(answer).encode()).hexdigest() == hashlib.md5(b'42').hexdigest()"
        ),
    ),
    Idiom(
        "a value pickled",
        "def f(): return [1, {'a': 2.0}]",
        "def f(): return [1]",
        ("import pickle\nassert pickle.loads(pickle.dumps(f())) == [1, {'a': 2.0}]"),
    ),
    Idiom(
        "a value as JSON",
        "def f(): return {'a': [1, None]}",
        "def f(): return {'a': [1]}",
        ("import json\nassert json.dumps(f()) == '{\"a\": [1, null]}'"),
    ),
    Idiom(
        "nested lists changed in place",
        "def f(m): m[0][0] = 9; return m",
        "def f(m): return m",
        ("import copy\nm = [[1], [2]]\nm0 = copy.deepcopy(m)\nassert f(m) != m0 and m[0] == [9]"),
    ),
    Idiom(
        "a namedtuple as a tuple",
        ("from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f(): return P(1, 2)"),
        "def f(): return (2, 1)",
        "assert f() == (1, 2) and f()[0] == 1",
    ),
    Idiom(
        "a Counter as a dict",
        ("from collections import Counter\ndef f(s): return Counter(s)"),
        "def f(s): return {}",
        "assert f('aab') == {'a': 2, 'b': 1}",
    ),
    Idiom(
        "a defaultdict",
        (
            "from collections import defaultdict\n"
            "def f():\n"
            "    d = defaultdict(list); d['a'].append(1); return d"
        ),
        "def f(): return {}",
        "assert f() == {'a': [1]} and isinstance(f(), dict)",
    ),
    Idiom(
        "a deque as a list",
        ("from collections import deque\ndef f(): return deque([1,2])"),
        "def f(): return [2, 1]",
        "assert list(f()) == [1, 2]",
    ),
    Idiom(
        "results in any order",
        "def f(): return {3, 1}",
        "def f(): return {1}",
        "assert sorted(f()) == [1, 3]",
    ),
    Idiom(
        "frozensets as keys",
        "def f(): return {frozenset([1, 2]): (3, 4)}",
        "def f(): return {}",
        "assert f()[frozenset([2, 1])] == (3, 4)",
    ),
    Idiom(
        "a long text",
        "def f(n): return 'x' * n",
        "def f(n): return ''",
        "assert len(f(10**6)) == 10**6",
    ),
    Idiom(
        "a match statement",
        "def f(x): return (x, 'ok')",
        "def f(x): return (x, 'no')",
        (
            "match f(1):\n"
            "    case (1, 'ok'):\n"
            "        pass\n"
            "    case other:\n"
            "        raise AssertionError(other)"
        ),
    ),
    Idiom(
        "points added up",
        "def f(): return 1",
        "raise ValueError",
        ("score = 0\nscore += 2 * (f() == 1)\nscore"),
    ),
    Idiom(
        "a last line that ends in a semicolon",
        "def f(): return 1",
        "def f(): return 2",
        ("assert f() == 1\nf();"),
    ),
    Idiom(
        "fields of a namedtuple",
        ("from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f(): return P(1, 2)"),
        "def f(): return (1, 2)",
        ("p = f()\nassert p.x == 1 and p.y == 2"),
    ),
    Idiom(
        "methods of a Counter",
        ("from collections import Counter\ndef f(s): return Counter(s)"),
        "def f(s): return dict()",
        "assert f('aab').most_common(1) == [('a', 2)]",
    ),
    Idiom(
        "a Fraction",
        ("from fractions import Fraction\ndef f(): return Fraction(1, 2)"),
        ("from fractions import Fraction\ndef f(): return Fraction(1, 3)"),
        ("from fractions import Fraction\nassert f() == Fraction(1, 2)"),
    ),
    Idiom(
        "a Decimal",
        ("from decimal import Decimal\ndef f(): return Decimal('0.5')"),
        "def f(): return 1",
        ("from decimal import Decimal\nassert f() == Decimal('0.5')"),
    ),
    Idiom(
        "a date",
        ("from datetime import date\ndef f(): return date(2020,1,1)"),
        "def f(): return 1",
        ("from datetime import date\nassert f() == date(2020,1,1)"),
    ),
    Idiom(
        "a bytearray",
        "def f(): return bytearray(b'ab')",
        "def f(): return bytearray(b'a')",
        "assert f() == b'ab'",
    ),
    Idiom(
        "dates and times in a time zone",
        "from datetime import datetime, timedelta, timezone\n"
        "def f(d): return d.astimezone(timezone(timedelta(hours=2))), d + timedelta(days=1)",
        "from datetime import datetime, timedelta, timezone\n"
        "def f(d): return d.replace(tzinfo=timezone(timedelta(hours=2))), d + timedelta(days=1)",
        "from datetime import datetime, timezone\n"
        "d = datetime(2024, 2, 28, 23, tzinfo=timezone.utc)\n"
        "assert f(d)[0] == d and f(d)[0].hour == 1 and f(d)[1].day == 29",
    ),
    Idiom(
        "a Path passed in",
        "def f(p): return (p / 'b.txt').name, p.exists()",
        "def f(p): return p + 'b.txt'",
        "from pathlib import Path\nassert f(Path('a')) == ('b.txt', False)",
    ),
    Idiom(
        "a path that is made of others",
        "from pathlib import PurePosixPath\ndef f(p): return p / 'b.txt'",
        "from pathlib import PurePosixPath\ndef f(p): return p",
        "from pathlib import PurePosixPath\n"
        "assert f(PurePosixPath('a')) == PurePosixPath('a/b.txt') and f(PurePosixPath('a')).suffix",
    ),
    Idiom(
        "a deque changed in place",
        "def f(d): d.rotate(1)",
        "def f(d): d.reverse()",
        "from collections import deque\nd = deque([1, 2, 3], maxlen=3)\nf(d)\n"
        "assert d == deque([3, 1, 2]) and d.maxlen == 3",
    ),
    Idiom(
        "the order of an OrderedDict",
        "from collections import OrderedDict\ndef f(d): d.move_to_end('a')",
        "from collections import OrderedDict\ndef f(d): d.update(a=1)",
        "from collections import OrderedDict\nd = OrderedDict(a=1, b=2)\nf(d)\n"
        "assert list(d) == ['b', 'a'] and isinstance(d, OrderedDict)",
    ),
    Idiom(
        "a defaultdict's default",
        "from collections import defaultdict\ndef f(): return defaultdict(int, a=1)",
        "from collections import defaultdict\ndef f(): return dict(a=1)",
        "assert f()['a'] == 1 and f()['b'] == 0",
    ),
    Idiom(
        "the keys of a dict as a set",
        "def f(d): return d.keys()",
        "def f(d): return list(d)",
        "assert f({'a': 1, 'b': 2}) & {'a', 'c'} == {'a'}",
    ),
    Idiom(
        "a namedtuple passed in",
        "def f(p): return p.x + p.y",
        "def f(p): return p.x - p.y",
        "from collections import namedtuple\nassert f(namedtuple('P', 'x y')(1, 2)) == 3",
    ),
    Idiom(
        "large integers, exactly",
        "import math\nimport numpy as np\ndef f(n): return [math.comb(n, k) for k in range(n + 1)]",
        "import math\nimport numpy as np\n"
        "def f(n): return [float(math.comb(n, k)) for k in range(n + 1)]",
        "assert all(a * (66 - k) == b * (k + 1) for k, (a, b) in enumerate(zip(f(66), f(66)[1:])))",
    ),
    Idiom(
        "a Path",
        ("from pathlib import Path\ndef f(): return Path('a') / 'b'"),
        ("from pathlib import Path\ndef f(): return Path('a')"),
        ("from pathlib import Path\nassert f() == Path('a/b')"),
    ),
]

IN_CANDIDATE: list[Idiom] = []
