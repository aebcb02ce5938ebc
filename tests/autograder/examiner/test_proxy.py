"""Objects that stay in the candidate: what a test may do with them, and what not."""

from __future__ import annotations

import pytest

from tests.autograder.workers.bench import Stage

STUDENT = '''
class Thing:
    """A thing."""
    count = 0

    def __init__(self, value): self.value = value
    def double(self): return Thing(2 * self.value)
    def __add__(self, other): return Thing(self.value + other.value)
    def __neg__(self): return Thing(-self.value)
    def __matmul__(self, other): return self.value * other.value
    def __len__(self): return 3
    def __getitem__(self, key): return [self.value, key]
    def __setitem__(self, key, value): self.value = (key, value)
    def __delitem__(self, key): self.value = ("deleted", key)
    def __contains__(self, item): return item == self.value
    def __iter__(self): return iter([self.value, self])
    def __reversed__(self): return iter([self, self.value])
    def __str__(self): return f"Thing({self.value})"
    def __repr__(self): return f"<{self.value}>"
    def __enter__(self): self.value = "open"; return self
    def __exit__(self, kind, error, traceback): self.value = str(error); return kind is not None
    def __eq__(self, other): return True
    def __bool__(self): return True
    def __float__(self): return 1.0
    def __array__(self, *_, **__): import numpy; return numpy.ones(3)

class Special(Thing): pass

def f(value): return Thing(value)
def g(n):
    for i in range(n):
        yield i
def h(thing): return thing.value
'''


@pytest.fixture
def things(stage: Stage) -> Stage:
    assert stage.student(STUDENT).error is None
    return stage


@pytest.mark.parametrize(
    "test",
    [
        "assert f(3).value == 3",
        "assert f(3).double().value == 6",
        "t = f(3); t.value = 4; assert h(t) == 4",
        "t = f(3); del t.value; assert not hasattr(t, 'value')",
        "assert hasattr(f(3), 'double') and getattr(f(3), 'x', 5) == 5",
        "assert len(f(3)) == 3",
        "assert f(3)['key'] == [3, 'key']",
        "t = f(3); t[1] = 2; assert t.value == (1, 2)",
        "t = f(3); del t[1]; assert t.value == ('deleted', 1)",
        "assert 3 in f(3) and 4 not in g(3)",
        "first, second = f(3); assert first == 3 and second.value == 3",
        "assert list(reversed(f(3)))[1] == 3",
        "assert str(f(3)) == 'Thing(3)' == f'{f(3)}'",
        "assert repr(f(3)) == '<3>'",
        "assert (f(3) + f(4)).value == 7",
        "assert (-f(3)).value == -3",
        "assert f(3) @ f(4) == 12",
        "assert isinstance(f(3), Thing) and not isinstance(3, Thing)",
        "assert isinstance(Thing(3), Thing)",
        "assert Thing.count == 0 and Thing.__doc__ == 'A thing.'",
        "assert f.__name__ == 'f' and callable(f) and not callable(f(3))",
        "assert 'double' in dir(f(3))",
        "t = f(3); assert [t, t][0] is t",
        "t = f(3); assert list(t)[1] is t",
        "t = f(3)\nwith t as same:\n    assert same is t and t.value == 'open'",
        "t = f(3)\nwith t:\n    pass\nassert t.value == 'None'",
        "t = f(3)\nwith t:\n    raise ValueError('inside')\nassert t.value == 'inside'",
        "assert list(g(3)) == [0, 1, 2] and sum(g(4)) == 6",
        "n = g(1); assert next(n) == 0 and next(n, 'end') == 'end'",
        "assert [a + b for a, b in zip(g(2), g(2))] == [0, 2]",
        "assert h(value := f(5)) == 5",
        "assert list(map(h, [f(1), f(2)])) == [1, 2]",
        "import functools; assert functools.partial(f, 3)().value == 3",
        "import math; assert math.isclose(h(f(1.5)), 1.5)",
    ],
)
def test_what_a_test_may_do(things: Stage, test: str) -> None:
    things.passes(test)


