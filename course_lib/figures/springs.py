"""Readings that pull on an estimate, as springs that are let go."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.collections import LineCollection
from numpy.typing import ArrayLike

from course_lib.figures.locations import label_rows, with_unit
from course_lib.figures.losses import Loss
from course_lib.figures.style import BLACK, BLUE, GREY, VERMILLION, WIDTH, course_style

TURNS = 6
"""Of each spring."""


@course_style
def plot_springs(
    x: ArrayLike, motion: tuple[Loss, ArrayLike], *, step: int, unit: str = ""
) -> None:
    """A bar at θ, a spring to each reading, and where the bar has been.

    Parameters
    ----------
    x : array_like
        The sample, shape (n,).
    motion : tuple
        A loss that returns (loss, gradient), and the places of θ, one for each step.
    step : int
        Which of them is now.
    unit : str, default ""
        Unit of the readings, for the axis.
    """
    loss, places = motion
    sample, path = np.sort(np.asarray(x, dtype=np.float64)), np.asarray(places)
    rows, theta = np.arange(sample.size), float(path[step])
    price, gradient = (np.asarray(each) for each in loss(sample, np.full_like(sample, theta)))

    along = np.linspace(0, 1, 4 * TURNS + 1)
    zigzag = 0.22 * np.resize([0, 1, 0, -1], along.size)
    springs = [
        np.column_stack([theta + along * (reading - theta), row + zigzag])
        for row, reading in zip(rows, sample, strict=True)
    ]
    colours = np.where(gradient > 0, BLUE, np.where(gradient < 0, VERMILLION, GREY))
    strength = np.abs(gradient) / max(float(np.abs(gradient).max()), 1e-9)

    _, (top, bottom) = plt.subplots(2, 1, figsize=(WIDTH, 4.6), sharex=True, height_ratios=(2.2, 1))
    top.add_collection(LineCollection(springs, colors=colours, linewidths=0.5 + 2 * strength))
    top.plot(sample, rows, "o", color=BLACK, markersize=4)
    top.axvline(theta, color=BLACK, linewidth=3)
    label_rows(top, sample)
    left, right = gradient[gradient > 0].sum(), -gradient[gradient < 0].sum()
    top.set_title(f"← {left:.1f} left   |   right {right:.1f} →      mean loss {price.mean():.2f}")
    bottom.plot(path[: step + 1], np.arange(step + 1), color=GREY)
    bottom.plot(theta, step, "o", color=BLACK)
    bottom.set(xlabel=with_unit("θ", unit), ylabel="step", ylim=(path.size, -1))
    margin = 0.06 * np.ptp(sample)
    bottom.set_xlim(sample[0] - margin, sample[-1] + margin)
