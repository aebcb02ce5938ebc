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

PEAKED = 1 / 32
"""Rests smaller than this feel the rounding of oⱼ − m, and are corrected for it."""


class Exponentials(NamedTuple):
    """Per row of logits o, with m = max o: what the formulas are made of."""

    largest: RealArray
    """m, shape (n, 1)."""
    shifted: RealArray
    """oᵢ − m ≤ 0."""
    powers: RealArray
    """exp(oᵢ − m) ≤ 1."""
    rest: RealArray
    """r = Σ exp(oᵢ − m) − 1, shape (n, 1): the sum without the maximum's own term."""


def exponentials(logits: RealArray) -> Exponentials:
    """Take the maximum out of each row; logits of shape (n, k)."""
    largest = logits.max(axis=-1, keepdims=True, initial=-np.inf)
    shifted = logits - largest
    powers = np.exp(shifted)
    if logits.shape[1] <= MOST_COLUMNS_ACROSS:
        rest = _rest(logits, largest, shifted, powers)
    else:  # over many classes the sum is mostly far above 1, so that nothing is lost
        rest = row_sums(powers) - 1
        small = np.flatnonzero(rest < 1)
        if small.size:
            rest[small] = _rest(logits[small], largest[small], shifted[small], powers[small])
    return Exponentials(largest, shifted, powers, rest)


def _rest(
    logits: RealArray, largest: RealArray, shifted: RealArray, powers: RealArray
) -> RealArray:
    """Σ powers − 1, the 1 taken away before summing."""
    # Only the maxima are as large as 1; where several are equal, each but the first counts.
    maxima = np.floor(powers)
    rest: RealArray = row_sums(powers - maxima) + (maxima.sum(axis=-1, keepdims=True) - 1)
    peaked = np.flatnonzero(rest < PEAKED)
    if peaked.size:
        lost = _lost_in_subtraction(logits[peaked], largest[peaked], shifted[peaked])
        rest[peaked] += (powers[peaked] * lost).sum(axis=-1, keepdims=True)
    return rest


def _lost_in_subtraction(logits: RealArray, largest: RealArray, shifted: RealArray) -> RealArray:
    """e with oᵢ − m = shifted + e exactly (D. E. Knuth's two-sum): exp gains a factor 1 + e.

    At a gap of 700 the rounded difference is off by up to 6e-14, and exp of it by 256 units in the
    last place.
    """
    subtracted = logits - shifted
    lost = (logits - (shifted + subtracted)) + (subtracted - largest)
    return np.where(np.isfinite(shifted), lost, 0)
