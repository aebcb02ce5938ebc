"""The sum of a sample's middle is the same as after sorting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib import trimming
from course_lib.losses import trimmed_mean
from course_lib.trimming import SAMPLED, sum_of_middle

N = 5 * SAMPLED + 3
CUTS = [1, 7, N // 100, N // 10, N // 4, round(0.45 * N), (N - 1) // 2]


def normal(dtype: type = np.float64) -> np.ndarray:
    return np.random.default_rng(0).normal(size=N).astype(dtype)


def by_sorting(sample: np.ndarray, cut: int) -> float:
    return math.fsum(np.sort(sample)[cut : len(sample) - cut].tolist())


SAMPLES = {
    "normal": normal(),
    "float32": normal(np.float32),
    "sorted": np.sort(normal()),
    "descending": np.sort(normal())[::-1],
    "heavy tails": np.random.default_rng(1).standard_cauchy(N),
    "few values": np.random.default_rng(2).integers(0, 4, N).astype(float),
    "all equal": np.full(N, 0.1),
    "periodic": np.tile([1.0, 2.0, 3.0, 4.0, 50.0], N // 5 + 1)[:N],
    "two halves": np.repeat([0.0, 1.0], [N // 2, N - N // 2]),
}


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("name", SAMPLES)
def test_same_as_by_sorting(name: str, cut: int) -> None:
    sample = SAMPLES[name]
    before = sample.copy()
    scale = np.abs(np.sort(sample)[cut : N - cut]).sum()
    assert abs(sum_of_middle(sample, cut) - by_sorting(sample, cut)) <= 1e-14 * scale
    assert (sample == before).all()


def test_of_a_large_sample_few_numbers_are_selected_among(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []
    partition = np.partition

    def recording(sample: np.ndarray, kth: int) -> np.ndarray:
        seen.append(len(sample))
        return partition(sample, kth)

    monkeypatch.setattr(trimming.np, "partition", recording)
    sum_of_middle(normal(), N // 10)
    assert len(seen) == 2
    assert max(seen) < N / 10


@pytest.mark.parametrize("hidden", [-9.0, 9.0])
def test_numbers_that_the_guess_has_missed(hidden: float) -> None:
    """Only every fifth number is looked at for a guess: here none of the many others tell."""
    sample = np.where(np.arange(N) % 5 == 0, normal(), hidden)
    for cut in CUTS:
        assert_allclose(sum_of_middle(sample, cut), by_sorting(sample, cut), rtol=1e-12)


@pytest.mark.parametrize(
    ("ends", "cut", "wanted"),
    [
        ((-np.inf, np.inf), 1, None),
        ((np.inf, np.inf), 1, np.inf),
        ((-np.inf, -np.inf), 1, -np.inf),
        ((np.inf, np.inf), 2, None),
    ],
)
def test_infinite_numbers_count_unless_they_are_cut(
    ends: tuple[float, float], cut: int, wanted: float | None
) -> None:
    sample = normal()
    sample[[3, 11]] = ends
    assert_allclose(
        sum_of_middle(sample, cut), by_sorting(sample, cut) if wanted is None else wanted
    )


def test_the_mean_of_a_large_sample_with_nan_is_nan() -> None:
    sample = normal()
    sample[-1] = math.nan
    assert math.isnan(trimmed_mean(sample, 0.1))


def test_strided_samples() -> None:
    sample = normal()
    assert sum_of_middle(sample[::-2], N // 9) == pytest.approx(by_sorting(sample[::-2], N // 9))
