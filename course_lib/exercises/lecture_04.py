"""What readers write in the lecture on softmax regression."""

from __future__ import annotations

import numpy as np

from course_lib.exercises import Task
from course_lib.softmax import log_softmax, one_hot, softmax

_LOGITS = np.array([[1.0, 2.0, 0.0], [0.0, 0.0, 0.0], [-1.0, 3.0, 0.5], [4.0, 0.0, 2.0]])
_EXTREME = np.array([[1e4, 0.0, -1e4], [-1e4, -1e4, -1e4], [0.0, 800.0, 0.0]])
_LABELS = np.array([1, 0, 2, 0])
_X = np.array([[1.0, 0.0], [0.5, 2.0], [0.0, -1.0], [3.0, 1.0]])
_W = np.array([[0.2, -0.1, 0.3], [0.0, 0.5, -0.4]])


def _largest(o: np.ndarray) -> np.ndarray:
    return np.asarray(o.max(axis=1, keepdims=True))


def _gradient(P: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return np.asarray((P - one_hot(labels, P.shape[1])) / len(P))


def _next_weights(
    W: np.ndarray, X: np.ndarray, P: np.ndarray, Y: np.ndarray, rate: float, lam: float
) -> np.ndarray:
    return np.asarray(W - rate * (X.T @ (P - Y) / len(X) + lam * W))


TASKS = {
    "one_hot": Task(
        answer=one_hot,
        inputs=[(np.array([3, 0, 9]), 10), (np.array([1, 1, 0, 2]), 3)],
        mistakes={
            "is turned round: 0 at the right class and 1 elsewhere": (
                lambda labels, k: 1 - one_hot(labels, k)
            ),
            "has its axes the wrong way round: a row belongs to an example": (
                lambda labels, k: one_hot(labels, k).T
            ),
        },
    ),
    "log_softmax": Task(
        answer=log_softmax,
        inputs=[(_LOGITS,), (_EXTREME,)],
        mistakes={
            "is minus the logarithm of the probability": lambda o: -log_softmax(o),
            "is the probability itself: its logarithm is asked for": softmax,
            "takes the logarithm of a probability that has already become 0": (
                lambda o: np.log(softmax(o))
            ),
            "uses one maximum for the whole batch: each row needs its own": (
                lambda o: o - o.max() - np.log(np.exp(o - o.max()).sum(axis=1, keepdims=True))
            ),
            "takes the maximum out in one place only: inside exp, and outside as well": (
                lambda o: o - np.log(np.exp(o - _largest(o)).sum(axis=1, keepdims=True))
            ),
            "takes the maximum out too late: subtract it before exp": (
                lambda o: o - _largest(o) - np.log(np.exp(o).sum(axis=1, keepdims=True))
            ),
            "sums over the columns: the classes of an example lie in a row": (
                lambda o: log_softmax(o, axis=0)
            ),
        },
    ),
    "gradient": Task(
        answer=_gradient,
        inputs=[(softmax(_LOGITS), _LABELS), (softmax(_LOGITS[:2]), _LABELS[:2])],
        mistakes={
            "is that of the sum over the examples: the loss is their mean": (
                lambda P, labels: len(P) * _gradient(P, labels)
            ),
            "has the wrong sign: what the model says, minus what is so": (
                lambda P, labels: -_gradient(P, labels)
            ),
            "lacks the truth: subtract 1 at the right class": lambda P, labels: P / len(P),
            "subtracts the index of the class: subtract 1, at the place of this index": (
                lambda P, labels: (P - labels[:, None]) / len(P)
            ),
            "subtracts 1 in the same columns of every row: each row has its own right class": (
                lambda P, labels: (P - np.isin(np.arange(P.shape[1]), labels)) / len(P)
            ),
            "is the derivative of the probability, p(1 − p): the loss has a logarithm in front": (
                lambda P, labels: P * (1 - P) / len(P)
            ),
        },
    ),
    "next_weights": Task(
        answer=_next_weights,
        inputs=[(_W, _X, softmax(_X @ _W), one_hot(_LABELS, 3), 0.5, 0.1)],
        mistakes={
            "goes uphill: a step goes against the gradient": (
                lambda W, X, P, Y, rate, lam: _next_weights(W, X, P, Y, -rate, lam)
            ),
            "lacks the penalty: the gradient of ½λ‖W‖² is λW": (
                lambda W, X, P, Y, rate, lam: _next_weights(W, X, P, Y, rate, 0.0)
            ),
            "has the penalty itself in the step: the gradient of ½λ‖W‖² is λW": (
                lambda W, X, P, Y, rate, lam: (
                    _next_weights(W, X, P, Y, rate, 0.0) - rate * lam / 2 * (W**2).sum()
                )
            ),
            "has half of the penalty's gradient: the 2 of the square cancels the ½": (
                lambda W, X, P, Y, rate, lam: _next_weights(W, X, P, Y, rate, lam / 2)
            ),
            "takes the sum over the examples: divide by their number": (
                lambda W, X, P, Y, rate, lam: _next_weights(W, X, P, Y, rate * len(X), lam / len(X))
            ),
            "is the step alone: add it to the weights": (
                lambda W, X, P, Y, rate, lam: _next_weights(W, X, P, Y, rate, lam) - W
            ),
        },
    ),
}
