"""Figures of lecture 02, at both ends of every slider as well as at its start."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib import figures
from course_lib.datasets import batters, diabetes
from course_lib.map_estimation import gradient_descent, ridge_fit, ridge_loss, ridge_path
from tests.course_lib.figures.drawing import Figures

EXPLANATIONS = ("too lazy", "grandma sick", "dog ate it", "alien abduction")
PRIOR = np.array([0.8, 0.19, 0.0099, 0.0001])
BATTERS = batters()
SERUM = [
    "age",
    "sex",
    "BMI",
    "pressure",
    "cholesterol",
    "LDL",
    "HDL",
    "total/HDL",
    "triglycerides",
    "glucose",
]

MEASURED, PROGRESSION = diabetes()
X = (MEASURED - MEASURED.mean(axis=0)) / MEASURED.std(axis=0)
Y = PROGRESSION - PROGRESSION.mean()
LAMS = np.geomspace(1e-3, 100, 30)
FITTED = X @ ridge_fit(X, Y, 0.0)

GRID = np.linspace(0, 1, 12)
NOISY = np.sin(6 * GRID) + 0.2 * np.random.default_rng(0).normal(size=12)


def predict(x: np.ndarray, lam: float) -> np.ndarray:
    fit = ridge_fit(np.vander(GRID, 8), NOISY, lam)
    return np.vander(x, 8) @ fit


def loss(w: np.ndarray) -> float:
    return ridge_loss(w, X[:, 4:6], Y, 0.01)[0]


def way(steps: int) -> np.ndarray:
    descend = partial(
        gradient_descent, lambda w: ridge_loss(w, X[:, 4:6], Y, 0.01), [0.0, 0.0], 0.5
    )
    return np.array([[0.0, 0.0], *(descend(step)[0] for step in range(1, steps))])


def ridge_pair(lam: float) -> np.ndarray:
    return ridge_fit(X[:, 4:6], Y, lam)


def lasso_pair(lam: float) -> np.ndarray:
    """Any two weights that go to 0 one after the other."""
    return np.maximum(np.abs(ridge_pair(0.0)) - lam, 0) * np.sign(ridge_pair(0.0))


def band(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.sin(6 * x), 0.1 + np.maximum(0, x - 1) ** 2 * 30


coin = figures.plot_coin_posterior
circle_and_diamond = partial(
    figures.plot_circle_and_diamond,
    loss,
    {"ridge": (ridge_pair, 10.0), "lasso": (lasso_pair, 25.0)},
    labels=("weight of cholesterol (points)", "weight of LDL (points)"),
)
one_weight = partial(
    figures.plot_one_weight,
    X[:50, 2],
    PROGRESSION[:50] - PROGRESSION[:50].mean(),
    xlabel="BMI (standard deviations)",
    ylabel="progression (points)",
)
penalised_fit = partial(
    figures.plot_penalised_fit, GRID, NOISY, predict, lambda x: np.sin(6 * x), sigma=0.2
)

FIGURES: Figures = {
    "explanations": partial(figures.plot_explanations, EXPLANATIONS, np.ones(4), PRIOR, PRIOR),
    "coin": partial(coin, n=45, share=0.4, prior_mode=0.265, strength=100.0),
    "coin, no prior": partial(coin, n=45, share=0.4, prior_mode=0.265, strength=0.0),
    "coin, strong prior": partial(coin, n=1, share=1.0, prior_mode=0.265, strength=1000.0),
    "coin, much data": partial(coin, n=1000, share=0.4, prior_mode=0.265, strength=0.0),
    "shrinkage": partial(
        figures.plot_shrinkage,
        BATTERS.name,
        BATTERS.hits / 45,
        (BATTERS.hits + 221) / (45 + 834),
        BATTERS.remaining_average,
        centre=0.265,
        xlabel="share of at-bats with a hit",
    ),
    "ridge path": partial(
        figures.plot_ridge_path,
        LAMS,
        ridge_path(X, Y, LAMS),
        SERUM,
        errors={"the others": 60 + np.log(LAMS) ** 2, "those fitted": 55 + np.log(LAMS)},
        chosen={"from the marginal likelihood": 0.1, "best for the others": 0.4},
        unit="points per standard deviation",
        error_unit="points",
    ),
    "two paths": partial(
        figures.plot_weight_paths,
        {
            "ridge": (LAMS, ridge_path(X, Y, LAMS)),
            "lasso": (LAMS, ridge_path(X, Y, LAMS) * (LAMS[:, None] < 5)),
        },
        SERUM,
        named=["BMI", "triglycerides"],
        unit="points per standard deviation",
    ),
    "circle and diamond": partial(circle_and_diamond, log10_share=-1.0),
    "circle and diamond, least": partial(circle_and_diamond, log10_share=-3.0),
    "circle and diamond, greatest": partial(circle_and_diamond, log10_share=0.0),
    "one weight": partial(one_weight, w=10.0),
    "one weight, falling": partial(one_weight, w=-20.0),
    "one weight, steep": partial(one_weight, w=80.0),
    "two scales": partial(figures.plot_two_scales, a=4.0, b=1.0),
    "band": partial(
        figures.plot_predictive_band, GRID, NOISY, lambda x: np.sin(6 * x), band, ends=(0.0, 1.1)
    ),
    "penalised fit": partial(penalised_fit, log10_lam=-3.0),
    "penalised fit, least penalty": partial(penalised_fit, log10_lam=-10.0),
    "penalised fit, greatest penalty": partial(penalised_fit, log10_lam=2.0),
    "penalty strength": partial(
        figures.plot_penalty_strength,
        LAMS,
        {"n = 10": 1 + np.log(LAMS / 0.4) ** 2, "n = 40": 0.5 + np.log(LAMS / 0.1) ** 2},
        {"n = 10": 0.4, "n = 40": 0.1},
        ylabel="mean squared error",
    ),
    "descent": partial(
        figures.plot_descent,
        loss,
        {"gradient descent": (way(40), 1), "as if in batches": (way(60), 3)},
        best=ridge_fit(X[:, 4:6], Y, 0.01),
        labels=("weight of cholesterol", "weight of LDL"),
        unit="points²",
    ),
    "residuals": partial(
        figures.plot_residuals, PROGRESSION.mean() + FITTED, Y - FITTED, unit="points"
    ),
    "residuals, few and with a name": partial(
        figures.plot_residuals, GRID, NOISY, unit="ns", name="a straight line for a sine"
    ),
}
