"""Every argument of every exported function, given wrong: an error that names it.

The message says what was expected ("must") and what came ("got"), for a student who never read the
code. A function that is exported and not in the tables fails here.
"""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest

from tests.course_lib.ordinary import ARGUMENTS, kind
from tests.course_lib.public import FUNCTIONS

INF, NAN = np.inf, np.nan
RAGGED = [[1.0], [1.0, 2.0]]

Error = type[Exception] | tuple[type[Exception], ...]

NOT_REAL: list[tuple[Any, Error]] = [
    ("a", TypeError),
    (["a", "b"], TypeError),
    (None, TypeError),
    ([None, 1.0], TypeError),
    (np.array([1, 2], dtype=object), TypeError),
    ([1j, 2.0], TypeError),
    ({"a": 1}, TypeError),
    (RAGGED, (TypeError, ValueError)),
]
NOT_A_NUMBER: list[tuple[Any, Error]] = [
    *NOT_REAL,
    ([1.0, 2.0], TypeError),
    (True, TypeError),
]
NOT_LABELS: list[tuple[Any, Error]] = [
    ("a", TypeError),
    (["a"], TypeError),
    (None, TypeError),
    ([0.0, 1.0, 0.0, 1.0], TypeError),
    ([True, False, True, False], TypeError),
    ([0, -1, 0, 1], IndexError),
    ([[0], [1, 2]], ValueError),
]
WRONG: dict[str, list[tuple[Any, Error]]] = {
    "reals": NOT_REAL,
    "vector": [*NOT_REAL, (1.0, ValueError), (np.ones((2, 2)), ValueError)],
    "sample": [*NOT_REAL, (1.0, ValueError), ([], ValueError), (np.ones((2, 2)), ValueError)],
    "matrix": [*NOT_REAL, ([1.0, 2.0], ValueError), (np.ones((2, 2, 2)), ValueError)],
    "distribution": [
        *NOT_REAL,
        (0.5, ValueError),
        ([[-0.5, 1.5]], ValueError),
        ([[0.5, 0.25]], ValueError),
        ([[3, 1]], ValueError),
        ([[NAN, 1.0]], ValueError),
        ([[INF, 0.0]], ValueError),
    ],
    "probability": [*NOT_REAL, ([1.5, 0, 0], ValueError), ([NAN, 0, 0], ValueError)],
    "labels": [*NOT_LABELS, ([0, 1, 2, 3], IndexError)],
    "labels of all classes": [*NOT_LABELS, ([0, 1, 3, 3], ValueError), ([0, 1], ValueError)],
    "number": NOT_A_NUMBER,
    "positive": [*NOT_A_NUMBER, *((v, ValueError) for v in (0, 0.0, -1, NAN, INF, -INF))],
    "nonnegative": [*NOT_A_NUMBER, *((v, ValueError) for v in (-1, -1e-300, NAN, INF, -INF))],
    "count": [
        *((v, TypeError) for v in ("a", None, 1.0, 2.5, [1], 1j, True)),
        (0, ValueError),
        (-1, ValueError),
    ],
    "axis": [
        *((v, TypeError) for v in ("a", None, 1.0, (0, 1), True)),
        (2, ValueError),
        (-3, ValueError),
    ],
    "function": [(3, TypeError), (None, TypeError), ("mean", TypeError), ([1.0], TypeError)],
    "generator": [(0, TypeError), (None, TypeError), (np.random.RandomState(0), TypeError)],
    "flag": [],
}

EACH_ARGUMENT = [(name, argument) for name in ARGUMENTS for argument in ARGUMENTS[name]]


def raised(name: str, changed: dict[str, Any], error: Error) -> str:
    """The message of the error that these arguments raise."""
    with pytest.raises(error) as caught:
        FUNCTIONS[name](**ARGUMENTS[name] | changed)
    return str(caught.value)


def test_every_argument_of_every_exported_function_is_in_the_table() -> None:
    signatures = {name: list(inspect.signature(f).parameters) for name, f in FUNCTIONS.items()}
    assert {name: list(arguments) for name, arguments in ARGUMENTS.items()} == signatures


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_ordinary_arguments_are_accepted(name: str) -> None:
    FUNCTIONS[name](**ARGUMENTS[name])


@pytest.mark.parametrize(("name", "argument"), EACH_ARGUMENT)
def test_a_wrong_argument_is_named(name: str, argument: str) -> None:
    for value, error in WRONG[kind(name, argument)]:
        message = raised(name, {argument: value}, error)
        assert message.startswith(argument)
        assert "must" in message
        assert "got" in message
