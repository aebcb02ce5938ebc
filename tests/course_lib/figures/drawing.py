"""What the tests of figures share: drawing one, and the texts that it shows."""

from __future__ import annotations

from functools import partial
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

Figures = dict[str, "partial[None]"]
"""Calls of plot functions by a name that says what is special about each."""


def draw(plot: partial[None]) -> Any:
    """The figure that `plot` draws. It returns nothing, or `interact` would show it twice.

    The tests look at what artists hold, which Matplotlib declares as wide as what they accept: a
    bar is any patch, the data of a line may be a string. So the figure is declared as anything.
    """
    before = plt.get_fignums()
    assert plot() is None
    assert len(plt.get_fignums()) == len(before) + 1, "one call must draw exactly one figure"
    return plt.gcf()


def shown_texts(figure: Figure) -> list[Any]:
    """Titles, labels and tick labels inside the axes' range; texts in a legend move together.

    Declared as anything, likewise: the size of a text may be a string.
    """
    hidden = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            hidden |= {
                label
                for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]
                for label in (tick.label1, tick.label2)
                if not low <= tick.get_loc() <= high
            }
    for legend in figure.findobj(Legend):
        hidden |= set(legend.findobj(Text))
    return [
        text
        for text in figure.findobj(Text)
        if text not in hidden and text.get_visible() and text.get_text().strip()
    ]
