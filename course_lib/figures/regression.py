"""Figures of regression: fitted lines, and whether the residuals look like the noise assumed."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.style import BLACK, BLUE, GREY, ORANGE, WIDTH, course_style, line_style


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
    """Points with fitted lines, each given as (intercept, slope); `suspect` points are crosses.

    Parameters
    ----------
    x : array_like
        Shape (n,).
    y : array_like
        Shape (n,).
    lines : mapping
        Name → (intercept, slope).
    suspect : array_like, optional
        True for points to be drawn as crosses, shape (n,).
    xlabel : str, default "x"
        Label of the horizontal axis.
    ylabel : str, default "y"
        Label of the vertical axis.
    """
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


@course_style
def plot_one_weight(
    x: ArrayLike, y: ArrayLike, *, w: float, xlabel: str = "x", ylabel: str = "y"
) -> None:
    """The line y = w·x with the residual of each point, and the loss ½·mean (y − w·x)² over w.

    On the parabola of the loss a dot marks w, with the tangent there.

    Parameters
    ----------
    x : array_like
        Shape (n,), with mean 0.
    y : array_like
        Shape (n,), with mean 0.
    w : float
        The weight, that is, the slope of the line.
    xlabel : str, default "x"
        Label of the horizontal axis on the left, with the unit.
    ylabel : str, default "y"
        Label of the vertical axis on the left, with the unit.
    """
    at, target = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    best = (at @ target) / (at @ at)

    def loss(weight: float) -> float:
        return float(np.mean((target - weight * at) ** 2) / 2)

    _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.3), width_ratios=(3, 2))
    left.vlines(at, w * at, target, color=ORANGE, linewidth=1)
    left.plot(at, target, "o", color=BLACK, markersize=4)
    left.axline((0, 0), slope=w, **line_style(0))
    reach = 1.1 * np.abs(target).max()
    left.set(xlabel=xlabel, ylabel=ylabel, ylim=(-reach, reach), title="residuals")

    weights = np.linspace(best - 70, best + 70, 141)
    right.plot(weights, [loss(each) for each in weights], **line_style(0))
    slope = float(at @ (w * at - target) / at.size)
    right.axline((w, loss(w)), slope=slope, **line_style(1) | {"linewidth": 1.4})
    right.plot(w, loss(w), "o", color=BLACK, markersize=7)
    right.set(
        xlabel="weight w (points)",
        ylabel="loss (points²)",
        ylim=(0, loss(best + 70)),
        title=f"loss {loss(w):.0f}, its slope {slope:.1f}".replace("-", "−"),
    )


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

    Parameters
    ----------
    z : array_like
        Standardised readings, shape (n,).
    suspect : float, default 4.0
        Standard deviations beyond which a reading is labelled.
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

    Parameters
    ----------
    fitted : array_like
        Fitted values, shape (n,).
    residuals : array_like
        Target minus fitted value, shape (n,).
    unit : str
        Unit of the readings, for the axis.
    name : str, default ""
        What was fitted, for the axis.
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
