"""What a classifier says where: points that drag a boundary, regions, right and wrong names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.softmax import stacked
from course_lib.figures.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    WIDTH,
    course_style,
    line_style,
    marker,
)

Fit = Callable[[NDArray[np.float64], NDArray[np.float64]], Callable[[NDArray[np.float64]], Any]]
"""Points and their targets → a curve, which says class 1 where it exceeds ½."""

COLOURS = (BLUE, ORANGE, GREEN)


@course_style
def plot_added_points(
    x: ArrayLike,
    targets: ArrayLike,
    fits: Mapping[str, Fit],
    *,
    added: int,
    place: float,
    xlabel: str = "x",
) -> None:
    """Curves fitted to points of classes 0 and 1, with some easy points of class 1 added far away.

    The title counts the errors on the given points, the added ones apart.

    Parameters
    ----------
    x : array_like
        Where each point is, shape (n,).
    targets : array_like
        0 or 1 for each point, shape (n,).
    fits : mapping
        Name of a method → function of points and targets, which returns its curve.
    added : int
        Number of points of class 1 to add.
    place : float
        Where to add them.
    xlabel : str, default "x"
        Label of the horizontal axis.
    """
    points, t = np.asarray(x, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    everything = np.append(points, np.full(added, place))
    labels = np.append(t, np.ones(added))
    grid = np.linspace(points.min() - 0.2, place + 0.3, 400)

    _, axes = plt.subplots(figsize=(WIDTH, 3.6))
    for level in (0, 1):
        axes.axhline(level, color=GREY, linewidth=0.8)
    for target, shape in ((0, "o"), (1, "s")):
        where, height = stacked(everything[labels == target])
        outwards = target + 0.03 * height * (1 if target else -1)
        axes.plot(where, outwards, shape, color=BLACK, markersize=4, label=f"class {target}")
    errors = []
    for index, (name, fit) in enumerate(fits.items()):
        curve = fit(everything, labels)
        axes.plot(grid, np.asarray(curve(grid)), **line_style(index), label=name)
        wrong = int(((np.asarray(curve(points)) > 0.5) != t).sum())
        errors.append(f"{name}: {wrong} of {t.size} wrong")
        crossing = grid[np.argmax(np.asarray(curve(grid)) > 0.5)]
        axes.plot(crossing, 0.5, marker(index + 2), color=line_style(index)["color"], markersize=8)
    axes.set_title(",   ".join(errors))
    axes.set(xlabel=xlabel, ylabel="output, or p(class 1)", ylim=(-0.75, 2.1))
    axes.set_xlim(grid[0], grid[-1])
    axes.set_yticks([0, 0.5, 1])
    axes.legend(loc="lower right", fontsize=9, ncols=2)


@course_style
def plot_regions(
    points: ArrayLike,
    labels: ArrayLike,
    classifiers: Mapping[str, Callable[[NDArray[np.float64]], Any]],
    *,
    names: Sequence[str],
    xlabel: str,
    ylabel: str,
    contours: Mapping[str, Sequence[float]] | None = None,
) -> None:
    """The plane, coloured by the class with the largest score, a panel for each classifier.

    Parameters
    ----------
    points : array_like
        Shape (n, 2).
    labels : array_like
        Classes 0, 1, 2, shape (n,).
    classifiers : mapping
        Name → function from points, shape (m, 2), to scores, shape (m, k).
    names : sequence of str
        Names of the classes.
    xlabel : str
        Label of the horizontal axis, with the unit.
    ylabel : str
        Label of the vertical axis, with the unit.
    contours : mapping, optional
        Name of a classifier → levels of its largest score at which a line is drawn.
    """
    places, y = np.asarray(points, dtype=np.float64), np.asarray(labels)
    low, high = places.min(axis=0), places.max(axis=0)
    margin = 0.08 * (high - low)
    axis_1, axis_2 = (
        np.linspace(start, end, 200) for start, end in zip(low - margin, high + margin, strict=True)
    )
    plane = np.stack(np.meshgrid(axis_1, axis_2), axis=-1)
    extent = (axis_1[0], axis_1[-1], axis_2[0], axis_2[-1])

    figure, row = plt.subplots(
        1, len(classifiers), figsize=(WIDTH, 3.1), sharey=True, squeeze=False
    )
    for axes, (name, classifier) in zip(row[0], classifiers.items(), strict=True):
        scores = np.asarray(classifier(plane.reshape(-1, 2))).reshape(*plane.shape[:2], -1)
        _colour(axes, scores, extent)
        if levels := (contours or {}).get(name):
            largest = scores.max(axis=-1)
            axes.contour(axis_1, axis_2, largest, levels=levels, colors=GREY, linewidths=1)
        _draw_classes(axes, places, y, names)
        wrong = int((np.asarray(classifier(places)).argmax(axis=-1) != y).sum())
        axes.set(title=f"{name}: {wrong} wrong", xlabel=xlabel)
    row[0][0].set_ylabel(ylabel)
    figure.legend(
        *row[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=len(names)
    )


def _colour(
    axes: Axes, scores: NDArray[np.float64], extent: tuple[float, float, float, float]
) -> None:
    """Colour each point of the plane by the class with the largest score."""
    k = scores.shape[-1]
    look: dict[str, Any] = {"cmap": ListedColormap(COLOURS[:k]), "vmin": 0, "vmax": k - 1}
    look |= {"origin": "lower", "aspect": "auto", "alpha": 0.3, "interpolation": "nearest"}
    axes.imshow(scores.argmax(axis=-1), extent=extent, **look)


def _draw_classes(
    axes: Axes, places: NDArray[np.float64], y: NDArray[np.int64], names: Sequence[str]
) -> None:
    """The examples: each class with a colour and a shape."""
    edge: dict[str, Any] = {"markeredgecolor": BLACK, "markeredgewidth": 0.5, "markersize": 4.5}
    for index, name in enumerate(names):
        x_1, x_2 = places[y == index].T
        axes.plot(x_1, x_2, marker(index), color=COLOURS[index], label=name, **edge)


@course_style
def plot_confusion(counts: ArrayLike, names: Sequence[str]) -> None:
    """A confusion matrix: how often an example of class y (row) was named ŷ (column).

    Errors are shaded by their number; what is right, on the diagonal, is written without shade.

    Parameters
    ----------
    counts : array_like of int
        Shape (k, k).
    names : sequence of str
        Names of the classes.
    """
    table = np.asarray(counts)
    k = len(table)
    errors = np.where(np.eye(k, dtype=bool), 0, table)

    figure, axes = plt.subplots(figsize=(0.85 * WIDTH, 4.4))
    largest = max(int(errors.max()), 1)
    picture = axes.imshow(errors, cmap="Oranges", vmin=0, vmax=largest)
    for row, column in np.argwhere(table > 0):
        right = row == column
        axes.text(
            column,
            row,
            str(table[row, column]),
            ha="center",
            va="center",
            fontsize=9,
            color=GREY if right else "white" if table[row, column] > 0.6 * largest else BLACK,
            fontweight="normal" if right else "bold",
        )
    axes.set_xticks(range(k), names)
    axes.set_yticks(range(k), names)
    axes.set(xlabel="class named", ylabel="right class")
    figure.colorbar(picture, ax=axes, label="number of errors", ticks=range(largest + 1))
