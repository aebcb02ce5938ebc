"""Figures of classified images: galleries, scores, p − y, what the weights look for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.style import (
    BLACK,
    GREY,
    VERMILLION,
    WIDTH,
    course_style,
    line_style,
)


def _square(image: ArrayLike) -> NDArray[np.float64]:
    """The pixels of a square image, row by row, as a matrix."""
    pixels = np.asarray(image, dtype=np.float64)
    side = int(np.sqrt(pixels.size))
    return pixels.reshape(side, side)


def _bare(axes: Axes) -> None:
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)


@course_style
def plot_images(images: ArrayLike, captions: Sequence[str], *, columns: int = 10) -> None:
    """A gallery of square images, each given as a row of pixels, with a caption below each.

    Parameters
    ----------
    images : array_like
        A row of pixels for each image.
    captions : sequence of str
        Text below each image.
    columns : int, default 10
        Pictures to a row.
    """
    pictures = np.asarray(images, dtype=np.float64)
    rows = -(-len(pictures) // columns)
    lines = max(caption.count("\n") + 1 for caption in captions)
    size = WIDTH / columns

    _, grid = plt.subplots(
        rows, columns, figsize=(WIDTH, rows * (size + 0.16 * lines)), squeeze=False
    )
    for axes in grid.flat:
        _bare(axes)
    for axes, picture, caption in zip(grid.flat, pictures, captions, strict=False):
        axes.imshow(_square(picture), cmap="Greys", vmin=0, vmax=pictures.max())
        axes.set_xlabel(caption, fontsize=9, labelpad=2)


@course_style
def plot_weights(weights: ArrayLike, names: Sequence[str], *, columns: int = 5) -> None:
    """The weights of each class, shape (pixels, classes), as images: which ink speaks for it.

    Parameters
    ----------
    weights : array_like
        Shape (pixels, classes).
    names : sequence of str
        Names of the classes.
    columns : int, default 5
        Pictures to a row.
    """
    W = np.asarray(weights, dtype=np.float64)
    largest = np.abs(W).max()
    rows = -(-W.shape[1] // columns)

    figure, grid = plt.subplots(rows, columns, figsize=(WIDTH, 1.45 * rows), squeeze=False)
    for axes in grid.flat:
        _bare(axes)
    for axes, column, name in zip(grid.flat, W.T, names, strict=False):
        picture = axes.imshow(_square(column), cmap="RdBu_r", vmin=-largest, vmax=largest)
        axes.set_title(name)
    figure.colorbar(picture, ax=grid, label="weight (logit per unit of ink)", shrink=0.9)


@course_style
def plot_weight_growth(weights: Mapping[int, ArrayLike], names: Sequence[str]) -> None:
    """The weights of each class as images, a row for each of some steps of a training.

    A row has its own scale, whose end is written at its left.

    Parameters
    ----------
    weights : mapping
        Number of steps → weights, shape (pixels, classes).
    names : sequence of str
        Names of the classes.
    """
    columns = len(names)

    figure, grid = plt.subplots(
        len(weights), columns, figsize=(WIDTH, 0.72 * len(weights) + 0.9), squeeze=False
    )
    for row, (step, table) in zip(grid, weights.items(), strict=True):
        W = np.asarray(table, dtype=np.float64)
        largest = np.abs(W).max()
        for axes, column in zip(row, W.T, strict=True):
            _bare(axes)
            picture = axes.imshow(_square(column) / largest, cmap="RdBu_r", vmin=-1, vmax=1)
        steps = "step" if step == 1 else "steps"
        row[0].set_ylabel(
            f"{step} {steps}\n±{largest:.2g}", rotation=0, ha="right", va="center", labelpad=4
        )
    for axes, name in zip(grid[0], names, strict=True):
        axes.set_title(name)
    bar = figure.colorbar(
        picture, ax=grid, location="bottom", shrink=0.6, aspect=40, ticks=(-1, 0, 1)
    )
    bar.set_label("weight (logit per unit of ink), in units of the number at the left")


@course_style
def plot_scores(scores: Mapping[str, ArrayLike], labels: ArrayLike) -> None:
    """How the scores of right and of wrong classes are spread, a panel for each classifier.

    Each classifier's scores have shape (n, k); the range of a probability, 0 to 1, is shaded.

    Parameters
    ----------
    scores : mapping
        Name of a classifier → its scores, shape (n, k).
    labels : array_like
        Right classes, shape (n,).
    """
    y = np.asarray(labels)

    figure, panels = plt.subplots(
        1, len(scores), figsize=(WIDTH, 3.2), sharex=True, sharey=True, squeeze=False
    )
    lowest = min(0.0, *(float(np.min(each)) for each in scores.values()))
    highest = max(1.0, *(float(np.max(each)) for each in scores.values()))
    # Bins end at 0 and at 1, so that what lies in that range is drawn in it.
    edges = np.arange(np.floor(20 * lowest), np.ceil(20 * highest) + 1) / 20
    for axes, (name, table) in zip(panels[0], scores.items(), strict=True):
        o = np.asarray(table, dtype=np.float64)
        right = np.arange(o.shape[1]) == y[:, np.newaxis]
        axes.axvspan(0, 1, color=GREY, alpha=0.15, linewidth=0)
        for index, (which, kind) in enumerate(((right, "right class"), (~right, "other classes"))):
            counts, _ = np.histogram(o[which], edges)
            axes.stairs(counts, edges, **line_style(index), linewidth=1.8, label=kind)
        axes.set_yscale("log")
        extent = f"{o.min():.2f} … {o.max():.2f}".replace("-", "−")
        axes.set(title=f"{name}: {extent}", xlabel="output")
    panels[0][0].set(ylabel="number of outputs", ylim=(0.7, None))
    figure.legend(*panels[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)


@course_style
def plot_p_minus_y(images: ArrayLike, probabilities: ArrayLike, labels: ArrayLike) -> None:
    """Images, the probabilities p of the classes, and the gradient p − y, a row for each image.

    A frame marks the right class; numbers below 0.05 are left out.

    Parameters
    ----------
    images : array_like
        A row of pixels for each image.
    probabilities : array_like
        Probabilities of the classes, a row for each image.
    labels : array_like
        Right classes, shape (n,).
    """
    p, y = np.asarray(probabilities, dtype=np.float64), np.asarray(labels)
    n, k = p.shape
    gradient = p - np.eye(k)[y]

    figure, (left, middle, right) = plt.subplots(
        1, 3, figsize=(WIDTH, 0.4 * n + 1.2), width_ratios=(2, k, k)
    )
    pictures = np.vstack([np.pad(_square(image), (1, 0)) for image in np.asarray(images)])
    left.imshow(pictures, cmap="Greys", aspect="auto")
    _bare(left)
    left.set_yticks((np.arange(n) + 0.5) * len(pictures) / n - 0.5, [str(label) for label in y])
    left.set_ylabel("right class y")
    left.tick_params(length=0)
    for axes, table, colours, lowest, name, unit in (
        (middle, p, "Greys", 0, "p = softmax(o)", "probability"),
        (right, gradient, "RdBu_r", -1, "gradient p − y", "difference of probabilities"),
    ):
        picture = axes.imshow(table, cmap=colours, vmin=lowest, vmax=1, aspect="auto")
        _draw_cells(axes, y, k)
        axes.set(title=name, xlabel="class")
        figure.colorbar(picture, ax=axes, location="bottom", label=unit, shrink=0.8, aspect=25)
    for row, column in np.argwhere(np.abs(gradient) >= 0.05):
        number = f"{gradient[row, column]:.2f}".replace("-", "−").replace("0.", ".")
        colour = "white" if abs(gradient[row, column]) > 0.6 else BLACK
        right.text(column, row, number, fontsize=8, ha="center", va="center", color=colour)


def _draw_cells(axes: Axes, right_classes: NDArray[np.int64], k: int) -> None:
    """Thin lines between the cells of a table, and a frame around each row's right class."""
    n = right_classes.size
    axes.set(xticks=range(k), yticks=[])
    axes.set_xticks(np.arange(k + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(n + 1) - 0.5, minor=True)
    axes.grid(which="minor", color=BLACK, linewidth=0.3, alpha=0.3)
    axes.tick_params(which="minor", length=0)
    frame: dict[str, Any] = {"fill": False, "edgecolor": VERMILLION, "linewidth": 1.5}
    for row, label in enumerate(right_classes):
        axes.add_patch(Rectangle((label - 0.5, row - 0.5), 1, 1, clip_on=False, **frame))
