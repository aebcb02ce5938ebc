"""Information counted in samples, against the functions of whole tables."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.information import conditional_entropy, entropy
from course_lib.information.samples import best_question, information_gain, pair_frequencies

RNG = np.random.default_rng(7)
LABELS = RNG.integers(0, 3, size=60)
X = np.round(RNG.normal(size=(60, 3)) + LABELS[:, np.newaxis] * [0.0, 1.0, 0.2], 1)


def test_pair_frequencies_are_those_of_a_loop() -> None:
    x, y = RNG.integers(0, 4, size=(2, 50))
    counted = [[np.mean((x == i) & (y == j)) for j in range(5)] for i in range(4)]
    np.testing.assert_allclose(pair_frequencies(x, y, 4, 5), counted, atol=1e-15)


def test_pairs_of_small_integers_do_not_overflow() -> None:
    x = np.array([19, 19], np.uint8)
    assert pair_frequencies(x, x, 20, 20)[19, 19] == 1.0


@pytest.mark.parametrize("threshold", [-9.0, 0.3, 1.0, 9.0])
def test_gain_is_what_the_answer_leaves_less(threshold: float) -> None:
    answer = (X[:, 1] <= threshold) * 1
    left = conditional_entropy(pair_frequencies(answer, LABELS, 2, 3), base=2)
    there = entropy(np.bincount(LABELS) / 60, base=2)
    assert information_gain(X[:, 1], LABELS, threshold) == pytest.approx(there - left, abs=1e-12)


def test_no_question_gains_more_than_the_best() -> None:
    column, threshold = best_question(X, LABELS)
    assert column == 1
    best = information_gain(X[:, column], LABELS, threshold)
    gains = [information_gain(X[:, j], LABELS, t) for j in range(3) for t in X[:, j]]
    assert best == max(gains)
