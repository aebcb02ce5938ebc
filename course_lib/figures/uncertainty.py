"""Figures of how sure an estimate is: intervals, what many samples give, posteriors, bands."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import matplotlib.pyplot as plt
import numpy as np
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

LEVELS = {"½ nat": 0.5, "1.92 nats": 1.92}
"""Heights above the minimum at which a parabola is 1 and 1.96 standard errors wide on each side."""


@course_style
def plot_likelihood_interval(*, n: int, k: int) -> None:
    """NLL of a coin's p above its minimum, for k ones among n, and the parabola that fits it there.

    The parabola has the curvature n/(p̂(1 − p̂)) of the NLL at p̂ = k/n; for k = 0 or n there is
    none. The NLL's interval at 1.92 nats and p̂ ± 1.96 standard errors are bars below the axis.

    Parameters
    ----------
    n : int
        Flips.
    k : int
        Ones among them; if larger than n, n is taken.
    """
    k = min(k, n)
    best = k / n
    p = np.linspace(0, 1, 10_001)
    with np.errstate(divide="ignore", invalid="ignore"):
        price = -k * np.log(p) - (n - k) * np.log1p(-p)
    price = np.where(np.isnan(price), 0.0, price)  # 0·log 0
    above = price - price.min()
    inside = p[above <= LEVELS["1.92 nats"]]
    width = 1.96 * np.sqrt(best * (1 - best) / n)

    _, axes = plt.subplots(figsize=(WIDTH, 3.6))
    axes.plot(p, above, **line_style(0), label="NLL")
    if width:
        parabola = n / (best * (1 - best)) * (p - best) ** 2 / 2
        axes.plot(p, parabola, **line_style(1), label="parabola of the same curvature")
    for name, height in LEVELS.items():
        axes.axhline(height, color=GREY, linewidth=0.8, linestyle=(0, (4, 4)))
        axes.annotate(name, (1, height), (2, 2), textcoords="offset points", ha="right")
    for row, (low, high), style in (
        (-0.25, (inside.min(), inside.max()), line_style(0)),
        (-0.55, (best - width, best + width), line_style(1)),
    ):
        axes.plot([low, high], [row, row], **style | {"linewidth": 3})
        axes.plot([low, high], [row, row], "|", color=style["color"], markersize=9)
    axes.plot(best, 0, "o", color=BLACK, markersize=6, label=f"p̂ = {best:.3g}")
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set(xlabel="p", ylabel="nats above the minimum", xlim=(-0.02, 1.02), ylim=(-0.8, 5))
    axes.set_yticks(range(6))
    ends = f"NLL {inside.min():.3f} to {inside.max():.3f}"
    axes.set_title(f"{k} of {n}: {ends}; p̂ ± 1.96 s: {best - width:.3f} to {best + width:.3f}")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1.08), fontsize=9, ncols=3)


@course_style
def plot_share_estimates(
    shares: Mapping[int, ArrayLike], density: Callable[..., ArrayLike], *, p: float
) -> None:
    """Simulated shares of ones by number of flips n, over the bell N(p, p(1 − p)/n).

    Parameters
    ----------
    shares : mapping
        n → simulated shares.
    density : callable
        Normal density of (x, μ, σ²).
    p : float
        The true probability of a one.
    """
    _, panels = plt.subplots(
        len(shares), 1, figsize=(WIDTH, 1.5 * len(shares) + 0.4), sharex=True, squeeze=False
    )
    line = np.linspace(0, 1, 1001)
    for index, (n, values) in enumerate(shares.items()):
        axes, sample = panels[index, 0], np.asarray(values, dtype=np.float64)
        count = np.bincount(np.rint(sample * n).astype(int), minlength=n + 1)
        axes.bar(np.arange(n + 1) / n, 100 * count / sample.size, 0.8 / n, color=GREY, alpha=0.6)
        spread = np.sqrt(p * (1 - p) / n)
        bell = 100 * np.asarray(density(line, p, spread**2)) / n
        axes.plot(line, bell, **line_style(0) | {"linewidth": 1.5})
        axes.axvline(p, **line_style(1) | {"linewidth": 1.2})
        axes.set(ylabel="share (%)", title=f"n = {n}: standard deviation {sample.std():.3f}")
    panels[-1, 0].set(xlabel=f"estimate p̂ (the true p, dashed, is {p:g})", xlim=(-0.12, 1.02))


@course_style
def plot_two_scales(*, a: float, b: float) -> None:
    """A Beta(a, b) posterior over w and over the logit of w: equal areas, other modes.

    Over w the density is ∝ wᵃ⁻¹(1 − w)ᵇ⁻¹, over θ = log(w/(1 − w)) it is ∝ wᵃ(1 − w)ᵇ.

    Parameters
    ----------
    a, b : float
        Exponents, at least 1, not both 1.
    """
    w = np.linspace(0, 1, 4001)
    logit = np.linspace(-4, 8, 4001)
    at_logit = 1 / (1 + np.exp(-logit))
    over_w = w ** (a - 1) * (1 - w) ** (b - 1)
    over_logit = at_logit**a * (1 - at_logit) ** b
    over_w /= np.trapezoid(over_w, w)
    over_logit /= np.trapezoid(over_logit, logit)
    modes = (a - 1) / (a + b - 2), a / (a + b)
    cut = 0.8

    _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.2))
    for axes, x, density, mode, beyond in (
        (left, w, over_w, modes[0], w >= cut),
        (right, logit, over_logit, np.log(modes[1] / (1 - modes[1])), at_logit >= cut),
    ):
        axes.plot(x, density, **line_style(0))
        axes.fill_between(x[beyond], density[beyond], color=BLUE, alpha=0.2)
        axes.axvline(mode, **line_style(1) | {"linewidth": 1.4})
        axes.set(ylim=(0, None), xlim=(x[0], x[-1]))
    left.set(
        xlabel="w", ylabel="density (per unit of w)", title=f"over w: mode at w = {modes[0]:g}"
    )
    right.set(xlabel="logit of w, log(w/(1 − w))", ylabel="density (per unit of the logit)")
    right.set_title(f"over the logit: mode at w = {modes[1]:g}")


@course_style
def plot_predictive_band(
    x: ArrayLike,
    y: ArrayLike,
    truth: Callable[[NDArray[np.float64]], ArrayLike],
    band: Callable[[NDArray[np.float64]], tuple[ArrayLike, ArrayLike]],
    *,
    ends: tuple[float, float],
) -> None:
    """Data, the true f, and mean ± 2 standard deviations of f given the data; below, that s.d.

    Parameters
    ----------
    x, y : array_like
        The data, shape (n,).
    truth : callable
        The true f.
    band : callable
        Mean and standard deviation of f at any x.
    ends : tuple of float
        Where the horizontal axis begins and ends.
    """
    at = np.linspace(*ends, 601)
    mean, spread = (np.asarray(each, dtype=np.float64) for each in band(at))
    values = np.asarray(y, dtype=np.float64)
    low, high = float(np.min(x)), float(np.max(x))

    figure, (top, bottom) = plt.subplots(
        2, 1, figsize=(WIDTH, 4.6), sharex=True, height_ratios=(2.2, 1)
    )
    top.fill_between(
        at, mean - 2 * spread, mean + 2 * spread, color=VERMILLION, alpha=0.2, label="± 2 s.d."
    )
    top.plot(at, mean, **line_style(1), label="posterior mean")
    top.plot(at, np.asarray(truth(at)), color=GREY, linewidth=1.4, label="true f")
    top.plot(np.asarray(x), values, "o", color=BLACK, markersize=5, label="data")
    margin = 0.6 * np.ptp(values)
    top.set(ylabel="y", ylim=(values.min() - margin, values.max() + margin))
    bottom.semilogy(at, spread, **line_style(0))
    ticks = [tick for tick in (0.01, 0.03, 0.1, 0.3, 1, 3, 10) if tick <= spread.max()]
    bottom.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    bottom.set_yticks([], minor=True)
    bottom.set(xlabel="x", ylabel="s.d. of f\n(log scale)", xlim=ends)
    bottom.set(ylim=(0.8 * spread.min(), 1.3 * spread.max()))
    for axes in (top, bottom):
        for end in (low, high):
            axes.axvline(end, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)))
    for place in (0.5 * (low + high), high):
        height = float(np.interp(place, at, spread))
        bottom.plot(place, height, marker(1), color=BLACK, markersize=6)
    figure.legend(*top.get_legend_handles_labels(), loc="outside upper center", fontsize=9, ncols=4)
