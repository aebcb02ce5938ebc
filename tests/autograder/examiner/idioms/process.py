"""Tests of what the student's code does to its process, or the process to the code."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import IMPORT, Idiom

AT_EXAMINER = [
    Idiom(
        "time by time.perf_counter",
        "def f(): return 1",
        "import time\ndef f(): time.sleep(1.1)",
        "import time\nstart = time.perf_counter()\nf()\nassert time.perf_counter() - start < 1",
    ),
]

IN_CANDIDATE = [
    Idiom(
        "a lower recursion limit",
        "def f(n): return sum(range(n))",
        "def f(n): return n and n - 1 + f(n - 1)",
        "import sys\nbefore = sys.getrecursionlimit()\nsys.setrecursionlimit(300)\n"
        "try:\n    assert f(500) == 124750\nfinally:\n    sys.setrecursionlimit(before)",
    ),
    Idiom(
        "a library function that is forbidden",
        IMPORT + "def f(a, b): return sum(x * y for x, y in zip(a, b))",
        IMPORT + "def f(a, b): return np.dot(a, b)",
        IMPORT + "def forbidden(*_): raise AssertionError('no np.dot')\n"
        "before, np.dot = np.dot, forbidden\n"
        "try:\n    assert f([1, 2], [3, 4]) == 11\nfinally:\n    np.dot = before",
    ),
    Idiom(
        "mock.patch of a library function",
        "import math\ndef f(n): return math.prod(range(1, n + 1))",
        "import math\ndef f(n): return math.factorial(n)",
        "from unittest import mock\nwith mock.patch('math.factorial', side_effect=OSError):\n"
        "    assert f(4) == 24",
    ),
    Idiom(
        "a file that is deleted again",
        "import os\ndef f():\n    open('t', 'w').close()\n    os.remove('t')",
        "def f(): open('t', 'w').close()",
        "import os\nf()\nassert not os.path.exists('t')",
    ),
    Idiom(
        "plt.get_fignums after a call",
        "import matplotlib.pyplot as plt\ndef f():\n    plt.figure()\n    plt.close()",
        "import matplotlib.pyplot as plt\ndef f(): plt.figure()",
        "import matplotlib.pyplot as plt\nplt.close('all')\nf()\nassert plt.get_fignums() == []",
    ),
    Idiom(
        "np.geterr after a call",
        IMPORT + "def f():\n    with np.errstate(all='ignore'): return np.log(0.0)",
        IMPORT + "def f():\n    np.seterr(all='ignore')\n    return np.log(0.0)",
        IMPORT + "before = np.geterr()\nf()\nassert np.geterr() == before",
    ),
    Idiom(
        "an object that is freed",
        "class V: pass\ndef f(): return V()",
        "class V: pass\nkept = []\ndef f():\n    kept.append(V())\n    return kept[-1]",
        "import gc, weakref\nr = weakref.ref(f())\ngc.collect()\nassert r() is None",
    ),
    Idiom(
        "processor time",
        "def f(): return 1",
        "import time\ndef f():\n    end = time.process_time() + 0.3\n"
        "    while time.process_time() < end: pass",
        "import time\nstart = time.process_time()\nf()\nassert time.process_time() - start < 0.2",
    ),
    Idiom(
        "threads that go on",
        "def f(): pass",
        "import threading, time\n"
        "def f(): threading.Thread(target=time.sleep, args=(1,), daemon=True).start()",
        "import threading\nbefore = threading.active_count()\nf()\n"
        "assert threading.active_count() == before",
    ),
    Idiom(
        "a module that must not be imported",
        "def f(x): return x",
        "def f(x):\n    import colorsys\n    return x",
        "import sys\nassert f(1) == 1 and 'colorsys' not in sys.modules",
    ),
    Idiom(
        "an environment variable set by the test",
        "import os\ndef f(): return os.environ.get('MODE', 'none')",
        "def f(): return 'none'",
        "import os\nos.environ['MODE'] = 'fast'\nassert f() == 'fast'",
    ),
    Idiom(
        "the context of decimal",
        "import decimal\ndef f(): return str(decimal.Decimal(1) / 3)",
        "def f(): return '0.33333'",
        "import decimal\nwith decimal.localcontext() as context:\n    context.prec = 4\n"
        "    assert f() == '0.3333'",
    ),
]
