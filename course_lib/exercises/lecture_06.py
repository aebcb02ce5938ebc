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


def lengths(p: np.ndarray) -> np.ndarray:
    """⌈−log₂ pⱼ⌉."""
    return np.asarray(np.ceil(-np.log2(p)))


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
    "lengths": Task(
        answer=lengths,
        inputs=[(SKEW,), (P,), (Q,)],
        what="lengths",
        mistakes={
            "is not rounded: a word has whole bits": lambda p: -np.log2(p),
            "is rounded down: there would be no room for all words": lambda p: np.floor(
                -np.log2(p)
            ),
            "is rounded to the nearest: there may be no room for all words": lambda p: np.round(
                -np.log2(p)
            ),
            "is in nats: take the logarithm to base 2": lambda p: np.ceil(-np.log(p)),
            "is one bit too long where the surprise is a whole number": lambda p: (
                np.floor(-np.log2(p)) + 1
            ),
        },
    ),
}
