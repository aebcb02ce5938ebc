"""Arguments are converted once, and refused with their name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.arguments import (
    distributions,
    positive_number,
    real_array,
    real_number,
    sample_array,
)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        ([1, 2], np.float64),
        (np.ones(2, np.uint8), np.float64),
        ([True], np.float64),
        ([], np.float64),
        (np.ones(2, np.float32), np.float32),
        (np.ones(2, np.float16), np.float16),
    ],
)
def test_real_array_dtype(value: Any, dtype: Any) -> None:
    assert real_array(value, "x").dtype == dtype


def test_an_array_of_floats_is_not_copied() -> None:
    x = np.ones(3)
    assert real_array(x, "x") is x


@pytest.mark.parametrize("value", [None, "a", [1j], [None], object(), {"a": 1}, lambda: 1])
@pytest.mark.parametrize("convert", [real_array, sample_array, real_number, positive_number])
def test_other_types_are_refused_by_name(convert: Any, value: Any) -> None:
    with pytest.raises(TypeError, match=r"^sigma must (hold|be a single) real number"):
        convert(value, "sigma")


@pytest.mark.parametrize("value", [2, 2.0, np.float32(2), np.int8(2), np.array(2.0)], ids=repr)
def test_real_number_is_a_python_float(value: Any) -> None:
    result = real_number(value, "x")
    assert type(result) is float
    assert result == 2


@pytest.mark.parametrize("shape", [(), (0,), (2, 2)])
def test_sample_must_have_one_axis_and_a_number(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="w must be one sample of shape"):
        sample_array(np.ones(shape), "w")


@pytest.mark.parametrize(
    ("value", "axis"),
    [
        ([1.0], -1),
        (np.full(10, 0.1), 0),
        (np.full((3, 4), 0.25), -1),
        (np.full((4, 3), 0.25), 0),
        (np.ones((0, 3)), -1),
        (np.full(3, 1 / 3, np.float32), -1),
        (np.full(3, 1 / 3, np.float16), -1),
        ([0.5, 0.5 + 1e-9], -1),
    ],
)
def test_distributions_are_not_rescaled(value: Any, axis: int) -> None:
    assert np.array_equal(distributions(value, "p", axis), value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([0.5, 0.5 + 1e-7], "p must sum to 1 along axis -1, got the sum 1.0000001"),
        ([[1, 0], [1, 1]], "p must sum to 1 along axis -1, got the sum 2; counts become"),
        (np.ones((2, 0)), "p must sum to 1 along axis -1, got the sum 0"),
        ([[1, 0], [0.5, -0.5]], "not negative; got -0.5 at index 1, 1"),
        ([0.5, np.nan], "not negative; got nan at index 1"),
        (1, "p must be an array of probabilities, got the number 1"),
    ],
)
def test_what_is_no_distribution(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        distributions(value, "p")
