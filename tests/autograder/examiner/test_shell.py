"""The instructor's cells run from code that was compiled before, as IPython would run them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.examiner.guard import Guard
from autograder.examiner.provenance import Provenance
from autograder.examiner.shell import InstructorShell
from autograder.ipython.shell import Capture


@pytest.fixture
def names() -> dict[str, Any]:
    return {}


@pytest.fixture
def shell(names: dict[str, Any]) -> Iterator[InstructorShell]:
    before = InteractiveShell._instance
    yield InstructorShell(Capture(1000), names, Guard(Provenance(), names))
    InteractiveShell._instance = before


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 1", 2),
        ("x = 3\nx", 3),
        ("x = 3", None),
        ("", None),
        ("# a comment", None),
        ("'text'", "text"),
        ("2;", None),  # IPython shows nothing then
        ("import asyncio\nawait asyncio.sleep(0, 4)", 4),
        ("y = %env NO_SUCH_VARIABLE_HERE\ny", None),
    ],
)
def test_the_value_is_that_of_the_last_expression(
    shell: InstructorShell, source: str, value: object
) -> None:
    shell.prepare(source)
    assert shell.outcome(source)[0] == value


def test_names_are_bound_in_the_namespace(shell: InstructorShell, names: dict[str, Any]) -> None:
    shell.outcome("def double(x):\n    return 2 * x")
    assert names["double"](4) == 8


def test_a_cell_runs_anew_each_time(shell: InstructorShell, names: dict[str, Any]) -> None:
    names["n"] = 0
    assert [shell.outcome("n += 1\nn")[0] for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("assert 1 == 2", AssertionError),
        ("1 / 0", ZeroDivisionError),
        ("x = [\n", SyntaxError),
        ("return 3", SyntaxError),
        ("raise SystemExit(3)", SystemExit),
        ("raise KeyboardInterrupt", KeyboardInterrupt),
        ("%no_such_magic", Exception),
    ],
)
def test_what_a_cell_raises_is_returned(
    shell: InstructorShell, source: str, kind: type[BaseException]
) -> None:
    assert isinstance(shell.outcome(source)[1], kind)


def test_the_traceback_shows_the_line(shell: InstructorShell) -> None:
    _, error = shell.outcome("x = 1\nassert x == 2")
    assert error is not None
    assert error.__traceback__ is not None
    traceback = error.__traceback__
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    assert traceback.tb_lineno == 2


def test_ipythons_own_functions_are_there(shell: InstructorShell) -> None:
    assert shell.outcome("get_ipython()") == (shell, None)
    assert shell.outcome("callable(display)") == (True, None)
