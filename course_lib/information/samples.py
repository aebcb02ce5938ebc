"""Information counted in samples: tables of pairs, and the questions that tell most of a label.

Arguments are taken as they are: these are the formulas that an assignment asks for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from course_lib.information.divergences import mutual_information

Reals = NDArray[np.float64]
Codes = NDArray[np.int64]


def pair_frequencies(x: Codes, y: Codes, rows: int, columns: int) -> Reals:
    """Joint distribution of two samples: how often each pair (x, y) comes, as a share of all pairs.

    Parameters
    ----------
    x, y : ndarray
        Whole numbers of shape (n,), 0 … rows − 1 and 0 … columns − 1; x[i] and y[i] are a pair.
    rows, columns : int
        How many values each of them can have, whether or not they all occur.

    Returns
    -------
    ndarray
        Shape (rows, columns), with the sum 1.

    Examples
    --------
    >>> pair_frequencies(np.array([0, 0, 0, 1]), np.array([2, 2, 0, 1]), 2, 3).tolist()
    [[0.25, 0.0, 0.5], [0.0, 0.25, 0.0]]
    """
    pairs = np.asarray(x, np.int64) * columns + np.asarray(y, np.int64)
    return np.bincount(pairs, minlength=rows * columns).reshape(rows, columns) / pairs.size


def information_gain(values: Reals, labels: Codes, threshold: float) -> float:
    """Bits that the answer to “is the value at most `threshold`?” says about the label.

    Parameters
    ----------
    values : ndarray
        Shape (n,), real.
    labels : ndarray
        Whole numbers of shape (n,), at least 0: the class of each value.
    threshold : float
        A value equal to it counts as “yes”.

    Returns
    -------
    float
        I(answer; label) = H[label] − H(label | answer), in bits.

    Examples
    --------
    >>> round(information_gain(np.array([1.0, 2.0, 3.0, 4.0]), np.array([0, 0, 1, 2]), 2.0), 12)
    1.0
    """
    answers = (np.asarray(values) <= threshold).astype(np.int64)
    table = pair_frequencies(answers, np.asarray(labels), 2, int(np.max(labels)) + 1)
    return mutual_information(table, base=2)


def best_question(X: Reals, labels: Codes) -> tuple[int, float]:
    """The column and the threshold whose question gains most bits about the label.

    Parameters
    ----------
    X : ndarray
        Shape (n, d), a row for each example.
    labels : ndarray
        Whole numbers of shape (n,), at least 0.

    Returns
    -------
    column : int
        0 … d − 1; the first of several that are equally good.
    threshold : float
        The largest value that answers “yes”.

    Examples
    --------
    >>> best_question(np.array([[5.0, 1.0], [6.0, 2.0], [5.0, 7.0]]), np.array([0, 0, 1]))
    (1, 2.0)
    """
    questions = [
        (column, float(threshold))
        for column in range(X.shape[1])
        for threshold in np.unique(X[:, column])
    ]
    gains = [information_gain(X[:, column], labels, threshold) for column, threshold in questions]
    return questions[int(np.argmax(gains))]
