"""The *Your turn* tasks of the lecture on loss functions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib.exercises import Task

READINGS = np.array([-44.0, 16.0, 25.0, 27.0, 31.0])
PICKS = np.array([[0, 1, 2, 3, 4], [1, 1, 2, 4, 4], [4, 3, 4, 3, 4], [0, 0, 2, 2, 3]])


def pulls(x: np.ndarray, theta: float, delta: float) -> np.ndarray:
    """Minus the gradient of Huber's loss: x − θ, clipped to [−δ, δ]."""
    return np.asarray(np.clip(x - theta, -delta, delta))


def interval(
    x: np.ndarray,
    estimate: Callable[[np.ndarray], float],
    picks: np.ndarray,
    ends: tuple[float, float] = (0.025, 0.975),
) -> np.ndarray:
    """Between which values the middle 95 % of the estimates lie."""
    return np.asarray(np.quantile([estimate(x[pick]) for pick in picks], ends))


def weights(r: np.ndarray, delta: float) -> np.ndarray:
    """min(1, δ/|r|)."""
    return np.asarray(delta / np.maximum(np.abs(r), delta))


TASKS = {
    "pulls": Task(
        answer=pulls,
        inputs=[(READINGS, 26.0, 5.0), (READINGS, 20.0, 2.0)],
        what="pulls",
        mistakes={
            "has the wrong sign: a reading on the right pulls to the right": (
                lambda x, theta, delta: -pulls(x, theta, delta)
            ),
            "is not clipped: no reading may pull harder than delta": (
                lambda x, theta, delta: x - theta
            ),
            "is 1 or -1 everywhere: inside of delta the pull is the distance": (
                lambda x, theta, delta: np.sign(x - theta)
            ),
            "is 0 beyond delta: there the pull stays at delta": (
                lambda x, theta, delta: np.where(np.abs(x - theta) <= delta, x - theta, 0.0)
            ),
            "lacks the factor delta beyond delta": (
                lambda x, theta, delta: np.where(
                    np.abs(x - theta) <= delta, x - theta, np.sign(x - theta)
                )
            ),
        },
    ),
    "interval": Task(
        answer=interval,
        inputs=[(READINGS, np.mean, PICKS), (READINGS, np.median, PICKS)],
        what="interval",
        mistakes={
            "leaves 5 % on each side: 2.5 % on each side are 5 % together": (
                lambda x, estimate, picks: interval(x, estimate, picks, (0.05, 0.95))
            ),
            "is of the readings drawn: estimate from each row first": (
                lambda x, estimate, picks: np.quantile(x[picks], [0.025, 0.975])
            ),
            "is of the places drawn: look the readings up, x[pick]": (
                lambda x, estimate, picks: np.quantile(
                    [estimate(pick) for pick in picks], [0.025, 0.975]
                )
            ),
            "reaches from the smallest to the largest: leave out 2.5 % on each side": (
                lambda x, estimate, picks: interval(x, estimate, picks, (0.0, 1.0))
            ),
        },
    ),
    "weights": Task(
        answer=weights,
        inputs=[(np.array([-20.0, -1.0, 2.0, 5.0]), 2.0), (np.array([0.0, 0.3, -90.0]), 5.0)],
        what="weights",
        mistakes={
            "exceeds 1: inside of delta the weight is 1": lambda r, delta: delta / np.abs(r),
            "is the force, not the weight: divide it by r": (
                lambda r, delta: np.clip(r, -delta, delta)
            ),
            "is negative for a negative residual: take its absolute value": (
                lambda r, delta: np.minimum(1, delta / r)
            ),
            "is 0 beyond delta: that would be a cut, not a clip": (
                lambda r, delta: (np.abs(r) <= delta).astype(float)
            ),
            "is turned round: far residuals weigh less": (
                lambda r, delta: np.maximum(np.abs(r), delta) / delta
            ),
        },
    ),
}
