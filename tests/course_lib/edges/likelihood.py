"""Edge cases of `course_lib.likelihood`."""

from __future__ import annotations

import math

from tests.course_lib.edges.expected import INF, NAN, refused, refused_type

L = 0.5 * math.log(2 * math.pi)
NO_SAMPLE = refused("x must be one sample of shape (n,) with n >= 1, got shape (0,)")
NO_OUTCOME = refused("x must hold 0 and 1 only")
NO_LABEL = refused_type("labels must be integers")

CASES = {
    "gaussian_log_pdf": {
        "empty": (([], 0, 1), []),
        "one element": (([1.0], 0, 1), [-L - 0.5]),
        "all equal": (([3.0, 3.0], 3, 1), [-L, -L]),
        "+inf": (([INF, 0.0], 0, 1), [-INF, -L]),
        "-inf": (([-INF, 0.0], 0, 1), [-INF, -L]),
        "nan": (([NAN, 0.0], 0, 1), [NAN, -L]),
    },
    "gaussian_nll": {
        "empty": (([], 0, 1), (0, 0, 0)),
        "one element": (([1.0], 0, 1), (L + 0.5, -1, 0)),
        "all equal": (([2.0, 2.0], 2, 1), (2 * L, 0, 1)),
        "+inf": (([INF, 0.0], 0, 1), (INF, -INF, -INF)),
        "-inf": (([-INF, 0.0], 0, 1), (INF, INF, -INF)),
        "nan": (([NAN, 0.0], 0, 1), (NAN, NAN, NAN)),
    },
    "gaussian_mle": {
        "empty": (([],), NO_SAMPLE),
        "one element": (([0.1],), (0.1, 0)),
        "all equal": (([0.1, 0.1, 0.1],), (0.1, 0)),
        "+inf": (([1.0, INF],), (INF, NAN)),
        "-inf": (([1.0, -INF],), (-INF, NAN)),
        "nan": (([1.0, NAN],), (NAN, NAN)),
    },
    "bernoulli_nll": {
        "empty": (([], 0.3), (0, 0)),
        "one element": (([1], 0.0), (math.log(2), -0.5)),
        "all equal": (([0, 0], 0.0), (2 * math.log(2), 1)),
        "+inf": (([1, 0], INF), (INF, 1)),
        "-inf": (([1, 0], -INF), (INF, -1)),
        "nan": (([1, 0], NAN), (NAN, NAN)),
    },
    "bernoulli_mle": {
        "empty": (([],), NO_SAMPLE),
        "one element": (([1],), 1),
        "all equal": (([0, 0, 0],), 0),
        "+inf": (([1, INF],), NO_OUTCOME),
        "-inf": (([1, -INF],), NO_OUTCOME),
        "nan": (([1, NAN],), NO_OUTCOME),
    },
    "categorical_mle": {
        "empty": (([], 3), refused("labels must have shape (n,) with n >= 1, got shape (0,)")),
        "one element": (([0], 1), [1]),
        "all equal": (([1, 1], 3), [0, 1, 0]),
        "+inf": (([0, INF], 3), NO_LABEL),
        "-inf": (([0, -INF], 3), NO_LABEL),
        "nan": (([0, NAN], 3), NO_LABEL),
    },
    "laplace_mle": {
        "empty": (([],), NO_SAMPLE),
        "one element": (([0.1],), (0.1, 0)),
        "all equal": (([0.1, 0.1],), (0.1, 0)),
        "+inf": (([1.0, 2.0, INF],), (2, INF)),
        "-inf": (([1.0, 2.0, -INF],), (1, INF)),
        "nan": (([1.0, 2.0, NAN],), (NAN, NAN)),
    },
}
