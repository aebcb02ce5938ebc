"""Plain data for objects of libraries that differ from it in little.

An answer can give a ChainMap where the solution gives a dict, or a sparse column where it gives an
array, and passes the test of one process. Such an object crosses with the data that it stands for,
and the examiner goes on with the data wherever the solution gave no object.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections import ChainMap, UserDict, UserList, UserString
from collections.abc import Callable
from math import prod
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

import numpy as np

#: Items of a sparse matrix, or rows of a record array, that are written out.
_MOST = 1 << 20


def substitute(value: Any) -> Any:
    """The plain data that an object of these very types stands for; None for others.

    Examples
    --------
    >>> substitute(ChainMap({"a": 1}, {"a": 2, "b": 3}))
    {'a': 1, 'b': 3}
    >>> substitute(array("i", [1, 2])), substitute(object())
    (array([1, 2], dtype=int32), None)
    """
    known = _SUBSTITUTES.get(type(value))
    try:
        return _of_library(value) if known is None else known(value)
    except Exception:  # a mapping in a ChainMap can be the student's
        return None


def _of_memory(view: memoryview) -> Any:
    is_bytes = isinstance(view.obj, (bytes, bytearray)) and view.format == "B"
    return view.tobytes() if is_bytes else np.array(view)


def _of_records(value: Any) -> Any:
    return value.tolist() if value.dtype.names and value.size <= _MOST else None


def _of_library(value: Any) -> Any:
    """What is sparse in pandas or SciPy, written out."""
    pandas, sparse = sys.modules.get("pandas"), sys.modules.get("scipy.sparse")
    if pandas is not None:
        if type(value) is pandas.arrays.SparseArray:
            return np.array(value)
        if type(value) is pandas.Series and _is_sparse(value):
            return value.sparse.to_dense()
        if type(value) is pandas.DataFrame and any(_is_sparse(each) for _, each in value.items()):
            return value.apply(lambda each: each.sparse.to_dense() if _is_sparse(each) else each)
    if sparse is not None and sparse.issparse(value) and prod(value.shape) <= _MOST:
        return value.toarray()
    return None


def _is_sparse(column: Any) -> bool:
    return isinstance(column.dtype, sys.modules["pandas"].SparseDtype)


_SUBSTITUTES: dict[type, Callable[[Any], Any]] = {
    type(Path()): PurePath,
    ChainMap: dict,
    MappingProxyType: dict,
    # These hold what they are made of, which stays one object.
    UserDict: lambda value: value.data,
    UserList: lambda value: value.data,
    UserString: lambda value: value.data,
    memoryview: _of_memory,
    array: lambda value: None if value.typecode in "uw" else np.array(value),
    np.flatiter: lambda value: value.copy(),
    np.poly1d: lambda value: value.coeffs,
    re.Match: lambda _: True,
    np.ndarray: _of_records,
    np.recarray: _of_records,
    np.void: _of_records,
    np.record: _of_records,
}
