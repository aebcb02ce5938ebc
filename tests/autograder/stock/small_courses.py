"""Small notebooks, each with something that real courses do and that two processes make hard.

Of each notebook: its cells but the last two, the answer, a wrong answer, and a test of one point.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.autograder.stock.every_cell_course import Node, cell, solved


class Small(NamedTuple):
    """One notebook; ``shown`` is what students get of the answer's cell."""

    before: tuple[str, ...]
    shown: str
    right: str
    wrong: str
    test: str


NUMPY, PANDAS = "import numpy as np", "import pandas as pd"
FRAME = f"{PANDAS}\ndf = pd.DataFrame({{'a': [1, 2]}})"

SMALL = {
    "no_python": Small(
        ("This cell is deliberately not Python",),
        "",
        "def f():\n    return 1",
        "def f():\n    return 2",
        "assert f() == 1",
    ),
    "indented": Small(
        ("  x = 1\ny = 2",), "", "def f(): return 1", "def f(): return 2", "assert f() == 1"
    ),
    "array_in_place": Small(
        (f"{NUMPY}\na = np.arange(5)",),
        "# set the last item to 20\n",
        "a[-1] = 20",
        "a[0] = 20",
        "assert a[-1] == 20",
    ),
    "dict_in_place": Small(
        ("d = {'cat': 1}",),
        "# add the key rat\n",
        "d['rat'] = 2",
        "d['bat'] = 2",
        "assert 'rat' in d",
    ),
    "list_in_place": Small(
        ("names = ['b', 'a']",),
        "# sort it in place\n",
        "names.sort()",
        "sorted(names)",
        "assert names == ['a', 'b']",
    ),
    "column_added": Small(
        (FRAME,),
        "# add a column b, twice a\n",
        "df['b'] = df['a'] * 2",
        "df['b'] = df['a']",
        "assert list(df['b']) == [2, 4]",
    ),
    "rows_dropped_in_place": Small(
        (f"{PANDAS}\ndf = pd.DataFrame({{'a': [1, None, 2]}})",),
        "# drop the rows that lack a value\n",
        "df.dropna(inplace=True)",
        "df.dropna()",
        "assert len(df) == 2",
    ),
    "is_a_frame": Small(
        (PANDAS,),
        "",
        "def f():\n    return pd.DataFrame({'a': [1, 2]})",
        "def f():\n    return [1, 2]",
        "assert isinstance(f(), pd.DataFrame)",
    ),
    "frame_passed_in": Small(
        (FRAME,),
        "",
        "def f(x):\n    return int(x['a'].sum())",
        "def f(x):\n    return int(x['a'].max())",
        "assert f(df) == 3",
    ),
    "mask_summed": Small(
        (FRAME,),
        "",
        "def f():\n    return df['a']",
        "def f():\n    return df['a'] * 2",
        "assert (f() == 1).sum() == 1",
    ),
    "is_a_model": Small(
        ("from sklearn.linear_model import LogisticRegression",),
        "",
        "m = LogisticRegression()",
        "from sklearn.linear_model import LinearRegression\nm = LinearRegression()",
        "assert isinstance(m, LogisticRegression)",
    ),
    "same_in_two_reads": Small(
        (NUMPY,),
        "",
        "x = np.arange(3)\nl = [0, x]",
        "x = np.arange(3)\nl = [0, x.copy()]",
        "assert l == [0, x]",
    ),
    "helper_named_tests": Small(
        (NUMPY,),
        "",
        "def f():\n    return 1",
        "def f():\n    return 2",
        "from tests import check\ncheck(f)",
    ),
    "original_kept": Small(
        ("data = [3, 1, 2]",),
        "# make s, a sorted copy of data\n",
        "s = sorted(data)",
        "data.sort()\ns = data",
        "assert s == [1, 2, 3]\nassert data == [3, 1, 2]",
    ),
    "frame_kept": Small(
        (FRAME,),
        "# make total, the sum of a; df stays as it is\n",
        "total = int(df['a'].sum())",
        "df['b'] = df['a']\ntotal = int(df['b'].sum())",
        "assert total == 3\nassert list(df.columns) == ['a']",
    ),
    "import_is_the_answer": Small(
        (), "# import sqrt\n", "from math import sqrt", "import math", "assert sqrt(9) == 3"
    ),
    "helper_deleted": Small(
        ("def helper(x):\n    return x + 1",),
        "",
        "def f(x):\n    return helper(x)",
        "def f(x):\n    return x + 1",
        "assert f(1) == 2\nsaved = helper\ndel helper\n"
        "try:\n    f(1)\nexcept NameError:\n    pass\n"
        "else:\n    raise AssertionError('f does not use helper')\nfinally:\n    helper = saved",
    ),
    "derives_from_the_setup": Small(
        ("class Shape:\n    def area(self):\n        raise NotImplementedError",),
        "",
        "class Square(Shape):\n    def area(self):\n        return 4",
        "class Square:\n    def area(self):\n        return 4",
        "assert issubclass(Square, Shape) and isinstance(Square(), Shape)\n"
        "assert type(Square()) is Square and Square().area() == 4",
    ),
    "own_exception": Small(
        (),
        "",
        "class Broke(Exception):\n    pass\ndef pay():\n    raise Broke('no money')",
        "class Broke(Exception):\n    pass\ndef pay():\n    raise ValueError('no money')",
        "try:\n    pay()\nexcept Broke as error:\n    assert str(error) == 'no money'\n"
        "else:\n    raise AssertionError",
    ),
    "axes_of_a_figure": Small(
        ("import matplotlib.pyplot as plt",),
        "",
        "fig, ax = plt.subplots()\nax.bar([1, 2], [3, 4])",
        "fig, ax = plt.subplots()\nax.plot([1, 2], [3, 4])",
        "from matplotlib.patches import Rectangle\nassert isinstance(ax, plt.Axes)\n"
        "assert len(ax.patches) == 2 and all(type(p) is Rectangle for p in ax.patches)",
    ),
    "generator": Small(
        (),
        "",
        "def f():\n    yield 1",
        "def f():\n    return [1]",
        "import inspect, types\nassert isinstance(f(), types.GeneratorType)\n"
        "assert inspect.isgeneratorfunction(f) and inspect.isfunction(f)",
    ),
    # What is not as in stock: the solution of these is no solution for us, and release says why.
    "pool": Small(
        ("from multiprocessing import Pool",),
        "",
        "def sq(x):\n    return x * x",
        "def sq(x):\n    return x",
        "with Pool(2) as p:\n    assert p.map(sq, [1, 2]) == [1, 4]",
    ),
    "global_of_the_test": Small(
        (),
        "",
        "def f(a):\n    return A + 1",
        "def f(a):\n    return 0",
        "A = 1\nassert f(A) == 2",
    ),
}
#: What `release` says of the notebooks that are not as in stock.
SAID = {
    "pool": "Neither tests nor answers may start processes while they are graded.",
    "global_of_the_test": "Only the test defines 'A', and it stays there.",
}
HELPER = "def check(f):\n    assert f() == 1\n"


def cells(name: str) -> list[Node]:
    """The instructor's notebook of this name."""
    small = SMALL[name]
    return [
        *(cell(text) for text in small.before),
        cell(solved(small.right, small.shown), "answer", name),
        cell(small.test, "test", f"{name}_test", 1),
    ]
