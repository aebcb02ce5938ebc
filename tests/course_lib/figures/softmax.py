"""Figures of lecture 04, at both ends of every slider as well as at its start."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib import figures
from course_lib.datasets import digits, iris
from course_lib.softmax import (
    binary_cross_entropy_with_logits,
    multiclass_hinge_loss,
    one_hot,
    reliability,
    sigmoid,
    softmax,
    softmax_cross_entropy,
)
from tests.course_lib.figures.drawing import Figures

FLOWERS, SPECIES = iris()
PETALS, IS_VIRGINICA = FLOWERS[SPECIES > 0, 3], SPECIES[SPECIES > 0] == 2
IMAGES, DIGITS = digits()

# Scores that a poor classifier could give: the right class leads by 1 on average.
LABELS = DIGITS[:300]
LOGITS = np.random.default_rng(4).normal(size=(300, 10)) + one_hot(LABELS, 10)
MARGIN = np.abs(np.subtract.outer(np.arange(10), np.arange(10))) / 3
STEPS = np.geomspace(1e-20, 1, 41)
STEPS_OF_TRAINING = np.arange(1, 1001)
FALLING = 0.9 / np.sqrt(STEPS_OF_TRAINING)


def nearest(points: np.ndarray) -> np.ndarray:
    """Minus the distance to the mean of each species."""
    means = np.array([FLOWERS[each == SPECIES, 2:].mean(axis=0) for each in range(3)])
    return -np.linalg.norm(points[:, np.newaxis] - means, axis=-1)


binary = partial(
    figures.plot_binary_classifier,
    PETALS,
    IS_VIRGINICA,
    sigmoid,
    binary_cross_entropy_with_logits,
    line=(-1.14, 0.98),
    xlabel="petal width (cm)",
)
simplex = partial(figures.plot_simplex, softmax)
added_points = partial(
    figures.plot_added_points,
    PETALS,
    IS_VIRGINICA,
    {
        "line": lambda x, t: np.polynomial.Polynomial.fit(x, t, 1),
        "step": lambda x, t: lambda at: sigmoid(9 * (at - 1.63)),
    },
    place=5.0,
    xlabel="petal width (cm)",
)
margins = partial(figures.plot_margins, LOGITS[0], MARGIN)
temperature = partial(
    figures.plot_temperature, LOGITS, LABELS, softmax, reliability, softmax_cross_entropy
)

FIGURES: Figures = {
    "reports": partial(figures.plot_reports, belief=0.7),
    "binary": partial(binary, boundary=1.2, steepness=3.0),
    "binary, fitted": partial(binary, boundary=1.63, steepness=12.9),
    "binary, far left": partial(binary, boundary=1.0, steepness=0.0),
    "binary, far right": partial(binary, boundary=2.5, steepness=30.0),
    "score losses": partial(
        figures.plot_score_losses,
        {
            "squared": lambda o: (o - 1) ** 2 / 2,
            "logistic": lambda o: binary_cross_entropy_with_logits(o, 1.0)[0],
            "hinge": lambda o: max(0.0, 1 - o),
        },
    ),
    "added points": partial(added_points, added=10),
    "added points, none": partial(added_points, added=0),
    "added points, many": partial(added_points, added=30),
    "regions": partial(
        figures.plot_regions,
        FLOWERS[:, 2:],
        SPECIES,
        {
            "nearest": nearest,
            "widest": lambda x: softmax(x @ [[-1, 0, 1], [-1, 0, 1]] + [3, 0, -6]),
        },
        names=["setosa", "versicolor", "virginica"],
        xlabel="petal length (cm)",
        ylabel="petal width (cm)",
        contours={"widest": (2 / 3,)},
    ),
    "confusion": partial(
        figures.plot_confusion,
        50 * np.eye(10, dtype=int) + np.eye(10, k=3, dtype=int),
        "0123456789",
    ),
    "confusion, no error": partial(figures.plot_confusion, [[3, 0], [0, 2]], "AB"),
    "curves": partial(
        figures.plot_curves,
        STEPS_OF_TRAINING,
        {
            "mean loss (nats)": {"training": FALLING, "test": FALLING + 0.1},
            "accuracy": {"training": 1 - FALLING, "test": 0.9 - FALLING},
        },
        xlabel="step",
        mark=100,
    ),
    "curves, few points": partial(
        figures.plot_curves,
        [1, 2, 3],
        {"errors": {"left": [14, 3, np.nan]}},
        xlabel="share (%)",
        xscale="linear",
    ),
    "curves, four on a logarithmic axis": partial(
        figures.plot_curves,
        STEPS_OF_TRAINING,
        {"steepness (1/cm)": {f"λ = {lam}": lam + 1 - FALLING for lam in (0, 0.01, 0.1, 1)}},
        xlabel="steps of gradient descent",
        yscale="log",
    ),
    "weight growth": partial(
        figures.plot_weight_growth,
        {step: np.log(step + 1) * (IMAGES[:10].T - 8) for step in (1, 10, 100, 1000)},
        "0123456789",
    ),
    "margins": partial(margins, label=LABELS[0]),
    "margins, large": partial(
        figures.plot_margins, [30.0, -20.0, 5.0], 10 * MARGIN[:3, :3], label=2, names="ABC"
    ),
    "simplex": partial(simplex, o1=1.0, o2=2.0, o3=0.0, log10_temperature=0.0),
    "simplex, coldest": partial(simplex, o1=-4.0, o2=4.0, o3=4.0, log10_temperature=-1.0),
    "simplex, hottest": partial(simplex, o1=4.0, o2=-4.0, o3=-4.0, log10_temperature=1.0),
    "one or several": partial(
        figures.plot_one_or_several,
        [9.0, -1.2, 2.4, -3.1, 1.7, -9.0],
        ["toxic", "severe toxic", "obscene", "threat", "insult", "identity hate"],
        softmax,
        sigmoid,
    ),
    "images": partial(figures.plot_images, IMAGES[:20], [str(label) for label in DIGITS[:20]]),
    "images, in a short row": partial(
        figures.plot_images, IMAGES[:11], ["8, said 9\n(1.00)"] * 11, columns=7
    ),
    "weights": partial(
        figures.plot_weights, IMAGES[:10].T - 8, [str(label) for label in range(10)]
    ),
    "scores": partial(
        figures.plot_scores, {"least squares": LOGITS / 3, "softmax": softmax(LOGITS)}, LABELS
    ),
    "p minus y": partial(figures.plot_p_minus_y, IMAGES[:8], softmax(3 * LOGITS[:8]), LABELS[:8]),
    "p minus y, all but sure": partial(
        figures.plot_p_minus_y, IMAGES[:2], one_hot([3, 0], 10), LABELS[:2]
    ),
    "reliability": partial(
        figures.plot_reliability,
        {
            "raw": reliability(softmax(LOGITS), LABELS),
            "sharpened": reliability(softmax(4 * LOGITS), LABELS),
        },
    ),
    "temperature": partial(temperature, temperature=1.0),
    "temperature, coldest": partial(temperature, temperature=0.1),
    "temperature, hottest": partial(temperature, temperature=4.0),
    "step sizes": partial(
        figures.plot_step_sizes,
        STEPS,
        {
            "central": STEPS**2 + 1e-16 / STEPS,
            "complex step": np.where(STEPS < 1e-8, 0, STEPS**2),
        },
    ),
}


def hinge(label: int) -> float:
    """The loss that the figure of the margins shows, from the library."""
    return multiclass_hinge_loss(LOGITS[:1], [label], MARGIN)[0]
