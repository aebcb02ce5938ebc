"""Tests written with a test framework."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import IMPORT, SQUARES, Idiom

AT_EXAMINER = [
    Idiom(
        "unittest's assertRaises and its message",
        SQUARES,
        "def squares(n): raise ValueError('wrong')",
        "from unittest import TestCase\n"
        "with TestCase().assertRaisesRegex(ValueError, 'must be >= 1'):\n    squares(0)",
    ),
    Idiom(
        "unittest's test case",
        SQUARES,
        "def squares(n): return [0] * n",
        "import unittest, io\n"
        "class Test(unittest.TestCase):\n"
        "    def test_three(self): self.assertEqual(squares(3), [1, 4, 9])\n"
        "suite = unittest.defaultTestLoader.loadTestsFromTestCase(Test)\n"
        "assert unittest.TextTestRunner(io.StringIO()).run(suite).wasSuccessful()",
    ),
    Idiom(
        "pytest.raises",
        SQUARES,
        "def squares(n): return []",
        ("import pytest\nwith pytest.raises(ValueError, match='>= 1'):\n    squares(0)"),
    ),
    Idiom(
        "pytest.approx",
        "def f(x): return x / 3",
        "def f(x): return x // 3",
        ("import pytest\nassert f(1) == pytest.approx(1/3)"),
    ),
    Idiom(
        "assert_equal, as of nose",
        SQUARES,
        "def squares(n): return [1]",
        (
            "from unittest import TestCase\n"
            "assert_equal = TestCase().assertEqual\n"
            "assert_equal(squares(2), [1, 4])"
        ),
    ),
    Idiom(
        "assertCountEqual",
        "def f(): return [2,1]",
        "def f(): return [2]",
        ("from unittest import TestCase\nTestCase().assertCountEqual(f(), [1,2])"),
    ),
    Idiom(
        "assertAlmostEqual",
        "def f(): return 1/3",
        "def f(): return .3",
        ("from unittest import TestCase\nTestCase().assertAlmostEqual(f(), 0.33333333)"),
    ),
    Idiom(
        "unittest.main",
        "def f(): return 3",
        "def f(): return 2",
        (
            "import unittest\n"
            "class T(unittest.TestCase):\n"
            "    def test(self):\n"
            "        self.assertEqual(f(), 3)\n"
            "program = unittest.main(argv=[''], exit=False, verbosity=0)\n"
            "assert program.result.wasSuccessful()"
        ),
    ),
    Idiom(
        "subTest",
        "def f(x): return x*2",
        "def f(x): return x",
        ("import unittest\nwith unittest.TestCase().subTest(x=1):\n    assert f(1) == 2"),
    ),
    Idiom(
        "np.testing.assert_raises",
        SQUARES,
        "def squares(n): return []",
        IMPORT + "np.testing.assert_raises(ValueError, squares, 0)",
    ),
]

IN_CANDIDATE = [
    Idiom(
        "doctest",
        "def f(x):\n    '''Twice.\n\n    >>> f(2)\n    4\n    '''\n    return 2 * x",
        "def f(x):\n    '''Twice.\n\n    >>> f(2)\n    4\n    '''\n    return x",
        "import doctest\n(example,) = doctest.DocTestFinder().find(f, 'f', globs={'f': f})\n"
        "assert doctest.DocTestRunner(verbose=False).run(example).failed == 0",
    ),
    Idiom(
        "doctest.run_docstring_examples",
        ("def f(x):\n    '''\n    >>> f(2)\n    4\n    '''\n    return 2 * x"),
        ("def f(x):\n    '''\n    >>> f(2)\n    4\n    '''\n    return x"),
        (
            "import doctest, io, contextlib\n"
            "out = io.StringIO()\n"
            "with contextlib.redirect_stdout(out):\n"
            "    doctest.run_docstring_examples(f, {'f': f})\n"
            "assert out.getvalue() == ''"
        ),
    ),
    Idiom(
        "doctest.testmod",
        ("def f(x):\n    '''\n    >>> f(2)\n    4\n    '''\n    return 2 * x"),
        ("def f(x):\n    '''\n    >>> f(2)\n    4\n    '''\n    return x"),
        ("import doctest\nr = doctest.testmod()\nassert r.attempted == 1 and r.failed == 0"),
    ),
]
