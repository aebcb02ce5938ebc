"""Figures of information and entropy, at both ends of every slider as well as at its start."""

from __future__ import annotations

from functools import partial
from math import comb

import numpy as np

from course_lib import figures
from course_lib.information import entropy
from tests.course_lib.figures.drawing import Figures

WALL = np.full((20, 30), 235, dtype=np.uint8)
STRIPES = np.tile(np.array([20, 220, 120], dtype=np.uint8), (20, 10))

coin = partial(figures.plot_binary_entropy, entropy)
chord = partial(figures.plot_entropy_chord, entropy)

TAILS = np.arange(11)
CHANCE = np.array([comb(10, int(k)) * 0.1**k * 0.9 ** (10 - k) for k in TAILS])
SURPRISE = -(TAILS * np.log2(0.1) + (10 - TAILS) * np.log2(0.9)) / 10

FIGURES: Figures = {
    "typical": partial(
        figures.plot_typical,
        {10: (SURPRISE, CHANCE), 20: (SURPRISE, CHANCE)},
        entropy=entropy([0.9, 0.1], base=2),
    ),
    "surprise": partial(
        figures.plot_surprise, {"a coin": 1 / 2, "a die": 1 / 6, "a twenty-sided die": 1 / 20}
    ),
    "pictures": partial(
        figures.plot_pictures,
        {"white wall": WALL, "wall, noisy camera": WALL, "football stadium": STRIPES},
        {"white wall": 129, "wall, noisy camera": 3187, "football stadium": 31250},
    ),
    "coin": partial(coin, p=0.9),
    "coin, fair": partial(coin, p=0.5),
    "coin, least p": partial(coin, p=0.05),
    "coin, greatest p": partial(coin, p=0.95),
    "chord": partial(chord, p=0.05, q=0.7, weight=0.5),
    "chord, all of p": partial(chord, p=0.0, q=1.0, weight=1.0),
    "chord, all of q": partial(chord, p=0.0, q=1.0, weight=0.0),
    "chord, one point": partial(chord, p=1.0, q=1.0, weight=0.5),
}
