"""Figures of two variables: what one says about the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from course_lib.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    SKY_BLUE,
    VERMILLION,
    WIDTH,
    course_style,
)

Information = Callable[..., Any]
"""`information(p, base)` of one distribution or one joint table."""


def _pale(colour: str) -> tuple[float, float, float]:
    """An opaque, lighter shade, on which black text can be read."""
    red, green, blue = (0.4 + 0.6 * part for part in to_rgb(colour))
    return red, green, blue


def _draw_diagram(
    axes: Axes, h_x: float, h_y: float, information: float, *, reach: float, least: float
) -> None:
    """Bars on one scale: H(X) and H(Y) overlap by I; together they reach as far as H(X, Y).

    The axis goes to `reach`; a part below `least` is too short for its label.
    """
    shared = h_x - information
    bars = [
        (0, 0.0, h_x + h_y - information, GREY, ""),
        (1, 0.0, h_x, BLUE, ""),
        (2, shared, h_y, ORANGE, ""),
        (3, 0.0, shared, SKY_BLUE, "H(X|Y)\n"),
        (3, shared, information, GREEN, "I(X;Y)\n"),
        (3, h_x, h_y - information, VERMILLION, "H(Y|X)\n"),
    ]
    for edge in (shared, h_x):
        axes.axvline(edge, color=BLACK, linewidth=0.8, linestyle=(0, (3, 3)), zorder=0)
    for row, start, length, colour, label in bars:
        axes.barh(row, length, 0.62, start, color=_pale(colour), edgecolor=BLACK, linewidth=0.8)
        if length >= least:
            middle = start + length / 2
            axes.text(middle, row, f"{label}{length:.3f}", ha="center", va="center", fontsize=9)
    axes.set_yticks(range(4), ["H(X, Y)", "H(X)", "H(Y)", "parts"])
    axes.set(xlabel="bits", xlim=(0, 1.02 * reach), ylim=(3.5, -0.5))


@course_style
def plot_information_diagram(*, h_x: float, h_y: float, information: float) -> None:
    """H(X), H(Y) and H(X, Y) as bars on one scale: what X and Y share is I(X; Y).

    Unlike circles, bars have lengths that can be read off.

    Parameters
    ----------
    h_x : float
        H(X), in bits.
    h_y : float
        H(Y), in bits.
    information : float
        I(X; Y), in bits.
    """
    joint = h_x + h_y - information

    _, axes = plt.subplots(figsize=(WIDTH, 3.0))
    _draw_diagram(axes, h_x, h_y, information, reach=joint, least=0.09 * joint)


@course_style
def plot_channel(
    entropy: Information, mutual_information: Information, *, ones: float, flip: float
) -> None:
    """A bit X, 1 with probability `ones`, arrives as Y, flipped with probability `flip`.

    Parameters
    ----------
    entropy : callable
        H(p) in bits.
    mutual_information : callable
        I of a joint table, in bits.
    ones : float
        Probability that X is 1.
    flip : float
        Probability that Y differs from X.
    """
    x = np.array([1 - ones, ones])
    p_xy = x[:, None] * np.array([[1 - flip, flip], [flip, 1 - flip]])
    h_x, h_y = entropy(x, base=2), entropy(p_xy.sum(axis=0), base=2)
    information = mutual_information(p_xy, base=2)

    _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.0), width_ratios=(1, 2.4))
    left.imshow(p_xy, cmap="Blues", vmin=0, vmax=1)
    for (row, column), probability in np.ndenumerate(p_xy):
        shade = "white" if probability > 0.6 else BLACK
        left.text(column, row, f"{probability:.3f}", ha="center", va="center", color=shade)
    left.set(xticks=[0, 1], yticks=[0, 1], xlabel="received y", ylabel="sent x")
    left.set_title("p(x, y)")
    _draw_diagram(right, h_x, h_y, information, reach=2.0, least=0.26)
    right.set_title(f"I(X;Y) = {information:.3f} bits")
