"""What readers write in the lecture on calibration."""

from __future__ import annotations

import numpy as np

from course_lib.exercises import Task
from course_lib.softmax import one_hot

_P = np.array([[0.9, 0.1], [0.45, 0.55], [0.42, 0.58], [0.3, 0.7], [0.54, 0.46]])
_LABELS = np.array([0, 1, 0, 1, 0])
_SHARES = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
_LOGITS = np.array([[1.0, 2.0, 0.0], [-3.0, 0.5, 4.0]])


def _accuracy_in_bin(p: np.ndarray, labels: np.ndarray, low: float, high: float) -> float:
    inside = (p.max(axis=1) > low) & (p.max(axis=1) <= high)
    return float((p.argmax(axis=1) == labels)[inside].mean())


def _mean_confidence(p: np.ndarray, labels: np.ndarray, low: float, high: float) -> float:
    confidence = p.max(axis=1)
    return float(confidence[(confidence > low) & (confidence <= high)].mean())


def _brier(p: np.ndarray, labels: np.ndarray) -> float:
    return float(((p - one_hot(labels, p.shape[1])) ** 2).sum(axis=1).mean())


TASKS = {
    "accuracy_in_bin": Task(
        answer=_accuracy_in_bin,
        inputs=[(_P, _LABELS, 0.5, 0.6), (_P, _LABELS, 0.6, 1.0)],
        mistakes={
            "is the mean confidence in the bin: how many are right?": _mean_confidence,
            "is divided by the number of all examples: divide by those in the bin": (
                lambda p, y, low, high: (
                    _accuracy_in_bin(p, y, low, high)
                    * ((p.max(axis=1) > low) & (p.max(axis=1) <= high)).mean()
                )
            ),
            "is the accuracy on all examples: take those in the bin only": (
                lambda p, y, low, high: (p.argmax(axis=1) == y).mean()
            ),
        },
    ),
    "threshold": Task(
        answer=lambda error, by_hand: 1 - by_hand / error,
        inputs=[(20.0, 1.0), (5.0, 1.0), (100.0, 3.0)],
        mistakes={
            "is the doubt 1 − p at which it does not matter: the confidence p is asked for": (
                lambda error, by_hand: by_hand / error
            ),
            "counts the work by hand in both cases: without a person, only an error costs": (
                lambda error, by_hand: error / (error + by_hand)
            ),
            "has the two prices exchanged": lambda error, by_hand: 1 - error / by_hand,
        },
    ),
    "brier": Task(
        answer=_brier,
        inputs=[(np.array([[0.2, 0.3, 0.5], [0.0, 1.0, 0.0]]), np.array([2, 0])), (_P, _LABELS)],
        mistakes={
            "is divided by the number of classes as well: sum over the classes of an example": (
                lambda p, y: _brier(p, y) / p.shape[1]
            ),
            "is the sum over the examples: take the mean": lambda p, y: _brier(p, y) * len(p),
            "looks at the right class only: the others count, too": (
                lambda p, y: ((1 - p[np.arange(len(p)), y]) ** 2).mean()
            ),
        },
    ),
    "shift_logits": Task(
        answer=lambda logits, training, true: logits + np.log(true / training),
        inputs=[(_LOGITS, *_SHARES)],
        mistakes={
            "goes the wrong way: a class that is more frequent now wants a higher logit": (
                lambda logits, training, true: logits - np.log(true / training)
            ),
            "lacks the logarithm: logits are logarithms": (
                lambda logits, training, true: logits + true / training
            ),
            "multiplies: with logarithms, a factor becomes a term": (
                lambda logits, training, true: logits * (true / training)
            ),
        },
    ),
}
