"""Figures of information and entropy: surprise, pictures, the curve H(p) and its chord."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.style import (
    BLACK,
    BLUE,
    VERMILLION,
    WIDTH,
    course_style,
    line_style,
    marker,
)

Entropy = Callable[..., Any]
"""`entropy(p, base)` of the distributions along the last axis of `p`."""


@course_style
def plot_surprise(events: Mapping[str, float]) -> None:
    """Information −log₂ p of an event over its probability p, with named events marked.

    Parameters
    ----------
    events : mapping
        Name of an event → its probability.
    """
    p = np.linspace(0.012, 1, 400)

    _, axes = plt.subplots(figsize=(WIDTH, 3.4))
    axes.plot(p, -np.log2(p), **line_style(0))
    for index, (name, probability) in enumerate(events.items()):
        information = -np.log2(probability)
        axes.plot(probability, information, marker(index), color=BLACK, markersize=7)
        axes.annotate(
            f"{name}: {information:.3f} bits",
            (probability, information),
            (10, 3),
            textcoords="offset points",
        )
    axes.set(
        xlabel="probability p of the event",
        ylabel="information −log₂ p (bits)",
        xlim=(0, 1.02),
        ylim=(-0.2, 6.5),
    )


@course_style
def plot_pictures(pictures: Mapping[str, ArrayLike], sizes: Mapping[str, int]) -> None:
    """Grey pictures side by side; above each its compressed size, below it bits per pixel.

    Parameters
    ----------
    pictures : mapping
        Name → grey values, shape (height, width).
    sizes : mapping
        Name → compressed size in bytes.
    """
    _, panels = plt.subplots(1, len(pictures), figsize=(WIDTH, 3.1), squeeze=False)
    for axes, (name, picture) in zip(panels[0], pictures.items(), strict=True):
        pixels = np.asarray(picture)
        size = sizes[name]
        axes.imshow(pixels, cmap="gray", vmin=0, vmax=255)
        axes.set_title(f"{name}\n{size} bytes")
        axes.set(xticks=[], yticks=[], xlabel=f"{8 * size / pixels.size:.3f} bits per pixel")


def _binary_entropy(entropy: Entropy, p: ArrayLike) -> NDArray[np.float64]:
    """H(p) in bits of a coin that shows heads with probability p, for each p."""
    heads = np.atleast_1d(np.asarray(p, dtype=np.float64))
    return np.asarray(entropy(np.column_stack([heads, 1 - heads]), base=2))


def _label_curve(axes: Axes) -> None:
    axes.set(
        xlabel="probability p of heads",
        ylabel="entropy H(p) (bits per toss)",
        xlim=(0, 1),
        ylim=(0, 1.12),
    )


@course_style
def plot_binary_entropy(entropy: Entropy, *, p: float) -> None:
    """A coin with P(heads) = p: the information of either side, and its mean on the curve H(p).

    On the left each bar is as wide as its side is probable, so that the two areas sum to H(p).

    Parameters
    ----------
    entropy : callable
        H(p) in bits.
    p : float
        Probability of heads.
    """
    heads = np.linspace(0, 1, 201)
    here = float(_binary_entropy(entropy, p)[0])
    informations = [-np.log2(max(side, 1e-12)) for side in (p, 1 - p)]

    _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.1), width_ratios=(1, 1.3))
    colours = {"color": [BLUE, VERMILLION], "hatch": ["", "//"], "edgecolor": BLACK}
    left.bar([0, p], informations, width=[p, 1 - p], align="edge", alpha=0.75, **colours)
    left.axhline(here, color=BLACK, linewidth=1, linestyle=(0, (4, 3)))
    left.set(xlim=(0, 1), ylim=(0, 4.6), xlabel="probability", ylabel="information (bits)")
    left.set_title("heads (plain): {:.2f} bits\ntails (hatched): {:.2f} bits".format(*informations))
    right.plot(heads, _binary_entropy(entropy, heads), **line_style(0))
    right.plot([p, p, 0], [0, here, here], color=BLACK, linewidth=1, linestyle=(0, (4, 3)))
    right.plot(p, here, "o", color=BLACK, markersize=8)
    right.set_title(f"p = {p:.2f}: H = {here:.3f} bits")
    _label_curve(right)


@course_style
def plot_entropy_chord(entropy: Entropy, *, p: float, q: float, weight: float) -> None:
    """Entropy is concave: the entropy of the mixture λp + (1−λ)q lies above the chord.

    Parameters
    ----------
    entropy : callable
        H(p) in bits.
    p : float
        Probability of heads of one coin.
    q : float
        That of the other.
    weight : float
        λ in [0, 1].
    """
    heads = np.linspace(0, 1, 201)
    mixed = weight * p + (1 - weight) * q
    at_p, at_q, at_mixed = _binary_entropy(entropy, [p, q, mixed])
    on_chord = weight * at_p + (1 - weight) * at_q

    _, axes = plt.subplots(figsize=(WIDTH, 3.5))
    axes.plot(heads, _binary_entropy(entropy, heads), **line_style(0), label="entropy H")
    axes.plot([p, q], [at_p, at_q], **line_style(1), label="chord from p to q")
    axes.plot([p, q], [at_p, at_q], "s", color=VERMILLION, markersize=7, clip_on=False)
    axes.plot([mixed, mixed], [on_chord, at_mixed], color=BLACK, linewidth=1.2)
    axes.plot(
        mixed, at_mixed, "o", color=BLACK, clip_on=False, label=f"H of the mixture: {at_mixed:.3f}"
    )
    axes.plot(
        mixed, on_chord, "^", color=BLACK, clip_on=False, label=f"mixture of the H: {on_chord:.3f}"
    )
    axes.set_title(f"p = {p:.2f}, q = {q:.2f}, λ = {weight:.2f}: mixture {mixed:.3f}")
    _label_curve(axes)
    axes.legend(loc="lower center", fontsize=9)


@course_style
def plot_typical(sequences: Mapping[int, tuple[ArrayLike, ArrayLike]], *, entropy: float) -> None:
    """How the surprise of a whole sequence, per toss, is distributed: ever narrower.

    Parameters
    ----------
    sequences : mapping
        Number of tosses → possible surprises per toss in bits, and their probabilities.
    entropy : float
        Of one toss, in bits.
    """
    _, panels = plt.subplots(
        len(sequences), 1, figsize=(WIDTH, 1.35 * len(sequences) + 0.6), sharex=True, squeeze=False
    )
    for axes, (n, (surprises, probabilities)) in zip(panels[:, 0], sequences.items(), strict=True):
        places = np.asarray(surprises, dtype=np.float64)
        width = 0.8 * abs(places[1] - places[0])
        axes.bar(places, np.asarray(probabilities), width=width, color=BLUE, linewidth=0)
        axes.axvline(entropy, color=BLACK, linewidth=1, linestyle=(0, (4, 3)))
        axes.text(0.99, 0.8, f"{n} tosses", transform=axes.transAxes, ha="right")
        axes.set(ylabel="probability", xlim=(0, 1.6))
    panels[-1, 0].set_xlabel("surprise of the sequence per toss, −log₂ p / n (bits)")
