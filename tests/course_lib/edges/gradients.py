"""Edge cases of `course_lib.gradients`."""

from __future__ import annotations

from typing import Any

from tests.course_lib.edges.expected import INF, NAN, refused


def double(x: Any) -> Any:
    """Linear: differences of it are exact."""
    return (2 * x).sum()


def double_and_gradient(x: Any) -> Any:
    return double(x), 0 * x + 2


NOT_FINITE = {
    "+inf": ((double, [INF, 1.0]), refused("x must be finite, got inf at index 0")),
    "-inf": ((double, [[1.0, -INF]]), refused("x must be finite, got -inf at index 0, 1")),
    "nan": ((double, NAN), refused("x must be finite, got nan: there is no slope")),
}

CASES = {
    "central_difference": {
        **NOT_FINITE,
        "empty": ((double, []), []),
        "one element": ((double, [0.0]), [2]),
        "all equal": ((double, [0.0, 0.0]), [2, 2]),
    },
    "complex_step": {
        **NOT_FINITE,
        "empty": ((double, []), []),
        "one element": ((double, [3.0]), [2]),
        "all equal": ((double, [3.0, 3.0]), [2, 2]),
    },
    "check_gradient": {
        **NOT_FINITE,
        "empty": ((double_and_gradient, []), (True, "", (), 0, [], [])),
        "one element": ((double_and_gradient, [0.0]), (True, "", (0,), 0, [2], [2])),
        "all equal": ((double_and_gradient, [0.0, 0.0]), (True, "", (0,), 0, [2, 2], [2, 2])),
    },
}
