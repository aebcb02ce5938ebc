"""Under which class an exception of the student's is raised at the examiner."""

from __future__ import annotations

import json
import unittest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.examiner.student_exceptions import raised_class
from autograder.wire.exceptions import exception_named


def named(*names: str) -> type[BaseException]:
    """The class for an exception of these classes, all of which the tests name."""
    return raised_class([*names, "builtins.ValueError"], ValueError, lambda _: True)


def test_it_derives_from_all_that_a_test_can_name() -> None:
    made = named("__main__.Broke", "json.decoder.JSONDecodeError")
    assert issubclass(made, json.JSONDecodeError)
    assert issubclass(made, ValueError)
    assert issubclass(named("__main__.Worse", "__main__.Broke"), made.__mro__[3])


def test_what_no_cell_names_is_not_claimed() -> None:
    names = ["unittest.case.SkipTest", "builtins.ValueError"]
    assert raised_class(names, ValueError, lambda _: False) is ValueError
    made = raised_class(["__main__.Broke", *names], ValueError, lambda name: name == "Broke")
    assert not issubclass(made, unittest.SkipTest)


@pytest.mark.parametrize(
    "name",
    [
        "autograder.examiner.places.Refused",
        "autograder.examiner.endpoint.CandidateGone",
        "builtins.KeyboardInterrupt",
        "builtins.Special",
        "numpy.linalg.LinAlgError",
        "__main__.f.<locals>.Odd",
        "__main__.\0",
        "x" * 1000,
        "",
    ],
)
def test_nothing_else_is_claimed(name: str) -> None:
    assert named(name) is ValueError


def test_what_is_no_exception_of_a_library_stands_for_one_of_the_students() -> None:
    assert json.JSONDecoder not in named("json.decoder.JSONDecoder").__mro__


def test_no_code_of_a_librarys_exception_makes_it() -> None:
    bases = ["json.decoder.JSONDecodeError", "builtins.ValueError"]
    error = exception_named(bases, "text", lambda _, kind: named(bases[0]))
    assert isinstance(error, json.JSONDecodeError)
    assert str(error) == "text"
    assert not hasattr(error, "doc")


@given(st.lists(st.text(max_size=8) | st.just("__main__.A") | st.just("zlib.error"), max_size=9))
def test_any_names_give_a_class_of_the_built_in_type(names: list[str]) -> None:
    made = raised_class(names, OSError, lambda _: True)
    assert issubclass(made, OSError)
    assert str(made("x")) == "x"
