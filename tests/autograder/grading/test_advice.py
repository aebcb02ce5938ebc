"""Advice on exceptions, of the messages that NumPy and Python have now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.grading.advice import advice_on

NOTHING: Any = None
LIST: Any = [1.0]
A, V, WHOLE = np.ones((2, 3)), np.arange(3.0), np.arange(3)


def closed() -> np.ndarray:
    array = np.ones(3)
    array.flags.writeable = False
    return array


def changed(array: np.ndarray) -> None:
    array -= 0.5


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (lambda: A @ A, "is .T missing"),
        (lambda: A.dot(A), "is .T missing"),
        (lambda: A + np.ones(2), "v[:, None]"),
        (lambda: A + A.T, "lies on its side"),
        (lambda: A * np.ones((3, 4)), "is @ meant"),
        (lambda: np.max(0, V), "np.maximum"),
        (lambda: V.shape / 2, "x.shape[0]"),  # type: ignore[operator]
        (lambda: V.shape[1], "x.shape[0]"),  # type: ignore[misc]
        (lambda: V[9], "a[i] counts rows"),
        (lambda: V[: 0.5 * 4], "int(k)"),
        (lambda: A.__setitem__(0, np.ones(2)), "v[:, None]"),
        (lambda: changed(closed()), "x = x - m in place of"),
        (lambda: closed().__setitem__(0, 2), "x = x - m in place of"),
        (lambda: changed(WHOLE.copy()), "make a float array first"),
        (lambda: [] if V > 1 else 0, "np.where"),
        (lambda: A[V], ".astype(int)"),
        (lambda: LIST[V[1]], ".astype(int)"),
        (lambda: V[:, 1], "keepdims=True"),
        (lambda: V.sum(axis=1), "keepdims=True"),
        (lambda: LIST - LIST, "np.array(it)"),
        (lambda: LIST * 0.5, "np.array(it)"),
        (lambda: np.linalg.solve(np.zeros((2, 2)), V[:2]), "wrong direction"),
        (lambda: np.linalg.solve(np.ones((3, 3)), V[:2]), "np.cov"),
        (lambda: np.zeros(2, 3), "one tuple"),  # type: ignore[call-overload]
        (lambda: V.reshape(2, 2), "minlength="),
        (lambda: NOTHING + 1, "without `return`"),
        (lambda: NOTHING[0], "without `return`"),
        (lambda: V(2), "is an operator missing"),  # type: ignore[operator]
        (lambda: V[0](2), "is an operator missing"),
        (lambda: V.__setitem__(0, [1, 2]), "where a single number is expected"),
        (lambda: float(V), "where a single number is expected"),
    ],
)
def test_advice(code: Callable[[], object], words: str) -> None:
    with pytest.raises((ValueError, TypeError, IndexError)) as caught:
        code()
    assert words in advice_on(str(caught.value)), caught.value
