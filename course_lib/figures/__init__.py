"""Figures of the lectures: one plain function per figure.

Every function takes the data and the functions to draw as arguments; none imports the reference
implementations. It draws a new pyplot figure and returns nothing: `ipywidgets.interact` would show
a returned figure a second time. A notebook calls a function once, so that the page is complete
without a kernel, and may then hand the same function to `interact`.
"""

from __future__ import annotations

from course_lib.figures.locations import (
    plot_clip_or_cut,
    plot_estimates,
    plot_forces,
    plot_huber_path,
    plot_influence,
    plot_movable_outlier,
)
from course_lib.figures.losses import plot_loss_triptych, plot_total_loss
from course_lib.figures.regression import plot_lines

__all__ = [
    "plot_clip_or_cut",
    "plot_estimates",
    "plot_forces",
    "plot_huber_path",
    "plot_influence",
    "plot_lines",
    "plot_loss_triptych",
    "plot_movable_outlier",
    "plot_total_loss",
]
