"""Edge cases of `course_lib.exponential_families`."""

from __future__ import annotations

import math

from tests.course_lib.edges.expected import INF, NAN, refused

NO_STATE = refused("statistics must have a row for each state")

CASES = {
    "log_partition": {
        "empty": ((0.0, []), NO_STATE),
        "one element": ((2.0, [3.0]), 6),
        "all equal": ((2.0, [3.0, 3.0]), 6 + math.log(2)),
        "+inf": ((INF, [0.0, 1.0]), refused("theta must be finite, got inf")),
        "-inf": ((0.0, [-INF, 1.0]), refused("statistics must be finite, got -inf at index 0")),
        "nan": ((NAN, [0.0, 1.0]), refused("theta must be finite, got nan")),
    },
    "mean_parameters": {
        "empty": ((0.0, []), NO_STATE),
        "one element": ((2.0, [3.0]), 3),
        "all equal": ((2.0, [3.0, 3.0]), 3),
        "+inf": ((INF, [0.0, 1.0]), refused("theta must be finite, got inf")),
        "-inf": ((0.0, [-INF, 1.0]), refused("statistics must be finite, got -inf at index 0")),
        "nan": ((NAN, [0.0, 1.0]), refused("theta must be finite, got nan")),
    },
    "maximum_entropy": {
        "empty": (([], 0.0), NO_STATE),
        "one element": (([3.0], 3.0), ([1], 0)),
        "all equal": (([3.0, 3.0], 3.0), ([0.5, 0.5], 0)),
        "+inf": (([0.0, 1.0], INF), refused("mean must be finite, got inf")),
        "-inf": (([-INF, 1.0], 0.5), refused("statistics must be finite, got -inf at index 0")),
        "nan": (([0.0, 1.0], NAN), refused("mean must be finite, got nan")),
    },
}
