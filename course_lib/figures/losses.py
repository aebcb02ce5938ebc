"""Figures of losses as functions: one residual, and the sum over a sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.style import BLACK, GREY, WIDTH, course_style, line_style, marker

Loss = Callable[..., tuple[Any, Any]]
"""`loss(y_true, y_pred, …)` → (loss, gradient with respect to `y_pred`), per example."""


def _draw_with_jumps(axes: Axes, x: NDArray[np.float64], y: ArrayLike, **style: Any) -> None:
    """Draw a curve; break it where it jumps and bridge the jump by a thin dotted line."""
    values = np.array(y, dtype=np.float64)
    steep = np.abs(np.diff(values)) > 0.25
    axes.plot(x, values, color=style["color"], linestyle=":", linewidth=1)
    values[:-1][steep] = np.nan
    values[1:][steep] = np.nan
    axes.plot(x, values, **style)


@course_style
def plot_loss_triptych(
    loss: Loss, *, name: str, delta: float | None = None, index: int = 0
) -> None:
    """A loss, its gradient and exp(−loss) over the residual r = y_pred − y_true; ½r² is dotted.

    `delta`, if given, is passed on to `loss` and marked in every panel; `index` picks the style.

    Parameters
    ----------
    loss : callable
        Returns (loss, gradient).
    name : str
        Name of the loss.
    delta : float, optional
        δ, passed on to `loss` if given, and marked.
    index : int, default 0
        Which line style.
    """
    r = np.linspace(-4, 4, 801)
    value, gradient = loss(np.zeros_like(r), r, *(() if delta is None else (delta,)))
    value = np.asarray(value)
    style = line_style(index)

    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(WIDTH, 2.6))
    is_squared = np.allclose(value, r**2 / 2)
    for axes, reference in ((left, r**2 / 2), (middle, r), (right, np.exp(-(r**2) / 2))):
        if not is_squared:
            axes.plot(r, reference, color=GREY, linestyle=":", linewidth=1.2, label="½r²")
        axes.set_xlabel("residual r")
        axes.set_xticks([-4, -2, 0, 2, 4])
        for kink in () if delta is None else (-delta, delta):
            axes.axvline(kink, color=GREY, linewidth=0.8, linestyle=(0, (4, 4)))
    left.plot(r, value, **style, label=name)
    _draw_with_jumps(middle, r, gradient, **style)
    right.plot(r, np.exp(-value), **style)
    right.fill_between(r, np.exp(-value), color=style["color"], alpha=0.15)

    left.set(title="loss", ylim=(-0.2, 8.2))
    middle.set(title="gradient", ylim=(-4.2, 4.2))
    right.set(title="exp(−loss)", ylim=(0, 1.05))
    left.legend(loc="upper center", fontsize=9, handlelength=1.8)
    shown = name if delta is None else f"{name}, δ = {delta:g}"
    figure.suptitle(shown, fontsize=11)


@course_style
def plot_total_loss(x: ArrayLike, losses: Mapping[str, Loss], *, unit: str = "") -> None:
    """Mean loss of the guess θ, a panel for each loss: minimum and readings marked, and a rug.

    Parameters
    ----------
    x : array_like
        The sample, shape (n,).
    losses : mapping
        Name → function that returns (loss, gradient).
    unit : str, default ""
        Unit of the readings, for the axis.
    """
    sample = np.sort(np.asarray(x, dtype=np.float64))
    margin = 0.08 * np.ptp(sample)
    theta = np.linspace(sample[0] - margin, sample[-1] + margin, 601)

    _, panels = plt.subplots(1, len(losses), figsize=(WIDTH, 3.6), squeeze=False)
    for index, (axes, (name, loss)) in enumerate(zip(panels[0], losses.items(), strict=True)):
        mean_loss, at_readings = (
            np.array([np.mean(loss(sample, np.full_like(sample, t))[0]) for t in guesses])
            for guesses in (theta, sample)
        )
        lowest = int(np.argmin(mean_loss))
        # Dashes would hide the corners, and each curve has a panel of its own.
        axes.plot(theta, mean_loss, color=line_style(index)["color"])
        axes.plot(theta[lowest], mean_loss[lowest], marker(index), color=BLACK, markersize=7)
        axes.plot(sample, at_readings, ".", color=BLACK, markersize=4)
        axes.plot(sample, np.zeros_like(sample), "|", color=GREY, markersize=12, clip_on=False)
        axes.set(title=name, xlabel=f"θ ({unit})" if unit else "θ", ylim=(0, None))
    panels[0][0].set_ylabel("mean loss")
