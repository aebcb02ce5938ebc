"""Which cell runs where, read off the instructor edition."""

from __future__ import annotations

import pytest

from autograder.grading.plan import RUN_IN_CANDIDATE, Plan, make_plan
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.names import does_nothing, names_of, why_not_python
from tests.autograder.workers.bench import answer, check_cell, plain


def plan(*cells: Cell) -> Plan:
    return make_plan(Notebook(cells))


def binds(source: str) -> set[str]:
    return set(names_of(plain(source)).binds)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = 1", {"x"}),
        ("x: int = 1", {"x"}),
        ("x += 1", {"x"}),
        ("a, (b, *c) = 1, (2, 3)", {"a", "b", "c"}),
        ("a = b = 1", {"a", "b"}),
        ("def f(): local = 1", {"f"}),
        ("async def f(): pass", {"f"}),
        ("class C:\n    attribute = 1", {"C"}),
        ("for i in []: x = i", {"i", "x"}),
        ("with open('x') as file: pass", {"file"}),
        ("try: pass\nexcept ValueError as error: pass", {"error"}),
        ("if (n := 10) > 5: pass", {"n"}),
        ("[y := i for i in range(3)]", {"y"}),
        ("squares = [i ** 2 for i in range(3)]", {"squares"}),
        ("f = lambda x: x", {"f"}),
        ("match 1:\n    case [first, *rest]: pass", {"first", "rest"}),
        ("def f():\n    global g\n    g = 1", {"f", "g"}),
        ("def f():\n    def inner():\n        global deep\n        deep = 1", {"f", "deep"}),
        ("import numpy as np", set()),
        ("from math import pi, e", set()),
        ("x.attribute = 1", set()),
        ("x[0] = 1", set()),
        ("print('nothing')", set()),
        ("%matplotlib inline\nx = 1", {"x"}),
        ("!ls\nx = 1", {"x"}),
        ("files = !ls", {"files"}),
        ("t = %timeit -o f()", {"t"}),
        ("%%time\ndef f(): pass\nx = 1", {"f", "x"}),
        ("%%capture out\nx = f()", {"out", "x"}),
        ("%%capture --no-stderr out\nx = f()", {"out", "x"}),
        ("%%time\n%%capture\nx = f()", {"x"}),
        ("%time x = f()", {"x"}),
        ("%%timeit\nx = f()", set()),
        ("%%bash\nx=1", set()),
        ("_, x = f()", {"x"}),
        ("", set()),
    ],
)
def test_what_a_cell_binds(source: str, names: set[str]) -> None:
    assert binds(source) == names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("f(x)", {"f", "x"}),
        ("def g(a): return f(a + y)", {"f", "y"}),
        ("class C:\n    z = f(1)\n    def m(self): return h", {"f", "h"}),
        ("[f(i) for i in data]", {"f", "data"}),
        ("lambda a, b=k: a + b", {"k"}),
        ("def g():\n    local = 1\n    return local", set()),
        ("def g():\n    x = 1\n    def inner(): return x\n    return inner", set()),
        ("x = 1", set()),
        ("x += 1", {"x"}),
        ("def g():\n    global n\n    n += 1", {"n"}),
        ("def g():\n    n = 0\n    n += 1", set()),
        ("@decorate\ndef g(): pass", {"decorate"}),
        ("f'{value}'", {"value"}),
        ("%time y = f(x)", {"f", "x", "get_ipython"}),
        ("%timeit -n 10 -r2 f(x)", {"f", "x", "get_ipython"}),
        ("%%timeit k = 2\nf(k)", {"f", "k", "get_ipython"}),
        ("%%capture out\nf(x)", {"f", "x", "get_ipython"}),
        ("_ = f(_)", {"f"}),
    ],
)
def test_what_a_cell_uses(source: str, names: set[str]) -> None:
    assert names_of(plain(source)).uses == names


def test_asked_names_are_those_that_solution_cells_bind() -> None:
    made = plan(answer("import math\ndef f(): pass\nx = 1"), plain("y = 2"), check_cell("f()"))
    assert made.student_names == {"f", "x"}


