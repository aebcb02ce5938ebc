"""Check and convert arguments before any work is done.

Each function takes an argument and its name, returns the argument converted, and raises an error
that says by that name what came and what was expected.
"""

from __future__ import annotations

from course_lib.arguments.arrays import (
    LabelArray,
    RealArray,
    class_labels,
    distributions,
    existing_axis,
    finite,
    joint_distribution,
    probabilities,
    real_array,
    real_matrix,
    real_vector,
    sample_array,
)
from course_lib.arguments.numbers import (
    check_callable,
    nonnegative_number,
    positive_integer,
    positive_number,
    real_number,
)

__all__ = [
    "LabelArray",
    "RealArray",
    "check_callable",
    "class_labels",
    "distributions",
    "existing_axis",
    "finite",
    "joint_distribution",
    "nonnegative_number",
    "positive_integer",
    "positive_number",
    "probabilities",
    "real_array",
    "real_matrix",
    "real_number",
    "real_vector",
    "sample_array",
]
