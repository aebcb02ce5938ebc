"""What is timed: every function at every size, with its data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

OURS, PLAIN = "course_lib", "plain NumPy"
"""Names of the libraries that every task has."""
DELTA, ALPHA, LAM = 1.0, 0.1, 0.1
SIZES = (10, 100, 2_000, 100_000, 10_000_000)
"""How many numbers: the lectures' sizes are 60 to 2,000."""
CLASSES = FEATURES = 10
"""Numbers to a row, of logits and of features."""

Data = tuple[NDArray[Any], ...]


@dataclass(frozen=True)
class Task:
    """Something to compute: ``operation`` names the function of each library that does it."""

    operation: str
    size: int

    def __str__(self) -> str:
        return f"{self.operation} {self.size}"

    @property
    def calls(self) -> int:
        """Calls to a measurement: together a hundredth of a second, whose clock ticks slowly."""
        return max(1, 400_000 // (self.size + 500))

    @property
    def rounds(self) -> int:
        """Measurements of each library before the next one's turn."""
        return 1 if self.size > 1_000_000 else 5


def numbers(size: int, generator: np.random.Generator) -> Data:
    """Logits from N(0, 3²), for functions of single numbers."""
    return (3 * generator.normal(size=size),)


def logits(size: int, generator: np.random.Generator) -> Data:
    """Logits from N(0, 3²), a row for each example."""
    return (3 * generator.normal(size=(size // CLASSES, CLASSES)),)


def labelled_logits(size: int, generator: np.random.Generator) -> Data:
    """Logits, and the right classes."""
    return *logits(size, generator), generator.integers(0, CLASSES, size // CLASSES)


def soft_logits(size: int, generator: np.random.Generator) -> Data:
    """Logits, and distributions over the classes."""
    return *logits(size, generator), *distributions(size, generator)


def binary_logits(size: int, generator: np.random.Generator) -> Data:
    """Logits of single labels, and whether each is set."""
    return *numbers(size, generator), generator.integers(0, 2, size).astype(float)


def truth_and_prediction(size: int, generator: np.random.Generator) -> Data:
    """Predictions that miss the truth by more than DELTA in half of the cases."""
    return tuple(generator.normal(size=(2, size)))


def sample(size: int, generator: np.random.Generator) -> Data:
    """A sample from Student's t distribution with three degrees of freedom."""
    return (generator.standard_t(3, size=size),)


def distribution(size: int, generator: np.random.Generator) -> Data:
    """One distribution over so many outcomes."""
    weights = generator.random(size)
    return (weights / weights.sum(),)


def distributions(size: int, generator: np.random.Generator) -> Data:
    """A distribution over the classes for each example."""
    weights = generator.random((size // CLASSES, CLASSES))
    return (weights / weights.sum(axis=1, keepdims=True),)


def two_distributions(size: int, generator: np.random.Generator) -> Data:
    """Two distributions over so many outcomes."""
    return *distribution(size, generator), *distribution(size, generator)


def regression(size: int, generator: np.random.Generator) -> Data:
    """Features of so many numbers, and targets with noise."""
    X = generator.normal(size=(size // FEATURES, FEATURES))
    return X, X.sum(axis=1) + generator.normal(size=len(X))


MAKERS: dict[str, Callable[[int, np.random.Generator], Data]] = {
    "sigmoid": numbers,
    "log_sigmoid": numbers,
    "softmax": logits,
    "log_softmax": logits,
    "logsumexp": logits,
    "softmax_cross_entropy": labelled_logits,
    "soft_cross_entropy": soft_logits,
    "binary_cross_entropy": binary_logits,
    "squared_loss": truth_and_prediction,
    "absolute_loss": truth_and_prediction,
    "huber_loss": truth_and_prediction,
    "trimmed_mean": sample,
    "gaussian_log_pdf": sample,
    "gaussian_mle": sample,
    "entropy": distribution,
    "kl_divergence": two_distributions,
    "ridge_fit": regression,
}
TASKS = [Task(operation, size) for operation in MAKERS for size in SIZES]


@lru_cache(maxsize=1)
def data_of(task: Task) -> Data:
    """The same arrays for every library; of one task at a time, as they may be large."""
    return MAKERS[task.operation](task.size, np.random.default_rng(0))
