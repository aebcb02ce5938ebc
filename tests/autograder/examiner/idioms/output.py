"""Tests of what is printed, typed in, written and timed."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import IMPORT, Idiom

AT_EXAMINER = [
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
        "input() mocked",
        "def ask(): return int(input('n? '))",
        "def ask(): return 0",
        "from unittest import mock\nwith mock.patch('builtins.input', return_value='7'):\n"
        "    assert ask() == 7",
    ),
    Idiom(
        "sys.stdin replaced",
        "def ask(): return int(input())",
        "def ask(): return 0",
        (
            "import io, sys\n"
            "kept, sys.stdin = sys.stdin, io.StringIO('7')\n"
            "try:\n"
            "    assert ask() == 7\n"
            "finally:\n"
            "    sys.stdin = kept"
        ),
    ),
    Idiom(
        "builtins.input replaced",
        "def ask(): return int(input('n?'))",
        "def ask(): return 0",
        (
            "import builtins\n"
            "old = builtins.input\n"
            "builtins.input = lambda *a: '7'\n"
            "try:\n"
            "    assert ask() == 7\n"
            "finally:\n"
            "    builtins.input = old"
        ),
    ),
    Idiom(
        "a global input()",
        "def ask(): return int(input('n?'))",
        "def ask(): return 0",
        ("input = lambda *a: '7'\ntry:\n    assert ask() == 7\nfinally:\n    del input"),
    ),
    Idiom(
        "several lines of input",
        "def ask(): return [input(), input()]",
        "def ask(): return [input()]",
        (
            "from unittest import mock\n"
            "with mock.patch('builtins.input', side_effect=['a', 'b']) as i:\n"
            "    assert ask() == ['a', 'b'] and i.call_count == 2"
        ),
    ),
    Idiom(
        "the prompt of input()",
        "def ask(): return input('n? ')",
        "def ask(): return input('m? ')",
        (
            "import io, sys\n"
            "from contextlib import redirect_stdout\n"
            "kept, sys.stdin = sys.stdin, io.StringIO('7\\n')\n"
            "out = io.StringIO()\n"
            "try:\n"
            "    with redirect_stdout(out):\n"
            "        assert ask() == '7'\n"
            "finally:\n"
            "    sys.stdin = kept\n"
            "assert out.getvalue() == 'n? '"
        ),
    ),
    Idiom(
        "output that the answer cell captured",
        ("%%capture out\nprint('hello')"),
        ("%%capture out\nprint('no')"),
        "assert out.stdout == 'hello\\n'",
    ),
    Idiom(
        "cell magic %%timeit",
        "def f(x): return x",
        "def f(x): raise ValueError",
        "assert f(1) == 1",
        earlier=("%%timeit -n1 -r1\nf(1)"),
    ),
    Idiom(
        "timeit.timeit",
        "def f(n): return n",
        ("def f(n):\n    import time\n    time.sleep(0.2)"),
        ("import timeit\nassert timeit.timeit(lambda: f(10), number=3) < 0.3"),
    ),
    Idiom(
        "timeit.timeit of text",
        "def f(n): return n",
        ("def f(n):\n    import time\n    time.sleep(0.2)"),
        ("import timeit\nassert timeit.timeit('f(10)', globals=globals(), number=3) < 0.3"),
    ),
    Idiom(
        "a time limit by signal.alarm",
        "def f(n): return n",
        ("def f(n):\n    while True: pass"),
        (
            "import signal\n"
            "def late(*_): raise TimeoutError('too slow')\n"
            "signal.signal(signal.SIGALRM, late)\n"
            "signal.alarm(1)\n"
            "try:\n"
            "    assert f(3) == 3\n"
            "finally:\n"
            "    signal.alarm(0)"
        ),
    ),
    Idiom(
        "a time limit by a thread",
        "def f(n): return n",
        "def f(n): return 0",
        (
            "from concurrent.futures import ThreadPoolExecutor\n"
            "with ThreadPoolExecutor(1) as pool:\n"
            "    assert pool.submit(f, 3).result(timeout=5) == 3"
        ),
    ),
    Idiom(
        "a pool of threads",
        "def f(n): return n * n",
        "def f(n): return 0",
        (
            "from concurrent.futures import ThreadPoolExecutor\n"
            "with ThreadPoolExecutor(4) as pool:\n"
            "    assert list(pool.map(f, range(20))) == [n * n for n in range(20)]"
        ),
    ),
    Idiom(
        "output of the test's own",
        "def f(): return 1",
        "def f(): return 2",
        ("print('testing')\nassert f() == 1"),
    ),
    Idiom(
        "a shell command, which is passed over",
        "def f(): return 1",
        "def f(): return 2",
        ("!echo hello\nx = !ls\nassert f() == 1"),
    ),
]

IN_CANDIDATE = [
    Idiom(
        "a file that the student's code writes",
        "def save(x):\n    with open('out.txt', 'w') as file: file.write(str(x))",
        "def save(x): pass",
        "save(3)\nassert open('out.txt').read() == '3'",
    ),
    Idiom(
        "print() mocked",
        "def f(): print('a')",
        "def f(): pass",
        (
            "from unittest import mock\n"
            "with mock.patch('builtins.print') as p:\n"
            "    f()\n"
            "p.assert_called_once_with('a')"
        ),
    ),
    Idiom(
        "a temporary file of the test's",
        "def f(p): return open(p).read()",
        "def f(p): return ''",
        (
            "import tempfile, os\n"
            "with tempfile.NamedTemporaryFile('w', delete=False) as t:\n"
            "    t.write('abc')\n"
            "assert f(t.name) == 'abc'"
        ),
    ),
    Idiom(
        "a file object passed in",
        "def f(file): return file.read().upper()",
        "def f(file): return ''",
        ("import io\nassert f(io.StringIO('abc')) == 'ABC'"),
    ),
    Idiom(
        "memory by tracemalloc",
        IMPORT + "def f(n): return sum(range(n))",
        IMPORT + "def f(n): return sum(list(range(n)))",
        (
            "import tracemalloc\n"
            "tracemalloc.start()\n"
            "f(10**5)\n"
            "peak = tracemalloc.get_traced_memory()[1]\n"
            "tracemalloc.stop()\n"
            "assert peak < 10**5"
        ),
    ),
    Idiom(
        "the value of the cell before",
        "3 + 4",
        "3",
        "assert _ == 7",
    ),
]
