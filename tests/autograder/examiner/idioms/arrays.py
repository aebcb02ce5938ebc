"""Tests of arrays: their values, memory and types."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import IMPORT, Idiom

AT_EXAMINER = [
    Idiom(
        "numpy.testing",
        IMPORT + "def f(x): return np.sqrt(x)",
        IMPORT + "def f(x): return np.sqrt(x) + 1e-3",
        IMPORT + "np.testing.assert_allclose(f(np.arange(5.0)) ** 2, np.arange(5.0), rtol=1e-9)",
    ),
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
        "np.vectorize of a function of the test",
        "def f(x): return 1 if x > 0 else 0",
        "def f(x): return 1",
        IMPORT + "assert np.vectorize(lambda x: f(x))(np.array([-1, 2])).tolist() == [0, 1]",
    ),
    Idiom(
        "np.vectorize of the answer itself",
        "def f(x): return 1 if x > 0 else 0",
        "def f(x): return 1",
        IMPORT + "assert np.vectorize(f)(np.array([-1, 2])).tolist() == [0, 1]",
    ),
    Idiom(
        "assert_array_almost_equal",
        IMPORT + "def f(): return np.array([1/3])",
        IMPORT + "def f(): return np.array([.3])",
        IMPORT + "np.testing.assert_array_almost_equal(f(), [0.333333])",
    ),
    Idiom(
        "np.apply_along_axis",
        IMPORT + "def f(r): return r.sum()",
        IMPORT + "def f(r): return r[0]",
        IMPORT + "assert np.apply_along_axis(f, 1, np.arange(6).reshape(2,3)).tolist() == [3, 12]",
    ),
    Idiom(
        "np.fromfunction",
        "def f(i, j): return i + j",
        "def f(i, j): return i",
        IMPORT + "assert np.fromfunction(f, (2, 2)).tolist() == [[0,1],[1,2]]",
    ),
    Idiom(
        "np.frompyfunc",
        "def f(i): return i + 1",
        "def f(i): return i",
        IMPORT + "assert np.frompyfunc(f, 1, 1)(np.arange(3)).tolist() == [1,2,3]",
    ),
    Idiom(
        "isinstance of np.ndarray, and np.issubdtype",
        IMPORT + "def f(): return np.arange(3)",
        "def f(): return [0,1,2]",
        IMPORT + "assert isinstance(f(), np.ndarray) and np.issubdtype(f().dtype, np.integer)",
    ),
    Idiom(
        "a NumPy scalar",
        IMPORT + "def f(): return np.float64(2)",
        "def f(): return '2'",
        IMPORT + "assert isinstance(f(), (float, np.floating)) and f() == 2",
    ),
    Idiom(
        "np.isscalar",
        IMPORT + "def f(): return np.float32(2)",
        IMPORT + "def f(): return np.array([2])",
        IMPORT + "assert np.isscalar(f())",
    ),
    Idiom(
        "an array of objects",
        IMPORT + "def f(): return np.array([1, 'a'], dtype=object)",
        IMPORT + "def f(): return np.array([1, 2])",
        "assert f().tolist() == [1, 'a']",
    ),
    Idiom(
        "an array of objects, compared",
        IMPORT + "def f(): return np.array([[1, 'a'], [2, None]], dtype=object)",
        IMPORT + "def f(): return np.array([[1, 'a'], [2, 'b']], dtype=object)",
        IMPORT + "assert (f() == np.array([[1, 'a'], [2, None]], dtype=object)).all()",
    ),
    Idiom(
        "an array of objects changed in place",
        IMPORT + "def f(a): a[0] = 'new'",
        IMPORT + "def f(a): a = ['new']",
        IMPORT + "a = np.array([1, 'old'], dtype=object)\nf(a)\nassert a[0] == 'new'",
    ),
    Idiom(
        "a structured array",
        IMPORT + "def f(): return np.array([(1, 2.0)], dtype=[('a', int), ('b', float)])",
        IMPORT + "def f(): return np.array([1, 2])",
        "assert f()['a'].tolist() == [1]",
    ),
    Idiom(
        "a np.matrix",
        IMPORT + "def f(): return np.matrix([[1, 2]])",
        IMPORT + "def f(): return np.array([1])",
        "assert f().shape == (1, 2)",
    ),
    Idiom(
        "a np.poly1d",
        IMPORT + "def f(): return np.poly1d([1, 2])",
        IMPORT + "def f(): return np.poly1d([1, 3])",
        "assert f()(1) == 3 and f().coeffs.tolist() == [1, 2]",
    ),
    Idiom(
        "a datetime64",
        IMPORT + "def f(): return np.datetime64('2020-01-01')",
        IMPORT + "def f(): return 0",
        IMPORT + "assert f() == np.datetime64('2020-01-01')",
    ),
    Idiom(
        "conditions on an array",
        IMPORT + "def f(x): return x",
        IMPORT + "def f(x): return -x",
        IMPORT + ("x = np.arange(3)\nassert ((f(x) >= 0) & (f(x) < 3)).all()"),
    ),
    Idiom(
        "a masked array",
        IMPORT + "def f(): return np.ma.masked_less(np.arange(3), 1)",
        IMPORT + "def f(): return np.arange(3)",
        "assert f().sum() == 3 and f().mask.tolist() == [True, False, False]",
    ),
]

IN_CANDIDATE: list[Idiom] = []
