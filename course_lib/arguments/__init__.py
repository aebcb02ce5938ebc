"""Check and convert arguments before any work is done; errors name the argument."""

from __future__ import annotations

from course_lib.arguments.arrays import (
    RealArray,
    finite,
    real_array,
    real_matrix,
    real_vector,
    sample_array,
)
from course_lib.arguments.classes import (
    LabelArray,
    class_labels,
    distributions,
    joint_distribution,
    probabilities,
)
from course_lib.arguments.numbers import (
    check_callable,
    existing_axis,
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
