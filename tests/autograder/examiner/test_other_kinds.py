"""An honest answer of another kind than the solution's gets what it gets in one process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from autograder.notebook.cells import Cell
from autograder.results import NotebookResult, Outcome
from tests.autograder.workers.bench import (
    Bench,
    answer,
    check_cell,
    open_bench,
    plain,
    scores,
    source,
)

SETUP = """\
import array, re, types
import numpy as np, pandas as pd, scipy.sparse
from collections import ChainMap, UserDict, UserList, UserString
from fractions import Fraction
from pathlib import Path
"""


class Case(NamedTuple):
    """What the solution gives, what a student gives, what is wrong, and the test of it, ``r``."""

    solution: str
    answer: str
    mistake: str
    test: str


FRAME = "pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})"
CASES = [
    # Arrays of objects.
    Case(f"{FRAME}.values", f"{FRAME}.to_numpy()", "np.array([[1, 'x'], [2, 'z']], object)",
         "assert r.dtype == object and (r == np.array([[1, 'x'], [2, 'y']], object)).all()"),
    Case("[[1, 'x'], [2, 'y']]", f"{FRAME}.values", "[[1, 'x'], [2, 'z']]",
         "assert [list(row) for row in r] == [[1, 'x'], [2, 'y']]"),
    Case("np.array(['a', 'b'])", "np.array(['a', 'b'], object)", "np.array(['a', 'c'], object)",
         "np.testing.assert_array_equal(r, ['a', 'b'])"),
    Case("np.array([2.0, 4.0])", "np.frompyfunc(lambda x: 2 * x, 1, 1)(np.array([1.0, 2.0]))",
         "np.array([2.0, 5.0], object)", "assert (abs(r - np.array([2.0, 4.0])) < 1e-9).all()"),
    Case("np.array([1.0, 2.0])", "np.array([Fraction(1), Fraction(2)])",
         "np.array([Fraction(1), Fraction(3)])", "assert r.shape == (2,) and r.sum() == 3"),
    Case("np.array([True, False])", "np.array([True, False], object)",
         "np.array([True, True], object)", "assert r.tolist() == [True, False]"),
    Case("2", "np.array(2, object)", "np.array(3, object)", "assert r + 1 == 3"),
    Case("[np.arange(2), np.arange(3)]", "np.array([np.arange(2), np.arange(3)], object)",
         "np.array([np.arange(2), np.arange(4)], object)", "assert [len(x) for x in r] == [2, 3]"),
    Case("np.array([[1, 2], [3]], object)", "[np.array([1, 2]), np.array([3])]",
         "[np.array([1, 2]), np.array([4])]", "assert np.concatenate(r).tolist() == [1, 2, 3]"),
    Case("pd.to_datetime(pd.Series(['2024-01-02'])).dt.date.values",
         "pd.to_datetime(pd.Series(['2024-01-02'])).dt.date.to_numpy()",
         "pd.to_datetime(pd.Series(['2024-01-03'])).dt.date.values",
         "import datetime\nassert r[0] == datetime.date(2024, 1, 2)"),
    # What stands for plain data.
    Case("{'a': 1, 'b': 2}", "ChainMap({'a': 1}, {'a': 3, 'b': 2})", "ChainMap({'a': 1})",
         "assert r == {'a': 1, 'b': 2}"),
    Case("{'a': 1}", "UserDict(a=1)", "UserDict(a=2)", "assert sum(r.values()) == 1"),
    Case("{'a': 1}", "types.MappingProxyType({'a': 1})", "types.MappingProxyType({})",
         "assert r['a'] == 1"),
    Case("[1, 2]", "UserList([1, 2])", "UserList([1, 3])", "assert r == [1, 2]"),
    Case("'ab'", "UserString('ab')", "UserString('ac')", "assert r == 'ab'"),
    Case("b'ab'", "memoryview(b'ab')", "memoryview(b'ac')", "assert r == b'ab'"),
    Case("np.array([1.0, 2.0])", "memoryview(np.array([1.0, 2.0]))", "memoryview(np.zeros(2))",
         "assert np.allclose(r, [1, 2])"),
    Case("[1, 2]", "array.array('i', [1, 2])", "array.array('i', [1, 3])",
         "assert np.array_equal(r, [1, 2])"),
    Case("[1, 2]", "np.array([1, 2]).flat", "np.array([1, 3]).flat", "assert r[1] == 2"),
    Case("np.array([0.0, 2.0])", "pd.arrays.SparseArray([0.0, 2.0])",
         "pd.arrays.SparseArray([0.0, 3.0])", "assert np.allclose(r, [0, 2])"),
    Case("pd.Series([0, 2])", "pd.Series(pd.arrays.SparseArray([0, 2]))",
         "pd.Series(pd.arrays.SparseArray([0, 3]))", "assert (r == [0, 2]).all()"),
    Case("pd.get_dummies(pd.Series(list('aab')))",
         "pd.get_dummies(pd.Series(list('aab')), sparse=True)",
         "pd.get_dummies(pd.Series(list('abb')), sparse=True)", "assert r['a'].sum() == 2"),
    Case("np.eye(2)", "scipy.sparse.eye(2).tocsr()", "scipy.sparse.csr_matrix(np.ones((2, 2)))",
         "assert r.shape == (2, 2) and r[0, 1] == 0"),
    Case("[(1, 'x'), (2, 'y')]", f"{FRAME}.to_records(index=False)",
         f"{FRAME}.iloc[:1].to_records(index=False)",
         "assert [tuple(row) for row in r] == [(1, 'x'), (2, 'y')]"),
    Case("(1, 2.5)", "np.array([(1, 2.5)], [('a', int), ('b', float)])[0]",
         "np.array([(1, 3.5)], [('a', int), ('b', float)])[0]", "assert tuple(r) == (1, 2.5)"),
    Case("np.array([1.0, 2.0])", "np.poly1d([1, 2])", "np.poly1d([1, 3])",
         "assert np.allclose(r, [1, 2])"),
    Case("re.match('a', 'ab') is not None", "re.match('a', 'ab')", "re.match('b', 'ab')",
         "assert r"),
    # Paths.
    Case("Path('a') / 'b.csv'", "Path('a/b.csv')", "Path('a/c.csv')",
         "assert r == Path('a/b.csv') and isinstance(r, Path) and r.suffix == '.csv'"),
    Case("[Path('b'), Path('a')]", "[Path('b'), Path('a')]", "[Path('b')]",
         "assert sorted(r) == [Path('a'), Path('b')] and {*r} == {Path('a'), Path('b')}"),
    Case("'a/b.csv'", "Path('a/b.csv')", "Path('a/c.csv')", "assert str(r) == 'a/b.csv'"),
    # Where the solution gives an object, nothing stands for it.
    Case("ChainMap({'a': 1}, {'b': 2})", "ChainMap({'a': 1}, {'b': 2})", "ChainMap({'a': 1})",
         "assert len(r.maps) == 2"),
    Case("pd.Series(pd.arrays.SparseArray([0, 0, 1]))",
         "pd.Series(pd.arrays.SparseArray([0, 0, 1]))",
         "pd.Series(pd.arrays.SparseArray([0, 1, 1]))", "assert r.sparse.density < 0.5"),
    Case("pd.get_dummies(pd.Series(list('aab')), sparse=True)",
         "pd.get_dummies(pd.Series(list('aab')))", "pd.get_dummies(pd.Series(list('abb')))",
         "assert r['a'].sum() == 2"),
    # An iterator is looked through.
    Case("[1, 2]", "map(int, '12')", "map(int, '13')", "assert 2 in r"),
]  # fmt: skip


def functions(*expressions: str) -> str:
    return "\n".join(f"def f{n}(): return {each}" for n, each in enumerate(expressions))


def cells(*expressions: str) -> list[Cell]:
    tests = [
        check_cell(f"r = f{n}()\n{case.test}", f"test{n}", 1.0) for n, case in enumerate(CASES)
    ]
    return [plain(SETUP), answer(functions(*expressions)), *tests]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with open_bench(isolate=False) as made:
        yield made


@pytest.fixture(scope="module")
def graded(bench: Bench) -> list[NotebookResult]:
    """The solution, the answers and the mistakes."""
    instructor = source(*cells(*(case.solution for case in CASES)))
    solution = bench.grade(instructor)
    return [
        solution,
        bench.grade(instructor, *cells(*(case.answer for case in CASES)), solution=solution),
        bench.grade(instructor, *cells(*(case.mistake for case in CASES)), solution=solution),
    ]


@pytest.mark.parametrize("number", range(len(CASES)), ids=lambda n: f"{n} {CASES[n].answer}")
def test_it_gets_its_points(graded: list[NotebookResult], number: int) -> None:
    solution, right, wrong = (
        next(each for each in result.questions if each.grade_id == f"test{number}")
        for result in graded
    )
    assert solution.outcome is Outcome.PASSED, solution
    assert right.outcome is Outcome.PASSED, right
    assert (wrong.outcome, wrong.score) != (Outcome.PASSED, 1.0), wrong


def in_one_process(expression: str, test: str) -> bool:
    names: dict[str, object] = {}
    exec(SETUP, names)
    try:
        exec(f"r = {expression}\n{test}", names)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.answer)
def test_as_in_one_process(case: Case) -> None:
    given = (case.solution, case.answer, case.mistake)
    assert [in_one_process(each, case.test) for each in given] == [True, True, False]


OF_FILES = """\
from pathlib import Path
Path("note.txt").write_text("three")
def f(): return Path("note.txt")
"""


def test_what_concerns_a_file_is_asked_of_the_students_process(bench: Bench) -> None:
    test = """\
