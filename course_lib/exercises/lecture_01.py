"""The *Your turn* tasks of the lecture on maximum likelihood."""

from __future__ import annotations

import numpy as np

from course_lib.exercises import Task
from course_lib.likelihood import gaussian_mle, gaussian_nll

READINGS = np.array([1.0, 3.0, 8.0])
MANY = np.tile(READINGS, 200)  # so many that the product of their densities is 0 in float64
SAMPLES = np.array([[1.0, 3.0, 8.0], [2.0, 2.0, 5.0]])


def fee(x: np.ndarray, sigma2: float) -> float:
    """n/2·log(2πσ²)."""
    return float(len(x) / 2 * np.log(2 * np.pi * sigma2))


def fine(x: np.ndarray, mu: float, sigma2: float) -> float:
    """Σ(xᵢ − μ)²/(2σ²)."""
    return float(((x - mu) ** 2).sum() / (2 * sigma2))


def of_the_product(x: np.ndarray, mu: float, sigma2: float) -> float:
    """The logarithm taken last, of a product that is 0 for many readings."""
    densities = np.exp(-((x - mu) ** 2) / (2 * sigma2)) / np.sqrt(2 * np.pi * sigma2)
    return float(-np.log(np.prod(densities)))


def share_error(k: np.ndarray, n: int) -> np.ndarray:
    """√(p̂(1 − p̂)/n) with p̂ = k/n."""
    return np.asarray(np.sqrt(k / n * (1 - k / n) / n))


def table_mle(values: np.ndarray, counts: np.ndarray) -> tuple[float, float]:
    """Mean and mean squared deviation of readings that are given as a table."""
    return gaussian_mle(np.repeat(values, counts))


TASKS = {
    "nll": Task(
        answer=lambda x, mu, sigma2: gaussian_nll(x, mu, sigma2)[0],
        inputs=[(READINGS, 2.0, 4.0), (READINGS, 4.0, 0.5), (MANY, 2.0, 4.0)],
        what="nll",
        mistakes={
            "is infinite for 600 readings: their product has become 0, so add up the logarithms": (
                of_the_product
            ),
            "lacks the square root: sqrt(2 pi sigma2) makes the area 1": lambda x, mu, sigma2: (
                2 * fee(x, sigma2) + fine(x, mu, sigma2)
            ),
            "lacks the term n/2 log(2 pi sigma2)": fine,
            "has the mean of the squared distances: it is a sum over the readings": (
                lambda x, mu, sigma2: fee(x, sigma2) + fine(x, mu, sigma2) / len(x)
            ),
            "lacks the fine for distance": lambda x, mu, sigma2: fee(x, sigma2),
            "lacks the factor n of the logarithm": lambda x, mu, sigma2: (
                fee(x, sigma2) / len(x) + fine(x, mu, sigma2)
            ),
            "lacks the factor 1/2 of the squared distances": lambda x, mu, sigma2: (
                fee(x, sigma2) + 2 * fine(x, mu, sigma2)
            ),
            "is averaged: it is a sum over the readings": lambda x, mu, sigma2: (
                gaussian_nll(x, mu, sigma2)[0] / len(x)
            ),
            "is the log-likelihood: change its sign": lambda x, mu, sigma2: (
                -gaussian_nll(x, mu, sigma2)[0]
            ),
            "takes sigma2 for sigma: it is squared already": lambda x, mu, sigma2: gaussian_nll(
                x, mu, sigma2**2
            )[0],
        },
    ),
    "mle": Task(
        answer=table_mle,
        inputs=[
            (np.array([1.0, 3.0, 8.0]), np.array([2, 5, 1])),
            (np.array([1.0, 2.0, 6.0, 7.0]), np.array([1, 4, 2, 2])),
        ],
        what="(mu, sigma2)",
        mistakes={
            "leaves out the counts: each value counts as often as it occurs": (
                lambda values, counts: gaussian_mle(values)
            ),
            "is divided by the number of different values: n is the sum of the counts": (
                lambda values, counts: (
                    (counts * values).mean(),
                    (counts * (values - (counts * values).mean()) ** 2).mean(),
                )
            ),
            "has counts in the mean only: the squared deviations need them, too": (
                lambda values, counts: (
                    np.average(values, weights=counts),
                    ((values - np.average(values, weights=counts)) ** 2).mean(),
                )
            ),
            "is divided by n - 1: maximum likelihood asks for n": lambda values, counts: (
                np.average(values, weights=counts),
                np.repeat(values, counts).var(ddof=1),
            ),
            "has the standard deviation: do not take the root": lambda values, counts: (
                np.average(values, weights=counts),
                np.repeat(values, counts).std(),
            ),
            "has the mean of the squares: subtract the mean first": lambda values, counts: (
                np.average(values, weights=counts),
                np.average(values**2, weights=counts),
            ),
        },
    ),
    "variances": Task(
        answer=lambda samples: np.var(samples, axis=1),
        inputs=[(SAMPLES,), (SAMPLES + 10,)],
        what="variances",
        mistakes={
            "is divided by n - 1: maximum likelihood asks for n": lambda samples: np.var(
                samples, axis=1, ddof=1
            ),
            "is taken over the columns: each row is a sample, so axis=1": lambda samples: np.var(
                samples, axis=0
            ),
            "is one number for all rows: say axis=1": np.var,
            "is measured from the mean of all rows: each row has its own": lambda samples: (
                (samples - samples.mean()) ** 2
            ).mean(axis=1),
            "is the standard deviation: do not take the root": lambda samples: np.std(
                samples, axis=1
            ),
        },
    ),
    "standard_error": Task(
        answer=share_error,
        inputs=[(np.array([18.0, 9.0, 0.0]), 45), (np.array([1.0, 5.0, 10.0]), 10)],
        what="standard error",
        mistakes={
            "is the variance: take the root": lambda k, n: share_error(k, n) ** 2,
            "is that of one at-bat: divide the variance by n": lambda k, n: (
                share_error(k, n) * np.sqrt(n)
            ),
            "is divided by n, not by its root": lambda k, n: share_error(k, n) / np.sqrt(n),
            "lacks the factor 1 - p": lambda k, n: np.sqrt(k / n / n),
            "is the root of the curvature: one over it is wanted": lambda k, n: (
                1 / share_error(k, n)
            ),
            "is the curvature: one over its root is wanted": lambda k, n: (
                1 / share_error(k, n) ** 2
            ),
        },
    ),
}
