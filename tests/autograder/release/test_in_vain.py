"""What a test asks of its own process in vain is named, and what it can ask is not."""

from __future__ import annotations

import ast

import pytest

from autograder.release.in_vain import asked_in_vain

POOL = (
    "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(4) as pool:\n    "
)


def asked(test: str) -> list[str]:
    return [*asked_in_vain(ast.parse(test), {"f", "np", "data"}, {"f"})]


@pytest.mark.parametrize(
    ("test", "parts"),
    [
        ("before = set(globals())", ["set(globals())"]),
        ("before = {**vars()}", ["vars()"]),
        ("assert sorted(dir()) == before", ["sorted(dir())"]),
        ("n = len(get_ipython().user_ns)", ["len(get_ipython().user_ns)"]),
        ("before = __main__.__dict__.copy()", ["__main__.__dict__.copy()"]),
        ("extra = [name for name in globals() if name[0] != '_']", ["globals()"]),
        ("assert 'pd' not in globals()", ["'pd' not in globals()"]),
        ("before = set(globals().keys())", ["set(globals().keys())"]),
        ("assert 'pd' not in globals().keys()", ["'pd' not in globals().keys()"]),
        ("assert globals().get('helper') is None", ["globals().get('helper')"]),
        ("assert not hasattr(__main__, 'pd')", ["hasattr(__main__, 'pd')"]),
        (
            "assert not hasattr(sys.modules['__main__'], 'pd')",
            ["hasattr(sys.modules['__main__'], 'pd')"],
        ),
        ("before = dict(os.environ)", ["dict(os.environ)"]),
        ("assert os.environ == before", ["os.environ"]),
        ("assert 'HW' not in os.environ", ["'HW' not in os.environ"]),
        ("assert os.environ.get('HW') is None", ["os.environ.get('HW')"]),
        ("assert os.getenv('HW') is None", ["os.getenv('HW')"]),
        ("p = list(sys.path)", ["list(sys.path)"]),
        ("p = sys.path[:]", ["sys.path"]),
        ("assert sys.argv == p", ["sys.argv"]),
        ("assert warnings.filters == p", ["warnings.filters"]),
        ("assert not any('eval(' in cell for cell in In[:-1])", ["In"]),
        ("assert 'for' not in _ih[-2]", ["_ih"]),
        ("try:\n    open('t')\nexcept FileNotFoundError:\n    pass", ["open('t')"]),
        ("try:\n    Path('t').read_text()\nexcept OSError:\n    pass", ["Path('t').read_text()"]),
        ("with pytest.raises(FileNotFoundError): np.load('t.npy')", ["np.load('t.npy')"]),
        ("with self.assertRaises((OSError, ValueError)): open('t')", ["open('t')"]),
        ("assert f(3).dtype == np.float64", ["f(3).dtype == np.float64"]),
        (
            "assert 'int64' == str(r.dtype) == r.dtype.name",
            ["'int64' == str(r.dtype) == r.dtype.name"],
        ),
        ("assert r.dtype is np.dtype('float64')", ["r.dtype is np.dtype('float64')"]),
        ("assert r.itemsize == 8", ["r.itemsize == 8"]),
        ("assert r.base is None", ["r.base is None"]),
        (
            "random.seed(1); a = random.random()\nrandom.seed(1); f(); b = random.random(); a == b",
            ["a == b"],
        ),
        (
            "a = random.random()\nself.assertEqual(a, random.random())",
            ["self.assertEqual(a, random.random())"],
        ),
        ("a, b = f(3)\nassert not np.shares_memory(a, b)", ["np.shares_memory(a, b)"]),
        ("assert not np.may_share_memory(f(3), f(3))", ["np.may_share_memory(f(3), f(3))"]),
        ("a = threading.Thread(target=f)\nb = threading.Thread(target=f)", ["threading.Thread"]),
        ("ts = [Thread(target=f) for _ in range(8)]", ["Thread"]),
        (POOL + "list(pool.map(f, range(9)))", ["pool.map"]),
        (POOL + "for _ in range(9): pool.submit(f)", ["pool.submit"]),
        (POOL + "wait([pool.submit(f) for _ in range(9)])", ["pool.submit"]),
    ],
)
def test_what_is_asked_in_vain(test: str, parts: list[str]) -> None:
    assert asked(test) == parts


@pytest.mark.parametrize(
    "test",
    [
        "assert 'f' in globals() and globals()['f'](1) == 1",
        "assert globals().get('f') is not None and 'data' in dir()",
        "assert hasattr(__main__, 'f')",
        "for name in ['f', 'g']: assert name in globals()",
        "with mock.patch.dict(globals(), rate=5): f()",
        "timeit.timeit('f(10)', globals=globals(), number=3)",
        "exec('x = f(1)', globals())",
        "globals()['rate'] = 5",
        "assert vars(f(1)) == {'x': 1} and 'x' in dir(f(1))",
        "seed = int(os.environ.get('GRADING_SEED', 0)); os.environ['GRADING_SEED']",
        "sys.path.append('..'); sys.path.insert(0, '..')",
        "In = [1, 2]\nassert f(In[0]) == 1",
        "for _i in range(3): assert f(_i) == _i",
        "with open('data.csv') as file: rows = list(file)",
        "with pytest.raises(FileNotFoundError): f('missing.csv')",
        "try:\n    f('missing.csv')\nexcept FileNotFoundError:\n    pass",
        "assert f(3).dtype == np.uint8 and f(3).dtype == 'float32'",
        "assert f(3).dtype == float and f(3).dtype.kind == 'f'",
        "assert np.issubdtype(f(3).dtype, np.floating)",
        "assert isinstance(f(3), np.float64)",
        "x = np.random.rand(5)\nassert np.allclose(f(x), x)",
        "np.random.seed(1); a = f()\nnp.random.seed(1); b = f()\nassert a == b",
        "x = np.arange(4.0)\nassert not np.shares_memory(f(x), x)",
        "t = threading.Thread(target=f, daemon=True)\nt.start(); t.join(2)",
        POOL + "assert list(pool.map(f, range(9))) == [0] * 9",
        POOL + "assert pool.submit(f).result(timeout=2) == 3",
        POOL
        + "done = [pool.submit(f) for _ in range(9)]\nassert [d.result() for d in done] == [1] * 9",
    ],
)
def test_what_can_be_asked(test: str) -> None:
    assert asked(test) == []


def test_a_reason_is_told() -> None:
    reasons = asked_in_vain(ast.parse("p = list(sys.path)"))
    assert reasons == {
        "list(sys.path)": "what the student's code does to this list of Python's stays there"
    }
