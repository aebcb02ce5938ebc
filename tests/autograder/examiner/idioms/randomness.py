"""Tests of random numbers."""

from __future__ import annotations

from tests.autograder.examiner.idioms.idiom import IMPORT, Idiom

AT_EXAMINER = [
    Idiom(
        "a seed, then the same draws",
        IMPORT + "def draw(n): return np.random.normal(size=n)",
        IMPORT + "def draw(n):\n    np.random.rand()\n    return np.random.normal(size=n)",
        IMPORT + "np.random.seed(42)\nx = draw(3)\nnp.random.seed(42)\n"
        "np.testing.assert_array_equal(x, np.random.normal(size=3))",
    ),
    Idiom(
        "the standard library's seed",
        "import random\ndef roll(): return random.randint(1, 6)",
        "import random\ndef roll(): return random.randint(1, 7)",
        "import random\nrandom.seed(1)\nrolls = [roll() for _ in range(200)]\nrandom.seed(1)\n"
        "assert rolls == [random.randint(1, 6) for _ in range(200)]",
    ),
    Idiom(
        "a seed argument",
        IMPORT + "def draw(seed): return np.random.default_rng(seed).normal(size=2)",
        IMPORT + "def draw(seed): return np.random.default_rng().normal(size=2)",
        IMPORT + "np.testing.assert_array_equal(draw(3), np.random.default_rng(3).normal(size=2))",
    ),
    Idiom(
        "random inputs of the test",
        IMPORT + "def total(x): return x.sum()",
        IMPORT + "def total(x): return x[0]",
        IMPORT + "x = np.random.rand(10)\nassert np.isclose(total(x), x.sum())",
    ),
    Idiom(
        "a draw repeated by the test",
        IMPORT + ("np.random.seed(3)\nx = np.random.rand()"),
        IMPORT + ("np.random.seed(4)\nx = np.random.rand()"),
        IMPORT + ("np.random.seed(3)\nassert x == np.random.rand()"),
    ),
    Idiom(
        "moments of many draws",
        IMPORT + "def f(n): return np.random.normal(size=n)",
        IMPORT + "def f(n): return np.random.uniform(size=n)",
        IMPORT + ("np.random.seed(0)\nx = f(10000)\nassert abs(x.std() - 1) < 0.05"),
    ),
]

IN_CANDIDATE = [
    Idiom(
        "a generator object handed to the answer",
        IMPORT + "def draw(rng): return rng.normal()",
        IMPORT + "def draw(rng): return 0.0",
        IMPORT + "assert draw(np.random.default_rng(3)) == np.random.default_rng(3).normal()",
    ),
    Idiom(
        "mock.patch of np.random",
        IMPORT + "def f(): return np.random.rand() * 2",
        IMPORT + "def f(): return 1.0",
        IMPORT
        + (
            "from unittest import mock\n"
            "with mock.patch('numpy.random.rand', return_value=0.25):\n"
            "    assert f() == 0.5"
        ),
    ),
    Idiom(
        "mock.patch of random.random",
        ("import random\ndef f(): return random.random() * 2"),
        "def f(): return 1.0",
        (
            "from unittest import mock\n"
            "with mock.patch('random.random', return_value=0.25):\n"
            "    assert f() == 0.5"
        ),
    ),
    Idiom(
        "the global generator left alone",
        IMPORT + "def f(): return np.random.default_rng(0).normal()",
        IMPORT + ("def f():\n    np.random.seed(0)\n    return np.random.normal()"),
        IMPORT
        + (
            "state = np.random.get_state()[1].copy()\n"
            "f()\n"
            "assert (np.random.get_state()[1] == state).all()"
        ),
    ),
]
