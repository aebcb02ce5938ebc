"""Figures of exponential families: the log-partition function, a tilted die, matched moments."""

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
    GREY,
    WIDTH,
    course_style,
    line_style,
    marker,
)

LogPartition = Callable[[float, Any], float]
"""`log_partition(theta, statistics)` → A(θ)."""

MeanParameters = Callable[[float, Any], Any]
"""`mean_parameters(theta, statistics)` → E[t]."""

MaximumEntropy = Callable[[Any, float], tuple[Any, Any]]
"""`maximum_entropy(statistics, mean)` → (p, θ)."""


@course_style
def plot_log_partition(
    log_partition: LogPartition,
    mean_parameters: MeanParameters,
    statistics: ArrayLike,
    *,
    theta: float,
) -> None:
    """A(θ) of a family with one statistic, its tangent at `theta`, and the slope of A: E[t].

    Parameters
    ----------
    log_partition : callable
        A(θ, t).
    mean_parameters : callable
        E[t] at θ.
    statistics : array_like
        t, one for each state, shape (n,).
    theta : float
        θ.
    """
    path = np.linspace(-3, 3, 61)
    values = np.array([log_partition(each, statistics) for each in path])
    means = np.array([mean_parameters(each, statistics) for each in path])
    here, slope = log_partition(theta, statistics), float(mean_parameters(theta, statistics))

    _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.2))
    left.plot(path, values, **line_style(0), label="A(θ)")
    run = np.array([-1.2, 1.2])
    left.plot(theta + run, here + slope * run, **line_style(1), label=f"slope {slope:.3f}")
    left.plot(theta, here, "o", color=BLACK)
    left.set(xlabel="θ (1 / unit of t)", ylabel="log-partition function (nats)", xlim=(-3, 3))
    left.legend(loc="upper left")
    right.plot(path, means, **line_style(2))
    right.plot([theta, theta, -3], [means.min(), slope, slope], color=GREY, linewidth=1)
    right.plot(theta, slope, "o", color=BLACK)
    right.set(xlabel="θ (1 / unit of t)", ylabel="mean of t, E[t] = A′(θ)", xlim=(-3, 3))
    right.set_title(f"θ = {theta:.2f}: E[t] = {slope:.3f}".replace("-", "−"))


def _draw_die(axes: Axes, faces: NDArray[np.float64], p: NDArray[np.float64]) -> None:
    """Bars of the faces' probabilities, the fair die as a dashed line."""
    axes.bar(faces, p, color=BLUE, width=0.75)
    fair = line_style(1) | {"linewidth": 1.3}
    axes.axhline(1 / faces.size, **fair)
    axes.set_xticks(faces)
    axes.set(xlabel="face", ylabel="probability")


@course_style
def plot_die(maximum_entropy: MaximumEntropy, *, mean: float) -> None:
    """The die of largest entropy with this mean, and the θ that each mean takes.

    Parameters
    ----------
    maximum_entropy : callable
        Returns (p, θ) of t and its mean.
    mean : float
        Mean of the statistic.
    """
    faces = np.arange(1.0, 7.0)
    p, theta = maximum_entropy(faces, mean)
    thetas = np.linspace(-2.1, 2.1, 85)
    weights = np.exp(np.outer(thetas, faces))
    means = weights @ faces / weights.sum(axis=1)
    entropy = -float(p @ np.log2(p))

    _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.1), width_ratios=(1.15, 1))
    _draw_die(left, faces, np.asarray(p))
    left.set(ylim=(0, 0.9), title=f"mean {mean:.2f}: H = {entropy:.3f} of {np.log2(6):.3f} bits")
    right.plot(means, thetas, **line_style(2))
    right.plot([mean, mean, 1], [-2.2, theta, theta], color=GREY, linewidth=1)
    right.plot(mean, theta, "o", color=BLACK)
    right.set(xlabel="mean of the die", ylabel="θ (1 / pip)", xlim=(1, 6), ylim=(-2.2, 2.2))
    right.set_title(f"θ = {float(theta):.4f}".replace("-", "−"))


@course_style
def plot_dice(dice: Mapping[str, ArrayLike]) -> None:
    """Several dice side by side, each with its mean and its entropy; the fair die dashed.

    Parameters
    ----------
    dice : mapping
        Name of a die → its probabilities.
    """
    _, panels = plt.subplots(1, len(dice), figsize=(WIDTH, 2.7), sharey=True, squeeze=False)
    for axes, (name, probabilities) in zip(panels[0], dice.items(), strict=True):
        p = np.asarray(probabilities, dtype=np.float64)
        faces = np.arange(1.0, p.size + 1)
        _draw_die(axes, faces, p)
        entropy = -(p[p > 0] * np.log2(p[p > 0])).sum() + 0.0
        axes.set_title(f"{name}\nmean {p @ faces:.2f}, {entropy:.3f} bits", fontsize=9.5)
        axes.label_outer()


