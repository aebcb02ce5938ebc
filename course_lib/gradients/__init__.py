"""Numerical derivatives, and a check of a gradient against them.

In all three functions the step in a coordinate is proportional to max(1, abs xᵢ), and all
arithmetic is done in float64. A function that returns one loss per example is differentiated as
their sum, so that for losses taken per example the result is the derivative per example.
"""

from __future__ import annotations

from course_lib.gradients.check import GradientCheck, check_gradient
from course_lib.gradients.differences import central_difference, complex_step

__all__ = ["GradientCheck", "central_difference", "check_gradient", "complex_step"]
