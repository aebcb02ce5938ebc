"""What stands for an object of a library's, and what has nothing that would."""

from __future__ import annotations

from collections import ChainMap, UserDict, UserList
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autograder.candidate.substitutes import substitute


class Own(UserDict):  # type: ignore[type-arg]
    """A class of the student's."""


class Broken(dict):  # type: ignore[type-arg]
    """A mapping that cannot be read."""

    def __iter__(self) -> Any:
        raise RuntimeError


@pytest.mark.parametrize(
    "value",
    [
        object(),
        Own(a=1),
        ChainMap(Broken(a=1)),
        np.zeros(2, "V4"),
        np.array([object()]),
        pd.Series([object()]),
        pd.DataFrame({"a": [object()]}),
        import_module("scipy.sparse").csr_matrix((1 << 11, 1 << 11)),
        np.zeros(1 << 21, [("a", "i1")]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_nothing_stands_for_it(value: Any) -> None:
    assert substitute(value) is None


def test_what_an_object_holds_stands_for_it_itself() -> None:
    items, pairs = UserList([1]), UserDict(a=1)
    assert substitute(items) is items.data
    assert substitute(pairs) is pairs.data


def test_a_frame_is_written_out_where_it_is_sparse() -> None:
    frame = pd.DataFrame({"a": pd.arrays.SparseArray([0, 1]), "b": ["x", "y"]})
    expected = pd.DataFrame({"a": [0, 1], "b": ["x", "y"]})
    pd.testing.assert_frame_equal(substitute(frame), expected)
