"""The *Your turn* tasks of the lecture on information theory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_lib.exercises import Task
from course_lib.information import entropy, kl_divergence

P = np.array([0.5, 0.25, 0.25])
Q = np.array([0.1, 0.3, 0.6])
SKEW = np.array([0.7, 0.2, 0.1])


def price(p: np.ndarray, words: Sequence[str], n: int) -> float:
    """Σ pⱼ·lⱼ/n."""
    return float(p @ np.array([len(word) for word in words])) / n


def _sorted(trees: np.ndarray) -> np.ndarray:
    return np.asarray(trees[trees[:, 0].argsort()])


def join(trees: np.ndarray) -> np.ndarray:
    """The two least probable rows, replaced by their sum."""
    trees = _sorted(trees)
    return np.vstack([trees[2:], trees[0] + trees[1]])


TREES = np.column_stack([[0.36, 0.1, 0.3, 0.24], np.eye(4)])

TASKS = {
    "entropy": Task(
        answer=lambda p: entropy(p, base=2),
        inputs=[(P,), (SKEW,)],
        what="entropy",
        mistakes={
            "is in nats: take the logarithm to base 2": entropy,
            "is the sum of the surprises: weigh each with its probability": (
                lambda p: -np.log2(p).sum()
            ),
            "is the plain mean of the surprises: weigh each with its probability": (
                lambda p: -np.log2(p).mean()
            ),
            "is negative: the surprise is minus the logarithm": lambda p: -entropy(p, base=2),
            "is that of equally likely outcomes": lambda p: np.log2(len(p)),
        },
    ),
    "price": Task(
        answer=price,
        inputs=[(SKEW, ["0", "10", "11"], 2), (Q, ["110", "10", "0"], 1)],
        what="price",
        mistakes={
            "is per block: divide by the number of tosses": lambda p, words, n: price(p, words, 1),
            "lacks the probabilities: a frequent block counts more often": lambda p, words, n: (
                np.mean([len(word) for word in words]) / n
            ),
            "is divided by the number of words, not of tosses": lambda p, words, n: price(
                p, words, len(words)
            ),
            "is the entropy: the words are longer": lambda p, words, n: entropy(p, base=2) / n,
        },
    ),
    "divergence": Task(
        answer=lambda p, q: kl_divergence(p, q, base=2),
        inputs=[(SKEW, Q), (Q, P)],
        what="divergence",
        mistakes={
            "has the two exchanged: the truth p stands in front and above": lambda p, q: (
                kl_divergence(q, p, base=2)
            ),
            "averages over q: the letters come with p": lambda p, q: (q * np.log2(p / q)).sum(),
            "is in nats: take the logarithm to base 2": kl_divergence,
            "is the cross-entropy: subtract what the best code needs": lambda p, q: (
                -(p * np.log2(q)).sum()
            ),
            "has the sign of the fraction turned round": lambda p, q: -kl_divergence(p, q, base=2),
            "takes the size of each term: some letters are cheaper in the wrong code": (
                lambda p, q: np.abs(p * np.log2(p / q)).sum()
            ),
        },
    ),
    "join": Task(
        answer=join,
        inputs=[(TREES,), (join(TREES),)],
        what="table",
        mistakes={
            "has the two most probable trees joined: the least probable ones go down": (
                lambda trees: np.vstack([_sorted(trees)[:-2], _sorted(trees)[-2:].sum(axis=0)])
            ),
            "still holds the two that were joined: take them away": (
                lambda trees: np.vstack([_sorted(trees), _sorted(trees)[:2].sum(axis=0)])
            ),
            "has the first two rows joined: sort the rows by their probability first": (
                lambda trees: np.vstack([trees[2:], trees[:2].sum(axis=0)])
            ),
            "has each column sorted by itself: sort whole rows, by trees[:, 0].argsort()": (
                lambda trees: np.vstack(
                    [np.sort(trees, axis=0)[2:], np.sort(trees, axis=0)[:2].sum(axis=0)]
                )
            ),
            "has the new tree on top: append it below": (
                lambda trees: np.roll(join(trees), 1, axis=0)
            ),
        },
    ),
}
