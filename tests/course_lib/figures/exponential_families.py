"""Figures of exponential families, at both ends of every slider as well as at its start."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib import figures
from course_lib.exponential_families import log_partition, maximum_entropy, mean_parameters
from tests.course_lib.figures.drawing import Figures

FACES = np.arange(1, 7)
X = np.linspace(-4, 4, 201)
NORMAL = np.exp(-(X**2) / 2) / np.sqrt(2 * np.pi)
WHITE = np.array([3246, 3449, 2897, 2841, 3635, 3932]) / 20_000

partition = partial(figures.plot_log_partition, log_partition, mean_parameters)
die = partial(figures.plot_die, maximum_entropy)
matching = partial(
    figures.plot_moment_matching, log_partition, mean_parameters, FACES - 3.5, mean=0.0983
)

FIGURES: Figures = {
    "log-partition": partial(partition, FACES, theta=0.5),
    "log-partition, least": partial(partition, FACES, theta=-3.0),
    "log-partition, greatest": partial(partition, FACES, theta=3.0),
    "log-partition of a coin": partial(partition, [0, 1], theta=0.0),
    "die": partial(die, mean=4.5),
    "die, fair": partial(die, mean=3.5),
    "die, least mean": partial(die, mean=1.2),
    "die, greatest mean": partial(die, mean=5.8),
    "dice": partial(
        figures.plot_dice,
        {
            "fours and fives": [0, 0, 0, 0.5, 0.5, 0],
            "ones and sixes": [0.3, 0, 0, 0, 0, 0.7],
            "maximum entropy": maximum_entropy(FACES, 4.5)[0],
        },
    ),
    "densities": partial(
        figures.plot_densities,
        X,
        {"normal": NORMAL, "flat": np.full_like(X, 0.125)},
        entropies={"normal": 1.419, "flat": 2.079},
    ),
    "matching": partial(matching, theta=-0.5),
    "matching, least": partial(matching, theta=-1.0),
    "matching, greatest": partial(matching, theta=1.0),
    "fits": partial(
        figures.plot_fits,
        FACES,
        WHITE,
        {"fair": np.full(6, 1 / 6), "maximum entropy": maximum_entropy(FACES, WHITE @ FACES)[0]},
        error=np.sqrt(WHITE * (1 - WHITE) / 20_000),
    ),
}
