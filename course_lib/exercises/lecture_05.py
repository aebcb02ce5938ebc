"""What readers write in the lecture on calibration."""

from __future__ import annotations

import numpy as np

from course_lib.exercises import Task
from course_lib.softmax import one_hot

_CONFIDENCE = np.array([0.9, 0.55, 0.58, 0.7, 0.54, 0.3, 0.25])
_RIGHT = np.array([True, True, False, True, True, False, False])
_P, _Y = np.array([[0.2, 0.3, 0.5], [0.0, 1.0, 0.0]]), one_hot([2, 0], 3)
_SHARES = np.array([0.5, 0.3, 0.2]), np.array([0.2, 0.3, 0.5])
_BELIEVED = np.array([[0.6, 0.3, 0.1], [0.1, 0.2, 0.7]])


def _inside(confidence: np.ndarray, low: float, high: float) -> np.ndarray:
    return (confidence > low) & (confidence <= high)


def _accuracy_in_bin(confidence: np.ndarray, right: np.ndarray, low: float, high: float) -> float:
    return float(right[_inside(confidence, low, high)].mean())


def _brier(p: np.ndarray, y: np.ndarray) -> float:
    return float(((p - y) ** 2).sum(axis=1).mean())


def _shifted(p: np.ndarray, training: np.ndarray | float, true: np.ndarray) -> np.ndarray:
    p = p * true / training
    return np.asarray(p / p.sum(axis=1, keepdims=True))


TASKS = {
    "accuracy_in_bin": Task(
        answer=_accuracy_in_bin,
        inputs=[(_CONFIDENCE, _RIGHT, 0.5, 0.6), (_CONFIDENCE, _RIGHT, 0.54, 0.9)],
        mistakes={
            "is the mean confidence in the bin: how many are right?": (
                lambda confidence, right, low, high: confidence[
                    _inside(confidence, low, high)
                ].mean()
            ),
            "is divided by the number of all examples: divide by those in the bin": (
                lambda confidence, right, low, high: (right & _inside(confidence, low, high)).mean()
            ),
            "counts an example at the lower edge: above low is meant": (
                lambda confidence, right, low, high: right[
                    (confidence >= low) & (confidence <= high)
                ].mean()
            ),
            "leaves out an example at the upper edge: at most high is meant": (
                lambda confidence, right, low, high: right[
                    (confidence > low) & (confidence < high)
                ].mean()
            ),
            "is the accuracy on all examples: take those in the bin only": (
                lambda confidence, right, low, high: right.mean()
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
        inputs=[(_P, _Y), (_P[:1], _Y[:1])],
        mistakes={
            "is divided by the number of classes as well: sum over the classes of an example": (
                lambda p, y: ((p - y) ** 2).mean()
            ),
            "is the sum over the examples: take the mean": lambda p, y: ((p - y) ** 2).sum(),
            "has the sizes in place of the squares": lambda p, y: np.abs(p - y).sum(axis=1).mean(),
            "looks at the right class only: the others count, too": (
                lambda p, y: ((1 - p[y == 1]) ** 2).mean()
            ),
        },
    ),
    "shifted": Task(
        answer=_shifted,
        inputs=[(_BELIEVED, *_SHARES)],
        what="p",
        mistakes={
            "has rows that do not sum to 1: divide each by its sum": (
                lambda p, training, true: p * true / training
            ),
            "goes the wrong way: a class that is more frequent now becomes more probable": (
                lambda p, training, true: _shifted(p, true, training)
            ),
            "forgets the old shares: they are in p already, divide by them": (
                lambda p, training, true: _shifted(p, 1.0, true)
            ),
            "is divided by the sum of the whole table: each row has its own": (
                lambda p, training, true: p * true / training / (p * true / training).sum()
            ),
        },
    ),
}
