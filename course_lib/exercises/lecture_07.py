"""The *Your turn* tasks of the lecture on mutual information."""

from __future__ import annotations

import numpy as np

from course_lib.exercises import Task
from course_lib.information import joint_entropy, mutual_information

TABLE = np.array([[0.3, 0.1], [0.05, 0.55]])
WIDE = np.array([[0.1, 0.2, 0.1], [0.3, 0.05, 0.25]])
WORD = np.array([2, 1, 14, 1, 14, 1, 14, 1, 19])  # some pairs come twice
ROW = np.array([3.0, 0.0, 1.0])
BEFORE = np.array([0.5, 0.3, 0.2])


def joint(symbols: np.ndarray, distance: int = 1) -> np.ndarray:
    """How often a symbol has another one `distance` places behind it; the whole table sums to 1."""
    counts = np.zeros((27, 27))
    np.add.at(counts, (symbols[:-distance], symbols[distance:]), 1)
    return np.asarray(counts / counts.sum())


def each_pair_once(symbols: np.ndarray, distance: int) -> np.ndarray:
    """As `counts[first, second] += 1` has it, which adds to an entry but once."""
    counts = np.zeros((27, 27))
    counts[symbols[:-distance], symbols[distance:]] += 1
    return np.asarray(counts / counts.sum())


def exchanged(p_xy: np.ndarray) -> float:
    """The information, with the sums of the columns taken for those of the rows."""
    if len(p_xy) != len(p_xy.T):
        return np.nan
    return float((p_xy * np.log2(p_xy / np.outer(p_xy.sum(axis=0), p_xy.sum(axis=1)))).sum())


def rows_to_one(table: np.ndarray) -> np.ndarray:
    """Each row that is not empty, divided by its sum."""
    return np.asarray(table / np.maximum(table.sum(axis=1, keepdims=True), 1e-300))


def price(counts: np.ndarray, x: np.ndarray, y: np.ndarray, in_advance: float) -> float:
    """The mean of −log₂ p(y|x), with the table of counts for a model."""
    model = (counts + in_advance) / (counts + in_advance).sum(axis=1, keepdims=True)
    return float(-np.log2(model[x, y]).mean())


def blend(row: np.ndarray, before: np.ndarray, beta: float) -> np.ndarray:
    """(n_j + βp_j)/(n + β)."""
    return np.asarray((row + beta * before) / (row.sum() + beta))


COUNTS = np.array([[4.0, 0.0, 1.0], [2.0, 2.0, 0.0]])
X, Y = np.array([0, 0, 1, 1]), np.array([0, 2, 1, 2])

TASKS = {
    "shared": Task(
        answer=lambda p_xy: mutual_information(p_xy, base=2),
        inputs=[(TABLE,), (WIDE,)],
        what="information",
        mistakes={
            "is in nats: say base=2": mutual_information,
            "has p(x) and p(y) exchanged: p(x), the sums of the rows, comes first": exchanged,
            "has the fraction turned round": lambda p_xy: -mutual_information(p_xy, base=2),
            "is the joint entropy: divide by p(x) p(y) inside of the logarithm": lambda p_xy: (
                joint_entropy(p_xy, base=2)
            ),
            "is the plain sum of the logarithms: weigh each with p(x, y)": lambda p_xy: np.log2(
                p_xy / np.outer(p_xy.sum(axis=1), p_xy.sum(axis=0))
            ).sum(),
            "is one summand for each cell: sum them": lambda p_xy: (
                p_xy * np.log2(p_xy / np.outer(p_xy.sum(axis=1), p_xy.sum(axis=0)))
            ),
        },
    ),
    "joint": Task(
        answer=joint,
        inputs=[(WORD, 1), (WORD, 3)],
        what="table",
        mistakes={
            "has its axes the wrong way round: the row is the symbol that comes first": (
                lambda symbols, distance: joint(symbols, distance).T
            ),
            "counts a pair only once, however often it comes: use np.add.at": each_pair_once,
            "holds counts: divide them by their sum": lambda symbols, distance: (
                joint(symbols, distance) * (len(symbols) - distance)
            ),
            "has rows that sum to 1: the whole table has to": lambda symbols, distance: rows_to_one(
                joint(symbols, distance)
            ),
            "is for neighbours, whatever the distance": lambda symbols, distance: joint(symbols, 1),
            "counts each pair in both orders": lambda symbols, distance: (
                (joint(symbols, distance) + joint(symbols, distance).T) / 2
            ),
        },
    ),
    "price": Task(
        answer=price,
        inputs=[(COUNTS, X, Y, 0.5), (COUNTS, X, Y, 2.0)],
        what="price",
        mistakes={
            "is in nats: take the logarithm to base 2": lambda counts, x, y, in_advance: (
                price(counts, x, y, in_advance) * np.log(2)
            ),
            "is the sum: take the mean": lambda counts, x, y, in_advance: (
                price(counts, x, y, in_advance) * len(x)
            ),
            "is negative: the price is minus the logarithm": lambda counts, x, y, in_advance: (
                -price(counts, x, y, in_advance)
            ),
            "lacks most of the counts in advance below the fraction: each cell of a row has one": (
                lambda counts, x, y, in_advance: (
                    -np.log2(
                        (counts + in_advance)[x, y] / (counts.sum(axis=1) + in_advance)[x]
                    ).mean()
                )
            ),
            "divides by the sum of the whole table: each row has its own": (
                lambda counts, x, y, in_advance: (
                    -np.log2(((counts + in_advance) / (counts + in_advance).sum())[x, y]).mean()
                )
            ),
        },
    ),
    "blend": Task(
        answer=blend,
        inputs=[(ROW, BEFORE, 5.0), (np.zeros(3), BEFORE, 2.0)],
        what="p",
        mistakes={
            "does not sum to 1: divide by n + beta": lambda row, before, beta: row + beta * before,
            "divides by n: beta imagined symbols were added": lambda row, before, beta: (
                (row + beta * before) / max(row.sum(), 1)
            ),
            "adds one imagined symbol: there are beta of them": lambda row, before, beta: (
                (row + before) / (row.sum() + 1)
            ),
            "forgets what the shorter memory said": lambda row, before, beta: (
                (row + beta / len(row)) / (row.sum() + beta)
            ),
            "is half and half: the longer memory counts by its n, the shorter one by beta": (
                lambda row, before, beta: (row / max(row.sum(), 1) + before) / 2
            ),
            "is the shorter memory's: add the counts": lambda row, before, beta: before,
        },
    ),
}
