"""What softmax, log-softmax, logsumexp and the cross-entropies have in common.

All need Σⱼ exp(oⱼ) over a row. Written plainly it overflows at o = 710. Hence the maximum m is
taken out first, exp(oⱼ) = exp(m)·exp(oⱼ − m), so that no exponent is above 0. And because the
maximum's own term is exp(0) = 1, the sum is 1 + r with a rest r that may be tiny:

    logsumexp(o) = m + log(1 + r)        log pᵢ = (oᵢ − m) − log(1 + r)

For a confident classifier r is 1e-17 or less, where 1 + r rounds to 1 and the loss to 0. So r is
summed without the 1, and `log1p` does the rest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from course_lib.arguments import RealArray
from course_lib.tiling import MOST_COLUMNS_ACROSS, row_sums

PEAKED = 0.021
"""Rests smaller than this feel the rounding of oⱼ − m, and are corrected for it. For the others the
gaps are below 4 with two classes and below 8 with 64: rounded by at most one and two eps."""


class Exponentials(NamedTuple):
    """Per row of logits o, with m = max o: what the formulas are made of."""

    largest: RealArray
    """m, shape (n, 1)."""
    powers: RealArray
    """exp(oᵢ − m) ≤ 1."""
    rest: RealArray
    """r = Σ exp(oᵢ − m) − 1, shape (n, 1): the sum without the maximum's own term."""


def exponentials(logits: RealArray) -> Exponentials:
    """Take the maximum out of each row; logits of shape (n, k)."""
    largest = logits.max(axis=-1, keepdims=True, initial=-np.inf)
    powers = logits - largest
    np.exp(powers, out=powers)
    if logits.shape[1] <= MOST_COLUMNS_ACROSS:
        rest = _without_the_largest(powers)
    else:  # over many classes the sum is mostly far above 1, so that nothing is lost
        rest = row_sums(powers) - 1
        small = np.flatnonzero(rest < 1)
        rest[small] = _without_the_largest(powers[small])
    peaked = np.flatnonzero(rest < PEAKED)
    if peaked.size:
        rest[peaked] += _lost_in_subtraction(logits[peaked], largest[peaked])
    return Exponentials(largest, powers, rest)


def _without_the_largest(powers: RealArray) -> RealArray:
    """Σ powers − 1, the 1 taken away before summing."""
    # Only the maxima are as large as 1; where several are equal, each but the first counts.
    maxima = np.floor(powers)
    others_as_large = maxima.sum(axis=-1, keepdims=True) - 1
    others = np.subtract(powers, maxima, out=maxima)
    return np.asarray(row_sums(others) + others_as_large)


def _lost_in_subtraction(logits: RealArray, largest: RealArray) -> RealArray:
    """What Σ exp(oᵢ − m) lacks because oᵢ − m is rounded.

    Exactly, oᵢ − m = shifted + e, and exp of it is greater by a factor 1 + e (D. E. Knuth's
    two-sum). At a gap of 700 the rounded difference is off by up to 6e-14, and exp of it by 256
    units in the last place.
    """
    shifted = logits - largest
    subtracted = logits - shifted
    lost = (logits - (shifted + subtracted)) + (subtracted - largest)
    terms = np.where(np.isfinite(shifted), np.exp(shifted) * lost, 0)
    return np.asarray(terms.sum(axis=-1, keepdims=True))
