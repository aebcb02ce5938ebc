"""Figures of lecture 03, at both ends of every slider as well as at its start."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib import figures
from course_lib.datasets import belgian_calls
from course_lib.losses import (
    absolute_loss,
    huber_location,
    huber_loss,
    influence,
    squared_loss,
    trimmed_mean,
)
from tests.course_lib.figures.drawing import Figures

TEN = np.array([-44.0, -2, 16, 24, 26, 27, 28, 33, 34, 40])
POSITIONS = np.linspace(-60, 80, 57)
YEAR, CALLS = belgian_calls()

triptych = partial(figures.plot_loss_triptych, huber_loss, name="Huber", index=2)
forces = partial(figures.plot_forces, TEN, squared_loss, name="squared loss")
movable_outlier = partial(figures.plot_movable_outlier, TEN, {"mean": np.mean, "median": np.median})

springs = partial(
    figures.plot_springs,
    TEN,
    (squared_loss, 18.2 - 58.2 * 0.9 ** np.arange(41)),
    unit="ns",
)

FIGURES: Figures = {
    "squared": partial(figures.plot_loss_triptych, squared_loss, name="L2"),
    "huber": partial(triptych, delta=1.0),
    "huber, least delta": partial(triptych, delta=0.25),
    "huber, greatest delta": partial(triptych, delta=4.0),
    "forces": partial(forces, location=18.2),
    "forces, far left": partial(forces, location=-45.0),
    "forces, far right": partial(forces, location=40.0),
    "springs": partial(springs, step=0),
    "springs, half-way": partial(springs, step=20),
    "springs, at rest": partial(springs, step=40),
    "total loss": partial(figures.plot_total_loss, TEN, {"L2": squared_loss, "L1": absolute_loss}),
    "movable outlier": partial(movable_outlier, outlier=-44.0),
    "movable outlier, far left": partial(movable_outlier, outlier=-60.0),
    "movable outlier, far right": partial(movable_outlier, outlier=100.0),
    "clip or cut": partial(
        figures.plot_clip_or_cut,
        TEN,
        huber=huber_location(TEN, 10.0),
        delta=10.0,
        trimmed=trimmed_mean(TEN, 0.2),
        cut=2,
    ),
    "influence": partial(
        figures.plot_influence,
        POSITIONS,
        {
            "mean": influence(np.mean, TEN, POSITIONS),
            "median": influence(np.median, TEN, POSITIONS),
        },
        sample=TEN,
    ),
    "huber path": partial(
        figures.plot_huber_path, [0.1, 1, 10], [27, 27.3, 27.4], mean=26, median=27
    ),
    "estimates": partial(
        figures.plot_estimates,
        {"mean": (26.21, 23.1, 28.4), "without the two": (27.75, 26.4, 29.0)},
        accepted=33.02,
        unit="ns",
    ),
    "lines": partial(
        figures.plot_lines,
        YEAR,
        CALLS,
        {"least squares": (-9821.0, 5.04), "least absolute": (-2250.0, 1.16)},
        suspect=(YEAR > 1963) & (YEAR < 1970),
        xlabel="year",
        ylabel="calls (millions)",
    ),
}