p = f()
assert p.read_text() == "three" and p.exists() and not p.is_dir()
assert p.parent == Path(".") and str(p) == "note.txt"
assert g(p) == "three"
import copy
assert copy.deepcopy([p])[0].exists()
"""
    solution = f"{OF_FILES}def g(path): return path.read_text()\n"
    instructor = source(answer(solution), check_cell(test))
    solved = bench.grade(instructor)
    assert scores(solved) == {"test": 2.0}, solved.questions[-1]
    missing = solution.replace('"three"', '"four"')
    wrong = bench.grade(instructor, answer(missing), check_cell(test), solution=solved)
    assert scores(wrong) == {"test": 0.0}


def test_a_path_that_a_test_makes_has_no_file(bench: Bench) -> None:
    solved = bench.grade(source(answer(OF_FILES), check_cell("f().parent.exists()")))
    assert "only a path that the student's code gave" in solved.questions[-1].detail


SHARED = """\
import numpy as np
def change(rows): rows[0, 0] = "new"
def same(rows): return rows
"""


def test_an_array_of_objects_is_shared_as_others_are(bench: Bench) -> None:
    test = """\
import numpy as np
rows = np.array([[1, "a"], [2, "b"]], object)
assert change(rows) is None
assert rows[0, 0] == "new"
assert same(rows) is rows
"""
    instructor = source(answer(SHARED), check_cell(test))
    solved = bench.grade(instructor)
    assert scores(solved) == {"test": 2.0}, solved.questions[-1]


LENT = """\
from collections import UserDict
d = UserDict(a=1)
def put(): d["b"] = 2
"""


def test_what_stands_for_an_object_is_what_it_holds(bench: Bench) -> None:
    test = 'd["a"] = 5\nput()\nassert d == {"a": 5, "b": 2}'
    instructor = source(answer(LENT.replace("UserDict(a=1)", "dict(a=1)")), check_cell(test))
    solved = bench.grade(instructor)
    came = bench.grade(instructor, answer(LENT), check_cell(test), solution=solved)
    assert scores(solved) == scores(came) == {"test": 2.0}, came.questions[-1]


@pytest.mark.parametrize(
    ("solution", "given", "test", "score"),
    [
        ("np.ones(3)", "np.array([np.nan, np.nan, 1], object)",
         "assert np.max(np.abs(r - np.ones(3))) < 1e-9", None),
        ("np.ones(2)", "np.array([np.array([np.nan]), 1], object)",
         "assert np.max(np.abs(r - np.ones(2))) < 1e-9", None),
        ("np.zeros(2, bool)", "np.array([True, True], object)", "assert (~r).all()", 0.0),
        ("np.zeros(2, bool)", "np.array([False, False], object)", "assert (~r).all()", 2.0),
        ("np.array([False, 2], object)", "np.array([False, 2], object)",
         "assert r[0] is False", 2.0),
        ("[1.0, float('nan')]", "np.array([1.0, float('nan')], object)",
         "assert r[0] == 1 and r[1] != r[1]", 2.0),
        ("np.ones(2)", "np.array([pd.NA, 1], object)", "assert r[1] == 1", None),
    ],
    ids=["hidden by the largest", "in an array of one", "inverted", "inverted rightly", "Python's",
         "the solution's as well", "missing"],
)  # fmt: skip
def test_items_that_would_mislead_do_not(
    bench: Bench, solution: str, given: str, test: str, score: float | None
) -> None:
    test = f"r = f()\n{test}"
    instructor = source(plain(SETUP), answer(f"def f(): return {solution}"), check_cell(test))
    expected = bench.grade(instructor)
    assert scores(expected) == {"test": 2.0}
    came = bench.grade(
        instructor,
        *(plain(SETUP), answer(f"def f(): return {given}"), check_cell(test)),
        solution=expected,
    )
    assert scores(came) == {"test": score}, came.questions[-1]
