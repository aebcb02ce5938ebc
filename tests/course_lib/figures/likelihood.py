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

density = partial(figures.plot_normal_density, gaussian_log_pdf)
fit = partial(figures.plot_fit, LIGHT, gaussian_log_pdf, unit=UNIT, per="ns")
interval = figures.plot_likelihood_interval


def sum_of_dice(n: int) -> tuple[np.ndarray, np.ndarray]:
    p = np.ones(1)
    for _ in range(n):
        p = np.convolve(p, np.full(6, 1 / 6))
    return np.arange(n, 6 * n + 1), p


def normal_density(x: np.ndarray, mu: float, sigma2: float) -> np.ndarray:
    return np.exp(gaussian_log_pdf(x, mu, sigma2))


def shares(n: int) -> np.ndarray:
    return np.random.default_rng(n).binomial(n, 0.346, size=2000) / n


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
    "dice": partial(
        figures.plot_dice_sums, {n: sum_of_dice(n) for n in (1, 2, 4, 12)}, normal_density
    ),
    "interval": partial(interval, n=45, k=18),
    "interval, all ones": partial(interval, n=3, k=3),
    "interval, no ones": partial(interval, n=200, k=0),
    "interval, much data": partial(interval, n=200, k=100),
    "shares": partial(
        figures.plot_share_estimates, {n: shares(n) for n in (5, 45, 450)}, normal_density, p=0.346
    ),
    "variance estimates": partial(
        figures.plot_variance_estimates, {n: estimates(n) for n in (2, 5, 20)}, sigma2=1.0
    ),
    "normal quantiles": partial(figures.plot_normal_quantiles, (LIGHT - MU) / SIGMA),
}
