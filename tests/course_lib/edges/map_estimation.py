"""Edge cases of `course_lib.map_estimation`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tests.course_lib.edges.expected import INF, NAN, Refused, refused, refused_type

L = 0.5 * math.log(2 * math.pi)
NOTHING = np.empty((0, 1))
NO_EXAMPLE = refused("X and y must hold at least one example")
NO_HYPOTHESIS = refused("log_likelihood and log_prior must have the same shape (m,), m >= 1")


def bad_hypothesis(got: str) -> Refused:
    return refused(f"log_likelihood must hold finite numbers or -inf, got {got} at index 0")


def half_square(w: Any) -> Any:
    return float((w**2).sum()) / 2, w


def half_square_of_batch(w: Any, batch: Any) -> Any:
    return half_square(w)


def batches(start: Any) -> dict[str, Any]:
    """One step of stochastic gradient descent."""
    sizes = {"n": 1, "batch_size": 1, "epochs": 1, "rng": np.random.default_rng(0)}
    return {"function": half_square_of_batch, "start": start, "learning_rate": 0.5, **sizes}


CASES = {
    "posterior_discrete": {
        "empty": (([], []), NO_HYPOTHESIS),
        "one element": (([-3.0], [0.0]), [1]),
        "all equal": (([0.0, 0.0], [-1.0, -1.0]), [0.5, 0.5]),
        "+inf": (([INF, 0.0], [0.0, 0.0]), bad_hypothesis("inf")),
        "-inf": (([-INF, 0.0], [0.0, 0.0]), [0, 1]),
        "nan": (([NAN, 0.0], [0.0, 0.0]), bad_hypothesis("nan")),
    },
    "map_discrete": {
        "empty": (([], []), NO_HYPOTHESIS),
        "one element": (([-3.0], [0.0]), 0),
        "all equal": (([0.0, 0.0], [-1.0, -1.0]), 0),
        "+inf": (([INF, 0.0], [0.0, 0.0]), bad_hypothesis("inf")),
        "-inf": (([-INF, 0.0], [0.0, 0.0]), 1),
        "nan": (([NAN, 0.0], [0.0, 0.0]), bad_hypothesis("nan")),
    },
    "beta_bernoulli_map": {
        "empty": (([], 2, 3), 1 / 3),
        "one element": (([1], 2, 2), 2 / 3),
        "all equal": (([0, 0], 1, 1), 0),
        "+inf": (([1, 0], INF, 2), refused("a must be positive and finite, got inf")),
        "-inf": (([1, 0], 2, -INF), refused("b must be positive and finite, got -inf")),
        "nan": (([1, NAN], 2, 2), refused("x must hold 0 and 1 only, got nan at index 1")),
    },
    "gaussian_neg_log_prior": {
        "empty": (([], 1), (0, [])),
        "one element": (([2.0], 1), (2 + L, [2])),
        "all equal": (([2.0, 2.0], 1), (4 + 2 * L, [2, 2])),
        "+inf": (([INF, 1.0], 1), (INF, [INF, 1])),
        "-inf": (([-INF, 1.0], 1), (INF, [-INF, 1])),
        "nan": (([NAN, 1.0], 1), (NAN, [NAN, 1])),
    },
    "ridge_loss": {
        "empty": (([2.0], NOTHING, [], 0.5), (NAN, [1])),
        "one element": (([1.0], [[2.0]], [1.0], 1), (1, [3])),
        "all equal": (([1.0], [[1.0], [1.0]], [1.0, 1.0], 0), (0, [0])),
        "+inf": (([1.0], [[1.0]], [INF], 0.5), (INF, [-INF])),
        "-inf": (([-INF], [[1.0]], [0.0], 0), (INF, [-INF])),
        "nan": (([1.0, 1.0], [[1.0, NAN]], [0.0], 0), (NAN, [NAN, NAN])),
    },
    "ridge_fit": {
        "empty": ((NOTHING, [], 0.5), NO_EXAMPLE),
        "one element": (([[2.0]], [4.0], 0), [2]),
        "all equal": (([[1.0], [1.0]], [3.0, 3.0], 0), [3]),
        "+inf": (([[INF]], [1.0], 1), refused("X must be finite, got inf at index 0, 0")),
        "-inf": (([[1.0]], [-INF], 1), refused("y must be finite, got -inf at index 0")),
        "nan": (([[NAN]], [1.0], 1), refused("X must be finite, got nan at index 0, 0")),
    },
    "ridge_path": {
        "empty": ((NOTHING, [], [0.5]), NO_EXAMPLE),
        "one element": (([[2.0]], [4.0], [0]), [[2]]),
        "all equal": (([[1.0], [1.0]], [3.0, 3.0], [0, 0]), [[3], [3]]),
        "+inf": (([[INF]], [1.0], [1]), refused("X must be finite, got inf at index 0, 0")),
        "-inf": (([[1.0]], [-INF], [1]), refused("y must be finite, got -inf at index 0")),
        "nan": (([[1.0]], [1.0], [NAN]), refused("lams must be finite and at least 0, got nan")),
    },
    "ridge_strength": {
        "empty": (([], 1, 1), refused_type("sigma2 must be a single real number, got []")),
        "one element": ((3, 2, 1), 1.5),
        "all equal": ((2, 2, 2), 0.5),
        "+inf": ((INF, 1, 1), refused("sigma2 must be positive and finite, got inf")),
        "-inf": ((1, -INF, 1), refused("prior_sigma2 must be positive and finite, got -inf")),
        "nan": ((NAN, 1, 1), refused("sigma2 must be positive and finite, got nan")),
    },
    "gradient_descent": {
        "empty": ((half_square, [], 0.5, 2), ([], [0, 0])),
        "one element": ((half_square, [8.0], 0.5, 3), ([1], [32, 8, 2])),
        "all equal": ((half_square, [1.0, 1.0], 0.5, 1), ([0.5, 0.5], [1])),
        "+inf": ((half_square, [INF], 0.5, 1), refused("start must be finite, got inf")),
        "-inf": ((half_square, [-INF], 0.5, 1), refused("start must be finite, got -inf")),
        "nan": ((half_square, [NAN], 0.5, 1), refused("start must be finite, got nan")),
    },
    "stochastic_gradient_descent": {
        "empty": (batches([]), ([], [0])),
        "one element": (batches([8.0]), ([4], [32])),
        "all equal": (batches([1.0, 1.0]), ([0.5, 0.5], [1])),
        "+inf": (batches([INF]), refused("start must be finite, got inf")),
        "-inf": (batches([-INF]), refused("start must be finite, got -inf")),
        "nan": (batches([NAN]), refused("start must be finite, got nan")),
    },
}
