"""Whether probabilities mean what they say."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import class_labels, distributions, positive_integer


class Reliability(NamedTuple):
    """Per bin of confidence, what a reliability diagram shows; NaN for an empty bin."""

    confidence: NDArray[np.float64]
    """Mean probability of the class named."""
    accuracy: NDArray[np.float64]
    """Share of examples in which that class was right."""
    examples: NDArray[np.intp]
    """Their number."""

    def expected_calibration_error(self) -> float:
        """Mean of |accuracy − confidence| over the examples.

        Returns
        -------
        float
            In [0, 1]; NaN if there are no examples.

        Examples
        --------
        >>> reliability([[0.8, 0.2], [0.8, 0.2]], [0, 1]).expected_calibration_error()
        0.30000000000000004
        """
        filled = self.examples > 0
        gaps = np.abs(self.accuracy - self.confidence)[filled]
        if not gaps.size:
            return float("nan")
        return float(gaps @ self.examples[filled] / self.examples.sum())


def reliability(probabilities: ArrayLike, labels: ArrayLike, bins: int = 10) -> Reliability:
    """Reliability diagram: how often the most probable class is right, by how sure of it one was.

    Examples are put into bins by their confidence maxᵢ pᵢ: bin j holds (j/bins, (j + 1)/bins]. In a
    calibrated classifier accuracy equals confidence in each.

    Parameters
    ----------
    probabilities : array_like
        p, shape (n, k); each row a distribution. Ties for the most probable class go to the first.
    labels : array_like of int
        Right classes in 0 … k − 1, shape (n,).
    bins : int, default 10
        Number of bins of equal width on [0, 1].

    Returns
    -------
    Reliability
        Confidence, accuracy and number of examples, each of shape (bins,).

    Raises
    ------
    ValueError
        If shapes do not fit, a row is no distribution, or bins < 1.
    IndexError
        If a label lies outside 0 … k − 1.
    TypeError
        If `probabilities` is not made of real numbers, or `labels` or `bins` not of integers.

    References
    ----------
    Lecture items F32, F33; C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, On calibration of modern
    neural networks, ICML 2017.

    Examples
    --------
    >>> reliability([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8]], [0, 1, 0], bins=2).accuracy.round(3)
    array([  nan, 0.667])
    """
    bins = positive_integer(bins, "bins")
    p = distributions(probabilities, "probabilities")
    if p.ndim != 2:
        raise ValueError(f"probabilities must have shape (n, k), got {p.shape}")
    y = class_labels(labels, p.shape[1])
    if y.shape != p.shape[:1]:
        raise ValueError(f"labels must have shape {p.shape[:1]}, one for each row; got {y.shape}")
    confidence = p.max(axis=1, initial=0).astype(np.float64)
    right = p.argmax(axis=1) == y if y.size else np.zeros(0, bool)
    edges = np.arange(1, bins) / bins
    place = np.searchsorted(edges, confidence, side="left")
    count = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        # The weights of bincount are added up in each bin; divided by the count they give a mean.
        return Reliability(
            confidence=np.bincount(place, weights=confidence, minlength=bins) / count,
            accuracy=np.bincount(place, weights=right, minlength=bins) / count,
            examples=count,
        )
