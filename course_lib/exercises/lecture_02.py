"""The *Your turn* tasks of the lecture on MAP estimation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib.exercises import Task
from course_lib.map_estimation import ridge_fit

X = np.array([[1.0, 2.0], [1.0, -2.0], [1.0, 2.0], [1.0, -1.0]])
Y = np.array([4.0, 2.0, 6.0, 0.0])


def bayes(likelihood: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """p(w|X) = p(X|w)p(w)/Σ p(X|w′)p(w′)."""
    product = likelihood * prior
    return np.asarray(product / product.sum())


def coin_map(k: np.ndarray, n: np.ndarray, a: float, b: float) -> np.ndarray:
    """(k + a − 1)/(n + a + b − 2)."""
    return np.asarray((k + a - 1) / (n + a + b - 2))


def descend(
    gradient: Callable[[np.ndarray], np.ndarray], w: np.ndarray, rate: float, steps: int
) -> np.ndarray:
    """W ← w − η·gradient, steps times."""
    for _ in range(steps):
        w = w - rate * gradient(w)
    return w


def bowl_slope(w: np.ndarray) -> np.ndarray:
    """The gradient of a bowl with its lowest point at (1, −2)."""
    return np.asarray(np.array([1.0, 3.0]) * (w - np.array([1.0, -2.0])))


TASKS = {
    "bayes": Task(
        answer=bayes,
        inputs=[
            (np.array([0.1, 0.8, 0.5]), np.array([0.7, 0.2, 0.1])),
            (np.array([0.001, 0.001, 0.3]), np.array([0.9, 0.09, 0.01])),
        ],
        what="posterior",
        mistakes={
            "is not scaled: divide by the sum of the products": lambda likelihood, prior: (
                likelihood * prior
            ),
            "leaves out the prior": lambda likelihood, prior: likelihood / likelihood.sum(),
            "is the prior: multiply it by the likelihood": lambda likelihood, prior: prior,
            "is divided by the largest product, not by their sum": lambda likelihood, prior: (
                likelihood * prior / (likelihood * prior).max()
            ),
            "is divided by the prior: multiply": lambda likelihood, prior: (
                likelihood / prior / (likelihood / prior).sum()
            ),
        },
    ),
    "coin_map": Task(
        answer=coin_map,
        inputs=[(3, 3, 26.0, 76.0), (np.array([18, 7, 0]), 45, 2.0, 5.0)],
        what="estimate",
        mistakes={
            "is the share of hits: the prior is left out": lambda k, n, a, b: k / n + 0.0 * a,
            "is the posterior mean: the mode has a - 1 and b - 1": lambda k, n, a, b: (
                (k + a) / (n + a + b)
            ),
            "has one at-bat too many: there are a - 1 + b - 1 imagined ones": lambda k, n, a, b: (
                (k + a - 1) / (n + a + b - 1)
            ),
            "has n instead of k above": lambda k, n, a, b: (n + a - 1) / (n + a + b - 2) + 0.0 * k,
            "is that of a miss: the imagined hits are a - 1": lambda k, n, a, b: (
                (n - k + b - 1) / (n + a + b - 2)
            ),
        },
    ),
    "ridge": Task(
        answer=ridge_fit,
        inputs=[(X, Y, 0.5), (X, Y, 2.0)],
        what="w",
        rtol=1e-6,
        mistakes={
            "belongs to lam where n * lam belongs": lambda X, y, lam: np.linalg.solve(
                X.T @ X + lam * np.eye(X.shape[1]), X.T @ y
            ),
            "lacks the n of the mean on one side: divide both X'X and X'y by n, or neither": (
                lambda X, y, lam: np.linalg.solve(
                    X.T @ X / len(y) + lam * np.eye(X.shape[1]), X.T @ y
                )
            ),
            "belongs to lam = 0: the penalty is missing": lambda X, y, lam: np.linalg.solve(
                X.T @ X, X.T @ y
            ),
            "belongs to lam in every entry of the matrix: use the identity matrix": (
                lambda X, y, lam: np.linalg.solve(X.T @ X + len(y) * lam, X.T @ y)
            ),
            "belongs to a negative penalty": lambda X, y, lam: np.linalg.solve(
                X.T @ X - len(y) * lam * np.eye(X.shape[1]), X.T @ y
            ),
            "belongs to d * lam where n * lam belongs": lambda X, y, lam: np.linalg.solve(
                X.T @ X + X.shape[1] * lam * np.eye(X.shape[1]), X.T @ y
            ),
        },
    ),
    "descend": Task(
        answer=descend,
        inputs=[
            (bowl_slope, np.array([4.0, 0.0]), 0.1, 3),
            (bowl_slope, np.array([-1.0, 1.0]), 0.2, 2),
        ],
        what="w",
        mistakes={
            "went uphill: step against the gradient": lambda gradient, w, rate, steps: descend(
                gradient, w, -rate, steps
            ),
            "made one step only: repeat it": lambda gradient, w, rate, steps: descend(
                gradient, w, rate, 1
            ),
            "made one step too many": lambda gradient, w, rate, steps: descend(
                gradient, w, rate, steps + 1
            ),
            "lacks the learning rate": lambda gradient, w, rate, steps: descend(
                gradient, w, 1.0, steps
            ),
            "has the same gradient at each step: take it where you are": (
                lambda gradient, w, rate, steps: w - steps * rate * gradient(w)
            ),
            "is where you began": lambda gradient, w, rate, steps: w,
        },
    ),
}
