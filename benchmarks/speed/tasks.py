"""What is timed: a task for each row of the table, with its data and its goal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

DELTA, ALPHA, LAM = 1.0, 0.1, 0.1


@dataclass(frozen=True)
class Task:
    """Something to compute: ``operation`` names the function of each library that does it."""

    operation: str
    size: str
    dtype: str
    goal: float
    """How many times as fast as SciPy course_lib is to be."""
    make_data: Callable[[np.random.Generator, str], tuple[NDArray[Any], ...]]
    rounds: int = 6
    """Calls of each library before the next one's turn."""

    def __str__(self) -> str:
        return f"{self.operation} {self.size} {self.dtype}"


def logits(n: int, k: int, generator: np.random.Generator, dtype: DTypeLike) -> Any:
    """Logits from N(0, 3²)."""
    return ((3 * generator.normal(size=(n, k))).astype(dtype),)


def labelled_logits(n: int, k: int, generator: np.random.Generator, dtype: DTypeLike) -> Any:
    """Logits, and the right classes."""
    return *logits(n, k, generator, dtype), generator.integers(0, k, n)


def truth_and_prediction(n: int, generator: np.random.Generator, dtype: DTypeLike) -> Any:
    """Predictions that miss the truth by more than DELTA in half of the cases."""
    return tuple(generator.normal(size=(2, n)).astype(dtype))


def distribution(n: int, generator: np.random.Generator, dtype: DTypeLike) -> Any:
    """One distribution over n outcomes."""
    weights = generator.random(n)
    return ((weights / weights.sum()).astype(dtype),)


def heavy_tails(n: int, generator: np.random.Generator, dtype: DTypeLike) -> Any:
    """A sample from Student's t distribution with three degrees of freedom."""
    return (generator.standard_t(3, size=n).astype(dtype),)


def regression(n: int, d: int, generator: np.random.Generator, dtype: DTypeLike) -> Any:
    """Features, and targets with noise."""
    X = generator.normal(size=(n, d))
    y = X @ generator.normal(size=d) + generator.normal(size=n)
    return X.astype(dtype), y.astype(dtype)


MANY_ROWS, LONG_ROWS = (100_000, 10), (10_000, 1000)


def _rowwise(operation: str, make: Callable[..., Any], goals: dict[Any, float]) -> list[Task]:
    return [
        Task(operation, f"{n:,} × {k:,}".replace(",", " "), dtype, goal, partial(make, n, k))
        for ((n, k), dtype), goal in goals.items()
    ]


PROBABILITIES = {
    (MANY_ROWS, "float64"): 2,
    (MANY_ROWS, "float32"): 3,
    (LONG_ROWS, "float64"): 1.5,
    (LONG_ROWS, "float32"): 1.5,
}
CROSS_ENTROPIES = {(MANY_ROWS, "float64"): 2, (LONG_ROWS, "float64"): 2}
TASKS = [
    *_rowwise("softmax", logits, PROBABILITIES),
    *_rowwise("log_softmax", logits, PROBABILITIES),
    *_rowwise("cross_entropy", labelled_logits, CROSS_ENTROPIES),
    Task("huber", "10⁷", "float64", 2.5, partial(truth_and_prediction, 10**7), 2),
    Task("huber", "10⁷", "float32", 5, partial(truth_and_prediction, 10**7), 2),
    Task("entropy", "10⁶", "float64", 3, partial(distribution, 10**6)),
    Task("trimmed_mean", "10⁷", "float64", 2, partial(heavy_tails, 10**7), 2),
    Task("ridge", "100 000 × 100", "float64", 1, partial(regression, 100_000, 100), 2),
]


@lru_cache(maxsize=1)
def data_of(task: Task) -> tuple[NDArray[Any], ...]:
    """The same arrays for every library; of one task at a time, as they may be large."""
    return task.make_data(np.random.default_rng(0), task.dtype)
