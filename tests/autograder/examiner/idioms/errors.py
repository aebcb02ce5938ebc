"""Tests of exceptions and warnings."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import IMPORT, SQUARES, Idiom

AT_EXAMINER = [
    Idiom(
        "try, except, else",
        SQUARES,
        "def squares(n): return []",
        "try:\n    squares(0)\nexcept ValueError:\n    pass\nelse:\n"
        "    raise AssertionError('no ValueError for 0')",
    ),
    Idiom(
        "the text of an exception",
        "def f(x): raise KeyError('missing key ' + x)",
        "def f(x): raise KeyError('x')",
        (
            "try:\n"
            "    f('a')\n"
            "except KeyError as e:\n"
            "    assert 'missing key a' in str(e)\n"
            "else:\n"
            "    raise AssertionError"
        ),
    ),
    Idiom(
        "an exception caught by its built-in base",
        ("class Mine(ValueError): pass\ndef f(): raise Mine('m')"),
        ("class Mine(ValueError): pass\ndef f(): raise TypeError('m')"),
        ("try:\n    f()\nexcept ValueError:\n    pass"),
    ),
    Idiom(
        "issubclass of an exception",
        "class Mine(ValueError): pass",
        "class Mine: pass",
        "assert issubclass(Mine, ValueError)",
    ),
    Idiom(
        "an assertion of the student's",
        "def f(x): assert x > 0, 'positive'",
        "def f(x): pass",
        (
            "try:\n"
            "    f(-1)\n"
            "except AssertionError as e:\n"
            "    assert 'positive' in str(e)\n"
            "else:\n"
            "    raise RuntimeError('no check')"
        ),
    ),
    Idiom(
        "LinAlgError",
        IMPORT + "def f(a): return np.linalg.inv(a)",
        IMPORT + "def f(a): return a",
        IMPORT
        + (
            "try:\n"
            "    f(np.zeros((2,2)))\n"
            "except np.linalg.LinAlgError:\n"
            "    pass\n"
            "else:\n"
            "    raise AssertionError"
        ),
    ),
    Idiom(
        "results that stay finite",
        IMPORT + "def f(x): return np.log1p(np.exp(-np.abs(x)))",
        IMPORT + "def f(x): return np.log(np.exp(x))",
        IMPORT + "assert np.all(np.isfinite(f(np.array([1000.0]))))",
    ),
    Idiom(
        "the cause of an exception",
        ("def f():\n    try: 1/0\n    except ZeroDivisionError as e: raise ValueError('x') from e"),
        "def f(): raise ValueError('x')",
        (
            "try:\n"
            "    f()\n"
            "except ValueError as e:\n"
            "    assert isinstance(e.__cause__, ZeroDivisionError)"
        ),
    ),
    Idiom(
        "SystemExit",
        ("import sys\ndef f(): sys.exit(3)"),
        "def f(): pass",
        (
            "try:\n"
            "    f()\n"
            "except SystemExit as e:\n"
            "    assert e.code == 3\n"
            "else:\n"
            "    raise AssertionError"
        ),
    ),
    Idiom(
        "the student's exception caught by its class",
        "class Broke(Exception): pass\ndef pay(): raise Broke('no money')",
        "class Broke(Exception): pass\ndef pay(): raise ValueError('no money')",
        "try:\n    pay()\nexcept Broke as error:\n    assert str(error) == 'no money'\n"
        "else:\n    raise AssertionError",
    ),
    Idiom(
        "pytest.raises of the student's exception",
        "class Broke(ValueError): pass\ndef pay(): raise Broke('no money')",
        "class Broke(ValueError): pass\ndef pay(): raise ValueError('no money')",
        "import pytest\nwith pytest.raises(Broke, match='money') as caught:\n    pay()\n"
        "assert caught.type.__name__ == 'Broke' and issubclass(Broke, ValueError)",
    ),
    Idiom(
        "assertRaises of the student's exception or its base",
        "class Bank(Exception): pass\nclass Broke(Bank): pass\ndef pay(): raise Broke()",
        "class Bank(Exception): pass\nclass Broke(Exception): pass\ndef pay(): raise Broke()",
        "import unittest\ncase = unittest.TestCase()\ncase.assertRaises(Bank, pay)\n"
        "with case.assertRaises((Broke, KeyError)):\n    pay()",
    ),
    Idiom(
        "a library's exception caught by its class",
        "import json\ndef read(text): return json.loads(text)",
        "import json\ndef read(text):\n    raise ValueError(text)",
        "import json\ntry:\n    read('{')\nexcept json.JSONDecodeError as error:\n    pass\n"
        "else:\n    raise AssertionError",
    ),
]

IN_CANDIDATE = [
    Idiom(
        "a warning that the student's code gives",
        "import warnings\ndef f(): warnings.warn('old', DeprecationWarning)",
        "def f(): pass",
        "import warnings\nwith warnings.catch_warnings(record=True) as caught:\n"
        "    warnings.simplefilter('always')\n    f()\nassert len(caught) == 1",
    ),
    Idiom(
        "floating-point errors raised by np.errstate",
        IMPORT + "def f(x): return 1 / (1 + np.exp(-np.abs(x)))",
        IMPORT + "def f(x): return 1 / (1 + np.exp(x))",
        IMPORT + ("with np.errstate(over='raise'):\n    f(np.array([1000.0]))"),
    ),
    Idiom(
        "warnings turned into errors",
        IMPORT + "def f(x): return np.where(x > 0, x, 0.0)",
        IMPORT + "def f(x): return np.where(x > 0, x * np.exp(0 * np.exp(x) / np.exp(x)), 0.0)",
        IMPORT
        + (
            "import warnings\n"
            "with warnings.catch_warnings():\n"
            "    warnings.simplefilter('error')\n"
            "    f(np.array([1000.0]))"
        ),
    ),
    Idiom(
        "the args of an exception",
        "def f(): raise ValueError('a', 3)",
        "def f(): raise ValueError('b', 3)",
        ("try:\n    f()\nexcept ValueError as e:\n    assert e.args == ('a', 3)"),
    ),
    Idiom(
        "assertWarns",
        ("import warnings\ndef f(): warnings.warn('x', UserWarning)"),
        "def f(): pass",
        ("import unittest\nwith unittest.TestCase().assertWarns(UserWarning):\n    f()"),
    ),
    Idiom(
        "assertLogs",
        ("import logging\ndef f(): logging.getLogger('a').warning('hm')"),
        "def f(): pass",
        ("import unittest\nwith unittest.TestCase().assertLogs('a'):\n    f()"),
    ),
    Idiom(
        "the context of an exception",
        "def f():\n    try: 1/0\n    except ZeroDivisionError: raise ValueError('x')",
        "def f(): raise ValueError('x')",
        "try:\n    f()\nexcept ValueError as e:\n    assert e.__context__ is not None",
    ),
    Idiom(
        "a TypeError that an operator has to raise",
        "class V:\n    def __add__(s, o): return NotImplemented",
        "class V:\n    def __add__(s, o): return s",
        "try:\n    V() + 3\nexcept TypeError:\n    pass\nelse:\n    raise AssertionError",
    ),
]
