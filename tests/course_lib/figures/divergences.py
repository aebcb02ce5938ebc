"""Figures of the divergence, at both ends of every slider as well as at its start."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib import figures
from course_lib.information import kl_divergence, kl_with_logits
from tests.course_lib.figures.drawing import Figures

X = np.linspace(-6, 6, 121)
HUMPS = np.exp(-((X + 2) ** 2) / 1.28) + 0.6 * np.exp(-((X - 2.5) ** 2) / 1.28)
HUMPS /= HUMPS.sum()
TARGET = np.array([0.0, 0.9, 0.1])


def minus_log(x: np.ndarray) -> np.ndarray:
    return -np.log2(x)


fit = partial(figures.plot_divergence_fit, X, HUMPS, kl_divergence)
jensen = partial(figures.plot_jensen, minus_log, (0.25, 4.0), name="−log₂ x")
logit = partial(
    figures.plot_logit_gradients,
    kl_with_logits,
    TARGET,
    [0.0, 1.0, -1.0],
    moved=1,
    classes=["cat", "dog", "cow"],
)

FIGURES: Figures = {
    "fit": partial(fit, location=0.0, scale=2.0),
    "fit, far left and narrow": partial(fit, location=-4.0, scale=0.4),
    "fit, far right and wide": partial(fit, location=4.0, scale=3.0),
    "jensen": partial(jensen, weight=0.4),
    "jensen, one point": partial(jensen, weight=0.0),
    "jensen, other point": partial(jensen, weight=1.0),
    "cross-entropy": partial(
        figures.plot_cross_entropy_bars,
        {"uniform": (1.361, 0.224), "after 10 steps": (1.361, 0.02), "perfect": (1.361, 0.0)},
    ),
    "logits": partial(logit, value=1.0),
    "logits, least": partial(logit, value=-6.0),
    "logits, greatest": partial(logit, value=6.0),
}