@course_style
def plot_densities(
    x: ArrayLike, densities: Mapping[str, ArrayLike], *, entropies: Mapping[str, float]
) -> None:
    """Densities over one axis, each with its entropy in nats in the legend.

    Parameters
    ----------
    x : array_like
        Grid, shape (n,).
    densities : mapping
        Name → density on the grid.
    entropies : mapping
        Name → entropy in nats.
    """
    _, axes = plt.subplots(figsize=(WIDTH, 3.3))
    for index, (name, density) in enumerate(densities.items()):
        label = f"{name}: {entropies[name]:.3f} nats"
        axes.plot(np.asarray(x), np.asarray(density), **line_style(index), label=label)
    axes.set(xlabel="x, in standard deviations", ylabel="density", ylim=(0, None))
    axes.legend(loc="upper right")


@course_style
def plot_moment_matching(
    log_partition: LogPartition,
    mean_parameters: MeanParameters,
    statistics: ArrayLike,
    *,
    mean: float,
    theta: float,
) -> None:
    """Mean log-likelihood θ·mean − A(θ) over θ; below, its slope: sample mean minus E[t].

    Parameters
    ----------
    log_partition : callable
        A(θ, t).
    mean_parameters : callable
        E[t] at θ.
    statistics : array_like
        t, one for each state, shape (n,).
    mean : float
        Sample mean of t.
    theta : float
        θ, the present guess.
    """
    path = np.linspace(-1, 1, 61)
    likelihood = np.array([each * mean - log_partition(each, statistics) for each in path])
    means = np.array([float(mean_parameters(each, statistics)) for each in path])
    here = theta * mean - log_partition(theta, statistics)
    expected = float(mean_parameters(theta, statistics))

    _, (top, bottom) = plt.subplots(2, 1, figsize=(WIDTH, 4.4), sharex=True)
    top.plot(path, likelihood, **line_style(0))
    run = np.array([-0.35, 0.35])
    top.plot(theta + run, here + (mean - expected) * run, **line_style(1))
    top.plot(theta, here, "o", color=BLACK)
    top.set(ylabel="mean log-likelihood\n(nats per throw)")
    slope = round(mean - expected, 3) + 0.0  # no "−0.000"
    top.set_title(f"θ = {theta:.2f}: slope {slope:+.3f}".replace("-", "−"))
    bottom.plot(path, means, **line_style(2), label="mean of the model, E[t]")
    bottom.axhline(mean, **line_style(3), label=f"mean of the sample, {mean:.3f}")
    bottom.plot([theta, theta], [mean, expected], color=BLACK, linewidth=1.2)
    bottom.plot(theta, expected, "o", color=BLACK)
    bottom.set(xlabel="θ (1 / unit of t)", ylabel="mean of t", xlim=(-1, 1))
    bottom.legend(loc="upper left")


@course_style
def plot_fits(
    states: ArrayLike, observed: ArrayLike, fits: Mapping[str, ArrayLike], *, error: ArrayLike
) -> None:
    """Observed frequencies with their standard errors, and the probabilities of fitted models.

    Parameters
    ----------
    states : array_like
        Values of the states.
    observed : array_like
        Observed frequencies.
    fits : mapping
        Name of a model → its probabilities.
    error : array_like
        Standard errors of the frequencies.
    """
    states, observed = np.asarray(states), np.asarray(observed, dtype=np.float64)
    shifts = np.linspace(-0.3, 0.3, len(fits) + 1)

    _, axes = plt.subplots(figsize=(WIDTH, 3.5))
    axes.errorbar(
        states + shifts[0],
        observed,
        np.asarray(error),
        fmt="_",
        color=BLACK,
        capsize=4,
        label="observed",
    )
    for index, (shift, (name, p)) in enumerate(zip(shifts[1:], fits.items(), strict=True)):
        colour = line_style(index)["color"]
        axes.plot(states + shift, np.asarray(p), marker(index), color=colour, label=name)
    for edge in states[:-1] + 0.5:
        axes.axvline(edge, color=GREY, linewidth=0.5)
    axes.set_xticks(states)
    axes.set(xlabel="face", ylabel="probability")
    axes.legend(loc="best", fontsize=9)
