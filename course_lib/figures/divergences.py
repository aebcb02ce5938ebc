"""Figures of the Kullback–Leibler divergence: both directions, Jensen's chord, cross-entropy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.style import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    VERMILLION,
    WIDTH,
    course_style,
    line_style,
)

Divergence = Callable[..., Any]
"""`divergence(p, q, base)` of the distributions along the last axis."""


def _minus(text: str) -> str:
    """Text with a real minus sign, as on the axes."""
    return text.replace("-", "−")


def _bell(x: NDArray[np.float64], location: float, scale: float) -> NDArray[np.float64]:
    """Probabilities in proportion to a Gaussian density, on the points x."""
    exponent = -(((x - location) / scale) ** 2) / 2
    weights: NDArray[np.float64] = np.exp(exponent - exponent.max())
    weights /= weights.sum()
    return weights


@course_style
def plot_divergence_fit(
    x: ArrayLike, p: ArrayLike, divergence: Divergence, *, location: float, scale: float
) -> None:
    """A Gaussian q on the grid `x` laid over the distribution p; below, what each x adds to D.

    The terms p log₂(p/q) sum to D(p‖q), the terms q log₂(q/p) to D(q‖p).

    Parameters
    ----------
    x : array_like
        Grid, shape (n,).
    p : array_like
        Probabilities of the grid's points.
    divergence : callable
        D(p, q) in bits.
    location : float
        Mean of q.
    scale : float
        Standard deviation of q.
    """
    x, p = np.asarray(x, dtype=np.float64), np.asarray(p, dtype=np.float64)
    q = _bell(x, location, scale)
    log_ratio = np.log2(p) + ((x - location) / scale) ** 2 / (2 * np.log(2))
    log_ratio += np.log2(np.exp(-(((x - location) / scale) ** 2) / 2).sum())
    forward, reverse = divergence(p, q, base=2), divergence(q, p, base=2)

    _, (top, bottom) = plt.subplots(2, 1, figsize=(WIDTH, 4.6), sharex=True)
    top.fill_between(x, p, color=GREY, alpha=0.3)
    top.plot(x, p, color=GREY, label="p, the truth")
    top.plot(x, q, **line_style(0), label=_minus(f"q: location {location:.1f}, scale {scale:.1f}"))
    top.set(ylabel="probability", ylim=(0, None))
    bottom.plot(x, p * log_ratio, **line_style(1), label=f"p log₂(p/q); D(p‖q) = {forward:.2f}")
    bottom.plot(x, -q * log_ratio, **line_style(2), label=f"q log₂(q/p); D(q‖p) = {reverse:.2f}")
    bottom.axhline(0, color=BLACK, linewidth=0.8)
    bottom.set(xlabel="x", ylabel="bits", xlim=(x[0], x[-1]))
    for axes in (top, bottom):
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=9)


@course_style
def plot_jensen(
    psi: Callable[[NDArray[np.float64]], ArrayLike],
    x: tuple[float, float],
    *,
    weight: float,
    name: str = "ψ",
) -> None:
    """A convex ψ lies below its chord: ψ(E[X]) ≤ E[ψ(X)], where X is x₀ or, with `weight`, x₁.

    Parameters
    ----------
    psi : callable
        ψ, a convex function of an array.
    x : tuple of float
        The two values x₀ and x₁.
    weight : float
        Probability of x₁.
    name : str, default "ψ"
        Formula of ψ, for the legend.
    """
    points = np.array(x, dtype=np.float64)
    margin = 0.35 * abs(points[1] - points[0])
    curve = np.linspace(max(points.min() - margin, points.min() / 2), points.max() + margin, 200)
    values = np.asarray(psi(points))
    mean, mean_value = ((1 - weight) * each[0] + weight * each[1] for each in (points, values))
    value_of_mean = float(np.asarray(psi(np.array([mean])))[0])

    _, axes = plt.subplots(figsize=(WIDTH, 3.5))
    axes.plot(curve, np.asarray(psi(curve)), **line_style(0), label=name)
    axes.plot(points, values, **line_style(1), label="chord")
    axes.plot(points, values, "s", color=VERMILLION, markersize=7)
    axes.plot([mean, mean], [value_of_mean, mean_value], color=BLACK, linewidth=1.2)
    axes.plot(mean, mean_value, "^", color=BLACK, label=_minus(f"mean of ψ: {mean_value:.3f}"))
    axes.plot(
        mean, value_of_mean, "o", color=BLACK, label=_minus(f"ψ of the mean: {value_of_mean:.3f}")
    )
    axes.set(xlabel="x", ylabel=name)
    axes.set_title(f"E[X] = {mean:.3f}; gap {mean_value - value_of_mean:.3f}")
    axes.legend(loc="upper right", fontsize=9)


@course_style
def plot_cross_entropy_bars(parts: Mapping[str, tuple[float, float]]) -> None:
    """Cross-entropy in bits of several predictions, each stacked from (entropy, divergence).

    Parameters
    ----------
    parts : mapping
        Name of a prediction → (entropy, divergence), in bits.
    """
    rows = np.arange(len(parts))[::-1]
    entropies, divergences = np.array(list(parts.values()), dtype=np.float64).T

    _, axes = plt.subplots(figsize=(WIDTH, 0.5 * len(parts) + 1.3))
    axes.barh(rows, entropies, color=BLUE, height=0.6, label="entropy of the target, unavoidable")
    axes.barh(
        rows,
        divergences,
        left=entropies,
        color=ORANGE,
        hatch="//",
        edgecolor=BLACK,
        linewidth=0.5,
        height=0.6,
        label="divergence, wasted",
    )
    for row, total in zip(rows, entropies + divergences, strict=True):
        axes.annotate(f"{total:.3f}", (total, row), (5, -4), textcoords="offset points")
    axes.set_yticks(rows, list(parts))
    axes.set(
        ylabel="prediction",
        xlabel="cross-entropy (bits)",
        xlim=(0, 1.15 * (entropies + divergences).max()),
    )
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=9)


def _draw_prediction(
    axes: Axes, q: NDArray[np.float64], gradient: NDArray[np.float64], classes: Sequence[str]
) -> None:
    """Bars of the target q and of softmax(o) = q + gradient, the gradient written above them."""
    places = np.arange(q.size)
    axes.bar(places - 0.2, q, 0.38, color=GREY, label="target q")
    axes.bar(places + 0.2, q + gradient, 0.38, color=BLUE, hatch="//", label="softmax(o)")
    for place, height, each in zip(places, np.maximum(q, q + gradient), gradient, strict=True):
        text = _minus(f"{each:+.2f}")
        axes.annotate(text, (place, height), (0, 4), textcoords="offset points", ha="center")
    axes.set(xlabel="class", ylabel="probability", ylim=(0, 1.4), yticks=[0, 0.25, 0.5, 0.75, 1])
    axes.set_title("above the bars: softmax(o) − q")
    axes.set_xticks(places, classes)
    axes.legend(loc="upper left", ncols=2, fontsize=9)


@course_style
def plot_logit_gradients(
    loss: Callable[..., tuple[Any, Any]],
    target: ArrayLike,
    logits: ArrayLike,
    *,
    moved: int,
    value: float,
    classes: Sequence[str],
) -> None:
    """A prediction softmax(o) beside its target q, and the loss as one logit, `moved`, changes.

    `loss(q, o)` → (loss, gradient) with gradient softmax(o) − q, in nats, row by row. `value` is
    where that logit stands; the tangent there has the gradient as its slope.

    Parameters
    ----------
    loss : callable
        Returns (loss, gradient) of q and o, in nats, row by row.
    target : array_like
        q, shape (k,).
    logits : array_like
        o, shape (k,).
    moved : int
        Index of the logit that changes.
    value : float
        Where that logit stands.
    classes : sequence of str
        Names of the classes.
    """
    q = np.asarray(target, dtype=np.float64)
    path = np.linspace(-6, 6, 121)
    rows = np.tile(np.asarray(logits, dtype=np.float64), (path.size + 1, 1))
    rows[:, moved] = [*path, value]
    losses, gradients = loss(np.tile(q, (path.size + 1, 1)), rows)
    slope = float(gradients[-1, moved])

    _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.2))
    _draw_prediction(left, q, gradients[-1], classes)
    right.plot(path, losses[:-1], **line_style(0), label="D(q‖softmax(o))")
    run = np.array([-1.5, 1.5])
    tangent = losses[-1] + slope * run
    right.plot(value + run, tangent, **line_style(1), label=_minus(f"slope {slope:+.2f}"))
    right.plot(value, losses[-1], "o", color=BLACK)
    right.set(xlabel=f"logit of {classes[moved]}", ylabel="loss (nats)", xlim=(-6, 6))
    right.set_ylim(-0.3, 1.25 * float(losses.max()))
    right.legend(loc="upper right", fontsize=9)
