"""Mean and standard deviation of NIST's univariate data sets, to as many digits as they allow."""

from __future__ import annotations

import math

import numpy as np
import pytest

from course_lib.likelihood import gaussian_mle
from tests.course_lib.exact import mean_and_variance
from tests.course_lib.nist.strd import Univariate, alternating_sample, digits, measured_sample

SAMPLES = {
    "Michelso": measured_sample("Michelso"),
    "Mavro": measured_sample("Mavro"),
    "NumAcc1": Univariate(np.array([10000001.0, 10000003.0, 10000002.0]), 10000002.0, 1.0),
    "NumAcc2": alternating_sample(1.2, 1.1, 1.3),
    "NumAcc3": alternating_sample(1000000.2, 1000000.1, 1000000.3),
    "NumAcc4": alternating_sample(10000000.2, 10000000.1, 10000000.3),
}
# Where it is less than 15, the data lose the rest on being rounded from decimal to binary.
DEVIATION_DIGITS = {
    "Michelso": 13.8,
    "Mavro": 13.1,
    "NumAcc1": 15,
    "NumAcc2": 15,
    "NumAcc3": 9.45,
    "NumAcc4": 8.25,
}

each_sample = pytest.mark.parametrize("name", SAMPLES)


def standard_deviation(sample: np.ndarray) -> float:
    _, sigma2 = gaussian_mle(sample)
    return math.sqrt(sigma2 * len(sample) / (len(sample) - 1))


@each_sample
def test_mean(name: str) -> None:
    data = SAMPLES[name]
    assert digits(gaussian_mle(data.sample)[0], data.mean) == 15


@each_sample
def test_standard_deviation(name: str) -> None:
    data = SAMPLES[name]
    found = digits(standard_deviation(data.sample), data.standard_deviation)
    assert found >= DEVIATION_DIGITS[name]


@each_sample
def test_standard_deviation_is_that_of_the_binary_numbers(name: str) -> None:
    """What is missing above is missing from the data: of them as stored, all digits are right."""
    sample = SAMPLES[name].sample
    _, exact = mean_and_variance(sample)
    n = len(sample)
    assert digits(standard_deviation(sample), math.sqrt(exact * n / (n - 1))) >= 14.5


def test_the_lecture_formula_with_squares_fails_these_sets() -> None:
    """NumAcc4 tells a good algorithm from E[x²] − E[x]²."""
    data = SAMPLES["NumAcc4"]
    naive = float(np.mean(data.sample**2) - np.mean(data.sample) ** 2)
    assert digits(naive, 0.01 * 1000 / 1001) < 2
