"""Figures of two priors on weights, Gaussian and Laplace: ridge regression beside the lasso."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.style import BLACK, BLUE, GREY, WIDTH, course_style, line_style, marker

Fit = Callable[[float], ArrayLike]
"""Two weights for λ."""


@course_style
def plot_weight_paths(
    paths: Mapping[str, tuple[ArrayLike, ArrayLike]],
    names: Sequence[str],
    *,
    named: Sequence[str],
    unit: str,
) -> None:
    """Weights over λ under several penalties, a panel for each; the `named` ones stand out.

    The other weights are grey.

    Parameters
    ----------
    paths : mapping
        Name of a penalty → (λ, shape (m,); weights for each λ, shape (m, d)).
    names : sequence of str
        Names of the d weights.
    named : sequence of str
        Those to be told apart.
    unit : str
        Unit of the weights.
    """
    _, panels = plt.subplots(1, len(paths), figsize=(WIDTH, 3.4), sharey=True, squeeze=False)
    for axes, (title, (lams, path)) in zip(panels.flat, paths.items(), strict=True):
        strengths, weights = np.asarray(lams), np.asarray(path, dtype=np.float64)
        for name, curve in zip(names, weights.T, strict=True):
            if name in named:
                style = line_style(list(named).index(name))
                axes.semilogx(strengths, curve, **style, label=name)
            else:
                axes.semilogx(strengths, curve, color=GREY, linewidth=1, alpha=0.8)
        axes.axhline(0, color=BLACK, linewidth=0.8)
        axes.set(title=title, xlabel="λ (log scale)", xlim=strengths[[0, -1]])
    panels[0, 0].set(ylabel=f"weight ({unit})")
    panels[0, -1].legend(loc="lower right", fontsize=9)


@course_style
def plot_circle_and_diamond(
    loss: Callable[[NDArray[np.float64]], float],
    fits: Mapping[str, tuple[Fit, float]],
    *,
    log10_share: float,
    labels: tuple[str, str],
) -> None:
    """Contours of a loss of two weights; those of loss and penalty through the penalised fit.

    A panel for each penalty: left ‖w‖², whose contours are circles, right |w₁| + |w₂|, diamonds.

    Parameters
    ----------
    loss : callable
        Of two weights, without a penalty.
    fits : mapping
        Name of a penalty → (fit, the λ that stands for a share of 1); in the order above.
    log10_share : float
        log₁₀ of the share of that λ at which to fit.
    labels : tuple of str
        Labels of the two axes.
    """
    centre = np.asarray(next(iter(fits.values()))[0](0.0), dtype=np.float64)
    reach = 1.35 * float(np.abs(centre).max())
    grid = np.linspace(-0.45 * reach, reach, 31)
    signs = np.where(centre < 0, -1.0, 1.0)
    first, second = signs[0] * grid, signs[1] * grid
    heights = np.array([[loss(np.array([u, v])) for u in first] for v in second]) - loss(centre)
    levels = heights.max() * np.geomspace(0.004, 1, 8)

    _, panels = plt.subplots(1, 2, figsize=(WIDTH, 3.7), sharey=True)
    turn = np.linspace(0, 2 * np.pi, 241)
    circle = np.array([np.cos(turn), np.sin(turn)])
    for axes, (name, (fit, largest)), order in zip(panels, fits.items(), (2, 1), strict=True):
        shares = np.geomspace(1e-3, 10.0**log10_share, 40)
        way = np.array([centre, *(np.asarray(fit(share * largest)) for share in shares)])
        w = way[-1]
        ball = circle / np.linalg.norm(circle, order, axis=0) * np.linalg.norm(w, order)
        axes.contour(first, second, heights, levels, colors=GREY, linewidths=0.8)
        through = max(loss(w) - loss(centre), heights.min())  # lower is between the grid's points
        axes.contour(first, second, heights, [through], colors=BLACK, linewidths=1.2)
        axes.fill(*ball, color=BLUE, alpha=0.15)
        axes.plot(*ball, **line_style(0) | {"linewidth": 1.2})
        axes.plot(*way.T, **line_style(1) | {"linewidth": 1.6})
        axes.plot(*centre, "*", color=BLACK, markersize=12)
        axes.plot(*w, marker(1), color=BLACK, markersize=6)
        axes.axhline(0, color=BLACK, linewidth=0.6)
        axes.axvline(0, color=BLACK, linewidth=0.6)
        shown = w.round(1) + 0.0  # no −0.0
        at = f"w = ({shown[0]:.1f}, {shown[1]:.1f})".replace("-", "−")
        axes.set(title=f"{name}, λ = {10.0**log10_share * largest:.3g}\n{at}", xlabel=labels[0])
        axes.set(xlim=np.sort(first)[[0, -1]], ylim=np.sort(second)[[0, -1]], aspect="equal")
    panels[0].set(ylabel=labels[1])
