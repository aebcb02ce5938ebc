"""The sum of a sample's middle, without sorting the sample."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from course_lib.arguments import RealArray
from course_lib.tiling import tiles

SAMPLED = 1 << 14
"""So many numbers tell, to within one or two per cent of the ranks, where the cuts will be."""


class Cuts(NamedTuple):
    """Where the cuts seem to be: one in [lowest, low], the other in [high, highest]."""

    lowest: float
    low: float
    high: float
    highest: float


def sum_of_middle(sample: RealArray, cut: int) -> float:
    """Sum of what is left when the `cut` least and the `cut` greatest numbers are taken away.

    To select a rank, NumPy moves the whole sample about. A large sample is read only once here:
    what lies well inside the cuts is added up and what lies well outside is counted, so that ranks
    are selected among the few per cent of the numbers that are near a cut.

    Parameters
    ----------
    sample : shape (n,), without NaN.
    cut : 0 ≤ cut < n/2.

    Source: R. W. Floyd and R. L. Rivest, Expected time bounds for selection, Communications of the
    ACM 18 (1975) 165–172, bracket ranks by a sample in this way.

    >>> sum_of_middle(np.array([5.0, 1.0, 2.0, 100.0, 3.0]), 1)
    10.0
    """
    cuts = _guessed_cuts(sample, cut) if cut and sample.size >= 4 * SAMPLED else None
    total = _sum_between(sample, cut, cuts) if cuts and cuts.low < cuts.high else None
    return _sum_without(sample, cut, cut) if total is None else total


def _guessed_cuts(sample: RealArray, cut: int) -> Cuts:
    few = np.sort(sample[:: sample.size // SAMPLED])
    # Ranks in a random sample of m vary by at most √m/2 (a standard deviation).
    rank, margin = round(cut / sample.size * few.size), 2 * math.isqrt(few.size)
    outer, inner, last = rank - margin, min(rank + margin, few.size - 1), few.size - 1
    return Cuts(
        lowest=few[outer] if outer >= 0 else -np.inf,
        low=few[inner],
        high=few[last - inner],
        highest=few[last - outer] if outer >= 0 else np.inf,
    )


def _sum_between(sample: RealArray, cut: int, cuts: Cuts) -> float | None:
    """The sum, if the cuts are where they seem to be."""
    lowest, low, high, highest = cuts
    below = above = 0
    sums, near_low, near_high = [], [], []
    for tile in tiles(sample):
        below += int(np.count_nonzero(tile < lowest))
        above += int(np.count_nonzero(tile > highest))
        # Unlike tile[condition], compress takes no time over guessing whether the next one fits.
        near_low.append(np.compress((lowest <= tile) & (tile <= low), tile))
        near_high.append(np.compress((high <= tile) & (tile <= highest), tile))
        sums.append(np.compress((low < tile) & (tile < high), tile).sum(dtype=np.float64))
    left, right = np.concatenate(near_low), np.concatenate(near_high)
    if not (below <= cut <= below + left.size and above <= cut <= above + right.size):
        return None
    sums += [_sum_without(left, cut - below, 0), _sum_without(right, 0, cut - above)]
    return float(np.sum(sums))


def _sum_without(sample: RealArray, least: int, greatest: int) -> float:
    """The sum without so many of the least and of the greatest numbers, by selecting the ranks."""
    kept = sample.size - least - greatest
    if kept and least:
        sample = np.partition(sample, least)[least:]
    if kept and greatest:
        sample = np.partition(sample, kept - 1)
    return float(sample[:kept].sum(dtype=np.float64))
