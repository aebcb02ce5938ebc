"""Figures of maximum likelihood: a density, its value at every reading, and what they add up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

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

LogDensity = Callable[..., Any]
"""`log_density(x, mu, sigma2)` → log p(x), for an array of readings."""

NATS_ABOVE = (0.5, 2.0, 4.5, 10.0, 20.0, 40.0, 80.0)
"""Contours of an NLL above its minimum. The first three are as far as 1, 2 and 3 standard errors of
one parameter are from its estimate, if the NLL is a parabola."""


@course_style
def plot_normal_density(log_density: LogDensity, *, mu: float, sigma: float) -> None:
    """The density of N(μ, σ²), the share within ±σ shaded; N(0, 1) is dotted.

    Parameters
    ----------
    log_density : callable
        log p(x; μ, σ²).
    mu : float
        Mean μ.
    sigma : float
        Standard deviation σ.
    """
    x = np.linspace(-8, 8, 641)
    density = np.exp(log_density(x, mu, sigma**2))
    near = np.abs(x - mu) <= sigma

    _, axes = plt.subplots(figsize=(WIDTH, 3.2))
    axes.plot(
        x, np.exp(log_density(x, 0.0, 1.0)), ":", color=GREY, linewidth=1.2, label="μ = 0, σ = 1"
    )
    name = f"μ = {mu:g}, σ = {sigma:g}".replace("-", "−")
    axes.plot(x, density, **line_style(0), label=name)
    axes.fill_between(x[near], density[near], color=BLUE, alpha=0.15, label="within ±σ: 68 %")
    axes.axvline(mu, color=BLACK, linewidth=0.8)
    peak = float(np.exp(log_density(np.array(mu), mu, sigma**2)))
    axes.set(
        xlabel="x",
        ylabel="density p(x), per unit of x",
        xlim=(-8, 8),
        ylim=(0, max(0.42, 1.05 * peak)),
    )
    axes.set_title(f"height at the top 1/(σ√2π) = {peak:.3f}")
    axes.legend(loc="upper right" if mu <= 0 else "upper left", fontsize=9)


@course_style
def plot_dice_sums(
    sums: Mapping[int, tuple[ArrayLike, ArrayLike]], density: Callable[..., ArrayLike]
) -> None:
    """The sum of n dice, a panel for each n, and the bell of the same mean and variance.

    The title gives the largest gap between a bar and the bell, in percentage points.

    Parameters
    ----------
    sums : mapping
        n → (sums, their probabilities).
    density : callable
        Normal density of (x, μ, σ²).
    """
    rows = (len(sums) + 1) // 2
    _, panels = plt.subplots(rows, 2, figsize=(WIDTH, 1.9 * rows + 0.2), squeeze=False)
    for axes, (n, (values, shares)) in zip(panels.flat, sums.items(), strict=False):
        x, p = np.asarray(values, dtype=np.float64), np.asarray(shares, dtype=np.float64)
        mu, sigma2 = float(x @ p), float((x - x @ p) ** 2 @ p)
        gap = float(np.abs(p - np.asarray(density(x, mu, sigma2))).max())
        line = np.linspace(mu - 3.2 * sigma2**0.5, mu + 3.2 * sigma2**0.5, 301)
        axes.bar(x, 100 * p, 0.85, color=GREY, alpha=0.6)
        axes.plot(line, 100 * np.asarray(density(line, mu, sigma2)), **line_style(0))
        axes.set(xlabel="sum", ylabel="probability (%)", xlim=(line[0], line[-1]))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.set_title(f"{n} {'die' if n == 1 else 'dice'}: largest gap {100 * gap:.1f} points")


def _draw_stems(
    axes: Axes, sample: NDArray[np.float64], heights: NDArray[np.float64], **style: Any
) -> None:
    """A stem up to the height at each reading; below the axis, a rug as deep as readings repeat."""
    values, counts = np.unique(sample, return_counts=True)
    depth = 0.035 * axes.get_ylim()[1]
    axes.vlines(sample, 0, heights, color=style["color"], linewidth=0.8)
    axes.plot(sample, heights, style["marker"], color=style["color"], markersize=4)
    axes.vlines(values, -depth * counts, 0, color=BLACK, linewidth=1.5)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    bottom, top = -depth * (counts.max() + 1), axes.get_ylim()[1]
    axes.set_yticks([tick for tick in axes.get_yticks() if 0 <= tick <= top])
    axes.set_ylim(bottom, top)


@course_style
def plot_candidates(
    x: ArrayLike,
    log_density: LogDensity,
    candidates: Mapping[str, tuple[float, float]],
    *,
    unit: str,
    per: str = "unit of x",
) -> None:
    """Candidate Gaussians (μ, σ), a panel for each: a stem for each reading as high as its density.

    The title of a panel gives the sum of the log-densities, the log-likelihood of the candidate.

    Parameters
    ----------
    x : array_like
        The sample, shape (n,).
    log_density : callable
        log p(x; μ, σ²).
    candidates : mapping
        Name → (μ, σ).
    unit : str
        Unit of the readings, for the axis.
    per : str, default "unit of x"
        The same in a word, for the axis of the density.
    """
    sample = np.asarray(x, dtype=np.float64)
    margin = 0.05 * np.ptp(sample)
    line = np.linspace(sample.min() - margin, sample.max() + margin, 601)

    _, panels = plt.subplots(
        len(candidates),
        1,
        figsize=(WIDTH, 1.75 * len(candidates) + 0.3),
        sharex=True,
        squeeze=False,
    )
    curves = [np.exp(log_density(line, mu, sigma**2)) for mu, sigma in candidates.values()]
    top = 1.08 * max(curve.max() for curve in curves)
    for index, (name, (mu, sigma)) in enumerate(candidates.items()):
        axes, style = panels[index, 0], line_style(index)
        at_readings = np.asarray(log_density(sample, mu, sigma**2))
        axes.plot(line, curves[index], **style)
        axes.set(ylabel=f"density (per {per})", ylim=(0, top))  # heights are to be compared
        _draw_stems(axes, sample, np.exp(at_readings), color=style["color"], marker=marker(index))
        title = f"{name}: μ = {mu:g}, σ = {sigma:g}; log-likelihood {at_readings.sum():.1f}"
        axes.set_title(title.replace("-", "−").replace("log−", "log-"))
    panels[-1, 0].set(xlabel=unit)


@course_style
def plot_fit(
    x: ArrayLike,
    log_density: LogDensity,
    *,
    mu: float,
    sigma: float,
    unit: str,
    per: str = "unit of x",
) -> None:
    """N(μ, σ²) held against a sample: each reading's density, and its price −log density.

    Readings of one value stand on top of each other, a square for each, so that the stems add up to
    the negative log-likelihood (NLL), the number to make small.

    Parameters
    ----------
    x : array_like
        The sample, shape (n,).
    log_density : callable
        log p(x; μ, σ²).
    mu : float
        Mean μ.
    sigma : float
        Standard deviation σ.
    unit : str
        Unit of the readings, for the axis.
    per : str, default "unit of x"
        The same in a word, for the axis of the density.
    """
    sample = np.asarray(x, dtype=np.float64)
    margin = 0.05 * np.ptp(sample)
    line = np.linspace(sample.min() - margin, sample.max() + margin, 601)
    log_at_line = np.asarray(log_density(line, mu, sigma**2))
    prices = -np.asarray(log_density(sample, mu, sigma**2))
    costliest = int(np.argmax(prices))

    values, counts = np.unique(sample, return_counts=True)
    price_at = -np.asarray(log_density(values, mu, sigma**2))

    _, (top, bottom) = plt.subplots(2, 1, figsize=(WIDTH, 5.0), sharex=True)
    top.plot(line, np.exp(log_at_line), **line_style(0))
    top.set(ylabel=f"density (per {per})", ylim=(0, 1.08 * np.exp(log_at_line.max())))
    _draw_stems(top, sample, np.exp(-prices), color=BLUE, marker="o")
    top.set_title(f"μ = {mu:g}, σ = {sigma:g}".replace("-", "−"))
    # A reading's price on top of that of the others of its value: the stems add up to the NLL.
    bottom.plot(line, -log_at_line, **line_style(1) | {"linewidth": 1.4})
    bottom.vlines(values, 0, counts * price_at, color=VERMILLION, linewidth=0.8)
    stacked = [
        (value, rank * price)
        for value, count, price in zip(values, counts, price_at, strict=True)
        for rank in range(1, count + 1)
    ]
    bottom.plot(*np.transpose(stacked), "s", color=VERMILLION, markersize=3.5)
    bottom.axhline(0, color=BLACK, linewidth=0.8)
    tallest = float((counts * price_at).max())
    bottom.set(xlabel=unit, ylabel="−log density (nats)", ylim=(0, max(35, 1.1 * tallest)))
    bottom.set_title(
        f"NLL = {prices.sum():.2f} nats, of which {prices[costliest]:.2f} "
        f"for the reading {sample[costliest]:g}".replace("-", "−")
    )


@course_style
def plot_nll_contours(
    nll: Callable[[float, float], float],
    mu: ArrayLike,
    sigma: ArrayLike,
    *,
    best: tuple[float, float],
    valleys: Mapping[str, tuple[ArrayLike, ArrayLike]],
    unit: str,
) -> None:
    """Contours of `nll(μ, σ²)` over μ and log σ, in nats above the value at `best` = (μ̂, σ̂).

    Each valley is a curve (μ, σ) on which the NLL is smallest in one of the two directions.

    Parameters
    ----------
    nll : callable
        NLL at (μ, σ²), in nats.
    mu : array_like
        Grid of μ.
    sigma : array_like
        Grid of σ.
    best : tuple of float
        (μ̂, σ̂).
    valleys : mapping
        Name → a curve (μ, σ).
    unit : str
        Unit of the readings, for the axis.
    """
    mus, sigmas = np.asarray(mu, dtype=np.float64), np.asarray(sigma, dtype=np.float64)
    above = np.array([[nll(m, s**2) for m in mus] for s in sigmas]) - nll(best[0], best[1] ** 2)

    _, axes = plt.subplots(figsize=(WIDTH, 4.2))
    contours = axes.contour(mus, sigmas, above, NATS_ABOVE, colors=GREY, linewidths=1)
    axes.clabel(contours, fmt="+%g", fontsize=8)
    for index, (name, (valley_mu, valley_sigma)) in enumerate(valleys.items()):
        axes.plot(np.asarray(valley_mu), np.asarray(valley_sigma), **line_style(index), label=name)
    label = f"μ̂ = {best[0]:.2f}, σ̂ = {best[1]:.2f}"
    axes.plot(*best, "*", color=BLACK, markersize=13, linestyle="none", label=label)
    axes.set_yscale("log")
    ticks = [
        tick for tick in (1, 2, 3, 5, 7, 10, 14, 20, 30, 50) if sigmas[0] <= tick <= sigmas[-1]
    ]
    axes.set_yticks(ticks, [str(tick) for tick in ticks])
    axes.set_yticks([], minor=True)
    axes.set(xlim=(mus[0], mus[-1]), ylim=(sigmas[0], sigmas[-1]))
    axes.set(xlabel=f"μ ({unit})", ylabel=f"σ ({unit}, log scale)")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), fontsize=9, ncols=3)


@course_style
def plot_variance_estimates(estimates: Mapping[int, ArrayLike], *, sigma2: float) -> None:
    """Histograms of simulated estimates of the variance by sample size n, with their mean.

    The dashed line is the true σ²; (n − 1)/n·σ² is where the mean should lie.

    Parameters
    ----------
    estimates : mapping
        Sample size n → simulated estimates.
    sigma2 : float
        The true σ².
    """
    bins = np.linspace(0, 3.5 * sigma2, 36)
    _, panels = plt.subplots(
        len(estimates), 1, figsize=(WIDTH, 1.6 * len(estimates) + 0.4), sharex=True, squeeze=False
    )
    for index, (n, values) in enumerate(estimates.items()):
        axes, sample = panels[index, 0], np.asarray(values, dtype=np.float64)
        weights = np.full(sample.size, 100 / sample.size)
        axes.hist(np.minimum(sample, bins[-1]), bins, weights=weights, color=GREY, alpha=0.5)
        axes.axvline(sigma2, **line_style(1), label=f"true σ² = {sigma2:g}")
        expected = (n - 1) / n * sigma2
        axes.axvline(
            sample.mean(), **line_style(0), label=f"mean of the estimates {sample.mean():.3f}"
        )
        axes.set_title(f"n = {n}: (n − 1)/n · σ² = {expected:.3f}")
        axes.set_ylabel("share (%)")
        axes.legend(loc="upper right", fontsize=9)
    panels[-1, 0].set(
        xlabel="estimate of σ² with 1/n (the last bar holds all larger ones)", xlim=(0, bins[-1])
    )
