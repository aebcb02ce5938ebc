"""Figures of one number that stands for a sample: who pulls it, and how far one point moves it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.losses import Loss
from course_lib.figures.style import (
    BLACK,
    BLUE,
    GREY,
    VERMILLION,
    WIDTH,
    course_style,
    line_style,
    marker,
)

Estimator = Callable[[NDArray[np.float64]], float]
"""A sample → the one number that stands for it."""


def with_unit(label: str, unit: str) -> str:
    """The label of an axis.

    >>> with_unit("θ", "ns"), with_unit("θ", "")
    ('θ (ns)', 'θ')
    """
    return f"{label} ({unit})" if unit else label


def label_rows(axes: Axes, sample: NDArray[np.float64]) -> None:
    """Name each row by its reading, with a real minus sign."""
    axes.set_yticks(np.arange(sample.size), [f"{x:g}".replace("-", "−") for x in sample])
    axes.set_ylabel("reading")


def _draw_pulls(axes: Axes, pulls: NDArray[np.float64]) -> None:
    """A horizontal bar for each point, its pull on θ; the sums to either side as title."""
    rows = np.arange(pulls.size)
    axes.barh(rows, pulls, color=np.where(pulls < 0, BLUE, VERMILLION), height=0.6)
    axes.plot(np.zeros((pulls == 0).sum()), rows[pulls == 0], "o", color=GREY, markersize=4)
    axes.axvline(0, color=BLACK, linewidth=1)
    left, right = -pulls[pulls < 0].sum(), pulls[pulls > 0].sum()
    axes.set_title(f"← {left:.2f} left   |   right {right:.2f} →")
    widest = max(float(np.abs(pulls).max(initial=0)), 1e-9)
    axes.set(xlabel="pull on θ", xlim=(-1.15 * widest, 1.15 * widest))


@course_style
def plot_forces(
    x: ArrayLike,
    loss: Loss,
    *,
    location: float,
    name: str,
    delta: float | None = None,
    unit: str = "",
) -> None:
    """Each point of `x` pulls the guess θ = `location` with minus the gradient of its loss.

    At the minimum of the total loss the pulls to the left and to the right are equal.

    Parameters
    ----------
    x : array_like
        The sample, shape (n,).
    loss : callable
        Returns (loss, gradient).
    location : float
        The guess θ.
    name : str
        Name of the loss.
    delta : float, optional
        δ, passed on to `loss` if given.
    unit : str, default ""
        Unit of the readings, for the axis.
    """
    sample = np.sort(np.asarray(x, dtype=np.float64))
    rows = np.arange(sample.size)
    guess = np.full_like(sample, location)
    pulls = -np.asarray(loss(sample, guess, *(() if delta is None else (delta,)))[1])

    _, (points, forces) = plt.subplots(
        1, 2, figsize=(WIDTH, 0.24 * sample.size + 1.3), sharey=True, width_ratios=(3, 2)
    )
    points.hlines(rows, location, sample, color=GREY, linewidth=1)
    points.axvline(location, color=BLACK, linewidth=1.2)
    points.plot(sample, rows, "o", color=BLACK)
    points.set(xlabel=with_unit("x", unit), title=f"{name}: θ = {location:.2f}".replace("-", "−"))
    label_rows(points, sample)
    _draw_pulls(forces, pulls)
    for clip in () if delta is None else (-delta, delta):
        forces.axvline(clip, color=GREY, linewidth=0.8, linestyle=(0, (4, 4)))


@course_style
def plot_clip_or_cut(x: ArrayLike, *, huber: float, delta: float, trimmed: float, cut: int) -> None:
    """Huber's estimate beside the trimmed mean: one clips a far point to ±δ, the other ignores it.

    `huber` and `trimmed` are the two estimates; `cut` points are left out at each end.

    Parameters
    ----------
    x : array_like
        The sample, shape (n,).
    huber : float
        Huber's estimate.
    delta : float
        δ of Huber's loss.
    trimmed : float
        The trimmed mean.
    cut : int
        Points left out at each end.
    """
    sample = np.sort(np.asarray(x, dtype=np.float64))
    rows = np.arange(sample.size)
    kept = (rows >= cut) & (rows < sample.size - cut)
    clipped_pulls = np.clip(sample - huber, -delta, delta)
    kept_pulls = np.where(kept, sample - trimmed, 0.0)

    _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 0.24 * sample.size + 1.7), sharey=True)
    _draw_pulls(left, clipped_pulls)
    _draw_pulls(right, kept_pulls)
    for clip in (-delta, delta):
        left.axvline(clip, color=GREY, linewidth=0.8, linestyle=(0, (4, 4)))
    left.set_title(f"Huber, δ = {delta:g}: θ = {huber:.2f}\n{left.get_title()}")
    right.set_title(f"trimmed, {cut} cut at each end: θ = {trimmed:.2f}\n{right.get_title()}")
    label_rows(left, sample)


@course_style
def plot_movable_outlier(
    x: ArrayLike,
    estimators: Mapping[str, Estimator],
    *,
    outlier: float,
    reach: tuple[float, float] = (-60.0, 100.0),
    unit: str = "",
) -> None:
    """The sample `x` and one more point at `outlier`: each estimate now, and as the point moves.

    Parameters
    ----------
    x : array_like
        The sample, shape (n,).
    estimators : mapping
        Name → function of a sample.
    outlier : float
        Where the added point is.
    reach : tuple of float, default (-60.0, 100.0)
        From where to where it may move.
    unit : str, default ""
        Unit of the readings, for the axes.
    """
    sample = np.asarray(x, dtype=np.float64)
    positions = np.linspace(*reach, 81)

    _, (top, bottom) = plt.subplots(2, 1, figsize=(WIDTH, 4.6), sharex=True, height_ratios=(1, 2.2))
    top.plot(sample, np.zeros_like(sample), "o", color=GREY, label="sample")
    top.plot(outlier, 0, "*", color=BLACK, markersize=14, label="the moved point")
    bottom.axvline(outlier, color=BLACK, linewidth=0.8)
    for index, (name, estimate) in enumerate(estimators.items()):
        style = line_style(index)
        path = [estimate(np.append(sample, position)) for position in positions]
        now = estimate(np.append(sample, outlier))
        top.axvline(now, **style)
        bottom.plot(positions, path, **style, label=f"{name}: {now:.2f}")
        bottom.plot(outlier, now, marker(index), color=style["color"], markeredgecolor=BLACK)
    top.set(ylim=(-1, 1), yticks=[])
    top.spines["left"].set_visible(False)
    top.legend(loc="upper left", fontsize=9, ncols=2)
    bottom.set(
        xlabel=with_unit("position of the moved point", unit),
        ylabel=with_unit("estimate", unit),
        xlim=reach,
    )
    bottom.legend(loc="lower right", fontsize=9)


@course_style
def plot_influence(
    positions: ArrayLike, curves: Mapping[str, ArrayLike], *, sample: ArrayLike, unit: str = ""
) -> None:
    """What one added point at each position does to each estimate; the sample as a rug.

    Parameters
    ----------
    positions : array_like
        Of the added point, shape (m,).
    curves : mapping
        Name of an estimator → its influence at each position.
    sample : array_like
        The sample, shape (n,).
    unit : str, default ""
        Unit of the readings, for the axes.
    """
    _, axes = plt.subplots(figsize=(WIDTH, 3.6))
    axes.axhline(0, color=GREY, linewidth=0.8)
    for index, (name, curve) in enumerate(curves.items()):
        axes.plot(np.asarray(positions), np.asarray(curve), **line_style(index), label=name)
    rug = np.asarray(sample, dtype=np.float64)
    axes.plot(
        rug,
        np.full_like(rug, 0.02),
        "|",
        color=GREY,
        markersize=10,
        transform=axes.get_xaxis_transform(),
    )
    axes.set(
        xlabel=with_unit("position of the added point", unit),
        ylabel=with_unit("influence on the estimate", unit),
    )
    axes.legend(loc="upper left")


@course_style
def plot_huber_path(
    deltas: ArrayLike, locations: ArrayLike, *, mean: float, median: float, unit: str = ""
) -> None:
    """Huber's estimate as δ grows: from the median to the mean, but not always between them.

    Parameters
    ----------
    deltas : array_like
        Values of δ, shape (m,).
    locations : array_like
        Huber's estimate for each.
    mean : float
        Mean of the sample.
    median : float
        Median of the sample.
    unit : str, default ""
        Unit of the readings, for the axes.
    """
    _, axes = plt.subplots(figsize=(WIDTH, 3.0))
    axes.semilogx(np.asarray(deltas), np.asarray(locations), **line_style(2), label="Huber")
    axes.axhline(mean, **line_style(0) | {"linewidth": 1.2}, label=f"mean {mean:.2f}")
    axes.axhline(median, **line_style(1) | {"linewidth": 1.2}, label=f"median {median:.2f}")
    axes.set(xlabel=with_unit("δ", unit), ylabel=with_unit("estimate", unit))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 0.12))


@course_style
def plot_estimates(
    estimates: Mapping[str, tuple[float, float, float]], *, accepted: float, unit: str
) -> None:
    """Estimates (value, low, high) beside the accepted value.

    Parameters
    ----------
    estimates : mapping
        Name → (value, low, high).
    accepted : float
        The value accepted today.
    unit : str
        Unit of the readings, for the axis.
    """
    _, axes = plt.subplots(figsize=(WIDTH, 0.34 * len(estimates) + 1.2))
    rows = range(len(estimates) - 1, -1, -1)
    for index, (row, (value, low, high)) in enumerate(zip(rows, estimates.values(), strict=True)):
        style = line_style(index)
        axes.plot([low, high], [row, row], **style)
        axes.plot(value, row, marker(index), color=style["color"], markersize=7)
        axes.annotate(f"{value:.2f}", (high, row), (5, -4), textcoords="offset points")
    axes.axvline(accepted, color=BLACK, linestyle=(0, (1, 1)))
    axes.annotate(
        f"accepted today\n{accepted:.2f}",
        (accepted, len(estimates) - 1),
        (-6, 0),
        textcoords="offset points",
        ha="right",
        va="center",
    )
    axes.set_yticks(list(rows), list(estimates))
    axes.set(xlabel=unit, ylim=(-0.6, len(estimates) - 0.4))
