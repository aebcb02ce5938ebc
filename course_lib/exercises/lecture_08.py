"""The *Your turn* tasks of the lecture on exponential families."""

from __future__ import annotations

import numpy as np

from course_lib.exercises import Task

FACES = np.arange(1.0, 7.0)
LEVELS = np.array([0.0, 1.0, 3.0])
COUNTS = np.array([11.0, 33.0, 16.0])


def family(theta: float, t: np.ndarray) -> np.ndarray:
    """exp(θt − A), with A = log Σ exp(θt)."""
    p = np.exp(theta * t)
    return np.asarray(p / p.sum())


def newton_step(theta: float, t: np.ndarray, mean: float) -> float:
    """θ + (μ − E[t])/Var[t]."""
    p = family(theta, t)
    expected = p @ t
    return float(theta + (mean - expected) / (p @ (t - expected) ** 2))


def chi_squared(counts: np.ndarray, p: np.ndarray) -> float:
    """Σ (nⱼ − npⱼ)²/(npⱼ)."""
    expected = counts.sum() * p
    return float(((counts - expected) ** 2 / expected).sum())


def total_bits(counts: np.ndarray, p: np.ndarray, parameters: int, each: float = 0.5) -> float:
    """−Σ nⱼ log₂ pⱼ + k·½ log₂ n."""
    return float(-(counts @ np.log2(p)) + each * parameters * np.log2(counts.sum()))


MODEL = np.array([0.25, 0.5, 0.25])
EVEN = np.full(3, 1 / 3)

TASKS = {
    "family": Task(
        answer=family,
        inputs=[(0.5, FACES), (-1.0, LEVELS)],
        what="p",
        mistakes={
            "does not sum to 1: divide by the sum, or subtract A": lambda theta, t: np.exp(
                theta * t
            ),
            "has the wrong sign of theta: above 0 it favours a large t": lambda theta, t: family(
                -theta, t
            ),
            "is a power of t: theta stands in the exponent, times t": lambda theta, t: (
                (t + 1e-300) ** theta / ((t + 1e-300) ** theta).sum()
            ),
            "is the logarithm of the probability": lambda theta, t: np.log(family(theta, t)),
        },
    ),
    "newton_step": Task(
        answer=newton_step,
        inputs=[(0.0, FACES, 4.5), (0.3, LEVELS, 1.0)],
        what="theta",
        mistakes={
            "went the wrong way: too small a mean asks for a larger theta": (
                lambda theta, t, mean: 2 * theta - newton_step(theta, t, mean)
            ),
            "lacks the variance: the slope of E[t] is Var[t]": lambda theta, t, mean: (
                theta + mean - family(theta, t) @ t
            ),
            "is divided by the standard deviation: Var[t] is the slope": lambda theta, t, mean: (
                theta
                + (newton_step(theta, t, mean) - theta)
                * np.sqrt(family(theta, t) @ (t - family(theta, t) @ t) ** 2)
            ),
            "is the step alone: add it to theta": lambda theta, t, mean: (
                newton_step(theta, t, mean) - theta
            ),
            "has the plain variance of t: weigh the squares with p, as in the mean": (
                lambda theta, t, mean: theta + (mean - family(theta, t) @ t) / t.var()
            ),
            "has the plain mean and variance of t: weigh them with p": lambda theta, t, mean: (
                theta + (mean - t.mean()) / t.var()
            ),
        },
    ),
    "chi_squared": Task(
        answer=chi_squared,
        inputs=[(COUNTS, MODEL), (COUNTS, EVEN)],
        what="chi squared",
        mistakes={
            "is of frequencies: compare counts with n p": lambda counts, p: (
                chi_squared(counts, p) / counts.sum()
            ),
            "is the mean over the faces: take the sum": lambda counts, p: (
                chi_squared(counts, p) / len(counts)
            ),
            "lacks the squares": lambda counts, p: (
                np.abs(counts - counts.sum() * p) / (counts.sum() * p)
            ).sum(),
            "is divided by what was observed: divide by what was expected": lambda counts, p: (
                (counts - counts.sum() * p) ** 2 / counts
            ).sum(),
            "is the sum of the squares alone: divide each by n p": lambda counts, p: (
                (counts - counts.sum() * p) ** 2
            ).sum(),
        },
    ),
    "total_bits": Task(
        answer=total_bits,
        inputs=[(COUNTS, MODEL, 1), (COUNTS, EVEN, 2)],
        what="total",
        mistakes={
            "lacks the parameters: half of log2 n for each": lambda counts, p, parameters: (
                total_bits(counts, p, 0)
            ),
            "has a whole log2 n for each parameter: it is half of that": (
                lambda counts, p, parameters: total_bits(counts, p, 2 * parameters)
            ),
            "has the natural logarithm": lambda counts, p, parameters: (
                total_bits(counts, p, parameters) * np.log(2)
            ),
            "takes the number of outcomes for n: it is the number of throws": (
                lambda counts, p, parameters: (
                    total_bits(counts, p, 0) + parameters * np.log2(counts.size) / 2
                )
            ),
            "subtracts the parameters: they cost": lambda counts, p, parameters: total_bits(
                counts, p, -parameters
            ),
            "is per throw: sum over the counts": lambda counts, p, parameters: (
                total_bits(counts, p, parameters) / counts.sum()
            ),
        },
    ),
}
