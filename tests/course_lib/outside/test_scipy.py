"""SciPy's own tests of log-sum-exp, softmax, entropy and the trimmed mean, run against ours.

SciPy's test modules are those of the installed wheel. Where its conventions differ (SciPy reduces
over all axes or over the first, takes several axes at once, normalises, broadcasts) the adapters
translate; a test that asks for something which ours do not have is listed with the reason, and has
to stop at just that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course_lib import information, losses, softmax
from tests.course_lib.outside.tables import (
    Case,
    Counted,
    NotOurs,
    cases_of,
    cases_of_class,
    installed_module,
)

COMPLEX, WEIGHTS = "complex numbers", "weights or signs of the terms"


# ── Our functions with SciPy's signatures ─────────────────────────────────────────────────────────


def at_the_end(value: Any, axis: Any) -> tuple[np.ndarray, tuple[int, ...]]:
    """The array with the axes to be reduced made one, the last; and which they were."""
    array = np.atleast_1d(np.asarray(value))
    if array.dtype.kind == "c":
        raise NotOurs(COMPLEX)
    axes = tuple(range(array.ndim)) if axis is None else np.atleast_1d(axis)
    axes = tuple(int(a) % array.ndim for a in axes)
    moved = np.moveaxis(array, axes, range(-len(axes), 0))
    kept = moved.shape[: array.ndim - len(axes)]
    return moved.reshape(*kept, int(np.prod(moved.shape[len(kept) :]))), axes


def rowwise(function: Callable[..., Any]) -> Counted:
    """softmax or log_softmax, over all axes unless told otherwise."""

    def adapted(x: Any, axis: Any = None) -> Any:
        rows, axes = at_the_end(x, axis)
        shape = np.atleast_1d(np.asarray(x)).shape
        moved = [n for i, n in enumerate(shape) if i not in axes] + [shape[a] for a in axes]
        result = np.moveaxis(function(rows).reshape(moved), range(-len(axes), 0), axes)
        return result.reshape(np.shape(x))[()]

    return Counted(adapted)


def logsumexp(a: Any, axis: Any = None, b: Any = None, **options: Any) -> Any:
    if b is not None or options.pop("return_sign", False):
        raise NotOurs(WEIGHTS)
    rows, axes = at_the_end(a, axis)
    total = softmax.logsumexp(rows)
    return np.expand_dims(total, axes) if options.pop("keepdims", False) else total


def entropy(pk: Any, qk: Any = None, base: Any = np.e, axis: int = 0) -> Any:
    """Entropy of pk, or its divergence from qk, both of them normalised."""
    try:
        both = np.broadcast_arrays(pk, pk if qk is None else qk)
    except ValueError:
        raise NotOurs("broadcasting, which is the adapter's") from None
    p, q = (array / array.sum(axis=axis, keepdims=True) for array in both)
    try:
        if qk is None:
            return np.asarray(information.entropy(p, base=base, axis=axis))[()]
        return np.asarray(information.kl_divergence(p, q, base=base, axis=axis))[()]
    except ValueError as error:
        raise in_words_of_scipy(error, "base", "`base` must be a positive number.") from None


def trim_mean(a: Any, proportiontocut: float, axis: Any = 0) -> Any:
    rows, _ = at_the_end(a, axis)
    if not rows.size:
        raise NotOurs("a mean of nothing")
    try:
        return np.apply_along_axis(losses.trimmed_mean, -1, rows, proportiontocut)[()]
    except ValueError as error:
        raise in_words_of_scipy(error, "alpha", "Proportion too big.") from None


def huber(delta: Any, r: Any) -> Any:
    def loss(delta: float, r: float) -> float:
        try:
            return float(losses.huber_loss(0.0, r, delta)[0])
        except ValueError:
            return np.inf  # SciPy's answer to a negative delta

    return np.vectorize(loss, otypes=[np.float64])(delta, r)[()]


def in_words_of_scipy(error: ValueError, argument: str, words: str) -> ValueError:
    return ValueError(words) if str(error).startswith(argument) else error


# ── SciPy's tables ────────────────────────────────────────────────────────────────────────────────


def cases_of_logsumexp() -> list[Case]:
    module: Any = installed_module("scipy.special.tests.test_logsumexp")
    module.logsumexp = Counted(logsumexp)
    module.softmax = rowwise(softmax.softmax)
    module.log_softmax = rowwise(softmax.log_softmax)
    return [
        *cases_of_class(module.TestLogSumExp, module.logsumexp),
        *cases_of_class(module.TestSoftmax, module.softmax),
        *cases_of_class(module.TestLogSoftmax, module.log_softmax),
    ]


def cases_of_stats(name: str, tests: str, **adapters: Counted) -> list[Case]:
    module: Any = installed_module(f"scipy.stats.tests.{name}")
    module.stats = SimpleNamespace(**adapters)
    return cases_of_class(getattr(module, tests), *adapters.values())


def cases_of_sigmoid() -> list[Case]:
    module: Any = installed_module("scipy.special.tests.test_logit")
    module.expit, module.log_expit = Counted(softmax.sigmoid), Counted(softmax.log_sigmoid)
    return [
        *cases_of_class(module.TestExpit, module.expit),
        *cases_of_class(module.TestLogExpit, module.log_expit),
    ]


def cases_of_huber() -> list[Case]:
    module: Any = installed_module("scipy.special.tests.test_basic")
    module.special = SimpleNamespace(huber=Counted(huber))
    return cases_of(module.test_huber, module.special.huber)


TABLES = {
    "logsumexp and softmax": cases_of_logsumexp(),
    "sigmoid": cases_of_sigmoid(),
    "huber": cases_of_huber(),
    "entropy": cases_of_stats("test_entropy", "TestEntropy", entropy=Counted(entropy)),
    "trimmed mean": cases_of_stats("test_stats", "TestTrimMean", trim_mean=Counted(trim_mean)),
}
AT_LEAST = {
    "logsumexp and softmax": (30, 54),
    "sigmoid": (7, 78),
    "huber": (1, 4),
    "entropy": (13, 23),
    "trimmed mean": (1, 18),
}
"""Tests that apply, and calls of theirs that reach our code."""

WHY_NOT = {
    r"test_logsumexp_(b|sign|shape)": WEIGHTS,
    r"test_(dtypes_ab|no_writeback|gh22903|gh23548)": WEIGHTS,
    r"test_(logsumexp_complex_sign|gh21709|device)": f"{COMPLEX}|{WEIGHTS}",
    r"test_gh21610": COMPLEX,
    r"test_dtypes_a\['complex": COMPLEX,
    r"test_gh22601_infinite_elements\[.*j": COMPLEX,
    r"test_entropy_(raises_value_error|shape_mismatch)": "broadcasting",
    r"test_empty_input": "a mean of nothing",
}
"""Tests that cannot apply, each with what it asks for in vain."""


def applies(case: Case) -> bool:
    return not any(re.match(pattern, case.name) for pattern in WHY_NOT)


ALL = [case for cases in TABLES.values() for case in cases]


@pytest.mark.parametrize("case", list(filter(applies, ALL)), ids=lambda case: case.name)
def test_ours_pass_what_scipy_asks_of_its_own(case: Case) -> None:
    assert case.run() > 0, "the test did not call our function"


@pytest.mark.parametrize("pattern", WHY_NOT)
def test_what_is_left_out_asks_for_what_we_do_not_have(pattern: str) -> None:
    left_out = [case for case in ALL if re.match(pattern, case.name)]
    assert left_out
    for case in left_out:
        with pytest.raises(NotOurs, match=WHY_NOT[pattern]):
            case.run()


@pytest.mark.parametrize("table", TABLES)
def test_the_table_has_not_shrunk(table: str) -> None:
    applicable = [case for case in TABLES[table] if applies(case)]
    tests, calls = AT_LEAST[table]
    assert len(applicable) >= tests
    assert sum(case.run() for case in applicable) >= calls
