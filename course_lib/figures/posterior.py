"""Figures of posteriors: what the data say, what was known before, and both together."""

from __future__ import annotations

from collections.abc import Sequence

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
)


@course_style
def plot_explanations(
    names: Sequence[str], likelihood: ArrayLike, prior: ArrayLike, posterior: ArrayLike
) -> None:
    """Likelihood, prior and posterior of a few explanations as bars; the largest are darker.

    Parameters
    ----------
    names : sequence of str
        Names of the explanations.
    likelihood : array_like
        p(X|w) of each.
    prior : array_like
        p(w) of each.
    posterior : array_like
        p(w|X) of each.
    """
    rows = np.arange(len(names))[::-1]
    columns = {"likelihood": likelihood, "prior": prior, "posterior": posterior}

    _, panels = plt.subplots(1, 3, figsize=(WIDTH, 0.38 * len(names) + 1.0), sharey=True)
    for axes, (title, values), color in zip(
        panels, columns.items(), (BLUE, VERMILLION, GREY), strict=True
    ):
        shares = np.asarray(values, dtype=np.float64)
        bars = axes.barh(rows, shares, color=color, height=0.6)
        for bar, row, share in zip(bars, rows, shares, strict=True):
            bar.set_alpha(1.0 if share == shares.max() else 0.45)
            axes.annotate(
                f"{share:.4g}", (share, row), (4, 0), textcoords="offset points", va="center"
            )
        axes.set(title=title, xlabel="probability", xlim=(0, 1.35), xticks=[0, 0.5, 1])
    panels[0].set_yticks(rows, list(names))


@course_style
def plot_coin_posterior(*, n: int, share: float, prior_mode: float, strength: float) -> None:
    """Prior on w, likelihood of `share`·n ones among n, and posterior ∝ prior × likelihood.

    The prior Beta(1 + strength·prior_mode, 1 + strength·(1 − prior_mode)) counts as `strength`
    imagined flips with the share `prior_mode` of ones. Left: densities, each of area 1. Right:
    the −logs, in nats above their minimum; up to a constant, two of them add up to the third.

    Parameters
    ----------
    n : int
        Flips.
    share : float
        Share of ones among them.
    prior_mode : float
        Share of ones among the imagined flips.
    strength : float
        Number of imagined flips.
    """
    w = np.linspace(0.001, 0.999, 999)

    def log_density(flips: float, ones: float) -> NDArray[np.float64]:
        """Log of w^(flips·ones) (1 − w)^(flips·(1 − ones)), less its maximum."""
        logs = flips * (ones * np.log(w) + (1 - ones) * np.log1p(-w))
        return np.asarray(logs - logs.max())

    best = (strength * prior_mode + n * share) / (strength + n)
    curves = {
        "prior (penalty)": (log_density(strength, prior_mode), line_style(1)),
        "likelihood (loss)": (log_density(n, share), line_style(2)),
        "posterior (their sum)": (log_density(strength + n, best), line_style(0) | {"zorder": 1}),
    }

    figure, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.3))
    for name, (logs, style) in curves.items():
        density = np.exp(logs)
        left.plot(w, density / np.trapezoid(density, w), **style)
        right.plot(w, -logs, **style, label=name)
    for axes in (left, right):
        axes.axvline(best, color=BLACK, linewidth=0.8)
        axes.axvline(share, color=GREY, linewidth=0.8, linestyle=(0, (1, 2)))
        axes.set(xlabel="w", xlim=(0, 1))
    left.set(ylabel="density", ylim=(0, None), title=f"MLE {share:.3f} (dotted), MAP {best:.3f}")
    right.set(ylabel="nats above the minimum", ylim=(-0.3, 10), title="−log of each")
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)


@course_style
def plot_shrinkage(
    names: Sequence[str],
    raw: ArrayLike,
    shrunken: ArrayLike,
    truth: ArrayLike,
    *,
    centre: float,
    xlabel: str,
) -> None:
    """Each row: a raw estimate, the arrow to the shrunken one, and the truth as a diamond.

    Rows are marked ✓ where shrinking came closer to the truth and ✗ where it went away from it.

    Parameters
    ----------
    names : sequence of str
        Names of the rows.
    raw : array_like
        Raw estimates.
    shrunken : array_like
        Shrunken estimates.
    truth : array_like
        What they estimate.
    centre : float
        Where they are shrunken to.
    xlabel : str
        Label of the horizontal axis.
    """
    before, after, target = (np.asarray(each, dtype=np.float64) for each in (raw, shrunken, truth))
    rows = np.arange(before.size)[::-1]
    closer = np.abs(after - target) < np.abs(before - target)

    _, axes = plt.subplots(figsize=(WIDTH, 0.24 * before.size + 1.2))
    axes.axvline(centre, color=GREY, linewidth=0.8, linestyle=(0, (4, 4)))
    axes.hlines(rows, before, after, color=GREY, linewidth=1)
    squares = [float(((each - target) ** 2).sum()) for each in (before, after)]
    axes.plot(
        before,
        rows,
        "o",
        color=BLUE,
        markerfacecolor="white",
        label=f"share so far (MLE): squared error {squares[0]:.4f}",
    )
    axes.plot(
        after,
        rows,
        "o",
        color=BLUE,
        markersize=7,
        label=f"shrunken: squared error {squares[1]:.4f}",
    )
    axes.plot(target, rows, "D", color=VERMILLION, markersize=4.5, label="the rest of the season")
    marks = np.where(closer, "✓", "✗")
    labels = [f"{name} {mark}" for name, mark in zip(names, marks, strict=True)]
    axes.set_yticks(rows, labels)
    axes.set(xlabel=xlabel, ylim=(-0.7, before.size - 0.3))
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1), fontsize=9)
