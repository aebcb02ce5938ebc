"""Curves over the steps of a training, over a penalty, over the number of examples."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from course_lib.figures.style import GREY, WIDTH, course_style, line_style, marker

MANY = 30
"""Points from which on a curve is drawn without its markers."""


@course_style
def plot_curves(
    x: ArrayLike,
    panels: Mapping[str, Mapping[str, ArrayLike]],
    *,
    xlabel: str,
    mark: float | None = None,
    xscale: str = "log",
    yscale: str = "linear",
) -> None:
    """One or several panels of curves over the same x, such as loss and accuracy over the steps.

    Curves with few points are drawn with their points; NaN leaves a gap.

    Parameters
    ----------
    x : array_like
        Shape (m,).
    panels : mapping
        Label of a vertical axis, with its unit → {name of a curve → its values, shape (m,)}.
    xlabel : str
        Label of the horizontal axes, with the unit.
    mark : float, optional
        A place on the horizontal axes, marked by a dotted line.
    xscale : str, default "log"
        Scale of the horizontal axes.
    yscale : str, default "linear"
        Scale of the vertical axes.
    """
    places = np.asarray(x, dtype=np.float64)

    figure, row = plt.subplots(1, len(panels), figsize=(WIDTH, 3.3), squeeze=False)
    for axes, (ylabel, curves) in zip(row[0], panels.items(), strict=True):
        for index, (name, values) in enumerate(curves.items()):
            shape = {"marker": marker(index), "markersize": 5} if places.size < MANY else {}
            axes.plot(places, np.asarray(values), label=name, **line_style(index), **shape)
        if mark is not None:
            axes.axvline(mark, color=GREY, linewidth=1.2, linestyle=":")
        axes.set(xscale=xscale, yscale=yscale, xlabel=xlabel, ylabel=ylabel)
    figure.legend(*row[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
