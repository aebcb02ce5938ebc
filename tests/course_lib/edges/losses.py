"""Edge cases of `course_lib.losses`."""

from __future__ import annotations

import numpy as np

from tests.course_lib.edges.expected import INF, NAN, refused

NO_SAMPLE = refused("x must be one sample of shape (n,) with n >= 1, got shape (0,)")

CASES = {
    "squared_loss": {
        "empty": (([], []), ([], [])),
        "one element": (([1.0], [3.0]), ([2], [2])),
        "all equal": (([2.0, 2.0], [2.0, 2.0]), ([0, 0], [0, 0])),
        "+inf": (([0.0, INF], [INF, INF]), ([INF, NAN], [INF, NAN])),
        "-inf": (([0.0, 0.0], [-INF, 1.0]), ([INF, 0.5], [-INF, 1])),
        "nan": (([0.0, 0.0], [NAN, 1.0]), ([NAN, 0.5], [NAN, 1])),
    },
    "absolute_loss": {
        "empty": (([], []), ([], [])),
        "one element": (([1.0], [3.0]), ([2], [1])),
        "all equal": (([2.0, 2.0], [2.0, 2.0]), ([0, 0], [0, 0])),
        "+inf": (([0.0, INF], [INF, INF]), ([INF, NAN], [1, NAN])),
        "-inf": (([0.0, 0.0], [-INF, 1.0]), ([INF, 1], [-1, 1])),
        "nan": (([0.0, 0.0], [NAN, 1.0]), ([NAN, 1], [NAN, 1])),
    },
    "huber_loss": {
        "empty": (([], [], 2), ([], [])),
        "one element": (([1.0], [4.0], 2), ([4], [2])),
        "all equal": (([2.0, 2.0], [2.0, 2.0], 2), ([0, 0], [0, 0])),
        "+inf": (([0.0, INF], [INF, INF], 2), ([INF, NAN], [2, NAN])),
        "-inf": (([0.0, 0.0], [-INF, 1.0], 2), ([INF, 0.5], [-2, 1])),
        "nan": (([0.0, 0.0], [NAN, 1.0], 2), ([NAN, 0.5], [NAN, 1])),
    },
    "trimmed_mean": {
        "empty": (([], 0.25), NO_SAMPLE),
        "one element": (([0.1], 0.25), 0.1),
        "all equal": (([0.1] * 4, 0.25), 0.1),
        "+inf": (([1.0, 2.0, 3.0, INF], 0.25), 2.5),
        "-inf": (([1.0, 2.0, 3.0, -INF], 0.25), 1.5),
        "nan": (([1.0, 2.0, 3.0, NAN], 0.25), NAN),
    },
    "huber_location": {
        "empty": (([], 1), NO_SAMPLE),
        "one element": (([0.1], 1), 0.1),
        "all equal": (([0.1] * 3, 1), 0.1),
        "+inf": (([1.0, 1.0, 1.0, INF], 1), 4 / 3),
        "-inf": (([1.0, 1.0, 1.0, -INF], 1), 2 / 3),
        "nan": (([1.0, 1.0, NAN], 1), NAN),
    },
    "influence": {
        "empty": ((np.mean, [1.0, 2.0], []), []),
        "one element": ((np.mean, [1.0], [3.0]), [2]),
        "all equal": ((np.mean, [2.0, 2.0], [2.0, 2.0]), [0, 0]),
        "+inf": ((np.mean, [1.0], [INF, 1.0]), [INF, 0]),
        "-inf": ((np.mean, [1.0], [-INF, 1.0]), [-INF, 0]),
        "nan": ((np.mean, [1.0], [NAN, 1.0]), [NAN, 0]),
    },
}
