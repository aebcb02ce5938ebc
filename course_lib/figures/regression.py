"""Figures of fitted lines."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from course_lib.figures.style import BLACK, WIDTH, course_style, line_style


@course_style
def plot_lines(
    x: ArrayLike,
    y: ArrayLike,
    lines: Mapping[str, tuple[float, float]],
    *,
    suspect: ArrayLike | None = None,
    xlabel: str = "x",
    ylabel: str = "y",
) -> None:
    """Points with fitted lines, each given as (intercept, slope); `suspect` points are crosses."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    crossed = np.zeros(x.shape, bool) if suspect is None else np.asarray(suspect, dtype=bool)

    _, axes = plt.subplots(figsize=(WIDTH, 3.8))
    axes.plot(x[~crossed], y[~crossed], "o", color=BLACK, markersize=5, label="measured")
    if crossed.any():
        axes.plot(x[crossed], y[crossed], "x", color=BLACK, markersize=7, label="suspect")
    ends = np.array([x.min(), x.max()])
    for index, (name, (intercept, slope)) in enumerate(lines.items()):
        axes.plot(
            ends,
            intercept + slope * ends,
            **line_style(index),
            label=f"{name}: slope {slope:.2f}",
        )
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.legend(loc="upper left")