@pytest.mark.parametrize(
    ("answered", "changed"),
    [
        ("a[-1] = 20", {"a"}),
        ("a[0][1] += 1", {"a"}),
        ("del a['k']", {"a"}),
        ("a.name = 'x'", {"a"}),
        ("a.sort()", {"a"}),
        ("a.part.append(1)", {"a"}),
        ("a.drop(columns='x', inplace=True)", {"a"}),
        ("import random\nrandom.shuffle(a)", {"a"}),
        ("def f():\n    a.append(1)", {"a", "f"}),
        ("def f(a):\n    a.append(1)", {"f"}),
        ("b = sorted(a)[0] + a.index(3) + a.mean()", {"b"}),
        ("print(a)", set()),
    ],
)
def test_given_data_that_an_answer_changes_in_place_is_asked_for(
    answered: str, changed: set[str]
) -> None:
    made = plan(plain("a = [3, 1, 2]\nother = 1"), answer(answered, "a"), check_cell("a", "t"))
    assert made.student_names == changed


def test_a_test_of_changed_data_needs_the_answer_that_changes_it() -> None:
    made = plan(plain("a = []"), answer("a.append(1)", "a"), check_cell("assert a", "t"))
    assert made.needs["t"] == {1}


def test_methods_of_modules_change_nothing() -> None:
    made = plan(plain("import numpy as np"), answer("np.add(1, 2)", "a"), check_cell("np", "t"))
    assert not made.student_names
    assert not made.needs["t"]


def test_imports_of_solution_cells_also_run_at_the_examiner() -> None:
    made = plan(answer("import math\nfrom os import path as p\nx = math.pi"), check_cell("x"))
    assert made.setup == {0: "import math\nfrom os import path as p"}


def test_so_do_those_of_a_solution_cell_that_is_timed() -> None:
    made = plan(answer("%%time\nimport math\nx = math.pi"), check_cell("x"))
    assert made.setup == {0: "import math"}
    assert made.student_names == {"x"}


def test_a_cell_that_uses_no_asked_name_is_set_up_on_both_sides() -> None:
    made = plan(plain("data = [1, 2]"), answer("def f(): pass"), plain("more = data * 2"))
    assert list(made.setup) == [0, 2]


def test_a_cell_that_uses_an_answer_runs_in_the_candidate_and_what_it_binds_is_asked_for() -> None:
    made = plan(answer("def f(): pass"), plain("result = f()"), check_cell("result"))
    assert made.setup == {}
    assert made.student_names == {"f", "result"}
    assert made.uses["test"] == {"result"}


def test_so_does_a_cell_that_uses_what_that_cell_bound() -> None:
    made = plan(answer("x = 1"), plain("y = x"), plain("z = y"), plain("w = 0"), check_cell("z"))
    assert list(made.setup) == [3]
    assert made.student_names == {"x", "y", "z"}


@pytest.mark.parametrize(
    ("source", "asked", "at_examiner"),
    [
        ("tol = 1e-6\nprint(f(5))", set(), "tol = 1e-06"),
        (
            "def check(g):\n    return g(1)\nprint(check(f))",
            set(),
            "def check(g):\n    return g(1)",
        ),
        ("xs = [1, 2]\nprint([f(x) for x in xs])", set(), "xs = [1, 2]"),
        ("import math\nprint(math.sqrt(f(4)))", set(), "import math"),
        ("a = 1\nb = f(a)\nc = b + 1", {"b", "c"}, "a = 1"),
        # What such a statement changes in place is made by the answer, too.
        ("xs = []\nxs.append(f(1))", {"xs"}, None),
        ("xs = [3, 1]\nf(xs)", {"xs"}, None),
        ("table = {}\ntable[1] = f(1)", {"table"}, None),
        ("fig, ax = plot()\nax.lines.append(f(1))", {"fig", "ax"}, None),
        ("fig.show()\nprint(f(1))", set(), None),
    ],
)
def test_of_a_cell_that_uses_an_answer_the_examiner_runs_what_does_without(
    source: str, asked: set[str], at_examiner: str | None
) -> None:
    made = plan(answer("def f(x): return x", "f"), plain(source))
    assert made.student_names == {"f", *asked}
    assert made.setup == ({} if at_examiner is None else {1: at_examiner})


def test_a_cell_that_only_defines_is_set_up_though_it_names_an_answer() -> None:
    made = plan(
        answer("def f(): pass"),
        plain("'''Helpers.'''\nimport math\ndef check(x): assert f(x) == math.pi"),
        check_cell("check(1)"),
    )
    assert list(made.setup) == [1]
    assert made.student_names == {"f"}


def test_a_call_of_such_a_helper_needs_the_answer() -> None:
    made = plan(
        answer("def f(): pass"),
        plain("def check(x): return f(x)"),
        plain("value = check(1)"),
        check_cell("value"),
    )
    assert list(made.setup) == [1]
    assert made.student_names == {"f", "value"}


