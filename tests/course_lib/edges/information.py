"""Edge cases of `course_lib.information`."""

from __future__ import annotations

import math

import numpy as np

from tests.course_lib.edges.expected import INF, NAN, refused

LOG2 = math.log(2)
HALF = [0.5, 0.5]
NO_SUM = refused("p must sum to 1 along axis -1, got the sum 0")
INFINITE = refused("p must sum to 1 along axis -1, got the sum inf")
NEGATIVE = refused("p must hold probabilities, which are not negative; got -inf at index 0")
UNKNOWN = refused("p must hold probabilities, which are not negative; got nan at index 0")
OF_TABLE = {
    "empty": ((np.empty((0, 2)),), refused("p_xy must sum to 1")),
    "+inf": (([[INF, 0.0]],), refused("p_xy must sum to 1")),
    "-inf": (([[-INF, 1.0]],), refused("p_xy must hold probabilities")),
    "nan": (([[NAN, 1.0]],), refused("p_xy must hold probabilities")),
}

CASES = {
    "entropy": {
        "empty": (([],), NO_SUM),
        "one element": (([1.0],), 0),
        "all equal": ((HALF,), LOG2),
        "+inf": (([INF, 0.0],), INFINITE),
        "-inf": (([-INF, 1.0],), NEGATIVE),
        "nan": (([NAN, 1.0],), UNKNOWN),
    },
    "perplexity": {
        "empty": (([],), NO_SUM),
        "one element": (([1.0],), 1),
        "all equal": ((HALF,), 2),
        "+inf": (([INF, 0.0],), INFINITE),
        "-inf": (([-INF, 1.0],), NEGATIVE),
        "nan": (([NAN, 1.0],), UNKNOWN),
    },
    "cross_entropy": {
        "empty": (([], []), NO_SUM),
        "one element": (([1.0], [1.0]), 0),
        "all equal": ((HALF, HALF), LOG2),
        "+inf": (([INF, 0.0], HALF), INFINITE),
        "-inf": (([-INF, 1.0], HALF), NEGATIVE),
        "nan": (([NAN, 1.0], HALF), UNKNOWN),
    },
    "kl_divergence": {
        "empty": (([], []), NO_SUM),
        "one element": (([1.0], [1.0]), 0),
        "all equal": ((HALF, HALF), 0),
        "+inf": (([INF, 0.0], HALF), INFINITE),
        "-inf": (([-INF, 1.0], HALF), NEGATIVE),
        "nan": (([NAN, 1.0], HALF), UNKNOWN),
    },
    "jensen_gap": {
        "empty": ((np.square, [], []), NO_SUM),
        "one element": ((np.square, [3.0], [1.0]), 0),
        "all equal": ((np.square, [3.0, 3.0], HALF), 0),
        "+inf": ((np.exp, [0.0, INF], HALF), NAN),  # ∞ − ∞
        "-inf": ((np.exp, [0.0, -INF], HALF), 0.5),
        "nan": ((np.square, [NAN, 1.0], HALF), NAN),
    },
    "kl_with_logits": {
        "empty": (([], []), refused("q must sum to 1")),
        "one element": (([1.0], [3.0]), (0, [0])),
        "all equal": ((HALF, [3.0, 3.0]), (0, [0, 0])),
        "+inf": ((HALF, [INF, 0.0]), (NAN, [NAN, NAN])),
        "-inf": ((HALF, [-INF, 0.0]), (INF, [-0.5, 0.5])),
        "nan": ((HALF, [NAN, 0.0]), (NAN, [NAN, NAN])),
    },
    "entropy_with_logits": {
        "empty": ((np.empty((0, 2)),), ([], np.empty((0, 2)))),
        "one element": (([3.0],), (0, [0])),
        "all equal": (([3.0, 3.0],), (LOG2, [0, 0])),
        "+inf": (([INF, 0.0],), (NAN, [NAN, NAN])),
        "-inf": (([-INF, 0.0],), (0, [0, 0])),
        "nan": (([NAN, 0.0],), (NAN, [NAN, NAN])),
    },
    "joint_entropy": {
        **OF_TABLE,
        "one element": (([[1.0]],), 0),
        "all equal": (([[0.25, 0.25], [0.25, 0.25]],), 2 * LOG2),
    },
    "conditional_entropy": {
        **OF_TABLE,
        "one element": (([[1.0]],), 0),
        "all equal": (([[0.25, 0.25], [0.25, 0.25]],), LOG2),
    },
    "mutual_information": {
        **OF_TABLE,
        "one element": (([[1.0]],), 0),
        "all equal": (([[0.25, 0.25], [0.25, 0.25]],), 0),
    },
    "huffman_code": {
        "empty": (([],), NO_SUM),
        "one element": (([1.0],), [""]),
        "all equal": ((HALF,), ["0", "1"]),
        "+inf": (([INF, 0.0],), INFINITE),
        "-inf": (([-INF, 1.0],), NEGATIVE),
        "nan": (([NAN, 1.0],), UNKNOWN),
    },
}
