"""Figures of a text as a sequence of symbols: how often each comes, and what follows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from course_lib.figures.style import (
    BLACK,
    BLUE,
    SKY_BLUE,
    VERMILLION,
    WIDTH,
    course_style,
    line_style,
)


@course_style
def plot_symbol_frequencies(symbols: Sequence[str], p: ArrayLike) -> None:
    """Probability of each symbol; the dashed line is what it would be if all were alike.

    Parameters
    ----------
    symbols : sequence of str
        Names of the symbols, in the order of p.
    p : array_like
        Probabilities.
    """
    probabilities = np.asarray(p, dtype=np.float64)
    rows = np.arange(probabilities.size)

    _, axes = plt.subplots(figsize=(WIDTH, 2.8))
    axes.bar(rows, probabilities, color=BLUE, width=0.75)
    uniform = 1 / probabilities.size
    axes.axhline(uniform, **line_style(1) | {"linewidth": 1.3}, label=f"uniform: {uniform:.4f}")
    axes.set_xticks(rows, list(symbols))
    axes.set(xlabel="symbol", ylabel="probability", xlim=(-0.7, probabilities.size - 0.3))
    axes.legend(loc="upper right")


@course_style
def plot_bits_per_symbol(rows: Mapping[str, float], *, ylabel: str = "what is known") -> None:
    """Bits per symbol under models that know more and more, from top to bottom.

    Parameters
    ----------
    rows : mapping
        Name of a model → bits per symbol.
    ylabel : str, default "what is known"
        What the names are.
    """
    places = np.arange(len(rows))[::-1]
    bits = np.array(list(rows.values()), dtype=np.float64)

    _, axes = plt.subplots(figsize=(WIDTH, 0.45 * len(rows) + 0.9))
    axes.barh(places, bits, color=SKY_BLUE, edgecolor=BLACK, linewidth=0.6, height=0.6)
    for place, value in zip(places, bits, strict=True):
        axes.annotate(f"{value:.3f}", (value, place), (5, -4), textcoords="offset points")
    axes.set_yticks(places, list(rows))
    axes.set(xlabel="bits per symbol", ylabel=ylabel, xlim=(0, 1.12 * bits.max()))


@course_style
def plot_joint(symbols: Sequence[str], p_xy: ArrayLike) -> None:
    """Heat map of a joint distribution: how often x is followed by y; white where never.

    Parameters
    ----------
    symbols : sequence of str
        Names of the symbols, in the order of p.
    p_xy : array_like
        Joint distribution, x by rows and y by columns.
    """
    table = np.asarray(p_xy, dtype=np.float64)
    ticks = np.arange(len(symbols))

    figure, axes = plt.subplots(figsize=(WIDTH, 5.6))
    # On a logarithmic scale, so that rare pairs can be seen as well.
    with np.errstate(divide="ignore"):
        logarithms = np.where(table > 0, np.log10(table), np.nan)
    image = axes.imshow(logarithms, cmap="cividis_r")
    axes.set_xticks(ticks, list(symbols), fontsize=8)
    axes.set_yticks(ticks, list(symbols), fontsize=8)
    axes.tick_params(length=0)
    axes.set(xlabel="next symbol y", ylabel="symbol x")
    bar = figure.colorbar(image, ax=axes, label="probability p(x, y) of the pair", shrink=0.8)
    bar.set_ticks([-2, -3, -4], labels=["0.01", "0.001", "0.0001"])


@course_style
def plot_next_symbol(symbols: Sequence[str], p_xy: ArrayLike, *, given: str) -> None:
    """What comes after the symbol `given`: p(y | x) as bars, p(y) as dots, and the entropy left.

    Parameters
    ----------
    symbols : sequence of str
        Names of the symbols, in the order of p.
    p_xy : array_like
        Joint distribution, x by rows and y by columns.
    given : str
        The symbol x.
    """
    table = np.asarray(p_xy, dtype=np.float64)
    row = table[list(symbols).index(given)]
    after, anywhere = row / row.sum(), table.sum(axis=0)
    places = np.arange(len(symbols))

    _, axes = plt.subplots(figsize=(WIDTH, 3.1))
    edges = np.arange(len(symbols) + 1) - 0.5
    label = f"after {given!r}: p(y | x)"
    # One artist instead of a bar for each symbol: redrawn at every move of a slider.
    axes.stairs(after, edges, fill=True, color=BLUE, alpha=0.75, label=label)
    axes.plot(places, anywhere, "o", color=VERMILLION, markersize=5, label="anywhere: p(y)")
    left, before = (-(p[p > 0] * np.log2(p[p > 0])).sum() + 0.0 for p in (after, anywhere))
    axes.set_title(f"uncertainty {left:.3f} bits after {given!r}, {before:.3f} bits anywhere")
    axes.set_xticks(places, list(symbols))
    axes.set(xlabel="next symbol y", ylabel="probability", xlim=(-0.7, len(symbols) - 0.3))
    axes.set_ylim(0, 1.28 * max(after.max(), anywhere.max()))
    axes.legend(loc="upper right", ncols=2, fontsize=9)


@course_style
def plot_information_by_distance(
    distance: ArrayLike, information: ArrayLike, *, shuffled: ArrayLike
) -> None:
    """Mutual information of two symbols some places apart, and of shuffled ones, on a log scale.

    `shuffled` holds one value for each shuffled text; their range is drawn as a band.

    Parameters
    ----------
    distance : array_like
        Places between the two symbols.
    information : array_like
        In bits, at each distance.
    shuffled : array_like
        In bits, one value for each shuffled text.
    """
    places = np.asarray(distance)
    by_chance = np.asarray(shuffled, dtype=np.float64)

    _, axes = plt.subplots(figsize=(WIDTH, 3.3))
    band = "shuffled text: chance alone"
    axes.axhspan(by_chance.min(), by_chance.max(), color=VERMILLION, alpha=0.35, label=band)
    axes.plot(places, np.asarray(information), "o", **line_style(0), label="text")
    axes.set(xlabel="distance between the two symbols", ylabel="mutual information (bits)")
    axes.set(yscale="log", ylim=(0.6 * by_chance.min(), 1.6 * np.max(information)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.set_xticks(places)
    axes.legend(loc="upper right")
