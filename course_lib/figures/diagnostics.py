"""Figures that ask whether a model fits: residuals should look like the noise it assumes."""

from __future__ import annotations

from statistics import NormalDist

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.style import BLACK, BLUE, GREY, WIDTH, course_style, line_style


def _draw_quantiles(axes: Axes, scores: NDArray[np.float64]) -> None:
    """Sorted scores over the quantiles of N(0, 1) at (i − ½)/n, and the line where they agree."""
    quantiles = [NormalDist().inv_cdf((i + 0.5) / scores.size) for i in range(scores.size)]
    axes.axline((0, 0), slope=1, color=GREY, linewidth=1)
    axes.plot(quantiles, np.sort(scores), "o", color=BLUE, markersize=4)
    axes.set(xlabel="expected under N(0, 1)")


@course_style
def plot_normal_quantiles(z: ArrayLike, *, suspect: float = 4.0) -> None:
    """Standardised readings in order, over where a normal sample of this size would have them.

    Readings more than `suspect` standard deviations out are labelled with their z.
    """
    scores = np.sort(np.asarray(z, dtype=np.float64))
    _, axes = plt.subplots(figsize=(WIDTH, 3.4))
    _draw_quantiles(axes, scores)
    for rank in np.flatnonzero(np.abs(scores) > suspect):
        expected = NormalDist().inv_cdf((rank + 0.5) / scores.size)
        label = f"z = {scores[rank]:.1f}".replace("-", "−")
        axes.annotate(label, (expected, scores[rank]), (8, -3), textcoords="offset points")
    axes.set(ylabel="standardised reading z")


@course_style
def plot_residuals(fitted: ArrayLike, residuals: ArrayLike, *, unit: str, name: str = "") -> None:
    """Residuals over fitted values with their running mean, and their normal quantiles.

    If the model works, the left panel is a level band of one width and the right one a line.
    """
    at, residual = np.asarray(fitted, dtype=np.float64), np.asarray(residuals, dtype=np.float64)
    order = np.argsort(at)
    groups = np.array_split(order, min(10, max(2, at.size // 8)))
    centres = [at[group].mean() for group in groups]

    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.1), width_ratios=(3, 2))
    left.axhline(0, color=BLACK, linewidth=0.8)
    left.plot(at, residual, "o", color=GREY, markersize=3)
    means = np.array([residual[group].mean() for group in groups])
    left.plot(centres, means, **line_style(0), label="local mean")
    spread = np.array([residual[group].std() for group in groups])
    for sign, label in ((1, "± local standard deviation"), (-1, None)):
        left.plot(centres, means + sign * spread, **line_style(1) | {"linewidth": 1.4}, label=label)
    left.set(xlabel=f"fitted value ({unit})", ylabel=f"residual ({unit})")
    left.legend(loc="lower left", bbox_to_anchor=(0, 1), fontsize=9, ncols=2)
    _draw_quantiles(right, residual / np.sqrt(np.mean(residual**2)))
    right.set(ylabel="residual / σ̂")
    if name:
        figure.suptitle(name, fontsize=11)
