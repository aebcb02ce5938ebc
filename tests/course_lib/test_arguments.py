"""Arguments are converted once, and refused with their name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.arguments import (
    class_labels,
    distributions,
    finite,
    nonnegative_number,
    positive_integer,
    positive_number,
    real_array,
    real_matrix,
    real_number,
    real_vector,
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
        (1, "p must be an array with at least one axis, got the number 1"),
    ],
)
def test_what_is_no_distribution(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        distributions(value, "p")


@pytest.mark.parametrize(
    ("convert", "shape", "accepted"),
    [
        (real_vector, (0,), True),
        (real_vector, (3,), True),
        (real_vector, (), False),
        (real_vector, (1, 3), False),
        (real_matrix, (2, 3), True),
        (real_matrix, (0, 3), True),
        (real_matrix, (3,), False),
        (real_matrix, (1, 2, 3), False),
    ],
)
def test_number_of_axes(convert: Any, shape: tuple[int, ...], accepted: bool) -> None:
    if accepted:
        assert convert(np.ones(shape), "X").shape == shape
    else:
        with pytest.raises(ValueError, match=r"^X must have shape \(n"):
            convert(np.ones(shape), "X")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_first_number_that_is_not_finite_is_named(bad: float) -> None:
    array = np.ones((2, 3))
    assert finite(array, "X") is array
    array[1, 0] = array[1, 2] = bad
    with pytest.raises(ValueError, match=f"X must be finite, got {bad} at index 1, 0"):
        finite(array, "X")


@pytest.mark.parametrize("labels", [[0, 2], np.array([[1]], np.uint8), [], 1, np.int8([0])])
def test_labels_become_indices(labels: Any) -> None:
    result = class_labels(labels, 3)
    assert result.dtype == np.intp
    assert result.tolist() == np.asarray(labels).tolist()


@pytest.mark.parametrize(
    ("labels", "error", "words"),
    [
        ([0, 3], IndexError, r"labels must lie in 0 \.\.\. 2 for k = 3 classes; got 3 at index 1"),
        ([[0], [-1]], IndexError, "got -1 at index 1, 0"),
        ([2**40], IndexError, "got 1099511627776 at index 0"),
        (np.array([2**63], np.uint64), IndexError, "got 9223372036854775808 at index 0"),
        ([1.0], TypeError, "labels must be integers, got dtype float64"),
        ([True], TypeError, "labels must be integers, got True and False"),
        (["a"], TypeError, "labels must be integers"),
    ],
)
def test_labels_that_are_no_indices(labels: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        class_labels(labels, 3)


@pytest.mark.parametrize(
    ("convert", "value", "error", "words"),
    [
        (nonnegative_number, -1e-300, ValueError, "lam must be finite and at least 0, got -1e-300"),
        (nonnegative_number, np.nan, ValueError, "at least 0, got nan"),
        (nonnegative_number, np.inf, ValueError, "must be finite"),
        (nonnegative_number, [1], TypeError, "lam must be a single real number"),
        (positive_integer, 0, ValueError, "lam must be at least 1, got 0"),
        (positive_integer, 1.0, TypeError, "lam must be an integer, got float"),
        (positive_integer, "1", TypeError, "lam must be an integer, got str"),
    ],
)
def test_numbers_out_of_bounds(
    convert: Any, value: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        convert(value, "lam")


def test_numbers_within_bounds() -> None:
    assert nonnegative_number(0, "lam") == 0
    assert positive_integer(np.int8(3), "k") == 3
