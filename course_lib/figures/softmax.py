"""Figures of scores and probabilities: the sigmoid, margins, the simplex, one label or several."""

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
    GREEN,
    GREY,
    VERMILLION,
    WIDTH,
    course_style,
    line_style,
)

Probabilities = Callable[[NDArray[np.float64]], ArrayLike]
"""Scores → probabilities, such as the sigmoid or the softmax along the last axis."""

LossOfScores = Callable[..., tuple[Any, Any]]
"""`loss(scores, targets)` → (mean loss, gradient)."""

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
"""An equilateral triangle: where each of three classes has probability 1."""


@course_style
def plot_binary_classifier(
    x: ArrayLike,
    targets: ArrayLike,
    sigmoid: Probabilities,
    loss: LossOfScores,
    *,
    boundary: float,
    steepness: float,
    line: tuple[float, float] | None = None,
    xlabel: str = "x",
) -> None:
    """Points of classes 0 and 1 under p = σ(steepness·(x − boundary)).

    A stem joins each point to the curve; its length |t − p| is that point's pull on its score.
    Equal points are stacked. `line`, given as (intercept, slope), is drawn for comparison.

    Parameters
    ----------
    x : array_like
        Where each point is, shape (n,).
    targets : array_like
        0 or 1 for each point, shape (n,).
    sigmoid : callable
        The sigmoid.
    loss : callable
        Mean loss of scores and targets, with gradient.
    boundary : float
        Where p = ½.
    steepness : float
        Slope of the score.
    line : tuple of float, optional
        (intercept, slope), for comparison.
    xlabel : str, default "x"
        Label of the horizontal axis.
    """
    x, t = np.asarray(x, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    scores = steepness * (x - boundary)
    p = np.asarray(sigmoid(scores))
    margin = 0.08 * np.ptp(x)
    grid = np.linspace(x.min() - margin, x.max() + margin, 301)

    _, axes = plt.subplots(figsize=(WIDTH, 3.8))
    for level in (0, 1):
        axes.axhline(level, color=GREY, linewidth=0.8)
    axes.vlines(x, t, p, color=np.where((scores > 0) == t, GREY, VERMILLION), linewidth=1)
    for target, shape in ((0, "o"), (1, "s")):
        place, height = stacked(x[t == target])
        outwards = target + 0.03 * height * (1 if target else -1)
        axes.plot(place, outwards, shape, color=BLACK, markersize=4, label=f"class {target}")
    if line is not None:
        style = line_style(1) | {"linewidth": 1.5}
        axes.plot(grid, line[0] + line[1] * grid, **style, label="least squares")
    curve = np.asarray(sigmoid(steepness * (grid - boundary)))
    axes.plot(grid, curve, **line_style(0), label="p = σ(o)")
    axes.axvline(boundary, color=BLACK, linewidth=0.8, linestyle=":")
    right = int(((scores > 0) == t).sum())
    axes.set_title(f"mean loss {loss(scores, t)[0]:.3f} nats,  {right} of {t.size} right")
    axes.set(xlabel=xlabel, ylabel="p(class 1)", ylim=(-0.5, 1.5), xlim=(grid[0], grid[-1]))
    axes.set_yticks([0, 0.5, 1])
    axes.legend(loc="lower right", fontsize=9, ncols=2)


def stacked(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sorted values, and for each how many equal ones come before it.

    Parameters
    ----------
    x : ndarray
        Shape (n,).

    Returns
    -------
    values, heights : ndarray
        Shapes (n,).
    """
    values, counts = np.unique(x, return_counts=True)
    heights = [np.arange(count) for count in counts]
    return np.repeat(values, counts), np.concatenate([np.zeros(0), *heights])


@course_style
def plot_score_losses(losses: Mapping[str, Callable[[float], float]]) -> None:
    """Each loss of one example of class 1 as its score o grows.

    Parameters
    ----------
    losses : mapping
        Name → loss as a function of the score.
    """
    o = np.linspace(-4, 4, 401)

    _, axes = plt.subplots(figsize=(WIDTH, 2.7))
    for index, (name, loss) in enumerate(losses.items()):
        axes.plot(o, [loss(score) for score in o], **line_style(index), label=name)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set(xlabel="score o of an example of class 1", ylabel="loss", ylim=(-0.2, 5.2))
    axes.legend(loc="upper center", fontsize=9, bbox_to_anchor=(0.63, 1.0))


@course_style
def plot_margins(
    scores: ArrayLike, margin: ArrayLike, *, label: int, names: Sequence[str] | None = None
) -> None:
    """One example's scores against the margins Δ(y, i) that its right class y = `label` must keep.

    A bar at each class i ≠ y shows by how much oᵢ exceeds o_y − Δ(y, i); they sum to the loss.

    Parameters
    ----------
    scores : array_like
        o, shape (k,).
    margin : array_like
        Δ, a number or a matrix.
    label : int
        The right class y.
    names : sequence of str, optional
        Names of the classes.
    """
    o, margins = np.asarray(scores, dtype=np.float64), np.asarray(margin, dtype=np.float64)
    limits = o[label] - margins[label]
    limits[label] = np.nan  # no margin to itself
    classes = np.arange(o.size)
    violated = np.flatnonzero(o > limits)
    total = float((o - limits)[violated].sum())

    _, (matrix, axes) = plt.subplots(1, 2, figsize=(WIDTH, 3.4), width_ratios=(1, 1.35))
    picture = matrix.imshow(margins, cmap="Blues", vmin=0)
    matrix.axhspan(label - 0.5, label + 0.5, facecolor="none", edgecolor=VERMILLION, linewidth=2)
    matrix.set(title="margins Δ(y, i)", xlabel="other class i", ylabel="right class y")
    plt.colorbar(picture, ax=matrix, label="margin", shrink=0.7)
    axes.barh(violated, (o - limits)[violated], left=limits[violated], color=VERMILLION, height=0.5)
    axes.axvline(o[label], color=BLACK, linewidth=1, linestyle=":")
    axes.plot(limits, classes, "|", color=BLACK, markersize=13, markeredgewidth=1.5, label="limit")
    others = classes != label
    axes.plot(o[others], classes[others], "o", color=BLUE, label="score of another class")
    axes.plot(o[label], label, "s", color=BLACK, markersize=8, label="score of the right class")
    axes.set(title=f"sum of the orange bars: loss {total:.2f}", xlabel="score", ylabel="class")
    for each in (matrix.xaxis, matrix.yaxis, axes.yaxis):
        each.set_ticks(classes, names or [str(i) for i in classes])
    axes.set_ylim(o.size - 0.5, -0.5)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), fontsize=9)


@course_style
def plot_simplex(
    softmax: Probabilities, *, o1: float, o2: float, o3: float, log10_temperature: float
) -> None:
    """softmax(o/T) as a point of the simplex, on its path over all T; the probabilities as bars.

    Parameters
    ----------
    softmax : callable
        The softmax, of rows of logits.
    o1 : float
        A logit.
    o2 : float
        A logit.
    o3 : float
        A logit.
    log10_temperature : float
        log₁₀ T: most of what there is to see happens below T = 1.
    """
    logits, temperature = np.array([o1, o2, o3]), 10.0**log10_temperature
    path = np.asarray(softmax(logits / np.geomspace(0.02, 200, 160)[:, np.newaxis])) @ CORNERS
    p = np.asarray(softmax(logits / temperature))

    _, (simplex, bars) = plt.subplots(1, 2, figsize=(WIDTH, 3.2), width_ratios=(1.2, 1))
    simplex.fill(*CORNERS.T, facecolor="none", edgecolor=BLACK, linewidth=1)
    _draw_grid(simplex)
    simplex.plot(*path.T, **line_style(0))
    for reference, shape in ((0.5, "v"), (1.0, "o"), (2.0, "^")):
        place = np.asarray(softmax(logits / reference)) @ CORNERS
        simplex.plot(*place, shape, color=GREY, label=f"T = {reference:g}", linestyle="none")
    simplex.plot(*(p @ CORNERS), "*", color=VERMILLION, markersize=15, markeredgecolor=BLACK)
    for corner, name, where in zip(CORNERS, "123", ("right", "left", "center"), strict=True):
        above = where == "center"
        simplex.annotate(
            f"class {name}",
            corner,
            (0, 6 if above else -14),
            textcoords="offset points",
            ha="center",
        )
    simplex.set(aspect="equal", xlim=(-0.12, 1.12), ylim=(-0.14, 1.0), xticks=[], yticks=[])
    simplex.set_axis_off()
    simplex.legend(loc="upper left", fontsize=9, handlelength=1)
    bars.bar(["1", "2", "3"], p, color=[BLUE, VERMILLION, GREEN], edgecolor=BLACK, width=0.6)
    for place, each in enumerate(p):
        bars.annotate(f"{each:.3f}", (place, each), (0, 3), textcoords="offset points", ha="center")
    title = f"softmax(o/T), T = {temperature:.2f}"
    bars.set(title=title, xlabel="class", ylabel="probability", ylim=(0, 1.12))


def _draw_grid(axes: Axes) -> None:
    """Lines of the simplex on which one probability is ¼, ½ or ¾."""
    for level in (0.25, 0.5, 0.75):
        for first in range(3):
            ends = np.zeros((2, 3))
            ends[:, first] = level
            ends[0, (first + 1) % 3] = ends[1, (first + 2) % 3] = 1 - level
            axes.plot(*(ends @ CORNERS).T, color=GREY, linewidth=0.5, alpha=0.6)


@course_style
def plot_one_or_several(
    scores: ArrayLike, names: Sequence[str], softmax: Probabilities, sigmoid: Probabilities
) -> None:
    """The same scores read as one choice among classes (softmax) and as labels (sigmoids).

    Parameters
    ----------
    scores : array_like
        Scores of the classes.
    names : sequence of str
        Names of the classes.
    softmax : callable
        The softmax, of rows of logits.
    sigmoid : callable
        The sigmoid.
    """
    o = np.asarray(scores, dtype=np.float64)
    rows = np.arange(o.size)

    _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 0.34 * o.size + 1.2), sharey=True)
    for axes, function, index in ((left, softmax, 0), (right, sigmoid, 1)):
        p = np.asarray(function(o))
        axes.barh(rows, p, color=line_style(index)["color"], height=0.6)
        for row, each in zip(rows, p, strict=True):
            axes.annotate(
                f"{each:.2f}", (each, row), (3, 0), textcoords="offset points", va="center"
            )
        axes.axvline(0.5, color=BLACK, linewidth=0.8, linestyle=":")
        axes.set(xlim=(0, 1.15), xlabel="probability", xticks=[0, 0.5, 1])
    left.set_title("one softmax: the bars share 1")
    right.set_title("a sigmoid per label: each on its own")
    left.set_yticks(rows, names)
    left.set_ylim(o.size - 0.5, -0.5)
