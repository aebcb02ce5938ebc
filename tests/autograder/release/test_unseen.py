"""What a test looks at or replaces in its own process is named, and nothing else."""

from __future__ import annotations

import ast

import pytest

from autograder.release.unseen import replaced_parts, unseen_names

IMPORTS = ast.parse(
    "import builtins, os, sys, __main__\nimport numpy as np\nimport matplotlib.pyplot as plt\n"
    "from numpy import linalg\nfrom scipy import optimize as opt\nimport os.path"
)


@pytest.mark.parametrize(
    ("test", "parts"),
    [
        ("np.dot = forbidden", ["numpy.dot"]),
        ("np.linalg.inv = linalg.solve = None", ["numpy.linalg.inv", "numpy.linalg.solve"]),
        ("saved, np.sum = np.sum, None", ["numpy.sum"]),
        ("del opt.minimize", ["scipy.optimize.minimize"]),
        ("os.environ['A'] = 'b'", ["os.environ"]),
        ("plt.rcParams['a'] += 1", ["matplotlib.pyplot.rcParams"]),
        ("for np.dot in [f]: g()", ["numpy.dot"]),
        ("setattr(np, 'dot', f)", ["numpy.dot"]),
        ("monkeypatch.setattr(np.linalg, 'inv', f)", ["numpy.linalg.inv"]),
        ("with mock.patch('time.sleep'): f()", ["time.sleep"]),
        ("@patch('random.random', return_value=1)\ndef g(m): f()\ng()", ["random.random"]),
        ("with mock.patch.object(np, 'dot') as m: f()", ["numpy.dot"]),
        ("with patch.object(opt, 'brentq'): f()", ["scipy.optimize.brentq"]),
        ("with mock.patch.dict(os.environ, {'A': 'b'}): f()", ["os.environ"]),
        ("builtins.print = f", ["builtins.print"]),
        ("def sum(*a): raise AssertionError\ntry: f()\nfinally: del sum", ["builtins.sum"]),
        ("sorted = lambda *a: 1 / 0", ["builtins.sorted"]),
        ("def no(*a): 1 / 0\nmax = min = no", ["builtins.max", "builtins.min"]),
        ("class Forbidden:\n    pass\neval = Forbidden()", ["builtins.eval"]),
        ("eval = mock.Mock()", ["builtins.eval"]),
        ("saved, np = np, None\nf()\nnp = saved", ["numpy"]),
        ("del np\nf()", ["numpy"]),
        ("linalg = object()", ["numpy.linalg"]),
        ("pytest.MonkeyPatch().setattr('math.sqrt', f)", ["math.sqrt"]),
    ],
)
def test_a_part_of_a_module_that_is_replaced(test: str, parts: list[str]) -> None:
    assert replaced_parts(ast.parse(test), [IMPORTS]) == parts


@pytest.mark.parametrize(
    "test",
    [
        "sys.stdout = io.StringIO()",
        "builtins.input = lambda: '3'",
        "with mock.patch('builtins.input', return_value='3'): f()",
        "with mock.patch('sys.stdout', new_callable=io.StringIO): f()",
        "__main__.helper = f",
        "with mock.patch('__main__.helper'): f()",
        "with mock.patch.object(__main__, 'helper'): f()",
        "with mock.patch.object(Thing, 'method'): f()",
        "with mock.patch.dict(globals(), {'helper': g}): f()",
        "Thing.rate = 5",
        "a = np.zeros(3)\na[1] = np.dot(a, a)",
        "saved = f\nf = counting\nf(1)\nf = saved",
        "setattr(thing, 'x', 3)",
        "np.random.seed(3)",
        "f()[0]",
        "input = lambda *a: '7'",
        "list = [1, 2]\nsum = 0\nfor id in list: sum += id",
        "max, min = f(3)",
        "try:\n    import pandas as np\nexcept ImportError:\n    np = None",
        "def g():\n    sum = None\ng()",
        "x = np.array([1])\ndel x",
    ],
)
def test_what_reaches_the_students_code_or_is_the_tests_own(test: str) -> None:
    assert replaced_parts(ast.parse(test), [IMPORTS]) == []


def test_a_built_in_that_the_student_has_to_write_is_the_students() -> None:
    test = ast.parse("saved = max\ndef max(x): return 3\nf()\nmax = saved")
    assert replaced_parts(test, [IMPORTS], {"max", "f"}) == []


@pytest.mark.parametrize(
    ("test", "names"),
    [
        ("sys.setrecursionlimit(50)", ["setrecursionlimit"]),
        ("assert plt.get_fignums() == []", ["get_fignums"]),
        ("from pathlib import Path\nassert Path('x').exists()", ["exists"]),
        ("import gc; gc.collect()", ["gc"]),
        ("from time import process_time as now\nnow()", ["process_time"]),
        ("with self.assertLogs(): f()", ["assertLogs"]),
        ("with pytest.warns(UserWarning): f()", ["pytest.warns"]),
        ("assert e.__context__ is None", ["__context__"]),
        ("assert 'x' not in sys.modules", ["sys.modules"]),
        ("assert plt.rcParams['font.size'] == 20", ["rcParams"]),
        ("assert np.get_printoptions()['precision'] == 3", ["get_printoptions"]),
        ("assert threading.enumerate() == []", ["threading.enumerate"]),
        ("here = os.getcwd()", ["getcwd"]),
        ("assert Path.cwd() == here", ["cwd"]),
        ("from os import walk\nassert len(list(walk('.'))) == 1", ["os.walk"]),
        ("assert not list(Path('.').rglob('tmp*'))", ["rglob"]),
        ("assert pd.options.display.max_rows == n", ["pd.options"]),
        ("assert not logging.root.handlers", ["logging.root"]),
        ("assert signal.getsignal(signal.SIGINT) is old", ["getsignal"]),
        ("assert sys.gettrace() is None", ["gettrace"]),
        ("try: text = inspect.getsource(f)\nexcept OSError: text = ''", ["getsource"]),
        ("assert f().flags.owndata", ["owndata"]),
        ("assert f().format(**globals()) == x", ["variables for a template"]),
        ("assert string.Template(f()).substitute(locals()) == x", ["variables for a template"]),
        ("assert f() % vars() == x", ["variables for a template"]),
    ],
)
def test_a_name_that_looks_at_the_process(test: str, names: list[str]) -> None:
    assert unseen_names(ast.parse(test)) == names


@pytest.mark.parametrize(
    "test",
    [
        "for i, x in enumerate(f()): assert x == i",
        "assert hasattr(sys.modules['__main__'], 'f')",
        "assert e.__cause__ is not None",
        "assert time.perf_counter() - start < 1",
        "seed = int(os.environ['GRADING_SEED'])",
        "nodes = list(ast.walk(tree))",
        "root.handlers = f()",
    ],
)
def test_a_name_that_does_not(test: str) -> None:
    assert unseen_names(ast.parse(test)) == []