@pytest.mark.parametrize(
    ("test", "use"),
    [
        ("assert f(3) == 3", "compared"),
        ("assert f(3) != 4", "compared"),
        ("assert 3 == f(3)", "compared"),
        ("assert f(3) < 4", "compared"),
        ("assert f(3) in [1, 2]", "compared"),
        ("assert f(3)", "used as bool"),
        ("assert not f(3)", "used as bool"),
        ("float(f(3))", "used as float"),
        ("int(f(3))", "used as int"),
        ("complex(f(3))", "used as complex"),
        ("round(f(3))", "used as round"),
        ("bytes(f(3))", "used as bytes"),
        ("[1, 2, 3][f(1)]", "used as index"),
        ("import math; math.sqrt(f(3))", "used as float"),
        ("import numpy as np; np.asarray(f(3))", "used as an array"),
        ("import numpy as np; np.add(f(3), 1)", "used as an array"),
        ("import numpy as np; np.testing.assert_allclose(f(3), 3)", ""),
        ("import numpy as np; np.concatenate([f(3), f(4)])", "used as an array"),
        ("import pickle; pickle.dumps(f(3))", "pickled"),
        ("import math; math.floor(f(3))", "used as floor"),
        ("divmod(f(3), 2)", "combined with plain data"),
        ("pow(f(3), f(2), 5)", "combined with plain data"),
        ("t = f(3); t += 3", "combined with plain data"),
        ("class Mine(Thing): pass", "subclassed"),
        ("f(3) + 3", "combined with plain data"),
        ("3 + f(3)", "combined with plain data"),
        ("import numpy as np; np.ones(2) * f(3)", "used as an array"),
    ],
)
def test_what_a_test_may_not_do(things: Stage, test: str, use: str) -> None:
    report = things.test(test)
    assert report.error is not None
    assert not report.from_candidate
    if use:
        assert report.error == "OpaqueError"
        assert f"cannot be {use}" in report.message
        assert "run-in-candidate" in report.message
        assert "plain data" in (report.student_feedback or "")


def test_the_expected_answer_does_not_cross_when_an_operator_is_the_students(stage: Stage) -> None:
    stage.student(
        "seen = []\n"
        "class Thing:\n"
        "    def __add__(self, other): seen.append(other); return other\n"
        "    __radd__ = __mul__ = __rmul__ = __eq__ = __lt__ = __add__\n"
        "def f(): return Thing()\n"
        "def g(): return len(seen)"
    )
    for operator in ("+", "*", "==", "<", "-", "@"):
        assert stage.test(f"f() {operator} 12345").error == "OpaqueError"
        assert stage.test(f"12345 {operator} f()").error == "OpaqueError"
    stage.passes("assert g() == 0")


def test_a_forged_class_does_not_make_plain_data_an_instance(stage: Stage) -> None:
    stage.student(
        "class Meta(type):\n"
        "    def __instancecheck__(cls, other): return True\n"
        "class Thing(metaclass=Meta): pass\n"
    )
    stage.passes("assert not isinstance(3, Thing)")


def test_plain_data_that_is_passed_out_and_in_is_still_plain(things: Stage) -> None:
    things.passes("assert type(h(f([1, 2]))) is list")


def test_a_proxy_of_an_earlier_candidate_is_refused(things: Stage) -> None:
    things.passes("kept = f(3)")
    things.pair.renew()
    things.student(STUDENT)
    report = things.test("h(kept)")
    assert report.error == "CandidateGone"


def test_what_cannot_cross_is_refused_with_advice(things: Stage) -> None:
    report = things.test("h(object())")
    assert report.error == "TypeError"
    assert "'object' cannot be handed" in report.message
    assert "run-in-candidate" in report.message
    things.passes("assert h(f(1)) == 1")


def test_a_function_without_a_docstring_has_none(stage: Stage) -> None:
    stage.student("def f(): pass\nclass Thing: pass\ndef g():\n    'Documented.'")
    stage.passes(
        "assert f.__doc__ is None and Thing.__doc__ is None and g.__doc__ == 'Documented.'"
    )


def test_an_attribute_is_the_objects_own_whatever_its_name(stage: Stage) -> None:
    stage.student(
        "class Thing:\n"
        "    _kind, _ask, _identity = 'a kind', 'a price', 7\n"
        "    def _combine(self, other): return other + 1\n"
        "    def _request(self): return 'mine'\n"
        "    def f(self): return self\n"
        "data = Thing()"
    )
    stage.passes(
        "for each in (data, Thing, Thing(), data.f()):\n"
        "    assert (each._kind, each._ask, each._identity) == ('a kind', 'a price', 7)\n"
        "assert data._combine(2) == 3 and data._request() == 'mine'\n"
        "assert not hasattr(data, '_callbacks')"
    )
    stage.passes(
        "data._kind = 'another'\nassert data._kind == 'another' and Thing._kind == 'a kind'"
    )
    stage.passes("del data._kind\nassert data._kind == 'a kind'")
