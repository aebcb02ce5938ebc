"""Figures of a text's letters and of pairs of them."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib import figures
from course_lib.datasets import frankenstein, letters
from tests.course_lib.figures.codes import ENGLISH, SYMBOLS
from tests.course_lib.figures.drawing import Figures

LETTERS = letters(frankenstein())
PAIRS = np.bincount(27 * LETTERS[:-1] + LETTERS[1:], minlength=27 * 27).reshape(27, 27)
JOINT = PAIRS / PAIRS.sum()

following = partial(figures.plot_next_symbol, SYMBOLS, JOINT)

FIGURES: Figures = {
    "frequencies": partial(figures.plot_symbol_frequencies, SYMBOLS, ENGLISH),
    "bits": partial(
        figures.plot_bits_per_symbol,
        {"27 symbols, all alike": 4.755, "frequencies": 4.092, "the letter before": 3.309},
    ),
    "pairs": partial(figures.plot_joint, SYMBOLS, JOINT),
    "after q": partial(following, given="q"),
    "after t": partial(following, given="t"),
    "after a blank": partial(following, given="␣"),
    "after z": partial(following, given="z"),
    "by distance": partial(
        figures.plot_information_by_distance,
        [1, 2, 3, 4],
        [0.782, 0.4, 0.1, 0.05],
        shuffled=[0.015, 0.016, 0.017],
    ),
}
