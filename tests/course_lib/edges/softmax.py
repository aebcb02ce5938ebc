"""Edge cases of `course_lib.softmax`."""

from __future__ import annotations

import math

import numpy as np

from tests.course_lib.edges.expected import INF, NAN, refused, refused_type

LOG2 = math.log(2)
NO_ROWS, NO_LABELS = np.empty((0, 2)), np.empty(0, int)
NO_LABEL = refused_type("labels must be integers")
X = [[1.0], [1.0]]

CASES = {
    "sigmoid": {
        "empty": (([],), []),
        "one element": (([0.0],), [0.5]),
        "all equal": (([-LOG2, -LOG2],), [1 / 3, 1 / 3]),
        "+inf": (([INF, 0.0],), [1, 0.5]),
        "-inf": (([-INF, 0.0],), [0, 0.5]),
        "nan": (([NAN, 0.0],), [NAN, 0.5]),
    },
    "log_sigmoid": {
        "empty": (([],), []),
        "one element": (([0.0],), [-LOG2]),
        "all equal": (([-LOG2, -LOG2],), [-math.log(3)] * 2),
        "+inf": (([INF, 0.0],), [0, -LOG2]),
        "-inf": (([-INF, 0.0],), [-INF, -LOG2]),
        "nan": (([NAN, 0.0],), [NAN, -LOG2]),
    },
    "logsumexp": {
        "empty": (([],), -INF),
        "one element": (([3.0],), 3),
        "all equal": (([3.0, 3.0],), 3 + LOG2),
        "+inf": (([INF, 0.0],), INF),
        "-inf": (([-INF, 3.0],), 3),
        "nan": (([NAN, INF],), NAN),
    },
    "softmax": {
        "empty": (([],), []),
        "one element": (([3.0],), [1]),
        "all equal": (([3.0, 3.0],), [0.5, 0.5]),
        "+inf": (([INF, 0.0],), [NAN, NAN]),
        "-inf": (([-INF, 3.0],), [0, 1]),
        "nan": (([NAN, 0.0],), [NAN, NAN]),
    },
    "log_softmax": {
        "empty": (([],), []),
        "one element": (([3.0],), [0]),
        "all equal": (([3.0, 3.0],), [-LOG2, -LOG2]),
        "+inf": (([INF, 0.0],), [NAN, NAN]),
        "-inf": (([-INF, 3.0],), [-INF, 0]),
        "nan": (([NAN, 0.0],), [NAN, NAN]),
    },
    "one_hot": {
        "empty": (([], 2), NO_ROWS),
        "one element": (([0], 1), [[1]]),
        "all equal": (([1, 1], 2), [[0, 1], [0, 1]]),
        "+inf": (([INF], 2), NO_LABEL),
        "-inf": (([-INF], 2), NO_LABEL),
        "nan": (([NAN], 2), NO_LABEL),
    },
    "softmax_cross_entropy": {
        "empty": ((NO_ROWS, NO_LABELS), (NAN, NO_ROWS)),
        "one element": (([[3.0]], [0]), (0, [[0]])),
        "all equal": (([[3.0, 3.0]], [0]), (LOG2, [[-0.5, 0.5]])),
        "+inf": (([[INF, 0.0]], [0]), (NAN, [[NAN, NAN]])),
        "-inf": (([[-INF, 0.0]], [0]), (INF, [[-1, 1]])),
        "nan": (([[NAN, 0.0]], [0]), (NAN, [[NAN, NAN]])),
    },
    "soft_cross_entropy": {
        "empty": ((NO_ROWS, NO_ROWS), (NAN, NO_ROWS)),
        "one element": (([[3.0]], [[1.0]]), (0, [[0]])),
        "all equal": (([[3.0, 3.0]], [[0.25, 0.75]]), (LOG2, [[0.25, -0.25]])),
        "+inf": (([[INF, 0.0]], [[0.5, 0.5]]), (NAN, [[NAN, NAN]])),
        "-inf": (([[-INF, 0.0]], [[0.0, 1.0]]), (0, [[0, 0]])),
        "nan": (([[NAN, 0.0]], [[0.0, 1.0]]), (NAN, [[NAN, NAN]])),
    },
    "binary_cross_entropy_with_logits": {
        "empty": (([], []), (NAN, [])),
        "one element": (([0.0], [1]), (LOG2, [-0.5])),
        "all equal": (([0.0, 0.0], [1, 1]), (LOG2, [-0.25, -0.25])),
        "+inf": (([INF], [0]), (INF, [1])),
        "-inf": (([-INF], [0]), (0, [0])),
        "nan": (([NAN], [0]), (NAN, [NAN])),
    },
    "one_hot_squared_loss": {
        "empty": ((NO_ROWS, NO_LABELS), (NAN, NO_ROWS)),
        "one element": (([[3.0]], [0]), (2, [[2]])),
        "all equal": (([[1.0, 1.0]], [0]), (0.5, [[0, 1]])),
        "+inf": (([[INF, 0.0]], [0]), (INF, [[INF, 0]])),
        "-inf": (([[-INF, 0.0]], [0]), (INF, [[-INF, 0]])),
        "nan": (([[NAN, 0.0]], [0]), (NAN, [[NAN, 0]])),
    },
    "multiclass_hinge_loss": {
        "empty": ((NO_ROWS, NO_LABELS, 1), (NAN, NO_ROWS)),
        "one element": (([[3.0]], [0], 1), (0, [[0]])),
        "all equal": (([[3.0, 3.0]], [0], 1), (1, [[-1, 1]])),
        "+inf": (([[INF, 0.0]], [0], 1), (0, [[0, 0]])),
        "-inf": (([[-INF, 0.0]], [0], 1), (INF, [[-1, 1]])),
        "nan": (([[NAN, 0.0]], [0], 1), (NAN, [[NAN, NAN]])),
    },
    "softmax_regression_loss": {
        "empty": (
            (np.ones((1, 2)), [0.0, 0.0], np.empty((0, 1)), NO_LABELS, 0.5),
            (NAN, [[0.5, 0.5]], [0, 0]),
        ),
        "one element": (([[2.0]], [0.0], [[1.0]], [0], 1), (2, [[2]], [0])),
        "all equal": (
            (np.zeros((1, 2)), [0.0, 0.0], X, [0, 0], 0),
            (LOG2, [[-0.5, 0.5]], [-0.5, 0.5]),
        ),
        "+inf": (
            (np.ones((1, 2)), [INF, 0.0], X, [0, 0], 0),
            (NAN, [[NAN, NAN]], [NAN, NAN]),
        ),
        "-inf": (
            (np.zeros((1, 2)), [-INF, 0.0], X, [0, 0], 0),
            (INF, [[-1, 1]], [-1, 1]),
        ),
        "nan": (
            (np.zeros((1, 2)), [0.0, 0.0], [[NAN], [1.0]], [0, 0], 0),
            (NAN, [[NAN, NAN]], [NAN, NAN]),
        ),
    },
    "softmax_regression_fit": {
        "empty": (
            (np.empty((0, 1)), NO_LABELS, 1),
            refused("labels must hold one label for each of n >= 1 examples, got X with 0 rows"),
        ),
        "one element": (([[1.0]], [0], 1), ([[0]], [0])),
        "all equal": ((X, [0, 1], 1), ([[0, 0]], [0, 0])),
        "+inf": (([[INF], [1.0]], [0, 1], 1), refused("X must be finite, got inf at index 0, 0")),
        "-inf": (([[1.0], [-INF]], [0, 1], 1), refused("X must be finite, got -inf")),
        "nan": (([[NAN], [1.0]], [0, 1], 1), refused("X must be finite, got nan at index 0, 0")),
    },
    "reliability": {
        "empty": ((NO_ROWS, NO_LABELS, 2), ([NAN, NAN], [NAN, NAN], [0, 0])),
        "one element": (([[1.0]], [0], 1), ([1], [1], [1])),
        "all equal": (([[0.5, 0.5]] * 2, [0, 1], 2), ([0.5, NAN], [0.5, NAN], [2, 0])),
        "+inf": (([[INF, 0.0]], [0]), refused("probabilities must sum to 1")),
        "-inf": (([[-INF, 1.0]], [0]), refused("probabilities must hold probabilities")),
        "nan": (([[NAN, 1.0]], [0]), refused("probabilities must hold probabilities")),
    },
}