def test_a_test_uses_what_it_reaches_through_helpers() -> None:
    made = plan(
        answer("def f(): pass\ndef g(): pass"),
        plain("def inner(): return f()"),
        plain("def outer(): return inner()"),
        check_cell("def own(): return g()", "first"),
        check_cell("outer()", "second"),
        check_cell("own()", "third"),
        check_cell("1 + 1", "fourth"),
    )
    assert made.uses["second"] == {"f"}
    assert made.uses["third"] == {"g"}
    assert made.uses["fourth"] == set()


def test_helpers_that_call_each_other_are_no_endless_loop() -> None:
    made = plan(
        answer("x = 1"),
        plain("def a(): return b()\ndef b(): return a() or x"),
        check_cell("a()"),
    )
    assert made.uses["test"] == {"x"}


def test_the_setup_cells_before_a_test_in_order() -> None:
    made = plan(
        plain("a = 1"),
        check_cell("a", "first"),
        plain("b = 2"),
        check_cell("b", "second"),
        plain("c = 3"),
    )
    assert made.early_setup == (0,)
    assert list(made.setup_before("first")) == [0]
    assert list(made.setup_before("second")) == [0, 2]


def test_a_tagged_test_runs_in_the_candidate() -> None:
    made = plan(check_cell("1", "a", tags=[RUN_IN_CANDIDATE, "other"]), check_cell("1", "b"))
    assert made.in_candidate == {"a"}


def test_cells_that_a_person_grades_are_answers_and_no_tests() -> None:
    marks = {"solution": True, "grade": True, "grade_id": "essay", "points": 2}
    made = plan(Cell("code", "x = 1", {"nbgrader": marks}))
    assert made.student_names == {"x"}
    assert made.tests == {}


def test_text_cells_are_no_code() -> None:
    assert plan(Cell("markdown", "x = ("), Cell("raw", "y = (")).student_names == set()


NOT_PYTHON = [
    "def f(:",
    "x = \0",
    "if True:\nx = 1",
    "Cells of notes, not of code.",
    "x = 1\n    y = 2",
    "def f(a, a): pass",
    "nonlocal x",
    '"""never closed',
    "(" * 1000,
    "x = '\ud800'",
    "<<<<<<< HEAD",
]


@pytest.mark.parametrize("source", NOT_PYTHON)
def test_a_cell_that_is_not_python_has_no_names(source: str) -> None:
    cells = [plain(source), answer("def f(): return 1"), check_cell("assert f() == 1")]
    made = plan(*cells)
    assert made.student_names == {"f"}
    assert made.setup[0] == source
    assert why_not_python(plain(source))


@pytest.mark.parametrize("source", NOT_PYTHON)
def test_what_an_answer_would_bind_that_is_not_python_is_the_students(source: str) -> None:
    assert plan(answer(source), check_cell("assert f() == 1")).student_names == {"f"}


@pytest.mark.parametrize(
    ("answered", "tested", "handed"),
    [
        ("def f(): return rate", "rate = 5", {"rate"}),
        ("def f(): return scale(1)", "rate = 5", {"rate"}),
        ("def f(): return scale(1)", "del scale", {"scale"}),
        ("f = lambda: rate", "mock.patch('__main__.rate', 5)", {"rate"}),
        ("y = rate", "rate = 5", set()),
        ("def f(): return 1", "rate = 5", set()),
        ("def f(): return rate", "f()", set()),
        ("rate = 3\ndef f(): return rate", "rate = 5", set()),
    ],
)
def test_which_names_are_handed_over(answered: str, tested: str, handed: set[str]) -> None:
    setup = plain("rate = 2\ndef scale(x): return rate * x")
    assert plan(setup, answer(answered), check_cell(tested)).handed_over == handed


@pytest.mark.parametrize(
    ("source", "nothing"),
    [("", True), ("# comment", True), ("'''text'''\n...", True), ("pass", False), ("x = 1", False)],
)
def test_what_does_nothing(source: str, nothing: bool) -> None:
    assert does_nothing(plain(source)) is nothing


def test_in_a_students_edition_names_that_nothing_binds_are_asked_for() -> None:
    cells = (plain("import math\nk = 3"), check_cell("assert f(k) == math.pi + len(data)"))
    assert make_plan(Notebook(cells), solved=False).student_names == {"f", "data"}
    assert make_plan(Notebook(cells)).student_names == set()


def test_a_students_cell_may_be_no_python() -> None:
    made = make_plan(Notebook((answer("def f(:"), check_cell("f(1)"))), solved=False)
    assert made.student_names == {"f"}
