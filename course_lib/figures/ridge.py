"""Figures of regression with a penalty: how strong it is, and ways down to its minimum."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import LogFormatter
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.style import BLACK, GREY, WIDTH, course_style, line_style, marker


@course_style
def plot_penalised_fit(
    x: ArrayLike,
    y: ArrayLike,
    predict: Callable[[NDArray[np.float64], float], ArrayLike],
    truth: Callable[[NDArray[np.float64]], ArrayLike],
    *,
    log10_lam: float,
    sigma: float,
) -> None:
    """Data y = f(x) + ε, the true f with a band of ±σ, and the fit `predict(x, λ)` to the data.

    Parameters
    ----------
    x : array_like
        Shape (n,).
    y : array_like
        Targets, shape (n,).
    predict : callable
        Fitted values at x for λ.
    truth : callable
        The true f.
    log10_lam : float
        log₁₀ λ.
    sigma : float
        Standard deviation of the noise.
    """
    at = np.linspace(float(np.min(x)), float(np.max(x)), 301)
    mean, lam = np.asarray(truth(at)), 10.0**log10_lam

    _, axes = plt.subplots(figsize=(WIDTH, 3.6))
    axes.fill_between(at, mean - sigma, mean + sigma, color=GREY, alpha=0.2, label="f ± σ")
    axes.plot(at, mean, color=GREY, linewidth=1.2, label="true f")
    axes.plot(np.asarray(x), np.asarray(y), "o", color=BLACK, markersize=5, label="data")
    fit = np.asarray(predict(at, lam))
    axes.plot(at, fit, **line_style(1), label=f"fit, λ = $10^{{{log10_lam:g}}}$")
    axes.set_title(f"the fit is {np.sqrt(np.mean((fit - mean) ** 2)):.3f} from f, root mean square")
    low, high = float(np.min(y)), float(np.max(y))
    axes.set(xlabel="x", ylabel="y", ylim=(low - 0.5 * (high - low), high + 0.5 * (high - low)))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.07), fontsize=9, ncols=4)


@course_style
def plot_penalty_strength(
    lams: ArrayLike, errors: Mapping[str, ArrayLike], theory: Mapping[str, float], *, ylabel: str
) -> None:
    """Error over λ for a few settings: the lowest point marked, and a line where theory says.

    Parameters
    ----------
    lams : array_like
        Values of λ, shape (m,).
    errors : mapping
        Name of a setting → error for each λ.
    theory : mapping
        Name of a setting → the λ of theory.
    ylabel : str
        Label of the vertical axis.
    """
    strengths = np.asarray(lams, dtype=np.float64)

    _, axes = plt.subplots(figsize=(WIDTH, 3.6))
    for index, (name, values) in enumerate(errors.items()):
        style, error = line_style(index), np.asarray(values, dtype=np.float64)
        lowest = int(np.argmin(error))
        axes.loglog(strengths, error, **style, label=f"{name}: σ²/(nσ̄²) = {theory[name]:.3g}")
        axes.plot(strengths[lowest], error[lowest], marker(index), color=BLACK, markersize=7)
        axes.axvline(theory[name], **style | {"linewidth": 1.0})
    axes.yaxis.set_minor_formatter(LogFormatter())  # "60" rather than "6 × 10¹"
    axes.set(xlabel="λ (log scale)", ylabel=f"{ylabel} (log scale)", xlim=strengths[[0, -1]])
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), fontsize=9, ncols=3)


def spread(positions: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """Positions at least `gap` apart, in the same order and about where they were."""
    order = np.argsort(positions)
    lowest = positions[order] - gap * np.arange(positions.size)
    # The nearest non-decreasing sequence, as the mean of its lower and upper envelopes.
    above = np.maximum.accumulate(lowest)
    below = np.minimum.accumulate(lowest[::-1])[::-1]
    placed = np.empty_like(positions)
    placed[order] = (above + below) / 2 + gap * np.arange(positions.size)
    return placed


@course_style
def plot_ridge_path(
    lams: ArrayLike,
    path: ArrayLike,
    names: Sequence[str],
    *,
    errors: Mapping[str, ArrayLike],
    chosen: dict[str, float],
    unit: str,
    error_unit: str,
) -> None:
    """Ridge weights over λ, one named curve per column of `path`; below, errors of the forecasts.

    `chosen` marks values of λ by name.

    Parameters
    ----------
    lams : array_like
        Values of λ, shape (m,).
    path : array_like
        Weights for each λ, shape (m, d).
    names : sequence of str
        Names of the weights.
    errors : mapping
        Whose error, for instance "other patients" → error for each λ.
    chosen : dict
        Name → a value of λ to mark.
    unit : str
        Unit of the weights.
    error_unit : str
        Unit of the errors.
    """
    strengths, weights = np.asarray(lams), np.asarray(path, dtype=np.float64)
    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(WIDTH, 5.4), sharex=True, height_ratios=(2.4, 1)
    )
    label_at = spread(weights[0], 0.055 * np.ptp(weights))
    for index, (name, curve) in enumerate(zip(names, weights.T, strict=True)):
        style = line_style(index)
        again = {"marker": marker(index), "markersize": 4, "markevery": 0.09} if index >= 6 else {}
        top.semilogx(strengths, curve, **style, **again)
        top.annotate(
            name,
            (strengths[0], curve[0]),
            (-26, label_at[index]),
            textcoords=("offset points", "data"),
            ha="right",
            va="center",
            fontsize=9,
            color=BLACK,
            arrowprops={"arrowstyle": "-", "color": style["color"], "linewidth": 1},
        )
    top.axhline(0, color=GREY, linewidth=0.8)
    top.set(ylabel=f"weight ({unit})")
    for index, (name, values) in enumerate(errors.items()):
        bottom.semilogx(strengths, np.asarray(values), **line_style(3 * index), label=name)
    for index, (name, lam) in enumerate(chosen.items(), start=1):
        style = line_style(index) | {"linewidth": 1.4}
        top.axvline(lam, **style)
        bottom.axvline(lam, **style, label=f"{name}: λ = {lam:.3g}")
    bottom.set(xlabel="λ (log scale)", ylabel=f"error\n({error_unit})", xlim=strengths[[0, -1]])
    for axes in (top, bottom):
        axes.yaxis.tick_right()
        axes.yaxis.set_label_position("right")
        axes.spines["left"].set_visible(False)
        axes.spines["right"].set_visible(True)
    figure.legend(loc="outside lower center", ncols=2, fontsize=9)


@course_style
def plot_descent(
    loss: Callable[[NDArray[np.float64]], float],
    paths: Mapping[str, tuple[ArrayLike, int]],
    *,
    best: ArrayLike,
    labels: tuple[str, str],
    unit: str,
) -> None:
    """Ways down to the minimum `best` of a loss of two weights, and how far above it they are.

    Each path is its weights step by step, shape (m, 2), and its number of steps per epoch. One
    point for each epoch is drawn.

    Parameters
    ----------
    loss : callable
        Of two weights.
    paths : mapping
        Name → (weights step by step, shape (m, 2); steps per epoch).
    best : array_like
        The minimum, shape (2,).
    labels : tuple of str
        Labels of the two axes.
    unit : str
        Unit of the loss.
    """
    minimum = np.asarray(best, dtype=np.float64)
    ways = {name: np.asarray(way)[::steps] for name, (way, steps) in paths.items()}
    corners = np.vstack(list(ways.values()))
    low, high = corners.min(axis=0), corners.max(axis=0)
    margin = 0.12 * (high - low)
    first, second = (
        np.linspace(a, b, 41) for a, b in zip(low - margin, high + margin, strict=True)
    )
    heights = np.array([[loss(np.array([u, v])) for u in first] for v in second]) - loss(minimum)

    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.7))
    levels = np.geomspace(heights.max() / 3000, heights.max(), 9)
    left.contour(first, second, heights, levels, colors=GREY, linewidths=0.7)
    for index, (name, way) in enumerate(ways.items()):
        style = line_style(index) | {"linewidth": 1.4}
        left.plot(*way.T, **style)
        above = np.array([loss(w) for w in way]) - loss(minimum)
        right.semilogy(above, **style, label=name)
    left.plot(*minimum, "*", color=BLACK, markersize=13, linestyle="none", label="closed form")
    left.set(xlabel=labels[0], ylabel=labels[1])
    right.set(xlabel="epochs (passes over the data)", ylabel=f"loss above the minimum ({unit})")
    figure.legend(loc="outside lower center", ncols=4, fontsize=9)
