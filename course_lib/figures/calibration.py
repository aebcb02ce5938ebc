"""Figures of honest probabilities: how often what a classifier says with confidence p is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from course_lib.figures.style import (
    BLACK,
    GREY,
    VERMILLION,
    WIDTH,
    course_style,
    line_style,
    marker,
)

Diagram = tuple[ArrayLike, ArrayLike, ArrayLike]
"""Per bin: mean confidence, accuracy, number of examples; the first two are NaN if it is empty."""

ENOUGH = 10
"""Examples in a bin from which on its accuracy is worth a point."""


def _wilson_interval(share: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    """E. B. Wilson's 95 % interval of a share seen in n examples (JASA 22 (1927) 209–212)."""
    z = 1.96
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return np.array([middle - half, middle + half])


def _draw_reliability(axes: Axes, diagram: Diagram, index: int, name: str) -> None:
    """Accuracy over confidence, a point for each bin of enough examples, with its 95 % interval."""
    confidence, accuracy, examples = (np.asarray(each, dtype=np.float64) for each in diagram)
    enough = examples >= ENOUGH
    confidence, accuracy, examples = confidence[enough], accuracy[enough], examples[enough]
    low, high = _wilson_interval(accuracy, examples)
    style = line_style(index)
    axes.vlines(confidence, low, high, color=style["color"], linewidth=1)
    axes.plot(confidence, accuracy, marker=marker(index), markersize=5, **style, label=name)


def _prepare(axes: Axes) -> None:
    axes.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1.2, label="calibrated")
    axes.set(xlim=(0, 1.02), ylim=(0, 1.04), xlabel="confidence", ylabel="accuracy")
    axes.set_aspect("equal")


@course_style
def plot_reliability(diagrams: Mapping[str, Diagram]) -> None:
    """Reliability diagrams of some classifiers; beside them, how many examples are in each bin.

    Above the diagonal a classifier is right more often than it says, below it less often. Bins of
    fewer than 10 examples are left out there.

    Parameters
    ----------
    diagrams : mapping
        Name of a classifier → its diagram.
    """
    figure, (axes, counts) = plt.subplots(1, 2, figsize=(WIDTH, 4.0), width_ratios=(1.25, 1))
    _prepare(axes)
    for index, (name, diagram) in enumerate(diagrams.items()):
        _draw_reliability(axes, diagram, index, name)
        examples = np.asarray(diagram[2], dtype=np.float64)
        edges = np.linspace(0, 1, examples.size + 1)
        counts.stairs(examples, edges, **line_style(index))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    counts.set(xlabel="confidence", ylabel="examples", xlim=(0, 1.02))


@course_style
def plot_temperature(
    logits: ArrayLike,
    labels: ArrayLike,
    softmax: Callable[[NDArray[np.float64]], Any],
    reliability: Callable[[Any, Any], Diagram],
    loss: Callable[[NDArray[np.float64], Any], tuple[float, Any]],
    *,
    temperature: float,
) -> None:
    """Reliability of softmax(o/T), and the mean loss over T with the present T marked.

    Parameters
    ----------
    logits : array_like
        Scores of the classes, a row for each example.
    labels : array_like
        Right classes, shape (n,).
    softmax : callable
        The softmax, of rows of logits.
    reliability : callable
        Diagram of probabilities and labels.
    loss : callable
        Returns (mean loss, gradient) of logits and labels.
    temperature : float
        T > 0.
    """
    o = np.asarray(logits, dtype=np.float64)
    temperatures = np.geomspace(0.1, 4, 25)
    losses = [loss(o / each, labels)[0] for each in temperatures]
    now = loss(o / temperature, labels)[0]

    _, (left, right) = plt.subplots(1, 2, figsize=(WIDTH, 3.5), width_ratios=(1.25, 1))
    _prepare(left)
    _draw_reliability(left, reliability(softmax(o / temperature), labels), 0, "softmax(o/T)")
    left.legend(loc="lower right", fontsize=9)
    left.set_title(f"T = {temperature:.2f}")
    right.semilogx(temperatures, losses, **line_style(1))
    right.plot(temperature, now, "*", color=VERMILLION, markersize=14, markeredgecolor=BLACK)
    right.set(xlabel="temperature T (log scale)", ylabel="mean loss (nats)", ylim=(0, None))
    right.set_xticks([0.1, 0.3, 1, 3], ["0.1", "0.3", "1", "3"])
    right.minorticks_off()
    right.set_title(f"loss {now:.3f}")


@course_style
def plot_reports(*, belief: float) -> None:
    """What a report costs on average under three scores, with the cheapest report of each marked.

    Parameters
    ----------
    belief : float
        Probability of rain, between 0 and 1, by which the mean is taken.
    """
    report = np.linspace(0.01, 0.99, 99)
    ends = np.concatenate([[0.0], report, [1.0]])
    prices = {
        "−log (nats)": (report, -belief * np.log(report) - (1 - belief) * np.log(1 - report)),
        "squared error (r − t)²": (ends, belief * (1 - ends) ** 2 + (1 - belief) * ends**2),
        "absolute error |r − t|": (ends, belief * (1 - ends) + (1 - belief) * ends),
    }

    figure, axes = plt.subplots(figsize=(WIDTH, 3.5))
    for index, (name, (r, price)) in enumerate(prices.items()):
        axes.plot(r, price, **line_style(index), label=name)
        best = price.argmin()
        star = {"markersize": 13, "markeredgecolor": BLACK, "color": line_style(index)["color"]}
        axes.plot(r[best], price[best], "*", clip_on=False, zorder=3, **star)
    axes.axvline(belief, color=GREY, linewidth=1.2, linestyle=":", label="belief")
    axes.set(xlim=(0, 1), ylim=(0, 2), xlabel="report r, the probability that you say")
    axes.set(ylabel="mean price", title=f"You believe in rain with probability {belief:.2f}")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=4)
