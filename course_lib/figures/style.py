"""The look of all figures: a colour-blind-safe palette, line styles, and the decorator for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import matplotlib as mpl
import matplotlib.pyplot as plt

BLACK = "#000000"
GREY = "#767676"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
ORANGE = "#E69F00"
SKY_BLUE = "#56B4E9"
"""Okabe and Ito, "Color Universal Design" (2008), less the yellow, too pale for lines on white."""

WIDTH = 7.0
"""Inches; 700 pixels at 100 dots per inch: a notebook beside its open table of contents."""

_LINES: tuple[dict[str, Any], ...] = (
    {"color": BLUE, "linestyle": "-"},
    {"color": VERMILLION, "linestyle": "--"},
    {"color": GREEN, "linestyle": "-."},
    {"color": PURPLE, "linestyle": (0, (1, 1.2))},
    {"color": ORANGE, "linestyle": (0, (6, 1.5, 1, 1.5, 1, 1.5))},
    {"color": SKY_BLUE, "linestyle": (0, (8, 3))},
)
_MARKERS = ("o", "s", "^", "D", "v", "P")

_STYLE: dict[Any, Any] = {
    "figure.dpi": 100,
    "figure.facecolor": "white",  # an opaque page keeps the figure readable in a dark theme
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "lines.linewidth": 2.0,
    "legend.edgecolor": "none",
    "legend.framealpha": 0.9,
}

P = ParamSpec("P")


def line_style(index: int) -> dict[str, Any]:
    """Colour and dash pattern of the curve with this index: each curve differs in both.

    >>> line_style(0) == line_style(6)
    True
    """
    return dict(_LINES[index % len(_LINES)])


def marker(index: int) -> str:
    """The marker shape that goes with `line_style(index)`."""
    return _MARKERS[index % len(_MARKERS)]


def course_style(plot: Callable[P, None]) -> Callable[P, None]:
    """Draw with the course's style, leaving matplotlib's global settings as they were."""

    @wraps(plot)
    def styled(*args: P.args, **kwargs: P.kwargs) -> None:
        # A notebook's backend switches to interactive mode when it is loaded. Loaded inside the
        # context, that would be undone at its end, and only the first figure would ever show.
        plt.draw_if_interactive()
        with mpl.rc_context(_STYLE):
            plot(*args, **kwargs)

    return styled
