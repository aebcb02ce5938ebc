"""The data are what was published: checksums, and statistics printed elsewhere about them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest

from course_lib import datasets
from course_lib.datasets import CHECKSUMS, belgian_calls, checksum, newcomb

LOADERS: dict[str, Callable[[], tuple[np.ndarray, ...]]] = {
    "newcomb": lambda: (newcomb(),),
    "belgian_calls": belgian_calls,
}


def test_every_loader_has_a_checksum() -> None:
    loaders = set(datasets.__all__) - {"CHECKSUMS", "checksum"}
    assert set(CHECKSUMS) == set(LOADERS) == loaders


@pytest.mark.parametrize("name", LOADERS)
def test_checksum(name: str) -> None:
    assert checksum(*LOADERS[name]()) == CHECKSUMS[name]


@pytest.mark.parametrize("name", LOADERS)
def test_every_call_returns_new_arrays(name: str) -> None:
    for first, second in zip(LOADERS[name](), LOADERS[name](), strict=True):
        assert first.dtype == np.float64
        assert not np.shares_memory(first, second)


def test_checksum_sees_one_changed_number() -> None:
    x = newcomb()
    x[3] = 42.0
    assert checksum(x) != CHECKSUMS["newcomb"]


def test_newcomb_as_described_by_stigler() -> None:
    """Mean 26.21, standard deviation 10.75, and without the outliers 27.75 and 5.08."""
    x = newcomb()
    assert x.size == 66
    assert round(x.mean(), 2) == 26.21
    assert round(x.std(ddof=1), 2) == 10.75
    assert sorted(x)[:2] == [-44, -2]
    kept = x[x > 0]
    assert (round(kept.mean(), 2), round(kept.std(ddof=1), 2)) == (27.75, 5.08)


def test_belgian_calls_by_least_squares() -> None:
    year, calls = belgian_calls()
    assert year[[0, -1]].tolist() == [1950, 1973]
    assert round(np.polyfit(year, calls, 1)[0], 2) == 5.04


def test_belgian_calls_by_least_absolute_deviations() -> None:
    """The slope usually quoted is 1.53; it is one of a whole interval of slopes that tie."""
    year, calls = belgian_calls()

    # Some line of least absolute deviations passes through two of the points.
    pairs = np.array(list(combinations(range(24), 2))).T
    slopes = np.diff(calls[pairs], axis=0)[0] / np.diff(year[pairs], axis=0)[0]
    residuals = calls - calls[pairs[0], None] - slopes[:, None] * (year - year[pairs[0], None])
    totals = np.abs(residuals).sum(axis=1)

    best = np.unique(slopes[totals < totals.min() + 1e-9].round(2))
    assert round(totals.min(), 9) == 844
    assert 1.53 in best
    assert best[[0, -1]].tolist() == [1.16, 1.62]
