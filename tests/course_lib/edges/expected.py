"""What a call at the edge must give: values, or an error."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

INF, NAN = np.inf, np.nan
EDGES = ("empty", "one element", "all equal", "+inf", "-inf", "nan")


@dataclass(frozen=True)
class Refused:
    """The call raises this error, whose message starts so."""

    error: type[Exception]
    words: str


def refused(words: str) -> Refused:
    return Refused(ValueError, words)


def refused_type(words: str) -> Refused:
    return Refused(TypeError, words)


def check_call(function: Any, args: Any, expected: Any) -> None:
    """Call with a tuple of arguments, or a dict of them by name."""

    def call() -> Any:
        return function(**args) if isinstance(args, dict) else function(*args)

    if isinstance(expected, Refused):
        with pytest.raises(expected.error) as caught:
            call()
        assert str(caught.value).startswith(expected.words)
    else:
        assert_same(call(), expected)


def assert_same(result: Any, expected: Any, rtol: float = 1e-12) -> None:
    """Equal part by part, in shape as well."""
    result, expected = plain(result), plain(expected)
    if isinstance(expected, tuple):
        assert isinstance(result, tuple)
        assert len(result) == len(expected)
        for part, right in zip(result, expected, strict=True):
            assert_same(part, right, rtol)
    elif any(isinstance(part, str) for part in np.atleast_1d(np.asarray(expected, object))):
        assert result == expected
    else:
        assert np.shape(result) == np.shape(expected)
        assert_allclose(result, expected, rtol=rtol, atol=1e-300)


def plain(result: Any) -> Any:
    """A report as a tuple of its parts."""
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return tuple(getattr(result, field.name) for field in dataclasses.fields(result))
    return result
