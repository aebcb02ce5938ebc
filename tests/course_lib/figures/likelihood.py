"""Figures of lecture 01, at both ends of every slider as well as at its start."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib import figures
from course_lib.datasets import newcomb
from course_lib.likelihood import gaussian_log_pdf, gaussian_mle, gaussian_nll
from tests.course_lib.figures.drawing import Figures

LIGHT = newcomb()
MU, SIGMA2 = gaussian_mle(LIGHT)
SIGMA = SIGMA2**0.5
UNIT = "travel time − 24 800 ns, in ns"
CANDIDATES = {"narrow": (28.0, 4.0), "shifted": (5.0, 12.0), "best": (26.2, 10.7)}
ZERO = {"float32": -45.2, "float64": -323.6}

density = partial(figures.plot_normal_density, gaussian_log_pdf)
fit = partial(figures.plot_fit, LIGHT, gaussian_log_pdf, unit=UNIT)
underflow = partial(figures.plot_underflow, limits=ZERO)


def estimates(n: int) -> np.ndarray:
    return np.var(np.random.default_rng(n).normal(size=(500, n)), axis=1)


def rms_around(mu: float) -> float:
    return float(np.sqrt(np.mean((LIGHT - mu) ** 2)))


FIGURES: Figures = {
    "density": partial(density, mu=0.0, sigma=1.0),
    "density, narrow and far left": partial(density, mu=-5.0, sigma=0.3),
    "density, wide and far right": partial(density, mu=5.0, sigma=4.0),
    "candidates": partial(figures.plot_candidates, LIGHT, gaussian_log_pdf, CANDIDATES, unit=UNIT),
    "fit": partial(fit, mu=10.0, sigma=20.0),
    "fit, far left": partial(fit, mu=-40.0, sigma=2.0),
    "fit, far right": partial(fit, mu=45.0, sigma=2.0),
    "fit, wide": partial(fit, mu=26.2, sigma=40.0),
    "contours": partial(
        figures.plot_nll_contours,
        lambda mu, sigma2: gaussian_nll(LIGHT, mu, sigma2)[0],
        np.linspace(15, 37, 23),
        np.geomspace(7, 20, 15),
        best=(MU, SIGMA),
        valleys={
            "best μ for each σ": ([MU, MU], [7, 20]),
            "best σ for each μ": ([15, MU, 37], [rms_around(mu) for mu in (15, MU, 37)]),
        },
        unit="ns",
    ),
    "underflow": partial(underflow, np.full(66, -1.644)),
    "underflow, several nights": partial(underflow, np.full(264, -1.644)),
    "variance estimates": partial(
        figures.plot_variance_estimates, {n: estimates(n) for n in (2, 5, 20)}, sigma2=1.0
    ),
    "normal quantiles": partial(figures.plot_normal_quantiles, (LIGHT - MU) / SIGMA),
}
