"""Least squares on NIST's linear data sets, from easy to nearly dependent columns."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.map_estimation import ridge_fit, ridge_path
from tests.course_lib import exact
from tests.course_lib.nist.strd import Linear, digits, measured_line, wampler1

SETS = {name: measured_line(name) for name in ["Norris", "Longley", "Pontius", "Filip"]}
SETS["Wampler1"] = wampler1()
DIGITS = {"Norris": 12, "Longley": 10.5, "Pontius": 12, "Wampler1": 8.5, "Filip": 7.5}

each_set = pytest.mark.parametrize("name", SETS)


def least_digits(w: np.ndarray, data: Linear) -> float:
    return min(map(digits, w.tolist(), data.coefficients.tolist()))


@each_set
def test_certified_coefficients(name: str) -> None:
    data = SETS[name]
    assert least_digits(ridge_fit(data.X, data.y, 0), data) >= DIGITS[name]


@each_set
def test_the_path_at_lambda_zero(name: str) -> None:
    data = SETS[name]
    assert least_digits(ridge_path(data.X, data.y, [0.0])[0], data) >= DIGITS[name]


@pytest.mark.parametrize("name", ["Norris", "Longley", "Pontius", "Wampler1"])
def test_the_data_are_typed_in_without_a_slip(name: str) -> None:
    """In exact arithmetic they give the certified coefficients."""
    data = SETS[name]
    coefficients = np.array(exact.ridge(data.X, data.y, 0), dtype=np.float64)
    assert least_digits(coefficients, data) >= 10.5


@each_set
def test_scaling_a_column_scales_its_coefficient(name: str) -> None:
    data = SETS[name]
    units = 2.0 ** np.arange(0, 20 * data.X.shape[1], 20)
    w = ridge_fit(data.X * units, data.y, 0)
    assert least_digits(w * units, data) >= DIGITS[name]


def test_numpys_least_squares_has_no_digit_of_filip() -> None:
    """The set is as hard as it is said to be."""
    data = SETS["Filip"]
    w, *_ = np.linalg.lstsq(data.X, data.y, rcond=None)
    assert least_digits(w, data) < 1
